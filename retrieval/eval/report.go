package eval

import (
	"encoding/json"
	"errors"
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
	CitationRecall    Figure `json:"citation_recall"`     // mean of CitationRecall
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

// figures lists those of a report in the order in which they are printed: what
// each is called, how it is counted, and where the report has it.
var figures = []struct {
	name  string
	count Statistic
	of    func(*Report) *Figure
	print func(Figure) string
}{
	{"hit@1", Mean(HitAt(1)), func(r *Report) *Figure { return &r.Hit1 }, Figure.String},
	{"hit@3", Mean(HitAt(3)), func(r *Report) *Figure { return &r.Hit3 }, Figure.String},
	{"hit@5", Mean(HitAt(5)), func(r *Report) *Figure { return &r.Hit5 }, Figure.String},
	{"hit@10", Mean(HitAt(10)), func(r *Report) *Figure { return &r.Hit10 }, Figure.String},
	{"mrr", Mean(ReciprocalRank), func(r *Report) *Figure { return &r.MRR }, Figure.String},
	{"in400w", Mean(InWords), func(r *Report) *Figure { return &r.In400Words }, Figure.String},
	{"answer_has_evidence", Mean(AnswerHasEvidence), func(r *Report) *Figure { return &r.AnswerHasEvidence }, Figure.String},
	{"citation_recall", Mean(CitationRecall), func(r *Report) *Figure { return &r.CitationRecall }, Figure.String},
	{"citation_precision", citationPrecision, func(r *Report) *Figure { return &r.CitationPrecision }, Figure.String},
	{"verbatim", verbatim, func(r *Report) *Figure { return &r.Verbatim }, Figure.String},
	{"coverage", Mean(Coverage), func(r *Report) *Figure { return &r.Coverage }, Figure.String},
	{"false_answers", Mean(FalseAnswers), func(r *Report) *Figure { return &r.FalseAnswers }, Figure.String},
	{"auroc", AUROC, func(r *Report) *Figure { return &r.AUROC }, Figure.String},
	{"median words", medianWords, func(r *Report) *Figure { return &r.MedianWords }, whole},
}

// TypeFigures are the figures of the questions of one type, as in Report.
type TypeFigures struct {
	Type              string `json:"type"`
	N                 int    `json:"n"` // questions of the type
	Hit3              Figure `json:"hit@3"`
	MRR               Figure `json:"mrr"`
	Answered          Figure `json:"answered"` // share of all N, answerable or not
	AnswerHasEvidence Figure `json:"answer_has_evidence"`
	CitationRecall    Figure `json:"citation_recall"`
	CitationPrecision Figure `json:"citation_precision"`
	MedianWords       Figure `json:"median_words"`
}

// summarize draws the figures from the questions' results.
func summarize(results []Result) Report {
	r := Report{Types: byType(results), Questions: results}
	for _, f := range figures {
		*f.of(&r) = f.count(results)
	}
	var millis []float64
	for _, q := range results {
		r.Citations += q.Citations
		if q.Answerable {
			r.Answerable++
		} else {
			r.Unanswerable++
		}
		millis = append(millis, q.Millis)
	}
	r.MedianMillis = median(millis)
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
			Answered:          mean(rs, func(r Result) Figure { return when(true, r.Answered) }),
			AnswerHasEvidence: mean(rs, AnswerHasEvidence),
			CitationRecall:    mean(rs, CitationRecall),
			CitationPrecision: citationPrecision(rs),
			MedianWords:       medianWords(rs),
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
	for _, f := range figures {
		fmt.Fprintf(t, "%s\t%s\n", f.name, f.print(*f.of(&r)))
	}

	fmt.Fprint(t, "\nthreshold\tcoverage\tfalse_answers\trisk\n")
	for tenth := 1; tenth < 10; tenth++ {
		p := r.At(float64(tenth) / 10)
		fmt.Fprintf(t, "%.1f\t%v\t%v\t%v\n", p.Threshold, p.Coverage, p.FalseAnswers, p.Risk)
	}

	fmt.Fprint(t, "\ntype\tn\thit@3\tmrr\tanswered\tevidence\trecall\tprecision\twords\n")
	for _, f := range r.Types {
		fmt.Fprintf(t, "%s\t%d\t%v\t%v\t%v\t%v\t%v\t%v\t%s\n", cell(f.Type), f.N, f.Hit3, f.MRR,
			f.Answered, f.AnswerHasEvidence, f.CitationRecall, f.CitationPrecision, whole(f.MedianWords))
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

// ReadReport reads what WriteJSON wrote. Fields that a report of another version
// has besides are ignored.
func ReadReport(r io.Reader) (Report, error) {
	var out Report
	if err := json.NewDecoder(r).Decode(&out); err != nil {
		return Report{}, fmt.Errorf("not a report that bot eval --json printed: %w", err)
	}
	if len(out.Questions) == 0 {
		return Report{}, errors.New("not a report that bot eval --json printed: it has no questions")
	}
	return out, nil
}

// whole prints a figure without decimals where it has none.
func whole(f Figure) string { return strings.TrimSuffix(f.String(), ".000") }

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
