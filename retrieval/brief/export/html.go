package export

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed page.html
var pageHTML string

// pageTemplate escapes all of a paper by where it stands, in the text, in an
// address or in the style sheet.
var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"lines": func(text string) []string { return strings.Split(text, "\n") },
	"next":  func(i int) int { return i + 1 },
	"dir":   htmlDirection,
}).Parse(pageHTML))

// HTML writes a paper as one file that a browser shows and prints: it fetches
// nothing, runs nothing, and forbids the browser to. The notes stand at the end,
// linked both ways; in print the header stands at the head of each page after the
// first. It fails only when w does.
func HTML(w io.Writer, p Paper) error {
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, newPage(tidy(p))); err != nil {
		return fmt.Errorf("writing HTML: %w", err)
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("writing HTML: %w", err)
	}
	return nil
}

// A page is a paper as page.html takes it.
type page struct {
	Paper
	Parts    []part
	Entries  []entry // of the list of contents
	Endnotes [][]Run
}

// A part is a block, or the list that follows upon one another's items make.
type part struct {
	element
	List  []element // the items; nil: the part is the block
	First bool      // the list of contents stands before it
}

// An element is a block with its pieces.
type element struct {
	Block
	Leads  bool // to the next block, on whose page it stays
	Pieces []piece
}

// Lang returns the element's language as HTML has it, in which the empty one is
// not known; nil: the page's.
func (e element) Lang() []string {
	switch e.Language {
	case "":
		return nil
	case "und":
		return []string{""}
	}
	return []string{e.Language}
}

// htmlDirection returns the attribute of an element whose text, a string or runs,
// is set from right to left.
func htmlDirection(text any) template.HTMLAttr {
	if runs, ok := text.([]Run); ok {
		text = plainText(runs)
	}
	if rightToLeft(text.(string)) {
		return ` dir="rtl"`
	}
	return ""
}

// A piece is a run with the number of its note.
type piece struct {
	Run
	Number int // from 1; 0: it calls none
}

// newPage lays a tidy paper out for page.html.
func newPage(p Paper) page {
	out := page{Paper: p}
	entries, first := p.contents()
	out.Entries = entries
	for i, b := range p.Blocks {
		e := element{Block: b, Leads: p.leads(i)}
		for _, r := range b.Runs {
			number := 0
			if r.Note != nil {
				out.Endnotes = append(out.Endnotes, r.Note)
				number = len(out.Endnotes)
			}
			e.Pieces = append(e.Pieces, piece{r, number})
		}
		switch {
		case b.Kind != Item:
			out.Parts = append(out.Parts, part{element: e, First: i == first && len(entries) > 0})
		case i == 0 || p.Blocks[i-1].Kind != Item:
			out.Parts = append(out.Parts, part{List: []element{e}})
		default:
			list := &out.Parts[len(out.Parts)-1]
			list.List = append(list.List, e)
		}
	}
	return out
}
