package main

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		name, text string
		width      int
		want       []string
	}{
		{"empty", "", 10, []string{""}},
		{"fits", "one two", 7, []string{"one two"}},
		{"breaks at a space", "one two three", 7, []string{"one two", "three"}},
		{"a long word has a line to itself", "a incomprehensible b", 6, []string{"a", "incomprehensible", "b"}},
		{"newlines are kept", "one\ntwo\n", 10, []string{"one", "two", ""}},
		{"other white space is folded", " one\t two\r", 10, []string{"one two"}},
		{"no break at a no-break space", "see p.\u00a037", 8, []string{"see", "p. 37"}},
		{"letters of two columns", "日本 語日", 6, []string{"日本", "語日"}},
		{"marks of no column", "e\u0301e\u0301 e\u0301", 4, []string{"e\u0301e\u0301 e\u0301"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &screen{width: test.width}
			if diff := cmp.Diff(test.want, s.wrap(test.text, 0)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("one two three", 5)
	f.Add("\x1b[31mred\x07\u202e \u009b31m \xff", 20)
	f.Fuzz(func(t *testing.T, text string, width int) {
		s := &screen{width: width}
		lines := s.wrap(text, 2)
		for _, line := range lines {
			if strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
				t.Errorf("%q steers the terminal", line)
			}
		}
		// No word is lost, cut or moved.
		if got, want := strings.Join(strings.Fields(strings.Join(lines, " ")), " "), strings.Join(strings.Fields(strings.ReplaceAll(clean(text), noBreak, " ")), " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"plain words, “quoted” – é": "plain words, “quoted” – é",
		"\x1b[31mred\x1b[0m":        "\ufffd[31mred\ufffd[0m",
		"\u009b31m":                 "\ufffd31m",
		"a\x00b\x7fc":               "a\ufffdb\ufffdc",
		"a\u202eb\u2066c":           "a\ufffdb\ufffdc",
		"one\r\ntwo\tthree":         "one  two three",
		"caf\xe9":                   "caf\ufffd",
	} {
		if got := clean(text); got != want {
			t.Errorf("clean(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestScreenOfAPipeIsPlain(t *testing.T) {
	s := newScreen(new(strings.Builder), func(string) string { return "" })
	if s.colour || s.width != unknown {
		t.Errorf("got %+v", s)
	}
	if got := s.bold("[1]") + s.dim("p. 37"); got != "[1]p. 37" {
		t.Errorf("got %q", got)
	}
}
