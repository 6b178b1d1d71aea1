package eval

import (
	"cmp"
	"slices"
)

// AUROC is the area under the receiver operating characteristic of the
// confidence: how often an answerable question has a higher one than an
// unanswerable, a tie counting half (the Mann-Whitney statistic divided by the
// number of pairs, by ranks). It is NaN when there are no pairs.
func AUROC(results []Result) Figure {
	order := slices.Clone(results)
	slices.SortFunc(order, func(a, b Result) int { return cmp.Compare(a.Confidence, b.Confidence) })
	var no, twice int // no: unanswerable questions with a lower confidence
	for i := 0; i < len(order); {
		var yesHere, noHere int
		c := order[i].Confidence
		for ; i < len(order) && order[i].Confidence == c; i++ {
			if order[i].Answerable {
				yesHere++
			} else {
				noHere++
			}
		}
		twice += yesHere * (2*no + noHere)
		no += noHere
	}
	return share(twice, 2*no*(len(order)-no))
}

// A Point says what a threshold for the confidence would give.
type Point struct {
	Threshold    float64 `json:"threshold"`     // questions with this confidence or more are answered
	Coverage     Figure  `json:"coverage"`      // share of the answerable questions answered
	FalseAnswers Figure  `json:"false_answers"` // share of the unanswerable questions answered
	// Risk is the share of the answers given that answer what the documents do not
	// (El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective
	// Classification"); NaN when none is given.
	Risk Figure `json:"risk"`
}

// At returns what the given threshold would give. The report's own Coverage and
// FalseAnswers count what was answered indeed.
func (r Report) At(threshold float64) Point {
	results := slices.Clone(r.Questions)
	for i := range results {
		results[i].Answered = results[i].Confidence >= threshold
	}
	return Point{threshold, mean(results, Coverage), mean(results, FalseAnswers), mean(results, risk)}
}

// risk is 1 when a question was answered that the documents do not answer. Only
// answered questions count.
func risk(r Result) Figure { return when(r.Answered, !r.Answerable) }

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
