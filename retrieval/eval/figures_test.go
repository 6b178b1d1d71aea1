package eval

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

// The figures on the development questions are committed, so that each change
// of reading, ranking or answering shows its gain or loss in the diff. Renew
// them with -update, and then read the diff question by question.
func TestFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("asks all development questions with the real encoder; run without -short")
	}
	ctx := context.Background()
	index, err := retrieval.Shelf{}.Open(ctx, []corpus.Source{retrieval.Builtin()}, e5.Words(), e5.New(), nil)
	if err != nil {
		t.Fatal(err)
	}
	questions, err := Dev()
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := Run(ctx, answer.New(slog.New(slog.DiscardHandler), index, answer.DefaultThreshold), questions)
	if err != nil {
		t.Fatal(err)
	}
	source := retrieval.Builtin()
	report, err := Score(questions, outcomes, map[string][]byte{source.Card.File: source.Bytes})
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := report.WriteText(&got); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/figures.txt"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("figures (-committed +now); go test ./retrieval/eval -update renews them:\n%s", diff)
	}
}
