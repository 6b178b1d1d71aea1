package eval

import (
	"bytes"
	"fmt"
	"slices"
)

// What the figures are counted by, as the contract of `bot ask --json` states
// them: they are compared with figures counted elsewhere, so that a change here
// makes all earlier ones worthless.
const (
	maxRank    = 10  // hits beyond the tenth count for no rank
	maxWords   = 400 // words of source that in400w reads
	minOverlap = 30  // bytes that a citation must share with a gold quote to be right
)

// An Outcome is what came back for one question, in no package's own types, so
// that any searcher or answerer can be measured.
type Outcome struct {
	Hits       []Span     // passages in order of rank, the best first
	Citations  []Citation // what the answer quotes; may be given when not Answered, too
	Answered   bool
	Confidence float64 // from 0 to 1
	Words      int     // length of the answer's text
	Text       string  // the answer as it was shown; for reading, never compared
	Standalone string  // the question as it was searched; for reading, never compared
	Millis     float64 // from the question in memory to the answer in memory
}

// A Citation is a quotation: its place in the source, and the bytes that are
// claimed to stand there.
type Citation struct {
	Span
	Printed string
}

// A Result is what was counted for one question.
type Result struct {
	ID         string  `json:"id"`
	Type       string  `json:"type"`
	Answerable bool    `json:"answerable"`
	Rank       int     `json:"rank"`      // of the first hit that by itself holds a gold quote; 0: none of the first ten
	Depth      int     `json:"depth"`     // how many of the first hits it takes to hold the evidence; 0: ten are not enough
	In400Words bool    `json:"in400w"`    // the hits within the first 400 words of source hold the evidence
	Evidence   bool    `json:"evidence"`  // answered, and the citations hold the evidence
	Recall     float64 `json:"recall"`    // answered, and the citations hold this share of the evidence
	Answered   bool    `json:"answered"`  // as the outcome says
	Citations  int     `json:"citations"` // how many were given
	Right      int     `json:"right"`     // of Citations: those that share 30 bytes or more with a gold quote
	Verbatim   int     `json:"verbatim"`  // of Citations: those whose Printed is the source's bytes
	Confidence float64 `json:"confidence"`
	Words      int     `json:"words"`
	Millis     float64 `json:"ms"`
}

// Score compares outcomes, one for each question and in the same order, with the
// gold evidence, whose quotes it finds in sources: the bytes of each document by
// its name. It is an error when a question has no gold answer, a quote stands in
// no source, a hit lies outside its source, or a confidence outside 0 to 1. A
// citation outside its source is no error but counted: it is not verbatim and
// evidence of nothing.
func Score(questions []Question, outcomes []Outcome, sources map[string][]byte) (Report, error) {
	if len(questions) != len(outcomes) {
		return Report{}, fmt.Errorf("%d outcomes for %d questions: give one for each", len(outcomes), len(questions))
	}
	gold, err := locate(questions, sources)
	if err != nil {
		return Report{}, err
	}
	results := make([]Result, len(questions))
	for i, q := range questions {
		if err := check(outcomes[i], sources); err != nil {
			return Report{}, fmt.Errorf("question %q: %w", label(q, i), err)
		}
		results[i] = judge(q, gold[i], outcomes[i], sources)
	}
	return summarize(results), nil
}

// check refuses an outcome that no searcher could have meant.
func check(o Outcome, sources map[string][]byte) error {
	for i, h := range o.Hits {
		if _, ok := slice(sources, h); !ok {
			return fmt.Errorf("hit %d lies outside its source: bytes %d to %d of %q", i+1, h.Start, h.End, h.Document)
		}
	}
	if !(o.Confidence >= 0 && o.Confidence <= 1) { // so written that NaN is refused
		return fmt.Errorf("confidence %v is not from 0 to 1", o.Confidence)
	}
	return nil
}

// slice returns the bytes of a span, and whether it lies in a known source.
func slice(sources map[string][]byte, s Span) ([]byte, bool) {
	source, ok := sources[s.Document]
	if !ok || s.Start < 0 || s.Start > s.End || s.End > len(source) {
		return nil, false
	}
	return source[s.Start:s.End], true
}

// judge counts one question.
func judge(q Question, gold evidence, o Outcome, sources map[string][]byte) Result {
	r := Result{
		ID: q.ID, Type: q.Type, Answerable: q.Gold.Answerable,
		Answered: o.Answered, Confidence: o.Confidence, Words: o.Words, Millis: o.Millis,
		Citations: len(o.Citations),
	}
	var quoted []Span
	for _, c := range o.Citations {
		text, ok := slice(sources, c.Span)
		if !ok {
			continue
		}
		quoted = append(quoted, c.Span)
		if string(text) == c.Printed {
			r.Verbatim++
		}
		if gold.overlaps(c.Span, minOverlap) {
			r.Right++
		}
	}
	r.Evidence = o.Answered && gold.heldBy(quoted)
	if o.Answered {
		r.Recall = gold.shareHeldBy(quoted)
	}
	top := o.Hits[:min(maxRank, len(o.Hits))]
	r.Rank = 1 + slices.IndexFunc(top, gold.touches)
	for k := range top {
		if gold.heldBy(top[:k+1]) {
			r.Depth = k + 1
			break
		}
	}
	r.In400Words = gold.heldBy(within(o.Hits, maxWords, sources))
	return r
}

// within returns the first hits that have at most the given number of words of
// source together, and the first one however long it is.
func within(hits []Span, words int, sources map[string][]byte) []Span {
	for i, h := range hits {
		text, _ := slice(sources, h)
		words -= len(bytes.Fields(text))
		if words < 0 {
			return hits[:max(i, 1)]
		}
	}
	return hits
}
