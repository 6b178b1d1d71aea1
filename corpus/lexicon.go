package corpus

// A Lexicon knows the words of a language. OCR repair asks it which readings
// of a damaged word are words at all, and which is the commoner one.
type Lexicon interface {
	// Rank returns how common a lower-case word is: 1 for the most common word,
	// larger numbers for rarer ones, 0 for a word that the lexicon does not hold.
	Rank(word string) int
}
