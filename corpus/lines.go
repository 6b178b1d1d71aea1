package corpus

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A line is one line of the source without the white space around it.
type line struct {
	span   Span
	text   string
	indent int  // how many white-space bytes stand before it
	page   int  // counted from 1; 0: the source has no pages
	top    bool // the first line of a page
	skip   bool // a page number or a running header: not part of the text
}

func (l line) blank() bool { return l.text == "" }

// splitLines cuts src at its line ends (LF, CRLF, CR) and form feeds. It
// reports whether there was any form feed; a line after one is top.
func splitLines(src []byte) (lines []line, paged bool) {
	at := 0
	if bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
		at = 3
	}
	top := true
	for at < len(src) {
		end := at
		for end < len(src) && src[end] != '\n' && src[end] != '\r' && src[end] != '\f' {
			end++
		}
		l := trimmed(src, Span{at, end})
		l.top = top
		top = false
		lines = append(lines, l)
		if end < len(src) && src[end] == '\f' {
			paged, top = true, true
		}
		at = end + 1
		if end+1 < len(src) && src[end] == '\r' && src[end+1] == '\n' {
			at++
		}
	}
	return lines, paged
}

func trimmed(src []byte, s Span) line {
	start := s.Start
	for s.Start < s.End {
		r, n := utf8.DecodeRune(src[s.Start:s.End])
		if !unicode.IsSpace(r) && !unicode.IsControl(r) {
			break
		}
		s.Start += n
	}
	for s.End > s.Start {
		r, n := utf8.DecodeLastRune(src[s.Start:s.End])
		if !unicode.IsSpace(r) && !unicode.IsControl(r) {
			break
		}
		s.End -= n
	}
	return line{span: s, text: string(src[s.Start:s.End]), indent: s.Start - start}
}

// paginate gives each line its page and reports how many pages there are; 0
// when nothing in the source tells. Pages end at form feeds; where there are
// none, scans that were saved as text mark a page in one of two ways, and both
// are looked for: a line that alone begins with a single space, and a run of
// three blank lines where no other run is longer than one.
func paginate(lines []line, paged bool) int {
	if !paged {
		starts := scanPages(lines)
		if starts == nil {
			return 0
		}
		for i := range lines {
			lines[i].top = false
		}
		for _, i := range starts {
			lines[i].top = true
		}
	}
	page := 0
	for i := range lines {
		if lines[i].top {
			page++
		}
		lines[i].page = max(1, page)
	}
	for page > 1 && pageEmpty(lines, page) {
		page--
	}
	return page
}

func pageEmpty(lines []line, page int) bool {
	for i := len(lines) - 1; i >= 0 && lines[i].page >= page; i-- {
		if !lines[i].blank() {
			return false
		}
	}
	return true
}

// scanPages returns the indexes of lines that begin a page, the first line of
// the source included, or nil when the source shows no pages.
func scanPages(lines []line) []int {
	spaced := spacedStarts(lines)
	gaps := gapStarts(lines)
	if len(spaced) == 0 && len(gaps) == 0 {
		return nil
	}
	candidates := append(slices.Clone(spaced), gaps...)
	candidates = append(candidates, 0)
	slices.Sort(candidates)
	candidates = slices.Compact(candidates)

	var lengths []int
	for i := 1; i < len(candidates); i++ {
		lengths = append(lengths, candidates[i]-candidates[i-1])
	}
	if len(lengths) < 2 {
		return nil
	}
	slices.Sort(lengths)
	full := lengths[len(lengths)/2]

	// A page that does not end at a heading is full. A lone space in the middle
	// of one is something else: a bullet whose glyph was lost, say.
	starts := []int{0}
	for _, c := range candidates[1:] {
		short := 4*(c-starts[len(starts)-1]) < 3*full
		if short && !slices.Contains(gaps, c) && !opensSection(lines[c].text) {
			continue
		}
		starts = append(starts, c)
	}
	return starts
}

// spacedStarts returns the lines that begin with exactly one space, provided
// that the file's first line does too and that indentation is otherwise rare.
func spacedStarts(lines []line) []int {
	if len(lines) == 0 || lines[0].indent != 1 {
		return nil
	}
	var starts []int
	deeper := 0
	for i, l := range lines {
		if l.blank() {
			continue
		}
		switch {
		case l.indent == 1:
			starts = append(starts, i)
		case l.indent > 1:
			deeper++
		}
	}
	if deeper > len(starts)/4 || 10*len(starts) > len(lines) {
		return nil
	}
	return starts
}

// gapStarts returns the lines after runs of exactly three blank lines, provided
// that there are two such runs at least and no other run of several.
func gapStarts(lines []line) []int {
	var starts []int
	run := 0
	for i, l := range lines {
		if l.blank() {
			run++
			continue
		}
		switch {
		case run == 3 && i > 3:
			starts = append(starts, i)
		case run > 1 && i > run:
			return nil
		}
		run = 0
	}
	if len(starts) < 2 {
		return nil
	}
	return starts
}

// wrapWidth returns the width in characters to which the lines were broken, or
// 0 when each line is a paragraph of its own.
func wrapWidth(lines []line) int {
	var widths []int
	for _, l := range lines {
		if !l.blank() {
			widths = append(widths, utf8.RuneCountInString(l.text))
		}
	}
	if len(widths) < 3 {
		return 0
	}
	slices.Sort(widths)
	const broken = 150 // no typewriter, printer or mail program breaks lines later
	if w := widths[len(widths)*95/100]; w <= broken {
		return w
	}
	return 0
}

// dropFurniture marks page numbers and running headers and returns the printed
// number of each page that shows one. Where there is nothing else, as in a scan whose
// pages were only numbered, they are the text, and none is marked.
func dropFurniture(lines []line, pages int) map[int]int {
	defer unlessAll(lines)
	printed := make(map[int]int)
	if pages == 0 {
		dropStrays(lines)
		return printed
	}
	edges := pageEdges(lines)
	repeats := make(map[string]int) // in how many pages' edges a line stands
	for _, e := range edges {
		here := make(map[string]bool) // the edges of a short page overlap
		for _, side := range e {
			for _, i := range side {
				here[digitless(lines[i].text)] = true
			}
		}
		for text := range here {
			repeats[text]++
		}
	}
	for page, e := range edges {
		for _, side := range e {
			for _, i := range side {
				n, numbered := pageNumber(lines[i].text)
				if !numbered && !runs(lines[i].text, repeats[digitless(lines[i].text)], pages) {
					break
				}
				lines[i].skip = true
				if numbered {
					printed[page] = n
				}
			}
		}
	}
	return printed
}

// unlessAll takes the marks back when all lines that are not blank have one.
func unlessAll(lines []line) {
	if slices.ContainsFunc(lines, func(l line) bool { return !l.skip && !l.blank() }) {
		return
	}
	for i := range lines {
		lines[i].skip = false
	}
}

// dropStrays marks the page numbers that are all that is left of the pages: a number
// on a line of its own, a blank line beside it, a page away from the number before
// or after it, or amid a sentence that runs on over it.
func dropStrays(lines []line) {
	const shortest, longest = 25, 150 // lines of a page
	type stray struct{ at, number int }
	var strays []stray
	for i := 1; i+1 < len(lines); i++ {
		if l := lines[i]; len(l.text) <= 3 && allDigits(l.text) && (lines[i-1].blank() || lines[i+1].blank()) {
			n, _ := strconv.Atoi(l.text)
			strays = append(strays, stray{i, n})
		}
	}
	pageApart := func(a, b stray) bool {
		return b.number == a.number+1 && shortest <= b.at-a.at && b.at-a.at <= longest
	}
	for i, s := range strays {
		lines[s.at].skip = i > 0 && pageApart(strays[i-1], s) || i+1 < len(strays) && pageApart(s, strays[i+1]) ||
			amidSentence(lines, s.at)
	}
}

// amidSentence reports whether a sentence runs on over line i.
func amidSentence(lines []line, i int) bool {
	before, after := i-1, i+1
	for before > 0 && lines[before].blank() {
		before--
	}
	for after+1 < len(lines) && lines[after].blank() {
		after++
	}
	last, _ := utf8.DecodeLastRuneInString(lines[before].text)
	first, _ := utf8.DecodeRuneInString(lines[after].text)
	return (unicode.IsLetter(last) || last == ',') && unicode.IsLower(first) &&
		wordCount(lines[before].text) > 3 && wordCount(lines[after].text) > 3
}

// pageEdges returns for each page the indexes of its first lines, from the top
// down, and of its last ones, from the bottom up.
func pageEdges(lines []line) map[int][2][]int {
	const depth = 3 // lines that headers and footers have at most
	byPage := make(map[int][]int)
	for i, l := range lines {
		if !l.blank() {
			byPage[l.page] = append(byPage[l.page], i)
		}
	}
	edges := make(map[int][2][]int, len(byPage))
	for page, on := range byPage {
		n := min(depth, len(on)/2+1)
		last := slices.Clone(on[len(on)-n:])
		slices.Reverse(last)
		edges[page] = [2][]int{on[:n], last}
	}
	return edges
}

// runs reports whether a line that stands at the edge of n of so many pages,
// digits aside, is a running header or footer. One that holds digits, such as
// "GENERAL SUMMARY, p. 5", may run through a single chapter.
func runs(text string, n, pages int) bool {
	letters, digits := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
		} else if unicode.IsDigit(r) {
			digits++
		}
	}
	if n < 3 || letters < 4 && digits < 5 {
		return false // "1." at the top of three pages is a list
	}
	return 3*n >= pages || digits > 0 && utf8.RuneCountInString(text) <= 80
}

// pageNumber reads a line that holds nothing but a page number, such as "37",
// "- 37 -" or "2/9".
func pageNumber(s string) (int, bool) {
	s = strings.Trim(s, "-–— ")
	if before, after, ok := strings.Cut(s, "/"); ok && allDigits(after) {
		s = before // "2/9": the second of nine
	}
	if len(s) == 0 || len(s) > 4 {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n > 0
}

// digitless is s with each number as #, however long.
func digitless(s string) string { return digitRun.ReplaceAllString(s, "#") }

var digitRun = regexp.MustCompile(`\d+`)

// pageLabels spreads the printed page numbers over the pages that follow from
// them: a run is unbroken while no part begins on the later of two pages, since
// a blank page may stand before a new part. opens tells which pages open one.
// Where printed numbers of one run contradict each other none is trusted.
func pageLabels(printed map[int]int, pages int, opens func(page int) bool) map[int]string {
	labels := make(map[int]string)
	for first := 1; first <= pages; {
		last := first
		for last < pages && !opens(last+1) {
			last++
		}
		offset, found, agree := 0, false, true
		for p := first; p <= last; p++ {
			if n, ok := printed[p]; ok {
				agree = agree && (!found || n-p == offset)
				offset, found = n-p, true
			}
		}
		if found && agree && first+offset > 0 {
			for p := first; p <= last; p++ {
				labels[p] = strconv.Itoa(p + offset)
			}
		}
		first = last + 1
	}
	return labels
}
