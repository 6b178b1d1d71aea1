// Package cite writes references to works, in the styles that papers ask for,
// and in the files that reference managers read.
//
// A style sees only what a [Work] and a [Locator] hold, and leaves out what they
// do not: a reference that says too little can be completed, one that says too
// much is believed. un.go, chicago.go and apa.go each hold one style, and
// cite_test.go the examples that its guide prints; sections.go tells what a heading is
// the heading of, and titles.go shortens titles, for all of them. csl.go, ris.go and
// bibtex.go each write one kind of file.
package cite

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rapporteur/retrieval/brief/export"
)

// A Work is a document, or a contribution that stands in one. What is not known
// is empty, and is then not printed.
type Work struct {
	ID     string // names it among others in a file: [A-Za-z0-9-]
	Author string // a person or a body, as the document prints it
	Short  string // how a short form names the author; "": in full
	Title  string
	In     *Work // the volume that a contribution stands in; nil: it is whole

	// A meeting's place and dates are not where and when its record was
	// published.
	MeetingPlace string
	MeetingDate  string // as printed: "27–28 October 2004"

	City      string // of publication
	Publisher string
	Year      string
	Language  string // BCP 47

	Letter string // tells it from others of its author and year, see [Apart]
}

// whole is the volume that w stands in, or else w.
func (w Work) whole() Work {
	if w.In != nil {
		return *w.In
	}
	return w
}

// shortAuthor names the author of w in a short form.
func (w Work) shortAuthor() string { return cmp.Or(w.Short, w.Author) }

// A Locator says where in a work some words stand.
type Locator struct {
	Sections  []string // headings from the outermost inwards, with their numbers
	Page      string   // "p. 37", "pp. 3–4", "scan p. 25"
	Paragraph string   // "para. 12", "third paragraph"
}

// A Style writes references as a style guide wants them.
type Style struct {
	Name   string // "un"
	Title  string // "United Nations editorial style"
	InText bool   // references stand in the text, in parentheses, and not in notes
	List   string // what the list of sources is called
	// reference refers to a place in w: in full the first time, later in short.
	reference func(w Work, at Locator, first bool) []export.Run
	source    func(w Work) []export.Run
}

// Styles are those that are known, the default first.
var Styles = []Style{un, chicago, apa}

// StyleNamed returns the style of that name. The error names those that are
// known.
func StyleNamed(name string) (Style, error) {
	var known []string
	for _, s := range Styles {
		if strings.EqualFold(s.Name, name) {
			return s, nil
		}
		known = append(known, s.Name)
	}
	return Style{}, fmt.Errorf("there is no style %q: choose one of %s", name, strings.Join(known, ", "))
}

// Reference refers to a place in w. first says that w is referred to for the
// first time in a paper.
func (s Style) Reference(w Work, at Locator, first bool) []export.Run {
	return s.reference(w, at, first)
}

// Source is the entry of w in the list of sources.
func (s Style) Source(w Work) []export.Run { return s.source(w) }

// Sorted returns works in the order of a list of sources: by author, or by title
// where there is none.
func Sorted(works []Work) []Work {
	return slices.SortedStableFunc(slices.Values(works), func(a, b Work) int {
		return cmp.Or(strings.Compare(sortKey(a), sortKey(b)), strings.Compare(a.ID, b.ID))
	})
}

// Apart returns works so that a style which names them by author and year tells all
// apart: those by one author in one year have letters, in their order here, and
// bodies that would be named alike in short are named in full.
func Apart(works []Work) []Work {
	works = slices.Clone(works)
	type key struct{ author, year string }
	alike := make(map[key]int)
	named := make(map[string]string) // the author that a short form stands for
	shared := make(map[string]bool)
	for _, w := range works {
		alike[key{w.Author, w.whole().Year}]++
		if author, ok := named[w.shortAuthor()]; ok && author != w.Author {
			shared[w.shortAuthor()] = true
		}
		named[w.shortAuthor()] = w.Author
	}
	given := make(map[key]int)
	for i, w := range works {
		if k := (key{w.Author, w.whole().Year}); w.Author != "" && alike[k] > 1 {
			works[i].Letter = letter(given[k])
			given[k]++
		}
		if shared[w.shortAuthor()] {
			works[i].Short = ""
		}
	}
	return works
}

// letter is "a" for 0, "z" for 25, and "aa" for 26.
func letter(n int) string {
	const letters = 'z' - 'a' + 1
	return strings.Repeat(string(rune('a'+n%letters)), 1+n/letters)
}

func sortKey(w Work) string { return strings.ToLower(w.Author + w.Title) }

// A line is a reference being written.
type line []export.Run

// put adds plain text.
func (l *line) put(text string) { l.add(text, false) }

// italic adds text in italics.
func (l *line) italic(text string) { l.add(text, true) }

func (l *line) add(text string, italic bool) {
	if text == "" {
		return
	}
	if n := len(*l); n > 0 && (*l)[n-1].Italic == italic {
		(*l)[n-1].Text += text
		return
	}
	*l = append(*l, export.Run{Text: text, Italic: italic})
}

// end is the last run's text; "" of an empty line.
func (l *line) end() string {
	if len(*l) == 0 {
		return ""
	}
	return (*l)[len(*l)-1].Text
}

// setEnd changes the last run's text.
func (l *line) setEnd(text string) { (*l)[len(*l)-1].Text = text }

// list adds the texts that are not empty, each behind before.
func (l *line) list(before string, texts ...string) {
	for _, text := range texts {
		if text != "" {
			l.put(before + text)
		}
	}
}

// stop ends the line with a full stop, unless it has one.
func (l *line) stop() []export.Run {
	if !strings.HasSuffix(l.end(), ".") && !strings.HasSuffix(l.end(), ".”") {
		l.put(".")
	}
	return *l
}

// stopTitle ends a title with a full stop, unless it ends with a mark of its own.
func (l *line) stopTitle() {
	if !ended(l.end()) {
		l.put(".")
	}
}

// joined is the texts that are not empty, with between between them.
func joined(between string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), between)
}
