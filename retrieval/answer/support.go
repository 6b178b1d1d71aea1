package answer

import (
	"regexp"
	"strings"
)

// What a language model wrote is believed only where the sentence that it cites
// says it in the same words. A written sentence may leave out what stands between
// commas or in brackets, a phrase before a comma, a few adverbs, and whole clauses
// before and after; and articles and the like come and go. It may bring in no
// word, move none, and lose no name, number, negation, condition or hedge from
// among what it keeps. That is stricter than a reader would be, since a model that
// is not believed costs nothing: the quotations stand.

// An aligned is how a written sentence lies in one of the documents'.
type aligned struct {
	start int // the source's token that the first written one is
	whole bool
}

// align finds the written tokens in the source's, or reports that they are not
// supported there.
func align(written, source []token) (aligned, bool) {
	if len(written) == 0 {
		return aligned{}, false
	}
	for j := range source {
		if written[0].stem != source[j].stem || !opens(source, j) {
			continue
		}
		if follows(written, source, j) {
			return aligned{start: j, whole: j == 0}, true
		}
	}
	return aligned{}, false
}

// follows reports whether the written tokens are those of the source from start
// on, but for runs that may be left out.
func follows(written, source []token, start int) bool {
	// reached holds where the written token before may lie in the source.
	reached := map[int]bool{start: true}
	for i := 1; i < len(written); i++ {
		next := make(map[int]bool)
		for k := range reached {
			for j := k + 1; j < len(source); j++ {
				if written[i].stem == source[j].stem && maySkip(source, k+1, j) {
					next[j] = true
				}
			}
		}
		reached = next
	}
	for k := range reached {
		if closes(source, k) {
			return true
		}
	}
	return false
}

// opens reports whether a sentence of its own may begin with token j: at the
// beginning, after a semicolon or colon, with what follows "that", or with the
// subject after an introduction. What comes after another comma may be one of
// several: "the ministers of Spain, Egypt and Tunisia". Nothing may turn it that
// stands before.
func opens(source []token, j int) bool {
	t := source[j]
	if !t.stop && !t.that && !(t.comma && !t.and && introductions[source[0].opener]) {
		return false
	}
	for i := j - 1; i >= 0; i-- {
		if source[i].turns {
			return false
		}
		// A clause with "that" hangs on all before it: "it denied, again, that".
		if source[i].stop && !t.that {
			break
		}
	}
	return true
}

// closes reports whether a sentence may end with token k: where a clause ends, and
// nothing turns it that comes after.
func closes(source []token, k int) bool {
	inClause := true
	for j := k + 1; j < len(source); j++ {
		t := source[j]
		if j == k+1 && (!t.comma && !t.and || t.number() && source[k].number()) {
			return false // the clause goes on, or the unit of several numbers is yet to come
		}
		inClause = inClause && !t.comma
		if inClause && t.turns || t.condition {
			return false
		}
	}
	return true
}

// maySkip reports whether the tokens from i up to j may be left out: each stretch
// of them between commas must be an adverb, or a phrase that begins and ends where
// one may.
func maySkip(source []token, i, j int) bool {
	for i < j {
		end := i + 1
		for end < j && !source[end].comma {
			end++
		}
		if !maySkipStretch(source, i, end) {
			return false
		}
		i = end
	}
	return true
}

func maySkipStretch(source []token, i, end int) bool {
	first, after := source[i], source[end] // a written token lies behind every skipped one
	anchors, adverbs, bracketed, numbers := 0, true, true, false
	for _, t := range source[i:end] {
		if t.turns {
			return false
		}
		if t.anchor {
			anchors++
			numbers = numbers || !startsUpper(t.word)
		}
		adverbs = adverbs && idleAdverbs[strings.ToLower(t.word)]
		bracketed = bracketed && t.bracket > after.bracket
	}
	phrase := prepositions[strings.ToLower(first.word)]
	switch {
	case adverbs || bracketed:
		return true
	case first.and || first.stop || !after.comma:
		return false // another subject may come with it: "and the members, in turn, paid"
	case phrase:
		return anchors == 0 || first.comma
	case !first.comma || introduces(source, i):
		return false // the clause itself would go: "to a large extent, it depends on work, and pay"
	}
	// "The council, which met in Rome, paid", but not "the council, Egypt, paid".
	return anchors == 0 || !numbers && end-i > 1
}

// introduces reports whether what stands before token i is a phrase that comes
// before the subject.
func introduces(source []token, i int) bool {
	if !introductions[source[0].opener] {
		return false
	}
	for _, t := range source[1:i] {
		if t.comma {
			return false
		}
	}
	return true
}

// fewestTokens is how much a written sentence must say, in words that are not
// light.
const fewestTokens = 3

// supports returns how a source sentence supports a written one, by the words
// alone.
func supports(written, source string) (aligned, bool) {
	tokens := tokenize(written)
	if len(tokens) < fewestTokens || !verbatim(written, source) {
		return aligned{}, false
	}
	a, ok := align(tokens, tokenize(source))
	if first := strings.ToLower(firstWord(written)); pronouns[first] {
		// It stands for the same only where the source says so too.
		ok = ok && a.whole && first == strings.ToLower(firstWord(source))
	}
	return a, ok
}

func firstWord(text string) string {
	first, _, _ := strings.Cut(strings.TrimLeft(text, `"'“‘(`), " ")
	return strings.TrimRight(first, ",.;:")
}

var (
	quoted = regexp.MustCompile(`[“"«]([^“”"«»]+)[”"»]`)
	// What a platform may make a link or a mention of, or take for markup.
	active = regexp.MustCompile(`(?i)\S*(?:://|www\.|@|[<>|\\` + "`" + `*_~#{}\[\]^])\S*|\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b`)
)

// verbatim reports whether what written puts in quotation marks stands so in
// source, and what could act on a platform as well.
func verbatim(written, source string) bool {
	for _, q := range quoted.FindAllStringSubmatch(written, -1) {
		if !strings.Contains(letters(source), letters(q[1])) {
			return false
		}
	}
	for _, a := range active.FindAllString(written, -1) {
		if !strings.Contains(source, strings.TrimRight(a, ".,;:!?)")) {
			return false
		}
	}
	return true
}
