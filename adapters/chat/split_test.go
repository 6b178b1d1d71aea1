package chat_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"rapporteur/adapters/chat"
)

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		name, text string
		limit      int
		want       []string
	}{
		{"empty", " \n ", 5, nil},
		{"fits", "one two", 7, []string{"one two"}},
		{"words", "one two three", 8, []string{"one two", "three"}},
		{"long word", "abcdefghij kl", 4, []string{"abcd", "efgh", "ij", "kl"}},
		{"accents", "ae\u0301ae\u0301ae\u0301", 4, []string{"ae\u0301a", "e\u0301a", "e\u0301"}},
		{"paragraph before sentence", "One. Two.\n\nThree. Four.", 20, []string{"One. Two.", "Three. Four."}},
		{"sentence before word", "It is one. It is two and more.", 24, []string{"It is one.", "It is two and more."}},
		{"mark with its word", "Bees gave honey [1] and wax [2] too", 19, []string{"Bees gave honey [1]", "and wax [2] too"}},
		{"mark that does not fit", "Bees gave honey [1] and wax", 17, []string{"Bees gave", "honey [1] and wax"}},
		{"quotation", "They said “we gave honey” in June", 24, []string{"They said", "“we gave honey” in June"}},
		{"fence", "See:\n```go\na := 1\nb := 2\nc := 3\n```\nDone", 26, []string{"See:\n```go\na := 1\n```", "```go\nb := 2\nc := 3\n```", "Done"}},
		{"no limit to speak of", "ab", 0, []string{"a", "b"}},
	} {
		got := chat.Split(test.text, test.limit, nil)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// escaped measures a text as a platform does that escapes & as five characters.
func escaped(s string) int { return utf8.RuneCountInString(strings.ReplaceAll(s, "&", "&amp;")) }

// FuzzSplit: no part is too long, nothing but space is lost, and no mark is cut or
// parted from what it marks.
func FuzzSplit(f *testing.F) {
	f.Add("One two three [1]. Four “five six” seven [22]\n\n```go\na := 1\n```\n", 20)
	f.Add("```\n```\n```x", 40)
	f.Add("&&&& && [1] ““ ” ```", 7)
	f.Add(strings.Repeat("word [1] ", 50), 12)
	f.Add("\u0301\u0301\u0301 \u200d", 1)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		if len(text) > 3000 || limit > 5000 || !utf8.ValidString(text) {
			return
		}
		parts := chat.Split(text, limit, escaped)
		for _, p := range parts {
			if escaped(p) > max(limit, 1) && utf8.RuneCountInString(p) > 1 {
				t.Errorf("part of %d, limit %d: %q", escaped(p), limit, p)
			}
			if strings.TrimSpace(p) == "" {
				t.Errorf("empty part in %q", parts)
			}
		}
		got, want := letters(strings.Join(parts, "")), letters(text)
		if strings.Contains(text, "```") && !holds(got, want) || !strings.Contains(text, "```") && got != want {
			t.Errorf("%q became %q", text, parts)
		}
	})
}

// holds reports whether all of part stands in whole, in order; between may be the
// fences that were closed and opened again.
func holds(whole, part string) bool {
	for _, r := range whole {
		if first, n := utf8.DecodeRuneInString(part); n > 0 && r == first {
			part = part[n:]
		}
	}
	return part == ""
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// With room for a word and its mark, marks and words are whole: a part never begins
// with a mark.
func TestSplitKeepsMarks(t *testing.T) {
	var text strings.Builder
	for i := range 200 {
		fmt.Fprintf(&text, "%s [%d]", strings.TrimSpace(strings.Repeat("honey ", i%9+1)), i+1)
		text.WriteString([]string{" ", "\n", "\n\n", ". "}[i%4])
	}
	words := strings.Fields(text.String())
	for limit := 12; limit < 400; limit++ {
		parts := chat.Split(text.String(), limit, nil)
		for _, p := range parts {
			if strings.HasPrefix(p, "[") || utf8.RuneCountInString(p) > limit {
				t.Fatalf("limit %d: part %q", limit, p)
			}
		}
		if got := strings.Fields(strings.Join(parts, " ")); !slices.Equal(got, words) {
			t.Fatalf("limit %d: words were cut:\n%s", limit, cmp.Diff(words, got))
		}
	}
}

func TestPack(t *testing.T) {
	size := func(s string) int { return len(s) }
	for _, test := range []struct {
		items       []string
		most, limit int
		want        [][]string
	}{
		{nil, 3, 10, nil},
		{[]string{"aa", "bb", "cc"}, 2, 10, [][]string{{"aa", "bb"}, {"cc"}}},
		{[]string{"aaaa", "bbb", "cc", "d"}, 9, 7, [][]string{{"aaaa", "bbb"}, {"cc", "d"}}},
		{[]string{"a", "too long for it", "b"}, 9, 5, [][]string{{"a"}, {"too long for it"}, {"b"}}},
	} {
		if diff := cmp.Diff(test.want, chat.Pack(test.items, test.most, test.limit, size)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", test.items, diff)
		}
	}
}

func TestShorten(t *testing.T) {
	for _, test := range []struct {
		text  string
		limit int
		want  string
	}{
		{"short", 10, "short"}, {"two\nlines", 10, "two lines"}, {"one, two three", 8, "one…"}, {"abcdefgh", 5, "abcd…"}, {"abc", 1, ""},
	} {
		if got := chat.Shorten(test.text, test.limit); got != test.want {
			t.Errorf("%q to %d: %q, want %q", test.text, test.limit, got, test.want)
		}
	}
}

// FuzzPlain: what is left can be shown anywhere, and stays as it is when it is made
// plain again.
func FuzzPlain(f *testing.F) {
	f.Add("a\x1b[2Jb\u202ec\u2066d\r\ne\u2028f\tg\xff\u200b\u00ad\U000e0041")
	f.Add("می\u200cخواهم 👩\u200d🔬")
	f.Fuzz(func(t *testing.T, text string) {
		plain := chat.Plain(text)
		for _, r := range plain {
			if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r >= 0xe0000 && r < 0xe0080 {
				t.Fatalf("%U is left of %q", r, text)
			}
		}
		if !utf8.ValidString(plain) || chat.Plain(plain) != plain {
			t.Errorf("%q became %q, then %q", text, plain, chat.Plain(plain))
		}
	})
}

// FuzzToken: what is taken apart is exactly what was put together.
func FuzzToken(f *testing.F) {
	f.Add("c.12." + strings.Repeat("a", 26))
	f.Add("h.0.")
	f.Add("b.3.")
	f.Add("b.3")
	f.Fuzz(func(t *testing.T, token string) {
		k, n, id, ok := chat.ParseToken(token)
		if want := string(k) + "." + strconv.Itoa(n) + "." + id; ok && want != token {
			t.Errorf("%q is taken for %c, %d, %q", token, k, n, id)
		}
		if ok && len(token) > chat.LongestToken {
			t.Errorf("%q is longer than the longest", token)
		}
	})
}
