package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/eval"
)

// leastCoverage is the share of the answerable questions that must be answered.
const leastCoverage = 0.9

// writeReport writes how well weights tell answered questions apart on documents
// that they were not fitted on.
func writeReport(w io.Writer, examples []example, bodies []body, by string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "by %s\tquestions\tauroc\tfalse answers at coverage %.1f\tauroc, evidence left out\t\n", by, leastCoverage)
	var all []eval.Result
	for _, b := range bodies {
		own, without := crossValidated(examples, b.name, by)
		all = append(all, own...)
		writeRow(t, b.name, own, without)
	}
	writeRow(t, "together", all, nil)
	fmt.Fprintln(t, "\t\t\t\t\nthreshold\tcoverage\tfalse answers\trisk\t")
	report := eval.Report{Questions: all}
	thresholds := []float64{answer.DefaultThreshold}
	for threshold := 0.1; threshold < 0.95; threshold += 0.05 {
		thresholds = append(thresholds, threshold)
	}
	slices.Sort(thresholds)
	for _, threshold := range thresholds {
		p := report.At(threshold)
		fmt.Fprintf(t, "%.2f\t%v\t%v\t%v\t\n", threshold, p.Coverage, p.FalseAnswers, p.Risk)
	}
	fmt.Fprintln(t, "\t\t\t\t")
	return t.Flush()
}

func writeRow(w io.Writer, name string, own, without []eval.Result) {
	fmt.Fprintf(w, "%s\t%d\t%s\t%s\t", name, len(own), withBounds(own, eval.AUROC), withBounds(own, falseAnswersAt(leastCoverage)))
	if without != nil {
		fmt.Fprintf(w, "%v", eval.AUROC(without))
	}
	fmt.Fprintln(w, "\t")
}

func withBounds(results []eval.Result, s eval.Statistic) string {
	low, high := eval.Bounds(results, s)
	return fmt.Sprintf("%v [%v, %v]", s(results), low, high)
}

// crossValidated judges the questions about one body of documents by weights that
// were fitted on the others: as they were written, and the answerable ones beside
// themselves with the evidence left out.
func crossValidated(examples []example, name, by string) (own, without []eval.Result) {
	var others, held []example
	for _, e := range examples {
		if e.body == name {
			held = append(held, e)
		} else {
			others = append(others, e)
		}
	}
	weights := fit(others, by)
	for _, e := range held {
		r := eval.Result{ID: e.id, Answerable: e.answerable, Confidence: confidence(weights, e.evidence[by].Signals)}
		if !e.leftOut {
			own = append(own, r)
		}
		if e.leftOut || e.answerable {
			without = append(without, r)
		}
	}
	return own, without
}

func confidence(weights, signals map[string]float64) float64 {
	sum := weights["bias"]
	for name, value := range signals {
		sum += weights[name] * value
	}
	return 1 / (1 + math.Exp(-sum))
}

// falseAnswersAt returns the share of the unanswerable questions that are answered
// at the highest threshold that answers a share of coverage of the answerable
// ones; NaN without either.
func falseAnswersAt(coverage float64) eval.Statistic {
	return func(results []eval.Result) eval.Figure {
		var yes []float64
		for _, r := range results {
			if r.Answerable {
				yes = append(yes, r.Confidence)
			}
		}
		if len(yes) == 0 {
			return eval.Figure(math.NaN())
		}
		slices.Sort(yes)
		threshold := yes[int(float64(len(yes))*(1-coverage)+1e-9)]
		answered, n := 0, 0
		for _, r := range results {
			if r.Answerable {
				continue
			}
			n++
			if r.Confidence >= threshold {
				answered++
			}
		}
		return eval.Figure(float64(answered) / float64(n))
	}
}
