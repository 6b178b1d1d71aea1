package brief

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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

// writePaper writes b laid out by form. A file that cannot show all characters says
// so, to whoever it is handed on to.
func writePaper(w io.Writer, f export.Format, b Briefing, form Form) error {
	var file bytes.Buffer
	err := f.Write(&file, b.Paper(form))
	var missing *export.MissingError
	if errors.As(err, &missing) {
		form.lacking = missing.Characters()
		file.Reset()
		err = f.Write(&file, b.Paper(form))
	}
	if err != nil && !errors.As(err, &missing) {
		return err
	}
	if _, broken := file.WriteTo(w); broken != nil {
		return broken
	}
	return err
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

// Formats returns the formats that are known, those that hold the whole briefing
// first.
func Formats() []Format {
	var out []Format
	for _, f := range export.Formats {
		out = append(out, Format{
			Name: f.Name, Extension: "." + f.Name, Binary: f.Name == "docx" || f.Name == "pdf",
			write: func(w io.Writer, b Briefing, form Form) error { return writePaper(w, f.WithFont(form.Font), b, form) },
		})
	}
	return append(out, lists...)
}

// FormatNamed returns the format of that name. The error names those that are
// known.
func FormatNamed(name string) (Format, error) {
	var known []string
	for _, f := range Formats() {
		if f.Name == strings.ToLower(name) {
			return f, nil
		}
		known = append(known, f.Name)
	}
	return Format{}, fmt.Errorf("there is no format %q: choose one of %s", name, strings.Join(known, ", "))
}
