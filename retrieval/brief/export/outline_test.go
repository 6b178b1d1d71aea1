package export

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	dom "golang.org/x/net/html"
)

// An outline is what a reader is given of a paper: a line for each block, with
// what it is, and its characters without white space, with how they look wherever
// that changes.
type outline struct {
	lines []string
	look  string
}

func (o *outline) block(name string) {
	o.lines = append(o.lines, name+": ")
	o.look = ""
}

func (o *outline) add(s string) {
	if len(o.lines) == 0 {
		o.block("nowhere")
	}
	o.lines[len(o.lines)-1] += s
}

func (o *outline) text(text, look string) {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' }), "")
	if text == "" {
		return
	}
	if look != o.look {
		o.add("‹" + look + "›")
		o.look = look
	}
	o.add(text)
}

// outlineOf returns what a paper ought to be read as: in Markdown, where marked
// words are bold, in HTML, where the notes have a heading, or in DOCX.
func outlineOf(p Paper, format string) []string {
	p = tidy(p)
	markdown := format == "md"
	var o outline
	var notes [][]Run
	runs := func(runs []Run) {
		for _, r := range runs {
			var look string
			if r.Bold || r.Marked && markdown {
				look += "b"
			}
			if r.Italic {
				look += "i"
			}
			if r.Marked && !markdown {
				look += "m"
			}
			look += r.Link
			for i, line := range strings.Split(r.Text, "\n") {
				if i > 0 {
					o.add("⏎")
				}
				o.text(line, look)
			}
			if r.Note != nil {
				notes = append(notes, r.Note)
				o.add(fmt.Sprintf("^%d", len(notes)))
			}
		}
	}
	if p.Title != "" {
		o.block("h1")
		o.text(p.Title, "")
	}
	if p.Subtitle != "" {
		o.block("p")
		o.text(p.Subtitle, "")
	}
	listed := p.Contents != ""
	for i, b := range p.Blocks {
		if listed && b.Kind == Heading && len(b.Runs) > 0 {
			o.block("h2")
			o.text(p.Contents, "")
			for _, h := range p.Blocks[i:] {
				if h.Kind == Heading && h.Level <= 2 && len(h.Runs) > 0 {
					o.block("li")
					o.text(plainText(h.Runs), "#"+h.Anchor)
				}
			}
			listed = false
		}
		switch b.Kind {
		case Heading:
			o.block(fmt.Sprint("h", b.Level+1))
		case Quote:
			o.block("blockquote")
		case Item:
			o.block("li")
		default:
			o.block("p")
		}
		if b.Anchor != "" {
			o.add("#" + b.Anchor + " ")
		}
		runs(b.Runs)
	}
	if len(notes) > 0 && p.Notes != "" && format == "html" {
		o.block("h2")
		o.text(p.Notes, "")
	}
	for _, note := range notes {
		o.block("note")
		runs(note)
	}
	return o.lines
}

// outlineHTML returns what a browser reads.
func outlineHTML(t *testing.T, page []byte) []string {
	t.Helper()
	root, err := dom.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var o outline
	var walk func(n *dom.Node, in string, bold, italic, marked bool, link string)
	walk = func(n *dom.Node, in string, bold, italic, marked bool, link string) {
		attr := func(name string) string {
			i := slices.IndexFunc(n.Attr, func(a dom.Attribute) bool { return a.Key == name })
			if i < 0 {
				return ""
			}
			return n.Attr[i].Val
		}
		own := func(id string) bool { return strings.HasPrefix(id, "fn") || strings.Contains(id, "_") } // a note's
		switch n.Type {
		case dom.TextNode:
			var look string
			if bold {
				look += "b"
			}
			if italic {
				look += "i"
			}
			if marked {
				look += "m"
			}
			o.text(n.Data, look+link)
			return
		case dom.ElementNode:
			switch n.Data {
			case "head", "hr":
				return
			case "h1", "h2", "h3", "h4", "blockquote":
				in = n.Data
				o.block(in)
			case "li":
				in = n.Data
				if own(attr("id")) {
					in = "note"
				}
				o.block(in)
			case "p":
				if in == "" {
					o.block("p")
				}
			case "br":
				o.add("⏎")
			case "strong":
				bold = true
			case "em":
				italic = true
			case "mark":
				marked = true
			case "a":
				link = attr("href")
			case "sup":
				o.add("^")
				for a := n.FirstChild; a != nil; a = a.NextSibling {
					o.add(a.FirstChild.Data)
				}
				return
			case "html", "body", "main", "header", "section", "ul", "ol", "div", "nav":
			default:
				t.Errorf("an element %s", n.Data)
			}
			if role := attr("role"); role == "doc-backlink" {
				return
			}
			if id := attr("id"); id != "" && !own(id) {
				o.add("#" + id + " ")
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, in, bold, italic, marked, link)
		}
	}
	walk(root, "", false, false, false, "")
	return o.lines
}

// readMarkdown returns what a reader of Markdown makes of a file, with all its
// extensions that could see more in a text than text.
func readMarkdown(t *testing.T, file []byte) []byte {
	t.Helper()
	_, body, ok := bytes.Cut(file[4:], []byte("---\n"))
	if !ok || !bytes.HasPrefix(file, []byte("---\n")) {
		t.Fatalf("no metadata at its head:\n%s", file)
	}
	reader := goldmark.New(
		goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList),
		goldmark.WithRendererOptions(html.WithUnsafe()))
	var out bytes.Buffer
	if err := reader.Convert(body, &out); err != nil {
		t.Fatal(err)
	}
	return bytes.ReplaceAll(out.Bytes(), []byte("&#160;<a href=\"#fnref"), []byte("<a href=\"#fnref"))
}

func checkMarkdown(t *testing.T, p Paper) {
	t.Helper()
	file := write(t, Format{Write: Markdown}, p)
	if diff := cmp.Diff(outlineOf(p, "md"), outlineHTML(t, readMarkdown(t, file))); diff != "" {
		t.Errorf("read otherwise (-want +got):\n%s\n%s", diff, file)
	}
}

func checkHTML(t *testing.T, p Paper) {
	t.Helper()
	file := write(t, Format{Write: HTML}, p)
	if diff := cmp.Diff(outlineOf(p, "html"), outlineHTML(t, file)); diff != "" {
		t.Errorf("read otherwise (-want +got):\n%s\n%s", diff, file)
	}
}

func TestRead(t *testing.T) {
	for _, p := range []Paper{{}, sample, nasty, many(300)} {
		t.Run(p.Title, func(t *testing.T) {
			checkMarkdown(t, p)
			checkHTML(t, p)
		})
	}
}

func FuzzMarkdown(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) { checkMarkdown(t, fuzzed(data)) })
}

func FuzzHTML(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) { checkHTML(t, fuzzed(data)) })
}
