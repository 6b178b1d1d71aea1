package eval

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
)

// A Figure is a share, a mean or a median, or NaN where there was nothing to
// count. NaN is printed as "-" and is null in JSON.
type Figure float64

// String prints the figure to three decimals.
func (f Figure) String() string {
	if math.IsNaN(float64(f)) {
		return "-"
	}
	return strconv.FormatFloat(float64(f), 'f', 3, 64)
}

// MarshalJSON writes the figure as a number, or null for NaN, which JSON lacks.
func (f Figure) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(f)) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(f))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Figure) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		*f = Figure(math.NaN())
		return nil
	}
	return json.Unmarshal(data, (*float64)(f))
}

// A Metric gives what a question adds to a figure, or NaN where it does not
// count for it.
type Metric func(Result) Figure

// HitAt is 1 when the first k hits together hold the evidence: all gold quotes,
// or one where one is enough. k is from 1 to 10. Only answerable questions count.
func HitAt(k int) Metric {
	return func(r Result) Figure { return when(r.Answerable, r.Depth > 0 && r.Depth <= k) }
}

// ReciprocalRank is 1 over the rank of the first hit that by itself holds any
// gold quote, and 0 when none of the first ten does. Only answerable questions
// count.
func ReciprocalRank(r Result) Figure {
	if r.Answerable && r.Rank > 0 {
		return 1 / Figure(r.Rank)
	}
	return when(r.Answerable, false)
}

// InWords is 1 when the hits, taken in order while they have at most 400 words of
// source together, hold the evidence. Only answerable questions count.
func InWords(r Result) Figure { return when(r.Answerable, r.In400Words) }

// AnswerHasEvidence is 1 when the question was answered and the citations hold
// the evidence. Only answerable questions count.
func AnswerHasEvidence(r Result) Figure { return when(r.Answerable, r.Evidence) }

// CitationRecall is the share of the evidence that the citations hold, 0 when the
// question was not answered. Only answerable questions count.
func CitationRecall(r Result) Figure {
	if !r.Answerable {
		return when(false, false)
	}
	return Figure(r.Recall)
}

// Coverage is 1 when the question was answered. Only answerable questions count.
func Coverage(r Result) Figure { return when(r.Answerable, r.Answered) }

// FalseAnswers is 1 when the question was answered. Only unanswerable questions
// count.
func FalseAnswers(r Result) Figure { return when(!r.Answerable, r.Answered) }

// citationPrecision is the share of the citations of answerable questions that
// share 30 bytes or more with a gold quote, all citations pooled.
func citationPrecision(results []Result) Figure {
	right, citations := 0, 0
	for _, r := range results {
		if r.Answerable {
			right += r.Right
			citations += r.Citations
		}
	}
	return share(right, citations)
}

// verbatim is the share of all citations whose Printed is the source's bytes.
func verbatim(results []Result) Figure {
	same, citations := 0, 0
	for _, r := range results {
		same += r.Verbatim
		citations += r.Citations
	}
	return share(same, citations)
}

// medianWords is the median length of the answers that were given.
func medianWords(results []Result) Figure {
	var words []float64
	for _, r := range results {
		if r.Answered {
			words = append(words, float64(r.Words))
		}
	}
	return median(words)
}

// when is 1 or 0 where a question counts, NaN where it does not.
func when(counts, holds bool) Figure {
	switch {
	case !counts:
		return Figure(math.NaN())
	case holds:
		return 1
	default:
		return 0
	}
}

// mean is the mean of m over the questions that count for it.
func mean(results []Result, m Metric) Figure {
	sum, n := Figure(0), 0
	for _, r := range results {
		if x := m(r); !math.IsNaN(float64(x)) {
			sum += x
			n++
		}
	}
	return sum / Figure(n) // 0/0 is the NaN wanted
}

// share is part of whole, NaN when there is no whole.
func share(part, whole int) Figure { return Figure(part) / Figure(whole) }

// median is the middle value, or the mean of the two in the middle; NaN when
// there is none.
func median(values []float64) Figure {
	if len(values) == 0 {
		return Figure(math.NaN())
	}
	values = slices.Sorted(slices.Values(values))
	m := len(values) / 2
	if len(values)%2 == 1 {
		return Figure(values[m])
	}
	return Figure((values[m-1] + values[m]) / 2)
}
