package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"rapporteur/retrieval"
	"rapporteur/retrieval/eval"
)

func TestMistyped(t *testing.T) {
	const question = "Which moths did the International Bee Office burn in boxes, and what weather troubled the keepers that spring?"
	got := mistyped(question)
	if got != mistyped(question) {
		t.Error("it differs from time to time")
	}
	before, after := strings.Fields(question), strings.Fields(got)
	if len(after) != len(before) {
		t.Fatalf("%q has %d words, not %d", got, len(after), len(before))
	}
	changed := 0
	for i := range before {
		if after[i] != before[i] {
			changed++
			if len(before[i]) < 5 || after[i][0] != before[i][0] {
				t.Errorf("%q became %q", before[i], after[i])
			}
		}
	}
	if changed != 2 {
		t.Errorf("%d words of %q differ, want 2", changed, got)
	}
	if short := "Who is it in 1903?"; mistyped(short) != short {
		t.Errorf("%q became %q", short, mistyped(short))
	}
}

// A question that has lost the one word by which its passage is found finds it
// again.
func TestMistype(t *testing.T) {
	const query = "What of the barrels?"
	s := set{name: "bees", index: find(t, query).index, queries: []string{query}}
	s.score = func(ranked [][]retrieval.Hit) (eval.Report, error) {
		rank := 0
		if len(ranked[0]) > 0 && ranked[0][0].Words > 0 {
			rank = 1
		}
		return eval.Report{Questions: []eval.Result{{ID: "q", Answerable: true, Rank: rank}}}, nil
	}
	var table bytes.Buffer
	if err := mistype(context.Background(), &table, s); err != nil {
		t.Fatal(err)
	}
	want := `  with typing errors                           -1.000 [-1.000, -1.000]
  with typing errors put right                 +0.000 [+0.000, +0.000]
  the same, against typing errors left         +1.000 [+1.000, +1.000]
`
	if got := table.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
