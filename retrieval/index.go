package retrieval

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/philippgille/chromem-go"

	"rapporteur/corpus"
	"rapporteur/embed"
)

// The names of the two collections of vectors.
const (
	wholePassages = "passages"
	sentences     = "sentences"
)

// An Index can be searched by many goroutines at once.
type Index struct {
	stamp    Stamp
	docs     []*corpus.Document
	passages []corpus.Passage // those that are searched, in reading order
	embedder embed.Embedder
	vectors  *chromem.DB
	words    *words
}

// Documents returns what was indexed.
func (x *Index) Documents() []*corpus.Document { return x.docs }

// Len returns the number of passages that a search goes through.
func (x *Index) Len() int { return len(x.passages) }

// Stamp says what the index was built from.
func (x *Index) Stamp() Stamp { return x.stamp }

// Source returns the bytes of the document with that path, nil when there is
// none.
func (x *Index) Source(file string) []byte {
	for _, d := range x.docs {
		if d.Card.File == file {
			return d.Source
		}
	}
	return nil
}

// Progress is told how many texts of how many are embedded.
type Progress func(done, total int)

// Build reads every passage and sentence of docs into a new index. progress
// may be nil. It stops with ctx's error when ctx is done.
func Build(ctx context.Context, docs []*corpus.Document, e embed.Embedder, progress Progress) (*Index, error) {
	x := &Index{stamp: stampOf(docs, e.Model()), docs: docs, passages: searchable(docs), embedder: e, vectors: chromem.NewDB()}
	if len(x.passages) == 0 {
		return nil, errors.New("building the index: the documents have no text to search")
	}
	var texts, ids []string
	for i, p := range x.passages {
		texts = append(texts, passageText(p))
		ids = append(ids, strconv.Itoa(i))
	}
	whole := len(texts)
	for i, p := range x.passages {
		for j, s := range p.Sentences {
			texts = append(texts, s.Text)
			ids = append(ids, sentenceID(i, j))
		}
	}
	vectors, err := embedAll(ctx, e, texts, progress)
	if err != nil {
		return nil, fmt.Errorf("building the index: %w", err)
	}
	if err := addVectors(ctx, x.vectors, wholePassages, ids[:whole], vectors[:whole]); err != nil {
		return nil, err
	}
	if err := addVectors(ctx, x.vectors, sentences, ids[whole:], vectors[whole:]); err != nil {
		return nil, err
	}
	x.words, err = indexWords(x.passages)
	return x, err
}

// searchable lists the passages of docs but for their tables of contents,
// which name every topic and answer nothing.
func searchable(docs []*corpus.Document) []corpus.Passage {
	var out []corpus.Passage
	for _, d := range docs {
		for _, p := range d.Passages {
			if !p.Contents {
				out = append(out, p)
			}
		}
	}
	return out
}

// passageText is what a passage is embedded as.
func passageText(p corpus.Passage) string { return p.Text }

func sentenceID(passage, sentence int) string {
	return strconv.Itoa(passage) + "." + strconv.Itoa(sentence)
}

// embedAll embeds texts in batches, so that progress can be told and ctx heeded
// between them.
func embedAll(ctx context.Context, e embed.Embedder, texts []string, progress Progress) ([]embed.Vector, error) {
	const batch = 32
	vectors := make([]embed.Vector, 0, len(texts))
	for start := 0; start < len(texts); start += batch {
		end := min(start+batch, len(texts))
		part, err := e.Embed(ctx, embed.Passage, texts[start:end])
		if err != nil {
			return nil, fmt.Errorf("embedding texts %d to %d of %d: %w", start+1, end, len(texts), err)
		}
		if len(part) != end-start {
			return nil, fmt.Errorf("embedding texts %d to %d: got %d vectors", start+1, end, len(part))
		}
		vectors = append(vectors, part...)
		if progress != nil {
			progress(end, len(texts))
		}
	}
	return vectors, nil
}

func addVectors(ctx context.Context, db *chromem.DB, name string, ids []string, vectors []embed.Vector) error {
	c, err := db.CreateCollection(name, nil, noEmbedding)
	if err != nil {
		return fmt.Errorf("building the index: %w", err)
	}
	docs := make([]chromem.Document, len(ids))
	for i := range ids {
		// chromem-go refuses a document without content; the words live elsewhere.
		docs[i] = chromem.Document{ID: ids[i], Embedding: vectors[i], Content: "-"}
	}
	if err := c.AddDocuments(ctx, docs, 1); err != nil {
		return fmt.Errorf("building the index: %w", err)
	}
	return nil
}

// noEmbedding stands where chromem-go wants to embed by itself: every vector
// here is made beforehand.
func noEmbedding(context.Context, string) ([]float32, error) {
	return nil, errors.New("this collection takes vectors only")
}
