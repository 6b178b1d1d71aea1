package brief

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"rapporteur/retrieval/brief/cite"
	"rapporteur/retrieval/brief/export"
)

// A Form says how a briefing is written.
type Form struct {
	Style       cite.Style   // the zero Style is the first of cite.Styles
	MarkRepairs bool         // square brackets around words that were misread and repaired
	AsPrinted   bool         // the source's own bytes below each quotation
	Date        time.Time    // of the paper; zero: when the index was built
	Font        *export.Font // for what a PDF's own font lacks; nil: none

	lacking int // how many characters the file shows as �
}

// The language of what a paper says by itself, and of quotations from documents
// that do not say theirs (BCP 47).
const (
	language     = "en"
	undetermined = "und"
)

// fewHeadings are found without a list of contents.
const fewHeadings = 12

// Paper lays b out.
func (b Briefing) Paper(f Form) export.Paper {
	if f.Style.Name == "" {
		f.Style = cite.Styles[0]
	}
	if f.Date.IsZero() {
		f.Date = b.Searched.Built
	}
	w := writer{briefing: b, form: f, works: b.Works(), cited: make(map[string]bool)}
	w.preface()
	for i, p := range b.Parts {
		w.part(p, b.Parts[i:])
	}
	w.notFound()
	w.sources()
	paper := export.Paper{Title: b.Title, Header: b.Title, Notes: "Notes", Language: language, Date: f.Date, Blocks: w.blocks}
	if w.headings > fewHeadings {
		paper.Contents = "Contents"
	}
	paper.Subtitle = joined(", ", "Excerpts with their sources", day(f.Date))
	return paper
}

// A writer lays out a briefing.
type writer struct {
	briefing Briefing
	form     Form
	blocks   []export.Block
	headings int             // so far
	works    []cite.Work     // all that are quoted, told apart
	cited    map[string]bool // works, by ID
	quoted   []Excerpt       // so far
	under    string          // who signs the paper under whose heading we are
}

func (w *writer) add(kind export.Kind, runs ...export.Run) {
	w.blocks = append(w.blocks, export.Block{Kind: kind, Runs: runs})
}

func (w *writer) text(kind export.Kind, format string, values ...any) {
	w.add(kind, export.Run{Text: fmt.Sprintf(format, values...)})
}

func (w *writer) heading(level int, title string) {
	w.headings++
	w.blocks = append(w.blocks, export.Block{Kind: export.Heading, Level: level, Runs: []export.Run{{Text: title}}})
}

// part writes a heading and what stands under it. rest are the parts from it on.
func (w *writer) part(p Part, rest []Part) {
	if p.Title != "" {
		w.heading(p.Level, p.Title)
	}
	if p.Level == 1 {
		w.under = ""
	}
	if author := paperAuthor(rest); author != "" {
		w.under = author
		w.text(export.Remark, "Paper by: %s.", author)
	}
	if p.Read != "" && w.briefing.topic == "" {
		w.text(export.Remark, "Searched for “%s”, without what was taken for a typing error.", p.Read)
	}
	if len(p.Wordings) > 0 {
		w.text(export.Remark, "%s", p.reworded())
	}
	if p.Unsure {
		w.text(export.Remark, "%s", unsure)
	}
	w.summary(p.Summary)
	lead := ""
	for _, e := range p.Excerpts {
		if i := slices.IndexFunc(w.quoted, e.within); i >= 0 {
			w.again(e, w.quoted[i].Anchor)
			continue
		}
		w.quoted = append(w.quoted, e)
		before := lead
		if lead = e.leadIn(); lead != "" && lead == before {
			e.dropLeadIn() // it stands right above
		}
		w.excerpt(e)
	}
	switch {
	case p.Refused != "":
		w.text(export.Text, "%s", p.Refused)
	case p.Empty():
		w.text(export.Text, "%s", joined(" ", fmt.Sprintf("Nothing was found on this in the %s searched.", count(w.briefing.Searched.Passages, "passage")), p.lacks()))
	case len(p.Lacking) > 0:
		w.text(export.Remark, "None of these excerpts has the %s.", words(p.Lacking))
	}
	if p.More > 0 {
		w.text(export.Remark, "%s", p.further())
	}
	if n := len(p.Lost); n > 0 {
		w.text(export.Remark, "%s left out.", agree(n, "1 excerpt that was chosen no longer stands in the documents, and is", "%d excerpts that were chosen no longer stand in the documents, and are"))
	}
}

// paperAuthor is who signs the paper that the first of parts is the heading of; ""
// when it is not that of a paper.
func paperAuthor(parts []Part) string {
	for i, p := range parts {
		if i > 0 && p.Level <= parts[0].Level {
			return ""
		}
		if len(p.Excerpts) > 0 {
			if w := p.Excerpts[0].Work; w.In != nil && w.Title == parts[0].Title {
				return w.Author
			}
			return ""
		}
	}
	return ""
}

// excerpt writes a quotation, with where it stands and who says it behind.
func (w *writer) excerpt(e Excerpt) {
	runs := w.quotation(e)
	reference := w.reference(e.Citation)
	if w.form.Style.InText {
		runs = append(append(runs, export.Run{Text: " "}), reference...)
	} else {
		runs[len(runs)-1].Note = reference
	}
	if who := w.speaker(e); who != "" {
		runs = append(runs, export.Run{Text: "\n— " + who})
	}
	w.blocks = append(w.blocks, export.Block{Kind: export.Quote, Anchor: e.Anchor, Language: cmp.Or(e.Work.Language, undetermined), Runs: runs})
	if w.form.AsPrinted {
		w.add(export.Remark, export.Run{Text: "As printed: ", Bold: true}, export.Run{Text: e.Printed})
	}
	if len(e.Same) > 0 {
		w.add(export.Remark, w.same(e)...)
	}
	if e.Note != "" {
		w.add(export.Text, export.Run{Text: "Note: ", Bold: true}, export.Run{Text: e.Note})
	}
}

// speaker is who says an excerpt: a person whom the text names, or else who signs
// the paper, unless that stands above. What is annexed to a paper may be anybody's.
func (w *writer) speaker(e Excerpt) string {
	if e.Speaker == "" && e.Work.In != nil && e.Work.Author != w.under && !slices.ContainsFunc(e.At.Sections, annexed.MatchString) {
		return e.Work.Short
	}
	return e.Speaker
}

var annexed = regexp.MustCompile(`^(?i:annex|appendix)\b`)

// quotation is the paragraph with the quoted words marked, unless these are all of
// it.
func (w *writer) quotation(e Excerpt) []export.Run {
	all := true
	for _, s := range e.Context {
		all = all && s.Quoted
	}
	var runs []export.Run
	put := func(text string, marked bool) {
		if n := len(runs); n > 0 && runs[n-1].Marked == marked {
			runs[n-1].Text += text
			return
		}
		runs = append(runs, export.Run{Text: text, Marked: marked})
	}
	for i, s := range e.Context {
		between := " "
		if s.Opens {
			between = "\n"
		}
		if s.Gap {
			between = " […]" + between
		}
		if i > 0 {
			put(between, s.Quoted && e.Context[i-1].Quoted && !s.Gap && !all)
		}
		text := s.Text
		if w.form.MarkRepairs {
			text = markRepairs(text, s.Printed)
		}
		put(text, s.Quoted && !all)
	}
	return runs
}

// same says where else the same is said.
func (w *writer) same(e Excerpt) []export.Run {
	runs := append([]export.Run{{Text: "Nearly the same is said in "}}, w.references(e.Same)...)
	return append(runs, export.Run{Text: "."})
}

// aName is what a number follows that is not to be parted from it at a line's end.
var aName = regexp.MustCompile(`(?:\bscan )?\b(?:pp?|paras?|sect?|chap|pt|app)\. `)

// reference refers to one place: in full the first time that its work is cited.
func (w *writer) reference(c Citation) []export.Run {
	work := w.works[slices.IndexFunc(w.works, func(work cite.Work) bool { return work.ID == c.Work.ID })]
	runs := w.form.Style.Reference(work, c.At, !w.cited[work.ID])
	w.cited[work.ID] = true
	for i := range runs {
		runs[i].Text = aName.ReplaceAllStringFunc(runs[i].Text, func(name string) string {
			return strings.ReplaceAll(name, " ", "\u00a0")
		})
	}
	return runs
}

// references refers to several places, without a full stop.
func (w *writer) references(all []Citation) []export.Run {
	var runs []export.Run
	for i, c := range all {
		if i > 0 {
			runs = append(runs, export.Run{Text: "; "})
		}
		reference := w.reference(c)
		last := &reference[len(reference)-1]
		last.Text = strings.TrimSuffix(last.Text, ".")
		runs = append(runs, reference...)
	}
	return runs
}

// leadIn is the sentence with which the list opens that e quotes an item of; ""
// when there is none, or it is quoted itself.
func (e Excerpt) leadIn() string {
	if len(e.Context) < 2 || e.Context[0].Quoted || !e.Context[1].Opens {
		return ""
	}
	return e.Context[0].Text
}

func (e *Excerpt) dropLeadIn() {
	e.Context = slices.Clone(e.Context[1:])
	e.Context[0].Gap = false
}

// summary writes what a language model wrote, each sentence with what bears it
// out.
func (w *writer) summary(all []Statement) {
	if len(all) == 0 {
		return
	}
	w.text(export.Remark, "A language model wrote this summary; each of its sentences was checked against the places that it cites.")
	var runs []export.Run
	for i, s := range all {
		if i > 0 {
			runs = append(runs, export.Run{Text: " "})
		}
		references := w.references(s.Sources)
		if w.form.Style.InText {
			runs = append(append(runs, export.Run{Text: s.Text + " "}), references...)
		} else {
			runs = append(runs, export.Run{Text: s.Text, Note: append(references, export.Run{Text: "."})})
		}
	}
	w.add(export.Text, runs...)
}

// within reports whether o quotes all that e does.
func (e Excerpt) within(o Excerpt) bool {
	if e.Passage.Doc.File != o.Passage.Doc.File || e.Span.Start < o.Span.Start || e.Span.End > o.Span.End {
		return false
	}
	for _, s := range e.Context {
		if s.Quoted && !slices.ContainsFunc(o.Context, func(t Sentence) bool { return t.Quoted && t.Span == s.Span }) {
			return false
		}
	}
	return true
}

// again refers to an excerpt that is quoted already, at anchor.
func (w *writer) again(e Excerpt, anchor string) {
	const most = 12
	words := strings.Fields(e.Quote)
	opening := strings.Join(words[:min(most, len(words))], " ")
	if len(words) > most {
		opening += " …"
	}
	w.add(export.Text, export.Run{Text: "Quoted above: "}, export.Run{Text: "“" + opening + "”", Link: "#" + anchor})
}

// sources lists the works that are quoted, and the files that were searched.
func (w *writer) sources() {
	if len(w.works) > 0 {
		w.heading(1, w.form.Style.List)
		for _, work := range w.works {
			w.add(export.Item, w.form.Style.Source(work)...)
		}
	}
	w.heading(1, "Documents searched")
	documents, others := w.briefing.Searched.Documents, 0
	if len(documents) > mostDocuments {
		documents = w.briefing.quoted()
		others = len(w.briefing.Searched.Documents) - len(documents)
	}
	for _, d := range documents {
		w.text(export.Item, "%s: %s, %s, SHA-256 %s", d.Card.Title, d.Card.File, count(d.Passages, "passage"), d.SHA256)
	}
	if others > 0 {
		w.text(export.Item, "%s, of which nothing is quoted.", capital(count(others, "further document")))
	}
}

// mostDocuments are listed each by itself; of more, those that are quoted.
const mostDocuments = 20

// quoted returns the documents that b quotes, in the order in which they were
// searched.
func (b Briefing) quoted() []Document {
	files := make(map[string]bool)
	for _, p := range b.Parts {
		for _, e := range p.Excerpts {
			files[e.Passage.Doc.File] = true
			for _, c := range e.Same {
				files[c.Passage.Doc.File] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(b.Searched.Documents), func(d Document) bool { return !files[d.Card.File] })
}
