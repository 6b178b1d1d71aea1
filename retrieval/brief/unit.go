package brief

import (
	"cmp"
	"maps"
	"slices"

	"rapporteur/retrieval/answer"
)

// A unit is the sentences that one excerpt quotes, in order.
type unit struct {
	text     *text
	quoted   []int
	strength float64
}

// excerpts makes excerpts of finds, strongest first. Sentences of one paragraph
// make one excerpt, and so does a list that is quoted from its opening on.
func (m *Maker) excerpts(finds []find) []Excerpt {
	var units []unit
	for _, t := range m.texts() {
		units = append(units, unitsOf(t, finds)...)
	}
	slices.SortFunc(units, stronger)
	weaken(units)
	slices.SortFunc(units, stronger)
	var out []Excerpt
	for _, u := range units {
		if u.opensList() {
			continue
		}
		e, err := u.text.excerpt(u.quoted)
		if err != nil {
			m.log.Error("A quotation was left out, since it does not stand in the source.", "error", err)
			continue
		}
		out = append(out, e)
	}
	return out
}

// spread is what each further excerpt from one document counts for, as a share of the
// one before. It decides where more is found than fits: among 60 paragraphs of one
// document and one each of 45 others it leaves room for at least 24 of these. Of the
// topics at match.go it changes nothing.
const spread = 0.85

// weaken makes what is found in a document count for less, the more there is that is
// stronger, so that one that says much does not leave the others out.
func weaken(units []unit) {
	weight := make(map[*text]float64)
	for i, u := range units {
		if weight[u.text] == 0 {
			weight[u.text] = 1
		}
		units[i].strength *= weight[u.text]
		weight[u.text] *= spread
	}
}

// unitsOf gathers the finds of one text into units.
func unitsOf(t *text, finds []find) []unit {
	strengths := make(map[int]float64)
	for _, f := range finds {
		if f.text == t {
			strengths[f.sentence] = max(strengths[f.sentence], f.strength)
		}
	}
	t.addLists(strengths)
	var units []unit
	for _, i := range slices.Sorted(maps.Keys(strengths)) {
		if n := len(units); n > 0 && t.belongs(i, units[n-1].quoted) {
			units[n-1].quoted = append(units[n-1].quoted, i)
			continue
		}
		units = append(units, unit{text: t, quoted: []int{i}})
	}
	for i := range units {
		units[i].strength = together(units[i].quoted, strengths)
	}
	return units
}

// addLists adds to the sentences of a text, by their strengths, the lists that they open:
// what speaks to a query there is the list.
func (t *text) addLists(strengths map[int]float64) {
	for _, i := range slices.Collect(maps.Keys(strengths)) {
		for _, item := range t.list(i) {
			strengths[item] += 0
		}
	}
}

// together is how much several sentences speak to a query: as the strongest does,
// and half as much more by the next, and so on.
func together(sentences []int, strengths map[int]float64) float64 {
	var all []float64
	for _, i := range sentences {
		all = append(all, strengths[i])
	}
	slices.SortFunc(all, func(a, b float64) int { return cmp.Compare(b, a) })
	sum, part := 0.0, 1.0
	for _, s := range all {
		sum += part * s
		part /= 2
	}
	return sum
}

// stronger is negative when a speaks to the query more than b does.
func stronger(a, b unit) int {
	return cmp.Or(cmp.Compare(b.strength, a.strength), cmp.Compare(a.text.doc.Card.File, b.text.doc.Card.File), cmp.Compare(a.quoted[0], b.quoted[0]))
}

// belongs reports whether sentence i belongs into one excerpt with those quoted
// before it.
func (t *text) belongs(i int, quoted []int) bool {
	last := quoted[len(quoted)-1]
	from, _ := t.paragraph(i)
	if last >= from {
		return true
	}
	return i == last+1 && t.leadIn(i) >= quoted[0]
}

// opensList reports whether nothing is quoted but the words that a list opens with,
// which say nothing without it.
func (u unit) opensList() bool {
	return len(u.quoted) == 1 && opens(u.text.sentences[u.quoted[0]].Text)
}

// fold takes out each excerpt that says nothing but what a stronger one says, and
// names its place there.
func fold(all []Excerpt) []Excerpt { return foldInto(nil, all) }

// foldInto appends to out, which is left as it is but for further places, those of more
// that say something else than the excerpts before them.
func foldInto(out, more []Excerpt) []Excerpt {
	var said [][]gist // by each of out
	for _, e := range out {
		said = append(said, gistsOf(e))
	}
next:
	for _, e := range more {
		says := gistsOf(e)
		for i := range out {
			if repeats(says, said[i]) {
				out[i].Same = append(out[i].Same, e.Citation)
				continue next
			}
		}
		out, said = append(out, e), append(said, says)
	}
	return out
}

// A gist is a sentence as it is compared with others.
type gist struct {
	answer.Gist
	length int // in bytes
}

func gistOf(text string) gist { return gist{answer.GistOf(text), len(text)} }

// gistsOf returns those of the sentences that e quotes.
func gistsOf(e Excerpt) []gist {
	var out []gist
	for _, s := range e.Context {
		if s.Quoted {
			out = append(out, gistOf(s.Text))
		}
	}
	return out
}

// repeats reports whether each of says is said by one of others too.
func repeats(says, others []gist) bool {
	return !slices.ContainsFunc(says, func(g gist) bool { return !slices.ContainsFunc(others, g.saidBy) })
}

// saidBy reports whether other says what g does. A longer text may say more than the
// words that it shares with a shorter one.
func (g gist) saidBy(other gist) bool {
	const longer = 1.3
	return float64(g.length) <= longer*float64(other.length) && g.Same(other.Gist)
}
