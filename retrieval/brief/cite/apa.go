package cite

import (
	"cmp"
	"strings"

	"rapporteur/retrieval/brief/export"
)

// apa is the style of the Publication Manual of the American Psychological
// Association, 7th edition: author, date and place in the text, and a list of
// references. "n.d." says that no date of publication is known (sec. 9.17), the
// title moves to the front where no author is (sec. 8.14), letters tell works of one
// author and year apart (sec. 8.19), a body is named in full first and in short later
// (sec. 8.21), and a meeting's place and dates stand in brackets as a description
// (sec. 9.21). Titles keep their capitals: which of them are names cannot be told.
var apa = Style{
	Name:   "apa",
	Title:  "APA, 7th edition",
	InText: true,
	List:   "References",
	reference: func(w Work, at Locator, first bool) []export.Run {
		var l line
		l.put("(")
		apaName(&l, w, first)
		l.put(" " + apaYear(w))
		l.list(", ", sections(at.Sections, capital, apaHeading)...)
		l.list(", ", at.Page, at.Paragraph)
		l.put(")")
		return l
	},
	source: func(w Work) []export.Run {
		var l line
		if w.Author == "" {
			apaTitle(&l, w)
			l.stopTitle()
			l.put(" (" + apaYear(w) + ").")
		} else {
			l.put(strings.TrimSuffix(w.Author, ".") + ". (" + apaYear(w) + "). ")
			apaTitle(&l, w)
			l.stopTitle()
		}
		if w.In != nil {
			l.put(" In ")
			if w.In.Author != "" {
				l.put(w.In.Author + ", ")
			}
			l.italic(w.In.Title)
			apaDescription(&l, *w.In)
			l.stopTitle()
		}
		if volume := w.whole(); volume.Publisher != "" && volume.Publisher != w.Author {
			l.put(" " + volume.Publisher + ".")
		}
		return l
	},
}

// apaName writes what w is found by in the list of references, with a comma.
func apaName(l *line, w Work, first bool) {
	switch title, _, _ := strings.Cut(w.Title, ": "); {
	case w.Author != "" && w.Short != "" && w.Short != w.Author && first:
		l.put(w.Author + " [" + w.Short + "],")
	case w.Author != "":
		l.put(w.shortAuthor() + ",")
	case w.In != nil:
		l.put(quoted(firstWords(title), ","))
	default:
		l.italic(firstWords(title))
		l.put(",")
	}
}

// apaHeading is a heading in full, or the beginning of a long one between quotation
// marks, which say that it is shortened.
func apaHeading(heading string) string {
	if words := firstWords(heading); words != heading {
		heading = quoted(words, "")
	}
	return heading + " section"
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

// apaYear is "2012", or "2012a" and "n.d.-a" of one work among others.
func apaYear(w Work) string {
	year := cmp.Or(w.whole().Year, "n.d.")
	if strings.HasSuffix(year, ".") && w.Letter != "" {
		year += "-"
	}
	return year + w.Letter
}
