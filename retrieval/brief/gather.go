package brief

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

// What counts as speaking to a topic. A briefing is to miss nothing, so that it
// reads deeper than an answer does; chosen by reading what came of ten topics of
// the proceedings.
const (
	depth      = 200  // passages that are looked at
	fewest     = 4    // words of a sentence that is found by itself
	holdsMost  = 0.65 // share of the topic's words, by how much they tell, in a sentence that speaks to it
	holds      = 0.5  // the same, in one that is near to it too:
	nearHalf   = 0.45 // as a share of the best sentence's nearness
	nearTokens = 0.65 // of the best passage's tokens, for one that says it in other words
	nearZ      = 0.7  // of the best sentence's nearness, the same
)

// A find is a sentence that speaks to a query.
type find struct {
	text     *text
	sentence int
	rank     int     // of its passage, from 0
	near     float64 // in its passage
}

// gather adds to part the excerpts that speak to its query, strongest first and at
// most limit, how many more there are, and what a language model makes of them.
func (m *Maker) gather(ctx context.Context, part *Part, only func(corpus.Passage) bool, limit int) error {
	given, err := m.answerer.Ask(ctx, answer.Question{Text: part.Query, Only: only})
	if err != nil {
		return err
	}
	hits, err := m.index.Search(ctx, part.Query, retrieval.Options{Limit: depth, Only: only})
	if err != nil {
		return err
	}
	finds := m.matching(part.Query, hits, given.Answered)
	if given.Answered && isQuestion(part.Query) {
		finds = append(m.answering(given), finds...)
	}
	found := fold(m.excerpts(finds))
	if len(found) > limit {
		part.More = len(found) - limit
		found = found[:limit]
	}
	part.Excerpts = append(part.Excerpts, found...)
	if len(found) > 0 {
		part.Summary = m.summary(given)
	}
	if given.ModelErr != nil {
		m.log.Info("A heading has no summary by the language model.", "error", given.ModelErr)
	}
	return nil
}

// summary is what a language model wrote in answer; nil when none did.
func (m *Maker) summary(given answer.Answer) []Statement {
	var out []Statement
	for _, w := range given.Written {
		s := Statement{Text: w.Text}
		for _, n := range w.Marks {
			c := given.Citations[n-1]
			s.Sources = append(s.Sources, m.texts()[c.Passage.Doc].cited(c))
		}
		out = append(out, s)
	}
	return out
}

// matching finds the sentences of hits that speak to query: those that hold its
// words and, when there are such and the documents seem to answer it, those that
// say it in other words. Nearness alone is no reason: something is nearest always.
func (m *Maker) matching(query string, hits []retrieval.Hit, answered bool) []find {
	terms := m.terms(query, hits)
	bestTokens, bestZ := 0.0, 0.0
	for _, h := range hits {
		bestTokens = max(bestTokens, h.Tokens)
		for _, s := range h.Sentences {
			bestZ = max(bestZ, s.Z)
		}
	}
	var said, meant []find
	for rank, h := range hits {
		t := m.texts()[h.Doc]
		for j, s := range h.Passage.Sentences {
			if len(strings.Fields(s.Text)) < fewest {
				continue
			}
			f := find{t, t.first[h.ID] + j, rank, h.Sentences[j].Z}
			share := terms.share(m.held(t, s.Text))
			if share >= holdsMost || share >= holds && f.near >= nearHalf*bestZ {
				said = append(said, f)
			} else if answered && f.near >= nearZ*bestZ && h.Tokens >= nearTokens*bestTokens {
				meant = append(meant, f)
			}
		}
	}
	if len(said) == 0 {
		return nil
	}
	return append(said, meant...)
}

// answering finds the sentences that an answer quotes, before all others.
func (m *Maker) answering(given answer.Answer) []find {
	var finds []find
	for _, c := range given.Citations {
		t := m.texts()[c.Passage.Doc]
		for j, s := range c.Passage.Sentences {
			if s.Source.Start >= c.Span.Start && s.Source.End <= c.Span.End {
				finds = append(finds, find{t, t.first[c.Passage.ID] + j, -len(given.Citations) + c.N - 1, 0})
			}
		}
	}
	return finds
}

// excerpts makes excerpts of finds, strongest first. Sentences of one paragraph
// make one excerpt, and so does a list that is quoted from its opening on.
func (m *Maker) excerpts(finds []find) []Excerpt {
	var units []unit
	for _, t := range m.texts() {
		units = append(units, unitsOf(t, finds)...)
	}
	slices.SortFunc(units, func(a, b unit) int { return stronger(a.best, b.best) })
	var out []Excerpt
	for _, u := range units {
		if u.opensList() {
			continue
		}
		e, err := u.best.text.excerpt(u.quoted)
		if err != nil {
			m.log.Error("A quotation was left out, since it does not stand in the source.", "error", err)
			continue
		}
		out = append(out, e)
	}
	return out
}

// A unit is the sentences that one excerpt quotes, in order.
type unit struct {
	quoted []int
	best   find // the strongest among them
}

// unitsOf gathers the finds of one text into units.
func unitsOf(t *text, finds []find) []unit {
	best := make(map[int]find)
	for _, f := range finds {
		if f.text != t {
			continue
		}
		if old, ok := best[f.sentence]; !ok || stronger(f, old) < 0 {
			best[f.sentence] = f
		}
	}
	var units []unit
	for _, i := range slices.Sorted(maps.Keys(best)) {
		if n := len(units); n > 0 && t.belongs(i, units[n-1].quoted) {
			u := &units[n-1]
			u.quoted = append(u.quoted, i)
			if stronger(best[i], u.best) < 0 {
				u.best = best[i]
			}
			continue
		}
		units = append(units, unit{[]int{i}, best[i]})
	}
	return units
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
	t, i := u.best.text, u.quoted[0]
	return len(u.quoted) == 1 && strings.HasSuffix(t.sentences[i].Text, ":") && i+1 < len(t.sentences) && t.sentences[i+1].Item
}

// stronger is negative when a speaks to the query more than b does.
func stronger(a, b find) int {
	return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.near, a.near), cmp.Compare(a.sentence, b.sentence))
}

// fold takes out each excerpt that says nothing but what a stronger one says, and
// names its place there.
func fold(all []Excerpt) []Excerpt {
	var out []Excerpt
next:
	for _, e := range all {
		for i := range out {
			if e.repeats(out[i]) {
				out[i].Same = append(out[i].Same, e.Citation)
				continue next
			}
		}
		out = append(out, e)
	}
	return out
}

// repeats reports whether each sentence that e quotes is said by one of o's too.
func (e Excerpt) repeats(o Excerpt) bool {
	for _, s := range e.Context {
		if s.Quoted && !slices.ContainsFunc(o.Context, func(t Sentence) bool { return t.Quoted && answer.SaySame(s.Text, t.Text) }) {
			return false
		}
	}
	return true
}

// A query's terms, by how much each tells.
type terms map[string]float64

// questionWords say what kind of answer is wanted, and nothing of the topic.
var questionWords = regexp.MustCompile(`(?i)\b(what|which|who|whom|whose|when|where|why|how|much|many|did|does|do|is|are|was|were|has|have|had|can|could|should|would|will|say|said|about|regarding|concerning)\b`)

// terms weighs the terms of query by how rare each is, and by how many of the best
// hits hold it: what these are about, the topic is about ("trafficking" in
// "trafficking in persons"; after Rocchio 1971). A term that no passage holds keeps
// all its weight: without it the topic is another.
func (m *Maker) terms(query string, hits []retrieval.Hit) terms {
	const best = 5
	hits = hits[:min(best, len(hits))]
	held := make(map[string]float64)
	for _, h := range hits {
		in := make(map[string]bool)
		for _, t := range m.index.Terms(h.Text) {
			in[t.Text] = true
		}
		for t := range in {
			held[t]++
		}
	}
	nowhere := math.Log(2 + 2*float64(m.index.Len())) // the rarity of what no passage holds
	out := make(terms)
	for _, t := range m.index.Terms(questionWords.ReplaceAllString(query, " ")) {
		weight := (1 + held[t.Text]) / float64(1+len(hits))
		if t.Rarity >= nowhere {
			weight = 1
		}
		out[t.Text] = t.Rarity * weight
	}
	return out
}

// held is the terms that a sentence of t holds.
func (m *Maker) held(t *text, sentence string) map[string]bool {
	found := make(map[string]bool)
	for _, term := range m.index.Terms(sentence) {
		found[term.Text] = true
	}
	t.spellOut(found)
	return found
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

// asking recognizes a question by how it opens.
var asking = regexp.MustCompile(`(?i)^(what|which|who|whom|whose|when|where|why|how|did|does|do|is|are|was|were|has|have|had|can|could|should|would|will)\b`)

// isQuestion tells a question from a topic.
func isQuestion(query string) bool {
	return strings.HasSuffix(query, "?") || asking.MatchString(query)
}

// picked makes excerpts of what a person chose. lost are those that the documents
// do not hold, or no longer.
func (m *Maker) picked(picks []Pick) (excerpts []Excerpt, lost []Pick) {
	for _, p := range picks {
		e, err := m.pick(p)
		if err != nil {
			m.log.Warn("A chosen excerpt was left out.", "error", err)
			lost = append(lost, p)
			continue
		}
		excerpts = append(excerpts, e)
	}
	return excerpts, lost
}

func (m *Maker) pick(p Pick) (Excerpt, error) {
	for _, t := range m.texts() {
		first, ok := t.first[p.Passage]
		if !ok {
			continue
		}
		var quoted []int
		for i := first; i < len(t.sentences) && t.sentences[i].Source.Start < p.Span.End; i++ {
			if s := t.sentences[i].Source; s.Start >= p.Span.Start && s.End <= p.Span.End {
				quoted = append(quoted, i)
			}
		}
		if len(quoted) == 0 {
			return Excerpt{}, fmt.Errorf("passage %s: no sentence stands in bytes %d to %d", p.Passage, p.Span.Start, p.Span.End)
		}
		e, err := t.excerpt(quoted)
		e.Note = p.Note
		return e, err
	}
	return Excerpt{}, fmt.Errorf("passage %s: there is none in these documents", p.Passage)
}
