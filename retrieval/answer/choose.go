package answer

import (
	"cmp"
	"slices"
	"strings"

	"rapporteur/retrieval"
)

// How an answer is put together. Chosen on the development questions by
// evidence held against words said.
const (
	passagesRead   = 5   // hits whose sentences are considered
	mostSentences  = 4   // in an answer, list items aside
	mostWords      = 140 // in an answer
	fewestWords    = 4   // in a sentence worth quoting
	largestDrop    = 2.5 // below the best sentence, in standard deviations
	neighbourBonus = 1.0 // for a sentence beside one already chosen
	itemBonus      = 4.0 // for a list item whose lead-in is chosen
	passageShare   = 0.5 // weight of the passage's score in its sentences'
)

// A choice is a run of sentences of one passage.
type choice struct {
	hit         retrieval.Hit
	first, last int // indexes into its sentences
	score       float64
}

// A candidate is a sentence that may be chosen.
type candidate struct {
	hit, sentence int
	score         float64
	words         int
	taken         bool
}

// choose returns the sentences that answer, as runs, the best run first. It
// takes the best sentence, and then as long as there is room the one that adds
// most: near to the question, or beside one already taken, since what follows
// an answering sentence often completes it.
func choose(hits []retrieval.Hit) []choice {
	hits = hits[:min(passagesRead, len(hits))]
	var all []candidate
	for i, h := range hits {
		for j, s := range h.Passage.Sentences {
			all = append(all, candidate{hit: i, sentence: j, score: h.Sentences[j].Z + passageShare*h.Score, words: len(strings.Fields(s.Text))})
		}
	}
	total, sentences := 0, 0
	top := 0.0
	for {
		best, bestScore := -1, 0.0
		for n, c := range all {
			if c.taken || total > 0 && total+c.words > mostWords {
				continue
			}
			item := itemOf(hits, all, n)
			if c.words < fewestWords && !item || sentences >= mostSentences && !item {
				continue
			}
			score := c.score
			if item {
				score += itemBonus
			} else if besideTaken(all, n) {
				score += neighbourBonus
			}
			if best < 0 || score > bestScore {
				best, bestScore = n, score
			}
		}
		if best < 0 {
			break
		}
		if total == 0 {
			top = bestScore
		} else if bestScore < top-largestDrop {
			break
		}
		all[best].taken = true
		total += all[best].words
		sentences++
	}
	return runs(hits, all)
}

// besideTaken reports whether the sentence before or after all[n] in the same
// passage is taken.
func besideTaken(all []candidate, n int) bool {
	before := n > 0 && all[n-1].taken && all[n-1].hit == all[n].hit
	after := n+1 < len(all) && all[n+1].taken && all[n+1].hit == all[n].hit
	return before || after
}

// itemOf reports whether all[n] is a list item that follows a taken lead-in, or
// a taken item that does.
func itemOf(hits []retrieval.Hit, all []candidate, n int) bool {
	s := hits[all[n].hit].Passage.Sentences
	if !s[all[n].sentence].Item || n == 0 || !all[n-1].taken || all[n-1].hit != all[n].hit {
		return false
	}
	for i := all[n].sentence - 1; i >= 0 && all[n-(all[n].sentence-i)].taken; i-- {
		if strings.HasSuffix(s[i].Text, ":") {
			return true
		}
	}
	return false
}

// runs joins taken sentences that follow each other.
func runs(hits []retrieval.Hit, all []candidate) []choice {
	var out []choice
	for n, c := range all {
		if !c.taken {
			continue
		}
		if n > 0 && all[n-1].taken && all[n-1].hit == c.hit {
			last := &out[len(out)-1]
			last.last, last.score = c.sentence, max(last.score, c.score)
			continue
		}
		out = append(out, choice{hits[c.hit], c.sentence, c.sentence, c.score})
	}
	slices.SortStableFunc(out, func(a, b choice) int { return cmp.Compare(b.score, a.score) })
	return out
}

// nearest returns the best sentence of each of the first three hits: what is
// shown when nothing answers.
func nearest(hits []retrieval.Hit) []choice {
	const most = 3
	var out []choice
	for _, h := range hits[:min(most, len(hits))] {
		best := 0
		for j := range h.Sentences {
			if h.Sentences[j].Cosine > h.Sentences[best].Cosine {
				best = j
			}
		}
		out = append(out, choice{h, best, best, h.Score})
	}
	return out
}
