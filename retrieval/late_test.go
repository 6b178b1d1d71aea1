package retrieval

import (
	"context"
	"errors"
	"io"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rapporteur/embed"
)

func quoteTokens(t testing.TB, texts ...string) [][]embed.Token {
	t.Helper()
	_, tokens, err := embed.Quote().Tokens(context.Background(), embed.Passage, texts)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// matched matches a question with a passage as Search does.
func matched(t testing.TB, kept *tokens, question []embed.Token, passage int, bounds []int) match {
	t.Helper()
	records, err := kept.read(passage, nil)
	if err != nil {
		t.Fatal(err)
	}
	return kept.match(question, records, bounds)
}

func TestMatch(t *testing.T) {
	const text = "Eels swim to the sea. Storks fly south."
	kept, err := keepTokens(quoteTokens(t, "Nothing here.", text))
	if err != nil {
		t.Fatal(err)
	}
	question := quoteTokens(t, "storks swim")[0]
	m := matched(t, kept, question, 1, []int{0, 22})
	exactly := func(v float64) float64 { return math.Round(v * 10) }
	if exactly(m.best[0]) != 9 && exactly(m.best[0]) != 10 || m.best[0] != m.sentences[1][0] || m.best[1] != m.sentences[0][1] {
		t.Errorf("%+v: both words stand in the passage, each in its sentence", m)
	}
	if m.sentences[0][0] > 0.5 || m.sentences[1][1] > 0.5 {
		t.Errorf("%+v: neither word stands in the other sentence", m.sentences)
	}
	// What two of three passages hold weighs less than what none does.
	weights := kept.rarities(quoteTokens(t, "swim unheard")[0])
	if !(weights[1] > weights[0] && weights[0] > 0) {
		t.Errorf("weights %v", weights)
	}
}

func TestMatchWithoutTokens(t *testing.T) {
	kept, err := keepTokens(quoteTokens(t, "…", "eels"))
	if err != nil {
		t.Fatal(err)
	}
	m := matched(t, kept, quoteTokens(t, "eels")[0], 0, []int{0})
	if diff := cmp.Diff([]float64{-1}, m.best); diff != "" {
		t.Error(diff)
	}
	if got := weighted(nil, nil); got != 0 {
		t.Errorf("the mean of nothing is %v", got)
	}
}

func TestKeepTokensOfTwoModels(t *testing.T) {
	mixed := quoteTokens(t, "one two")
	mixed[0][1].Vector = mixed[0][1].Vector[:5]
	if _, err := keepTokens(mixed); err == nil {
		t.Error("vectors of two lengths were kept")
	}
}

func FuzzReadTokens(f *testing.F) {
	kept, err := keepTokens(quoteTokens(f, "Eels swim.", "", "Storks fly south."))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(written(f, kept))
	f.Add([]byte{})
	f.Add([]byte{4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := readTokens(section(data))
		if err != nil {
			if !errors.Is(err, errTokens) {
				t.Errorf("%v is no error that a damaged file gives", err)
			}
			return
		}
		if got == nil {
			return
		}
		if diff := cmp.Diff(data, written(t, got)); diff != "" {
			t.Errorf("written again it differs:\n%s", diff)
		}
		for i := range got.ends {
			if _, err := got.read(i, nil); err != nil && !errors.Is(err, errChanged) {
				t.Errorf("reading passage %d: %v", i, err)
			}
		}
	})
}

// written returns t as it stands in a file.
func written(tb testing.TB, t *tokens) []byte {
	tb.Helper()
	records, err := io.ReadAll(t.packed())
	if err != nil {
		tb.Fatal(err)
	}
	return append(t.head(), records...)
}

// FuzzCosine holds the unrolled product against the plain one.
func FuzzCosine(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5}, []byte{250, 2, 128, 127, 9})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		n := min(len(a), len(b), 4096)
		x := make([]int8, n)
		var want int
		for i := range x {
			x[i] = int8(a[i])
			want += int(x[i]) * int(int8(b[i]))
		}
		if got := cosine(x, b[:n]); got != float64(want)/(127*127) {
			t.Errorf("%v, want %v", got, float64(want)/(127*127))
		}
	})
}

func BenchmarkRerank(b *testing.B) {
	passage := ""
	for range 40 {
		passage += "Remittances were acknowledged as the most visible outcome. "
	}
	kept, err := keepTokens(quoteTokens(b, passage))
	if err != nil {
		b.Fatal(err)
	}
	question := quoteTokens(b, "What did participants say about the most visible outcome of migration for countries?")[0]
	for b.Loop() {
		matched(b, kept, question, 0, []int{0})
	}
}
