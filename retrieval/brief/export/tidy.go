package export

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

var (
	anchorForm   = regexp.MustCompile(`^[a-z0-9-]+$`)
	languageForm = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`) // RFC 5646, section 2.1, without the rare forms
)

// How many characters are kept of a title, which is to leave room for the text, and
// of a header, which is to stay one line.
const (
	mostTitle  = 250
	mostHeader = 90
)

// tidy returns the paper as every writer takes it: a text without characters that
// some format cannot hold, a title and a header that are not too long, links that
// lead somewhere, anchors that stand once, levels from 1 to 3 of which none is passed
// over, and no run, note or block without anything in it.
func tidy(p Paper) Paper {
	anchors := map[string]bool{}
	for _, b := range p.Blocks {
		anchors[b.Anchor] = anchorForm.MatchString(b.Anchor)
	}
	out := Paper{
		Title: shortened(oneLine(p.Title), mostTitle), Subtitle: oneLine(p.Subtitle), Header: shortened(oneLine(p.Header), mostHeader),
		Contents: oneLine(p.Contents), Notes: oneLine(p.Notes), Language: tidyLanguage(p.Language), Date: p.Date.UTC().Truncate(time.Second),
	}
	given := map[string]bool{}
	var levels []int // of the heading and those above it, as they were given
	for _, b := range p.Blocks {
		block := Block{Kind: b.Kind, Runs: tidyRuns(b.Runs, anchors, true)}
		if language := tidyLanguage(b.Language); language != out.Language {
			block.Language = language
		}
		if anchors[b.Anchor] && !given[b.Anchor] {
			block.Anchor, given[b.Anchor] = b.Anchor, true
		}
		switch {
		case b.Kind == Heading:
			if len(block.Runs) > 0 {
				levels = nested(levels, min(max(b.Level, 1), 3))
			}
			block.Level = max(len(levels), 1)
			for i := range block.Runs {
				block.Runs[i].Text = strings.ReplaceAll(block.Runs[i].Text, "\n", " ")
			}
		case b.Kind < Text || b.Kind > Remark:
			block.Kind = Text
		}
		if len(block.Runs) > 0 || block.Anchor != "" {
			out.Blocks = append(out.Blocks, block)
		}
	}
	if out.Contents != "" {
		nameHeadings(out.Blocks, given)
	}
	return out
}

// nested returns levels, those of a heading and of the ones above it, with level
// for that of the next: it lies below the last that is less deep.
func nested(levels []int, level int) []int {
	for len(levels) > 0 && levels[len(levels)-1] >= level {
		levels = levels[:len(levels)-1]
	}
	return append(levels, level)
}

// tidyLanguage returns a language that is named as BCP 47 names them, else "".
func tidyLanguage(language string) string {
	if !languageForm.MatchString(language) {
		return ""
	}
	return language
}

// tidyRuns does the same for the runs of a block, whose notes are kept, or of a
// note, which calls none itself. Runs that look alike become one, so that a
// writer sees in one piece what a reader does.
func tidyRuns(runs []Run, anchors map[string]bool, notes bool) []Run {
	var out []Run
	for _, r := range runs {
		r.Text, r.Link = clean(r.Text), tidyLink(r.Link, anchors)
		if notes {
			r.Note = tidyRuns(r.Note, anchors, false)
		} else {
			r.Note = nil
		}
		switch last := len(out) - 1; {
		case r.Text == "" && r.Note == nil:
		case last >= 0 && out[last].Note == nil && alike(out[last], r):
			out[last].Text += r.Text
			out[last].Note = r.Note
		default:
			out = append(out, r)
		}
	}
	return trim(out)
}

// alike reports whether two runs look the same.
func alike(a, b Run) bool {
	return a.Bold == b.Bold && a.Italic == b.Italic && a.Marked == b.Marked && a.Link == b.Link
}

// trim takes the white space off both ends of a text, which no format shows.
func trim(runs []Run) []Run {
	empty := func(r Run) bool { return r.Text == "" && r.Note == nil }
	for i := range runs {
		runs[i].Text = strings.TrimLeft(runs[i].Text, " \n")
		if !empty(runs[i]) {
			break
		}
	}
	for i := len(runs) - 1; i >= 0; i-- {
		runs[i].Text = strings.TrimRight(runs[i].Text, " \n")
		if !empty(runs[i]) {
			break
		}
	}
	return slices.DeleteFunc(runs, empty)
}

// tidyLink returns where a run leads, "" when that is neither an anchor of the
// paper nor an address on the web. What may not stand in an address as it is
// (RFC 3986, section 2), and what would end one in some format, is written by its
// bytes.
func tidyLink(link string, anchors map[string]bool) string {
	if anchor, ok := strings.CutPrefix(link, "#"); ok {
		if anchors[anchor] {
			return link
		}
		return ""
	}
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	var out strings.Builder
	for _, c := range []byte(u.String()) {
		if c <= ' ' || c >= utf8.RuneSelf-1 || strings.IndexByte("\"'()<>\\^`{|}", c) >= 0 {
			const hex = "0123456789ABCDEF"
			out.Write([]byte{'%', hex[c>>4], hex[c&15]})
			continue
		}
		out.WriteByte(c)
	}
	return out.String()
}

// clean returns a text whose lines end in line feeds alone, without tabs, soft
// hyphens and what turns the direction of all that follows, and with U+FFFD for
// bytes that are not UTF-8 and for characters that are none to a reader: controls,
// and what XML 1.0 forbids (section 2.2).
func clean(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return '\n'
		case r == '\t':
			return ' '
		case r == '\u00ad' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069':
			return -1
		case r < ' ' || r >= '\u007f' && r < '\u00a0' || r&0xFFFE == 0xFFFE:
			return utf8.RuneError
		}
		return r
	}, text)
}

// oneLine returns a clean text without line breaks and doubled spaces.
func oneLine(text string) string {
	words := strings.FieldsFunc(clean(text), func(r rune) bool { return r == ' ' || r == '\n' })
	return strings.Join(words, " ")
}

// shortened returns a text of at most so many characters, with an ellipsis for
// the words that are left out.
func shortened(text string, most int) string {
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	kept := string(letters[:most-1])
	if i := strings.LastIndexByte(kept, ' '); i > len(kept)/2 {
		kept = kept[:i]
	}
	return strings.TrimRight(kept, " ") + "…"
}

// leads reports whether the i-th block of a tidy paper is about the next, so that
// no page should end between them: a heading, the small print right below it, and
// a paragraph that ends in a colon.
func (p Paper) leads(i int) bool {
	b := p.Blocks[i]
	switch {
	case i+1 == len(p.Blocks):
		return false
	case b.Kind == Heading:
		return true
	case b.Kind == Remark && i > 0 && p.Blocks[i-1].Kind == Heading:
		return true
	}
	return b.Kind != Quote && len(b.Runs) > 0 && strings.HasSuffix(b.Runs[len(b.Runs)-1].Text, ":")
}
