package answer

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/corpus"
)

// A written is a sentence as a language model wrote it, taken apart.
type written struct {
	text  string // without its marks
	parts []part // where marks stand inside it, else one
}

// A part is a piece of a sentence and the marks behind it.
type part struct {
	text  string
	marks []int // as they were written, which may be none that were given
}

// marks are those of all parts.
func (w written) marks() []int {
	var all []int
	for _, p := range w.parts {
		all = append(all, p.marks...)
	}
	return all
}

// A reader cuts what a language model writes into sentences as it comes.
type reader struct{ rest string }

// longestWritten is the length in bytes of the longest sentence that is read as
// one. What is longer is cut, and falls.
const longestWritten = 1000

const (
	oneMark    = `\[ *\d{1,3}(?: *[,;] *\d{1,3})* *\]`
	runOfMarks = `(?:[ \t]*` + oneMark + `)+`
)

var (
	marks = regexp.MustCompile(runOfMarks)
	// Marks behind the full stop belong before it.
	lateMarks = regexp.MustCompile(`([.!?]["”’)]*)(` + runOfMarks + `)`)
	// What a list or a heading begins with.
	bullet = regexp.MustCompile(`^\s*(?:[-*•–#]+|\d{1,2}[.)])\s+`)
)

// read takes what was written next and returns the sentences that are complete.
func (r *reader) read(piece string) []written {
	r.rest = lateMarks.ReplaceAllString(r.rest+piece, "$2$1")
	var out []written
	for {
		sentence, rest, ok := cut(r.rest)
		if !ok {
			return out
		}
		r.rest = rest
		out = appendWritten(out, sentence)
	}
}

// end returns what is left when nothing more comes.
func (r *reader) end() []written {
	var out []written
	for _, line := range strings.Split(r.rest, "\n") {
		for line != "" {
			sentence, rest, ok := cut(line)
			if !ok {
				sentence, rest = line, ""
			}
			line = rest
			out = appendWritten(out, sentence)
		}
	}
	r.rest = ""
	return out
}

// cut takes the first sentence off text, or reports that it may go on.
func cut(text string) (sentence, rest string, ok bool) {
	line, after, ended := strings.Cut(text, "\n")
	end := corpus.SentenceEnds(line)[0]
	// Marks may come yet, for all that can be seen.
	if behind := strings.TrimLeft(line[end:], " \t"); behind != "" && behind[0] != '[' {
		return text[:end], text[end:], true
	}
	switch {
	case ended:
		return line, after, true
	case len(line) > longestWritten:
		at := longestWritten
		for !utf8.RuneStart(line[at]) {
			at--
		}
		return line[:at], line[at:], true
	}
	return "", text, false
}

// appendWritten takes a sentence apart. What has no letter in it is none.
func appendWritten(out []written, sentence string) []written {
	sentence = strings.ToValidUTF8(sentence, string(unicode.ReplacementChar))
	sentence = strings.NewReplacer("**", "", "__", "").Replace(bullet.ReplaceAllString(sentence, ""))
	sentence = strings.TrimSpace(lateMarks.ReplaceAllString(sentence, "$2$1")) // "**Rain fell.** [2]"
	w := written{text: fold(marks.ReplaceAllString(sentence, ""))}
	if strings.IndexFunc(w.text, unicode.IsLetter) < 0 {
		return out
	}
	at := 0
	for _, span := range marks.FindAllStringIndex(sentence, -1) {
		text, found := fold(sentence[at:span[0]]), numbersIn(sentence[span[0]:span[1]])
		at = span[1]
		w.parts = append(w.parts, part{text, found})
	}
	tail := fold(sentence[at:])
	switch n := len(w.parts); {
	case strings.IndexFunc(tail, isWordRune) < 0 && n > 0:
		w.parts[n-1].text += tail
	default:
		// Words without a mark of their own: the marks are for the whole.
		w.parts = []part{{w.text, w.marks()}}
	}
	return append(out, w)
}

// numbersIn returns the numbers of marks.
func numbersIn(text string) []int {
	var out []int
	for _, digits := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsDigit(r) }) {
		if n, err := strconv.Atoi(digits); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// fold is text in one line, without what cannot be seen.
func fold(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
