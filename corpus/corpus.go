// Package corpus reads source files into passages that know their place.
//
// A source file goes one way through this package:
//
//	bytes ─▶ lines, pages ─▶ blocks ─▶ outline ─▶ repair ─▶ sentences ─▶ passages
//	         lines.go        blocks.go outline.go repair.go sentences.go cut.go
//
// files.go finds the files, and title.go tells by the blocks what a document is
// called.
//
// What readers see is repaired text; what is cited is bytes. Every sentence
// and passage therefore carries the Span of the source that it was made from,
// so that anybody can open the file there and compare.
package corpus

import "strings"

// A Span is the bytes [Start, End) of a source file.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Len returns the number of bytes in s.
func (s Span) Len() int { return s.End - s.Start }

// Overlap returns how many bytes s and t share.
func (s Span) Overlap(t Span) int {
	return max(0, min(s.End, t.End)-max(s.Start, t.Start))
}

// A Card is what a citation prints about a document. An empty field is not
// known, and is then not printed.
type Card struct {
	ID       string `json:"id"`   // path below the corpus root without its ending
	File     string `json:"file"` // path below the corpus root, with slashes
	Title    string `json:"title"`
	Body     string `json:"body,omitempty"`  // who issued it
	Place    string `json:"place,omitempty"` // where the meeting was held
	Date     string `json:"date,omitempty"`  // as printed: "27–28 October 2004"
	Language string `json:"language,omitempty"`
}

// A Place says where in a document some words stand.
type Place struct {
	// Page is the page of the source, counted from 1 (for a scan: the scan
	// page). 0: the source has no pages.
	Page int `json:"page,omitempty"`
	// Label is the page number as printed, where it is printed or follows from
	// a printed one in an unbroken run; otherwise empty.
	Label string `json:"label,omitempty"`
	// Para is the paragraph within its section, counted from 1.
	Para int `json:"para"`
	// Number is the number that the source itself prints before the paragraph,
	// "12" or "12 (a)"; empty where it prints none.
	Number string `json:"number,omitempty"`
}

// A Sentence is the smallest unit that is quoted.
type Sentence struct {
	Place
	Text   string `json:"text"`   // repaired, whitespace folded
	Source Span   `json:"source"` // as printed
	// Opens says that the sentence is the first of its paragraph or list item.
	Opens bool `json:"opens,omitempty"`
	// Item says that the sentence stands in a list item.
	Item bool `json:"item,omitempty"`
}

// A Passage is a run of sentences inside one section, about 120 to 150 words
// and at most 220: the unit that is embedded and searched.
type Passage struct {
	Place                // of the first word
	ID        string     `json:"id"` // card ID and number: "third-coordination-meeting-2004/0042"
	Doc       *Card      `json:"-"`
	Section   []string   `json:"section,omitempty"`  // titles from the outermost heading inwards
	Byline    string     `json:"byline,omitempty"`   // who signs the paper it stands in
	Text      string     `json:"text"`               // repaired, whitespace folded
	Source    Span       `json:"source"`             // as printed
	Contents  bool       `json:"contents,omitempty"` // a table of contents: shown, not searched
	Sentences []Sentence `json:"sentences"`
}

// Lines returns the text of the sentences of p inside span, with each paragraph
// and list item on a line of its own.
func (p Passage) Lines(span Span) string {
	var b strings.Builder
	for _, s := range p.Sentences {
		if s.Source.Start < span.Start || s.Source.End > span.End {
			continue
		}
		switch {
		case b.Len() > 0 && s.Opens:
			b.WriteByte('\n')
		case b.Len() > 0:
			b.WriteByte(' ')
		}
		b.WriteString(s.Text)
	}
	return b.String()
}

// A Section is one heading of the outline.
type Section struct {
	Title  string // corrected: "IV. Update on the Work of …"
	Level  int    // 1 for the outermost
	Source Span   // the printed heading
	Byline string // the lines that sign a paper below its title, joined by ", "
}

// A Document is a source file that has been read.
type Document struct {
	Card     *Card
	Source   []byte
	Outline  []Section // in reading order
	Passages []Passage // in reading order
	Pages    int       // how many pages the source has; 0: it has none
	Repairs  int       // how many readings were repaired
}

// Printed returns the bytes of the source at s.
func (d *Document) Printed(s Span) string { return string(d.Source[s.Start:s.End]) }
