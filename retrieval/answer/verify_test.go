package answer

import (
	"strings"
	"testing"

	"rapporteur/corpus"
)

func TestVerify(t *testing.T) {
	const source = "It was held at United Nations Headquartersin New Y ork. Nobody else was asked, and nothing more was said about the matter."
	for _, test := range []struct {
		name       string
		start, end int
		quote      string
		printed    string // "": what stands there
		ok         bool
	}{
		{"to the letter", 0, 55, source[:55], "", true},
		{"repaired", 0, 55, "It was held at United Nations Headquarters in New York.", "", true},
		{"white space and case aside", 56, 78, "Nobody  ELSE was asked", "", true},
		{"another sentence", 0, 55, "It was held at the European Commission in Brussels.", "", false},
		{"a word too many", 56, 78, "Nobody else was ever once asked about it", "", false},
		{"a negation lost in a long quotation", 56, 122, "Somebody was asked, and everything was said.", "", false},
		{"printed words that are not there", 0, 55, source[:55], "It was held at United Nations Headquarters in New York.", false},
		{"outside the source", 100, 900, "about the matter.", "about the matter.", false},
		{"before the source", -1, 5, "It was", "It was", false},
		{"nothing", 5, 5, "", "", false},
	} {
		c := Citation{Span: corpus.Span{Start: test.start, End: test.end}, Quote: test.quote, Printed: test.printed}
		if test.printed == "" && test.start >= 0 && test.end <= len(source) {
			c.Printed = source[test.start:test.end]
		}
		if err := Verify(c, []byte(source)); (err == nil) != test.ok {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// A long running header or footer between the halves of a sentence is no part of it.
func TestVerifyAcrossPages(t *testing.T) {
	const (
		header = "MEETING OF THE HARBOUR BOARD, GENERAL SUMMARY, p. 3\n\n"
		footer = "Printed for the board by the office of the county\n"
		quote  = "The lamp was lit at dusk and put out at dawn."
	)
	for source, ok := range map[string]bool{
		"The lamp was lit at dusk\n\n\f" + header + "and put out at dawn.":                               true,
		"The lamp was lit at dusk\n" + footer + "\fand put out at dawn.":                                 true,
		"The lamp was lit at dusk\n" + footer + "\f" + header + "and put out at dawn.":                   true,
		"The lamp was lit at dusk\nby an old man of the town called Olaf,\nand put out at dawn.":         false,
		"The lamp was lit at dusk\n\f" + header + "and never by day,\nand put out at dawn at all times.": false,
		"\f\f": false,
	} {
		c := Citation{Span: corpus.Span{End: len(source)}, Quote: quote, Printed: source}
		if err := Verify(c, []byte(source)); (err == nil) != ok {
			t.Errorf("%q: %v", source, err)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b  string
		limit int
		want  int
	}{
		{"", "", 3, 0}, {"abc", "", 3, 3}, {"", "abc", 2, 3}, {"kitten", "sitting", 5, 3}, {"kitten", "sitting", 2, 3},
		{"abcdef", "abdef", 1, 1}, {"flaw", "lawn", 4, 2}, {"same", "same", 0, 0}, {"same", "sane", 0, 1},
	} {
		if got := distance(test.a, test.b, test.limit); got != test.want {
			t.Errorf("distance(%q, %q, %d) = %d, want %d", test.a, test.b, test.limit, got, test.want)
		}
	}
}

// FuzzDistance holds the banded distance against the plain one.
func FuzzDistance(f *testing.F) {
	f.Add("kitten", "sitting", 3)
	f.Add(strings.Repeat("ab", 20), strings.Repeat("ba", 20), 7)
	f.Fuzz(func(t *testing.T, a, b string, limit int) {
		if len(a) > 200 || len(b) > 200 || limit < 0 || limit > 300 {
			return
		}
		row := make([]int, len(b)+1)
		for j := range row {
			row[j] = j
		}
		for i := range len(a) {
			diagonal := row[0]
			row[0] = i + 1
			for j := range len(b) {
				cost := diagonal
				if a[i] != b[j] {
					cost = 1 + min(diagonal, row[j], row[j+1])
				}
				diagonal, row[j+1] = row[j+1], cost
			}
		}
		if got, want := distance(a, b, limit), min(row[len(b)], limit+1); got != want {
			t.Errorf("distance(%q, %q, %d) = %d, want %d", a, b, limit, got, want)
		}
	})
}
