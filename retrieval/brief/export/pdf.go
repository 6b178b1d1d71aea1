package export

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"codeberg.org/go-pdf/fpdf"
)

// PDF writes a paper as pages of A4 in the built-in font, with an outline, links,
// a running header from the second page on, and the notes at the end, linked both
// ways. A character that the font lacks is shown as �, and told by a
// [*MissingError] after the whole file is written. So are those of scripts that
// run from right to left, or whose letters change with their neighbours, in any
// font: one behind the other they would not say what was written.
func PDF(w io.Writer, p Paper) error { return writePDF(w, p, nil) }

// writePDF does the same with a font that has what the built-in one lacks, or
// nil.
func writePDF(w io.Writer, p Paper, extra *Font) error {
	p = tidy(p)
	t := newTypesetter(extra)
	data, err := t.pdf(p)
	if err != nil {
		return fmt.Errorf("writing PDF: %w", err)
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("writing PDF: %w", err)
	}
	if len(t.missing) > 0 {
		return &MissingError{t.missing}
	}
	return nil
}

// A drawing is a PDF in the making.
type drawing struct {
	*fpdf.Fpdf
	links map[string]int // by the name to which they lead
	level int            // of the last entry in the outline
}

// pdf returns the file.
func (t *typesetter) pdf(p Paper) (data []byte, err error) {
	if t.extra != nil {
		defer t.extra.recovered(&err)
	}
	pages := t.pages(p)
	d := drawing{fpdf.New("P", "pt", "A4", ""), map[string]int{}, -1}
	d.properties(p)
	for _, rows := range pages {
		for _, r := range rows {
			for _, name := range r.allNames() {
				d.links[name] = d.AddLink()
			}
		}
	}
	for i, rows := range pages {
		d.AddPage()
		if i > 0 && p.Header != "" {
			d.boxes(t.header(p.Header), headerAt)
		}
		d.boxes(t.footer(i+1, len(pages)), footerAt)
		for _, r := range rows {
			d.row(r)
		}
	}
	var out bytes.Buffer
	if err := d.Output(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// properties says what the file says of itself. fpdf would take now for a date
// that is not said.
func (d drawing) properties(p Paper) {
	date := p.Date
	if date.IsZero() {
		date = noTime
	}
	d.SetCreationDate(date)
	d.SetModificationDate(date)
	d.SetProducer("Rapporteur", false)
	d.SetTitle(utf16Text(p.Title), false)
	d.SetLang(p.Language)
	d.SetCatalogSort(true)
	d.SetAutoPageBreak(false, 0)
}

// utf16Text returns a text as a PDF's properties have it (ISO 32000-1, section
// 7.9.2.2), beyond the first 65,536 characters too, where fpdf's own is wrong.
func utf16Text(text string) string {
	if text == "" {
		return ""
	}
	out := []byte{0xFE, 0xFF}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.BigEndian.AppendUint16(out, unit)
	}
	return string(out)
}

// allNames returns the names by which links find a row or what stands in it.
func (r row) allNames() []string {
	var out []string
	for _, name := range r.names {
		if name != "" {
			out = append(out, name)
		}
	}
	for _, b := range r.boxes {
		if b.look.name != "" {
			out = append(out, b.look.name)
		}
	}
	return out
}

// row draws a row where it is placed.
func (d *drawing) row(r placed) {
	for _, name := range r.allNames() {
		d.SetLink(d.links[name], r.top, d.PageNo())
	}
	if r.bar {
		d.SetFillColor(0xBB, 0xBB, 0xBB)
		d.Rect(pageMargin+quoteBar, r.top, 1.5, r.leading, "F")
	}
	if r.rule {
		d.SetFillColor(0xBB, 0xBB, 0xBB)
		d.Rect(pageMargin, r.top-8, textWidth/3, 0.6, "F")
	}
	d.boxes(r.boxes, r.top+r.leading/2+r.size*0.35)
	if r.outline != "" {
		d.level = min(r.level, d.level+1) // each level lies in the one above it
		d.Bookmark(d.printable(r.outline), d.level, r.top)
	}
}

// printable returns a text with � for what fpdf cannot write.
func (d *drawing) printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, text)
}

// boxes draws pieces of text on a line, baseline points below the page's top.
func (d *drawing) boxes(boxes []box, baseline float64) {
	for _, b := range boxes {
		if b.look.marked {
			d.SetFillColor(0xFD, 0xF0, 0xB3)
			d.Rect(pageMargin+b.x, baseline-b.look.size*0.92, b.width, b.look.size*1.22, "F")
		}
	}
	for _, b := range boxes {
		switch {
		case b.look.link != "":
			d.SetTextColor(0x0B, 0x4F, 0x8A)
		case b.look.gray:
			d.SetTextColor(0x44, 0x44, 0x44)
		default:
			d.SetTextColor(0, 0, 0)
		}
		d.AddUTF8FontFromBytes(b.face.name, "", b.face.data) // once; it knows those it has
		d.SetFont(b.face.name, "", b.look.size)
		d.Text(pageMargin+b.x, baseline-b.look.rise, b.text)
		d.link(b, baseline)
	}
}

// link makes a piece of text lead where it should.
func (d *drawing) link(b box, baseline float64) {
	x, y, height := pageMargin+b.x, baseline-b.look.rise-b.look.size, b.look.size*1.3
	name, inside := strings.CutPrefix(b.look.link, "#")
	switch id, known := d.links[name]; {
	case inside && known:
		d.Link(x, y, b.width, height, id)
	case !inside && b.look.link != "":
		d.LinkString(x, y, b.width, height, b.look.link)
	}
}
