package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// TestPagesGolden compares what stands where, which a PDF's own bytes would not
// show.
func TestPagesGolden(t *testing.T) {
	for name, p := range map[string]Paper{"sample": sample, "nasty": nasty} {
		var out bytes.Buffer
		for i, rows := range newTypesetter(nil).pages(tidy(p)) {
			fmt.Fprintf(&out, "page %d\n", i+1)
			for _, r := range rows {
				fmt.Fprintf(&out, "%5.1f ", r.top)
				for _, b := range r.boxes {
					fmt.Fprintf(&out, "|%.1f %s %.3g %q", b.x, b.face.name, b.look.size, b.text)
					if b.look.link != "" {
						fmt.Fprintf(&out, " to %s", b.look.link)
					}
				}
				if names := r.allNames(); len(names) > 0 {
					fmt.Fprintf(&out, " named %s", names)
				}
				fmt.Fprintln(&out)
			}
		}
		golden(t, name+".pages.txt", out.Bytes())
	}
}

// setText returns the characters of a text as a PDF shows them, without white
// space.
func setText(t *typesetter, text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\n' || invisible(r):
			return -1
		case t.face(r, &textLook{}) == nil:
			return utf8.RuneError
		}
		return r
	}, norm.NFC.String(text))
}

// pageOf returns the number of the page on which a name stands.
func pageOf(pages [][]placed, name string) int {
	return 1 + slices.IndexFunc(pages, func(rows []placed) bool {
		return slices.ContainsFunc(rows, func(r placed) bool { return slices.Contains(r.allNames(), name) })
	})
}

// checkPages holds pages to what a reader may expect of them: all of the text in
// its order, within the margins, and links that lead to one place each.
func checkPages(t *testing.T, p Paper) {
	t.Helper()
	p = tidy(p)
	setter := newTypesetter(nil)
	pages := setter.pages(p)
	var want, got strings.Builder
	notes := 0
	text := func(runs []Run) {
		for _, r := range runs {
			want.WriteString(setText(setter, r.Text))
			if r.Note != nil {
				notes++
				fmt.Fprint(&want, notes)
			}
		}
	}
	want.WriteString(setText(setter, p.Title+p.Subtitle))
	var called [][]Run
	entries, first := p.contents()
	for i, b := range p.Blocks {
		if i == first && len(entries) > 0 {
			want.WriteString(setText(setter, p.Contents))
			for _, e := range entries {
				want.WriteString(setText(setter, e.Text))
				fmt.Fprint(&want, pageOf(pages, e.Anchor))
			}
		}
		if b.Kind == Item {
			want.WriteString("•")
		}
		text(b.Runs)
		for _, r := range b.Runs {
			if r.Note != nil {
				called = append(called, r.Note)
			}
		}
	}
	if len(called) > 0 {
		want.WriteString(setText(setter, p.Notes))
	}
	for i, note := range called {
		fmt.Fprintf(&want, "%d.", i+1)
		text(note)
	}
	names, leads := map[string]int{}, map[string]bool{}
	for i, rows := range pages {
		for j, r := range rows {
			if r.top < pageMargin-0.01 || r.top+r.leading > pageHeight-pageMargin+0.01 {
				t.Errorf("page %d: a row from %.1f to %.1f", i+1, r.top, r.top+r.leading)
			}
			if j > 0 && r.top < rows[j-1].top+rows[j-1].leading-0.01 {
				t.Errorf("page %d: rows lie upon each other at %.1f", i+1, r.top)
			}
			for _, name := range r.allNames() {
				names[name]++
			}
			for _, b := range r.boxes {
				if b.x < 0 || b.x+b.width > textWidth+0.01 {
					t.Errorf("page %d: %q from %.1f to %.1f", i+1, b.text, b.x, b.x+b.width)
				}
				got.WriteString(strings.ReplaceAll(b.text, " ", ""))
				if name, ok := strings.CutPrefix(b.look.link, "#"); ok {
					leads[name] = true
				}
			}
		}
	}
	if want.String() != got.String() {
		t.Errorf("the pages hold\n%q\nwant\n%q", got.String(), want.String())
	}
	for name := range leads {
		if names[name] != 1 {
			t.Errorf("%d places are named %s, to which a link leads", names[name], name)
		}
	}
}

func TestPages(t *testing.T) {
	for _, p := range []Paper{{}, sample, nasty, many(300)} {
		t.Run(p.Title, func(t *testing.T) { checkPages(t, p) })
	}
}

// What leads to the next block stays with it, and no page begins or ends with a
// single line of several, wherever the page ends.
func TestPageEnds(t *testing.T) {
	one := func(text string) []Run { return []Run{{Text: text}} }
	ends := map[string]int{}
	for before := range 60 {
		pages := paginate(newTypesetter(nil).rows(tidy(Paper{Blocks: []Block{
			{Runs: one(strings.Repeat("before\n", before) + "before")},
			{Kind: Heading, Level: 1, Runs: one("a heading")},
			{Kind: Remark, Runs: one("by whom")},
			{Runs: one("who said:")},
			{Kind: Quote, Runs: one("first\nsecond\nthird\nfourth\nfifth")},
			{Runs: one(strings.Repeat("after\n", 60) + "after")},
		}})))
		for _, rows := range pages {
			ends[rows[len(rows)-1].boxes[0].text]++
		}
	}
	for _, never := range []string{"a heading", "by whom", "who said:", "first", "fourth"} {
		if ends[never] > 0 {
			t.Errorf("%d pages end after %q", ends[never], never)
		}
	}
	for _, sometimes := range []string{"before", "second", "third", "fifth", "after"} {
		if ends[sometimes] == 0 {
			t.Errorf("no page ends after %q, where it may", sometimes)
		}
	}
}

func TestOutlineLevels(t *testing.T) {
	var p Paper
	for _, level := range []int{3, 1, 3, 2, 1} {
		p.Blocks = append(p.Blocks, Block{Kind: Heading, Level: level, Runs: []Run{{Text: "𝔸 heading"}}})
	}
	var out bytes.Buffer
	if err := PDF(&out, p); !errors.As(err, new(*MissingError)) {
		t.Fatal(err)
	}
}

func TestMissing(t *testing.T) {
	p := Paper{Title: "Marks", Blocks: []Block{{Runs: []Run{{Text: "this is done ✓, and so is this ✓, and that is not 中"}}}}}
	var out bytes.Buffer
	err := PDF(&out, p)
	var missing *MissingError
	if !errors.As(err, &missing) || len(missing.Missing) != 2 {
		t.Fatalf("the error is %v", err)
	}
	if m := missing.Missing[0]; m.Character != '✓' || m.Count != 2 || m.Around != "this is done ✓, and so is this ✓," {
		t.Errorf("the first that is missing: %+v", m)
	}
	for _, want := range []string{"✓", "U+2713", "中", "configure a font file"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %s", err, want)
		}
	}
	if !bytes.HasPrefix(out.Bytes(), []byte("%PDF-")) || !bytes.HasSuffix(out.Bytes(), []byte("%%EOF\n")) {
		t.Error("the file is not whole")
	}

	extra, err := LoadFont(filepath.Join("testdata", "check-marks.ttf"))
	if err != nil {
		t.Fatal(err)
	}
	pdf := Format{"pdf", PDF}
	err = pdf.WithFont(extra).Write(&out, p)
	if !errors.As(err, &missing) || len(missing.Missing) != 1 || missing.Missing[0].Character != '中' {
		t.Errorf("with a font that has ✓: %v", err)
	}
	if !bytes.Contains(out.Bytes(), []byte("configured")) {
		t.Error("the configured font is not in the file")
	}
}

// TestCallStaysWithWord begins no line with the number of a note, however long the
// line before it is.
func TestCallStaysWithWord(t *testing.T) {
	for n := range 150 {
		words := strings.Repeat("i", n) + " "
		for _, end := range []string{"end", "end.", "end.”", "end)", "end…", "end —", "1990", "桥"} {
			p := tidy(Paper{Blocks: []Block{{Runs: []Run{{Text: words + end, Note: []Run{{Text: "a note"}}}, {Text: " and on"}}}}})
			for _, r := range newTypesetter(nil).rows(p) {
				if len(r.boxes) > 0 && r.boxes[0].look.rise > 0 {
					t.Fatalf("%d letters and %q: a line begins with the number", n, end)
				}
			}
		}
	}
}

// TestTooTall fills pages with rows that would stay together and do not fit on one.
func TestTooTall(t *testing.T) {
	rows := joinAll(slices.Repeat([]row{{leading: 15}}, 200))
	rows[len(rows)-1].joined = false
	pages := paginate(append([]row{{leading: 15}}, rows...))
	if want := int(math.Ceil(201 / math.Floor(textHeight/15))); len(pages) != want {
		t.Errorf("200 rows fill %d pages, want %d", len(pages), want)
	}
}

// TestScripts shows nothing of a script that would be set wrongly, in whatever font.
func TestScripts(t *testing.T) {
	for text, shown := range map[string]bool{
		"Ἑλληνικά, кириллица": true, "עברית": false, "العربية": false, "हिन्दी": false, "தமிழ்": false, "ភាសា": false,
	} {
		err := PDF(io.Discard, Paper{Blocks: []Block{{Runs: []Run{{Text: text}}}}})
		if shown && err == nil {
			continue
		}
		var missing *MissingError
		if !errors.As(err, &missing) || missing.Characters() == 0 || !strings.Contains(err.Error(), "write docx or html") {
			t.Errorf("%s: %v", text, err)
		}
		setter := newTypesetter(builtIn()[[2]bool{}])
		for _, r := range text {
			setter.extra.widths[r] = 500 // as of a font that has it
			if setter.face(r, &textLook{}) != nil {
				t.Errorf("%c of %s is set", r, text)
			}
		}
	}
}

func TestLoadFont(t *testing.T) {
	good, err := os.ReadFile(filepath.Join("testdata", "check-marks.ttf"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, data := range map[string][]byte{
		"empty.ttf": {}, "text.ttf": []byte("not a font"), "postscript.otf": []byte("OTTO\x00\x01"), "half.ttf": good[:len(good)/2],
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadFont(path); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := LoadFont(filepath.Join(dir, "none.ttf")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func FuzzPages(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		checkPages(t, fuzzed(data))
		write(t, Format{Write: PDF}, fuzzed(data))
	})
}

// FuzzFont holds fonts that anybody may configure to failing by an error.
func FuzzFont(f *testing.F) {
	good, err := os.ReadFile(filepath.Join("testdata", "check-marks.ttf"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, data []byte) {
		extra, err := newFont("configured", data)
		if err == nil && extra.try() == nil {
			writePDF(&bytes.Buffer{}, Paper{Title: "✓✗A"}, extra) // an error is as good
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	p := many(100)
	for _, f := range Formats {
		b.Run(f.Name, func(b *testing.B) {
			for b.Loop() {
				write(b, f, p)
			}
		})
	}
}
