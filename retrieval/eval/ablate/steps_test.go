package main

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
)

func TestExpansions(t *testing.T) {
	a := acronyms{"ILO": "International Labour Organization", "HLD": "high-level dialogue"}
	for query, want := range map[string][]string{
		"What did the ILO say?":                               {"International Labour Organization"},
		"What of the High-Level Dialogue?":                    {"HLD"},
		"What did the International Labour Organization, ILO": nil,
		"What of silos?":                                      nil,
	} {
		if diff := cmp.Diff(want, a.expansions(query)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", query, diff)
		}
	}
}

// find searches a small text.
func find(t *testing.T, query string) search {
	t.Helper()
	filler := strings.Repeat("The weather was fine for all who were there that spring. ", 12)
	text := "I. HONEY\n\nThe keepers of the International Bee Office (IBO) gave forty barrels. " + filler +
		"\n\nII. MOTHS\n\nThe IBO burnt boxes in 1903. " + filler + "\n\nIII. WAX\n\nNothing was said of wax. " + filler + "\n"
	d, err := corpus.Read(corpus.Card{ID: "bees", File: "bees.txt"}, []byte(text), e5.Words())
	if err != nil {
		t.Fatal(err)
	}
	x, err := retrieval.Build(context.Background(), []*corpus.Document{d}, embed.Quote(), nil)
	if err != nil {
		t.Fatal(err)
	}
	hits, err := x.Search(context.Background(), query, retrieval.Options{Limit: x.Len()})
	if err != nil {
		t.Fatal(err)
	}
	return search{x, learnAcronyms(x), query, hits}
}

func TestSteps(t *testing.T) {
	s := find(t, "Which moths did the IBO burn in 1903?")
	title := func(values []float64) string {
		best := 0
		for i, v := range values {
			if v > values[best] {
				best = i
			}
		}
		return s.hits[best].Section[0]
	}
	for name, part := range map[string]func(search) []float64{"words": words, "titles": titles, "names and numbers": namesAndNumbers} {
		if got := title(part(s)); got != "II. Moths" {
			t.Errorf("%s say %s", name, got)
		}
	}
	for _, step := range steps {
		if got := step.rank(s); len(got) != len(s.hits) {
			t.Errorf("%s: %d hits of %d", step.name, len(got), len(s.hits))
		}
	}
	// A weight of 0 changes nothing, one that is large enough all.
	if diff := cmp.Diff(s.asItIs()[0].ID, add(0, titles)(s)[0].ID); diff != "" {
		t.Error(diff)
	}
	if got := add(-1e6, titles)(s)[0].Section[0]; got == "II. Moths" {
		t.Error("titles were not held against", got)
	}
	if got := s.spelt(); got == nil || !strings.Contains(got.query, "International Bee Office") {
		t.Errorf("spelt out: %+v", got)
	}
}
