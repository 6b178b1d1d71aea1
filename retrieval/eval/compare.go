package eval

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"text/tabwriter"
)

// resamples is how often Compare and Bounds draw the questions anew. With 10,000 each end
// of the interval has a standard error of 0.7 % of its width, by the standard
// error √(p(1−p)/n)/f of a quantile with p = 0.025 and f the normal density there.
const resamples = 10_000

// A Statistic draws one figure from questions' results; NaN where there is
// nothing to count.
type Statistic func([]Result) Figure

// Mean is the mean of m over the questions that count for it.
func Mean(m Metric) Statistic {
	return func(results []Result) Figure { return mean(results, m) }
}

// An Interval is by how much a figure changed, with the bounds between which 95 %
// of its resampled changes lie.
type Interval struct {
	Change, Low, High float64 // positive: more after than before
	N                 int     // questions asked both times
}

// String prints the change, its interval and the number of questions, as in
// "+0.044 [-0.015, +0.103] over 68 questions".
func (i Interval) String() string {
	return fmt.Sprintf("%s over %d questions", i.bounds(), i.N)
}

func (i Interval) bounds() string {
	return fmt.Sprintf("%+.3f [%+.3f, %+.3f]", i.Change, i.Low, i.High)
}

// Certain reports whether the questions can tell after from before: the interval
// does not hold 0.
func (i Interval) Certain() bool { return i.Low > 0 || i.High < 0 }

// Compare returns how much after differs from before by a statistic, with its
// 95 % interval: the paired percentile bootstrap (Efron and Tibshirani, An
// Introduction to the Bootstrap, 1993, chapter 13), which draws questions with
// replacement and keeps each with both of its results. An interval that holds 0
// means that the questions cannot tell the two apart. The draws are the same
// each time. It is an error when the reports are not of the same questions in
// the same order, or there is nothing to count.
func Compare(before, after Report, s Statistic) (Interval, error) {
	n := len(before.Questions)
	if n != len(after.Questions) {
		return Interval{}, fmt.Errorf("comparing a report of %d questions with one of %d", n, len(after.Questions))
	}
	for i, b := range before.Questions {
		if a := after.Questions[i]; a.ID != b.ID || a.Answerable != b.Answerable {
			return Interval{}, fmt.Errorf("comparing question %q with question %q: the reports must be of the same questions", b.ID, a.ID)
		}
	}
	change := float64(s(after.Questions) - s(before.Questions))
	if math.IsNaN(change) {
		return Interval{}, errors.New("comparing reports: no question counts for the figure")
	}
	low, high := middle(resampled(n, func(picked []int) Figure {
		return s(pick(after.Questions, picked)) - s(pick(before.Questions, picked))
	}))
	return Interval{Change: change, Low: low, High: high, N: n}, nil
}

// Bounds returns the bounds between which 95 % of a statistic's values lie when
// the questions are drawn anew, as Compare draws them; NaN when there is nothing
// to count.
func Bounds(results []Result, s Statistic) (low, high Figure) {
	l, h := middle(resampled(len(results), func(picked []int) Figure { return s(pick(results, picked)) }))
	return Figure(l), Figure(h)
}

// resampled returns a figure of n questions drawn anew with replacement, by their
// indexes, again and again, in order of size. Draws in which nothing counts are
// left out.
func resampled(n int, count func(picked []int) Figure) []float64 {
	draw := rand.New(rand.NewPCG(1, 2)) // any seed, but always the same
	picked := make([]int, n)
	var values []float64
	for range resamples {
		for i := range picked {
			picked[i] = draw.IntN(n)
		}
		if v := float64(count(picked)); !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	return values
}

// pick returns the results with the given indexes.
func pick(results []Result, picked []int) []Result {
	out := make([]Result, len(picked))
	for i, k := range picked {
		out[i] = results[k]
	}
	return out
}

// middle returns the bounds of the middle 95 % of values, which are in order; NaN
// when there are none.
func middle(values []float64) (low, high float64) {
	if len(values) == 0 {
		return math.NaN(), math.NaN()
	}
	tail := max(len(values)*25/1000-1, 0) // 2.5 % at each end
	return values[tail], values[len(values)-1-tail]
}

// WriteComparison writes each figure of both reports, the change and its interval,
// and a star where that does not hold 0; below them the questions whose evidence
// was won or lost. Its errors are those of Compare and of w.
func WriteComparison(w io.Writer, before, after Report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%d questions\tbefore\tafter\tchange, 95 %%\n", len(after.Questions))
	for _, f := range figures {
		was, is := f.count(before.Questions), f.count(after.Questions)
		if math.IsNaN(float64(was)) && math.IsNaN(float64(is)) {
			continue
		}
		interval, err := Compare(before, after, f.count)
		if err != nil {
			return err
		}
		star := ""
		if interval.Certain() {
			star = " *"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s%s\n", f.name, f.print(was), f.print(is), interval.bounds(), star)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, list := range []struct {
		name string
		of   func(b, a Result) bool
	}{
		{"now answered with the evidence", func(b, a Result) bool { return a.Evidence && !b.Evidence }},
		{"no longer answered with the evidence", func(b, a Result) bool { return !a.Evidence && b.Evidence }},
		{"now answered falsely", func(b, a Result) bool { return !a.Answerable && a.Answered && !b.Answered }},
		{"no longer answered falsely", func(b, a Result) bool { return !a.Answerable && !a.Answered && b.Answered }},
	} {
		if _, err := fmt.Fprintf(w, "%s:%s\n", list.name, namesWhere(before, after, list.of)); err != nil {
			return err
		}
	}
	return nil
}

// namesWhere lists the questions for which of holds, each behind a space.
func namesWhere(before, after Report, of func(b, a Result) bool) string {
	names := ""
	for i, a := range after.Questions {
		if of(before.Questions[i], a) {
			names += " " + cell(a.ID)
		}
	}
	if names == "" {
		return " none"
	}
	return names
}
