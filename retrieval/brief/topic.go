package brief

import (
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
	// figure says that it is a question for a number.
	figure bool
	// nowhere is the share of its weight that no passage holds, from 0 to 1.
	nowhere float64
}

// How the words of a topic are weighed. On the 53 topics at match.go, 3 hits bring 9
// sentences (2 speak to their topic) and lose 7 (5 do), 10 bring 10 (1 does) and lose 11 (7
// do); one meeting brings 2 (none does), 4 change nothing, and neither does a share of 0.3.
// A least weight of 0.3 loses 1 (it does), 0.7 brings 1 (it does not) and loses 4 (all do).
const (
	bestHits = 5   // of a search, which show what the topic is about
	evenly   = 0.4 // share of a topic's weight that each of its two sides has at least
	meetings = 2   // sentences in which two sides meet, from which on they go together
	// leastWeight is what a word keeps of its weight where no document joins the topic's
	// words: of "voting rights" in a text that has rights alone, "voting" is not to be
	// overheard.
	leastWeight = 0.5
)

// asks are the words that a question opens with.
const asks = `what|which|who|whom|whose|when|where|why|how|did|does|do|is|are|was|were|has|have|had|can|could|should|would|will`

// asking recognizes a question by how it opens.
var asking = regexp.MustCompile(`(?i)^(` + asks + `)\b`)

// isQuestion tells a question from a topic.
func isQuestion(query string) bool {
	return strings.HasSuffix(query, "?") || asking.MatchString(query)
}

// questionWords say what kind of answer is wanted, and nothing of the topic.
var questionWords = regexp.MustCompile(`(?i)\b(` + asks + `|much|many|say|said|about|regarding|concerning)\b`)

// sayingWords ask, in a question, what somebody said: "What did ILO report?" is
// about no report.
var sayingWords = regexp.MustCompile(`(?i)\b(report(ed)?|note[ds]?|state[ds]?|stress(ed)?|mention(ed)?|explain(ed)?|conclude[ds]?|recommend(ed)?|suggest(ed)?|propose[ds]?|think|thought|know[ns]?|tell|told)\b`)

// oneThing recognizes a question that one sentence may answer.
var oneThing = regexp.MustCompile(`(?i)^(who|whom|whose|when|where|how (much|many|long|old|far|often))\b`)

// wantsFigure recognizes a question that a number answers, and figure a number, in
// digits or in words, but "one", which is a pronoun more often.
var (
	wantsFigure = regexp.MustCompile(`(?i)^how (much|many)\b`)
	figure      = regexp.MustCompile(`(?i)\d|\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?)\b`)
)

// joins parts a topic that joins two things.
var joins = regexp.MustCompile(`^(.*\S)\s+(?:and|or|&)\s+(\S.*)$`)

// topicOf weighs the terms of query by how rare each is, and by how many of the best
// hits hold it: what these are about, the topic is about ("trafficking" in
// "trafficking in persons"; after Rocchio 1971). Where nothing joins the words of query
// as it does, each counts at least leastWeight. A term that no passage holds keeps
// all its weight: without it the topic is another. So do those of a question that was
// answered and asks for one thing ("Who opened the meeting?"), not for all about it.
func (m *Maker) topicOf(query string, hits []retrieval.Hit, answered bool) topic {
	matter := m.matter(query)
	q := topic{one: answered && oneThing.MatchString(query), figure: wantsFigure.MatchString(query)}
	m.weigh(&q, matter, hits)
	for _, words := range severalWords.FindAllString(matter, -1) {
		if terms := m.index.Terms(words); len(terms) > 1 {
			q.names = append(q.names, nameOf(terms))
		}
	}
	q.named = m.hasAcronym(q.terms)
	if !isQuestion(query) && !q.named {
		m.part(&q, matter, hits)
	}
	return q
}

// matter is query without the words that but ask.
func (m *Maker) matter(query string) string {
	asked := questionWords.ReplaceAllString(query, " ")
	if isQuestion(query) {
		if rest := sayingWords.ReplaceAllString(asked, " "); len(m.index.Terms(rest)) > 0 {
			return rest
		}
	}
	return asked
}

// weigh weighs the terms of matter, as topicOf says.
func (m *Maker) weigh(q *topic, matter string, hits []retrieval.Hit) {
	best, least := hits[:min(bestHits, len(hits))], leastWeight
	if printed(matter, hits) {
		least = 0
	}
	holders := make(map[string]float64) // by term: how many of the best hits hold it
	for _, h := range best {
		for term := range m.read(m.texts()[h.Doc], h.Text).found {
			holders[term]++
		}
	}
	weights, somewhere := make(map[string]float64), make(map[string]bool)
	for _, t := range m.index.Terms(matter) {
		weight := max(least, (1+holders[t.Text])/float64(1+len(best)))
		if q.one || m.nowhere(t) {
			weight = 1
		}
		somewhere[t.Text] = !m.nowhere(t)
		weights[t.Text] = t.Rarity * weight
	}
	q.terms = termsOf(weights)
	if len(weights) > 0 {
		q.nowhere = 1 - q.share(somewhere)
	}
}

// nowhere reports whether no passage holds t: nothing is rarer.
func (m *Maker) nowhere(t retrieval.Term) bool {
	return t.Rarity >= math.Log(2+2*float64(m.index.Len()))
}

// part finds the two sides of a topic that joins two things of some weight each.
// What the documents themselves join in these words, "peace and security", is one.
func (m *Maker) part(q *topic, matter string, hits []retrieval.Hit) {
	parts := joins.FindStringSubmatch(matter)
	if parts == nil {
		return
	}
	whole := 0.0
	for _, t := range m.index.Terms(matter) {
		whole += t.Rarity
	}
	var sides []terms
	for _, part := range parts[1:] {
		side, weight := make(map[string]float64), 0.0
		for _, t := range m.index.Terms(part) {
			side[t.Text] = q.weight[t.Text]
			weight += t.Rarity
		}
		if weight < evenly*whole {
			return
		}
		sides = append(sides, termsOf(side))
	}
	if printed(matter, hits) {
		return
	}
	q.sides, q.meet = sides, m.meet(sides, hits) >= meetings
}

// printed reports whether one of hits has the words of matter as they stand there.
func printed(matter string, hits []retrieval.Hit) bool {
	words := strings.ToLower(strings.TrimSpace(matter))
	return slices.ContainsFunc(hits, func(h retrieval.Hit) bool { return strings.Contains(strings.ToLower(h.Text), words) })
}

// meet counts the sentences of hits that hold all sides.
func (m *Maker) meet(sides []terms, hits []retrieval.Hit) int {
	n := 0
	for _, h := range hits {
		for _, s := range h.Passage.Sentences {
			found := m.read(m.texts()[h.Doc], s.Text).found
			if !slices.ContainsFunc(sides, func(side terms) bool { return side.share(found) < 1 }) {
				n++
			}
		}
	}
	return n
}

// hasAcronym reports whether the terms are those of a name that some document has an
// acronym for.
func (m *Maker) hasAcronym(q terms) bool {
	for _, t := range m.texts() {
		for _, a := range t.acronyms {
			if len(a.long) > 1 && len(a.long) == len(q.weight) && !slices.ContainsFunc(a.long, func(term string) bool { return q.weight[term] == 0 }) {
				return true
			}
		}
	}
	return false
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
