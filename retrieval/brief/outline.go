package brief

import (
	"bufio"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/retrieval/answer"
)

var (
	hashes = regexp.MustCompile(`^(#{1,6})\s+(.*?)\s*#*$`)
	// How an item of a list opens: a bullet, a number or a letter.
	bullet = regexp.MustCompile(`^(?:[-*+•–]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s+`)
)

// Outline reads an outline: headings, and beneath each the questions or topics to
// look up, one a line. A heading opens with #, as in Markdown, or is a line that
// items follow: lines that open with a bullet or a number, or are indented. A
// heading with nothing beneath is looked up itself. When the outline opens with the only
// heading of its highest level, that is the briefing's title. The error is an
// answer.QuestionError when there is nothing to look up, or r is no text.
func Outline(r io.Reader) (Request, error) {
	lines, err := outlineLines(r)
	if err != nil {
		return Request{}, err
	}
	var out Request
	if i := onlyTop(lines); i == 0 && len(lines) > 1 {
		out.Title, lines = lines[0].text, lines[1:]
	}
	top := topLevel(lines)
	beneath := 1 // the level of what stands beneath the last heading
	for i, l := range lines {
		h := Heading{Title: capital(l.text), Level: beneath, Query: l.text}
		if l.level > 0 {
			h.Title, h.Level, beneath = l.text, min(2, l.level-top+1), 2
			if i+1 < len(lines) && (lines[i+1].level == 0 || lines[i+1].level > l.level) {
				h.Query = "" // it is what stands beneath that is looked up
			}
		}
		out.Headings = append(out.Headings, h)
	}
	return out, out.check()
}

// An outlineLine is a heading of some level, or an item, whose level is 0.
type outlineLine struct {
	text  string
	level int
}

// longestOutline bounds what is read, in bytes.
const longestOutline = 1 << 20

func outlineLines(r io.Reader) ([]outlineLine, error) {
	data, err := io.ReadAll(io.LimitReader(r, longestOutline+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > longestOutline:
		return nil, answer.QuestionError("The outline is longer than 1 MiB. Give headings and questions alone.")
	case !utf8.Valid(data):
		return nil, answer.QuestionError("The outline is not UTF-8. Save the file as UTF-8.")
	}
	var lines []outlineLine
	scan := bufio.NewScanner(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff")))
	scan.Buffer(nil, longestOutline+1)
	for scan.Scan() {
		line := scan.Text()
		bare := strings.TrimSpace(line)
		item := bullet.ReplaceAllString(bare, "")
		switch m := hashes.FindStringSubmatch(bare); {
		case strings.IndexFunc(bare, isWordRune) < 0:
		case m != nil:
			lines = append(lines, outlineLine{m[2], len(m[1])})
		case item != bare || unicode.IsSpace(rune(line[0])):
			if n := len(lines); n > 0 && lines[n-1].level == -1 {
				lines[n-1].level = plainHeading
			}
			lines = append(lines, outlineLine{item, 0})
		default:
			lines = append(lines, outlineLine{bare, -1})
		}
	}
	for i := range lines {
		lines[i].level = max(0, lines[i].level) // no items followed: to be looked up
	}
	return lines, scan.Err()
}

// plainHeading is the level of a heading without #.
const plainHeading = 2

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// topLevel is the highest level of any heading, which has the lowest number; 0:
// there is none.
func topLevel(lines []outlineLine) int {
	top := 0
	for _, l := range lines {
		if l.level > 0 && (top == 0 || l.level < top) {
			top = l.level
		}
	}
	return top
}

// onlyTop is the line of the only heading of the highest level; -1 when there are
// several, or none.
func onlyTop(lines []outlineLine) int {
	found, top := -1, topLevel(lines)
	for i, l := range lines {
		if l.level > 0 && l.level == top {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// capital is text with its first letter in upper case.
func capital(text string) string {
	first, n := utf8.DecodeRuneInString(text)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[n:]
}
