package cite

import (
	"fmt"
	"io"
	"strings"
)

// BibTeX writes works as BibTeX in UTF-8, as Biber, Zotero and JabRef read it.
// Values stand in double braces: a body's name has no parts, and capitals are kept.
func BibTeX(w io.Writer, works []Work) error {
	var b strings.Builder
	for i, work := range works {
		if i > 0 {
			b.WriteByte('\n')
		}
		volume := work.whole()
		fmt.Fprintf(&b, "@%s{%s", work.kind().bibtex, work.ID)
		field := func(name, value string) {
			if value = escapeBibTeX(value); value != "" {
				fmt.Fprintf(&b, ",\n  %s = {{%s}}", name, value)
			}
		}
		field("author", work.Author)
		field("title", work.Title)
		if work.In != nil {
			field("booktitle", volume.Title)
			field("bookauthor", volume.Author)
		}
		field("address", volume.City)
		field("publisher", volume.Publisher)
		field("year", volume.Year)
		field("note", capital(volume.meeting()))
		field("language", work.Language)
		b.WriteString("\n}\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// bibtexMarks are the characters that mean something to TeX. A brace is written as
// a command: BibTeX counts braces, escaped ones too.
var bibtexMarks = strings.NewReplacer(
	`\`, `\textbackslash{}`, "{", `\textbraceleft{}`, "}", `\textbraceright{}`,
	"$", `\$`, "&", `\&`, "#", `\#`, "%", `\%`, "_", `\_`,
	"^", `\textasciicircum{}`, "~", `\textasciitilde{}`,
)

// escapeBibTeX is value on one line, with nothing in it that TeX would take for a
// command.
func escapeBibTeX(value string) string {
	return bibtexMarks.Replace(strings.Join(strings.Fields(value), " "))
}
