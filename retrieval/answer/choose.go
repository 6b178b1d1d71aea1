package answer

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// How an answer is put together. Chosen on the development questions by
// evidence held against words said.
const (
	passagesRead   = 5    // hits whose sentences are considered
	mostSentences  = 5    // in an answer, list items aside
	mostWords      = 140  // in an answer
	fewestWords    = 4    // in a sentence worth quoting
	largestDrop    = 3.0  // below the best sentence, in standard deviations
	neighbourBonus = 1.0  // for a sentence beside one already chosen
	itemBonus      = 4.0  // for a list item whose lead-in is chosen
	mostListWords  = 190  // in an answer that goes on with a list
	leadBonus      = 1.0  // for the lead-in of a list, when one is asked for
	passageShare   = 0.5  // weight of the passage's score in its sentences'
	tokenShare     = 10.0 // weight of a sentence's mean cosine by tokens, over the best passage's
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

// choose returns the sentences that answer question, as runs, the best run
// first. It takes the best sentence, and then as long as there is room the one
// that adds most: near to the question, or beside one already taken, since what
// follows an answering sentence often completes it. A list comes with its
// lead-in, and whole.
func choose(question string, hits []retrieval.Hit) []choice {
	s := selection{hits: hits[:min(passagesRead, len(hits))], lists: wantsList.MatchString(question)}
	for i, h := range s.hits {
		for j, sentence := range h.Passage.Sentences {
			near := h.Sentences[j]
			score := near.Z + passageShare*h.Score + tokenShare*(near.Tokens-s.hits[0].Tokens)
			if s.lists && opensList(h.Passage.Sentences, j) {
				score += leadBonus
			}
			s.all = append(s.all, candidate{hit: i, sentence: j, score: score, words: len(strings.Fields(sentence.Text))})
		}
	}
	for s.take() {
	}
	s.dropDangling()
	return runs(s.hits, s.all)
}

// wantsList recognizes a question that asks for several things.
var wantsList = regexp.MustCompile(`(?i)\b(list|name|enumerate|everything|all the|each of|what (are|were) the|which \w*[^\Ws]s|(what|which)( are| were)?( the)? (two|three|four|five|six|seven|eight|nine|ten|several|main|key))\b`)

// A selection is an answer being put together.
type selection struct {
	hits  []retrieval.Hit
	all   []candidate // every sentence of the hits, in their order
	lists bool        // the question asks for several things
	words int         // taken so far
	count int         // sentences taken so far, list items aside
	top   float64     // score of the first sentence taken
}

// take takes the sentence that adds most, and reports whether there was one.
func (s *selection) take() bool {
	best, bestScore := -1, 0.0
	for n, c := range s.all {
		item := s.completesList(n)
		if c.taken || !s.fits(c, item) {
			continue
		}
		score := c.score
		if item {
			score += itemBonus
		} else if s.taken(n, n-1) || s.taken(n, n+1) {
			score += neighbourBonus
		}
		if best < 0 || score > bestScore {
			best, bestScore = n, score
		}
	}
	item := best >= 0 && s.completesList(best)
	switch {
	case best < 0:
		return false
	case s.words == 0:
		s.top = bestScore
	case !item && bestScore < s.top-largestDrop:
		return false
	}
	s.all[best].taken = true
	s.words += s.all[best].words
	if !item {
		s.count++
	}
	return true
}

// fits reports whether there is room for c.
func (s *selection) fits(c candidate, item bool) bool {
	if item {
		return s.words+c.words <= mostListWords
	}
	return c.words >= fewestWords && s.count < mostSentences && (s.words == 0 || s.words+c.words <= mostWords)
}

// taken reports whether sentence m, of the same passage as n, is taken.
func (s *selection) taken(n, m int) bool {
	return m >= 0 && m < len(s.all) && s.all[m].taken && s.all[m].hit == s.all[n].hit
}

// completesList reports whether sentence n goes on with a list whose lead-in is
// taken, and whose items are up to there.
func (s *selection) completesList(n int) bool {
	c := s.all[n]
	sentences := s.hits[c.hit].Passage.Sentences
	if !isItem(sentences[c.sentence]) {
		return false
	}
	for back := 1; back <= c.sentence && s.taken(n, n-back); back++ {
		before := sentences[c.sentence-back]
		if !isItem(before) {
			return opensList(sentences, c.sentence-back)
		}
	}
	return false
}

// dropDangling lets go of lead-ins whose list did not fit, unless nothing else
// was taken.
func (s *selection) dropDangling() {
	for n, c := range s.all {
		lead := c.taken && strings.HasSuffix(s.hits[c.hit].Passage.Sentences[c.sentence].Text, ":")
		if lead && !s.taken(n, n+1) && s.count > 1 {
			s.all[n].taken = false
			s.count--
		}
	}
}

// counted recognizes a sentence that is one of several by its first word.
var counted = regexp.MustCompile(`^(First|Second|Third|Fourth|Fifth|Sixth|Seventh|Lastly|Finally)(ly)?,`)

// isItem reports whether a sentence is part of a list, set off or in the text.
func isItem(s corpus.Sentence) bool { return s.Item || counted.MatchString(s.Text) }

// opensList reports whether a list follows sentence i.
func opensList(sentences []corpus.Sentence, i int) bool {
	if i+1 >= len(sentences) || !isItem(sentences[i+1]) {
		return false
	}
	return strings.HasSuffix(sentences[i].Text, ":") || strings.HasPrefix(sentences[i+1].Text, "First")
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
