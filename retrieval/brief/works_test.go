package brief

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/brief/cite"
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

// A reference in the text leads to one entry in the list.
func TestWorksAreToldApart(t *testing.T) {
	excerpt := func(id, title string) Excerpt {
		c := answer.Citation{Passage: corpus.Passage{Doc: &corpus.Card{File: id}}}
		return Excerpt{Citation: Citation{Citation: c, Work: cite.Work{ID: id, Author: "Harbour Board", Title: title}}}
	}
	b := Briefing{Parts: []Part{{Query: "light", Excerpts: []Excerpt{excerpt("2", "Second meeting"), excerpt("1", "First meeting")}}}}
	apa, err := cite.StyleNamed("apa")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, block := range b.Paper(Form{Style: apa}).Blocks {
		for _, run := range block.Runs {
			text.WriteString(run.Text)
		}
		text.WriteByte('\n')
	}
	places := []int{0}
	for _, want := range []string{"(Harbour Board, n.d.-b)", "(Harbour Board, n.d.-a)", "(n.d.-a). First meeting", "(n.d.-b). Second meeting"} {
		places = append(places, strings.Index(text.String(), want))
	}
	if !slices.IsSorted(places) {
		t.Errorf("at %v in\n%s", places, text.String())
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
