package retrieval

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rapporteur/embed"
)

// Search ranks all passages for query and returns the best of them. A query
// without any letter or digit finds nothing.
func (x *Index) Search(ctx context.Context, query string, o Options) ([]Hit, error) {
	query = strings.Join(strings.Fields(query), " ")
	if query == "" {
		return nil, nil
	}
	if o.Limit <= 0 {
		o.Limit = 10
	}
	vectors, err := x.embedder.Embed(ctx, embed.Query, []string{query})
	if err != nil {
		return nil, fmt.Errorf("embedding the question: %w", err)
	}
	hits := make([]Hit, len(x.passages))
	for i, p := range x.passages {
		hits[i] = Hit{Passage: p, Sentences: make([]Nearness, len(p.Sentences))}
	}
	if err := x.cosines(ctx, vectors[0], hits); err != nil {
		return nil, fmt.Errorf("searching vectors: %w", err)
	}
	words, err := x.words.scores(ctx, query, len(hits))
	if err != nil {
		return nil, err
	}
	passage, sentence := make([]float64, len(hits)), make([]float64, len(hits))
	for i, h := range hits {
		hits[i].Words = words[i]
		passage[i], sentence[i] = h.Cosine, h.Nearest()
	}
	for i, score := range fuse(passage, sentence, words) {
		hits[i].Score = score
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) })
	return hits[:min(o.Limit, len(hits))], nil
}

// cosines fills in how near each passage and each sentence is to v.
func (x *Index) cosines(ctx context.Context, v embed.Vector, hits []Hit) error {
	whole := x.vectors.GetCollection(wholePassages, noEmbedding)
	results, err := whole.QueryEmbedding(ctx, v, whole.Count(), nil, nil)
	if err != nil {
		return err
	}
	for _, r := range results {
		i, err := strconv.Atoi(r.ID)
		if err != nil || i >= len(hits) {
			return fmt.Errorf("no passage %q", r.ID)
		}
		hits[i].Cosine = float64(r.Similarity)
	}
	parts := x.vectors.GetCollection(sentences, noEmbedding)
	results, err = parts.QueryEmbedding(ctx, v, parts.Count(), nil, nil)
	if err != nil {
		return err
	}
	all := make([]float64, len(results))
	for n, r := range results {
		all[n] = float64(r.Similarity)
	}
	for n, z := range zScores(all) {
		first, second, _ := strings.Cut(results[n].ID, ".")
		i, err1 := strconv.Atoi(first)
		j, err2 := strconv.Atoi(second)
		if err1 != nil || err2 != nil || i >= len(hits) || j >= len(hits[i].Sentences) {
			return fmt.Errorf("no sentence %q", results[n].ID)
		}
		hits[i].Sentences[j] = Nearness{all[n], z}
	}
	return nil
}

// Nearest returns the cosine of the sentence that is nearest to the question.
func (h Hit) Nearest() float64 {
	best := -1.0
	for _, s := range h.Sentences {
		best = max(best, s.Cosine)
	}
	return best
}
