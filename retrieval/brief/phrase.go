package brief

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/retrieval"
)

// A phrase is two words that stand together, with no more than a small one between.
type phrase struct {
	text  string
	terms []string
}

var (
	aWord = regexp.MustCompile(`\pL[\pL’'-]+`)
	links = regexp.MustCompile(`^ (?:(?:of|to|in|for) )?$`)
)

// phrases returns those of a text but for names.
func (m *Maker) phrases(text string) []phrase {
	var out []phrase
	before, end := retrieval.Term{}, 0
	for _, at := range aWord.FindAllStringIndex(text, -1) {
		terms := m.index.Terms(text[at[0]:at[1]])
		if len(terms) != 1 {
			continue
		}
		term := terms[0]
		term.Start = at[0]
		if before.Text != "" && links.MatchString(text[end:at[0]]) && !(capitalized(text[before.Start:]) && capitalized(text[at[0]:])) {
			out = append(out, phrase{strings.ToLower(text[before.Start:at[1]]), []string{before.Text, term.Text}})
		}
		before, end = term, at[1]
	}
	return out
}

func capitalized(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return unicode.IsUpper(first)
}

// nearPhrases returns the phrases of the sentences that are nearest to the topic, each
// once, and no more than mostSeen.
func (m *Maker) nearPhrases(hits []retrieval.Hit) []phrase {
	type sentence struct {
		text string
		z    float64
	}
	var sentences []sentence
	for _, h := range hits {
		for j, s := range h.Passage.Sentences {
			sentences = append(sentences, sentence{s.Text, h.Sentences[j].Z})
		}
	}
	slices.SortStableFunc(sentences, func(a, b sentence) int { return cmp.Compare(b.z, a.z) })
	var out []phrase
	for _, s := range sentences[:min(nearest, len(sentences))] {
		for _, p := range m.phrases(s.text) {
			if !slices.ContainsFunc(out, func(o phrase) bool { return slices.Equal(o.terms, p.terms) }) {
				out = append(out, p)
			}
			if len(out) == mostSeen {
				return out
			}
		}
	}
	return out
}

// stands reports whether p stands in a text.
func (p phrase) stands(r reading) bool {
	for i := range r.order {
		if i+len(p.terms) <= len(r.order) && slices.Equal(r.order[i:i+len(p.terms)], p.terms) {
			return true
		}
	}
	return false
}
