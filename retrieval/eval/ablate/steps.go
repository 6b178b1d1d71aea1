package main

import (
	"cmp"
	"context"
	"math"
	"regexp"
	"slices"
	"strings"

	"rapporteur/retrieval"
)

// A search is what was found for a query: all passages, the best first, with
// what speaks for each.
type search struct {
	index    *retrieval.Index
	acronyms acronyms
	query    string
	hits     []retrieval.Hit
}

// A step is a change of ranking.
type step struct {
	name string
	rank func(search) []retrieval.Hit
}

// The scales at which the ranking adds its parts (retrieval/fuse.go).
const (
	wordsWeight = 0.35
	tokenScale  = 0.03
)

// steps are those taken, each left out, and those tried and not taken.
var steps = []step{
	{"without tokens", add(-1, tokens)},
	{"without words", add(-wordsWeight, words)},
	{"without whole passages", add(-1, passages)},
	{"without sentences", add(-1, sentences)},
	{"with the best sentence's tokens, weight 0.3", add(0.3, sentenceTokens)},
	{"with the best sentence's tokens, weight 0.6", add(0.6, sentenceTokens)},
	{"with a tenth of the neighbours' scores", add(0.1, neighbours)},
	{"with a fifth of the neighbours' scores", add(0.2, neighbours)},
	{"with section titles, weight 1", add(1, titles)},
	{"with section titles, weight 4", add(4, titles)},
	{"with names and numbers, weight 1", add(1, namesAndNumbers)},
	{"with names and numbers, weight 2", add(2, namesAndNumbers)},
	{"with acronyms spelt out, in words", acronymsInWords},
	{"with acronyms spelt out, in the question", acronymsInQuestion},
}

// depth is how many of the ranked passages are scored.
const depth = 10

func (s search) asItIs() []retrieval.Hit { return s.hits[:min(depth, len(s.hits))] }

// add returns a ranking to whose scores weight times what part says is added.
func add(weight float64, part func(search) []float64) func(search) []retrieval.Hit {
	return func(s search) []retrieval.Hit {
		values := part(s)
		order := make([]int, len(s.hits))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			return cmp.Compare(s.hits[b].Score+weight*values[b], s.hits[a].Score+weight*values[a])
		})
		out := make([]retrieval.Hit, min(depth, len(order)))
		for n := range out {
			out[n] = s.hits[order[n]]
		}
		return out
	}
}

// each returns what of says of each hit.
func (s search) each(of func(retrieval.Hit) float64) []float64 {
	values := make([]float64, len(s.hits))
	for i, h := range s.hits {
		values[i] = of(h)
	}
	return values
}

func passages(s search) []float64 {
	return standardized(s.each(func(h retrieval.Hit) float64 { return h.Cosine }))
}

func sentences(s search) []float64 { return standardized(s.each(retrieval.Hit.Nearest)) }

func words(s search) []float64 {
	return standardized(s.each(func(h retrieval.Hit) float64 { return h.Words }))
}

// tokens is what the tokens add to those of the best passages that have them.
func tokens(s search) []float64 {
	return aboveMean(s.each(func(h retrieval.Hit) float64 { return h.Tokens }))
}

func sentenceTokens(s search) []float64 {
	return aboveMean(s.each(func(h retrieval.Hit) float64 {
		best := 0.0
		for _, sentence := range h.Sentences {
			best = max(best, sentence.Tokens)
		}
		return best
	}))
}

// aboveMean returns how far each value lies above the mean of those that are not
// 0, in tokenScale; 0 for 0.
func aboveMean(values []float64) []float64 {
	sum, n := 0.0, 0.0
	for _, v := range values {
		if v != 0 {
			sum, n = sum+v, n+1
		}
	}
	out := make([]float64, len(values))
	for i, v := range values {
		if v != 0 {
			out[i] = (v - sum/n) / tokenScale
		}
	}
	return out
}

// standardized returns how many standard deviations each value lies above the mean.
func standardized(values []float64) []float64 {
	var sum, squares float64
	for _, v := range values {
		sum += v
	}
	mean := sum / float64(len(values))
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	deviation := math.Sqrt(squares / float64(len(values)))
	out := make([]float64, len(values))
	for i, v := range values {
		if deviation > 0 {
			out[i] = (v - mean) / deviation
		}
	}
	return out
}

// neighbours is the mean score above 0 of the passages before and behind.
func neighbours(s search) []float64 {
	score := make(map[string]float64, len(s.hits))
	for _, h := range s.hits {
		score[h.ID] = max(0, h.Score)
	}
	around := make(map[string]float64, len(s.hits))
	for _, d := range s.index.Documents() {
		for i, p := range d.Passages {
			if i > 0 {
				around[p.ID] += score[d.Passages[i-1].ID] / 2
			}
			if i+1 < len(d.Passages) {
				around[p.ID] += score[d.Passages[i+1].ID] / 2
			}
		}
	}
	return s.each(func(h retrieval.Hit) float64 { return around[h.ID] })
}

// titles is the share of the question's words, by rarity, in the titles over a
// passage.
func titles(s search) []float64 {
	rarity, total := make(map[string]float64), 0.0
	for _, t := range s.index.Terms(s.query) {
		if rarity[t.Text] == 0 {
			rarity[t.Text] = t.Rarity
			total += t.Rarity
		}
	}
	known := make(map[string]float64)
	return s.each(func(h retrieval.Hit) float64 {
		title := strings.Join(append([]string{h.Doc.Title}, h.Section...), " ")
		share, ok := known[title]
		if !ok && total > 0 {
			seen := make(map[string]bool)
			for _, t := range s.index.Terms(title) {
				if !seen[t.Text] {
					seen[t.Text] = true
					share += rarity[t.Text] / total
				}
			}
			known[title] = share
		}
		return share
	})
}

// nameOrNumber recognizes a word with a capital or a figure.
var nameOrNumber = regexp.MustCompile(`[\pL\d][\pL\d'’./-]*`)

// namesAndNumbers is the share of the question's names and numbers that stand in
// a passage as they are written.
func namesAndNumbers(s search) []float64 {
	var wanted []string
	for i, word := range nameOrNumber.FindAllString(s.query, -1) {
		if strings.ContainsAny(word, "0123456789") || i > 0 && word != strings.ToLower(word) {
			wanted = append(wanted, strings.ToLower(strings.TrimRight(word, ".'’")))
		}
	}
	return s.each(func(h retrieval.Hit) float64 {
		text, held := strings.ToLower(h.Text), 0.0
		for _, word := range wanted {
			if strings.Contains(text, word) {
				held++
			}
		}
		return held / float64(max(1, len(wanted)))
	})
}

// acronymsInWords ranks by words with the question's acronyms spelt out.
func acronymsInWords(s search) []retrieval.Hit {
	longer := s.spelt()
	if longer == nil {
		return s.asItIs()
	}
	by := make(map[string]float64, len(longer.hits))
	for _, h := range longer.hits {
		by[h.ID] = h.Words
	}
	before, after := words(s), standardized(s.each(func(h retrieval.Hit) float64 { return by[h.ID] }))
	return add(wordsWeight, func(search) []float64 {
		for i := range after {
			after[i] -= before[i]
		}
		return after
	})(s)
}

// acronymsInQuestion ranks by a question with its acronyms spelt out.
func acronymsInQuestion(s search) []retrieval.Hit {
	if longer := s.spelt(); longer != nil {
		return longer.asItIs()
	}
	return s.asItIs()
}

// spelt is the search with the question's acronyms spelt out as the documents do;
// nil where it has none.
func (s search) spelt() *search {
	more := s.acronyms.expansions(s.query)
	if len(more) == 0 {
		return nil
	}
	query := s.query + " (" + strings.Join(more, ", ") + ")"
	hits, err := s.index.Search(context.Background(), query, retrieval.Options{Limit: s.index.Len()})
	if err != nil {
		return nil
	}
	return &search{s.index, s.acronyms, query, hits}
}
