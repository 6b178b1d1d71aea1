package retrieval

import (
	"regexp"
	"strings"

	"rapporteur/corpus"
	"rapporteur/embed"
)

// A report takes up one item after the other, and says of each: "The SBI agreed to
// consider this agenda item in informal consultations." Which item that is stands in
// the heading alone. Such words are embedded with the titles above them; others are
// not, since there titles help as often as they mislead.

// pointsAbove recognizes words that leave it to the heading what they speak of.
var pointsAbove = regexp.MustCompile(`(?i)\b(this|these|the) (agenda )?(sub-?)?items?\b` +
	`|\b(this|these) (matters?|issues?|questions?|topics?|subjects?|consultations|negotiations|discussions?)\b`)

// longestHeading is how many words of titles are embedded at most, so that what stands
// below has its say: half as many as a short passage has.
const longestHeading = 60

// heading returns the titles above p if text, which is of p, leaves it to them what it
// speaks of, to be put before text; else "".
func heading(p corpus.Passage, text string) string {
	if len(p.Section) == 0 || !pointsAbove.MatchString(text) {
		return ""
	}
	titles := strings.Join(p.Section, ". ") + ". "
	if len(strings.Fields(titles)) > longestHeading {
		return ""
	}
	return titles
}

// moveBack counts where tokens stand from the passage's own first byte, and no longer
// from that of the titles, n bytes, before it: those of the titles stand below 0, and so
// in no sentence.
func moveBack(tokens []embed.Token, n int) {
	for i := range tokens {
		tokens[i].Start -= n
		tokens[i].End -= n
	}
}
