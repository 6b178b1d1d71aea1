package cite

import (
	"strings"

	"rapporteur/retrieval/brief/export"
)

// un is the style of the United Nations Editorial Manual Online, "Footnotes and
// other references": a publication of the United Nations is cited by its title in
// italics, the place and dates of the meeting, and in parentheses the publication
// (chaps. III.C and III.D), as footnotes of United Nations documents have it; one of
// somebody else by the author first. Contributions and shortened references are
// built from the same parts: no printed one is among the tests. "Ibid.", which the
// manual allows, is not used: notes are moved when a paper is written. The list of
// sources is set as lists of references are (chap. X.A): the author first, whoever
// that is, and the year, where one is known, behind it.
var un = Style{
	Name:  "un",
	Title: "United Nations editorial style",
	List:  "Sources",
	reference: func(w Work, at Locator, first bool) []export.Run {
		var l line
		unWork(&l, w, first)
		l.list(", ", sections(at.Sections, unPart, unHeading)...)
		l.list(", ", at.Paragraph, at.Page)
		return l.stop()
	},
	source: func(w Work) []export.Run {
		var l line
		volume := w.whole()
		if w.Author != "" {
			l.put(w.Author)
			if volume.Year != "" {
				l.put(" (" + volume.Year + ")")
			}
			l.stop()
			l.put(" ")
		}
		if w.In != nil {
			l.put(w.Title)
			l.stopTitle()
			l.put(" In ")
		}
		l.italic(volume.Title)
		if w.Author == "" && volume.Year != "" {
			l.put(" (" + volume.Year + ")")
		}
		l.list(", ", volume.MeetingPlace, volume.MeetingDate)
		l.stopTitle()
		if published := joined(": ", volume.City, volume.Publisher); published != "" {
			l.put(" " + published + ".")
		}
		return l
	},
}

var unPart = abbreviated(map[string]string{"chapter": "chap.", "section": "sect."})

func unHeading(heading string) string { return quoted(heading, "") }

func unWork(l *line, w Work, full bool) {
	if author := w.Author; author != "" && (w.In != nil || !strings.Contains(author, "United Nations")) {
		if !full {
			author = w.shortAuthor()
		}
		l.put(author + ", ")
	}
	if w.In != nil {
		l.put(quoted(w.Title, ""))
		if !full {
			return
		}
		l.put(", in ")
	}
	volume := w.whole()
	if !full {
		l.italic(short(volume.Title))
		return
	}
	l.italic(volume.Title)
	l.list(", ", volume.MeetingPlace, volume.MeetingDate)
	if published := joined(", ", volume.City, volume.Publisher, volume.Year); published != "" {
		l.put(" (" + published + ")")
	}
}
