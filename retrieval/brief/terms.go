package brief

import (
	"maps"
	"regexp"
	"slices"
)

// Terms, by how much each tells.
type terms struct {
	weight map[string]float64
	order  []string // in which they are added up: a sum depends on it
}

func termsOf(weight map[string]float64) terms {
	return terms{weight, slices.Sorted(maps.Keys(weight))}
}

// How words that stand apart count. On the 53 topics at match.go, 2 terms bring two
// sentences (both speak to their topic) and lose one (it does), 3 bring one more that does
// not; 0.75 brings four (three do), 0.5 none.
const (
	within    = 1   // terms from one another that words stand together
	scattered = 0.6 // what words are worth that do not
)

// A reading is the terms of a text, in order, and those that are found in it: these,
// what its acronyms stand for, and those of a topic for which it has other words.
type reading struct {
	order []string
	found map[string]bool
	other map[string]bool // of found, for which it has another word
}

// elided are words that lean on the next in French and Italian: "l’avis".
var elided = regexp.MustCompile(`\b(?i:[cdjlmnst]|qu|dell|nell|all)[’']`)

// read reads words as those of t, whose acronyms they may have.
func (m *Maker) read(t *text, words string) reading {
	r := reading{found: make(map[string]bool)}
	for _, term := range m.index.Terms(elided.ReplaceAllString(words, " ")) {
		r.order = append(r.order, term.Text)
		r.found[term.Text] = true
	}
	t.spellOut(r.found)
	return r
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
	for term, weight := range q.weight {
		switch {
		case r.found[term] && !r.other[term] && !slices.Contains(r.order, term):
			return share // an acronym or a part of a name stands for it
		case r.found[term] && (weight > q.weight[heaviest] || weight == q.weight[heaviest] && term < heaviest):
			heaviest = term
		}
	}
	for i, term := range r.order {
		if term != heaviest {
			continue
		}
		for _, other := range r.order[max(0, i-within):min(len(r.order), i+within+1)] {
			if other != heaviest && r.found[other] && q.weight[other] > 0 {
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
	for term := range q.weight {
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
			if q.weight[term] > 0 {
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
	for _, term := range q.order {
		all += q.weight[term]
		if found[term] {
			held += q.weight[term]
		}
	}
	if all == 0 {
		return 0
	}
	return held / all
}
