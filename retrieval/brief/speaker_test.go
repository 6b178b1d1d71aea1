package brief

import (
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
	"rapporteur/retrieval/brief/cite"
)

// sentencesOf reads a text whose paragraphs are parted by blank lines.
func sentencesOf(t *testing.T, src string) *text {
	t.Helper()
	d, err := corpus.Read(corpus.Card{ID: "a", File: "a.txt"}, []byte(src), e5.Words())
	if err != nil {
		t.Fatal(err)
	}
	return newText(d)
}

func TestSpeaker(t *testing.T) {
	for _, test := range []struct{ text, want string }{ // of the last sentence
		{"Mr. Lucas noted that remittances had grown.", "Mr. Lucas"},
		{"Ms. Ada Lind, Director of the Harbour Office, welcomed the members.", "Ms. Ada Lind, Director of the Harbour Office"},
		{"The second panellist, Mr. Skeldon, focused his remarks on development.", "Mr. Skeldon"},
		{"In the first session, Dr. J. de la Cruz reported on the work.", "Dr. J. de la Cruz"},
		{"However, Mr. Jenny said that conclusions were being drawn.", "Mr. Jenny"},
		{"The representative of the World Bank informed the group about its work.", "The representative of the World Bank"},
		{"Mr. Lucas began the day. He cautioned the meeting. He also stressed the need for data.", ""}, // "began the day" is no speech: nobody spoke by name
		{"Mr. Lucas noted that flows had grown. He stressed the need for data.", "Mr. Lucas"},
		{"Ms. Lind said that it was late.\n\nShe added that all were tired.", "Ms. Lind"},
		{"Ms. Lind said that it was late. He added that all were tired.", ""},
		{"Mr. Lucas thanked Mr. Holm for coming. He added that all were tired.", ""},
		{"Mr. Lucas noted that flows had grown. Mr. Holm was absent. He stressed the need for data.", ""},
		{"Mr. Lucas noted that flows had grown.\n\nThe room was warm.\n\nHe stressed the need for data.", ""},
		{"Mr. Robert E. B. Lucas came. Mr. Lucas noted that flows had grown.", "Mr. Robert E. B. Lucas"},
		{"Mr. Per Holm came with Mr. Ole Holm. Mr. Holm noted that flows had grown.", "Mr. Holm"},
		{"According to Mr. Jenny, the Commission would propose a mechanism.", "Mr. Jenny"},
		{"According to the report of Mr. Jenny, nothing was done.", ""},
		{"Participants noted that flows had grown.", ""},
		{"Remittances had grown.", ""},
		{"Some had doubts about return, as Mr. Lucas had suggested.", ""},
		{"The report of Mr. Lucas noted that flows had grown.", ""},
	} {
		x := sentencesOf(t, test.text)
		if got := x.speaker(len(x.sentences) - 1); got != test.want {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
	}
}

// A paper speaks for who signs it, unless that stands above, or the words are only
// annexed to it.
func TestSpeakerOfPaper(t *testing.T) {
	paper := cite.Work{Author: "The Division, United Nations", Short: "The Division", In: &cite.Work{Title: "Report"}}
	for _, test := range []struct {
		named    string
		under    string
		sections []string
		want     string
	}{
		{want: "The Division"},
		{sections: []string{"B. Health"}, want: "The Division"},
		{named: "Ms. Lind", sections: []string{"Annex: Recommendations of the Forum"}, want: "Ms. Lind"},
		{sections: []string{"Annex: Recommendations of the Forum"}},
		{sections: []string{"Appendix II", "Tables"}},
		{under: paper.Author},
	} {
		e := Excerpt{Citation: Citation{Work: paper, At: cite.Locator{Sections: test.sections}}, Speaker: test.named}
		if got := (&writer{under: test.under}).speaker(e); got != test.want {
			t.Errorf("%+v: %q", test, got)
		}
	}
}

// A quotation in which two speak is nobody's.
func TestSpeakerOf(t *testing.T) {
	x := sentencesOf(t, "Mr. Lucas noted that flows had grown to a large sum. The sum was still rising in that year. Other participants noted that it had not grown at all. Ms. Lind said that nobody knew. The sum was written down by nobody at all. The board agreed that it should be. The harbour office was to do it.")
	for _, test := range []struct {
		quoted []int
		want   string
	}{
		{[]int{0}, "Mr. Lucas"}, {[]int{0, 1}, "Mr. Lucas"}, {[]int{0, 2}, ""}, {[]int{0, 3}, ""}, {[]int{1}, ""}, {[]int{3}, "Ms. Lind"},
		{[]int{3, 4}, "Ms. Lind"}, {[]int{3, 5}, ""}, {[]int{3, 6}, ""}, // what comes between is another's
	} {
		if got := x.speakerOf(test.quoted); got != test.want {
			t.Errorf("%v: %q, want %q", test.quoted, got, test.want)
		}
	}
}

func TestExpansion(t *testing.T) {
	for _, test := range []struct{ letters, before, want string }{
		{"HLD", "preparation of the high-level dialogue ", "high-level dialogue"},
		{"ILO", "the International Labour Organization ", "International Labour Organization"},
		{"GATS", "the General Agreement on Trade in Services ", "General Agreement on Trade in Services"},
		{"GCIM", "Global Commission on International Migration ", "Global Commission on International Migration"},
		{"GCIM", "the Commission on Migration ", ""},
		{"UN", "N ", ""},
		{"UN", "", ""},
		{"USA", "in the United - States of America", ""},
	} {
		if got := expansion(test.letters, test.before); got != test.want {
			t.Errorf("%s in %q: %q, want %q", test.letters, test.before, got, test.want)
		}
	}
}

func TestMarkRepairs(t *testing.T) {
	for _, test := range []struct{ text, printed, want string }{
		{"It was held in New York.", "It was held in New York.", "It was held in New York."},
		{"It was held in New York.", "It was held in New Y ork.", "It was held in New [York]."},
		{"at Headquarters in May", "at Headquartersin May", "at [Headquarters in] May"},
		{"a two-way relationship", "atwo-way relationship", "[a two-way] relationship"},
		{"sex-segregated jobs, and coordination", "sex-\nsegregated jobs, and coordi-\nnation", "sex-segregated jobs, and coordination"},
		{"a page\tends", "a page\n\n\n ends", "a page ends"},
		{"the (special) “regional” body", "the (specia) “regiona” body", "the ([special]) “[regional]” body"},
		{"the 92nd session", "the 92™ session", "the [92nd] session"},
		{"• —", "• -", "• [—]"},
		{"word", "", "[word]"},
		{"", "word", ""},
		{"café soft", "café so\u00adft", "café soft"},
	} {
		if got := markRepairs(test.text, test.printed); got != test.want {
			t.Errorf("%q printed %q: %q, want %q", test.text, test.printed, got, test.want)
		}
	}
}

// Marks are all that is added.
func FuzzMarkRepairs(f *testing.F) {
	f.Add("at Headquarters in May", "at Headquartersin May")
	f.Add("sex-segregated", "sex-\n\nsegregated")
	f.Fuzz(func(t *testing.T, text, printed string) {
		if strings.ContainsAny(text, "[]") || len(text) > 2000 || len(printed) > 2000 {
			return
		}
		got := markRepairs(text, printed)
		depth := 0
		for _, r := range got {
			switch r {
			case '[':
				depth++
			case ']':
				depth--
			}
			if depth < 0 || depth > 1 {
				t.Fatalf("brackets in %q", got)
			}
		}
		if bare := strings.NewReplacer("[", "", "]", "").Replace(got); depth != 0 || bare != strings.Join(strings.Fields(text), " ") {
			t.Fatalf("%q became %q", text, got)
		}
		if markRepairs(text, text) != strings.Join(strings.Fields(text), " ") && !strings.Contains(text, "-") && !strings.ContainsRune(text, '\u00ad') && strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) < 0 {
			t.Fatalf("%q is marked against itself: %q", text, markRepairs(text, text))
		}
	})
}
