package cite

import (
	"encoding/json"
	"io"
)

// A cslItem is a work in CSL-JSON, as its schema names the fields
// (github.com/citation-style-language/schema, csl-data.json).
type cslItem struct {
	ID              string    `json:"id"`
	Type            string    `json:"type"`
	Author          []cslName `json:"author,omitempty"`
	Title           string    `json:"title,omitempty"`
	ContainerTitle  string    `json:"container-title,omitempty"`
	ContainerAuthor []cslName `json:"container-author,omitempty"`
	EventPlace      string    `json:"event-place,omitempty"`
	EventDate       *cslDate  `json:"event-date,omitempty"`
	PublisherPlace  string    `json:"publisher-place,omitempty"`
	Publisher       string    `json:"publisher,omitempty"`
	Issued          *cslDate  `json:"issued,omitempty"`
	Language        string    `json:"language,omitempty"`
}

// Names and dates are as printed: which part of a name is which cannot be told.
type (
	cslName struct {
		Literal string `json:"literal"`
	}
	cslDate struct {
		Literal string `json:"literal"`
	}
)

// CSLJSON writes works as CSL-JSON, which Zotero, Pandoc and others read.
func CSLJSON(w io.Writer, works []Work) error {
	items := make([]cslItem, 0, len(works))
	for _, work := range works {
		volume := work.whole()
		item := cslItem{
			ID: work.ID, Type: work.kind().csl,
			Author: cslNames(work.Author), Title: work.Title,
			EventPlace: volume.MeetingPlace, EventDate: cslDateOf(volume.MeetingDate),
			PublisherPlace: volume.City, Publisher: volume.Publisher, Issued: cslDateOf(volume.Year),
			Language: work.Language,
		}
		if work.In != nil {
			item.ContainerTitle, item.ContainerAuthor = volume.Title, cslNames(volume.Author)
		}
		items = append(items, item)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(items)
}

func cslNames(name string) []cslName {
	if name == "" {
		return nil
	}
	return []cslName{{name}}
}

func cslDateOf(date string) *cslDate {
	if date == "" {
		return nil
	}
	return &cslDate{date}
}

// A kind is what a work is called in each kind of file.
type kind struct{ csl, ris, bibtex string }

// kind is no more than what is known: the record of a meeting is a book, and what
// stands in it a paper; anything else may be any document.
func (w Work) kind() kind {
	meeting := w.whole().MeetingPlace != ""
	switch {
	case w.In != nil && meeting:
		return kind{"paper-conference", "CPAPER", "inproceedings"}
	case w.In != nil:
		return kind{"chapter", "CHAP", "incollection"}
	case meeting || w.Publisher != "":
		return kind{"book", "BOOK", "book"}
	}
	return kind{"document", "GEN", "misc"}
}
