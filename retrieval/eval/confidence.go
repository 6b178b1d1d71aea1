package eval

import (
	"cmp"
	"slices"
)

// auroc is the area under the receiver operating characteristic of the
// confidence: how often an answerable question has a higher one than an
// unanswerable, a tie counting half (the Mann-Whitney statistic divided by the
// number of pairs). It is NaN when there are no pairs.
func auroc(results []Result) Figure {
	var pairs, twice int
	for _, yes := range results {
		for _, no := range results {
			if yes.Answerable && !no.Answerable {
				pairs++
				twice += 1 + cmp.Compare(yes.Confidence, no.Confidence)
			}
		}
	}
	return share(twice, 2*pairs)
}

// A Point says what a threshold for the confidence would give.
type Point struct {
	Threshold    float64 `json:"threshold"`     // questions with this confidence or more are answered
	Coverage     Figure  `json:"coverage"`      // share of the answerable questions answered
	FalseAnswers Figure  `json:"false_answers"` // share of the unanswerable questions answered
}

// At returns what the given threshold would give. The report's own Coverage and
// FalseAnswers count what was answered indeed.
func (r Report) At(threshold float64) Point {
	results := slices.Clone(r.Questions)
	for i := range results {
		results[i].Answered = results[i].Confidence >= threshold
	}
	return Point{threshold, mean(results, Coverage), mean(results, FalseAnswers)}
}

// Curve returns the points of the risk-coverage curve, one for each confidence
// that occurs, from the highest down: a calibrated threshold is chosen from it.
func (r Report) Curve() []Point {
	var thresholds []float64
	for _, q := range r.Questions {
		thresholds = append(thresholds, q.Confidence)
	}
	slices.Sort(thresholds)
	var curve []Point
	for _, t := range slices.Backward(slices.Compact(thresholds)) {
		curve = append(curve, r.At(t))
	}
	return curve
}
