package brief_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/retrieval/brief"
	"rapporteur/retrieval/brief/export"
)

// TestContents gives a paper a list of contents where it has many headings.
func TestContents(t *testing.T) {
	m := minutes(t)
	for queries, want := range map[int]string{1: "", 10: "", 11: "Contents", 30: "Contents"} {
		var all []string
		for i := range queries {
			all = append(all, fmt.Sprintf("What would lighthouse %d cost?", i))
		}
		// Sources and the documents searched have headings too.
		if got := briefing(t, m, brief.Ask("Lights", all)).Paper(brief.Form{}).Contents; got != want {
			t.Errorf("%d questions have a list of contents %q, want %q", queries, got, want)
		}
	}
}

// TestLackingCharacters has a PDF say itself that it does not show everything, and
// no other format.
func TestLackingCharacters(t *testing.T) {
	text := []byte("The bridge 桥 was painted green 桥 on Monday, said the mayor of the town.\n")
	card := corpus.Card{ID: "bridge", File: "bridge.txt", Title: "The bridge"}
	m := maker(t, embed.Quote(), corpus.Source{Card: card, Path: "/bridge.txt", Bytes: text})
	b := briefing(t, m, brief.About("the bridge"))
	pdf, err := brief.FormatNamed("pdf")
	if err != nil {
		t.Fatal(err)
	}
	var missing *export.MissingError
	var file bytes.Buffer
	if err := pdf.Write(&file, b, brief.Form{}); !errors.As(err, &missing) || missing.Characters() != 2 {
		t.Errorf("the error is %v", err)
	}
	path := filepath.Join(t.TempDir(), "bridge.pdf")
	if err := os.WriteFile(path, file.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	const said = "stands for a character that this PDF cannot show, 2 times"
	if strings.Contains(written(t, b, "md", brief.Form{}), said) {
		t.Error("Markdown says that it is a PDF")
	}
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("there is no pdftotext to read PDF with")
	}
	read, err := exec.Command("pdftotext", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(strings.Fields(string(read)), " "), said) {
		t.Errorf("the PDF does not say so:\n%s", read)
	}
}

// TestLanguages holds a paper to the language of its own words, and its quotations
// to that of their documents, which most do not say.
func TestLanguages(t *testing.T) {
	bridge := []byte("Le conseil a décidé lundi que le nouveau pont serait peint en vert, a dit le maire.\n")
	for language, want := range map[string]string{"": "und", "fr": "fr"} {
		card := corpus.Card{ID: "pont", File: "pont.txt", Title: "Le pont", Language: language}
		m := maker(t, embed.Quote(), corpus.Source{Card: card, Path: "/pont.txt", Bytes: bridge})
		paper := briefing(t, m, brief.About("le nouveau pont")).Paper(brief.Form{})
		if paper.Language != "en" {
			t.Errorf("the paper's language is %q", paper.Language)
		}
		quotes := 0
		for _, b := range paper.Blocks {
			if b.Kind == export.Quote {
				quotes++
				if b.Language != want {
					t.Errorf("a quotation from a document of language %q has %q, want %q", language, b.Language, want)
				}
			}
		}
		if quotes == 0 {
			t.Error("nothing was quoted")
		}
	}
}
