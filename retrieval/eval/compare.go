package eval

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// resamples is how often Compare draws the questions anew. With 10,000 each end
// of the interval has a standard error of 0.7 % of its width, by the standard
// error √(p(1−p)/n)/f of a quantile with p = 0.025 and f the normal density there.
const resamples = 10_000

// An Interval is a mean difference per question with the bounds between which 95 %
// of its resampled means lie.
type Interval struct {
	Mean, Low, High float64 // from -1 to 1; positive: more after than before
	N               int     // questions that count for the metric
}

// String prints the difference, its interval and the number of questions, as in
// "+0.044 [-0.015, +0.103] over 68 questions".
func (i Interval) String() string {
	return fmt.Sprintf("%+.3f [%+.3f, %+.3f] over %d questions", i.Mean, i.Low, i.High, i.N)
}

// Compare returns how much after differs from before by a metric, with its 95 %
// interval: the paired percentile bootstrap (Efron and Tibshirani, An
// Introduction to the Bootstrap, 1993, chapter 13), which draws questions with
// replacement and keeps each with both of its values. An interval that holds 0
// means that the questions cannot tell the two apart. The draws are the same
// each time. It is an error when the reports are not of the same questions in
// the same order, or none of them counts for the metric.
func Compare(before, after Report, m Metric) (Interval, error) {
	if len(before.Questions) != len(after.Questions) {
		return Interval{}, fmt.Errorf("comparing a report of %d questions with one of %d", len(before.Questions), len(after.Questions))
	}
	var differences []float64
	for i, b := range before.Questions {
		a := after.Questions[i]
		if a.ID != b.ID || a.Answerable != b.Answerable {
			return Interval{}, fmt.Errorf("comparing question %q with question %q: the reports must be of the same questions", b.ID, a.ID)
		}
		if d := float64(m(a) - m(b)); !math.IsNaN(d) {
			differences = append(differences, d)
		}
	}
	if len(differences) == 0 {
		return Interval{}, errors.New("comparing reports: no question counts for the metric")
	}
	return bootstrap(differences), nil
}

// bootstrap returns the mean of values, of which there is at least one, and its
// percentile interval.
func bootstrap(values []float64) Interval {
	n := len(values)
	draw := rand.New(rand.NewPCG(1, 2)) // any seed, but always the same
	means := make([]float64, resamples)
	for i := range means {
		sum := 0.0
		for range n {
			sum += values[draw.IntN(n)]
		}
		means[i] = sum / float64(n)
	}
	slices.Sort(means)
	total := 0.0
	for _, v := range values {
		total += v
	}
	tail := resamples * 25 / 1000 // 2.5 % at each end
	return Interval{Mean: total / float64(n), Low: means[tail-1], High: means[resamples-tail], N: n}
}
