package answer

import (
	"regexp"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// completesList reports whether sentence n goes on with a list whose lead-in is
// taken, and whose items are up to there.
func (s *selection) completesList(n int) bool {
	c := s.all[n]
	sentences := s.hits[c.hit].Passage.Sentences
	if !isItem(sentences[c.sentence]) {
		return false
	}
	for back := 1; back <= c.sentence && s.taken(n, n-back); back++ {
		// A lead-in may itself stand in an item, as in a numbered paragraph.
		if opensList(sentences, c.sentence-back) {
			return true
		}
		if !isItem(sentences[c.sentence-back]) {
			return false
		}
	}
	return false
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

// mostContinued is how many words an answer may have with what its lists go on with
// in later passages.
const mostContinued = 230

// continued adds to each run that its passage cuts off within a list what that list
// goes on with in the passages that follow.
func continued(x *retrieval.Index, chosen []choice) []choice {
	words := 0
	for _, c := range chosen {
		words += c.words()
	}
	var out []choice
	for _, c := range chosen {
		out = append(out, c)
		for c.cutOff() {
			next, ok := following(x, c.hit.Passage)
			if !ok || slices.ContainsFunc(chosen, func(other choice) bool { return other.hit.ID == next.ID }) {
				break
			}
			last := c.hit.Passage.Sentences[c.last]
			n := 0
			for n < len(next.Sentences) && goesOnWith(last, next.Sentences[n]) {
				n++
			}
			c = choice{hit: retrieval.Hit{Passage: next}, last: n - 1, score: c.score, goesOn: true}
			if words += c.words(); n == 0 || words > mostContinued {
				break
			}
			out = append(out, c)
		}
	}
	return out
}

// words is how many c has.
func (c choice) words() int {
	n := 0
	for _, s := range c.hit.Passage.Sentences[c.first : c.last+1] {
		n += len(strings.Fields(s.Text))
	}
	return n
}

// cutOff reports whether c ends with its passage and with the items of a list that
// it has the beginning of, or that it goes on with.
func (c choice) cutOff() bool {
	sentences := c.hit.Passage.Sentences
	if c.last != len(sentences)-1 || !sentences[c.last].Item {
		return false
	}
	for i := c.first; i < c.last; i++ {
		if opensList(sentences, i) {
			return true
		}
	}
	return c.goesOn
}

// following returns the passage that follows p in its section.
func following(x *retrieval.Index, p corpus.Passage) (corpus.Passage, bool) {
	for _, d := range x.Documents() {
		if d.Card != p.Doc {
			continue
		}
		i := slices.IndexFunc(d.Passages, func(q corpus.Passage) bool { return q.ID == p.ID })
		if i >= 0 && i+1 < len(d.Passages) && slices.Equal(d.Passages[i+1].Section, p.Section) {
			return d.Passages[i+1], true
		}
	}
	return corpus.Passage{}, false
}

// goesOnWith reports whether s belongs to the list that last belongs to: both have a
// bullet, or both a letter below the same number, as "12 (a)" and "12 (b)".
func goesOnWith(last, s corpus.Sentence) bool {
	list, _, lettered := strings.Cut(last.Number, " (")
	other, _, otherLettered := strings.Cut(s.Number, " (")
	return s.Item && lettered == otherLettered && (lettered && list == other || last.Number == "" && s.Number == "")
}
