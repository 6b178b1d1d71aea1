package main

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"rapporteur/corpus"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

// acronyms are short forms that the documents spell out themselves, as in
// "High-Level Dialogue (HLD)": by the short form, the long one.
type acronyms map[string]string

// shortForm recognizes a short form in brackets behind the words it stands for.
var shortForm = regexp.MustCompile(`\(([A-Z][A-Za-z]*[A-Z])s?\)`)

// learnAcronyms collects the acronyms of passages; of two long forms it keeps
// the one that is met more often, and of equals the first.
func learnAcronyms(x *retrieval.Index) acronyms {
	count := make(map[string]map[string]int)
	a := make(acronyms)
	for _, p := range passagesOf(x) {
		for _, at := range shortForm.FindAllStringSubmatchIndex(p.Text, -1) {
			short := p.Text[at[2]:at[3]]
			long := answer.LongForm(p.Text[:at[0]], short)
			if long == "" {
				continue
			}
			if count[short] == nil {
				count[short] = make(map[string]int)
			}
			key := strings.ToLower(long)
			count[short][key]++
			if best, ok := a[short]; !ok || count[short][key] > count[short][strings.ToLower(best)] {
				a[short] = long
			}
		}
	}
	return a
}

// passagesOf returns all passages of an index.
func passagesOf(x *retrieval.Index) []corpus.Passage {
	var all []corpus.Passage
	for _, d := range x.Documents() {
		all = append(all, d.Passages...)
	}
	return all
}

// expansions returns what query may also be spelt as: of its short forms the
// long ones, and the other way round.
func (a acronyms) expansions(query string) []string {
	var out []string
	padded := inWords(query)
	for short, long := range a {
		hasShort, hasLong := strings.Contains(padded, inWords(short)), strings.Contains(padded, inWords(long))
		switch {
		case hasShort && !hasLong:
			out = append(out, long)
		case hasLong && !hasShort:
			out = append(out, short)
		}
	}
	slices.Sort(out)
	return out
}

// inWords is text in lower case with one space before and behind each word.
func inWords(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return " " + strings.Join(words, " ") + " "
}
