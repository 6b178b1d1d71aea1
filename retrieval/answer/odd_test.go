package answer_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

// However a question is written, the same passage is found for it.
func TestAskHoweverItIsWritten(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the real encoder; run without -short")
	}
	x, err := retrieval.Shelf{}.Open(context.Background(), []corpus.Source{retrieval.Builtin()}, e5.Words(), e5.New(), nil)
	if err != nil {
		t.Fatal(err)
	}
	a := answer.New(slog.New(slog.DiscardHandler), x, 0)
	for _, test := range []struct{ holds, question string }{
		{"$US 80 billion", "How much are migrant remittances estimated to be worth per year?"},
		{"$US 80 billion", "HOW MUCH ARE MIGRANT REMITTANCES ESTIMATED TO BE WORTH PER YEAR?"},
		{"$US 80 billion", "remittances billion a year"},
		{"$US 80 billion", "how much are the remitances worth per yaer in billion dolars"},
		{"$US 80 billion", "A colleague told me of a meeting in New York. Money that migrants send home was spoken of. How many billion are remittances estimated at per year?"},
		{"$US 80 billion", strings.Repeat("How much are migrant remittances estimated to be worth per year? ", 30)},
		{"Berne Initiative", "Berne Initiative"},
		{"Berne Initiative", "¿Quién lanzó la Iniciativa de Berna (Berne Initiative)?"},
	} {
		out, err := a.Ask(context.Background(), answer.Question{Text: test.question})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.Text, test.holds) {
			t.Errorf("%.60q: %q is not in %q", test.question, test.holds, out.Text)
		}
	}
}

// A text of one sentence is answered from as well as one of thousands of passages.
func TestAskTextsOfAnyLength(t *testing.T) {
	if testing.Short() {
		t.Skip("indexes 5,000 passages; run without -short")
	}
	var long strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&long, "%d. HIVE NUMBER %d\n\nThe hive numbered %d gave honey in the year %d.\n\n", i+1, i+1, i+1, 10_000+i)
	}
	for _, test := range []struct {
		text, want string
		fewest     int // passages
	}{
		{"The hive numbered 4711 gave honey in the year 14710.\n", "The hive numbered 4711 gave honey in the year 14710. [1]", 1},
		{long.String(), "The hive numbered 4711 gave honey in the year 14710.", 4000},
	} {
		out, err := answerer(t, 0, test.text).Ask(context.Background(), answer.Question{Text: "When did the hive numbered 4711 give honey?"})
		if err != nil {
			t.Fatal(err)
		}
		if out.Searched < test.fewest || !strings.HasPrefix(out.Text, test.want) {
			t.Errorf("%d passages: %q", out.Searched, out.Text)
		}
	}
}
