package export

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// readers are the programs that read back what was written, by the package that
// has them.
var readers = map[string]string{"pdftotext": "poppler-utils", "pdfinfo": "poppler-utils", "soffice": "libreoffice-writer-nogui"}

// reader returns where a program is, or skips the test.
func reader(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed (Debian: apt-get install %s): nothing reads the file back", name, readers[name])
	}
	return path
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	var errors bytes.Buffer
	c := exec.Command(reader(t, name), args...)
	c.Stderr = &errors
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, &errors)
	}
	if errors.Len() > 0 && name != "soffice" {
		t.Errorf("%s complains: %s", name, &errors)
	}
	return string(out)
}

// save writes a paper where other programs find it.
func save(t *testing.T, f Format, p Paper) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "paper."+f.Name)
	if err := os.WriteFile(path, write(t, f, p), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

var pageNumber = regexp.MustCompile(`^\d+ ?/ ?\d+$`)

// pagesOf returns the words on each page of a PDF, without page numbers, which
// must be there, and how often the header was seen, which is left out as well.
func pagesOf(t *testing.T, path, header string) (pages [][]string, headers int) {
	t.Helper()
	text := output(t, "pdftotext", "-raw", path, "-")
	for i, page := range strings.Split(strings.TrimSuffix(text, "\f"), "\f") {
		var words []string
		numbered := false
		for _, line := range strings.Split(page, "\n") {
			switch line = strings.TrimSpace(line); {
			case pageNumber.MatchString(line):
				numbered = true
			case line == header:
				headers++
			default:
				words = append(words, strings.Fields(line)...)
			}
		}
		if !numbered {
			t.Errorf("page %d has no number", i+1)
		}
		pages = append(pages, words)
	}
	return pages, headers
}

// wordsOf returns the words of a paper in their order, with the numbers of notes
// and, behind the entries of the list of contents, of pages, and apart from them
// the words of each note.
func wordsOf(p Paper, page func(anchor string) string) (body, notes []string) {
	text := p.Title + "\n" + p.Subtitle + "\n"
	n := 0
	entries, first := tidy(p).contents()
	for i, b := range tidy(p).Blocks {
		if i == first {
			text += p.Contents + "\n"
			for _, e := range entries {
				text += e.Text + " " + page(e.Anchor) + "\n"
			}
		}
		if b.Kind == Item {
			text += "• "
		}
		for _, r := range b.Runs {
			text += r.Text
			if r.Note != nil {
				n++
				text += strconv.Itoa(n)
				notes = append(notes, plainText(r.Note))
			}
		}
		text += "\n"
	}
	return strings.Fields(text), notes
}

// long is a paper of several pages.
func long() Paper {
	p := sample
	p.Blocks = slices.Concat(many(12).Blocks, sample.Blocks[4:])
	return p
}

func TestPDFReadBack(t *testing.T) {
	for _, p := range []Paper{sample, long()} {
		path := save(t, Format{Name: "pdf", Write: PDF}, p)
		pages, headers := pagesOf(t, path, p.Header)
		if want := len(pages) - 1; headers != want {
			t.Errorf("the header stands on %d pages, want %d", headers, want)
		}
		laid := newTypesetter(nil).pages(tidy(p))
		want, notes := wordsOf(p, func(anchor string) string { return strconv.Itoa(pageOf(laid, anchor)) })
		want = append(want, p.Notes)
		for i, note := range notes {
			want = append(want, strconv.Itoa(i+1)+".")
			want = append(want, strings.Fields(note)...)
		}
		if got := slices.Concat(pages...); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("pdftotext reads\n%s\nwant\n%s", strings.Join(got, " "), strings.Join(want, " "))
		}
		info := output(t, "pdfinfo", path)
		for _, want := range []string{"Remittances\n", "Mar  1 12:00:00 2005", "A4"} {
			if !strings.Contains(info, want) {
				t.Errorf("pdfinfo does not say %q:\n%s", want, info)
			}
		}
	}
}

// TestDOCXReadBack has LibreOffice make a PDF of a DOCX, and reads that: the
// text in its order, each note at the foot of the page that calls it.
func TestDOCXReadBack(t *testing.T) {
	if testing.Short() {
		t.Skip("LibreOffice takes seconds to start")
	}
	reader(t, "soffice")
	reader(t, "pdftotext")
	p := long()
	path := save(t, Format{Name: "docx", Write: DOCX}, p)
	dir := filepath.Dir(path)
	output(t, "soffice", "--headless", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--convert-to", "pdf", "--outdir", dir, path)
	pages, headers := pagesOf(t, filepath.Join(dir, "paper.pdf"), p.Header)
	if want := len(pages) - 1; headers != want || want == 0 {
		t.Errorf("the header stands on %d pages, want %d", headers, want)
	}
	want, notes := wordsOf(p, func(string) string { return "" })
	var got []string // the text without the notes
	next := 0
	for i, words := range pages {
		page := strings.Join(words, " ")
		body, feet := page, ""
		if next < len(notes) {
			if at := strings.Index(page, " "+strconv.Itoa(next+1)+" "+notes[next]); at >= 0 {
				body, feet = page[:at], page[at:]
			}
		}
		got = append(got, strings.Fields(body)...)
		for next < len(notes) && strings.Contains(body, callOf(next+1)) {
			foot := " " + strconv.Itoa(next+1) + " " + notes[next]
			rest, ok := strings.CutPrefix(feet, foot)
			if !ok {
				t.Fatalf("page %d calls note %d and does not have it at its foot: %q", i+1, next+1, feet)
			}
			feet = rest
			next++
		}
		if feet != "" {
			t.Errorf("page %d has more at its foot: %q", i+1, feet)
		}
	}
	if next != len(notes) {
		t.Errorf("%d notes at the feet of pages, want %d", next, len(notes))
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("LibreOffice reads\n%s\nwant\n%s", strings.Join(got, " "), strings.Join(want, " "))
	}
}

// callOf returns a note's number as it stands behind the word in long's text.
func callOf(n int) string {
	if n == len(many(12).Blocks)/2+1 {
		return "found" + strconv.Itoa(n)
	}
	return "year" + strconv.Itoa(n) + " "
}
