package answer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// A Statement is a sentence that a language model wrote and that was found to be
// supported by each of the citations whose marks it bears.
type Statement struct {
	Text  string // without the marks
	Marks []int  // N of the citations, at least one
}

// String is the text with its marks behind it.
func (s Statement) String() string {
	var b strings.Builder
	b.WriteString(s.Text)
	for _, n := range s.Marks {
		fmt.Fprintf(&b, " [%d]", n)
	}
	return b.String()
}

// leastNearness is how much nearer than the mean of all sentences of the index, in
// standard deviations, a sentence must be that supports a written one. Chosen by
// what TestNearnessFigures prints: sentences that are supported are above it, all
// but one in a hundred, and the others of the passage below, nine in ten.
const leastNearness = 2.5

// leastKept is the least share of the sentences that a model wrote which must stand: an answer of
// which most was struck out says something else than was meant.
const leastKept = 0.5

// A draft is an answer that a model is writing.
type draft struct {
	answerer *Answerer
	given    []given
	out      Answer      // takes up citations as they are used
	number   map[int]int // by the number of a given sentence: that of its citation
	wrote    int         // sentences written, from the first with a mark on
	last     []int       // the given sentences that the statement before bears on
	told     func(Statement)
}

// write lets the model write the answer instead of out's quotations. When it
// cannot, or too little of it stands, out stays as it is, with the reason in
// ModelErr. chosen are the quotations.
func (a *Answerer) write(ctx context.Context, q Question, out *Answer, chosen []choice) {
	switch {
	case out.ModelErr != nil:
		return // it has failed at the question already
	case len(harmless(out.Standalone)) > mostAsked:
		out.ModelErr = ErrLongQuestion
		return
	}
	d := &draft{answerer: a, given: give(out.Hits, chosen), out: *out, number: make(map[int]int), told: q.Told}
	d.out.Citations = nil
	if err := d.listen(ctx, out.Standalone); err != nil {
		out.ModelErr = err
		return
	}
	if !d.stands(chosen) {
		out.ModelErr = ErrUnsupported
		return
	}
	d.out.Text = d.text()
	*out = d.out
}

// listen takes in what the model writes about the question.
func (d *draft) listen(ctx context.Context, question string) error {
	var r reader
	for piece, err := range d.answerer.assistant.ask(ctx, writing, writingPrompt(question, d.given), mostTokens) {
		if err != nil {
			return err
		}
		for _, w := range r.read(piece) {
			if err := d.judge(ctx, w); err != nil {
				return err
			}
		}
		if d.wrote > mostWritten {
			return nil
		}
	}
	for _, w := range r.end() {
		if err := d.judge(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// mostWritten is the number of sentences after which a model is not listened to
// any more; it was asked for five.
const mostWritten = 12

// judge takes up a written sentence if it is supported, and else strikes it out.
func (d *draft) judge(ctx context.Context, w written) error {
	if len(w.marks()) == 0 && d.wrote == 0 {
		return nil // it clears its throat: "Here is the answer:"
	}
	d.wrote++
	support, ok, err := d.support(ctx, w)
	if err != nil || !ok || d.repeats(w.text) {
		return err
	}
	var marks []int
	for _, n := range support {
		if d.number[n] == 0 {
			d.number[n] = d.answerer.add(&d.out, d.given[n-1].choice(), 0)
		}
		if d.number[n] == 0 {
			return nil // it was not found in the source; the log has it
		}
		marks = append(marks, d.number[n])
	}
	s := Statement{w.text, marks}
	d.last = support
	d.out.Written = append(d.out.Written, s)
	if d.told != nil {
		d.told(s)
	}
	return nil
}

// repeats reports whether the same was written before.
func (d *draft) repeats(text string) bool {
	return slices.ContainsFunc(d.out.Written, func(s Statement) bool { return letters(s.Text) == letters(text) })
}

// stands reports whether enough of what was written is left, and some of it rests
// on what answers the question without a model.
func (d *draft) stands(chosen []choice) bool {
	if len(d.out.Written) == 0 || float64(len(d.out.Written)) < leastKept*float64(d.wrote) {
		return false
	}
	for n := range d.number {
		g := d.given[n-1]
		for _, c := range chosen {
			if c.hit.ID == g.hit.ID && c.first <= g.sentence && g.sentence <= c.last {
				return true
			}
		}
	}
	return false
}

// text is what stands of the answer.
func (d *draft) text() string {
	var lines []string
	for _, s := range d.out.Written {
		lines = append(lines, s.String())
	}
	return strings.Join(lines, "\n")
}

// support returns the numbers of the given sentences that support w, in order; ok
// is false when it must be struck out: each of its parts must be supported by one
// of the sentences whose marks stand behind it.
func (d *draft) support(ctx context.Context, w written) (all []int, ok bool, err error) {
	parts := []part{{w.text, w.marks()}}
	for {
		all = nil
		for i, p := range parts {
			found, err := d.supportPart(ctx, p, i == 0)
			if err != nil {
				return nil, false, err
			}
			if found == nil {
				all = nil
				break
			}
			all = append(all, found...)
		}
		if all != nil || len(parts) == len(w.parts) {
			slices.Sort(all)
			all = slices.Compact(all)
			return all, all != nil, nil
		}
		parts = w.parts
	}
}

// supportPart returns the numbers of the given sentences that support p, none when
// it is not supported. What does not open a written sentence must bring its own
// subject along.
func (d *draft) supportPart(ctx context.Context, p part, opens bool) ([]int, error) {
	var all []int
	for _, n := range p.marks {
		if n < 1 || n > len(d.given) {
			return nil, nil // it cites what it was not given
		}
	}
	for _, n := range p.marks {
		found := d.supportedBy(p.text, n, opens)
		if found == nil {
			continue
		}
		for _, f := range found {
			near, err := d.answerer.near(ctx, p.text, d.given[f-1])
			if err != nil {
				return nil, err
			}
			if near {
				all = append(all, found...)
				break
			}
		}
	}
	return all, nil
}

// supportedBy returns the numbers of the given sentences that support text by its
// words: n, and with it the lead-in of its list where that is needed.
func (d *draft) supportedBy(text string, n int, opens bool) []int {
	g := d.given[n-1]
	if a, ok := supports(text, g.text()); ok && (opens || a.whole) && d.grounded(text, g) {
		return []int{n}
	}
	if g.lead > 0 {
		lead := d.given[g.lead-1].text()
		if a, ok := supports(text, lead+" "+g.text()); ok && (opens || a.whole) && a.start < len(tokenize(lead)) {
			return []int{g.lead, n}
		}
	}
	return nil
}

// grounded reports whether it is clear for whom the pronoun stands with which text
// begins, if it does: the statement before must bear on the sentence before.
func (d *draft) grounded(text string, g given) bool {
	if !pronouns[strings.ToLower(firstWord(text))] {
		return true
	}
	for _, n := range d.last {
		if before := d.given[n-1]; before.hit.ID == g.hit.ID && before.sentence == g.sentence-1 {
			return true
		}
	}
	return false
}

// near reports whether text means what a given sentence does, as far as the
// encoder can tell: the sentence is far nearer to it than most of the index, or,
// since few sentences cannot be far from their mean, the nearest of its passage.
func (a *Answerer) near(ctx context.Context, text string, g given) (bool, error) {
	all, err := a.nearness(ctx, text, g.hit.ID)
	if err != nil || g.sentence >= len(all) {
		return false, err
	}
	own := all[g.sentence].Z
	return own >= leastNearness || !slices.ContainsFunc(all, func(other retrieval.Nearness) bool { return other.Z > own }), nil
}

// nearness is how near text is to each sentence of a passage.
func (a *Answerer) nearness(ctx context.Context, text, passage string) ([]retrieval.Nearness, error) {
	hits, err := a.index.Search(ctx, text, retrieval.Options{Limit: 1, Only: func(p corpus.Passage) bool { return p.ID == passage }})
	if err != nil {
		return nil, fmt.Errorf("comparing what was written: %w", err)
	}
	if len(hits) == 0 {
		return nil, nil
	}
	return hits[0].Sentences, nil
}
