package corpus

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A style is how a heading is set. Headings of one style under one parent are
// of one level; how deep a style lies is learnt from the order in which the
// styles first occur.
type style string

const (
	capitals style = "capitals" // UNNUMBERED CAPITALS
	roman    style = "roman"    // IV. Title
	letter   style = "letter"   // B. Title
	arabic   style = "arabic"   // 3. Title
	annex    style = "annex"    // Annex, with the title on the lines after it
	plain    style = "plain"    // A short line alone
	label    style = "label"    // Recommendations:
)

var (
	romanLike   = regexp.MustCompile(`^([IVXLl1|!]{1,6})[.)]\s+(\S.*)$`)
	letterLike  = regexp.MustCompile(`^([A-Z])[.)]\s+(\S.*)$`)
	arabicLike  = regexp.MustCompile(`^(\d{1,2}(?:\.\d{1,2}){0,3})[.)]?\s+(\S.*)$`)
	annexLike   = regexp.MustCompile(`^(?i:annex|appendix|chapter|part)(?:\s+[IVXLC\d]{1,5}|\s+[A-Z])?[.:]?$`)
	tocTitle    = regexp.MustCompile(`^(?i:table of contents|contents)$`)
	mdHeading   = regexp.MustCompile(`^(#{1,6})\s+(.*?)\s*#*$`)
	proseEnding = ".,;:"
)

// isCapitals reports whether the letters of s are capitals, a misread one in
// ten aside, and there are enough of them to say so.
func isCapitals(s string) bool {
	upper, lower := 0, 0
	for _, r := range s {
		if unicode.IsUpper(r) {
			upper++
		} else if unicode.IsLower(r) {
			lower++
		}
	}
	return upper >= 4 && 10*lower <= upper
}

// headingNumber returns the numeral or letter that a numbered heading begins
// with, as printed; "" when s begins otherwise.
func headingNumber(s string) string {
	for _, re := range []*regexp.Regexp{romanLike, letterLike, arabicLike} {
		if m := re.FindStringSubmatch(s); m != nil {
			return m[1]
		}
	}
	return ""
}

// opensSection reports whether a line by itself looks like a title: capitals, a
// short numbered line, or the word Annex.
func opensSection(s string) bool {
	if annexLike.MatchString(s) || isCapitals(s) && wordCount(s) <= 25 {
		return true
	}
	return numberedTitle(s)
}

// numberedTitle reports whether s is a numeral and a short title that does not
// end as prose does.
func numberedTitle(s string) bool {
	var title string
	if m := romanLike.FindStringSubmatch(s); m != nil {
		title = m[2]
	} else if m := letterLike.FindStringSubmatch(s); m != nil {
		title = m[2]
	} else if m := arabicLike.FindStringSubmatch(s); m != nil {
		title = m[2]
	} else {
		return false
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(title, `"'“‘«(`))
	if arabicLike.MatchString(s) && !isCapitals(title) && wordCount(title) > 7 && (wordCount(title) > 20 || finiteVerb.MatchString(title) || !capitalized(title)) {
		return false // a numbered paragraph, cut off where a page ends
	}
	return unicode.IsUpper(first) && wordCount(title) <= 40 && !strings.ContainsRune(proseEnding, lastRune(title)) &&
		!strings.Contains(title, ". ")
}

// capitalized reports whether most of the longer words of s begin with a capital
// letter.
func capitalized(s string) bool {
	long, capital := 0, 0
	for _, w := range strings.Fields(s) {
		if utf8.RuneCountInString(w) < 4 {
			continue
		}
		long++
		if first, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, `"'“‘«(`)); unicode.IsUpper(first) {
			capital++
		}
	}
	return 3*capital > 2*long
}

// findHeadings tells the headings among the blocks, and below them mastheads
// and bylines. markdown says that lines with # are headings.
func findHeadings(blocks []*block, width int, markdown bool) []*block {
	capital := 0
	for _, b := range blocks {
		if isCapitals(b.raw()) {
			capital++
		}
	}
	// A text written wholly in capitals tells nothing by them.
	shouting := 2*capital > len(blocks) && len(blocks) > 4

	markContents(blocks)
	blocks = joinAnnexTitles(blocks)
	for i, b := range blocks {
		if b.kind == contents || b.kind == heading {
			continue
		}
		if s, ok := headingStyle(blocks, i, width, markdown); ok && !(s == capitals && shouting) {
			b.kind, b.style = heading, s
		}
	}
	tellArabic(blocks)
	markMastheads(blocks)
	markBylines(blocks, width)
	return blocks
}

func headingStyle(blocks []*block, i, width int, markdown bool) (style, bool) {
	b := blocks[i]
	text := b.raw()
	if markdown {
		if m := mdHeading.FindStringSubmatch(text); m != nil && len(b.lines) == 1 {
			return style(m[1]), true
		}
	}
	if len(b.lines) > 4 || b.marker == "•" {
		return "", false
	}
	caps := isCapitals(text) && wordCount(text) <= 60 && !endsSentence(text)
	switch {
	case numberedTitle(text) && (caps || followedByBody(blocks, i)):
		return numberStyle(text, caps), true
	case caps && b.marker == "" && !small[strings.ToLower(text)]:
		return capitals, true
	case b.marker == "" && isLabel(text) && aloneAmongBlanks(blocks, i):
		return label, true
	case b.marker == "" && len(b.lines) == 1 && isShortTitle(text, width) && aloneAmongBlanks(blocks, i):
		return plain, true
	case b.marker == "" && width == 0 && len(b.lines) == 1 && isShortTitle(text, 80) && i+1 < len(blocks):
		body := blocks[i+1].raw()
		return plain, blocks[i+1].kind != contents && endsSentence(body) && wordCount(body) >= 10
	}
	return "", false
}

// followedByBody reports whether what follows block i is text, or a heading
// that is set otherwise; a numbered list of short lines is no row of headings, and
// what figures follow is a row of a table.
func followedByBody(blocks []*block, i int) bool {
	if i+1 >= len(blocks) {
		return false
	}
	next := blocks[i+1]
	if next.kind == contents || isFigures(next.raw()) {
		return false
	}
	b := blocks[i]
	if !next.loose && !b.loose && i > 0 && b.marker != "" && next.marker != "" && sameMarker(b.marker, next.marker) {
		return endsSentence(next.raw()) && wordCount(next.raw()) >= 10
	}
	return true
}

// isFigures reports whether s is figures and nothing else, as in "34 44 – 34".
func isFigures(s string) bool {
	return strings.ContainsFunc(s, unicode.IsDigit) && !strings.ContainsFunc(s, unicode.IsLetter)
}

func sameMarker(a, b string) bool {
	digits := func(s string) bool { return strings.Trim(s, "0123456789.") == "" }
	return digits(a) == digits(b)
}

func aloneAmongBlanks(blocks []*block, i int) bool {
	if !blocks[i].loose || i+1 >= len(blocks) || !blocks[i+1].loose {
		return false
	}
	if i > 0 && blocks[i-1].kind == prose {
		last := blocks[i-1].lines
		if end := last[len(last)-1].text; !endsSentence(end) {
			return false
		}
	}
	first, _ := utf8.DecodeRuneInString(blocks[i+1].lines[0].text)
	return !unicode.IsLower(first)
}

// isLabel recognizes "Recommendations:", and "Mandate;" with its colon misread.
func isLabel(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(first) && wordCount(s) <= 3 && strings.ContainsRune(":;", lastRune(s)) &&
		strings.Count(s, ":")+strings.Count(s, ";") == 1
}

func isShortTitle(s string, width int) bool {
	first, _ := utf8.DecodeRuneInString(s)
	n := wordCount(s)
	return unicode.IsUpper(first) && n >= 1 && n <= 12 && utf8.RuneCountInString(s)*10 <= width*8 &&
		!strings.ContainsRune(".,;:!?)-", lastRune(s)) && unicode.IsLetter(lastRune(s)) && !strings.Contains(s, ". ")
}

func numberStyle(text string, caps bool) style {
	number := headingNumber(text)
	switch {
	case romanLike.MatchString(text) && (caps || readRoman(number) > 0) && !(allDigits(number) && !caps):
		return roman
	case letterLike.MatchString(text):
		return letter
	}
	return arabic
}

// tellArabic takes numbers of ones alone, which may be Roman numerals misread,
// for what they look like, unless they follow from the Roman numeral before.
func tellArabic(blocks []*block) {
	last := 0
	for _, b := range blocks {
		if b.kind != heading || b.style != roman {
			continue
		}
		number := headingNumber(b.raw())
		n := readRoman(number)
		if allDigits(number) && n != last+1 || allDigits(number) && last == 0 {
			b.style = arabic
			continue
		}
		last = n
	}
}

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// markContents widens a table of contents from the lines that end in a page
// number to those between them, which such a line was broken from, and to the
// word that stands above.
func markContents(blocks []*block) {
	const gap = 4 // lines of a broken entry, and of a remark below it
	last := -1
	for i, b := range blocks {
		if b.kind != contents {
			continue
		}
		if last >= 0 && i-last <= gap {
			for _, between := range blocks[last:i] {
				between.kind = contents
			}
		}
		last = i
	}
	first := slices.IndexFunc(blocks, func(b *block) bool { return b.kind == contents })
	for i := first - 1; i >= max(0, first-gap); i-- {
		if !tocTitle.MatchString(blocks[i].raw()) {
			continue
		}
		for _, b := range blocks[i:first] {
			b.kind = contents
		}
		break
	}
}

// joinAnnexTitles finds the headings that are but a word, "Annex" or "Chapter
// II", and joins them with the title that stands below.
func joinAnnexTitles(blocks []*block) []*block {
	var out []*block
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		out = append(out, b)
		if !b.loose || !annexLike.MatchString(b.raw()) {
			continue
		}
		b.kind, b.style = heading, annex
		if i+1 == len(blocks) {
			continue
		}
		if next := blocks[i+1]; next.marker == "" && len(next.lines) <= 3 && !endsSentence(next.raw()) &&
			!isLabel(next.raw()) && wordCount(next.raw()) <= 25 {
			b.lines = append(b.lines, next.lines...)
			i++
		}
	}
	return out
}

// markMastheads leaves the last of several capital headings without text
// between them as the heading; those above it name the body and the series.
func markMastheads(blocks []*block) {
	for i, b := range blocks {
		if i+1 < len(blocks) && b.style == capitals && blocks[i+1].style == capitals {
			b.kind = masthead
		}
	}
}

// markBylines finds the short lines that sign a paper directly below its title.
func markBylines(blocks []*block, width int) {
	for i := 1; i+1 < len(blocks); i++ {
		above, b := blocks[i-1], blocks[i]
		if above.kind != heading || above.style != capitals || b.kind != prose || !b.loose || !blocks[i+1].loose {
			continue
		}
		if by := strings.HasPrefix(b.lines[0].text, "By "); len(b.lines) > 6 || len(b.lines) == 1 && !by {
			continue
		}
		signs := true
		for _, l := range b.lines {
			first, _ := utf8.DecodeRuneInString(l.text)
			signs = signs && unicode.IsUpper(first) && utf8.RuneCountInString(l.text)*10 < width*7 &&
				!strings.ContainsRune(proseEnding, lastRune(l.text))
		}
		if signs {
			b.kind = byline
		}
	}
}

// depth returns the level of a heading of style s below the open headings, and
// those of them that stay open.
func depth(open []style, s style) ([]style, int) {
	if strings.HasPrefix(string(s), "#") {
		for len(open) > 0 && len(open[len(open)-1]) >= len(s) {
			open = open[:len(open)-1]
		}
		open = append(open, s)
		return open, len(open)
	}
	at := slices.Index(open, s)
	switch {
	case s == capitals:
		at = 0
	case s == annex:
		// An annex belongs to the paper that it follows: one level below its
		// title, beside the paper's own sections.
		at = 0
		if len(open) > 0 && open[0] == capitals {
			at = 1
		}
	case s == label && at < 0:
		at = slices.Index(open, plain)
	}
	if at < 0 {
		at = len(open)
	}
	open = append(open[:min(at, len(open)):min(at, len(open))], s)
	return open, len(open)
}

// readRoman reads a Roman numeral that a scanner may have damaged: I is often
// read as 1, l, | or !. 0: it is none.
func readRoman(s string) int {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune("1l|!", r) {
			return 'I'
		}
		return r
	}, s)
	for n := 1; n <= 60; n++ {
		if toRoman(n) == s {
			return n
		}
	}
	return 0
}

func toRoman(n int) string {
	var b strings.Builder
	for _, d := range []struct {
		value int
		sign  string
	}{{50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= d.value {
			b.WriteString(d.sign)
			n -= d.value
		}
	}
	return b.String()
}

// mendNumerals returns the Roman numerals of headings that follow each other,
// given as printed. A numeral that lost a letter is mended when its neighbours
// leave no doubt: it is one letter away from the expected one, and the next is
// the one expected after it.
func mendNumerals(printed []string) []int {
	read := make([]int, len(printed))
	for i, p := range printed {
		read[i] = readRoman(p)
	}
	for i := 1; i < len(read); i++ {
		want := read[i-1] + 1
		if read[i-1] == 0 || read[i] == want {
			continue
		}
		following := i+1 < len(read) && read[i+1] == want+1
		if (following || read[i] == 0) && oneLetterAway(printed[i], toRoman(want)) {
			read[i] = want
		}
	}
	return read
}

// oneLetterAway reports whether a becomes b by adding, dropping or changing one
// letter.
func oneLetterAway(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i < len(a) && a[i+1:] == b[i+1:]
	}
	return a[i:] == b[i+1:]
}
