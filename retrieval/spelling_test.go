package retrieval_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
)

// spellings is an index whose words and names are to be mistaken for each other.
func spellings(tb testing.TB) *retrieval.Index {
	tb.Helper()
	text := `I. TRANSACTIONS

The Chair facilitated the consultations on the international transaction log. The consultations on immigrants went on.
Mr. Lucas and Ms. Granger spoke of remittances to Geneva. The Organization thanked Mr. Lucas and Mr. Carnoy.
The gravel path and the travel plan were adopted. The remittances that migrants send home are receiving attention.
The UNFCCC secretariat wrote to secretariat@example.org of the form COP18x. Rolls of paper were rolled down the hall.
`
	d, err := corpus.Read(corpus.Card{ID: "log", File: "log.txt"}, []byte(text), e5.Words())
	if err != nil {
		tb.Fatal(err)
	}
	x, err := retrieval.Build(context.Background(), []*corpus.Document{d}, embed.Quote(), nil)
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

func TestCorrect(t *testing.T) {
	x := spellings(t)
	for _, test := range []struct{ question, want string }{
		{"Who facilitated the consultatons on the internatonal transacton log?", "Who facilitated the consultations on the international transaction log?"},
		{"who spoke of remitances", "who spoke of remittances"},                      // a letter left out
		{"who spoke of remittancess?", "who spoke of remittances?"},                  // one too many
		{"who spoke of remittamces, and why?", "who spoke of remittances, and why?"}, // a wrong one
		{"who spoke of remittanecs?", "who spoke of remittances?"},                   // two changed with each other
		{"who spoke of rmeitatnces?", "who spoke of remittances?"},                   // two errors in a long word
		{"what do mgirants send?", "what do migrants send?"},                         // the first letter changed with the next
		{"what of (recieving) the log?", "what of (receiving) the log?"},
		{"What did Mr. Luccas say?", "What did Mr. Lucas say?"},
		{"What did Mr. Luccas's friends say?", "What did Mr. Lucas's friends say?"},
		{"What did the Organizatoin say of the log?", "What did the Organization say of the log?"},
		{"WHO SPOKE OF REMITANCES?", "WHO SPOKE OF REMITTANCES?"},
		{"Remitances of the migrants", "Remittances of the migrants"},
		{"  what of\n remitances  in  Geneva ", "  what of\n remittances  in  Geneva "},
	} {
		if got := x.Correct(test.question, e5.Words()); got != test.want {
			t.Errorf("%q became %q, want %q", test.question, got, test.want)
		}
	}
}

// What is no typing error, or leaves doubt, stays as it is.
func TestCorrectLeavesAlone(t *testing.T) {
	x := spellings(t)
	for why, question := range map[string]string{
		"a word of the documents":                   "Who facilitated the consultations?",
		"another form of one":                       "Who is facilitating this consultation?",
		"an English word":                           "What was said of the carve and the consternation?",
		"a country":                                 "What did Japan say of the log?",
		"a name that differs in a consonant":        "What did Mr. Carnot say of the log?",
		"a name like a common word":                 "What did Mr. Rollo say of the log?",
		"an abbreviation":                           "What is the UNFCCD, and the TRANSACTOIN?",
		"a short word":                              "What of the hhal and the patx?",
		"two that are as good":                      "What of the zravel of the Chair?",
		"two that are as good, by the first letter": "What of the ravel of the Chair?",
		"digits":                             "What of the consultat0ns and remitances2 of the Chair?",
		"an address":                         "Is secretarat@example.org or www.remitances.org right?",
		"letters of another alphabet":        "What of the remittançes of the Chair?",
		"capitals within":                    "What of the reMitances of the Chair?",
		"another language":                   "¿Quién facilitó las consultas sobre el registro internacional de transacciones?",
		"another language, many words known": "El consultor internacional de la Organization en Geneva de Lucas",
		"mostly unknown words":               "consultatons remitances",
		"nothing":                            "",
		"marks":                              "?! …",
	} {
		if got := x.Correct(question, e5.Words()); got != question {
			t.Errorf("%s: %q became %q", why, question, got)
		}
	}
}

func TestCorrectAtOnce(t *testing.T) {
	x := spellings(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got, want := x.Correct("who spoke of remitances", e5.Words()), "who spoke of remittances"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	all.Wait()
}

// Only whole words change, and only those that nobody knows.
func FuzzCorrect(f *testing.F) {
	x := spellings(f)
	for _, seed := range []string{"Who facilitated the consultatons?", "\xff remitances of \xc3", "İSTANBUL of the ſtates remıtances", "What's the remi\u0301tances' worth?", "\u2028the trans\u00adacton"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, question string) {
		got := x.Correct(question, e5.Words())
		if utf8.ValidString(question) && !utf8.ValidString(got) {
			t.Errorf("%q became %q, which is no UTF-8", question, got)
		}
		before, after := strings.Fields(question), strings.Fields(got)
		if len(before) != len(after) {
			t.Fatalf("%q became %q: %d words, not %d", question, got, len(after), len(before))
		}
		for i, word := range before {
			known := e5.Words().Rank(strings.ToLower(word)) > 0
			if known && after[i] != word {
				t.Errorf("%q became %q, though it is known", word, after[i])
			}
		}
		if again := x.Correct(got, e5.Words()); again != got {
			t.Logf("%q went on to %q", got, again)
		}
	})
}

func BenchmarkCorrect(b *testing.B) {
	x := spellings(b)
	for b.Loop() {
		x.Correct("Who facilitated the consultatons on the internatonal transacton log?", e5.Words())
	}
}
