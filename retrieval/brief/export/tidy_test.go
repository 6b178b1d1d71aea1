package export

import (
	"fmt"
	"strings"
	"testing"
)

// TestHeadingLevels lets no heading lie deeper than one below that above it, since
// those who find their way by headings would look for what is passed over.
func TestHeadingLevels(t *testing.T) {
	for given, want := range map[string]string{
		"1 2 3 1 3 2": "1 2 3 1 2 2",
		"2 2 1 2":     "1 1 1 2",
		"3 2 1":       "1 1 1",
		"1 3 3 2 3":   "1 2 2 2 3",
		"0 9 -1":      "1 2 1",
	} {
		var p Paper
		for _, level := range strings.Fields(given) {
			b := Block{Kind: Heading, Runs: []Run{{Text: "x"}}}
			fmt.Sscan(level, &b.Level)
			p.Blocks = append(p.Blocks, b, Block{Runs: b.Runs})
		}
		var got []string
		for _, b := range tidy(p).Blocks {
			if b.Kind == Heading {
				got = append(got, fmt.Sprint(b.Level))
			}
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("levels %s become %s, want %s", given, got, want)
		}
	}
}

func TestHeaderIsShort(t *testing.T) {
	for _, test := range []struct{ given, want string }{
		{"Remittances\nand more", "Remittances and more"},
		{strings.Repeat("много слов ", 100), strings.Repeat("много слов ", 8) + "…"},
		{strings.Repeat("x", 91), strings.Repeat("x", 89) + "…"},
	} {
		want := strings.Replace(test.want, " …", "…", 1)
		if got := tidy(Paper{Header: test.given}).Header; got != want {
			t.Errorf("header %q, want %q", got, want)
		}
	}
}

func TestTitleIsShort(t *testing.T) {
	long := strings.Repeat("many words ", 100)
	got := tidy(Paper{Title: long}).Title
	if !strings.HasPrefix(long, strings.TrimSuffix(got, "…")) || len([]rune(got)) > mostTitle || len(got) < mostTitle-20 {
		t.Errorf("the title is %q", got)
	}
}

// TestUnseenCharacters leaves out what would turn the number of the note around, or
// part a word that is searched for.
func TestUnseenCharacters(t *testing.T) {
	got := tidy(Paper{Blocks: []Block{{Runs: []Run{{Text: "inter\u00adnational \u202eword\u2066s, می\u200cخواهم 👩\u200d👧"}}}}})
	if want := "international words, می\u200cخواهم 👩\u200d👧"; got.Blocks[0].Runs[0].Text != want {
		t.Errorf("got %q, want %q", got.Blocks[0].Runs[0].Text, want)
	}
}
