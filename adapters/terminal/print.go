package terminal

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"

	"rapporteur/adapters/chat"
)

// write writes text as it is. After a failure it writes nothing more.
func (t *terminal) write(text string) {
	if t.err == nil {
		_, t.err = io.WriteString(t.out, text)
	}
}

// print writes a reply, part after part, and an empty line after it.
func (t *terminal) print(r chat.Reply) {
	if r.Understood != "" {
		t.paragraph(chat.SayUnderstood(r.Understood), 0)
	}
	if r.Within != "" {
		t.paragraph(chat.SayWithin(r.Within), 0)
	}
	t.paragraph(r.Notice, 0)
	for _, s := range r.Sentences {
		t.sentence(s)
	}
	for _, c := range r.Cards {
		t.paragraph(fmt.Sprintf("[%d] %s", c.N, c.Reference()), 4)
		t.paragraph(c.Link, 4)
		if len(r.Sentences) > 0 && !r.Written {
			continue // the quotation stands above
		}
		t.paragraph(c.Before, 6)
		t.paragraph("“"+c.Quote+"”", 6)
		t.paragraph(c.After, 6)
	}
	for _, p := range r.Prompts {
		t.paragraph("• "+p, 2)
	}
	t.write("\n")
}

// printRest writes what is left of a reply whose sentences were told already, or all
// of it where it became another.
func (t *terminal) printRest(r chat.Reply) {
	rest := r
	if len(t.told) > 0 && reflect.DeepEqual(t.told, r.Sentences) {
		rest.Sentences = nil
	}
	t.told = nil
	t.print(rest)
}

func (t *terminal) sentence(s chat.Sentence) { t.paragraph(s.String(), 2) }

// paragraph writes text in lines that fit, indented by so many columns.
func (t *terminal) paragraph(text string, indent int) {
	if text == "" {
		return
	}
	for _, line := range wrap(text, t.width-indent) {
		t.write(strings.Repeat(" ", indent) + line + "\n")
	}
}

// wrap is Wrap for text that anybody may have written: what a terminal acts on
// must not reach it. Plain is applied here once more, whoever wrote the text.
func wrap(text string, room int) []string { return Wrap(chat.Plain(text), room) }

// Wrap returns text as lines of at most room columns. It breaks at spaces alone,
// and at none that is a no-break space, which comes out as a space; a word that is
// longer has a line to itself. Each newline of text is kept.
func Wrap(text string, room int) []string {
	const noBreak = '\u00a0'
	var lines []string
	for part := range strings.SplitSeq(text, "\n") {
		line, columns := "", 0
		words := strings.FieldsFunc(part, func(r rune) bool { return r != noBreak && unicode.IsSpace(r) })
		for _, word := range words {
			word = strings.ReplaceAll(word, string(noBreak), " ") // it has done its work
			width := uniseg.StringWidth(word)
			if line != "" && columns+1+width > room {
				lines = append(lines, line)
				line, columns = "", 0
			}
			if line != "" {
				line, columns = line+" ", columns+1
			}
			line, columns = line+word, columns+width
		}
		lines = append(lines, line)
	}
	return lines
}
