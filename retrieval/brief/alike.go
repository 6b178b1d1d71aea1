package brief

import (
	"maps"
	"slices"
	"strings"

	"rapporteur/retrieval"
)

// sameWord is the cosine of two tokens from which on their words are taken to say the
// same, as the built-in encoder sees them where they stand: "fishing" and "fisheries",
// "refugees" and "asylum", "money" and "funds". On the 53 topics at match.go, 0.6 brings
// 5 sentences (4 speak to their topic) and 0.68 loses 2 (both do).
const sameWord = 0.64

// The pieces of a topic's words are tokens of its query, by their index; for each term
// those of each word that has it.
type pieces map[string][][]int

// piecesOf finds the terms of query among its tokens: none of them where the embedder
// does not tell tokens apart.
func (m *Maker) piecesOf(query string, hits []retrieval.Hit) pieces {
	all := make(pieces)
	if len(hits) == 0 {
		return all
	}
	query = strings.Join(strings.Fields(query), " ") // as it was searched
	for _, term := range m.index.Terms(query) {
		end := term.Start + len(wordAt(query, term.Start))
		var word []int
		for i, t := range hits[0].Query {
			if t.Start >= term.Start && t.End <= end {
				word = append(word, i)
			}
		}
		if len(word) > 0 {
			all[term.Text] = append(all[term.Text], word)
		}
	}
	return all
}

// alike is the reading of a sentence that takes other words for those of the topic.
// Where the topic has several, one alone is too little to go by: "migrants" are no
// illegal immigration.
func (p pieces) alike(r reading, s retrieval.Nearness) reading {
	alike := reading{order: r.order, found: maps.Clone(r.found), other: make(map[string]bool)}
	held := 0
	for term, words := range p {
		like := func(word []int) bool { return likeness(word, s.Matches) >= sameWord }
		if !r.found[term] && slices.ContainsFunc(words, like) {
			alike.found[term], alike.other[term] = true, true
		}
		if alike.found[term] {
			held++
		}
	}
	if held < min(len(p), 2) {
		return r
	}
	return alike
}

// likeness is the mean of what the pieces of a word match, -1 where that is not known.
func likeness(word []int, matches []float64) float64 {
	sum := 0.0
	for _, i := range word {
		if i >= len(matches) {
			return -1
		}
		sum += matches[i]
	}
	return sum / float64(len(word))
}
