package eval

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

// collection writes a small test collection, each file replaced by one of with.
func collection(t *testing.T, with map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	files := map[string]string{
		"corpus.jsonl":  `{"_id":"fish","title":"On eels","text":"Eels swim down to the sea."}` + "\n" + `{"_id":"birds","text":"Storks fly south in autumn. Swallows follow."}` + "\n",
		"queries.jsonl": `{"_id":"q1","text":"Where do eels swim?"}` + "\n" + `{"_id":"q2","text":"Nobody judged this"}` + "\n" + `{"_id":"q3","text":"storks in autumn"}` + "\n",
		"qrels.tsv":     "query-id\tcorpus-id\tscore\nq1\tfish\t1\nq1\tbirds\t0\nq3\tbirds\t2\n",
	}
	for name, text := range with {
		files[name] = text
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestBEIR(t *testing.T) {
	c, err := ReadBEIR(collection(t, nil), e5.Words())
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Documents) != 2 || len(c.Queries) != 2 || c.Queries[1].ID != "q3" {
		t.Fatalf("%d documents, queries %+v", len(c.Documents), c.Queries)
	}
	if got := c.Documents[0].Passages; len(got) != 1 || got[0].Text != "On eels Eels swim down to the sea." {
		t.Errorf("passages %+v", got)
	}
	x, err := retrieval.Build(context.Background(), c.Documents, embed.Quote(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.NDCG(context.Background(), x); err != nil || got != 1 {
		t.Errorf("nDCG %v, %v; want 1", got, err)
	}
}

func TestBEIRThatCannotBeRead(t *testing.T) {
	for _, test := range []struct{ file, text, want string }{
		{"corpus.jsonl", "{\n", "corpus.jsonl, line 1: "},
		{"corpus.jsonl", "\n\n{\"_id\":\"a\",\"text\":\"  \"}", "corpus.jsonl, line 3: "},
		{"corpus.jsonl", "", "0 documents"},
		{"queries.jsonl", "nonsense", "queries.jsonl, line 1: "},
		{"queries.jsonl", "", "0 judged queries"},
		{"qrels.tsv", "query-id\tcorpus-id\tscore\nq1\tfish\n", "qrels.tsv, line 2: 2 fields"},
		{"qrels.tsv", "query-id\tcorpus-id\tscore\nq1\tfish\tmuch\n", `qrels.tsv, line 2: the score "much"`},
	} {
		_, err := ReadBEIR(collection(t, map[string]string{test.file: test.text}), e5.Words())
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %q: %v; want %q", test.file, test.text, err, test.want)
		}
	}
	if _, err := ReadBEIR(t.TempDir(), e5.Words()); err == nil || !strings.Contains(err.Error(), "qrels.tsv") {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestNDCG(t *testing.T) {
	log3 := math.Log2(3)
	for _, test := range []struct {
		ranked   string
		relevant map[string]int
		want     float64
	}{
		{"a b c", map[string]int{"a": 1}, 1},
		{"b a c", map[string]int{"a": 1}, 1 / log3},
		{"b c d", map[string]int{"a": 1}, 0},
		{"", map[string]int{"a": 1}, 0},
		{"b a", map[string]int{"a": 2, "b": 1}, (1 + 2/log3) / (2 + 1/log3)},
		{"a x b", map[string]int{"a": 1, "b": 1}, (1 + 0.5) / (1 + 1/log3)},
	} {
		if got := ndcg(strings.Fields(test.ranked), test.relevant, 10); math.Abs(got-test.want) > 1e-12 {
			t.Errorf("%q for %v: %v, want %v", test.ranked, test.relevant, got, test.want)
		}
	}
}

// An answer holds the words that are wanted when a quotation does, whatever its
// text says besides.
func TestHolding(t *testing.T) {
	c := BEIR{Queries: []BEIRQuery{
		{ID: "q1", Text: "Who spoke first?", Answers: []string{"nobody", "SPOKE"}}, // echo quotes the question
		{ID: "q2", Text: "And then?", Answers: []string{"first"}},
		{ID: "q3", Text: "Why?", Answers: []string{" "}},
		{ID: "q4", Text: "Nobody knows."},
	}}
	got, err := c.Holding(t.Context(), askerFunc(echo))
	if want := (Held{3, 1. / 3, 2}); err != nil || got != want {
		t.Errorf("%+v (error %v), want %+v", got, err, want)
	}
	cause := errors.New("gone")
	if _, err := c.Holding(t.Context(), askerFunc(func(context.Context, answer.Question) (answer.Answer, error) {
		return answer.Answer{}, cause
	})); !errors.Is(err, cause) || !strings.Contains(err.Error(), "q1") {
		t.Errorf("an asker that fails: %v", err)
	}
}
