package answer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a word that stands for something said before refers to is looked for
// among the names in the question before. Where there is but one that it can
// be, the name is put in its place; where there is none or more than one, both
// questions are searched as they are, which is right more often than a guess.

var (
	person = regexp.MustCompile(`(?i)^(mr|mrs|ms|miss|mx|dr|prof|professor|president|ambassador|minister|judge|sir|lady|king|queen|pope)\b\.?`)
	// A name's own small words, as in "Commission on the Status of Women".
	inName = []string{"of", "on", "for", "the", "de", "la"}
	// Pronouns that can stand for one person or one thing. "They" and "that" may
	// stand for anything.
	ofPerson = []string{"he", "him", "his", "she", "her"}
	ofThing  = []string{"it", "its"}
	opening  = regexp.MustCompile(`(?i)^(?:and|but|so|then|also)\s+(?:(?:what|which|who|whom|whose|when|where|why|how|did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|in|on|by|at|to|from)\b)`)
	// "And in Africa?", "What about the IOM?": nothing but a new place or name.
	instead = regexp.MustCompile(`(?i)^(?:(?:and|or|but)\s+|(?:and\s+|but\s+)?(?:what|how) about\s+)(?:(in|at|by|from|for|to|during|under|on)\s+)?(.+?)\s*\??$`)
)

// names returns the names in text, each as it is written and without a
// possessive ending; the words that open a sentence are none by themselves.
func names(text string) []string {
	words := strings.Fields(text)
	var out []string
	for i := 0; i < len(words); i++ {
		if !isName(words, i) {
			continue
		}
		last := i
		for j := i + 1; j < len(words) && !ends(words[j-1]); j++ {
			if isName(words, j) || last == j-1 && startsWithDigit(words[j]) {
				last = j
			} else if !slices.Contains(inName, words[j]) {
				break
			}
		}
		name := strings.Join(words[i:last+1], " ")
		name = strings.TrimRight(name, ".,;:?!)”\"'’")
		name = strings.TrimLeft(strings.TrimSuffix(strings.TrimSuffix(name, "'s"), "’s"), "(“\"'‘")
		if i > 0 && strings.EqualFold(words[i-1], "the") {
			name = "the " + name
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
		i = last
	}
	return out
}

// isName reports whether words[i] is written as a name is: with a capital, and
// not only since it opens a sentence.
func isName(words []string, i int) bool {
	w := strings.TrimLeft(words[i], "(“\"'‘")
	first, _ := utf8.DecodeRuneInString(w)
	if !unicode.IsUpper(first) || w == "I" {
		return false
	}
	return i > 0 && !strings.ContainsAny(words[i-1][len(words[i-1])-1:], "?!") || person.MatchString(w)
}

// ends reports whether a name cannot go on behind word. A full stop may be that
// of "Mr."
func ends(word string) bool {
	return strings.HasSuffix(word, ",") || strings.HasSuffix(word, "?") || strings.HasSuffix(word, "'s") || strings.HasSuffix(word, "’s") ||
		strings.HasSuffix(word, ".") && !person.MatchString(word)
}

func startsWithDigit(word string) bool { return word != "" && word[0] >= '0' && word[0] <= '9' }

// referred returns text with its pronouns replaced by what they stand for in
// before, and whether that could be told for all of them.
func referred(text, before string) (string, bool) {
	bare := idle.ReplaceAllString(text, " ")
	var found []string
	for _, p := range pronoun.FindAllString(bare, -1) {
		if p = strings.ToLower(p); !slices.Contains(found, p) {
			found = append(found, p)
		}
	}
	if len(found) == 0 || strings.Contains(text, "\n") {
		return text, false
	}
	var name string
	switch {
	case every(found, ofPerson):
		name = only(names(before), true)
	case every(found, ofThing) && bare == text:
		name = only(names(before), false)
	}
	if name == "" {
		return text, false
	}
	if opening.MatchString(text) {
		_, text, _ = strings.Cut(text, " ")
	}
	return upperFirst(replacePronouns(text, name)), true
}

// every reports whether all of words are among allowed.
func every(words, allowed []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(allowed, w) })
}

// only returns the one name that is a person's, or is none; "" when there are
// none or several.
func only(names []string, ofPerson bool) string {
	var found string
	for _, name := range names {
		if person.MatchString(name) != ofPerson {
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}

var resolvable = regexp.MustCompile(`(?i)\b(he|him|his|she|her|it|its)\b(\s+[\pL])?`)

// replacePronouns puts name in the place of each pronoun, in the possessive
// where the pronoun is.
func replacePronouns(text, name string) string {
	return resolvable.ReplaceAllStringFunc(text, func(match string) string {
		word, rest, followed := strings.Cut(match, " ")
		switch strings.ToLower(word) {
		case "his", "its":
			word = name + "'s"
		case "her":
			if word = name; followed {
				word += "'s"
			}
		default:
			word = name
		}
		if followed {
			word += " " + rest
		}
		return word
	})
}

func upperFirst(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}

// replaced returns the question before with the place or name that text puts in
// the place of another, as in "And in Africa?", and whether text does no more
// than that.
func replaced(text, before string) (string, bool) {
	m := instead.FindStringSubmatch(text)
	if m == nil || strings.Count(before, "?") > 1 {
		return "", false
	}
	preposition, wanted := strings.ToLower(m[1]), m[2]
	if !bareName(wanted) {
		return "", false
	}
	var found []string
	for _, name := range names(before) {
		if kindOf(name) == kindOf(wanted) && (preposition == "" || strings.Contains(before, " "+preposition+" "+name)) {
			found = append(found, name)
		}
	}
	switch {
	case len(found) == 1:
		if kindOf(wanted) == anAcronym && strings.HasPrefix(found[0], "the ") && !strings.HasPrefix(wanted, "the ") {
			wanted = "the " + wanted
		}
		return strings.Replace(before, found[0], wanted, 1), true
	case len(found) == 0 && preposition == "in":
		return strings.TrimRight(before, " ?.") + " in " + wanted + "?", true
	}
	return "", false
}

// bareName reports whether text is one name and nothing else.
func bareName(text string) bool {
	found := names("x " + text)
	return len(found) == 1 && strings.EqualFold(strings.TrimRight(found[0], " ?"), strings.TrimRight(text, " ?"))
}

// The kinds of names that can take each other's place.
const (
	aPerson = iota
	anAcronym
	anotherName
)

func kindOf(name string) int {
	bare := strings.TrimPrefix(name, "the ")
	switch {
	case person.MatchString(name):
		return aPerson
	case !strings.ContainsFunc(bare, unicode.IsLower):
		return anAcronym
	}
	return anotherName
}
