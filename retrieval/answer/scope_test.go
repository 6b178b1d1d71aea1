package answer

import (
	"log/slog"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
)

// apiary is a report with papers behind it.
const apiary = `# On bees

## Executive summary

The council spoke of honey and of wax.

## Report of the meeting

The keepers said that honey was scarce in 1903.

## Women and bees

Women sell the honey at the market, and keep the hives.

## Conclusion

Honey will be dear.
`

func indexOf(t *testing.T, texts map[string]string) *retrieval.Index {
	t.Helper()
	var sources []corpus.Source
	for id, text := range texts {
		sources = append(sources, corpus.Source{Card: corpus.Card{ID: id, File: id + ".md"}, Path: "/" + id + ".md", Bytes: []byte(text)})
	}
	x, err := retrieval.Shelf{}.Open(t.Context(), sources, e5.Words(), embed.Quote(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// within returns the text of the passages in s, "" for none or the zero scope.
func (s scope) within(x *retrieval.Index) string {
	var b strings.Builder
	for _, d := range x.Documents() {
		for _, p := range d.Passages {
			if s.in != nil && s.in(p) {
				b.WriteString(p.Text)
			}
		}
	}
	return b.String()
}

func TestScopeOfAPart(t *testing.T) {
	x := indexOf(t, map[string]string{"apiary": apiary})
	const summary, women, conclusion = "The council spoke of honey and of wax.", "Women sell the honey at the market, and keep the hives.", "Honey will be dear."
	for question, want := range map[string]string{
		"What does the executive summary say about honey?":  summary,
		"Is honey mentioned in the summary of the council?": summary,
		"What is said of honey in the women's paper?":       women,
		"According to the paper on women, who sells it?":    women,
		"What does the paper on women say about honey?":     women,
		"What is the conclusion?":                           conclusion,
		// Not of these documents, not of a part of them, or of several.
		"What does the annex say about honey?":            "",
		"What does the report say about honey?":           "",
		"What does the ILO paper say about honey?":        "",
		"Do the summary and the conclusion speak of wax?": "",
		"How much honey was there in 1903?":               "",
		"":                                                "",
	} {
		if got := scopeOf(x, question).within(x); got != want {
			t.Errorf("%q: %q, want %q", question, got, want)
		}
	}
}

func TestScopeOfASubject(t *testing.T) {
	speech := func(country string) string {
		return "# Debate\n\n## Thanks\n\n" + country + " thanks the President.\n\n## Bees\n\nThe bees of " + country + " are few.\n\n## Hope\n\n" +
			country + " has hope.\n\n## Plans\n\nWe shall burn the old hives, with Malta.\n"
	}
	report := "# Peru\n\n## Hives\n\nPeru has hives.\n\n## Wax\n\nPeru has wax.\n\n## Bees\n\nPeru has bees.\n"
	x := indexOf(t, map[string]string{"a": speech("Iceland"), "b": speech("Fiji"), "c": "The hives of Chad are many.\n", "d": report})
	for question, want := range map[string]string{
		"What does Iceland say about hives?":       "What does we say about hives?",
		"What is Iceland's view of hives?":         "What is our view of hives?",
		"Which hives has Fiji burnt, by Iceland?":  "Which hives has we burnt, by Iceland?",
		"What does Peru say about hives?":          "What does Peru say about hives?", // not its own words
		"Which hives does the Fiji Council have?":  "",
		"What should be done about Iceland?":       "", // it is not what is asked
		"What does Malta say about hives?":         "", // all speak of it
		"What does Greenland say about hives?":     "",
		"What is said about hives?":                "",
		"What does the Council of Fiji say of it?": "",
	} {
		s := scopeOf(x, question)
		if (s.in == nil) != (want == "") || want != "" && s.rest != want || want == "" && s.rest != question {
			t.Errorf("%q: %q in %q", question, s.rest, s.within(x))
		}
	}
	if s := scopeOf(indexOf(t, map[string]string{"a": speech("Iceland")}), "What does Iceland say?"); s.in != nil {
		t.Error("a single document is no scope")
	}
}

// What is found in the scope comes first, and what is found elsewhere behind it.
func TestAskWithinAScope(t *testing.T) {
	x := indexOf(t, map[string]string{"apiary": apiary})
	a := New(slog.New(slog.DiscardHandler), x, 0)
	out, err := a.Ask(t.Context(), Question{Text: "What does the conclusion say about honey?"})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Hits) != x.Len() || out.Hits[0].Text != "Honey will be dear." {
		t.Errorf("of %d passages %d hits, first %q", x.Len(), len(out.Hits), out.Hits[0].Text)
	}
	for i, h := range out.Hits[1:] {
		if h.Score > out.Hits[i].Score {
			t.Errorf("hit %d has a higher score than the one before", i+2)
		}
	}
	// Only what may be searched, also within a scope.
	out, err = a.Ask(t.Context(), Question{Text: "What does the conclusion say about honey?", Only: func(p corpus.Passage) bool { return p.Text != "Honey will be dear." }})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range out.Hits {
		if h.Text == "Honey will be dear." {
			t.Error("found what was not to be searched")
		}
	}
}

// FuzzScope holds any question to be one that a scope can be sought for.
func FuzzScope(f *testing.F) {
	f.Add("What does the executive summary say about the summary of the annex?")
	f.Add("the paper on  women's’")
	f.Add("Is Fiji's, Fiji’s Fiji?")
	var x *retrieval.Index
	f.Fuzz(func(t *testing.T, question string) {
		if x == nil {
			x = indexOf(t, map[string]string{"a": apiary, "b": "# A\n\nFiji is far.\n\n# B\n\nFiji is fair.\n\n# C\n\nFiji.\n"})
		}
		if s := scopeOf(x, question); s.in != nil && s.rest == "" && question != "" {
			t.Errorf("nothing is left to ask of %q", question)
		}
	})
}
