package eval

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFind(t *testing.T) {
	for _, test := range []struct {
		name, source, quote string
		want                []string // the source's bytes at each place
	}{
		{"as printed", "It was held. All came.", "All came.", []string{"All came."}},
		{"across lines", "It was held in New\r\n  York.", "held in New York.", []string{"held in New\r\n  York."}},
		{"quote broken elsewhere", "held in New York.", " held\nin  New York. ", []string{"held in New York."}},
		{"no-break space and form feed", "New\u00a0York\fand Geneva", "New York and Geneva", []string{"New\u00a0York\fand Geneva"}},
		{"accents keep their bytes", "à  Genève, été", "Genève, été", []string{"Genève, été"}},
		{"broken bytes beside it", "\xff\xfe New\nYork \xff", "New York", []string{"New\nYork"}},
		{"twice", "All came. Then all left. All  came.", "All came.", []string{"All came.", "All  came."}},
		{"not there", "All came.", "All left.", nil},
		{"another case", "all came.", "All came.", nil},
		{"words run together", "Headquartersin", "Headquarters in", nil},
		{"blank", "All came.", " \n", nil},
		{"nothing to search", "", "All", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, s := range fold("d", []byte(test.source)).find(test.quote) {
				got = append(got, test.source[s.Start:s.End])
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("places (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLocateInAnyDocument(t *testing.T) {
	sources := map[string][]byte{"a": []byte("One. Two."), "b": []byte("Zero. Two.")}
	ask := func(quotes ...string) []Question {
		return []Question{{ID: "q1", Text: "?", Gold: &Gold{Answerable: true, Quotes: quotes}}}
	}
	got, err := locate(ask("Zero.", "Two."), sources)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]Span{{{"b", 0, 5}}, {{"a", 5, 9}, {"b", 6, 10}}}
	if diff := cmp.Diff(want, got[0].places); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	if _, err := locate(ask("One.", "Three."), sources); err == nil || !strings.Contains(err.Error(), `question "q1": its quote "Three."`) {
		t.Errorf("a quote that stands nowhere gave the error %v", err)
	}
	if _, err := locate([]Question{{Text: "?"}}, sources); err == nil || !strings.Contains(err.Error(), `"number 1" has no gold`) {
		t.Errorf("a question without gold gave the error %v", err)
	}
}

func TestHeldBy(t *testing.T) {
	d := func(start, end int) Span { return Span{"d", start, end} }
	one := evidence{places: [][]Span{{d(10, 20)}}}
	both := evidence{places: [][]Span{{d(10, 20)}, {d(50, 60)}}}
	either := evidence{any: true, places: both.places}
	twice := evidence{places: [][]Span{{d(10, 20), {"e", 0, 10}}}}
	for _, test := range []struct {
		name  string
		gold  evidence
		spans []Span
		want  bool
	}{
		{"all of it", one, []Span{d(0, 30)}, true},
		{"60 %", one, []Span{d(10, 16)}, true},
		{"60 % at its end", one, []Span{d(14, 40)}, true},
		{"50 %", one, []Span{d(10, 15)}, false},
		{"before and after", one, []Span{d(0, 10), d(20, 30)}, false},
		{"another document", one, []Span{{"e", 10, 20}}, false},
		{"nothing", one, nil, false},
		{"straddling two passages", one, []Span{d(17, 30), d(0, 13)}, true},
		{"overlap counts once", one, []Span{d(10, 14), d(11, 15)}, false},
		{"one inside the other", one, []Span{d(10, 15), d(11, 13), d(14, 16)}, true},
		{"empty span", one, []Span{d(12, 12)}, false},
		{"one of two, both needed", both, []Span{d(10, 20)}, false},
		{"both of two", both, []Span{d(50, 60), d(10, 20)}, true},
		{"one of two is enough", either, []Span{d(50, 60)}, true},
		{"half of each is not one", either, []Span{d(50, 55), d(10, 15)}, false},
		{"its second place", twice, []Span{{"e", 0, 8}}, true},
		{"half of each place", twice, []Span{d(10, 15), {"e", 5, 10}}, false},
		{"no evidence to hold", evidence{}, []Span{d(0, 90)}, false},
		{"no evidence to hold, any", evidence{any: true}, []Span{d(0, 90)}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.gold.heldBy(test.spans); got != test.want {
				t.Errorf("held: %v, want %v", got, test.want)
			}
		})
	}
}

// FuzzFind takes a quote out of the source, folds it, and must find it again; and
// whatever it finds must be the quote but for whitespace.
func FuzzFind(f *testing.F) {
	f.Add([]byte("It was held in New\r\n York,\u00a0as before."), 12, 25)
	f.Add([]byte("\xe2\x80 \x80\xff  \u2003x"), 3, 9)
	f.Add([]byte("aaaa aaaa"), 1, 7)
	f.Fuzz(func(t *testing.T, source []byte, i, j int) {
		if i < 0 || j > len(source) || i > j {
			return
		}
		quote := string(source[i:j])
		words := strings.Fields(quote)
		places := fold("d", source).find(quote)
		for _, s := range places {
			if s.Start < 0 || s.Start >= s.End || s.End > len(source) {
				t.Fatalf("place %v outside the source of %d bytes", s, len(source))
			}
			if got := strings.Fields(string(source[s.Start:s.End])); !slices.Equal(got, words) {
				t.Fatalf("found %q for %q", got, words)
			}
		}
		// A quote cut inside a character may fold otherwise than its source.
		whole := bytes.Equal(bytes.ToValidUTF8(source, nil), source) && strings.ToValidUTF8(quote, "") == quote
		if whole && len(words) > 0 && len(places) == 0 {
			t.Fatalf("%q is not found in its own source", quote)
		}
	})
}
