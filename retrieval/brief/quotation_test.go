package brief_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"html"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	corpusproceedings "rapporteur/corpus/proceedings"
	"rapporteur/retrieval/brief"
	"rapporteur/retrieval/brief/cite"
)

var tenTopics = []string{
	"remittances", "trafficking in persons", "High-level Dialogue 2006", "indigenous peoples", "health of migrants",
	"return migration", "Berne Initiative", "family reunification", "rights of migrant workers", "statistics and data on migration",
}

// TestQuotationsStand finds every quotation of every export in the source, from
// the export alone.
func TestQuotationsStand(t *testing.T) {
	m := proceedings(t)
	source := letters(string(corpusproceedings.Source()))
	read := map[string]func(*testing.T, string) []string{"md": quotesOfMarkdown, "html": quotesOfHTML, "docx": quotesOfDOCX}
	for i, topic := range tenTopics {
		b := briefing(t, m, brief.About(topic))
		// The styles whose references are not in the quotation.
		f := brief.Form{Style: cite.Styles[i%2], MarkRepairs: i%3 == 0}
		for format, quotes := range read {
			all := quotes(t, written(t, b, format, f))
			if len(all) != excerpts(b) {
				t.Errorf("%s as %s: %d quotations of %d", topic, format, len(all), excerpts(b))
			}
			for _, quote := range all {
				for _, words := range whole(quote) {
					if !stands(words, source) {
						t.Errorf("%s as %s: not in the source: %q", topic, format, words)
					}
				}
			}
		}
	}
	if stands("remittances were taxed at a rate of forty per cent by every country of origin in the region", source) {
		t.Error("what is not in the source is found there")
	}
}

// TestQuotationsInPDF finds every quotation in the PDF that another program reads.
func TestQuotationsInPDF(t *testing.T) {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("there is no pdftotext to read PDF with")
	}
	m := proceedings(t)
	for _, topic := range tenTopics[:3] {
		b := briefing(t, m, brief.About(topic))
		path := filepath.Join(t.TempDir(), "briefing.pdf")
		if err := os.WriteFile(path, []byte(written(t, b, "pdf", brief.Form{})), 0o644); err != nil {
			t.Fatal(err)
		}
		text, err := exec.Command("pdftotext", path, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		// What stands at the head and the foot of pages is in the midst of quotations.
		furniture := regexp.MustCompile(`(?m)^\f?(` + regexp.QuoteMeta(b.Title) + `|\d+ / \d+)$`)
		printed := letters(furniture.ReplaceAllString(string(text), ""))
		for _, quote := range quotesOfMarkdown(t, written(t, b, "md", brief.Form{})) {
			for _, words := range whole(quote) {
				if !stands(words, printed) {
					t.Errorf("%s: not in the PDF: %q", topic, words)
				}
			}
		}
	}
}

func excerpts(b brief.Briefing) int {
	n := 0
	for _, p := range b.Parts {
		n += len(p.Excerpts)
	}
	return n
}

// whole parts a quotation at what is left out of it, without who says it and the
// brackets around repairs.
func whole(quote string) []string {
	quote, _, _ = strings.Cut(quote, "\n— ")
	var out []string
	for part := range strings.SplitSeq(quote, "[…]") {
		out = append(out, strings.NewReplacer("[", "", "]", "").Replace(part))
	}
	return out
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// stands reports whether source, which is letters alone, has the words somewhere
// but for as many letters as a scan may have misread.
func stands(words, source string) bool {
	const window = 12
	quote := letters(words)
	allowed := 4 + len(quote)/12
	for at := 0; at+window <= len(quote); at += window {
		for from := 0; ; {
			i := strings.Index(source[from:], quote[at:at+window])
			if i < 0 {
				break
			}
			start := max(0, from+i-at)
			if differ(quote, source[start:min(len(source), start+len(quote))]) <= allowed {
				return true
			}
			from += i + 1
		}
	}
	return len(quote) < window && strings.Contains(source, quote)
}

// differ is the edit distance of a and b.
func differ(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost = 1 + min(diagonal, row[j], row[j-1])
			}
			diagonal, row[j] = row[j], cost
		}
	}
	return row[len(b)]
}

var (
	tag         = regexp.MustCompile(`<[^>]*>`)
	noteCall    = regexp.MustCompile(`\[\^\d+\]`)
	blockquote  = regexp.MustCompile(`(?s)<blockquote[^>]*>(.*?)</blockquote>`)
	superscript = regexp.MustCompile(`(?s)<sup[^>]*>.*?</sup>`)
)

func quotesOfMarkdown(t *testing.T, file string) []string {
	t.Helper()
	var out []string
	inside := false
	for line := range strings.SplitSeq(file, "\n") {
		line, ok := strings.CutPrefix(line, "> ")
		if ok && !inside {
			out = append(out, "")
		}
		if inside = ok; !ok {
			continue
		}
		line = tag.ReplaceAllString(noteCall.ReplaceAllString(line, ""), "")
		line = html.UnescapeString(strings.NewReplacer(`\[`, "[", `\]`, "]", `\$`, "$", `\`, "").Replace(line))
		out[len(out)-1] += line + "\n"
	}
	return out
}

func quotesOfHTML(t *testing.T, file string) []string {
	t.Helper()
	var out []string
	_, body, _ := strings.Cut(file, "<body>")
	for _, m := range blockquote.FindAllStringSubmatch(body, -1) {
		text := strings.ReplaceAll(superscript.ReplaceAllString(m[1], ""), "<br>", "\n")
		out = append(out, html.UnescapeString(tag.ReplaceAllString(text, "")))
	}
	return out
}

func quotesOfDOCX(t *testing.T, file string) []string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader([]byte(file)), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	document, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer document.Close()
	var out []string
	style, text := "", ""
	for in := xml.NewDecoder(document); ; {
		token, err := in.Token()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "p":
				style, text = "", ""
			case "pStyle":
				style = e.Attr[0].Value
			case "br":
				text += "\n"
			case "t":
				var words string
				if err := in.DecodeElement(&words, &e); err != nil {
					t.Fatal(err)
				}
				text += words
			}
		case xml.EndElement:
			if e.Name.Local == "p" && style == "Quote" {
				out = append(out, text)
			}
		}
	}
}
