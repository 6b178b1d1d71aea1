// Package embed says what an embedder is: something that turns texts into
// vectors whose dot product tells how near in meaning the texts are.
//
// The built-in model lives in embed/e5, embedders over a network in
// embed/remote. [Quote] is a deterministic stand-in for tests, and embedtest
// holds the suite that every embedder passes.
package embed

import (
	"context"
	"math"
)

// Kind tells a model which side of a search a text is on. Models such as e5
// are trained with a different prefix for each.
type Kind int

const (
	Query   Kind = iota // a question, or what is searched for
	Passage             // a text that is searched
)

// A Vector is a text's place in the space that a model spans. Embedders return
// vectors of unit length, so that Dot is the cosine.
type Vector []float32

// Dot returns the inner product of v and w, which must be equally long.
func (v Vector) Dot(w Vector) float32 {
	var sum float32
	for i, x := range v {
		sum += x * w[i]
	}
	return sum
}

// Length returns the Euclidean length of v.
func (v Vector) Length() float32 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return float32(math.Sqrt(sum))
}

// Normal returns v scaled to unit length. The zero vector stays as it is.
func (v Vector) Normal() Vector {
	length := v.Length()
	if length == 0 {
		return v
	}
	out := make(Vector, len(v))
	scale := 1 / float64(length)
	for i, x := range v {
		out[i] = float32(float64(x) * scale)
	}
	return out
}

// An Embedder turns texts into vectors.
type Embedder interface {
	// Model names the vector space, for example "e5-small-v2-int8". Vectors of
	// different models must not be compared; an index built with another model
	// is stale.
	Model() string

	// Embed returns one unit vector for each text, in order, all of the same
	// length. It may be called from many goroutines at once, and stops early
	// with ctx's error when ctx is done.
	Embed(ctx context.Context, kind Kind, texts []string) ([]Vector, error)
}
