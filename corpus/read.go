package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What is wrong with a source that cannot be read. Read wraps one of these.
var (
	ErrEmpty  = errors.New("there is no text in it")
	ErrBinary = errors.New("it holds binary data, not text")
	ErrUTF8   = errors.New("it is not UTF-8 text")
)

// Read reads a source file into a document. card must have its ID and File
// set; a missing title is taken from the source. lex tells words from misread
// ones; with nil nothing is repaired. The error wraps ErrEmpty, ErrBinary or
// ErrUTF8 and says what can be done.
func Read(card Card, src []byte, lex Lexicon) (*Document, error) {
	if err := check(src); err != nil {
		return nil, fmt.Errorf("reading %s: %w", card.File, err)
	}
	r := &reader{src: src, lex: lex, doc: &Document{Card: &card, Source: src}}
	r.layOut(isMarkdown(card.File))
	r.repair()
	r.outline()
	r.place()
	if card.Title == "" {
		card.Title = r.title()
	}
	r.doc.Passages = passages(r.doc.Card, r.doc.Outline, r.units())
	if len(r.doc.Passages) == 0 && len(r.blocks) > 0 {
		// A list of titles, say: then they are the text.
		r.doc.Outline = nil
		for _, b := range r.blocks {
			b.kind, b.sect = prose, -1
		}
		r.place()
		r.doc.Passages = passages(r.doc.Card, nil, r.units())
	}
	if len(r.doc.Passages) == 0 {
		return nil, fmt.Errorf("reading %s: %w. Put some text in it, or leave it out", card.File, ErrEmpty)
	}
	return r.doc, nil
}

func isMarkdown(file string) bool {
	ext := strings.ToLower(path.Ext(file))
	return ext == ".md" || ext == ".markdown"
}

func check(src []byte) error {
	for _, bom := range []string{"\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(src, []byte(bom)) {
			return fmt.Errorf("%w but UTF-16. Convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW.txt", ErrUTF8)
		}
	}
	if at := bytes.IndexByte(src, 0); at >= 0 {
		return fmt.Errorf("%w (a zero byte at offset %d). Save it as plain text, or leave it out", ErrBinary, at)
	}
	if !utf8.Valid(src) {
		at := 0
		for at < len(src) {
			r, n := utf8.DecodeRune(src[at:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			at += n
		}
		return fmt.Errorf("%w (at offset %d). Convert it, for example: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW.txt", ErrUTF8, at)
	}
	return nil
}

// A reader holds what is known of a source while it is read.
type reader struct {
	src    []byte
	lex    Lexicon
	doc    *Document
	lines  []line
	width  int
	blocks []*block
	labels map[int]string
}

// layOut finds the pages and the blocks, and tells headings from text.
func (r *reader) layOut(markdown bool) {
	lines, paged := splitLines(r.src)
	r.doc.Pages = paginate(lines, paged)
	printed := dropFurniture(lines, r.doc.Pages)
	r.lines, r.width = lines, wrapWidth(lines)
	r.blocks = findHeadings(rejoin(group(lines, r.width)), r.width, markdown)
	keep := keepHyphen(lines, r.lex)
	for _, b := range r.blocks {
		b.assemble(r.src, keep)
	}
	parts := make(map[int]bool)
	for _, b := range r.blocks {
		if b.top() && (b.style == capitals || b.style == "#" || b.kind == masthead) {
			parts[b.page()] = true
		}
	}
	r.labels = pageLabels(printed, r.doc.Pages, func(page int) bool { return parts[page] })
}

// repair mends what a scanner misread.
func (r *reader) repair() {
	if r.lex == nil {
		return
	}
	texts := make([]string, len(r.blocks))
	for i, b := range r.blocks {
		texts[i] = b.text.text
	}
	for i, edits := range Repairs(texts, r.lex) {
		r.blocks[i].text = r.blocks[i].text.edit(edits)
		r.doc.Repairs += len(edits)
	}
}

// outline makes the sections from the headings and gives each block its own.
func (r *reader) outline() {
	acronym := acronyms(r.blocks)
	var open []style
	var romans []*block  // headings numbered in Roman numerals so far, of one parent
	runs := [][]*block{} // such runs
	sections := map[*block]int{}
	for _, b := range r.blocks {
		switch b.kind {
		case heading:
			var level int
			open, level = depth(open, b.style)
			if level == 1 || b.style == annex {
				romans = nil
			}
			if b.style == roman {
				if romans == nil {
					runs = append(runs, nil)
				}
				romans = append(romans, b)
				runs[len(runs)-1] = romans
			}
			title := r.headingTitle(b, acronym)
			sections[b] = len(r.doc.Outline)
			span := Span{b.lines[0].span.Start, b.lines[len(b.lines)-1].span.End}
			r.doc.Outline = append(r.doc.Outline, Section{Title: title, Level: level, Source: span})
		case byline:
			if n := len(r.doc.Outline); n > 0 {
				r.doc.Outline[n-1].Byline = r.signature(b)
			}
		}
		b.sect = len(r.doc.Outline) - 1
	}
	for _, run := range runs {
		printed := make([]string, len(run))
		for i, b := range run {
			printed[i] = headingNumber(b.text.text)
		}
		for i, n := range mendNumerals(printed) {
			if n > 0 {
				s := &r.doc.Outline[sections[run[i]]]
				s.Title = toRoman(n) + strings.TrimPrefix(s.Title, printed[i])
			}
		}
	}
}

// headingTitle is the title as it is shown: repaired, without its markup, and
// set as a title where it was printed in capitals.
func (r *reader) headingTitle(b *block, acronym func(string) bool) string {
	text := b.text.text
	switch {
	case strings.HasPrefix(string(b.style), "#"):
		return mdHeading.FindStringSubmatch(text)[2]
	case b.style == annex && len(b.lines) > 1:
		head := b.lines[0].text
		rest := strings.TrimSpace(strings.TrimPrefix(text, head))
		if isCapitals(rest) {
			rest = asTitle(rest, acronym)
		}
		return strings.TrimRight(head, ".: ") + ": " + rest
	case b.style == label:
		return strings.TrimRight(text, ":; ")
	}
	number := headingNumber(text)
	rest := text
	sep := ""
	if number != "" && b.style != capitals && b.style != plain {
		rest = strings.TrimLeft(text[len(number):], ".) \t")
		sep = text[:len(text)-len(rest)]
	}
	if isCapitals(rest) {
		rest = asTitle(rest, acronym)
	}
	return sep + rest
}

// signature is a byline as one line.
func (r *reader) signature(b *block) string {
	parts := make([]string, len(b.lines))
	for i, l := range b.lines {
		parts[i] = strings.TrimSpace(b.text.from(l.span))
	}
	return strings.Join(parts, ", ")
}

// acronyms tells the words that running text mostly writes in capitals.
func acronyms(blocks []*block) func(string) bool {
	upper, lower := make(map[string]int), make(map[string]int)
	for _, b := range blocks {
		if b.kind != prose && b.kind != item || isCapitals(b.text.text) {
			continue
		}
		for _, w := range strings.FieldsFunc(b.text.text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			switch {
			case len(w) > 1 && w == strings.ToUpper(w):
				upper[w]++
			default:
				lower[strings.ToUpper(w)]++
			}
		}
	}
	return func(w string) bool { return upper[w] > lower[w] }
}

// place gives each block its page and its paragraph.
func (r *reader) place() {
	numbers := paragraphNumbers(r.blocks)
	para, sect := 0, -2
	number, nested := "", false
	for i, b := range r.blocks {
		if b.kind != prose && b.kind != item {
			continue
		}
		if b.sect != sect {
			para, sect, number = 0, b.sect, ""
		}
		para++
		switch {
		case numbers[i]:
			number, nested = b.marker, false
			b.number = number
		case b.marker == "":
			number = ""
		case number != "" && strings.HasPrefix(b.marker, "(") && !nested:
			b.number = strings.TrimSpace(number + " " + b.letter())
		case number != "":
			// A list inside the numbered paragraph: its own numbers and letters
			// are no paragraphs of the document.
			nested = nested || b.marker != "•"
			b.number = number
		}
		b.place = Place{Page: b.lines[0].page, Label: r.labels[b.lines[0].page], Para: para, Number: b.number}
		if r.doc.Pages == 0 {
			b.place.Page = 0
		}
	}
}

// bracketed is a letter or number in brackets with which an item opens.
var bracketed = regexp.MustCompile(`^\(\w{1,4}\)`)

// letter is the bracketed letter with which an item opens, as it is shown; "" where
// the scan has none that can be relied on, as in "(8 That".
func (b *block) letter() string {
	if shown := bracketed.FindString(b.text.text); shown != "" {
		return shown
	}
	return bracketed.FindString(b.marker)
}

// paragraphNumbers tells which blocks open with a paragraph's number, as
// against the number of an item in a list. Paragraphs are counted through the
// document: the longest chain of successive numbers is taken for them, the one
// of longer paragraphs among equals. A document without such a chain may still
// print single numbers; those of a list that begins at 1 are not taken.
func paragraphNumbers(blocks []*block) map[int]bool {
	type link struct {
		length, words, prev int
	}
	links := make(map[int]link) // by block
	last := make(map[int]int)   // number → block that ends the best chain with it
	bestEnd := -1
	for i, b := range blocks {
		n, err := strconv.Atoi(b.marker)
		if err != nil || b.kind == heading || b.kind == contents {
			continue
		}
		l := link{1, wordCount(b.text.text), -1}
		if p, ok := last[n-1]; ok {
			l = link{links[p].length + 1, links[p].words + l.words, p}
		}
		links[i] = l
		if p, ok := last[n]; !ok || l.length > links[p].length || l.length == links[p].length && l.words-links[p].words > 0 && l.prev != p {
			last[n] = i
		}
		if bestEnd < 0 || l.length > links[bestEnd].length {
			bestEnd = i
		}
	}
	out := partNumbers(blocks)
	if bestEnd < 0 {
		return out
	}
	const chain = 8
	if links[bestEnd].length >= chain {
		for i := bestEnd; i >= 0; i = links[i].prev {
			out[i] = true
		}
		return out
	}
	for i, l := range links {
		first := i
		for p := l; p.prev >= 0; p = links[p.prev] {
			first = p.prev
		}
		if blocks[first].marker != "1" {
			out[i] = true
		}
	}
	return out
}

// partNumbers tells which blocks open with a paragraph's number of two parts or
// more, such as "25.1": those that follow, or are followed by, their neighbour
// in number. Any other is a figure, as in "2.5 million".
func partNumbers(blocks []*block) map[int]bool {
	out := make(map[int]bool)
	last, lastMarker := -1, ""
	for i, b := range blocks {
		if !strings.Contains(b.marker, ".") || b.kind == heading || b.kind == contents {
			continue
		}
		if follows(lastMarker, b.marker) {
			out[last], out[i] = true, true
		}
		last, lastMarker = i, b.marker
	}
	return out
}

// follows reports whether b is the number after a: "5.7" after "5.6".
func follows(a, b string) bool {
	i, j := strings.LastIndexByte(a, '.'), strings.LastIndexByte(b, '.')
	if i < 0 || j < 0 || a[:i] != b[:j] {
		return false
	}
	m, err1 := strconv.Atoi(a[i+1:])
	n, err2 := strconv.Atoi(b[j+1:])
	return err1 == nil && err2 == nil && n == m+1
}

// units lists the sentences of the text in reading order.
func (r *reader) units() []unit {
	var out []unit
	for _, b := range r.blocks {
		if b.kind != prose && b.kind != item && b.kind != contents {
			continue
		}
		for i, p := range b.pieces() {
			text := b.text.text[p.start:p.end]
			src := b.text.source(p.start, p.end)
			u := unit{
				Sentence: Sentence{Place: b.place, Text: text, Source: src, Opens: i == 0, Item: b.kind == item},
				words:    wordCount(text),
				sect:     b.sect,
				toc:      b.kind == contents,
				lead:     strings.HasSuffix(text, ":"),
			}
			u.Place.Page, u.Place.Label = r.page(b, src.Start)
			if i == 0 && p.start > 0 {
				u.glyph = src.Start - b.text.source(0, 1).Start
			}
			out = append(out, u)
		}
	}
	return out
}

// page returns the page on which the byte at offset at of block b stands.
func (r *reader) page(b *block, at int) (int, string) {
	if r.doc.Pages == 0 {
		return 0, ""
	}
	page := b.lines[0].page
	for _, l := range b.lines {
		if l.span.Start <= at {
			page = l.page
		}
	}
	return page, r.labels[page]
}
