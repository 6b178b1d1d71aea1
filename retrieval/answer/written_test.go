package answer

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// readAll returns the sentences of text, read in pieces of so many bytes.
func readAll(text string, size int) []written {
	var r reader
	var all []written
	for text != "" {
		n := min(size, len(text))
		all = append(all, r.read(text[:n])...)
		text = text[n:]
	}
	return append(all, r.end()...)
}

func TestRead(t *testing.T) {
	for _, test := range []struct{ text, want string }{ // a sentence a line, each part with its marks
		{"", ""},
		{"[1] [2]\n...\n", ""},
		{"The hives gave honey [1].", "The hives gave honey.[1]"},
		{"The hives gave honey. [1]", "The hives gave honey.[1]"},
		{"The hives gave honey [1][2, 3]. Rain fell [4; 5]", "The hives gave honey.[1 2 3]\nRain fell[4 5]"},
		{"The hives gave honey. [1] [2] Rain fell. [3]", "The hives gave honey.[1 2]\nRain fell.[3]"},
		{"The hives gave honey.[1] Rain fell.[3]", "The hives gave honey.[1]\nRain fell.[3]"},
		{"Mr. E. B. Lucas spoke [1]. He left at 5 p.m. in 2.5 hours [2].", "Mr. E. B. Lucas spoke.[1]\nHe left at 5 p.m. in 2.5 hours.[2]"},
		{"“Why?” [1] Because [2].", "“Why?”[1]\nBecause.[2]"},
		{"[1] The hives gave honey.\n[2] Rain fell.", "The hives gave honey.[1]\nRain fell.[2]"},
		{"- The hives gave honey [1]\n2. **Rain** fell [2]\n# Heading", "The hives gave honey[1]\nRain fell[2]\nHeading[]"},
		{"The hives gave honey [1], and rain fell [2].", "The hives gave honey[1] | , and rain fell.[2]"},
		{"The hives [1] gave honey.", "The hives gave honey.[1]"},
		{"The hives gave honey [one] [1000] [-1] [1-3].", "The hives gave honey [one] [1000] [-1] [1-3].[]"},
		{"The hives\r\ngave \x07honey\u200b\xff [1].", "The hives[]\ngave honey\ufffd.[1]"},
	} {
		for _, size := range []int{1, 3, 1000} {
			var lines []string
			for _, w := range readAll(test.text, size) {
				var parts []string
				for _, p := range w.parts {
					parts = append(parts, p.text+fmt.Sprint(p.marks))
				}
				lines = append(lines, strings.Join(parts, " | "))
			}
			if diff := cmp.Diff(test.want, strings.Join(lines, "\n")); diff != "" {
				t.Errorf("%q in pieces of %d:\n%s", test.text, size, diff)
			}
		}
	}
}

// Whatever a model writes comes out as sentences in one line each, the same in
// whatever pieces it came, of bounded length, and can be held against a source.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"The hives gave honey [1]. Rain fell. [2]", "[1] a\n- b [2, 3]", "x [", "[[1]] <|im_end|>", strings.Repeat("honey ", 400), "Mr. Lucas said “no” [9].\r\n\x00\xff"} {
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, text string, size int) {
		if size < 1 || len(text) > 5000 {
			return
		}
		all := readAll(text, len(text)+1)
		if diff := cmp.Diff(all, readAll(text, size), cmp.AllowUnexported(written{}, part{})); diff != "" {
			t.Errorf("in pieces of %d it is another:\n%s", size, diff)
		}
		for _, w := range all {
			if !utf8.ValidString(w.text) || strings.ContainsFunc(w.text, func(r rune) bool { return unicode.IsControl(r) || r == '\u202e' }) || strings.IndexFunc(w.text, unicode.IsLetter) < 0 {
				t.Errorf("a sentence is %q", w.text)
			}
			if len(w.text) > 3*longestWritten { // a byte that is no UTF-8 becomes three
				t.Errorf("a sentence has %d bytes", len(w.text))
			}
			if len(w.parts) == 0 {
				t.Errorf("%q has no parts", w.text)
			}
			for _, n := range w.marks() {
				if n < 0 || n > 999 {
					t.Errorf("a mark is %d", n)
				}
			}
			supports(w.text, text)
		}
	})
}

// Any sentence supports itself word for word, whatever stands in it.
func FuzzSupportsItself(f *testing.F) {
	for _, seed := range []string{morocco, worth, women, "No 1,000 or 2.5% (A/59/287) of “it”.", "蜂 gave ñ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tokens := tokenize(text)
		if len(tokens) == 0 || len(text) > 2000 {
			return
		}
		if _, ok := align(tokens, tokens); !ok {
			t.Errorf("%q is not aligned with itself", text)
		}
		for _, x := range tokens {
			if x.stem == "" {
				t.Errorf("%q has a token without text", text)
			}
		}
	})
}
