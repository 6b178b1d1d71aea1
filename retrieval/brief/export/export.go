// Package export writes a paper to a file that other programs open: Markdown,
// HTML, DOCX and PDF.
//
// A [Paper] is a text laid out in blocks, with notes where they are called. It
// knows nothing of briefings: whoever makes one decides what is a heading and
// what a note says, and each writer decides alone how these look in its format.
// The same paper gives the same bytes, whenever and wherever it is written.
package export

import "time"

// A Paper is a text to be written.
type Paper struct {
	Title    string
	Subtitle string    // below the title; "": none
	Header   string    // at the head of each page after the first; "": none
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

// A Block is a paragraph, heading, quotation or item.
type Block struct {
	Kind   Kind
	Level  int    // of a heading, from 1 to 3
	Anchor string // by which links find it, [a-z0-9-] alone; "": none
	Runs   []Run
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
