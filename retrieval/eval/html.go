package eval

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
)

// page is the report for a browser: one file, without scripts or anything from
// elsewhere. Whatever documents and questions say is escaped by html/template.
//
//go:embed page.html
var pageFile string

var page = template.Must(template.New("page.html").Parse(pageFile))

// A sheet is what the page shows.
type sheet struct {
	Report  Report
	Figures []namedFigure
	Curve   string // of a polyline in a field of 100 by 100: coverage to the right, risk upwards
	Sheets  []questionSheet
}

type namedFigure struct{ Name, Value string }

// A questionSheet is one question, what was answered, and what was found.
type questionSheet struct {
	Result
	Question   Question
	Standalone string // "" when the question was searched as it stands
	Text       string
	Quotations []stretch
	Hits       []stretch
	Missed     []string // gold quotes that no hit holds
}

// A stretch is a span of a source, with the gold evidence in it marked.
type stretch struct {
	N        int // mark or rank, from 1
	Document string
	Start    int
	End      int
	Words    int
	Pieces   []piece
	Gold     bool // holds evidence: some of a quotation, a whole quote of a hit
}

type piece struct {
	Text string
	Gold bool
}

// WriteHTML writes r as a page for a browser: the figures, the risk-coverage curve,
// and for each question the answer, its quotations and the ranked passages, with
// the gold evidence marked. questions, outcomes and sources are those that r was
// scored from.
func WriteHTML(w io.Writer, r Report, questions []Question, outcomes []Outcome, sources map[string][]byte) error {
	if len(questions) != len(r.Questions) || len(outcomes) != len(r.Questions) {
		return fmt.Errorf("a page of %d results from %d questions and %d outcomes: give those that were scored", len(r.Questions), len(questions), len(outcomes))
	}
	gold, err := locate(questions, sources)
	if err != nil {
		return err
	}
	s := sheet{Report: r, Curve: polyline(r.Curve())}
	for _, f := range figures {
		s.Figures = append(s.Figures, namedFigure{f.name, f.print(*f.of(&r))})
	}
	for i, q := range questions {
		s.Sheets = append(s.Sheets, sheetOf(r.Questions[i], q, gold[i], outcomes[i], sources))
	}
	if err := page.Execute(w, s); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

func sheetOf(r Result, q Question, gold evidence, o Outcome, sources map[string][]byte) questionSheet {
	s := questionSheet{Result: r, Question: q, Text: o.Text}
	if o.Standalone != q.Text {
		s.Standalone = o.Standalone
	}
	for i, c := range o.Citations {
		part := gold.stretch(i+1, c.Span, sources)
		part.Gold = gold.overlaps(c.Span, minOverlap)
		s.Quotations = append(s.Quotations, part)
	}
	for i, h := range o.Hits {
		part := gold.stretch(i+1, h, sources)
		part.Gold = gold.touches(h)
		s.Hits = append(s.Hits, part)
	}
	for i, places := range gold.places {
		if !slices.ContainsFunc(places, func(g Span) bool { return holds(o.Hits, g) }) {
			s.Missed = append(s.Missed, q.Gold.Quotes[i])
		}
	}
	return s
}

// stretch cuts span where gold quotes begin and end. One that lies outside its
// source has no text.
func (e evidence) stretch(n int, span Span, sources map[string][]byte) stretch {
	out := stretch{N: n, Document: span.Document, Start: span.Start, End: span.End}
	text, ok := slice(sources, span)
	if !ok {
		return out
	}
	out.Words = len(strings.Fields(string(text)))
	marked := make([]bool, len(text))
	for _, places := range e.places {
		for _, g := range places {
			if g.Document != span.Document {
				continue
			}
			for i := max(g.Start, span.Start); i < min(g.End, span.End); i++ {
				marked[i-span.Start] = true
			}
		}
	}
	for from := 0; from < len(text); {
		to := from + 1
		for to < len(text) && marked[to] == marked[from] {
			to++
		}
		out.Pieces = append(out.Pieces, piece{strings.ToValidUTF8(string(text[from:to]), "\ufffd"), marked[from]})
		from = to
	}
	return out
}

// polyline draws the curve in a field of 100 by 100 whose origin is at the top
// left, as SVG has it.
func polyline(curve []Point) string {
	var b strings.Builder
	for _, p := range curve {
		if p.Coverage == p.Coverage && p.Risk == p.Risk { // neither is NaN
			fmt.Fprintf(&b, "%.1f,%.1f ", 100*p.Coverage, 100-100*p.Risk)
		}
	}
	return strings.TrimSpace(b.String())
}
