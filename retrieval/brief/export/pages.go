package export

import (
	"fmt"
	"slices"
	"strconv"
)

// The measures of a page, in points: A4 with margins of 25 mm.
const (
	pageWidth   = 595.28
	pageHeight  = 841.89
	pageMargin  = 71.0
	textWidth   = pageWidth - 2*pageMargin
	textHeight  = pageHeight - 2*pageMargin
	headerAt    = 44.0              // the line on which the header stands, from above
	footerAt    = pageHeight - 40.0 // the same of the page number
	headerSize  = 8.5
	callScale   = 0.65 // the size of a note's number to that of its text
	callRise    = 0.35 // how much higher it stands, to the same size
	quoteBar    = 9.0  // where the bar beside a quotation stands, from the text's left
	bulletPlace = 5.0  // where the bullet of an item stands
	entryIndent = 18.0 // of the list of contents, for each level
	entryWidth  = textWidth - 36
)

// A blockLook is how a kind of block is set, in points.
type blockLook struct {
	size, leading float64
	above, below  float64 // the room there at least
	indent        float64
	bold, italic  bool
	gray          bool
}

var (
	titleLook    = blockLook{size: 20, leading: 25, below: 4, bold: true}
	subtitleLook = blockLook{size: 12.5, leading: 17, below: 16, gray: true}
	entryLook    = blockLook{size: 10.5, leading: 15, above: 1, below: 1}
	endnoteLook  = blockLook{size: 8.5, leading: 12, below: 3}
	headingLooks = []blockLook{
		{size: 14.5, leading: 19, above: 20, below: 6, bold: true},
		{size: 12, leading: 16, above: 15, below: 4, bold: true},
		{size: 10.5, leading: 15, above: 11, below: 3, bold: true, italic: true},
	}
	blockLooks = map[Kind]blockLook{
		Text:   {size: 10.5, leading: 15, above: 6, below: 6},
		Quote:  {size: 10.5, leading: 15, above: 8, below: 8, indent: 24},
		Item:   {size: 10.5, leading: 15, above: 2, below: 2, indent: 18},
		Remark: {size: 8.5, leading: 12, above: 6, below: 6, gray: true},
	}
)

// A row is a line on a page, with what is drawn beside it.
type row struct {
	boxes   []box
	leading float64
	size    float64
	above   float64 // the room above it, unless it is the first on a page
	bar     bool    // a quotation's
	rule    bool    // above it, before the notes
	names   []string
	outline string // what the list of contents says; "": nothing
	level   int    // in the list of contents, from 0
	joined  bool   // to the next row: no page ends here
	leads   string // the name on whose page what an entry of the list of contents names is; "": it is none
}

// A column is rows one below the other, as if on an endless page.
type column struct {
	rows  []row
	below float64 // the room that the last block wants below it
}

// add puts the rows of a block below the others.
func (c *column) add(look blockLook, rows []row) {
	rows[0].above = max(c.below, look.above)
	c.below = look.below
	c.rows = append(c.rows, rows...)
}

// pages sets a tidy paper and lays it on pages.
func (t *typesetter) pages(p Paper) [][]placed {
	pages := paginate(t.rows(p))
	t.number(pages)
	return pages
}

// rows sets a tidy paper: its title, its blocks and the notes that they call.
func (t *typesetter) rows(p Paper) []row {
	var out column
	for _, line := range []struct {
		look blockLook
		text string
	}{{titleLook, p.Title}, {subtitleLook, p.Subtitle}} {
		if line.text != "" {
			out.add(line.look, joinAll(t.block(line.look, []Run{{Text: line.text}}, nil)))
		}
	}
	var notes [][]Run
	entries, first := p.contents()
	for i := range p.Blocks {
		if i == first {
			t.contents(&out, p.Contents, entries)
		}
		t.body(&out, p, i, &notes)
	}
	if p.Notes != "" && len(notes) > 0 {
		t.heading(&out, p.Notes)
	}
	for i, note := range notes {
		t.endnote(&out, note, i+1, len(notes), i == 0 && p.Notes == "")
	}
	return out.rows
}

// body sets the i-th block of a paper, and adds the notes that it calls.
func (t *typesetter) body(out *column, p Paper, i int, notes *[][]Run) {
	b := p.Blocks[i]
	look := blockLooks[b.Kind]
	if b.Kind == Heading {
		look = headingLooks[b.Level-1]
	}
	rows := t.block(look, b.Runs, notes)
	rows[0].names = append(rows[0].names, b.Anchor)
	rows[len(rows)-1].joined = p.leads(i)
	switch b.Kind {
	case Heading:
		rows[0].outline, rows[0].level = plainText(b.Runs), b.Level-1
	case Quote:
		for i := range rows {
			rows[i].bar = true
		}
	case Item:
		bullet := t.glyphs([]span{{"•", textLook{size: look.size}}})
		rows[0].boxes = append(boxes(bullet, bulletPlace), rows[0].boxes...)
		if i+1 < len(p.Blocks) && p.Blocks[i+1].Kind != Item {
			look.below = blockLooks[Text].below // the list's, not the item's
		}
	}
	out.add(look, rows)
}

// contents sets the list of contents, but for the numbers of the pages.
func (t *typesetter) contents(out *column, heading string, entries []entry) {
	if len(entries) == 0 {
		return
	}
	t.heading(out, heading)
	for _, e := range entries {
		look := entryLook
		look.indent = entryIndent * float64(e.Level-1)
		rows := t.set(look, []Run{{Text: e.Text, Link: "#" + e.Anchor}}, nil, entryWidth)
		rows[len(rows)-1].leads = e.Anchor
		out.add(look, rows)
	}
	out.below = blockLooks[Text].below
}

// number sets the numbers of the pages in the list of contents.
func (t *typesetter) number(pages [][]placed) {
	at := map[string]int{}
	for i, rows := range pages {
		for _, r := range rows {
			for _, name := range r.allNames() {
				at[name] = i + 1
			}
		}
	}
	for _, rows := range pages {
		for i := range rows {
			if r := &rows[i]; r.leads != "" {
				look := textLook{size: r.size, link: "#" + r.leads}
				glyphs := t.glyphs([]span{{strconv.Itoa(at[r.leads]), look}})
				r.boxes = append(r.boxes, boxes(glyphs, textWidth-widthOf(glyphs))...)
			}
		}
	}
}

// heading sets what stands above the list of contents or the notes.
func (t *typesetter) heading(out *column, text string) {
	look := headingLooks[0]
	rows := joinAll(t.block(look, []Run{{Text: text}}, nil))
	rows[0].outline = text
	out.add(look, rows)
}

// endnote sets a note, numbered n of so many, below a rule where it is the first
// and no heading stands above it.
func (t *typesetter) endnote(out *column, note []Run, n, of int, rule bool) {
	look, number := endnoteLook, strconv.Itoa(n)
	look.indent = 10 + 5*float64(len(strconv.Itoa(of))) // the widest number, and room
	rows := t.block(look, note, nil)
	if rule {
		rows[0].rule, look.above = true, 30
	}
	mark := t.glyphs([]span{{number + ".", textLook{size: look.size, link: "#call_" + number}}})
	rows[0].boxes = append(boxes(mark, 0), rows[0].boxes...)
	rows[0].names = append(rows[0].names, "note_"+number)
	out.add(look, rows)
}

// block sets a text as wide as the page, and its notes as set does.
func (t *typesetter) block(look blockLook, runs []Run, notes *[][]Run) []row {
	return t.set(look, runs, notes, textWidth)
}

// set sets a text of some width in lines of which the first two and the last two stay
// together. Notes that it calls are added to notes, after which they are numbered.
func (t *typesetter) set(look blockLook, runs []Run, notes *[][]Run, width float64) []row {
	var spans []span
	for _, r := range runs {
		spans = append(spans, span{r.Text, textLook{bold: look.bold || r.Bold, italic: look.italic || r.Italic, marked: r.Marked,
			size: look.size, gray: look.gray, link: r.Link}})
		if r.Note != nil && notes != nil {
			*notes = append(*notes, r.Note)
			number := strconv.Itoa(len(*notes))
			spans = append(spans, span{number, textLook{size: look.size * callScale, rise: look.size * callRise,
				link: "#note_" + number, name: "call_" + number}})
		}
	}
	var out []row
	for _, line := range lines(t.glyphs(spans), width-look.indent) {
		out = append(out, row{boxes: boxes(line, look.indent), size: look.size, leading: look.leading})
	}
	if n := len(out); n <= 3 {
		joinAll(out[:n-1])
	} else {
		out[0].joined, out[n-2].joined = true, true
	}
	return out
}

// joinAll keeps rows on a page with each other and with what follows.
func joinAll(rows []row) []row {
	for i := range rows {
		rows[i].joined = true
	}
	return rows
}

// plainText returns the text of runs in one line.
func plainText(runs []Run) string {
	var text string
	for _, r := range runs {
		text += r.Text
	}
	return oneLine(text)
}

// A placed row is one whose top is known, in points below the page's.
type placed struct {
	row
	top float64
}

// paginate lays rows on pages. Rows that are joined go to the next page together,
// unless they would not fit on one.
func paginate(rows []row) [][]placed {
	pages := [][]placed{nil}
	y := 0.0
	for len(rows) > 0 {
		n := 1 + max(0, slices.IndexFunc(rows, func(r row) bool { return !r.joined }))
		height := 0.0
		for i, r := range rows[:n] {
			height += r.leading
			if i > 0 || y > 0 {
				height += r.above
			}
		}
		switch {
		case height > textHeight:
			n = 1 // and the next may begin a page
		case y+height > textHeight && y > 0:
			pages = append(pages, nil)
			y = 0
		}
		for _, r := range rows[:n] {
			if y > 0 {
				y += r.above
			}
			if y+r.leading > textHeight && y > 0 {
				pages = append(pages, nil)
				y = 0
			}
			last := len(pages) - 1
			pages[last] = append(pages[last], placed{r, pageMargin + y})
			y += r.leading
		}
		rows = rows[n:]
	}
	return pages
}

// header sets a line in the middle of the page, cut where it is too long.
func (t *typesetter) header(text string) []box {
	glyphs := t.glyphs([]span{{text, textLook{size: headerSize, gray: true}}})
	all := lines(glyphs, textWidth-headerSize)
	line := all[0]
	if len(all) > 1 {
		line = append(slices.Clone(line), t.glyphs([]span{{"…", textLook{size: headerSize, gray: true}}})...)
	}
	return boxes(line, (textWidth-widthOf(line))/2)
}

// footer sets the number of a page.
func (t *typesetter) footer(page, of int) []box {
	return t.header(fmt.Sprintf("%d / %d", page, of))
}
