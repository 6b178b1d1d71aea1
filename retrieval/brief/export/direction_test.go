package export

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStretches(t *testing.T) {
	for _, test := range []struct {
		text     string
		leftward bool
		want     string // stretches between bars, an asterisk behind those read from right to left
	}{
		{"plain (text), 2004.", false, "plain (text), 2004."},
		{"", false, ""},
		{"…", true, "…*"},
		{"the word שלום, he said", false, "the word |שלום*|, he said"},
		{"שלום (bridge) בירוק 2004.", true, "שלום (*|bridge|) בירוק 2004.*"},
		{"(עברית)", false, "(|עברית*|)"},
		{"«نص» text", true, "«نص» *|text"},
		{"ab שלום עולם", false, "ab |שלום עולם*"},
	} {
		var got []string
		for _, s := range stretches(test.text, test.leftward) {
			if s.leftward {
				s.text += "*"
			}
			got = append(got, s.text)
		}
		if diff := cmp.Diff(test.want, strings.Join(got, "|")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, diff)
		}
	}
}

// TestRightToLeft sets a paragraph from right to left where its first letter says
// so, and nowhere else.
func TestRightToLeft(t *testing.T) {
	p := Paper{Title: "Χαίρετε", Language: "en", Blocks: []Block{
		{Kind: Heading, Level: 1, Runs: []Run{{Text: "«الجسر» bridge"}}},
		{Kind: Quote, Language: "he", Runs: []Run{{Text: "1. הגשר "}, {Text: "bridge", Marked: true, Note: []Run{{Text: "«הגשר»"}}}}},
		{Kind: Quote, Language: "und", Runs: []Run{{Text: "a bridge, הגשר"}}},
		{Runs: []Run{{Text: "2004"}}},
	}}
	html := string(write(t, Format{Write: HTML}, p))
	for _, want := range []string{`<h1>`, `<h2 dir="rtl">`, `<blockquote lang="he" dir="rtl">`, `<blockquote lang=""><p>`, `<p>2004</p>`, `<li id="note_1" dir="rtl">`} {
		if !strings.Contains(html, want) {
			t.Errorf("the HTML lacks %s", want)
		}
	}
	checkHTML(t, p)
	checkDOCX(t, p)
	parts := unzip(t, write(t, Format{Write: DOCX}, p))
	var got []string
	for _, part := range []string{"word/document.xml", "word/footnotes.xml"} {
		for _, paragraph := range parseXML(t, part, parts[part]).all("p") {
			if len(paragraph.all("t")) == 0 {
				continue
			}
			line := ""
			for _, r := range paragraph.all("r") {
				_, rtl := r.has("rtl")
				for _, text := range r.all("t") {
					line += fmt.Sprintf("%s[%t]", strings.TrimSpace(text.text), rtl)
				}
			}
			if _, ok := paragraph.has("bidi"); ok {
				line += " bidi"
			}
			got = append(got, line)
		}
	}
	want := []string{
		"Χαίρετε[false]", "«الجسر»[true]bridge[false] bidi", "1. הגשר[true]bridge[false] bidi",
		"a bridge,[false]הגשר[true]", "2004[false]", "[true]«הגשר»[true] bidi",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the DOCX (-want +got):\n%s", diff)
	}
}
