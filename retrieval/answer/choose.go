package answer

import (
	"cmp"
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
	largestDrop    = 2.75 // below the best sentence, in standard deviations
	neighbourBonus = 1.0  // for a sentence beside one already chosen
	itemBonus      = 8.0  // for a list item whose lead-in is chosen: more than the drop, so that a list is whole
	accountBonus   = 4.5  // for what follows in the passage, when an account is asked for
	mostListWords  = 190  // in an answer that goes on with a list
	mostAccount    = 160  // words in one that says what somebody said
	leadBonus      = 1.0  // for the lead-in of a list, when one is asked for
	passageShare   = 0.5  // weight of the passage's score in its sentences'
	freeWords      = 30   // in a sentence
	wordCost       = 0.02 // of each word more
	askedShare     = 8.0  // weight of how like the question word something in the sentence is
	usualAsked     = 0.8  // how like it something in any sentence is
	meaningBonus   = 2.0  // over the best, for a sentence that spells out what the question asks the meaning of
	gapBonus       = 2.0  // for a sentence between two that are chosen
	tokenShare     = 10.0 // weight of a sentence's mean cosine by tokens, over the best passage's
)

// A choice is a run of sentences of one passage.
type choice struct {
	hit         retrieval.Hit
	first, last int // indexes into its sentences
	score       float64
	echoes      []choice // where else the same is said
	goesOn      bool     // with the list of the choice before
}

// A candidate is a sentence that may be chosen.
type candidate struct {
	hit, sentence int
	score         float64
	words         int
	gist          Gist
	taken         bool
}

// choose returns the sentences that answer question, as runs, the best run
// first. It takes the best sentence, and then as long as there is room the one
// that adds most: near to the question, or beside one already taken, since what
// follows an answering sentence often completes it. A list comes with its
// lead-in, and whole.
func choose(question string, hits []retrieval.Hit) []choice {
	most := mostWords
	if wantsAccount.MatchString(question) {
		most = mostAccount
	}
	return chooseWithin(question, hits, most, mostSentences)
}

// chooseWithin is choose for an answer of a given length: words and sentences,
// list items aside.
func chooseWithin(question string, hits []retrieval.Hit, mostWords, mostSentences int) []choice {
	s := selection{mostWords: mostWords, mostSentences: mostSentences, hits: hits[:min(passagesRead, len(hits))], lists: wantsList.MatchString(question), account: wantsAccount.MatchString(question)}
	asks := askers(s.hits)
	for i, h := range s.hits {
		for j, sentence := range h.Passage.Sentences {
			near, words := h.Sentences[j], len(strings.Fields(sentence.Text))
			score := near.Z + passageShare*h.Score + tokenShare*(near.Tokens-s.hits[0].Tokens) - wordCost*float64(max(0, words-freeWords)) + askedShare*(askedIn(near, asks)-usualAsked)
			if s.lists && opensList(h.Passage.Sentences, j) {
				score += leadBonus
			}
			s.all = append(s.all, candidate{hit: i, sentence: j, score: score, words: words, gist: GistOf(sentence.Text)})
		}
	}
	s.preferMeaning(meant(question))
	for s.take() {
	}
	s.dropDangling()
	s.nameSpeakers()
	out := runs(s.hits, s.all)
	for i := range out {
		s.findEchoes(&out[i])
	}
	return out
}

// askers returns which tokens of the question ask: "who", "how".
func askers(hits []retrieval.Hit) []int {
	var asks []int
	if len(hits) > 0 {
		for i, t := range hits[0].Query {
			if interrogatives[strings.ToLower(t.Text)] {
				asks = append(asks, i)
			}
		}
	}
	return asks
}

// askedIn is the cosine of the question word with what in the sentence is most like
// it, which is what answers it (see signalsByTokens); usualAsked where either is not
// known.
func askedIn(s retrieval.Nearness, asks []int) float64 {
	if len(asks) == 0 || len(s.Matches) == 0 {
		return usualAsked
	}
	best := -1.0
	for _, i := range asks {
		best = max(best, s.Matches[i])
	}
	return best
}

// findEchoes finds the sentences of other passages that say what r says.
func (s *selection) findEchoes(r *choice) {
	var said []Gist
	for _, c := range s.all {
		if s.hits[c.hit].ID == r.hit.ID && c.sentence >= r.first && c.sentence <= r.last {
			said = append(said, c.gist)
		}
	}
	for n, c := range s.all {
		h := s.hits[c.hit]
		if c.taken || h.ID == r.hit.ID {
			continue
		}
		for _, own := range said {
			if c.gist.Same(own) {
				r.echo(choice{hit: h, first: c.sentence - (n - s.named(n)), last: c.sentence, score: c.score})
				break
			}
		}
	}
}

// echo adds a place where what r says is said too, to the last one where it goes on
// from there.
func (r *choice) echo(c choice) {
	if n := len(r.echoes) - 1; n >= 0 && r.echoes[n].hit.ID == c.hit.ID && c.first <= r.echoes[n].last+1 {
		r.echoes[n].last = c.last
		return
	}
	r.echoes = append(r.echoes, c)
}

// A selection is an answer being put together.
type selection struct {
	hits    []retrieval.Hit
	all     []candidate // every sentence of the hits, in their order
	lists   bool        // the question asks for several things
	account bool        // the question asks what somebody said

	mostWords, mostSentences int // list items aside

	words int     // taken so far
	count int     // sentences taken so far, list items aside
	top   float64 // score of the first sentence taken
}

// take takes the sentence that adds most, and reports whether there was one.
func (s *selection) take() bool {
	best, bestScore := -1, 0.0
	for n, c := range s.all {
		item := s.completesList(n)
		if c.taken || !s.fits(c, item) || !item && s.told(n) {
			continue
		}
		score := c.score
		if item {
			score += itemBonus
		} else if s.taken(n, n-1) || s.taken(n, n+1) {
			score += neighbourBonus
		}
		if !item && s.taken(n, n-1) && s.taken(n, n+1) {
			score += gapBonus
		}
		if s.account && !item && s.follows(n) {
			score += accountBonus
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

// told reports whether a sentence that is taken says nearly the same in nearly
// the same words, as a summary does of its report.
func (s *selection) told(n int) bool {
	for _, c := range s.all {
		if c.taken && c.hit != s.all[n].hit && s.all[n].gist.Same(c.gist) {
			return true
		}
	}
	return false
}

func (s *selection) sentence(n int) corpus.Sentence {
	return s.hits[s.all[n].hit].Passage.Sentences[s.all[n].sentence]
}

func (s *selection) text(n int) string { return s.sentence(n).Text }

// fits reports whether there is room for c.
func (s *selection) fits(c candidate, item bool) bool {
	if item {
		return s.words+c.words <= mostListWords
	}
	return c.words >= fewestWords && s.count < s.mostSentences && (s.words == 0 || s.words+c.words <= s.mostWords)
}

// taken reports whether sentence m, of the same passage as n, is taken.
func (s *selection) taken(n, m int) bool {
	return m >= 0 && m < len(s.all) && s.all[m].taken && s.all[m].hit == s.all[n].hit
}

// follows reports whether a sentence before n in its passage is taken.
func (s *selection) follows(n int) bool {
	for m := n - 1; m >= 0 && s.all[m].hit == s.all[n].hit; m-- {
		if s.all[m].taken {
			return true
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
		out = append(out, choice{hit: hits[c.hit], first: c.sentence, last: c.sentence, score: c.score})
	}
	slices.SortStableFunc(out, func(a, b choice) int { return cmp.Compare(b.score, a.score) })
	return out
}

// nearest returns the best sentence of each of the first two hits: what is shown
// when nothing answers. A third never was what had been asked for.
func nearest(hits []retrieval.Hit) []choice {
	const most = 2
	var out []choice
	for _, h := range hits[:min(most, len(hits))] {
		best := 0
		for j := range h.Sentences {
			if h.Sentences[j].Cosine > h.Sentences[best].Cosine {
				best = j
			}
		}
		out = append(out, choice{hit: h, first: best, last: best, score: h.Score})
	}
	return out
}
