package corpus

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// frontMatter is how many words into a document its title is looked for: behind a
// preface of two pages, and before its first example of a letterhead.
const frontMatter = 1000

// title is the document's own title: that of its title page; a heading that it opens
// with; what stands above its table of contents; or else its file name.
func (r *reader) title() string {
	acronym := acronyms(r.blocks)
	front := r.front()
	return cmp.Or(r.mastheadTitle(front, acronym), r.openingTitle(acronym), contentsTitle(front), nameOf(r.doc.Card.File))
}

// mastheadTitle is the last line of the masthead in front, with the heading below
// where the title page goes on after it; "" where there is none.
func (r *reader) mastheadTitle(front []*block, acronym func(string) bool) string {
	for i, b := range front {
		if b.kind != masthead || r.blocks[i+1].kind == masthead {
			continue
		}
		title := asTitle(b.text.text, acronym)
		if i+2 < len(r.blocks) && r.blocks[i+2].continuesTitlePage() {
			title += ", " + r.headingTitle(r.blocks[i+1], acronym)
		}
		return title
	}
	return ""
}

// openingTitle is the heading that the document opens with, unless it is a numbered
// one, or a line of a word or two.
func (r *reader) openingTitle(acronym func(string) bool) string {
	if len(r.blocks) == 0 || r.blocks[0].kind != heading {
		return ""
	}
	b := r.blocks[0]
	if b.style == capitals || b.style == "#" || b.style == plain && wordCount(b.text.text) > 2 {
		return r.headingTitle(b, acronym)
	}
	return ""
}

// contentsTitle is what stands right above the table of contents in front; "" where
// that does not read as a title.
func contentsTitle(front []*block) string {
	i := slices.IndexFunc(front, func(b *block) bool { return b.kind == contents })
	if i > 0 && front[i-1].readsAsTitle() {
		return front[i-1].text.text
	}
	return ""
}

// nameOf is a file's name without its ending, and with spaces for what is no
// character.
func nameOf(file string) string {
	base := path.Base(file)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.TrimSuffix(base, path.Ext(base)))
}

// front is the blocks that begin within the front matter.
func (r *reader) front() []*block {
	words := 0
	for i, b := range r.blocks {
		if words > frontMatter {
			return r.blocks[:i]
		}
		words += wordCount(b.text.text)
	}
	return r.blocks
}

// continuesTitlePage reports whether b, below a heading, says when and where, say,
// and is no text yet.
func (b *block) continuesTitlePage() bool {
	return b.kind == prose && !endsSentence(b.raw()) && wordCount(b.raw()) <= 15 || b.kind == heading && b.style == plain
}

// readsAsTitle reports whether b may be a title though it is set as text.
func (b *block) readsAsTitle() bool {
	text := b.text.text
	first, _ := utf8.DecodeRuneInString(text)
	words := wordCount(text)
	return (b.kind == prose || b.kind == heading) && b.marker == "" && unicode.IsUpper(first) && 3 <= words && words <= 40 &&
		!strings.ContainsRune(proseEnding, lastRune(text)) && !strings.Contains(text, "|")
}

// small words stay in lower case inside a title.
var small = map[string]bool{
	"a": true, "an": true, "and": true, "as": true, "at": true, "but": true, "by": true, "for": true, "from": true,
	"in": true, "into": true, "nor": true, "of": true, "on": true, "or": true, "per": true, "the": true, "to": true,
	"upon": true, "via": true, "with": true,
	// Ones of other languages that no English title has for another word.
	"à": true, "au": true, "aux": true, "de": true, "des": true, "du": true, "et": true, "del": true, "und": true,
}

// asTitle sets a title printed in capitals as a title is written elsewhere.
// acronym tells which words are written in capitals in running text too.
func asTitle(s string, acronym func(word string) bool) string {
	words := strings.Split(s, " ")
	opens := true
	for i, w := range words {
		if small[strings.ToLower(w)] && !opens && !acronym(w) {
			words[i] = strings.ToLower(w)
		} else {
			words[i] = asTitleWord(w, acronym)
		}
		opens = strings.HasSuffix(w, ":") || strings.HasSuffix(w, "–") || strings.HasSuffix(w, "—")
	}
	return strings.Join(words, " ")
}

// asTitleWord raises the first letter of w and of what follows its hyphens and
// strokes; acronyms among these stay as they are.
func asTitleWord(w string, acronym func(string) bool) string {
	var b strings.Builder
	for start := 0; start < len(w); {
		end := len(w)
		if i := strings.IndexAny(w[start:], "-/"); i >= 0 {
			end = start + i + 1
		}
		part := w[start:end]
		bare := strings.TrimFunc(part, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		switch lower := strings.ToLower(part); {
		case acronym(bare):
			b.WriteString(part)
		case start > 0 && small[strings.ToLower(bare)]:
			b.WriteString(lower)
		default:
			b.WriteString(capitalize(lower))
		}
		start = end
	}
	return b.String()
}

// capitalize raises the first letter of s, unless a digit stands before it.
func capitalize(s string) string {
	for at, r := range s {
		if unicode.IsLetter(r) {
			return s[:at] + string(unicode.ToUpper(r)) + s[at+utf8.RuneLen(r):]
		}
		if unicode.IsDigit(r) {
			break
		}
	}
	return s
}
