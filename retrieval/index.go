package retrieval

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/philippgille/chromem-go"

	"rapporteur/corpus"
	"rapporteur/embed"
)

// An Index can be searched by many goroutines at once.
type Index struct {
	stamp    Stamp
	built    time.Time
	docs     []*corpus.Document
	passages []corpus.Passage // those that are searched, in reading order
	embedder embed.Embedder
	vectors  *chromem.DB
	words    *words
	tokens   *tokens // nil where the embedder has none
	path     string  // of the file in which the tokens lie; "" in memory
	spelling spelling
}

// Documents returns what was indexed.
func (x *Index) Documents() []*corpus.Document { return x.docs }

// Len returns the number of passages that a search goes through.
func (x *Index) Len() int { return len(x.passages) }

// Count returns how many of them only says yes to; nil: all.
func (x *Index) Count(only func(corpus.Passage) bool) int {
	if only == nil {
		return len(x.passages)
	}
	n := 0
	for _, p := range x.passages {
		if only(p) {
			n++
		}
	}
	return n
}

// Stamp says what the index was built from.
func (x *Index) Stamp() Stamp { return x.stamp }

// Built returns the day on which the index was built, in UTC; the zero time when
// it is not known.
func (x *Index) Built() time.Time { return x.built }

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
	x := &Index{stamp: stampOf(docs, e.Model()), built: time.Now().UTC().Truncate(24 * time.Hour), docs: docs, passages: searchable(docs), embedder: e, vectors: chromem.NewDB()}
	if len(x.passages) == 0 {
		return nil, errors.New("building the index: the documents have no text to search")
	}
	ids, partIDs := vectorIDs(x.passages)
	var passages, parts []string
	for _, p := range x.passages {
		passages = append(passages, heading(p, p.Text)+p.Text)
		for _, s := range p.Sentences {
			parts = append(parts, heading(p, s.Text)+s.Text)
		}
	}
	m := &meter{total: len(passages) + len(parts), tell: progress}
	if err := x.embedPassages(ctx, passages, ids, m); err != nil {
		return nil, fmt.Errorf("building the index: %w", err)
	}
	vectors, err := embedAll(parts, m, func(batch []string) ([]embed.Vector, error) {
		return e.Embed(ctx, embed.Passage, batch)
	})
	if err != nil {
		return nil, fmt.Errorf("building the index: %w", err)
	}
	if err := addVectors(ctx, x.vectors, sentences, partIDs, vectors); err != nil {
		return nil, fmt.Errorf("building the index: %w", err)
	}
	x.words, err = indexWords(x.passages, wordsBatch)
	return x, err
}

// embedPassages embeds whole passages, with their tokens where the embedder has
// them.
func (x *Index) embedPassages(ctx context.Context, texts, ids []string, m *meter) error {
	var all [][]embed.Token
	embedder, byToken := x.embedder.(embed.TokenEmbedder)
	vectors, err := embedAll(texts, m, func(batch []string) ([]embed.Vector, error) {
		if !byToken {
			return x.embedder.Embed(ctx, embed.Passage, batch)
		}
		vectors, tokens, err := embedder.Tokens(ctx, embed.Passage, batch)
		all = append(all, tokens...)
		return vectors, err
	})
	if err != nil {
		return err
	}
	if byToken {
		if len(all) != len(texts) {
			return fmt.Errorf("embedding %d passages: got the tokens of %d", len(texts), len(all))
		}
		for i, p := range x.passages {
			moveBack(all[i], len(heading(p, p.Text)))
		}
		if x.tokens, err = keepTokens(all); err != nil {
			return err
		}
	}
	return addVectors(ctx, x.vectors, wholePassages, ids, vectors)
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

// A meter counts the texts that are embedded.
type meter struct {
	done, total int
	tell        Progress
}

// embedAll embeds texts in batches, so that progress can be told, and work be
// stopped, between them.
func embedAll(texts []string, m *meter, embedBatch func([]string) ([]embed.Vector, error)) ([]embed.Vector, error) {
	const batch = 32
	vectors := make([]embed.Vector, 0, len(texts))
	for start := 0; start < len(texts); start += batch {
		end := min(start+batch, len(texts))
		part, err := embedBatch(texts[start:end])
		if err != nil {
			return nil, fmt.Errorf("embedding texts %d to %d of %d: %w", m.done+1, m.done+end-start, m.total, err)
		}
		if len(part) != end-start {
			return nil, fmt.Errorf("embedding %d texts: got %d vectors", end-start, len(part))
		}
		vectors = append(vectors, part...)
		m.done += end - start
		if m.tell != nil {
			m.tell(m.done, m.total)
		}
	}
	return vectors, nil
}
