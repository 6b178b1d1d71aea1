package answer

import (
	"context"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// A question may ask what an abbreviation means. Passages that use it all along are
// most like such a question, and what answers it is the one place that spells it out.

// abbreviation is a word with two capitals or more and no small letter but a
// plural's.
const abbreviation = `[A-Z][A-Z0-9-]*[A-Z]s?`

var (
	isAbbreviation = regexp.MustCompile(`\b` + abbreviation + `\b`)
	// asksMeaning recognizes a question for what an abbreviation stands for.
	asksMeaning = regexp.MustCompile(`(?i)\b(stands? for|short for|abbreviat\w*|acronyms?|full (name|form)|meaning of|means?\W*$)`)
	// asksWhat recognizes a question for what that is which an abbreviation names.
	asksWhat = regexp.MustCompile(`^(?i:and )?(?i:what|who) (?i:is|are|was|were) (?i:the |an? )?(` + abbreviation + `)\W*$`)
)

// meant returns the abbreviations whose meaning question asks for. In one without any
// capital, each short word may be one.
func meant(question string) []string {
	if question == strings.ToLower(question) {
		question = withCapitals(question)
	}
	if asksMeaning.MatchString(question) {
		return isAbbreviation.FindAllString(question, -1)
	}
	if m := asksWhat.FindStringSubmatch(question); m != nil {
		return m[1:]
	}
	return nil
}

// longestAbbreviation is how many letters one has that is typed in small letters; the
// others of that length are words.
const longestAbbreviation = 7

// withCapitals writes the words of question in capitals that may be abbreviations.
func withCapitals(question string) string {
	words := strings.Fields(question)
	for i, w := range words {
		bare := strings.TrimRight(w, "?!.")
		if len(bare) > 1 && len(bare) <= longestAbbreviation && !questionWords[bare] && !notAbbreviated[bare] {
			words[i] = strings.ToUpper(bare) + w[len(bare):]
		}
	}
	return strings.Join(words, " ")
}

// notAbbreviated are the short words of a question for a meaning.
var notAbbreviated = wordSet(`and the an of in for by on to it stand stands short full name form letters mean means meaning`)

// spellsOut is 1 when a question asks for the meaning of an abbreviation that a hit
// gives behind the words it is short for: "Global Environment Facility (GEF)".
func spellsOut(question string, hits []retrieval.Hit) float64 {
	asked := meant(question)
	if slices.ContainsFunc(hits, func(h retrieval.Hit) bool { return spellsOutAny(h.Text, asked) }) {
		return 1
	}
	return 0
}

// meaningFirst puts in front of hits the passage that spells out what question asks the
// meaning of, if one of them does not yet stand first.
func (a *Answerer) meaningFirst(ctx context.Context, question string, hits []retrieval.Hit, only func(corpus.Passage) bool) ([]retrieval.Hit, error) {
	asked := meant(question)
	if len(asked) == 0 {
		return hits, nil
	}
	spells := func(p corpus.Passage) bool {
		return (only == nil || only(p)) && spellsOutAny(p.Text, asked)
	}
	if len(hits) > 0 && spells(hits[0].Passage) {
		return hits, nil
	}
	found, err := a.index.Search(ctx, question, retrieval.Options{Only: spells, Limit: 1})
	if err != nil {
		return nil, err
	}
	return filled(found, hits, len(hits)), nil
}

// preferMeaning puts the sentences that spell out one of shorts above all others.
func (s *selection) preferMeaning(shorts []string) {
	var spelling []int
	best, most := math.Inf(-1), math.Inf(-1)
	for n, c := range s.all {
		best = max(best, c.score)
		if spellsOutAny(s.text(n), shorts) {
			spelling = append(spelling, n)
			most = max(most, c.score)
		}
	}
	for _, n := range spelling {
		s.all[n].score += best - most + meaningBonus
	}
}

func spellsOutAny(text string, shorts []string) bool {
	return slices.ContainsFunc(shorts, func(short string) bool { return speltOut(text, short) })
}

// speltOut reports whether text gives short in brackets behind the words that it is
// short for.
func speltOut(text, short string) bool {
	short = strings.TrimSuffix(short, "s") // of a plural
	for {
		i := strings.Index(text, "("+short)
		if i < 0 {
			return false
		}
		rest := text[i+1+len(short):]
		if (strings.HasPrefix(rest, ")") || strings.HasPrefix(rest, "s)")) && isLongForm(text[:i], short) {
			return true
		}
		text = rest
	}
}

// isLongForm reports whether text, behind which short stands in brackets, ends with what
// that is short for: words with its initials, or else a name of two words or more, since
// an abbreviation may be of another language.
func isLongForm(text, short string) bool {
	if LongForm(text, short) != "" {
		return true
	}
	words := strings.Fields(text)
	capitals := 0
	for i := len(words) - 1; i >= 0 && capitals < 2; i-- {
		first, _ := utf8.DecodeRuneInString(strings.TrimLeft(words[i], "“\"'‘"))
		switch {
		case unicode.IsUpper(first) && words[i] != short:
			capitals++
		case !inLongForm[words[i]]:
			return false
		}
	}
	return capitals == 2
}

// LongForm returns the words at the end of text whose initials are short, "" when there
// are none. Words such as "of" may have none.
func LongForm(text, short string) string {
	initials := []rune(strings.ToLower(short))
	words := strings.Fields(text)
	i := len(initials) - 1
	for w := len(words) - 1; w >= 0 && i >= 0 && len(words)-w <= 2*len(initials)+2; w-- {
		word := strings.Trim(words[w], `“”"'‘’,`)
		if strings.ContainsAny(word, ".;:()") {
			return ""
		}
		parts := strings.FieldsFunc(strings.ToLower(word), func(r rune) bool { return r == '-' || r == '–' || r == '/' })
		matched := false
		for p := len(parts) - 1; p >= 0 && i >= 0; p-- {
			if first, _ := utf8.DecodeRuneInString(parts[p]); first == initials[i] {
				i--
				matched = true
			}
		}
		if !matched && !inLongForm[strings.ToLower(word)] {
			return ""
		}
		if i < 0 {
			return strings.Trim(strings.Join(words[w:], " "), `“”"'‘’, `)
		}
	}
	return ""
}

// inLongForm are the words that may stand in a long form without an initial.
var inLongForm = wordSet(`of the and for on in to a an de la el y du des et`)
