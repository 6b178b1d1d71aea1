package brief

import (
	"cmp"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"rapporteur/retrieval"
)

// A topic is what a query asks for, by its words.
type topic struct {
	terms
	// sides are the two things that it joins ("data and statistics"); nil: it is
	// one thing.
	sides []terms
	// meet says that the documents speak of both sides in one sentence, so that
	// what speaks of one alone belongs to the topic too.
	meet bool
	// named says that a document has an acronym for it: it is a name, of which
	// hardly a word may be missing.
	named bool
	names []name // those of several words in it
	// one says that it was a question for one thing, which was answered.
	one bool
	// nowhere is the share of its weight that no passage holds, from 0 to 1.
	nowhere float64
}

// A name has several words, as "World Bank".
type name struct {
	terms []string // the rarest first
	last  string   // of its words: "the Bank"
}

// Terms, by how much each tells.
type terms map[string]float64

// How the words of a topic are weighed.
const (
	bestHits  = 5   // of a search, which show what the topic is about
	evenly    = 0.4 // share of a topic's weight that each of its two sides has at least
	meetings  = 2   // sentences in which two sides meet, from which on they go together
	within    = 1   // terms from one another that words stand together
	scattered = 0.6 // what words are worth that do not
)

// questionWords say what kind of answer is wanted, and nothing of the topic.
var questionWords = regexp.MustCompile(`(?i)\b(what|which|who|whom|whose|when|where|why|how|much|many|did|does|do|is|are|was|were|has|have|had|can|could|should|would|will|say|said|about|regarding|concerning)\b`)

// sayingWords ask, in a question, what somebody said: "What did ILO report?" is
// about no report.
var sayingWords = regexp.MustCompile(`(?i)\b(report(ed)?|note[ds]?|state[ds]?|stress(ed)?|mention(ed)?|explain(ed)?|conclude[ds]?|recommend(ed)?|suggest(ed)?|propose[ds]?|think|thought|know[ns]?|tell|told)\b`)

// oneThing recognizes a question that one sentence may answer.
var oneThing = regexp.MustCompile(`(?i)^(who|whom|whose|when|where|how (much|many|long|old|far|often))\b`)

// joins parts a topic that joins two things.
var joins = regexp.MustCompile(`^(.*\S)\s+(?:and|or|&)\s+(\S.*)$`)

// severalWords is a name of several words.
var severalWords = regexp.MustCompile(`\p{Lu}[\pL’'-]*(?: \p{Lu}[\pL’'-]*)+`)

// topicOf weighs the terms of query by how rare each is, and by how many of the best
// hits hold it: what these are about, the topic is about ("trafficking" in
// "trafficking in persons"; after Rocchio 1971). A term that no passage holds keeps
// all its weight: without it the topic is another. So do those of a question that was
// answered and asks for one thing ("Who opened the meeting?"), not for all about it.
func (m *Maker) topicOf(query string, hits []retrieval.Hit, answered bool) topic {
	asked := questionWords.ReplaceAllString(query, " ")
	if isQuestion(query) {
		if rest := sayingWords.ReplaceAllString(asked, " "); len(m.index.Terms(rest)) > 0 {
			asked = rest
		}
	}
	best := hits[:min(bestHits, len(hits))]
	held := make(map[string]float64)
	for _, h := range best {
		for term := range m.read(m.texts()[h.Doc], h.Text).found {
			held[term]++
		}
	}
	out, somewhere := topic{terms: make(terms), one: answered && oneThing.MatchString(query)}, make(map[string]bool)
	for _, t := range m.index.Terms(asked) {
		weight := (1 + held[t.Text]) / float64(1+len(best))
		if out.one || m.nowhere(t) {
			weight = 1
		}
		somewhere[t.Text] = !m.nowhere(t)
		out.terms[t.Text] = t.Rarity * weight
	}
	if len(out.terms) > 0 {
		out.nowhere = 1 - out.share(somewhere)
	}
	for _, words := range severalWords.FindAllString(asked, -1) {
		if terms := m.index.Terms(words); len(terms) > 1 {
			out.names = append(out.names, nameOf(terms))
		}
	}
	out.named = m.acronymOf(out.terms)
	if !isQuestion(query) && !out.named {
		m.part(&out, asked, hits)
	}
	return out
}

// nowhere reports whether no passage holds t: nothing is rarer.
func (m *Maker) nowhere(t retrieval.Term) bool {
	return t.Rarity >= math.Log(2+2*float64(m.index.Len()))
}

// part finds the two sides of a topic that joins two things of some weight each.
// What the documents themselves join in these words, "peace and security", is one.
func (m *Maker) part(q *topic, asked string, hits []retrieval.Hit) {
	parts := joins.FindStringSubmatch(asked)
	if parts == nil {
		return
	}
	whole := 0.0
	for _, t := range m.index.Terms(asked) {
		whole += t.Rarity
	}
	var sides []terms
	for _, part := range parts[1:] {
		side, weight := make(terms), 0.0
		for _, t := range m.index.Terms(part) {
			side[t.Text] = q.terms[t.Text]
			weight += t.Rarity
		}
		if weight < evenly*whole {
			return
		}
		sides = append(sides, side)
	}
	met := 0
	for _, h := range hits {
		if strings.Contains(strings.ToLower(h.Text), strings.ToLower(asked)) {
			return
		}
		for _, s := range h.Passage.Sentences {
			found := m.read(m.texts()[h.Doc], s.Text).found
			if sides[0].share(found) == 1 && sides[1].share(found) == 1 {
				met++
			}
		}
	}
	q.sides, q.meet = sides, met >= meetings
}

// acronymOf reports whether the terms are those of a name that some document has an
// acronym for.
func (m *Maker) acronymOf(q terms) bool {
	for _, t := range m.texts() {
		for _, a := range t.acronyms {
			if len(a.long) > 1 && len(a.long) == len(q) && !slices.ContainsFunc(a.long, func(term string) bool { return q[term] == 0 }) {
				return true
			}
		}
	}
	return false
}

// A reading is the terms of a text, in order, and those that are found in it: these
// and what its acronyms stand for.
type reading struct {
	order []string
	found map[string]bool
}

// elided are words that lean on the next in French and Italian: "l’avis".
var elided = regexp.MustCompile(`\b(?i:[cdjlmnst]|qu|dell|nell|all)[’']`)

func (m *Maker) read(t *text, words string) reading {
	r := reading{found: make(map[string]bool)}
	for _, term := range m.index.Terms(elided.ReplaceAllString(words, " ")) {
		r.order = append(r.order, term.Text)
		r.found[term.Text] = true
	}
	t.spellOut(r.found)
	return r
}

// held is how much of the topic a text holds, from 0 to 1: nothing of a name whose
// words stand apart. around is the passage that it stands in.
func (q topic) held(r, around reading) float64 {
	if q.named && !q.terms.stand(r) {
		return 0
	}
	r = q.known(r, around)
	if q.sides == nil {
		return q.terms.held(r)
	}
	a, b := q.sides[0].held(r), q.sides[1].held(r)
	if q.meet {
		return max(a, b)
	}
	return min(a, b)
}

func nameOf(all []retrieval.Term) name {
	n := name{last: all[len(all)-1].Text}
	for _, t := range slices.SortedStableFunc(slices.Values(all), func(a, b retrieval.Term) int { return cmp.Compare(b.Rarity, a.Rarity) }) {
		n.terms = append(n.terms, t.Text)
	}
	return n
}

// known is what a text holds, as to names, in the passage around it. "World" alone is
// no "World Bank", though "bank" may be; where the passage has the whole name, "the
// Bank" is the World Bank.
func (q topic) known(r, around reading) reading {
	if len(q.names) == 0 {
		return r
	}
	found := maps.Clone(r.found)
	for _, n := range q.names {
		whole := around.beside(n.last, n.terms) || r.abbreviates(n.terms)
		for i, term := range n.terms {
			switch {
			case whole && r.found[n.last]:
				found[term] = true
			case i > 0 && slices.Contains(r.order, term) && !whole && !r.beside(term, n.terms):
				delete(found, term)
			}
		}
	}
	return reading{r.order, found}
}

// calls reports whether a text has every name of several words that the topic has, at
// least by its rarest word: in other words they cannot be said.
func (q topic) calls(r reading) bool {
	return !slices.ContainsFunc(q.names, func(n name) bool { return !r.found[n.terms[0]] })
}

// abbreviates reports whether an acronym in the text stands for some of the terms.
func (r reading) abbreviates(terms []string) bool {
	return slices.ContainsFunc(terms, func(term string) bool { return r.found[term] && !slices.Contains(r.order, term) })
}

// beside reports whether a term stands next to another of those of a name.
func (r reading) beside(term string, name []string) bool {
	for i, t := range r.order {
		if t != term {
			continue
		}
		for _, n := range []int{i - 1, i + 1} {
			if n >= 0 && n < len(r.order) && r.order[n] != term && slices.Contains(name, r.order[n]) {
				return true
			}
		}
	}
	return false
}

// held is how much of the terms, by their weight, a text holds. Where the weightiest
// of these stands by itself, as in "a change in the political climate", the others
// count for less.
func (q terms) held(r reading) float64 {
	share := q.share(r.found)
	heaviest := ""
	for term, weight := range q {
		switch {
		case r.found[term] && !slices.Contains(r.order, term):
			return share // an acronym or a part of a name stands for it
		case r.found[term] && (weight > q[heaviest] || weight == q[heaviest] && term < heaviest):
			heaviest = term
		}
	}
	for i, term := range r.order {
		if term != heaviest {
			continue
		}
		for _, other := range r.order[max(0, i-within):min(len(r.order), i+within+1)] {
			if other != heaviest && r.found[other] && q[other] > 0 {
				return share
			}
		}
	}
	return max(scattered*share, q.share(map[string]bool{heaviest: true}))
}

// stand reports whether all the terms that a text holds stand in one place of it,
// with no more than one other among them, or are those of an acronym.
func (q terms) stand(r reading) bool {
	kinds := 0
	for term := range q {
		if r.found[term] && !slices.Contains(r.order, term) {
			return true
		}
		if r.found[term] {
			kinds++
		}
	}
	if kinds == 0 {
		return true
	}
	for i := range r.order {
		in := make(map[string]bool)
		for _, term := range r.order[i:min(len(r.order), i+kinds+1)] {
			if q[term] > 0 {
				in[term] = true
			}
		}
		if len(in) == kinds {
			return true
		}
	}
	return false
}

// share is how much of the terms, by their weight, is found, from 0 to 1.
func (q terms) share(found map[string]bool) float64 {
	var all, held float64
	for _, text := range slices.Sorted(maps.Keys(q)) { // a sum depends on its order
		all += q[text]
		if found[text] {
			held += q[text]
		}
	}
	if all == 0 {
		return 0
	}
	return held / all
}
