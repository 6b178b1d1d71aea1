package export

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

// rightToLeft reports whether a text is set from right to left: whether its first
// letter is one of Hebrew, Arabic or the like (Unicode Standard Annex 9, P2 and
// P3).
func rightToLeft(text string) bool {
	for _, r := range text {
		if d := directionOf(r); d != neutral {
			return d == leftward
		}
	}
	return false
}

// A direction is the way in which a character is read.
type direction int

const (
	neutral direction = iota // that of its neighbours
	rightward
	leftward
)

func directionOf(r rune) direction {
	p, _ := bidi.LookupRune(r)
	switch p.Class() {
	case bidi.L:
		return rightward
	case bidi.R, bidi.AL:
		return leftward
	}
	return neutral
}

// A stretch is a text of one direction.
type stretch struct {
	text     string
	leftward bool
}

// stretches parts a text where its direction changes. What has none is read as the
// letters on both sides are, and where these differ as the paragraph is (Unicode
// Standard Annex 9, N1 and N2).
func stretches(text string, paragraph bool) []stretch {
	base := rightward
	if paragraph {
		base = leftward
	}
	var out []stretch
	start, last, end := 0, base, 0 // of the stretch; its direction; behind its last letter
	for i, r := range text {
		d := directionOf(r)
		if d == neutral {
			continue
		}
		if d != last {
			cut := end // what lies between belongs to the paragraph
			if last == base {
				cut = i
			}
			if cut > start {
				out = append(out, stretch{text[start:cut], last == leftward})
			}
			start, last = cut, d
		}
		end = i + utf8.RuneLen(r)
	}
	if last != base && end < len(text) {
		out = append(out, stretch{text[start:end], last == leftward})
		start, last = end, base
	}
	return append(out, stretch{text[start:], last == leftward})
}
