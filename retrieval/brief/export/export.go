// Package export writes a paper to a file that other programs open: Markdown,
// HTML, DOCX and PDF.
//
// A [Paper] is a text laid out in blocks, with notes where they are called. It
// knows nothing of briefings: whoever makes one decides what is a heading and
// what a note says, and each writer decides alone how these look in its format.
// The same paper gives the same bytes, whenever and wherever it is written.
//
// Nobody vouches for a paper's text: it may hold anything at all. tidy.go takes
// out what no format can hold, and each writer escapes what its own would take
// for more than text.
package export

import (
	"fmt"
	"io"
	"time"
)

// A Paper is a text to be written.
type Paper struct {
	Title    string
	Subtitle string    // below the title; "": none
	Header   string    // at the head of each page after the first, cut to one line; "": none
	Contents string    // the heading of a list of the headings, before the first of them; "": none
	Notes    string    // the heading of the notes, where they stand at the end; "": none
	Language string    // BCP 47, for example "en"; "": not said
	Date     time.Time // of the paper; written into the file's own properties
	Blocks   []Block
}

// A Kind says what a block is.
type Kind int

// The kinds of block.
const (
	Text    Kind = iota // a paragraph
	Heading             // a heading of the block's Level
	Quote               // a quotation, set off
	Item                // an item of a list
	Remark              // a paragraph in small print, such as what was searched
)

var kindNames = [...]string{Text: "text", Heading: "heading", Quote: "quote", Item: "item", Remark: "remark"}

// String returns the kind's name, for example "quote".
func (k Kind) String() string {
	if k < Text || k > Remark {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kindNames[k]
}

// A Block is a paragraph, heading, quotation or item.
type Block struct {
	Kind   Kind
	Level  int    // of a heading, from 1 to 3
	Anchor string // by which links find it, [a-z0-9-] alone, the first of its name; "": none
	// Language is that of its text, as the paper's is; "": the paper's; "und": not
	// known (BCP 47).
	Language string
	Runs     []Run
}

// A Run is a piece of text that looks the same throughout. A line feed in it
// breaks the line.
type Run struct {
	Text   string
	Bold   bool
	Italic bool
	Marked bool   // the words that are quoted, within their context
	Link   string // "#anchor" within the paper, or an http or https address; "": none
	Note   []Run  // a note called after this run, numbered by its order in the paper; nil: none
}

// A Format is a way of writing papers.
type Format struct {
	Name  string // also the extension of its files, without the dot
	Write func(w io.Writer, p Paper) error
}

// noTime stands wherever a file must bear a time and the paper has none to give:
// the first that a zip file can name.
var noTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Formats are those that are known, in the order in which people are told.
var Formats = []Format{
	{"md", Markdown},
	{"html", HTML},
	{"docx", DOCX},
	{"pdf", PDF},
}

// WithFont returns the format with a font from which it takes the characters that
// its own lacks. Only PDF brings its font along; any other format stays as it is.
func (f Format) WithFont(extra *Font) Format {
	if f.Name == "pdf" {
		f.Write = func(w io.Writer, p Paper) error { return writePDF(w, p, extra) }
	}
	return f
}
