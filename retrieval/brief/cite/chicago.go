package cite

import (
	"strings"

	"rapporteur/retrieval/brief/export"
)

// chicago is the notes and bibliography style of The Chicago Manual of Style,
// 17th and 18th editions: a full note first, then author, short title and page.
// "Ibid." is no longer advised (17th ed., 14.34), and is not used. The number of
// a page stands without "p." unless a section stands before it; words stand "under"
// a heading that has no number (the manual's Q&A on 14.160). "n.d.", which is for a
// date that cannot be ascertained (14.145), is not used: ours is only not known here.
var chicago = Style{
	Name:  "chicago",
	Title: "Chicago notes and bibliography",
	List:  "Bibliography",
	reference: func(w Work, at Locator, first bool) []export.Run {
		var l line
		author, title := w.Author, chicagoNote
		if !first {
			author, title = w.shortAuthor(), func(l *line, w Work) { chicagoTitle(l, w, short(w.Title), ",") }
		}
		if author != "" {
			l.put(author + ", ")
		}
		title(&l, w)
		page := at.Page
		if len(at.Sections) == 0 {
			page = strings.TrimPrefix(strings.TrimPrefix(page, "p. "), "pp. ")
		}
		chicagoList(&l, append(sections(at.Sections, chicagoPart, chicagoHeading), page, at.Paragraph))
		return chicagoStop(&l)
	},
	source: func(w Work) []export.Run {
		var l line
		if w.Author != "" {
			l.put(strings.TrimSuffix(w.Author, ".") + ". ")
		}
		chicagoTitle(&l, w, w.Title, ".")
		if w.In != nil {
			l.put(" In ")
			l.italic(w.In.Title)
			l.list(", by ", w.In.Author)
			l.stopTitle()
		}
		volume := w.whole()
		if meeting := volume.meeting(); meeting != "" {
			l.put(" " + capital(meeting) + ".")
		}
		if published := chicagoPublished(volume); published != "" {
			l.put(" " + published)
		}
		return chicagoStop(&l)
	},
}

var chicagoPart = abbreviated(map[string]string{"chapter": "chap.", "section": "sec.", "part": "pt.", "appendix": "app."})

func chicagoHeading(heading string) string { return "under " + quoted(heading, "") }

// chicagoNote writes what a full note says of w after its author.
func chicagoNote(l *line, w Work) {
	volume := w.whole()
	if w.In != nil {
		chicagoTitle(l, w, w.Title, ",")
		l.put(" in ")
	}
	l.italic(volume.Title)
	if w.In != nil {
		l.list(", by ", volume.Author)
	}
	l.list(", ", volume.meeting())
	if published := chicagoPublished(volume); published != "" {
		l.put(" (" + published + ")")
	}
}

// chicagoTitle writes a title with the mark that follows it: within the quotation
// marks of a contribution, after the italics of a volume. A comma after a volume
// is left to what follows.
func chicagoTitle(l *line, w Work, title, mark string) {
	switch {
	case w.In == nil:
		l.italic(title)
		if mark == "." {
			l.stopTitle()
		}
	case mark == "." && ended(title):
		l.put(quoted(title, ""))
	default:
		l.put(quoted(title, mark))
	}
}

// chicagoList adds parts behind commas, which stand within closing quotation marks.
func chicagoList(l *line, parts []string) {
	for _, part := range parts {
		if part == "" {
			continue
		}
		switch before, ok := strings.CutSuffix(l.end(), "”"); {
		case len(*l) == 0:
			l.put(part)
		case strings.HasSuffix(l.end(), ",”"):
			l.put(" " + part)
		case ok:
			l.setEnd(before + ",” " + part)
		default:
			l.put(", " + part)
		}
	}
}

// chicagoStop ends the line with a full stop: within closing quotation marks, unless
// what is quoted ends with a mark of its own.
func chicagoStop(l *line) []export.Run {
	before, ok := strings.CutSuffix(l.end(), "”")
	if !ok {
		return l.stop()
	}
	if before = strings.TrimSuffix(before, ","); !ended(before) {
		before += "."
	}
	l.setEnd(before + "”")
	return *l
}

// chicagoPublished is "New York: Penguin Press, 2016".
func chicagoPublished(w Work) string {
	return joined(", ", joined(": ", w.City, w.Publisher), w.Year)
}

// meeting says where and when the meeting was held that w is the record of: "meeting
// held in New York, 27–28 October 2004".
func (w Work) meeting() string {
	if w.MeetingPlace == "" {
		return w.MeetingDate
	}
	return joined(", ", "meeting held in "+w.MeetingPlace, w.MeetingDate)
}
