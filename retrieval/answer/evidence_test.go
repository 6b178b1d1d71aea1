package answer

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
)

// ledger is asked in the tests below, whose embedder finds equal words alone.
const ledger = `HIVES

The keepers reported that fifty hives gave forty barrels of honey in 1903. The council asked for wider boxes.

MEADOWS

Rain spoilt the meadows by the river in June, and no clover grew. Nobody knew who burnt the weir. The Meadow
Keepers' Council (MKC) met.
`

func ledgerIndex(t *testing.T, e embed.Embedder) *retrieval.Index {
	t.Helper()
	source := corpus.Source{Card: corpus.Card{ID: "ledger", File: "ledger.txt"}, Path: "/ledger.txt", Bytes: []byte(ledger)}
	x, err := retrieval.Shelf{}.Open(t.Context(), []corpus.Source{source}, e5.Words(), e, nil)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func gather(t *testing.T, x *retrieval.Index, question string) Evidence {
	t.Helper()
	hits, err := x.Search(t.Context(), question, retrieval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return Gather(x, question, hits)
}

// plain hides that an embedder tells tokens apart.
type plain struct{ embed.Embedder }

// Each kind of evidence rates a question higher when more of it is found.
func TestGather(t *testing.T) {
	for name, e := range map[string]embed.Embedder{ByTokens: embed.Quote(), ByWords: plain{embed.Quote()}} {
		x := ledgerIndex(t, e)
		for _, test := range []struct {
			less, more string
			signal     string // by tokens
			word       string // the same by words; "" where they cannot tell
		}{
			{"How many barrels of cider?", "How many barrels of honey?", "weakest word", "missing word"},
			{"What did the hives give in 1904?", "What did the hives give in 1903?", "missing numbers", "missing numbers"},
			{"What does RKC stand for?", "What does MKC stand for?", "spelt out", "spelt out"},
			{"Honey", "Which keepers reported honey?", "weight", "length"},
			{"When did they burn the weir?", "Who burnt the weir?", "question word", ""},
			{"How many barrels of cider?", "How many barrels of honey?", "missing word", "missing word"},
			{"How many of the Meadow Keepers' Council met?", "How much honey did the hives give?", "no figure", "no figure"},
			{"barrels of cider", "barrels of honey", "missing word", "missing word"},
		} {
			signal := test.signal
			if name == ByWords {
				signal = test.word
			}
			if signal == "" {
				continue
			}
			less, more := gather(t, x, test.less), gather(t, x, test.more)
			if less.By != name || more.By != name {
				t.Fatalf("evidence by %s and %s, want %s", less.By, more.By, name)
			}
			sign := math.Copysign(1, weights[name][signal])
			if !(sign*less.Signals[signal] < sign*more.Signals[signal]) {
				t.Errorf("by %s: %q is %v for %q and %v for %q, whose evidence is better", name, signal, less.Signals[signal], test.less, more.Signals[signal], test.more)
			}
		}
		for signal := range gather(t, x, "How many hives?").Signals {
			if _, ok := weights[name][signal]; !ok {
				t.Errorf("by %s: %q has no weight", name, signal)
			}
		}
		if got, want := len(weights[name]), len(gather(t, x, "How many hives?").Signals)+1; got != want {
			t.Errorf("by %s: %d weights for %d signals and the bias", name, got, want-1)
		}
	}
}

// Whatever is asked, the evidence is numbers.
func TestGatherOddQuestions(t *testing.T) {
	for _, e := range []embed.Embedder{embed.Quote(), plain{embed.Quote()}} {
		x := ledgerIndex(t, e)
		for _, question := range []string{"the of and", "who", "1903", "¿?¡!7", "蜂蜜", "HONEY", "How How How many many many", "a-b-c'd’s 12,345.6%"} {
			evidence := gather(t, x, question)
			for name, v := range evidence.Signals {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Errorf("%q: %s is %v", question, name, v)
				}
			}
			if c := confidence(evidence); !(c > 0 && c < 1) {
				t.Errorf("%q: confidence %v", question, c)
			}
		}
		if c := confidence(Gather(x, "anything", nil)); c != 0 {
			t.Errorf("nothing was found, with confidence %v", c)
		}
	}
}

// The same evidence gives the same confidence, to the last bit.
func TestConfidenceIsTheSame(t *testing.T) {
	e := Evidence{ByTokens, make(map[string]float64)}
	for i, name := range slices.Sorted(maps.Keys(weights[ByTokens])) {
		e.Signals[name] = 0.3571 * float64(i) / weights[ByTokens][name]
	}
	first := confidence(e)
	for range 100 {
		if again := confidence(e); again != first {
			t.Fatalf("%v, and then %v", first, again)
		}
	}
}

// A figure is looked for in the sentence that is nearest and beside it, where one is
// asked for; the question's own is none.
func TestLacksFigure(t *testing.T) {
	hit := func(sentences ...string) retrieval.Hit {
		var h retrieval.Hit
		for _, s := range sentences {
			h.Passage.Sentences = append(h.Passage.Sentences, corpus.Sentence{Text: s})
		}
		return h
	}
	for _, test := range []struct {
		question  string
		sentences []string
		want      float64
	}{
		{"How many hives are there?", []string{"There are fifty hives."}, 0},
		{"How many hives are there?", []string{"The hives were counted.", "There were 1,903."}, 0},
		{"How many hives are there?", []string{"No keeper has Several."}, 0},
		{"How many hives are there?", []string{"The hives were counted."}, 1},
		{"How many hives were there in 1903?", []string{"The hives were counted in 1903."}, 1},
		{"What share of the honey is sold?", []string{"The honey is sold.", "Rain fell.", "Forty barrels were."}, 1},
		{"Who sells the honey?", []string{"The keepers do."}, 0},
		{"How many?", []string{""}, 1},
	} {
		if got := lacksFigure(test.question, hit(test.sentences...), 0); got != test.want {
			t.Errorf("%q of %q: %v", test.question, test.sentences, got)
		}
	}
}

// That somebody said a thing is no part of what it is about.
func TestTopic(t *testing.T) {
	x := ledgerIndex(t, embed.Quote())
	var words []string
	for _, term := range topic(x, "What did the keepers conclude about wider boxes, and who said so?") {
		words = append(words, term.Text)
	}
	if got := strings.Join(words, " "); got != "keeper wider box" {
		t.Errorf("%q", got)
	}
}

func TestHoldsNumber(t *testing.T) {
	for _, test := range []struct {
		text, number string
		want         bool
	}{
		{"forty barrels in 1903.", "1903", true},
		{"1903–1904", "1904", true},
		{"order 11903 and 19034", "1903", false},
		{"19034, then 1903", "1903", true},
		{"", "7", false},
	} {
		if got := holdsNumber(test.text, test.number); got != test.want {
			t.Errorf("%q holds %s: %v", test.text, test.number, got)
		}
	}
}

// Words are joined from their pieces, and marks are no words.
func TestQueryWords(t *testing.T) {
	x := ledgerIndex(t, embed.Quote())
	words := queryWords(x, []retrieval.QueryToken{
		{Text: "How", Start: 0, End: 3}, {Text: "many", Start: 4, End: 8}, {Text: "bee", Start: 9, End: 12},
		{Text: "keepers", Start: 12, End: 19}, {Text: "?", Start: 19, End: 20},
	})
	if len(words) != 3 || !words[0].asks || words[1].tells || words[2].text != "beekeepers" || !words[2].tells || words[2].rarity != 1 {
		t.Fatalf("%+v", words)
	}
	if got := words[2].cosine([]float64{0, 0, 0.5, 0.7, 1}); math.Abs(got-0.6) > 1e-9 {
		t.Errorf("the cosine of a word of two pieces is %v, want their mean", got)
	}
	if marks := queryWords(x, []retrieval.QueryToken{{Text: "?", Start: 0, End: 1}}); len(marks) != 1 || !marks[0].tells {
		t.Errorf("of marks alone: %+v", marks)
	}
}
