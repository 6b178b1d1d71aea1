package export

import (
	"archive/zip"
	"bytes"
	"embed"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
)

// docxParts holds the parts of a file that are the same for every paper, as they
// lie in it; word/styles.xml alone is told the language. Their form is that of
// ECMA-376, part 1; Word refuses a file in which elements stand in another order
// than the schema's.
//
//go:embed all:docx
var docxParts embed.FS

// DOCX writes a paper as Word's Office Open XML, with styles, footnotes and
// bookmarks of its own kind, the header from the second page on and page numbers
// at the foot. It fails only when w does.
func DOCX(w io.Writer, p Paper) error {
	parts, err := newDocx(tidy(p)).parts()
	if err != nil {
		return fmt.Errorf("writing DOCX: %w", err)
	}
	archive := zip.NewWriter(w)
	for _, part := range parts {
		file, err := archive.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: noTime})
		if err != nil {
			return fmt.Errorf("writing DOCX: %w", err)
		}
		if _, err := file.Write(part.data); err != nil {
			return fmt.Errorf("writing DOCX: %w", err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("writing DOCX: %w", err)
	}
	return nil
}

// A docxPart is a file within the file.
type docxPart struct {
	name string
	data []byte
}

// parts returns all that lies in the file, the list of content types first, where
// some readers want it.
func (d *docx) parts() ([]docxPart, error) {
	fixed, err := fs.Sub(docxParts, "docx")
	if err != nil {
		return nil, err
	}
	var out []docxPart
	err = fs.WalkDir(fixed, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fixed, path)
		if path == "word/styles.xml" {
			data, err = d.styles(data)
		}
		out = append(out, docxPart{path, data})
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, made := range []struct {
		name string
		root any
	}{
		{"docProps/core.xml", d.properties()},
		{"word/document.xml", d.document()},
		{"word/footnotes.xml", d.footnotes()},
		{"word/header.xml", d.header()},
		{"word/_rels/document.xml.rels", relations{Space: relationSpace, List: d.documentLinks.relations}},
		{"word/_rels/footnotes.xml.rels", relations{Space: relationSpace, List: d.footnoteLinks.relations}},
	} {
		data, err := xml.Marshal(made.root)
		if err != nil {
			return nil, err
		}
		const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
		out = append(out, docxPart{made.name, append([]byte(head), data...)})
	}
	return out, nil
}

// styles returns the styles with the language, or without any.
func (d *docx) styles(data []byte) ([]byte, error) {
	element := []byte(`<w:lang w:val="LANGUAGE"/>`)
	if d.paper.Language == "" {
		return bytes.Replace(data, element, nil, 1), nil
	}
	return bytes.Replace(data, []byte("LANGUAGE"), []byte(d.paper.Language), 1), nil
}
