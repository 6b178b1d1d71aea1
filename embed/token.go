package embed

import "context"

// A Token is a word of a text, or a piece of one, with a small vector of its own
// for comparing texts word by word.
type Token struct {
	ID         int32 // names the piece in the model's vocabulary
	Start, End int   // the bytes [Start, End) of the text
	// Vector has unit length when divided by 127; all of a model's are equally
	// long. It means the token where it stands, not the word as such.
	Vector []int8
}

// Cosine returns the cosine of two tokens' vectors.
func (t Token) Cosine(u Token) float64 {
	var sum int32
	for i, x := range t.Vector {
		sum += int32(x) * int32(u.Vector[i])
	}
	return float64(sum) / (127 * 127)
}

// A TokenEmbedder is an Embedder that can also tell texts apart word by word.
type TokenEmbedder interface {
	Embedder

	// Tokens returns for each text, in order, its vector, as Embed does, and its
	// tokens from left to right. Of a text that is too long for the model, the
	// tokens of the beginning are returned.
	Tokens(ctx context.Context, kind Kind, texts []string) ([]Vector, [][]Token, error)
}
