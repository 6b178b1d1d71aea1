package brief

import (
	"regexp"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/retrieval/answer"
)

func TestSlug(t *testing.T) {
	for text, want := range map[string]string{
		"third-coordination-meeting-2004":   "third-coordination-meeting-2004",
		"Women and International Migration": "women-and-international-migration",
		"A/59/325":                          "a-59-325",
		"Été à Genève":                      "t-gen-ve-[0-9a-f]{8}",
		"国际移徙":                              "[0-9a-f]{8}",
		"?!":                                "[0-9a-f]{8}",
		strings.Repeat("long ", 50):         "(long-){12}[0-9a-f]{8}",
	} {
		if got := slug(text); !regexp.MustCompile("^" + want + "$").MatchString(got) {
			t.Errorf("%q: %q, want %s", text, got, want)
		}
	}
}

// Anchors are made of few characters, and no two places share one.
func FuzzAnchor(f *testing.F) {
	f.Add("minutes/2004/0001", "minutes-2004/0001")
	f.Add("Été/0001", "ete/0001")
	shape := regexp.MustCompile(`^[a-z0-9-]+$`)
	f.Fuzz(func(t *testing.T, first, second string) {
		at := func(document string) string {
			return anchor(answer.Citation{Passage: corpus.Passage{ID: document + "/0001"}, Span: corpus.Span{Start: 3, End: 9}})
		}
		a, b := at(first), at(second)
		if !shape.MatchString(a) || !shape.MatchString(b) {
			t.Fatalf("%q and %q", a, b)
		}
		if (a == b) != (first == second) {
			t.Fatalf("%q gives %q, and %q gives %q", first, a, second, b)
		}
	})
}
