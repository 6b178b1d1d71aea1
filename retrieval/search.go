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
	vector, question, err := x.embedQuery(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("embedding the question: %w", err)
	}
	hits := make([]Hit, len(x.passages))
	for i, p := range x.passages {
		hits[i] = Hit{Passage: p, Sentences: make([]Nearness, len(p.Sentences))}
	}
	if err := x.cosines(ctx, vector, hits); err != nil {
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
	order := make([]int, 0, len(hits))
	for i, h := range hits {
		if o.Only == nil || o.Only(h.Passage) {
			order = append(order, i)
		}
	}
	byScore := func(a, b int) int { return cmp.Or(cmp.Compare(hits[b].Score, hits[a].Score), cmp.Compare(a, b)) }
	slices.SortFunc(order, byScore)
	if x.tokens != nil && len(question) > 0 {
		best := order[:min(rerankDepth, len(order))]
		if err := x.rerank(query, question, hits, best); err != nil {
			return nil, err
		}
		slices.SortFunc(best, byScore)
	}
	out := make([]Hit, 0, min(o.Limit, len(order)))
	for _, i := range order[:min(o.Limit, len(order))] {
		out = append(out, hits[i])
	}
	return out, nil
}

// embedQuery returns the query's vector and, where the embedder has them, its
// tokens.
func (x *Index) embedQuery(ctx context.Context, query string) (embed.Vector, []embed.Token, error) {
	if e, ok := x.embedder.(embed.TokenEmbedder); ok && x.tokens != nil {
		vectors, tokens, err := e.Tokens(ctx, embed.Query, []string{query})
		if err != nil {
			return nil, nil, err
		}
		return vectors[0], tokens[0], nil
	}
	vectors, err := x.embedder.Embed(ctx, embed.Query, []string{query})
	if err != nil {
		return nil, nil, err
	}
	return vectors[0], nil, nil
}

// rerank adds to the scores of the hits in best what their tokens say. question
// holds the tokens of query.
func (x *Index) rerank(query string, question []embed.Token, hits []Hit, best []int) error {
	weights := x.tokens.rarities(question)
	tokens := queryTokens(query, question)
	mean := 0.0
	var records []byte
	for _, i := range best {
		h := &hits[i]
		var err error
		if records, err = x.tokens.read(i, records); err != nil {
			return fmt.Errorf("reading the index %s: %w; start the program again, which reads it anew, or builds it anew if it is damaged", x.path, err)
		}
		m := x.tokens.match(question, records, h.sentenceStarts())
		h.Query, h.Matches, h.Tokens = tokens, m.best, weighted(m.best, weights)
		for j := range h.Sentences {
			h.Sentences[j].Matches = m.sentences[j]
			h.Sentences[j].Tokens = weighted(m.sentences[j], weights)
		}
		mean += h.Tokens / float64(len(best))
	}
	for _, i := range best {
		hits[i].Score += (hits[i].Tokens - mean) / tokenScale
	}
	return nil
}

// queryTokens returns what hits say of the tokens of query.
func queryTokens(query string, question []embed.Token) []QueryToken {
	out := make([]QueryToken, len(question))
	for i, t := range question {
		out[i] = QueryToken{Text: query[t.Start:t.End], Start: t.Start, End: t.End}
	}
	return out
}

// sentenceStarts returns where in the passage's text each sentence begins.
func (h *Hit) sentenceStarts() []int {
	starts := make([]int, len(h.Passage.Sentences))
	at := 0
	for j, s := range h.Passage.Sentences {
		if i := strings.Index(h.Text[at:], s.Text); i >= 0 {
			at += i
		}
		starts[j] = at
		at = min(at+len(s.Text), len(h.Text))
	}
	return starts
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
		hits[i].Sentences[j] = Nearness{Cosine: all[n], Z: z}
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

// Likeness returns the cosine of each of texts, in a row of its own, with each of others,
// all of them read as queries are.
func (x *Index) Likeness(ctx context.Context, texts, others []string) ([][]float64, error) {
	vectors, err := x.embedder.Embed(ctx, embed.Query, slices.Concat(texts, others))
	if err != nil {
		return nil, fmt.Errorf("embedding %d phrases: %w", len(texts)+len(others), err)
	}
	if len(vectors) != len(texts)+len(others) {
		return nil, fmt.Errorf("embedding %d phrases: got %d vectors", len(texts)+len(others), len(vectors))
	}
	all := make([][]float64, len(texts))
	for i := range texts {
		for _, v := range vectors[len(texts):] {
			all[i] = append(all[i], float64(vectors[i].Dot(v)))
		}
	}
	return all, nil
}
