package brief_test

import (
	"slices"
	"strings"
	"testing"

	"rapporteur/embed"
	"rapporteur/retrieval"
	"rapporteur/retrieval/brief"
)

// otherWords are the phrases by which a briefing found what it has in other words, and
// what it quotes there.
func otherWords(b brief.Briefing) (phrases []string, said string) {
	last := b.Parts[len(b.Parts)-1]
	if len(last.Wordings) == 0 {
		return nil, ""
	}
	return last.Wordings, quoted(brief.Briefing{Parts: []brief.Part{last}})
}

// What the documents call a topic otherwise is quoted behind what has its own words, and
// the briefing says by which words it was found.
func TestInOtherWords(t *testing.T) {
	m := proceedings(t)
	b := briefing(t, m, brief.About("social security"))
	phrases, said := otherWords(b)
	if !slices.Contains(phrases, "social protection") || !strings.Contains(said, "Access to social protection has become a major issue") {
		t.Errorf("by %q:\n%s", phrases, said)
	}
	for _, p := range b.Parts[:len(b.Parts)-1] {
		for _, e := range p.Excerpts {
			if strings.Contains(said, e.Quote) {
				t.Errorf("twice: %q", e.Quote)
			}
		}
	}
	got := shown(b.Paper(brief.Form{}))
	before, after, ok := strings.Cut(got, "\nIn other words\n")
	if !ok || !strings.Contains(before, "the portability of social security") || !strings.Contains(after, "found by other words than those searched for: “") || !strings.Contains(after, "“social protection”") {
		t.Errorf("got\n%s", got)
	}
}

// What is a name, has a number, asks, joins two things, says more than a phrase can, is
// one word, has enough said of it or nothing, has no other words.
func TestNoOtherWords(t *testing.T) {
	m := proceedings(t)
	for _, topic := range []string{
		"World Bank", "Social Security", "resolution 58/208", "What is said about social security?", "trade and migration",
		"pay gap between men and women", "xenophobia", "rights of migrants", "nuclear weapons",
	} {
		if phrases, _ := otherWords(briefing(t, m, brief.About(topic))); phrases != nil {
			t.Errorf("%s: %q", topic, phrases)
		}
	}
	if phrases, _ := otherWords(briefing(t, maker(t, embed.Quote(), retrieval.Builtin()), brief.About("social security"))); phrases != nil {
		t.Errorf("by an embedder that knows no meaning: %q", phrases)
	}
}
