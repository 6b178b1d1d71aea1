package brief_test

import (
	"testing"

	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/retrieval/brief"
	"rapporteur/retrieval/brief/export"
)

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
