package corpus

import "strings"

// English makes words from words; no lexicon lists them all. The tables below
// hold the regular ways, so that "criminalization" counts as known because
// "criminal" is.

// An ending is taken off, and one of its stems must then be a word.
type ending struct {
	suffix string
	stems  []string // what may stand in its place
	double bool     // the stem's last consonant may have been doubled
}

var endings = []ending{
	{"ies", []string{"y"}, false},
	{"es", []string{""}, false},
	{"s", []string{""}, false},
	{"ied", []string{"y"}, false},
	{"ed", []string{"", "e"}, true},
	{"ing", []string{"", "e"}, true},
	{"ier", []string{"y"}, false},
	{"iest", []string{"y"}, false},
	{"er", []string{"", "e"}, true},
	{"or", []string{"", "e"}, false},
	{"est", []string{"", "e"}, true},
	{"ily", []string{"y"}, false},
	{"bly", []string{"ble"}, false},
	{"ically", []string{"ic", "y"}, false},
	{"ly", []string{""}, false},
	{"iness", []string{"y"}, false},
	{"ness", []string{""}, false},
	{"ment", []string{""}, false},
	{"able", []string{"", "e", "ate"}, true},
	{"ability", []string{"able", "", "e"}, false},
	{"ibility", []string{"ible"}, false},
	{"ify", []string{"e", "y"}, false},
	{"ity", []string{"", "e"}, false},
	{"ize", []string{"", "e", "y"}, false},
	{"ise", []string{"", "e", "y"}, false},
	{"izing", []string{"", "e", "y"}, false},
	{"ized", []string{"", "e", "y"}, false},
	{"ization", []string{"ize", "", "y"}, false},
	{"isation", []string{"ise", "ize", "", "y"}, false},
	{"ation", []string{"ate", "e", ""}, false},
	{"ative", []string{"ate", "e", ""}, false},
	{"ion", []string{"e"}, false},
	{"ist", []string{"", "y"}, false},
	{"ism", []string{"", "y"}, false},
	{"ful", []string{""}, false},
	{"less", []string{""}, false},
	{"ship", []string{""}, false},
	{"hood", []string{""}, false},
	{"like", []string{""}, false},
	{"wise", []string{""}, false},
	{"al", []string{"", "e"}, false},
	{"ial", []string{"", "y"}, false},
	{"ic", []string{"y", ""}, false},
	{"ous", []string{"", "e", "y"}, false},
	{"ency", []string{"ent"}, false},
	{"ancy", []string{"ant"}, false},
	{"ence", []string{"ent"}, false},
	{"ance", []string{"ant"}, false},
}

var prefixes = strings.Fields(`un non re inter intra trans over under mis dis pre post sub super co
	counter multi anti de out micro macro mini semi socio bio geo neo hyper hypo eco electro hydro
	photo thermo cyber tele ultra fore self auto poly mono pseudo para infra extra`)

// negated are the ends that take in-, im-, il- and ir- rather than un-. Only
// with these is the prefix taken off, since "in" is also the word that OCR
// joins to others most often.
var negated = strings.Fields(`able ible ably ibly ability ibility ent ently ence ency ant ance ancy
	ive ively ity ate ately ateness ateness acy uous al ally ity ities ect uate`)

// isDerived reports whether word is made of a word of the lexicon by at most
// depth regular endings and prefixes.
func isDerived(word string, lex Lexicon, depth int) bool {
	if depth == 0 || len(word) < 5 {
		return false
	}
	for i := range endings {
		if endsIn(word, &endings[i], lex, depth) {
			return true
		}
	}
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(word, p); ok && isStem(rest, 4, lex, depth) {
			return true
		}
	}
	for _, p := range []string{"in", "im", "il", "ir"} {
		if rest, ok := strings.CutPrefix(word, p); ok && takesIn(rest) && isStem(rest, 5, lex, depth) {
			return true
		}
	}
	return isAdverbialCompound(word)
}

// isPlain reports whether word is one regular ending or a negation away from a
// word of the lexicon, so plainly that it may be taken for what was meant.
func isPlain(word string, lex Lexicon) bool {
	if len(word) < 6 {
		return false
	}
	for i := range endings {
		e := &endings[i]
		if e.suffix != "al" && e.suffix != "ial" && e.suffix != "ic" && endsIn(word, e, lex, 1) {
			return true
		}
	}
	for _, p := range [...]string{"un", "non", "inter", "trans"} {
		if rest, ok := strings.CutPrefix(word, p); ok && isStem(rest, 5, lex, 1) {
			return true
		}
	}
	return false
}

func endsIn(word string, e *ending, lex Lexicon, depth int) bool {
	root, ok := strings.CutSuffix(word, e.suffix)
	min := 4
	switch e.suffix {
	case "s", "es", "ed", "ing", "er", "ly", "al":
		min = 3
	}
	if !ok || len(root) < min {
		return false
	}
	last := root[len(root)-1]
	if e.suffix == "ly" && last == 'a' || e.suffix == "s" && (last == 's' || last == 'i' || last == 'u') {
		return false // genera-ly and analysi-s are no derivations
	}
	if e.suffix == "es" && !strings.HasSuffix(root, "s") && !strings.HasSuffix(root, "x") &&
		!strings.HasSuffix(root, "z") && !strings.HasSuffix(root, "h") && last != 'o' {
		return false
	}
	for _, s := range e.stems {
		if isStem(root+s, min, lex, depth) {
			return true
		}
	}
	n := len(root)
	return e.double && n > 3 && root[n-2] == last && isStem(root[:n-1], 3, lex, depth)
}

// isStem reports whether stem is a word of at least min letters.
func isStem(stem string, min int, lex Lexicon, depth int) bool {
	return len(stem) >= min && (lex.Rank(stem) > 0 || isDerived(stem, lex, depth-1))
}

func takesIn(rest string) bool {
	for _, s := range negated {
		if strings.HasSuffix(rest, s) {
			return true
		}
	}
	return false
}

// isAdverbialCompound reports whether word is one of the old compounds such as
// "therein" and "whereby", which look like two words run together.
func isAdverbialCompound(word string) bool {
	for _, head := range [...]string{"here", "there", "where"} {
		rest, ok := strings.CutPrefix(word, head)
		if !ok {
			continue
		}
		switch rest {
		case "in", "of", "to", "by", "on", "at", "for", "from", "with", "upon", "after",
			"under", "inafter", "tofore", "abouts", "as", "unto", "into":
			return true
		}
	}
	return false
}
