package export

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The names that Word's elements and relations go by.
const (
	wordSpace     = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	officeSpace   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	relationSpace = "http://schemas.openxmlformats.org/package/2006/relationships"
)

// The elements that are written, their fields in the schema's order. A prefix is
// part of a name here, since encoding/xml declares none by itself; each root says
// what its prefixes stand for.
type (
	wordDocument struct {
		XMLName xml.Name `xml:"w:document"`
		Word    string   `xml:"xmlns:w,attr"`
		Office  string   `xml:"xmlns:r,attr"`
		Body    wordBody
	}
	wordBody struct {
		XMLName xml.Name `xml:"w:body"`
		Content []any
	}
	wordFootnotes struct {
		XMLName xml.Name `xml:"w:footnotes"`
		Word    string   `xml:"xmlns:w,attr"`
		Office  string   `xml:"xmlns:r,attr"`
		Notes   []wordFootnote
	}
	wordHeader struct {
		XMLName    xml.Name `xml:"w:hdr"`
		Word       string   `xml:"xmlns:w,attr"`
		Paragraphs []wordParagraph
	}
	wordFootnote struct {
		XMLName   xml.Name `xml:"w:footnote"`
		Type      string   `xml:"w:type,attr,omitempty"`
		ID        int      `xml:"w:id,attr"`
		Paragraph wordParagraph
	}
	wordParagraph struct {
		XMLName xml.Name `xml:"w:p"`
		Look    *wordParagraphLook
		Content []any
	}
	wordParagraphLook struct {
		XMLName  xml.Name  `xml:"w:pPr"`
		Style    wordValue `xml:"w:pStyle"`
		KeepNext *struct{} `xml:"w:keepNext"` // on a page with the next paragraph
		Leftward *struct{} `xml:"w:bidi"`     // it is set from right to left
		Indent   *wordIndent
	}
	wordIndent struct {
		XMLName xml.Name `xml:"w:ind"`
		Left    int      `xml:"w:left,attr"` // twentieths of a point
	}
	wordBookmark struct {
		XMLName xml.Name `xml:"w:bookmarkStart"`
		ID      int      `xml:"w:id,attr"`
		Name    string   `xml:"w:name,attr"`
	}
	wordBookmarkEnd struct {
		XMLName xml.Name `xml:"w:bookmarkEnd"`
		ID      int      `xml:"w:id,attr"`
	}
	wordLink struct {
		XMLName xml.Name `xml:"w:hyperlink"`
		ID      string   `xml:"r:id,attr,omitempty"`     // the relation that has the address
		Anchor  string   `xml:"w:anchor,attr,omitempty"` // or a bookmark
		Runs    []wordRun
	}
	wordRun struct {
		XMLName xml.Name `xml:"w:r"`
		Look    *wordLook
		Content []any
	}
	wordLook struct {
		XMLName xml.Name   `xml:"w:rPr"`
		Style   *wordValue `xml:"w:rStyle"`
		Bold    *struct{}  `xml:"w:b"`
		BoldCS  *struct{}  `xml:"w:bCs"` // the same for Arabic, Hebrew and their like
		Italic  *struct{}  `xml:"w:i"`
		ItalCS  *struct{}  `xml:"w:iCs"`
		Right   *struct{}  `xml:"w:rtl"` // it is read from right to left
	}
	wordText struct {
		XMLName xml.Name `xml:"w:t"`
		Space   string   `xml:"xml:space,attr"`
		Text    string   `xml:",chardata"`
	}
	wordBreak struct {
		XMLName xml.Name `xml:"w:br"`
	}
	wordCall struct {
		XMLName xml.Name `xml:"w:footnoteReference"`
		ID      int      `xml:"w:id,attr"`
	}
	wordNumber struct { // of the footnote in which it stands
		XMLName xml.Name `xml:"w:footnoteRef"`
	}
	wordField struct { // where a field begins, where its result does, and where it ends
		XMLName xml.Name `xml:"w:fldChar"`
		Type    string   `xml:"w:fldCharType,attr"`
	}
	wordInstruction struct { // what a field is
		XMLName xml.Name `xml:"w:instrText"`
		Space   string   `xml:"xml:space,attr"`
		Text    string   `xml:",chardata"`
	}
	wordSeparator struct {
		XMLName xml.Name `xml:"w:separator"`
	}
	wordContinuation struct {
		XMLName xml.Name `xml:"w:continuationSeparator"`
	}
	wordSection struct {
		XMLName xml.Name        `xml:"w:sectPr"`
		Header  wordReference   `xml:"w:headerReference"`
		Footers []wordReference `xml:"w:footerReference"`
		Size    wordSize        `xml:"w:pgSz"`
		Margins wordMargins     `xml:"w:pgMar"`
		Title   struct{}        `xml:"w:titlePg"` // the first page has a header and a footer of its own
	}
	wordReference struct {
		Type string `xml:"w:type,attr"`
		ID   string `xml:"r:id,attr"`
	}
	wordSize struct { // twentieths of a point
		Width  int `xml:"w:w,attr"`
		Height int `xml:"w:h,attr"`
	}
	wordMargins struct { // twentieths of a point
		Top    int `xml:"w:top,attr"`
		Right  int `xml:"w:right,attr"`
		Bottom int `xml:"w:bottom,attr"`
		Left   int `xml:"w:left,attr"`
		Header int `xml:"w:header,attr"`
		Footer int `xml:"w:footer,attr"`
		Gutter int `xml:"w:gutter,attr"`
	}
	wordValue struct {
		Value string `xml:"w:val,attr"`
	}
)

// What a part says of others.
type (
	relations struct {
		XMLName xml.Name `xml:"Relationships"`
		Space   string   `xml:"xmlns,attr"`
		List    []relation
	}
	relation struct {
		XMLName xml.Name `xml:"Relationship"`
		ID      string   `xml:"Id,attr"`
		Type    string   `xml:"Type,attr"`
		Target  string   `xml:"Target,attr"`
		Mode    string   `xml:"TargetMode,attr,omitempty"`
	}
)

// What a file says of itself.
type (
	coreProperties struct {
		XMLName  xml.Name  `xml:"cp:coreProperties"`
		Core     string    `xml:"xmlns:cp,attr"`
		Dublin   string    `xml:"xmlns:dc,attr"`
		Terms    string    `xml:"xmlns:dcterms,attr"`
		Instance string    `xml:"xmlns:xsi,attr"`
		Created  *coreDate `xml:"dcterms:created"`
		Language string    `xml:"dc:language,omitempty"`
		Modified *coreDate `xml:"dcterms:modified"`
		Title    string    `xml:"dc:title,omitempty"`
	}
	coreDate struct {
		Type string `xml:"xsi:type,attr"`
		Date string `xml:",chardata"`
	}
)

// paragraphStyles are the styles of the kinds of block but headings, in
// word/styles.xml.
var paragraphStyles = map[Kind]string{Text: "Normal", Quote: "Quote", Item: "ListBullet", Remark: "SmallPrint"}

// quoteIndent is that of a quotation in word/styles.xml, in twentieths of a point.
// One more or less is not seen, and parts a quotation from the next: the bars beside
// paragraphs that are indented alike are drawn as one, as if both were one quotation.
const quoteIndent = 567

// A docx is a Word file in the making.
type docx struct {
	paper         Paper
	bookmarks     map[string]string // by anchor
	notes         [][]Run           // called so far
	documentLinks wordLinks
	footnoteLinks wordLinks
}

// wordLinks are the relations of a part.
type wordLinks struct{ relations []relation }

// add returns the name by which the part speaks of a target.
func (l *wordLinks) add(kind, target, mode string) string {
	id := fmt.Sprintf("rId%d", len(l.relations)+1)
	l.relations = append(l.relations, relation{ID: id, Type: officeSpace + "/" + kind, Target: target, Mode: mode})
	return id
}

// newDocx begins the file of a tidy paper. Word wants bookmarks of at most 40
// letters, digits and underscores, so that they are numbered.
func newDocx(p Paper) *docx {
	d := &docx{paper: p, bookmarks: map[string]string{}}
	for _, b := range p.Blocks {
		if b.Anchor != "" {
			d.bookmarks[b.Anchor] = fmt.Sprintf("anchor_%d", len(d.bookmarks)+1)
		}
	}
	return d
}

// document returns the text; the notes that it calls are known afterwards.
func (d *docx) document() wordDocument {
	links := &d.documentLinks
	for _, part := range []string{"styles", "numbering", "settings", "footnotes"} {
		links.add(part, part+".xml", "")
	}
	var body []any
	if d.paper.Title != "" {
		body = append(body, titled("Title", d.paper.Title))
	}
	if d.paper.Subtitle != "" {
		body = append(body, titled("Subtitle", d.paper.Subtitle))
	}
	marks := 0
	apart := false // the last quotation is set off from the one above it
	entries, first := d.paper.contents()
	for i, b := range d.paper.Blocks {
		if i == first {
			body = append(body, d.contents(entries)...)
		}
		leftward := rightToLeft(plainText(b.Runs))
		content := d.runs(b.Runs, links, leftward)
		if b.Anchor != "" {
			content = append([]any{wordBookmark{ID: marks, Name: d.bookmarks[b.Anchor]}}, content...)
			content = append(content, wordBookmarkEnd{ID: marks})
			marks++
		}
		style := paragraphStyles[b.Kind]
		if b.Kind == Heading {
			style = fmt.Sprintf("Heading%d", b.Level)
		}
		paragraph := styled(style, leftward, content...)
		if b.Kind != Heading && d.paper.leads(i) { // which a heading's style says already
			paragraph.Look.KeepNext = &struct{}{}
		}
		if apart = b.Kind == Quote && i > 0 && d.paper.Blocks[i-1].Kind == Quote && !apart; apart {
			paragraph.Look.Indent = &wordIndent{Left: quoteIndent + 1}
		}
		body = append(body, paragraph)
	}
	body = append(body, wordSection{
		Header: wordReference{"default", links.add("header", "header.xml", "")},
		Footers: []wordReference{
			{"default", links.add("footer", "footer.xml", "")},
			{"first", links.add("footer", "footer_first.xml", "")},
		},
		Size:    wordSize{Width: 11906, Height: 16838}, // A4
		Margins: wordMargins{Top: 1417, Right: 1417, Bottom: 1417, Left: 1417, Header: 709, Footer: 709},
	})
	return wordDocument{Word: wordSpace, Office: officeSpace, Body: wordBody{Content: body}}
}

// contents returns the list of contents as the field that Word can renew. It
// names no pages: these are known only to who lays the text out.
func (d *docx) contents(entries []entry) []any {
	if len(entries) == 0 {
		return nil
	}
	out := []any{titled("TOCHeading", d.paper.Contents)}
	mark := func(kind string) wordRun { return wordRun{Content: []any{wordField{Type: kind}}} }
	for i, e := range entries {
		leftward := rightToLeft(e.Text)
		var content []any
		if i == 0 {
			what := wordInstruction{Space: "preserve", Text: fmt.Sprintf(` TOC \o "1-%d" \n \h `, deepest)}
			content = append(content, mark("begin"), wordRun{Content: []any{what}}, mark("separate"))
		}
		content = append(content, wordLink{Anchor: d.bookmarks[e.Anchor], Runs: textRuns(e.Text, nil, leftward)})
		if i == len(entries)-1 {
			content = append(content, mark("end"))
		}
		out = append(out, styled(fmt.Sprintf("TOC%d", e.Level), leftward, content...))
	}
	return out
}

// footnotes returns the notes that the text called, after the two lines that Word
// draws above them.
func (d *docx) footnotes() wordFootnotes {
	rule := func(kind string, id int, element any) wordFootnote {
		return wordFootnote{Type: kind, ID: id, Paragraph: wordParagraph{Content: []any{wordRun{Content: []any{element}}}}}
	}
	out := wordFootnotes{Word: wordSpace, Office: officeSpace, Notes: []wordFootnote{
		rule("separator", -1, wordSeparator{}),
		rule("continuationSeparator", 0, wordContinuation{}),
	}}
	for i, note := range d.notes {
		leftward := rightToLeft(plainText(note))
		content := []any{wordRun{Look: noteLook(), Content: []any{wordNumber{}}}, textRuns(" ", nil, leftward)}
		content = append(content, d.runs(note, &d.footnoteLinks, leftward)...)
		out.Notes = append(out.Notes, wordFootnote{ID: i + 1, Paragraph: styled("FootnoteText", leftward, content...)})
	}
	return out
}

// header returns what stands at the head of each page after the first.
func (d *docx) header() wordHeader {
	return wordHeader{Word: wordSpace, Paragraphs: []wordParagraph{titled("Header", d.paper.Header)}}
}

// properties returns what the file says of itself (ECMA-376, part 2, section 11).
func (d *docx) properties() coreProperties {
	out := coreProperties{
		Core:     "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
		Dublin:   "http://purl.org/dc/elements/1.1/",
		Terms:    "http://purl.org/dc/terms/",
		Instance: "http://www.w3.org/2001/XMLSchema-instance",
		Title:    d.paper.Title,
		Language: d.paper.Language,
	}
	if !d.paper.Date.IsZero() {
		out.Created = &coreDate{"dcterms:W3CDTF", d.paper.Date.Format(time.RFC3339)}
		out.Modified = out.Created
	}
	return out
}

// runs returns the text of a paragraph as Word has it, in a part with the given
// links. leftward says that the paragraph is set from right to left.
func (d *docx) runs(runs []Run, links *wordLinks, leftward bool) []any {
	var out []any
	for _, r := range runs {
		text := textRuns(r.Text, look(r), leftward)
		anchor, inside := strings.CutPrefix(r.Link, "#")
		switch {
		case r.Text == "":
		case r.Link == "":
			out = append(out, text)
		case inside:
			out = append(out, wordLink{Anchor: d.bookmarks[anchor], Runs: text})
		default:
			out = append(out, wordLink{ID: links.add("hyperlink", r.Link, "External"), Runs: text})
		}
		if r.Note != nil {
			d.notes = append(d.notes, r.Note)
			out = append(out, wordRun{Look: noteLook(), Content: []any{wordCall{ID: len(d.notes)}}})
		}
	}
	return out
}

// styled returns a paragraph of a style, set from right to left or not.
func styled(style string, leftward bool, content ...any) wordParagraph {
	out := wordParagraph{Look: &wordParagraphLook{Style: wordValue{style}}, Content: content}
	if leftward {
		out.Look.Leftward = &struct{}{}
	}
	return out
}

// titled returns a paragraph of a style that holds a text of one look.
func titled(style, text string) wordParagraph {
	leftward := rightToLeft(text)
	return styled(style, leftward, textRuns(text, nil, leftward))
}

// textRuns returns a text and its line breaks, in a run for each stretch that is
// read in one direction, as Word wants it.
func textRuns(text string, look *wordLook, leftward bool) []wordRun {
	out := []wordRun{{Look: look}}
	add := func(content any) {
		last := &out[len(out)-1]
		last.Content = append(last.Content, content)
	}
	turned := false // the last run is read from right to left
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			add(wordBreak{})
		}
		if line == "" {
			continue
		}
		for j, s := range stretches(line, leftward) {
			if s.leftward != turned || j > 0 {
				out = append(out, wordRun{Look: turnedLook(look, s.leftward)})
				turned = s.leftward
			}
			add(wordText{Space: "preserve", Text: s.text})
		}
	}
	return slices.DeleteFunc(out, func(r wordRun) bool { return len(r.Content) == 0 })
}

// turnedLook returns a look for what is read from right to left, or not.
func turnedLook(look *wordLook, leftward bool) *wordLook {
	if !leftward {
		return look
	}
	out := wordLook{Right: &struct{}{}}
	if look != nil {
		out = *look
		out.Right = &struct{}{}
	}
	return &out
}

// look returns how a run looks, nil for nothing out of the ordinary.
func look(r Run) *wordLook {
	var out wordLook
	switch {
	case r.Marked:
		out.Style = &wordValue{"QuotedWords"}
	case r.Link != "":
		out.Style = &wordValue{"Hyperlink"}
	}
	if r.Bold {
		out.Bold, out.BoldCS = &struct{}{}, &struct{}{}
	}
	if r.Italic {
		out.Italic, out.ItalCS = &struct{}{}, &struct{}{}
	}
	if out == (wordLook{}) {
		return nil
	}
	return &out
}

// noteLook is how the number of a note looks.
func noteLook() *wordLook { return &wordLook{Style: &wordValue{"FootnoteReference"}} }
