package brief_test

import (
	"fmt"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/retrieval/brief"
)

// Where there is more than a briefing holds, each document has its say before one says
// it all, and those left out are named.
func TestFurther(t *testing.T) {
	paragraphs := func(who string, from, n int) []byte {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "The %s office wrote its letter number %d about the lighthouse, which was read aloud in the town hall.\n\n", who, from+i)
		}
		return []byte(b.String())
	}
	sources := []corpus.Source{{Card: corpus.Card{ID: "long", File: "long.txt", Title: "Long"}, Path: "/long.txt", Bytes: paragraphs("northern", 0, 60)}}
	for i := range 45 {
		name := fmt.Sprintf("short%02d", i)
		sources = append(sources, corpus.Source{Card: corpus.Card{ID: name, File: name + ".txt", Title: name}, Path: "/" + name, Bytes: paragraphs(name, 100+i, 1)})
	}
	b := briefing(t, maker(t, embed.Quote(), sources...), brief.About("lighthouse"))
	files := make(map[string]int)
	for _, p := range b.Parts {
		for _, e := range p.Excerpts {
			files[e.Passage.Doc.File]++
		}
	}
	if len(files) < 25 || files["long.txt"] > 15 {
		t.Errorf("%d documents are quoted, one of them %d times", len(files), files["long.txt"])
	}
	last := b.Parts[len(b.Parts)-1]
	if last.AtLeast || len(last.Elsewhere) != 46-len(files) {
		t.Errorf("at least %v: %d documents elsewhere, %d quoted", last.AtLeast, len(last.Elsewhere), len(files))
	}
	got := shown(b.Paper(brief.Form{}))
	want := fmt.Sprintf("\n%d further paragraphs speak to this too, and are left out for length.", last.More)
	if !strings.Contains(got, want) || len(last.Elsewhere) > 0 && !strings.Contains(got, "not quoted here: short") {
		t.Errorf("no %q in\n%.3000s", want, got)
	}
}
