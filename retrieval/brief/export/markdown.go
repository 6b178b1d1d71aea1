package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Markdown writes a paper as CommonMark with the footnotes that most readers of
// Markdown know, and metadata at its head. Marked words are bold, small print
// is ordinary print, and an anchor is an empty HTML element, since Markdown has
// none of these. It fails only when w does.
func Markdown(w io.Writer, p Paper) error {
	m := markdown{paper: tidy(p)}
	m.head()
	entries, first := m.paper.contents()
	for i, b := range m.paper.Blocks {
		if i == first {
			m.contents(entries, i > 0)
		}
		if i > 0 && (b.Kind != Item || m.paper.Blocks[i-1].Kind != Item) {
			m.WriteByte('\n')
		}
		m.block(b)
	}
	for i, note := range m.notes {
		fmt.Fprintf(&m, "\n[^%d]: ", i+1)
		m.runs(note, "    ", true)
		m.WriteByte('\n')
	}
	if _, err := w.Write(m.Bytes()); err != nil {
		return fmt.Errorf("writing Markdown: %w", err)
	}
	return nil
}

// A markdown is a Markdown file in the making.
type markdown struct {
	bytes.Buffer
	paper Paper
	notes [][]Run // called so far
}

// head writes what the file says of itself, as YAML between lines of hyphens,
// and the title. A property called title, or date, would be shown as well by all
// that know it, such as pandoc, which knows pagetitle too.
func (m *markdown) head() {
	m.WriteString("---\n")
	m.property("pagetitle", m.paper.Title)
	m.property("lang", m.paper.Language)
	m.WriteString("---\n\n")
	if m.paper.Title != "" {
		fmt.Fprintf(m, "# %s\n\n", escapeMarkdown(m.paper.Title, place{last: true, formula: formula(m.paper.Title)}))
	}
	if m.paper.Subtitle != "" {
		fmt.Fprintf(m, "%s\n\n", escapeMarkdown(m.paper.Subtitle, place{first: true, fresh: true, last: true, formula: formula(m.paper.Subtitle)}))
	}
}

// property writes a line of YAML, whose quoted strings include JSON's.
func (m *markdown) property(name, value string) {
	if value == "" {
		return
	}
	quoted := json.NewEncoder(m)
	quoted.SetEscapeHTML(false)
	m.WriteString(name + ": ")
	quoted.Encode(value) // ends the line; a string has an encoding always
}

// contents writes the list of contents, if there is any, and an empty line before
// or behind it.
func (m *markdown) contents(entries []entry, below bool) {
	if len(entries) == 0 {
		return
	}
	if below {
		m.WriteByte('\n')
	}
	fmt.Fprintf(m, "## %s\n\n", escapeMarkdown(m.paper.Contents, place{last: true, formula: formula(m.paper.Contents)}))
	for _, e := range entries {
		indent := strings.Repeat("  ", e.Level-1)
		m.WriteString(indent + "- ")
		m.runs([]Run{{Text: e.Text, Link: "#" + e.Anchor}}, indent+"  ", true)
		m.WriteByte('\n')
	}
	if !below {
		m.WriteByte('\n')
	}
}

// block writes a block and ends its line.
func (m *markdown) block(b Block) {
	first, next := "", "" // what its first line and the others begin with
	switch b.Kind {
	case Heading:
		first = strings.Repeat("#", b.Level+1) + " "
	case Quote:
		first, next = "> ", "> "
	case Item:
		first, next = "- ", "  "
	}
	m.WriteString(first)
	if b.Anchor != "" {
		fmt.Fprintf(m, `<a id="%s"></a>`, b.Anchor)
	}
	m.runs(b.Runs, next, b.Kind != Heading && b.Anchor == "")
	m.WriteByte('\n')
}

// runs writes a text, each of whose lines but the first begins with next. fresh
// says that a list or the like would begin on its first line.
func (m *markdown) runs(runs []Run, next string, fresh bool) {
	at := place{formula: formula(plainText(runs))}
	for i, r := range runs {
		lines := strings.Split(r.Text, "\n")
		for j, line := range lines {
			if j > 0 {
				m.breakLine(next)
				fresh = true
			}
			if fresh {
				line = strings.TrimLeft(line, " ")
			}
			after := '\n'
			if j == len(lines)-1 {
				after = nextRune(r, runs[i+1:])
			}
			at.first, at.fresh = fresh && i+j == 0, fresh
			m.styled(r, line, at, after)
			fresh = fresh && line == ""
		}
		if r.Note != nil {
			m.notes = append(m.notes, r.Note)
			fmt.Fprintf(m, "[^%d]", len(m.notes))
			fresh = false
		}
	}
}

// breakLine ends a line within a paragraph with a backslash, or with two spaces
// where a backslash stands already: not all readers tell the two apart.
func (m *markdown) breakLine(next string) {
	end := "\\\n"
	if bytes.HasSuffix(m.Bytes(), []byte("\\")) {
		end = "  \n"
	}
	m.WriteString(end + next)
}

// nextRune returns what is written after the last line of a run, a letter when
// that is not plain text and may be anything.
func nextRune(r Run, rest []Run) rune {
	switch {
	case r.Note != nil:
		return '['
	case len(rest) == 0:
		return '\n'
	case rest[0].Text == "":
		return '[' // of its note
	case !alike(rest[0], Run{}):
		return 'x'
	}
	next, _ := utf8.DecodeRuneInString(rest[0].Text)
	return next
}

// styled writes a piece of a line as the run looks, before the character after.
// Spaces at its ends are left outside, where emphasis needs them.
func (m *markdown) styled(r Run, line string, at place, after rune) {
	inner := strings.Trim(line, " ")
	if inner == "" {
		m.WriteString(line)
		return
	}
	start := strings.Index(line, inner)
	m.WriteString(line[:start])
	spaces := line[start+len(inner):]
	at.last = spaces != "" || after == '\n'
	text := escapeMarkdown(inner, at)
	if r.Link != "" {
		open, end := emphasis(r, inner, '[', ']')
		fmt.Fprintf(m, "[%s%s%s](%s)", open, text, end, strings.ReplaceAll(r.Link, "&", "&amp;"))
	} else {
		if spaces != "" {
			after = ' '
		}
		before, _ := utf8.DecodeLastRune(m.Bytes())
		open, end := emphasis(r, inner, before, after)
		m.WriteString(open + text + end)
	}
	m.WriteString(spaces)
}

// emphasis returns what goes around a text that is to stand out between two
// characters. Asterisks count as emphasis where a letter or digit is inside or
// white space or punctuation outside, unless more asterisks stand beside them
// (CommonMark 0.31, section 6.2). Elsewhere only HTML is sure to.
func emphasis(r Run, text string, before, after rune) (open, end string) {
	bold := r.Bold || r.Marked
	head, _ := utf8.DecodeRuneInString(text)
	tail, _ := utf8.DecodeLastRuneInString(text)
	outside := func(r rune) bool { return r == ' ' || r == '\n' || unicode.IsPunct(r) }
	stars := !unicode.IsSpace(head) && !unicode.IsSpace(tail) && (inWord(head) || outside(before)) &&
		(inWord(tail) || outside(after)) && before != '*'
	switch {
	case stars && bold && r.Italic:
		return "***", "***"
	case stars && bold:
		return "**", "**"
	case stars && r.Italic:
		return "*", "*"
	case bold && r.Italic:
		return "<strong><em>", "</em></strong>"
	case bold:
		return "<strong>", "</strong>"
	case r.Italic:
		return "<em>", "</em>"
	}
	return "", ""
}

var (
	listNumber = regexp.MustCompile(`^(?:\(?(?:[0-9]+|[a-zA-Z]|[ivxlcdm]+|[IVXLCDM]+)\)|(?:[0-9]+|[a-z]|[ivxlcdm]+|#)\.)(?: |$)`)
	firstItem  = regexp.MustCompile(`^0*1[.)](?: |$)`) // of the only lists by number that begin within a paragraph
	emoji      = regexp.MustCompile(`^:[A-Za-z0-9_+-]+:`)
	entity     = regexp.MustCompile(`^&(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#[xX][0-9A-Fa-f]+);`)
	omission   = regexp.MustCompile(`^\[…\](?:[^[({:]|$)`)
)

// A place is where a piece of a line stands.
type place struct {
	first   bool // it begins the block, where all lists do
	fresh   bool // it begins a line, where some lists, headings and the like do
	last    bool // nothing stands after it
	formula bool // two dollar signs stand in its block, so that they could enclose a formula
}

// escapeMarkdown returns a line's text, or a piece of it, so that it is read as
// text alone: by CommonMark, and by those who add tables, crossed-out and
// highlighted words, formulas, comments, superscripts, lists by letters,
// attributes, emoji and addresses that become links. No more is escaped than must
// be, so that the file can be read as it is.
func escapeMarkdown(text string, at place) string {
	number := -1 // where the number of a list ends
	switch {
	case at.first:
		number = len(strings.TrimSuffix(listNumber.FindString(text), " ")) - 1
	case at.fresh:
		number = len(strings.TrimSuffix(firstItem.FindString(text), " ")) - 1
	}
	var out strings.Builder
	plain := 0 // up to where nothing is to be escaped
	for i, r := range text {
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		rest := text[i:]
		after, size := utf8.DecodeRuneInString(rest[utf8.RuneLen(r):])
		begins, ends := at.fresh && i == 0, size == 0
		escape := false
		switch r {
		case '\\', '`', '*', ']', '|', '~', '{':
			escape = true
		case '[':
			if omission.MatchString(rest) && (at.last || len(rest) > len("[…]")) {
				plain = i + len("[…]")
			}
			escape = true
		case '_':
			escape = !inWord(before) || !inWord(after)
		case '$':
			escape = at.formula
		case '<':
			escape = ends && !at.last || unicode.IsLetter(after) || strings.ContainsRune("/!?", after)
		case '>':
			escape = begins
		case '+', '-':
			escape = begins && (ends || after == ' ' || after == r)
		case '=':
			escape = begins || after == '='
		case '%':
			escape = after == '%'
		case '#':
			escape = i == 0 || before == ' '
		case ':':
			escape = begins || strings.HasPrefix(rest, "://") || emoji.MatchString(rest)
		case '!':
			escape = ends && !at.last
		case '&':
			escape = entity.MatchString(rest)
		case '.', ')':
			escape = i == number || r == '.' && i >= 3 && strings.EqualFold(text[i-3:i], "www")
		case '@':
			escape = !ends && after != ' '
		case '^':
			escape = ends && !at.last || !ends && after != ' '
		}
		if escape && i >= plain {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// formula reports whether two dollar signs stand in the text of a block, which
// could enclose a formula.
func formula(text string) bool { return strings.Count(text, "$") > 1 }

// inWord reports whether a character is one of a word's, between which a line
// below is but that.
func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
