// Package retrieval builds, keeps and searches an index of passages.
//
// An [Index] holds each passage as one vector of the whole, as a vector for each
// of its sentences, and as words. A search ranks by all three (fuse.go), and the
// best passages once more by the vectors of their single tokens (late.go), where
// the embedder has such. Typing errors are put right by the words of the documents
// (spelling.go). chromem-go holds the vectors and bleve the words, both in process.
// On disk an index is one file (file.go); [Open] finds it in a folder, and
// builds it anew when it is missing, stale or damaged (open.go).
package retrieval

import (
	"context"

	"rapporteur/corpus"
)

// A Hit is a passage that was found, with what speaks for it.
type Hit struct {
	corpus.Passage
	// Score ranks the hits of one search; it has no unit and is not comparable
	// between searches.
	Score float64
	// Cosine is that of the question and the passage.
	Cosine float64
	// Sentences holds how near each of the passage's sentences is to the
	// question, in their order.
	Sentences []Nearness
	// Words is the passage's BM25 score; 0 when they share no word.
	Words float64
	// Tokens is the mean cosine of the question's tokens, each with the token of
	// the passage that is most like it, the rarer weighing more; 0 where the
	// index has no tokens.
	Tokens float64
	// Query holds the question's tokens from left to right, the same for all hits
	// of a search; nil for a hit that was not compared by tokens.
	Query []QueryToken
	// Matches holds for each token of Query the cosine of the passage's token that
	// is most like it; -1 where the passage has none.
	Matches []float64
}

// A QueryToken is a word of the question, or a piece of one.
type QueryToken struct {
	Text       string
	Start, End int // its bytes in the question as it was searched
}

// Nearness says how near a sentence is to the question.
type Nearness struct {
	Cosine float64
	// Z is the same in standard deviations above the mean of all sentences of
	// the index, which makes it comparable between embedders.
	Z float64
	// Tokens is as a Hit's, within the sentence.
	Tokens float64
	// Matches is as a Hit's, within the sentence.
	Matches []float64
}

// Options narrow a search.
type Options struct {
	// Limit is the largest number of hits wanted; 0 means 10.
	Limit int
	// Only says which passages may be found; nil: all.
	Only func(corpus.Passage) bool
}

// A Searcher finds the passages that speak to a query, best first.
type Searcher interface {
	Search(ctx context.Context, query string, o Options) ([]Hit, error)
}
