package brief

import (
	"cmp"
	"maps"
	"regexp"
	"slices"

	"rapporteur/retrieval"
)

// A name has several words, as "World Bank".
type name struct {
	terms []string // the rarest first
	last  string   // of its words: "the Bank"
}

// severalWords is a name of several words.
var severalWords = regexp.MustCompile(`\p{Lu}[\pL’'-]*(?: \p{Lu}[\pL’'-]*)+`)

// nameOf makes a name of its terms.
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
		if !slices.ContainsFunc(n.terms, func(term string) bool { return r.found[term] }) {
			continue
		}
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
	return reading{r.order, found, r.other}
}

// calls reports whether a text has every name of several words that the topic has, at
// least by its rarest word: in other words they cannot be said.
func (q topic) calls(r reading) bool {
	return !slices.ContainsFunc(q.names, func(n name) bool { return !r.found[n.terms[0]] })
}
