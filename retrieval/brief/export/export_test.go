package export

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample is a paper with each kind of block, run and link.
var sample = Paper{
	Title:    "Remittances",
	Subtitle: "Excerpts from the proceedings",
	Header:   "Remittances, 1 March 2005",
	Contents: "Contents",
	Notes:    "Notes",
	Language: "en",
	Date:     time.Date(2005, 3, 1, 12, 0, 0, 0, time.UTC),
	Blocks: []Block{
		{Kind: Remark, Runs: []Run{{Text: "Searched: 1 document, 600 passages.\nEvery quotation stands in the source."}}},
		{Kind: Heading, Level: 1, Anchor: "sums", Runs: []Run{{Text: "How much is sent"}}},
		{Runs: []Run{{Text: "The "}, {Text: "ILO", Bold: true}, {Text: " said in "}, {Text: "A Fair Globalization", Italic: true}, {Text: ":"}}},
		{Kind: Quote, Anchor: "excerpt-1", Runs: []Run{
			{Text: "Evidence is plain: "},
			{Text: "remittances are currently estimated at some $US 80 billion a year", Marked: true,
				Note: []Run{{Text: "Third Coordination Meeting", Italic: true}, {Text: ", para. 12, p. 32. See "}, {Text: "the text", Link: "https://example.org/meeting?year=2004&copy=1"}, {Text: "."}}},
			{Text: " […] and they grow."},
		}},
		{Kind: Heading, Level: 2, Runs: []Run{{Text: "Where to read on"}}},
		{Kind: Item, Runs: []Run{{Text: "the "}, {Text: "first excerpt", Link: "#excerpt-1"}, {Text: "."}}},
		{Kind: Item, Runs: []Run{{Text: "what was not found", Bold: true, Italic: true, Note: []Run{{Text: "Two lines\nof a note."}}}}},
		{Kind: Heading, Level: 3, Runs: []Run{{Text: "Other letters"}}},
		{Runs: []Run{{Text: "Ωραία ελληνικά, хороший русский, Żółć, œuvre; “quoted” — 27–28 October, ½ of it."}}},
		{Runs: []Run{{Text: "A leads nowhere, "}, {Text: "and neither does this", Link: "javascript:alert(1)"}, {Text: "."}}},
	},
}

// nasty is a paper whose text looks like markup of every kind.
var nasty = Paper{
	Title:    "# <script>alert(1)</script> ]]> & \"title\": 'x' --- \\",
	Subtitle: "1. not a list",
	Header:   "}</style><script>\"\\a",
	Language: "not a language",
	Contents: "<b>*Contents*",
	Blocks: []Block{
		{Kind: Heading, Level: 9, Runs: []Run{{Text: "## heading ##\nof two lines #"}}},
		{Runs: []Run{{Text: "+ plus\n- minus\n1. one\n2) two\n> quote\n    indented\n===\n---\n***\n# hash\n|a|b|\n|-|-|\n:-\n~~~\n```"}}},
		{Runs: []Run{{Text: "*a* _b_ `c` [d](e) ![f](g) <b>h</b> &amp; &#60; ~~i~~ $j$ :smile: www.example.com https://example.com a@example.com [^1] {#k}"}}},
		{Runs: []Run{{Text: "“", Bold: true}, {Text: "x", Bold: true, Italic: true}, {Text: "y", Italic: true}, {Text: "*z", Marked: true}, {Text: "&"}, {Text: "amp;", Bold: true}, {Text: " wow!"}, {Text: "linked ]", Link: "http://example.org/a b)<\">?&amp;=&copy;"}}},
		{Kind: Quote, Anchor: "Bad anchor", Runs: []Run{{Text: "\x00\x1b[31m bell\a \ufffe \xff nul, ]]> \u202eright to left\u202c \u200d 👩‍👩‍👧 é e\u0301 العربية 中文"}}},
		{Kind: Item, Anchor: "twice", Runs: []Run{{Text: "\n\n  \n"}}},
		{Kind: Item, Anchor: "twice", Runs: []Run{{Text: "a\n\nb\n", Note: []Run{{Text: "\n- a note\n1. of lines\n\n    code", Note: []Run{{Text: "a note's note"}}}}}}},
		{Kind: Remark, Runs: []Run{{Text: strings.Repeat("long", 400)}, {Text: "!", Note: []Run{{Text: strings.Repeat("A note that goes on. ", 150)}}}}},
		{Kind: 77, Runs: []Run{{Text: "of no kind", Link: "#nowhere"}, {}, {Note: []Run{}}}},
		{},
	},
}

func write(t testing.TB, f Format, p Paper) []byte {
	t.Helper()
	var out bytes.Buffer
	var missing *MissingError
	if err := f.Write(&out, p); err != nil && !errors.As(err, &missing) {
		t.Fatal(err)
	}
	return out.Bytes()
}

// golden compares with a file under testdata, or writes it anew.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}

// TestGolden compares the formats that are text.
func TestGolden(t *testing.T) {
	for name, p := range map[string]Paper{"sample": sample, "nasty": nasty} {
		golden(t, name+".md", write(t, Format{Write: Markdown}, p))
		golden(t, name+".html", write(t, Format{Write: HTML}, p))
	}
}

// TestSameBytes holds each format to its word that a paper's bytes depend on
// nothing else, and that the paper is left as it was.
func TestSameBytes(t *testing.T) {
	big := many(300)
	for _, f := range Formats {
		for _, p := range []Paper{{}, sample, nasty, big} {
			first := write(t, f, p)
			before := runtime.GOMAXPROCS(1)
			second := write(t, f, p)
			runtime.GOMAXPROCS(before)
			if !bytes.Equal(first, second) {
				t.Errorf("%s: %q gave other bytes the second time", f.Name, p.Title)
			}
		}
	}
	if len(sample.Blocks[0].Runs) != 1 || nasty.Title[0] != '#' || sample.Blocks[3].Runs[1].Note == nil {
		t.Error("a writer changed the paper")
	}
}

// many returns a paper of n quotations, each with its heading and note.
func many(n int) Paper {
	p := Paper{Title: "Many"}
	for range n {
		p.Blocks = append(p.Blocks, sample.Blocks[1], sample.Blocks[3])
	}
	return p
}

// A full disk takes so many bytes and no more.
type full int

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if len(b) > int(*f) {
		n := int(*f)
		*f = 0
		return n, errFull
	}
	*f -= full(len(b))
	return len(b), nil
}

func TestFullDisk(t *testing.T) {
	for _, f := range Formats {
		for _, room := range []full{0, 100, 1000} {
			if err := f.Write(&room, many(20)); !errors.Is(err, errFull) {
				t.Errorf("%s on a full disk: %v", f.Name, err)
			}
		}
	}
}

// fuzzed makes a paper of any bytes: a block of each line that ends in NUL, a run
// of each piece that ends in \x01, whose first bytes say what it is like.
func fuzzed(data []byte) Paper {
	links := []string{"", "#a", "#b", "http://example.org/(x)?a=1&b=2", "javascript:x", "https://example.org/ü *_"}
	anchors := []string{"", "a", "b", "A b"}
	p := Paper{}
	for i, line := range bytes.Split(data, []byte{0}) {
		var b Block
		for j, piece := range bytes.Split(line, []byte{1}) {
			var look, link byte
			if len(piece) > 1 {
				look, link, piece = piece[0], piece[1], piece[2:]
			}
			if j == 0 {
				b.Kind, b.Level, b.Anchor = Kind(look%6), int(look/6%5), anchors[int(link)%len(anchors)]
			}
			r := Run{Text: string(piece), Bold: look&1 > 0, Italic: look&2 > 0, Marked: look&4 > 0, Link: links[int(link)%len(links)]}
			if look&8 > 0 && len(b.Runs) > 0 {
				last := &b.Runs[len(b.Runs)-1]
				last.Note = append(last.Note, r)
				continue
			}
			b.Runs = append(b.Runs, r)
		}
		if i == 0 && len(b.Runs) > 0 {
			p.Title, p.Subtitle, p.Header = b.Runs[0].Text, b.Runs[len(b.Runs)-1].Text, string(line)
			if b.Kind == Heading {
				p.Contents, p.Notes = p.Title, p.Subtitle
			}
			continue
		}
		p.Blocks = append(p.Blocks, b)
	}
	return p
}

// seed adds what a fuzz target begins with.
func seed(f *testing.F) {
	f.Add([]byte("\x01@Title\x01@@Notes\x00\x01@one\x00\x07@two\x00A@text"))
	f.Add([]byte("Title\x00AAtext \x01BBbold\x01FFitalic\x01JJnote\x00BC# heading #\x00CBquote"))
	f.Add([]byte("T\x00A@a line that ends in \\\n/ another"))
	f.Add([]byte("T\x00A@a\x01JAnote\x01JB\u2000"))
	for _, b := range nasty.Blocks {
		for _, r := range b.Runs {
			f.Add([]byte("T\x00A@" + r.Text + "\x00C@" + r.Text + "\x01\x09@" + r.Text + "\x00D@" + r.Text))
			f.Add([]byte("T\x00A@" + r.Text + "\x01E@" + r.Text + "\x01BC" + r.Text))
		}
	}
}
