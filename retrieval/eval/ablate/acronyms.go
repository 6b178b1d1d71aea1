package main

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"rapporteur/corpus"
	"rapporteur/retrieval"
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
			long := longForm(p.Text[:at[0]], short)
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

// longForm returns the words at the end of before whose initials are short, ""
// when there are none. Words such as "of" may have none.
func longForm(before, short string) string {
	initials := []rune(strings.ToLower(short))
	words := strings.FieldsFunc(before, func(r rune) bool { return unicode.IsSpace(r) })
	i := len(initials) - 1
	for w := len(words) - 1; w >= 0 && i >= 0 && len(words)-w <= 2*len(initials)+2; w-- {
		word := strings.Trim(words[w], `“”"'‘’,`)
		if strings.ContainsAny(word, ".;:()") {
			return ""
		}
		parts := strings.FieldsFunc(strings.ToLower(word), func(r rune) bool { return r == '-' || r == '–' || r == '/' })
		matched := false
		for p := len(parts) - 1; p >= 0 && i >= 0; p-- {
			if r := []rune(parts[p]); r[0] == initials[i] {
				i--
				matched = true
			}
		}
		if !matched && !slices.Contains(small, strings.ToLower(word)) {
			return ""
		}
		if i < 0 {
			return strings.Trim(strings.Join(words[w:], " "), `“”"'‘’, `)
		}
	}
	return ""
}

// small words may stand in a long form without an initial.
var small = []string{"of", "the", "and", "for", "on", "in", "to", "a", "an", "de", "la", "el", "y", "du", "des", "et"}

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
