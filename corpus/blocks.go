package corpus

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A kind says what a block of lines is.
type kind int

const (
	prose    kind = iota
	item          // a list item: its marker is a bullet, a number or a letter
	heading       // a title
	masthead      // capital lines above a title: the issuing body, the series
	byline        // who signs a paper, below its title
	contents      // an entry of a table of contents
)

// A block is the lines of one paragraph, list item or heading.
type block struct {
	kind   kind
	lines  []line
	marker string // "12", "(a)" or "•": how an item or numbered paragraph opens
	body   int    // bytes of the first line taken up by a bullet glyph
	loose  bool   // a blank line or a page's end stands before it
	text   mapped
	style  style // of a heading
	number string
	place  Place
	sect   int // index into the outline; -1: before the first heading
}

func (b *block) top() bool { return b.lines[0].top }
func (b *block) page() int { return b.lines[0].page }
func (b *block) raw() string {
	parts := make([]string, len(b.lines))
	for i, l := range b.lines {
		parts[i] = l.text
	}
	return strings.Join(parts, " ")
}

// The signs of the fonts Symbol and Wingdings, whose bullets the text of a PDF has as
// private characters.
const (
	firstSymbol, lastSymbol = '\uF000', '\uF0FF'
	symbolSign              = "[" + string(firstSymbol) + "-" + string(lastSymbol) + "]"
)

var (
	bulletGlyph = regexp.MustCompile(`^(?:[*•»·▪●◦‣■□–—-]|` + symbolSign + `|[eo¢©] (?:\pL)|[eo]\t)`)
	letterItem  = regexp.MustCompile(`^(\((?:[a-z]{1,2}|[ivxl]{1,5}|[A-Z]|\d{1,2})\)|\(\d(?: ))\s*\S`)
	strictItem  = regexp.MustCompile(`^(\d{1,3})[.)]\s+\S`)
	// A number that stands on a line of its own, its paragraph below it.
	loneNumber = regexp.MustCompile(`^(?:(\d{1,3})[.)]|(\d{1,3}(?:\.\d{1,3}){1,3})\.?|(\([a-z]{1,3}\)))$`)
	// The number of a paragraph inside a numbered section: "25.1".
	partNumber = regexp.MustCompile(`^(\d{1,3}(?:\.\d{1,3}){1,3})\.?\s+\S`)
	tocTabs    = regexp.MustCompile(`\t+\s*(?:\d{1,4}|[ivxlc]{1,6})$`)
	tocDots    = regexp.MustCompile(`(?:\.{4,}|(?: \.){4,})\s*(?:\d{1,4}|[ivxlc]{1,6})?$`)
)

// opening returns the marker that a line begins with, and how many of its bytes
// are a bullet glyph with the space after it.
func opening(text string) (marker string, glyph int) {
	if m := bulletGlyph.FindString(text); m != "" {
		r, n := utf8.DecodeRuneInString(text)
		rest := text[n:]
		body := strings.TrimLeft(rest, " \t")
		// Scanners read a bullet as e or o; then a capital follows.
		first, _ := utf8.DecodeRuneInString(body)
		if len(body) < len(rest) && body != "" && (!unicode.IsLetter(r) || unicode.IsUpper(first)) {
			return "•", n + len(rest) - len(body)
		}
	}
	if m := letterItem.FindStringSubmatch(text); m != nil {
		return strings.TrimSpace(m[1]), 0
	}
	if m := strictItem.FindStringSubmatch(text); m != nil {
		return m[1], 0
	}
	if m := partNumber.FindStringSubmatch(text); m != nil {
		return m[1], 0
	}
	if m := loneNumber.FindStringSubmatch(text); m != nil {
		return m[1] + m[2] + m[3], 0
	}
	return "", 0
}

// group gathers lines into blocks. width is the width to which the lines were
// broken; 0 when each line is a block of its own.
func group(lines []line, width int) []*block {
	var blocks []*block
	var cur *block
	loose := true
	numbered := false // the block so far is but a number: what comes next is its text
	for i, l := range lines {
		if l.skip {
			continue
		}
		if l.blank() {
			if !numbered {
				cur = nil
			}
			loose = true
			continue
		}
		marker, glyph := opening(l.text)
		if cur != nil && (!numbered || marker != "") {
			last := cur.lines[len(cur.lines)-1]
			if numbered || width == 0 || l.top || startsBlock(last, l, marker, width) {
				cur = nil
			}
		}
		if cur == nil {
			cur = &block{marker: marker, body: glyph, loose: loose || l.top, sect: -1}
			if marker != "" {
				cur.kind = item
			}
			if width == 0 && tocTabs.MatchString(l.text) || tocDots.MatchString(l.text) {
				cur.kind = contents
			}
			blocks = append(blocks, cur)
		}
		numbered = len(cur.lines) == 0 && loneNumber.MatchString(l.text)
		cur.lines = append(cur.lines, lines[i])
		loose = false
	}
	return blocks
}

// startsBlock reports whether next, which follows last without a blank line,
// begins a paragraph of its own.
func startsBlock(last, next line, marker string, width int) bool {
	if opensSection(last.text) && isCapitals(last.text) != isCapitals(next.text) {
		return true
	}
	if opensSection(last.text) && headingNumber(next.text) != "" {
		return true
	}
	if marker == "•" {
		glyph, _ := utf8.DecodeRuneInString(next.text)
		before, _ := utf8.DecodeRuneInString(last.text)
		if strings.ContainsRune("*•»·▪●◦‣■□", glyph) || firstSymbol <= glyph && glyph <= lastSymbol || glyph == before {
			return true
		}
	}
	ended := endsSentence(last.text)
	if marker != "" && (ended || endsClause(last.text)) {
		return true
	}
	if !ended {
		return false
	}
	// The next line's first word would have fitted, so the line was ended on
	// purpose. Print is ragged: a tenth of the width is allowed for.
	word, _, _ := strings.Cut(next.text, " ")
	used := utf8.RuneCountInString(last.text) + 1 + utf8.RuneCountInString(word)
	first, _ := utf8.DecodeRuneInString(next.text)
	return used < width*85/100 && !unicode.IsLower(first)
}

// rejoin puts paragraphs together that a page's end or a stray blank line cut
// in two: the first part does not end a sentence, and the second begins in
// lower case (or anyhow, where the cut is a page's end and the line before it
// breaks off).
func rejoin(blocks []*block) []*block {
	var out []*block
	for _, b := range blocks {
		if len(out) > 0 {
			last := out[len(out)-1]
			if continues(last, b) {
				last.lines = append(last.lines, b.lines...)
				continue
			}
		}
		out = append(out, b)
	}
	return out
}

func continues(last, next *block) bool {
	if last.kind != prose && last.kind != item || next.kind != prose {
		return false
	}
	end := last.lines[len(last.lines)-1].text
	if endsSentence(end) || endsClause(end) && !strings.HasSuffix(end, ",") && !strings.HasSuffix(end, "-") {
		return false
	}
	begin := next.lines[0].text
	first, _ := utf8.DecodeRuneInString(begin)
	if unicode.IsLower(first) {
		return true
	}
	return next.top() && !opensSection(begin) && !opensSection(last.raw()) && wordCount(end) >= 5
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// endsSentence reports whether s ends as a sentence does, closing quotes and
// brackets left aside.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, `"'”’»)]`+" ")
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") ||
		strings.HasSuffix(s, "。") || strings.HasSuffix(s, "？") || strings.HasSuffix(s, "！")
}

func endsClause(s string) bool {
	return s != "" && strings.ContainsRune(":;,-–—", lastRune(s))
}

// assemble builds the block's text from the source: lines joined by a space,
// or by nothing after a hyphen; bullet glyphs of every kind become "• ".
// hyphen decides whether the hyphen at a line's end stays.
func (b *block) assemble(src []byte, hyphen func(before, after string) bool) {
	var m mappedBuilder
	for i, l := range b.lines {
		span := l.span
		if i == 0 && b.body > 0 {
			m.replace("• ", Span{span.Start, span.Start + b.body})
			span.Start += b.body
		}
		if i == 0 {
			m.fold(src, span)
			continue
		}
		prev := b.lines[i-1]
		text := m.text.String()
		switch {
		case strings.HasSuffix(prev.text, "\u00ad"):
			// The soft hyphen was left out; the word goes on.
		case hyphenated(text, l.text):
			word := lastWord(text[:len(text)-1])
			if !hyphen(word, firstWord(l.text)) {
				joined := m.done()
				joined = joined.slice(0, len(text)-1)
				m = mappedBuilder{}
				m.append(joined)
			}
		default:
			m.replace(" ", Span{prev.span.End, span.Start})
		}
		m.foldOn(src, span)
	}
	b.text = m.done()
}

// foldOn is fold for a stretch that goes on after text already there.
func (b *mappedBuilder) foldOn(src []byte, span Span) {
	var part mappedBuilder
	part.fold(src, span)
	b.append(part.done())
}

// hyphenated reports whether text breaks off inside a word or number.
func hyphenated(text, next string) bool {
	if !strings.HasSuffix(text, "-") || len(text) < 2 {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:len(text)-1])
	after, _ := utf8.DecodeRuneInString(next)
	return (unicode.IsLetter(before) || unicode.IsDigit(before)) && (unicode.IsLetter(after) || unicode.IsDigit(after))
}

func lastWord(s string) string {
	i := strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if i < 0 {
		return s
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	return s[i+n:]
}

func firstWord(s string) string {
	i := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if i < 0 {
		return s
	}
	return s[:i]
}

// keepHyphen returns the judgement for hyphens at line ends: a hyphen goes
// where the parts together are a word and the compound is not written with a
// hyphen elsewhere in the source.
func keepHyphen(lines []line, lex Lexicon) func(before, after string) bool {
	if lex == nil {
		return func(string, string) bool { return true }
	}
	compounds := make(map[string]bool)
	for _, l := range lines {
		for _, w := range strings.FieldsFunc(l.text, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
			if i := strings.IndexByte(w, '-'); i > 0 && i < len(w)-1 {
				compounds[strings.ToLower(w)] = true
			}
		}
	}
	return func(before, after string) bool {
		before, after = strings.ToLower(before), strings.ToLower(after)
		if before == "" || after == "" || compounds[before+"-"+after] {
			return true
		}
		return lex.Rank(before+after) == 0
	}
}
