package eval

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"
)

// A Report is what was counted over all questions. Its JSON names are those of
// the contract of `bot ask --json`.
type Report struct {
	Answerable   int `json:"answerable"`   // questions that the sources answer
	Unanswerable int `json:"unanswerable"` // questions that they do not
	Citations    int `json:"citations"`    // given to all questions

	Hit1       Figure `json:"hit@1"`  // mean of HitAt(1)
	Hit3       Figure `json:"hit@3"`  // mean of HitAt(3)
	Hit5       Figure `json:"hit@5"`  // mean of HitAt(5)
	Hit10      Figure `json:"hit@10"` // mean of HitAt(10)
	MRR        Figure `json:"mrr"`    // mean of ReciprocalRank
	In400Words Figure `json:"in400w"` // mean of InWords

	AnswerHasEvidence Figure `json:"answer_has_evidence"` // mean of AnswerHasEvidence
	CitationPrecision Figure `json:"citation_precision"`  // share of the citations of answerable questions, answered or not, that share 30 bytes or more with a gold quote
	Verbatim          Figure `json:"verbatim"`            // share of all citations whose Printed is the source's bytes

	Coverage     Figure `json:"coverage"`      // mean of Coverage
	FalseAnswers Figure `json:"false_answers"` // mean of FalseAnswers
	AUROC        Figure `json:"auroc"`         // of the confidence, answerable against unanswerable, ties half

	MedianWords  Figure `json:"median_words"` // of the answers that were given
	MedianMillis Figure `json:"median_ms"`    // of all outcomes

	Types     []TypeFigures `json:"types"`     // in the order in which the types first occur
	Questions []Result      `json:"questions"` // in the order given
}

// TypeFigures are the figures of the questions of one type.
type TypeFigures struct {
	Type              string `json:"type"`
	N                 int    `json:"n"` // questions of the type
	Hit3              Figure `json:"hit@3"`
	MRR               Figure `json:"mrr"`
	AnswerHasEvidence Figure `json:"answer_has_evidence"`
	Answered          Figure `json:"answered"` // share of all N, answerable or not
}

// summarize draws the figures from the questions' results.
func summarize(results []Result) Report {
	r := Report{
		Hit1: mean(results, HitAt(1)), Hit3: mean(results, HitAt(3)),
		Hit5: mean(results, HitAt(5)), Hit10: mean(results, HitAt(10)),
		MRR: mean(results, ReciprocalRank), In400Words: mean(results, InWords),
		AnswerHasEvidence: mean(results, AnswerHasEvidence),
		Coverage:          mean(results, Coverage), FalseAnswers: mean(results, FalseAnswers),
		AUROC: auroc(results),
		Types: byType(results), Questions: results,
	}
	var right, citations, verbatim int
	var words, millis []float64
	for _, q := range results {
		r.Citations += q.Citations
		verbatim += q.Verbatim
		if q.Answerable {
			r.Answerable++
			right += q.Right
			citations += q.Citations
		} else {
			r.Unanswerable++
		}
		if q.Answered {
			words = append(words, float64(q.Words))
		}
		millis = append(millis, q.Millis)
	}
	r.CitationPrecision = share(right, citations)
	r.Verbatim = share(verbatim, r.Citations)
	r.MedianWords, r.MedianMillis = median(words), median(millis)
	return r
}

// byType draws the figures of each type.
func byType(results []Result) []TypeFigures {
	var names []string
	of := map[string][]Result{}
	for _, r := range results {
		if !slices.Contains(names, r.Type) {
			names = append(names, r.Type)
		}
		of[r.Type] = append(of[r.Type], r)
	}
	var types []TypeFigures
	for _, name := range names {
		rs := of[name]
		types = append(types, TypeFigures{
			Type: name, N: len(rs),
			Hit3: mean(rs, HitAt(3)), MRR: mean(rs, ReciprocalRank),
			AnswerHasEvidence: mean(rs, AnswerHasEvidence),
			Answered:          mean(rs, func(r Result) Figure { return when(true, r.Answered) }),
		})
	}
	return types
}

// WriteText writes the report for people and for golden files: the figures, what
// other thresholds would give, the types, and a line for each question. The same
// outcomes always give the same text; for that the time taken is left out.
func (r Report) WriteText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%d questions: %d answerable, %d unanswerable; %d citations\n\n",
		len(r.Questions), r.Answerable, r.Unanswerable, r.Citations)
	for _, f := range []struct {
		name  string
		value Figure
	}{
		{"hit@1", r.Hit1}, {"hit@3", r.Hit3}, {"hit@5", r.Hit5}, {"hit@10", r.Hit10},
		{"mrr", r.MRR}, {"in400w", r.In400Words},
		{"answer_has_evidence", r.AnswerHasEvidence},
		{"citation_precision", r.CitationPrecision}, {"verbatim", r.Verbatim},
		{"coverage", r.Coverage}, {"false_answers", r.FalseAnswers}, {"auroc", r.AUROC},
	} {
		fmt.Fprintf(t, "%s\t%v\n", f.name, f.value)
	}
	fmt.Fprintf(t, "median words\t%s\n", strings.TrimSuffix(r.MedianWords.String(), ".000"))

	fmt.Fprint(t, "\nthreshold\tcoverage\tfalse_answers\n")
	for tenth := 1; tenth < 10; tenth++ {
		p := r.At(float64(tenth) / 10)
		fmt.Fprintf(t, "%.1f\t%v\t%v\n", p.Threshold, p.Coverage, p.FalseAnswers)
	}

	fmt.Fprint(t, "\ntype\tn\thit@3\tmrr\tanswer_has_evidence\tanswered\n")
	for _, f := range r.Types {
		fmt.Fprintf(t, "%s\t%d\t%v\t%v\t%v\t%v\n", cell(f.Type), f.N, f.Hit3, f.MRR, f.AnswerHasEvidence, f.Answered)
	}

	fmt.Fprint(t, "\nquestion\ttype\trank\tevidence\tanswered\tconfidence\n")
	for _, q := range r.Questions {
		rank, evidence := "-", "-"
		if q.Rank > 0 {
			rank = strconv.Itoa(q.Rank)
		}
		if q.Answerable {
			evidence = yn(q.Evidence)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%.2f\n", cell(q.ID), cell(q.Type), rank, evidence, yn(q.Answered), q.Confidence)
	}
	return t.Flush()
}

// WriteJSON writes the report as one indented JSON object, times included.
func (r Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// yn prints a yes or no as narrow as a golden file wants it.
func yn(b bool) string {
	if b {
		return "y"
	}
	return "n"
}

// cell makes a name from a file fit for a column: quoted where it is not one
// plain word, so that no name can break the lines of the table.
func cell(s string) string {
	odd := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }
	if s == "" || strings.ContainsFunc(s, odd) {
		return strconv.Quote(s)
	}
	return s
}
