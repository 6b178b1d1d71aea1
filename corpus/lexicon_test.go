package corpus_test

import (
	"testing"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
)

func TestKnows(t *testing.T) {
	for word, want := range map[string]bool{
		"consultation":  true,
		"consultations": true,  // by an ending
		"reconsider":    true,  // by a prefix
		"carve":         true,  // of which "carved" is made
		"internatonal":  false, // though "inter" opens many words
		"transacton":    false, // though Acton is a town
		"consultatons":  false,
		"goverment":     false,
		"zzzz":          false,
		"":              false,
	} {
		if got := corpus.Knows(e5.Words(), word); got != want {
			t.Errorf("%q is known: %v, want %v", word, got, want)
		}
	}
}
