package corpus

import "strings"

// A Lexicon knows the words of a language. OCR repair asks it which readings
// of a damaged word are words at all, and which is the commoner one.
type Lexicon interface {
	// Rank returns how common a lower-case word is: 1 for the most common word,
	// larger numbers for rarer ones, 0 for a word that the lexicon does not hold.
	Rank(word string) int
}

// Knows reports whether lex holds a lower-case word, or one that it is made of by a
// regular ending or a prefix, as "reconsider" is of "consider", or one that is made
// of it, as "carved" is of "carve". It is stricter than the repair of OCR, where a
// word has been read by a machine and "transacton" may well be "trans" and "acton".
func Knows(lex Lexicon, word string) bool {
	const (
		fewestLetters      = 4
		fewestBehindPrefix = 6
	)
	if lex.Rank(word) > 0 {
		return true
	}
	if len(word) < fewestLetters {
		return false
	}
	for i := range endings {
		if endsIn(word, &endings[i], lex, 1) {
			return true
		}
	}
	for _, prefix := range prefixes {
		if rest, ok := strings.CutPrefix(word, prefix); ok && len(rest) >= fewestBehindPrefix && lex.Rank(rest) > 0 {
			return true
		}
	}
	for _, ending := range [...]string{"s", "d", "ed", "ing", "er", "ers", "ly", "ion"} {
		if lex.Rank(word+ending) > 0 {
			return true
		}
	}
	stem, ok := strings.CutSuffix(word, "e")
	return ok && (lex.Rank(stem+"ing") > 0 || lex.Rank(stem+"ion") > 0)
}
