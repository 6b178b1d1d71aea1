package wordpiece

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// pieces returns a small vocabulary with BERT's ids for unknown words and the
// marks around texts; the given pieces have the ids from 103.
func pieces(list ...string) []string {
	all := make([]string, 103, 103+len(list))
	for i := range all {
		all[i] = "[unused" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + "]"
	}
	all[Unknown], all[Begin], all[End] = "[UNK]", "[CLS]", "[SEP]"
	return append(all, list...)
}

func open(t testing.TB, list ...string) *Vocabulary {
	t.Helper()
	v, err := Open(Encode(pieces(list...)))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTokenize(t *testing.T) {
	v := open(t, "mig", "##rant", "##rants", "##r", "cafe", "the", "[", "]", "cls", ".", "-", "'", "t", "don",
		"国", "移", "i", "##stanbul", "x", "##x", "ss", "½", "e", "ㅎ", "™", "“", "un", "##known", "`")
	for _, test := range []struct {
		name, text string
		want       []string // piece, then the bytes it stands for where they differ
	}{
		{"empty", "", nil},
		{"spaces", " \t\r\n\u00a0\u2003", nil},
		{"longest piece first", "migrants the", []string{"mig", "##rants=rants", "the"}},
		{"lower case", "MIGrant", []string{"mig=MIG", "##rant=rant"}},
		{"accents composed", "Café", []string{"cafe=Café"}},
		{"accents apart", "Cafe\u0301 the", []string{"cafe=Cafe\u0301", "the"}},
		{"an accent alone", "\u0301 the", []string{"the"}},
		{"marks are ordinary", "[CLS]", []string{"[", "cls=CLS", "]"}},
		{"punctuation", "don't.-", []string{"don", "'", "t", ".", "-"}},
		{"punctuation beyond ASCII", "the“the", []string{"the", "“", "the"}},
		{"punctuation from a decomposition", "the\u1fefthe", []string{"the", "`=\u1fef", "the"}},
		{"punctuation that Unicode has since put elsewhere", "the\u166dthe", []string{"the", "[UNK]=\u166d", "the"}},
		{"punctuation newer than the model", "the\u2e52the", []string{"[UNK]=the\u2e52the"}},
		{"Chinese", "the国移the", []string{"the", "国", "移", "the"}},
		{"control characters vanish", "t\x00h\u200be\u00ad", []string{"the=t\x00h\u200be"}},
		{"not UTF-8", "t\xffhe", []string{"the=t\xffhe"}},
		{"replacement character", "t\ufffdhe", []string{"the=t\ufffdhe"}},
		{"dotted capital", "İstanbul", []string{"i=İ", "##stanbul=stanbul"}},
		{"unknown", "the zebra the", []string{"the", "[UNK]=zebra", "the"}},
		{"unknown part", "unseen", []string{"[UNK]=unseen"}},
		{"a hundred letters", strings.Repeat("x", 100), append([]string{"x"}, repeat("##x=x", 99)...)},
		{"too many letters", strings.Repeat("x", 101) + " x", []string{"[UNK]=" + strings.Repeat("x", 101), "x"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, token := range v.Tokenize(test.text, 1000, nil) {
				piece, bytes := v.Piece(int(token.ID)), test.text[token.Start:token.End]
				if piece != bytes {
					piece += "=" + bytes
				}
				got = append(got, piece)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("tokens of %q (-want +got):\n%s", test.text, diff)
			}
		})
	}
}

func repeat(s string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}

func TestTokenizeLimit(t *testing.T) {
	v := open(t, "x", "##x", ".")
	all := v.Tokenize("xx.x xxx", 100, nil)
	for limit := range len(all) + 2 {
		kept := []Token{{ID: 7}}
		got := v.Tokenize("xx.x xxx", limit, kept)
		want := append([]Token{{ID: 7}}, all[:min(limit, len(all))]...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("at most %d tokens (-want +got):\n%s", limit, diff)
		}
	}
}

func TestRank(t *testing.T) {
	v := open(t, "!", "a", "b", "é", "7", "the", "of", "##s", "1990", "naïve", "don")
	for word, want := range map[string]int{
		"a": 1, "the": 2, "of": 3, "naïve": 4, "don": 5,
		"b": 0, "é": 0, "7": 0, "!": 0, "1990": 0, "s": 0, "##s": 0, "[CLS]": 0, "[unusedaa]": 0, "zebra": 0, "": 0,
	} {
		if got := v.Rank(word); got != want {
			t.Errorf("Rank(%q) = %d, want %d", word, got, want)
		}
	}
}

func TestEveryPieceIsFound(t *testing.T) {
	var list []string
	for i := range 2000 {
		list = append(list, "w"+string(rune('0'+i%10))+strings.Repeat("z", i/10))
	}
	v := open(t, list...)
	for id := range v.Len() {
		piece := v.Piece(id)
		if got := v.find(hashString(piece), "", []byte(piece)); got != id {
			t.Fatalf("piece %d, %q, is found as %d", id, piece, got)
		}
	}
}

func TestOpenDamaged(t *testing.T) {
	file := Encode(pieces("the", "of"))
	for _, test := range []struct {
		name string
		file []byte
	}{
		{"empty", nil},
		{"another file", []byte(strings.Repeat("x", 500))},
		{"cut short", file[:len(file)-1]},
		{"cut in the header", file[:20]},
	} {
		if _, err := Open(test.file); err == nil {
			t.Errorf("%s: opened without an error", test.name)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(Encode(pieces("the", "##s")), "the")
	f.Fuzz(func(t *testing.T, file []byte, text string) {
		v, err := Open(file)
		if err != nil {
			return
		}
		v.Rank(text)
		v.Tokenize(text, 50, nil)
	})
}

func FuzzTokenize(f *testing.F) {
	for _, s := range []string{"The migrants' café", "国際移住", "e\u0301\u0301", "\xff\x00İ", strings.Repeat("x", 120), "한국어", "\u1fef"} {
		f.Add(s)
	}
	v := open(f, "the", "mig", "##rants", "##s", "'", "cafe", "e", "x", "##x")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, token := range v.Tokenize(text, 100, nil) {
			// One character may give two tokens, as a ligature's letters would.
			if token.Start < 0 || token.End > len(text) || token.Start >= token.End || token.End < end {
				t.Fatalf("token %+v after one that ends at %d, in %d bytes", token, end, len(text))
			}
			if token.ID < 0 || int(token.ID) >= v.Len() {
				t.Fatalf("token %+v has no piece", token)
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[token.Start:token.End]) {
				t.Fatalf("token %+v cuts a character of %q in two", token, text)
			}
			end = token.End
		}
	})
}
