package brief

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// An acronym stands for a name, as a document explains it: "the high-level dialogue
// (HLD)". Both are the terms that are searched.
type acronym struct {
	short string
	long  []string
}

var explained = regexp.MustCompile(`\(([A-Z][A-Za-z]*[A-Z])\)`)

// acronyms finds those that d explains. terms returns the terms of a text.
func acronyms(d *corpus.Document, terms func(string) []retrieval.Term) []acronym {
	var out []acronym
	known := make(map[string]bool)
	for _, p := range d.Passages {
		for _, m := range explained.FindAllStringSubmatchIndex(p.Text, -1) {
			letters := p.Text[m[2]:m[3]]
			name := expansion(letters, p.Text[:m[0]])
			short := terms(letters)
			if name == "" || known[letters] || len(short) != 1 {
				continue
			}
			known[letters] = true
			a := acronym{short: short[0].Text}
			for _, t := range terms(name) {
				a.long = append(a.long, t.Text)
			}
			out = append(out, a)
		}
	}
	return out
}

// expansion is the words at the end of before whose initials are letters, small
// words such as "of" aside; "" when they are not.
func expansion(letters, before string) string {
	at := len(strings.TrimRight(before, " "))
	before = before[:at]
	left := []rune(strings.ToLower(letters))
	for len(left) > 0 && at > 0 {
		from := strings.LastIndexAny(before[:at], " -") + 1
		first, _ := utf8.DecodeRuneInString(before[from:at])
		switch {
		case from == at, !unicode.IsLetter(first):
			return ""
		case unicode.ToLower(first) == left[len(left)-1]:
			left = left[:len(left)-1]
		case unicode.IsUpper(first) || at-from > len("with"):
			return ""
		}
		if len(left) == 0 {
			return before[from:]
		}
		at = max(from-1, 0)
	}
	return ""
}

// spellOut adds to the terms of a sentence what its acronyms stand for, and the
// acronyms of what it names in full.
func (t *text) spellOut(found map[string]bool) {
next:
	for _, a := range t.acronyms {
		if found[a.short] {
			for _, term := range a.long {
				found[term] = true
			}
			continue
		}
		for _, term := range a.long {
			if !found[term] {
				continue next
			}
		}
		found[a.short] = true
	}
}
