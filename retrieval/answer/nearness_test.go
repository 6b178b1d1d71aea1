package answer

import (
	"log/slog"
	"slices"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
)

// TestNearnessFigures measures on the built-in proceedings what leastNearness was
// chosen by: how near a sentence shortened to its clauses is to the whole one, and
// how near it is to the others of its passage. With -v it prints both.
func TestNearnessFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("embeds texts")
	}
	x, err := retrieval.Shelf{}.Open(t.Context(), []corpus.Source{retrieval.Builtin()}, e5.Words(), e5.New(), nil)
	if err != nil {
		t.Fatal(err)
	}
	a := New(slog.New(slog.DiscardHandler), x, DefaultThreshold)
	var own, others []float64
	const every = 2 // sentences, of which one is looked at
	n := 0
	for _, p := range x.Documents()[0].Passages {
		for i, s := range p.Sentences {
			short := shortened(s.Text)
			if n++; n%every != 0 || short == "" {
				continue
			}
			all, err := a.nearness(t.Context(), short, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			for j, near := range all {
				if j == i {
					own = append(own, near.Z)
				} else {
					others = append(others, near.Z)
				}
			}
		}
	}
	slices.Sort(own)
	slices.Sort(others)
	at := func(sorted []float64, share float64) float64 { return sorted[int(share*float64(len(sorted)-1))] }
	above := func(sorted []float64) float64 {
		i, _ := slices.BinarySearch(sorted, leastNearness)
		return 1 - float64(i)/float64(len(sorted))
	}
	t.Logf("%d shortened sentences to their own: 1%% below %.2f, 5%% %.2f, median %.2f; %.1f%% at least %v", len(own), at(own, .01), at(own, .05), at(own, .5), 100*above(own), leastNearness)
	t.Logf("to %d others of the passage: median %.2f, 5%% above %.2f; %.1f%% at least %v", len(others), at(others, .5), at(others, .95), 100*above(others), leastNearness)
	if above(own) < 0.95 {
		t.Errorf("of sentences that are supported, only %.2f are found to be near", above(own))
	}
	if above(others) > 0.15 {
		t.Errorf("of other sentences, %.2f are found to be near", above(others))
	}
}

// shortened is a sentence up to its last comma, or "" where that is too little.
func shortened(s string) string {
	i := strings.LastIndex(s, ", ")
	if i < 0 || len(strings.Fields(s[:i])) < 6 {
		return ""
	}
	return s[:i]
}
