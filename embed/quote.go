package embed

import (
	"context"
	"hash/fnv"
	"math"
	"strings"
	"unicode"
)

// quoteSize is the length of Quote's vectors.
const quoteSize = 128

// Quote returns an embedder for tests. It knows no meaning, but needs no
// weights, and is honest in what it does know: the same text always has the same
// vector, different texts have different ones, and texts that share words lie
// nearer than texts that share none. Kind makes no difference to it.
func Quote() TokenEmbedder { return quote{} }

type quote struct{}

// Model names the vector space.
func (quote) Model() string { return "quote" }

// Embed hashes each text's words into a vector.
func (quote) Embed(ctx context.Context, _ Kind, texts []string) ([]Vector, error) {
	vectors := make([]Vector, len(texts))
	for i, text := range texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		vectors[i] = quoteText(text)
	}
	return vectors, ctx.Err()
}

// Tokens embeds each text, and each of its words by itself.
func (q quote) Tokens(ctx context.Context, kind Kind, texts []string) ([]Vector, [][]Token, error) {
	vectors, err := q.Embed(ctx, kind, texts)
	if err != nil {
		return nil, nil, err
	}
	tokens := make([][]Token, len(texts))
	for i, text := range texts {
		tokens[i] = quoteTokens(text)
	}
	return vectors, tokens, nil
}

// quoteTokens finds the words of text and hashes each into a vector.
func quoteTokens(text string) []Token {
	var tokens []Token
	for at := 0; at < len(text); {
		start := strings.IndexFunc(text[at:], isQuoteRune)
		if start < 0 {
			break
		}
		start += at
		end := len(text)
		if n := strings.IndexFunc(text[start:], func(r rune) bool { return !isQuoteRune(r) }); n >= 0 {
			end = start + n
		}
		word := strings.ToLower(text[start:end])
		v := make(Vector, quoteSize)
		addHashed(v, "word "+word, 127/float32(math.Sqrt(quoteSize)))
		token := Token{Start: start, End: end, Vector: make([]int8, quoteSize)}
		for i, x := range v {
			token.Vector[i] = int8(math.RoundToEven(float64(x)))
		}
		h := fnv.New32a()
		h.Write([]byte(word))
		token.ID = int32(h.Sum32())
		tokens = append(tokens, token)
		at = end
	}
	return tokens
}

func isQuoteRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// quoteText adds up a vector for each word and a small one for the text as it
// is, which tells apart texts of the same words.
func quoteText(text string) Vector {
	v := make(Vector, quoteSize)
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !isQuoteRune(r) })
	for _, word := range words {
		addHashed(v, "word "+word, 1)
	}
	// A share of the words' weight, so that it shows in a long text too.
	addHashed(v, "text "+text, 0.05*max(1, float32(len(words))))
	return v.Normal()
}

// addHashed adds weight times a vector of ±1, drawn by the hash of s, to v.
func addHashed(v Vector, s string, weight float32) {
	h := fnv.New64a()
	h.Write([]byte(s))
	state := h.Sum64()
	for i := range v {
		// One step of splitmix64 (Steele, Lea and Flood 2014) a number.
		state += 0x9e3779b97f4a7c15
		z := (state ^ state>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		if z>>63 == 0 {
			v[i] += weight
		} else {
			v[i] -= weight
		}
	}
}
