package brief

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"rapporteur/retrieval/brief/cite"
	"rapporteur/retrieval/brief/export"
)

// A Format is a way of writing a briefing to a file.
type Format struct {
	Name      string
	Extension string // of its files, with the dot
	Binary    bool   // it is no text, and nothing for a terminal
	write     func(w io.Writer, b Briefing, f Form) error
}

// Write writes b, laid out by f. The same b and f give the same bytes. After a PDF
// for which no font has every character the error is an [*export.MissingError], and
// the file is whole all the same.
func (o Format) Write(w io.Writer, b Briefing, f Form) error {
	if err := o.write(w, b, f); err != nil {
		return fmt.Errorf("writing the briefing as %s: %w", o.Name, err)
	}
	return nil
}

// lists are the formats that hold nothing but the works that are quoted, for
// reference managers.
var lists = []Format{
	worksFormat("csl-json", ".json", cite.CSLJSON),
	worksFormat("ris", ".ris", cite.RIS),
	worksFormat("bib", ".bib", cite.BibTeX),
}

func worksFormat(name, extension string, write func(io.Writer, []cite.Work) error) Format {
	return Format{Name: name, Extension: extension, write: func(w io.Writer, b Briefing, _ Form) error {
		return write(w, b.Works())
	}}
}

// FormatNamed returns the format of that name. The error names those that are
// known.
func FormatNamed(name string) (Format, error) {
	if i := slices.IndexFunc(lists, func(f Format) bool { return f.Name == strings.ToLower(name) }); i >= 0 {
		return lists[i], nil
	}
	found, err := export.Find(name)
	if err != nil {
		for _, f := range lists {
			err = fmt.Errorf("%w, %s", err, f.Name)
		}
		return Format{}, err
	}
	return Format{
		Name: found.Name, Extension: "." + found.Name, Binary: found.Name == "docx" || found.Name == "pdf",
		write: func(w io.Writer, b Briefing, f Form) error { return found.WithFont(f.Font).Write(w, b.Paper(f)) },
	}, nil
}
