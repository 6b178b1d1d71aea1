package cite

import (
	"encoding/json"
	"io"
	"strconv"
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
	PublisherPlace  string    `json:"publisher-place,omitempty"`
	Publisher       string    `json:"publisher,omitempty"`
	Issued          *cslDate  `json:"issued,omitempty"`
	Note            string    `json:"note,omitempty"`
	Language        string    `json:"language,omitempty"`
}

type (
	// A cslName is as printed: which part of it is which cannot be told.
	cslName struct {
		Literal string `json:"literal"`
	}
	// A cslDate is a year, or else as printed.
	cslDate struct {
		Parts   [][]int `json:"date-parts,omitempty"`
		Literal string  `json:"literal,omitempty"`
	}
)

// CSLJSON writes works as CSL-JSON, which Zotero, Pandoc and others read. Where and
// when the meeting was held is a note: of an event's date where there is no other,
// the official styles make the date of publication.
func CSLJSON(w io.Writer, works []Work) error {
	items := make([]cslItem, 0, len(works))
	for _, work := range works {
		volume := work.whole()
		item := cslItem{
			ID: work.ID, Type: work.kind().csl,
			Author: cslNames(work.Author), Title: work.Title,
			PublisherPlace: volume.City, Publisher: volume.Publisher, Issued: cslDateOf(volume.Year),
			Note: capital(volume.meeting()), Language: work.Language,
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
	if year, err := strconv.Atoi(date); err == nil && len(date) == 4 {
		return &cslDate{Parts: [][]int{{year}}}
	}
	return &cslDate{Literal: date}
}

// A kind is what a work is called in each kind of file.
type kind struct{ csl, ris, bibtex string }

// kind is no more than what is known: a record of a meeting, or what has a
// publisher, is a book, and what stands in another work a chapter, as style guides
// cite papers in published proceedings; a paper of a conference would be believed to
// have been read there. Anything else may be any document.
func (w Work) kind() kind {
	switch {
	case w.In != nil:
		return kind{"chapter", "CHAP", "incollection"}
	case w.MeetingPlace != "" || w.Publisher != "":
		return kind{"book", "BOOK", "book"}
	}
	return kind{"document", "GEN", "misc"}
}
