package cite

import (
	"strings"

	"rapporteur/retrieval/brief/export"
)

// apa is the style of the Publication Manual of the American Psychological
// Association, 7th edition: author, date and place in the text, and a list of
// references. "n.d." says that no date of publication is known (sec. 9.17), the
// title moves to the front where no author is (sec. 8.14), and a meeting's place
// and dates stand in brackets as a description (sec. 9.21). Titles keep their
// capitals: which of them are names cannot be told.
var apa = Style{
	Name:   "apa",
	Title:  "APA, 7th edition",
	InText: true,
	List:   "References",
	reference: func(w Work, at Locator, _ bool) []export.Run {
		var l line
		l.put("(")
		switch {
		case w.Author != "":
			l.put(w.shortAuthor())
		case w.In != nil:
			l.put("“" + w.Title + ",”")
		default:
			l.italic(w.Title)
		}
		if !strings.HasSuffix(l.end(), ",”") {
			l.put(",")
		}
		l.put(" " + apaYear(w))
		l.list(", ", sections(at.Sections, "Section", "”")...)
		l.list(", ", at.Page, at.Paragraph)
		l.put(")")
		return l
	},
	source: func(w Work) []export.Run {
		var l line
		if w.Author == "" {
			apaTitle(&l, w)
			l.put(". (" + apaYear(w) + ").")
		} else {
			l.put(strings.TrimSuffix(w.Author, ".") + ". (" + apaYear(w) + "). ")
			apaTitle(&l, w)
			l.put(".")
		}
		if w.In != nil {
			l.put(" In ")
			if w.In.Author != "" {
				l.put(w.In.Author + ", ")
			}
			l.italic(w.In.Title)
			apaDescription(&l, *w.In)
			l.put(".")
		}
		if volume := w.whole(); volume.Publisher != "" && volume.Publisher != w.Author {
			l.put(" " + volume.Publisher + ".")
		}
		return l
	},
}

func apaTitle(l *line, w Work) {
	if w.In != nil {
		l.put(w.Title)
		return
	}
	l.italic(w.Title)
	apaDescription(l, w)
}

func apaDescription(l *line, w Work) {
	if meeting := w.meeting(); meeting != "" {
		l.put(" [" + capital(meeting) + "]")
	}
}

func apaYear(w Work) string {
	if year := w.whole().Year; year != "" {
		return year
	}
	return "n.d."
}
