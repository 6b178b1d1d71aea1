package export

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// unzip returns the parts of a file by name.
func unzip(t *testing.T, file []byte) map[string][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name] != nil {
			t.Errorf("two parts are called %s", f.Name)
		}
		parts[f.Name] = data
	}
	return parts
}

// TestDOCXGolden compares the parts that depend on the paper, an element a line.
func TestDOCXGolden(t *testing.T) {
	for name, p := range map[string]Paper{"sample": sample, "nasty": nasty} {
		parts := unzip(t, write(t, Format{Write: DOCX}, p))
		var out bytes.Buffer
		for _, part := range slices.Sorted(maps.Keys(parts)) {
			if _, err := docxParts.Open("docx/" + part); err == nil {
				continue
			}
			fmt.Fprintf(&out, "-- %s --\n%s\n", part, bytes.ReplaceAll(parts[part], []byte("><"), []byte(">\n<")))
		}
		golden(t, name+".docx.txtar", out.Bytes())
	}
}

// An element is read as others read it, by its name without the prefix.
type xmlElement struct {
	name     string
	attr     map[string]string // by name without the prefix
	children []*xmlElement
	text     string
}

// parseXML reads a part, which must be well-formed.
func parseXML(t *testing.T, name string, data []byte) *xmlElement {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(data))
	root := &xmlElement{}
	open := []*xmlElement{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root
		}
		if err != nil {
			t.Fatalf("%s is not well-formed: %v\n%s", name, err, data)
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			e := &xmlElement{name: token.Name.Local, attr: map[string]string{}}
			for _, a := range token.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			top.children = append(top.children, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.text += string(token)
		}
	}
}

// all returns the elements of a name below e, in order.
func (e *xmlElement) all(name string) []*xmlElement {
	var out []*xmlElement
	for _, c := range e.children {
		if c.name == name {
			out = append(out, c)
		}
		out = append(out, c.all(name)...)
	}
	return out
}

// has returns the value of the first element of a name below e.
func (e *xmlElement) has(name string) (string, bool) {
	found := e.all(name)
	if len(found) == 0 {
		return "", false
	}
	return found[0].attr["val"], true
}

// links reads what a part's relations lead to, and checks that it is there.
func links(t *testing.T, parts map[string][]byte, of string) map[string]string {
	t.Helper()
	dir, base := path.Split(of)
	name := dir + "_rels/" + base + ".rels"
	out := map[string]string{}
	for _, r := range parseXML(t, name, parts[name]).all("Relationship") {
		id, target := r.attr["Id"], r.attr["Target"]
		if out[id] != "" {
			t.Errorf("%s says %s twice", name, id)
		}
		out[id] = target
		if r.attr["TargetMode"] != "External" && parts[dir+target] == nil {
			t.Errorf("%s leads to %s, which is not there", name, target)
		}
	}
	return out
}

// outlineDOCX returns what Word reads.
func outlineDOCX(t *testing.T, p Paper, file []byte) []string {
	t.Helper()
	parts := unzip(t, file)
	anchors := map[string]string{} // by bookmark
	for anchor, bookmark := range newDocx(tidy(p)).bookmarks {
		anchors[bookmark] = anchor
	}
	blocks := map[string]string{"Title": "h1", "Heading1": "h2", "Heading2": "h3", "Heading3": "h4", "Quote": "blockquote",
		"ListBullet": "li", "FootnoteText": "note", "TOCHeading": "h2", "TOC1": "li", "TOC2": "li"}
	var o outline
	notes := 0
	for _, part := range []string{"word/document.xml", "word/footnotes.xml"} {
		targets := links(t, parts, part)
		var walk func(e *xmlElement, look, link string)
		walk = func(e *xmlElement, look, link string) {
			switch e.name {
			case "footnote":
				if e.attr["type"] != "" {
					return
				}
			case "p":
				style, _ := e.has("pStyle")
				name := blocks[style]
				if name == "" {
					name = "p"
				}
				o.block(name)
			case "bookmarkStart":
				o.add("#" + anchors[e.attr["name"]] + " ")
			case "hyperlink":
				link = targets[e.attr["id"]]
				if anchor := e.attr["anchor"]; anchor != "" {
					link = "#" + anchors[anchor]
				}
				if link == "" || link == "#" {
					t.Error("a link leads nowhere")
				}
			case "r":
				look = ""
				if _, ok := e.has("b"); ok {
					look += "b"
				}
				if _, ok := e.has("i"); ok {
					look += "i"
				}
				if style, _ := e.has("rStyle"); style == "QuotedWords" {
					look += "m"
				}
			case "t":
				o.text(e.text, look+link)
			case "br":
				o.add("⏎")
			case "footnoteReference":
				notes++
				o.add("^" + e.attr["id"])
			}
			for _, c := range e.children {
				walk(c, look, link)
			}
		}
		walk(parseXML(t, part, parts[part]), "", "")
	}
	return o.lines
}

// checkDOCX reads a file back, and holds its parts to what they say of one
// another.
func checkDOCX(t *testing.T, p Paper) {
	t.Helper()
	file := write(t, Format{Write: DOCX}, p)
	if diff := cmp.Diff(outlineOf(p, "docx"), outlineDOCX(t, p, file)); diff != "" {
		t.Errorf("read otherwise (-want +got):\n%s", diff)
	}
	parts := unzip(t, file)
	styles := map[string]bool{}
	for _, s := range parseXML(t, "styles", parts["word/styles.xml"]).all("style") {
		styles[s.attr["styleId"]] = true
	}
	typed := map[string]bool{}
	for _, o := range parseXML(t, "types", parts["[Content_Types].xml"]).all("Override") {
		typed[strings.TrimPrefix(o.attr["PartName"], "/")] = true
	}
	for name, data := range parts {
		root := parseXML(t, name, data)
		if path.Ext(name) == ".xml" && name != "[Content_Types].xml" && !typed[name] {
			t.Errorf("%s has no content type", name)
		}
		for _, kind := range []string{"pStyle", "rStyle", "basedOn", "next"} {
			for _, s := range root.all(kind) {
				if !styles[s.attr["val"]] {
					t.Errorf("%s names the style %q, which is not there", name, s.attr["val"])
				}
			}
		}
		delete(typed, name)
	}
	for name := range typed {
		t.Errorf("%s has a content type and is not there", name)
	}
}

func TestDOCX(t *testing.T) {
	for _, p := range []Paper{{}, sample, nasty, many(300)} {
		t.Run(p.Title, func(t *testing.T) { checkDOCX(t, p) })
	}
}

// TestDOCXQuotesApart indents no quotation quite like the one above it, so that
// each has a bar of its own.
func TestDOCXQuotesApart(t *testing.T) {
	quote := Block{Kind: Quote, Runs: []Run{{Text: "words"}}}
	parts := unzip(t, write(t, Format{Write: DOCX}, Paper{Blocks: []Block{quote, quote, quote, {Runs: quote.Runs}, quote}}))
	style := ""
	for _, s := range parseXML(t, "styles", parts["word/styles.xml"]).all("style") {
		if s.attr["styleId"] == "Quote" {
			style = s.all("ind")[0].attr["left"]
		}
	}
	var got []string
	for _, p := range parseXML(t, "document", parts["word/document.xml"]).all("p") {
		indent := style
		if own := p.all("ind"); len(own) > 0 {
			indent = own[0].attr["left"]
		}
		got = append(got, indent)
	}
	if diff := cmp.Diff([]string{"567", "568", "567", "567", "567"}, got); diff != "" {
		t.Errorf("indents (-want +got):\n%s", diff)
	}
}

func TestDOCXProperties(t *testing.T) {
	parts := unzip(t, write(t, Format{Write: DOCX}, sample))
	core := parseXML(t, "core", parts["docProps/core.xml"])
	for name, want := range map[string]string{"title": "Remittances", "language": "en", "created": "2005-03-01T12:00:00Z"} {
		if got := core.all(name); len(got) != 1 || got[0].text != want {
			t.Errorf("%s is %v, want %s", name, got, want)
		}
	}
	if lang, _ := parseXML(t, "styles", parts["word/styles.xml"]).has("lang"); lang != "en" {
		t.Errorf("the language is %q", lang)
	}
	if header := parseXML(t, "header", parts["word/header.xml"]).all("t"); len(header) != 1 || header[0].text != sample.Header {
		t.Errorf("the header is %v", header)
	}
}

func FuzzDOCX(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) { checkDOCX(t, fuzzed(data)) })
}
