package answer

import (
	"regexp"
	"strings"
)

// A Gist is what of a text is compared with others, to tell whether they say the same.
type Gist struct {
	words   map[string]bool // the longer ones, and numbers
	negated bool
}

// GistOf returns the gist of a text.
func GistOf(text string) Gist {
	g := Gist{make(map[string]bool), negation.MatchString(text)}
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !isWordRune(r) }) {
		if len(w) > 3 || isNumber(w) {
			g.words[w] = true
		}
	}
	return g
}

// Same reports whether two texts say nearly the same in nearly the same words, as a
// summary does of its report.
func (g Gist) Same(o Gist) bool {
	const enough = 0.8 // of the words
	return g.alike(o) >= enough
}

// alike is the share of the shorter text's words that stand in the other too
// (the overlap coefficient, Szymkiewicz 1934), from 0 to 1; short words aside.
// It is 0 for texts that do not say the same for all their common words: too few
// to tell, a number that the other lacks, a negation in one of them.
func (g Gist) alike(o Gist) float64 {
	const fewest = 5
	shorter, longer := g.words, o.words
	if len(shorter) > len(longer) {
		shorter, longer = longer, shorter
	}
	if len(shorter) < fewest || g.negated != o.negated {
		return 0
	}
	both := 0
	for w := range shorter {
		if longer[w] {
			both++
		} else if isNumber(w) {
			return 0
		}
	}
	return float64(both) / float64(len(shorter))
}

var negation = regexp.MustCompile(`(?i)\b(not|no|never|nor|neither|without|cannot)\b`)

func isNumber(w string) bool { return strings.Trim(w, "0123456789") == "" }
