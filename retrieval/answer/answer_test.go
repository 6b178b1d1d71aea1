package answer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"

	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

const bees = `I. HONEY

The keepers reported that the hives gave forty barrels of honey in 1903. They asked for wider boxes. Rain spoilt the month of June.

II. TASKS

The council asked the keepers:

(a) To count the hives in spring;

(b) To burn the boxes that hold moth;

(c) To report to the council.

Nothing else was decided.
`

// answerer answers from a small text with an embedder that knows words only, so
// that these tests need no model; threshold is set by each test.
func answerer(t testing.TB, threshold float64, text string) *answer.Answerer {
	t.Helper()
	source := corpus.Source{Card: corpus.Card{ID: "bees", File: "bees.txt", Title: "On bees"}, Path: "/bees.txt", Bytes: []byte(text)}
	x, err := retrieval.Shelf{}.Open(context.Background(), []corpus.Source{source}, e5.Words(), embed.Quote(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	t.Cleanup(func() {
		if log.Len() > 0 {
			t.Errorf("logged: %s", &log)
		}
	})
	return answer.New(slog.New(slog.NewTextHandler(&log, nil)), x, threshold)
}

func ask(t *testing.T, a *answer.Answerer, q string) answer.Answer {
	t.Helper()
	out, err := a.Ask(context.Background(), answer.Question{Text: q})
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range out.Citations {
		if c.N != i+1 || !strings.Contains(out.Text, "[") || bees[c.Span.Start:c.Span.End] != c.Printed {
			t.Errorf("%q: citation %d: %+v", q, i+1, c)
		}
	}
	return out
}

func TestAsk(t *testing.T) {
	a := answerer(t, 0, bees)
	out := ask(t, a, "How many barrels of honey did the hives give in 1903?")
	if !out.Answered || !strings.Contains(out.Text, "forty barrels of honey in 1903. ") || !strings.HasSuffix(out.Text, "]") {
		t.Errorf("answered %v: %q", out.Answered, out.Text)
	}
	if got, want := out.Citations[0].Reference(), "On bees, I. Honey, first paragraph"; got != want {
		t.Errorf("reference %q, want %q", got, want)
	}
	if out.Searched != 2 || len(out.Hits) != 2 {
		t.Errorf("%d hits of %d passages", len(out.Hits), out.Searched)
	}
}

// A question, and those before it, are read without their typing errors, and the
// answer says what was understood.
func TestAskMistyped(t *testing.T) {
	q := answer.Question{Text: "and who burns those boxes that hold moth of the barels?", History: []string{"What did the keepers repport?"}}
	const right = "What did the keepers report? and who burns those boxes that hold moth of the barrels?"
	a := answerer(t, 0, bees)
	for _, test := range []struct {
		a    *answer.Answerer
		want string
	}{
		{a.WithLexicon(e5.Words()), right},
		{a, q.History[0] + " " + q.Text},
	} {
		out, err := test.a.Ask(context.Background(), q)
		if err != nil || out.Standalone != test.want {
			t.Errorf("%v: %q, want %q", err, out.Standalone, test.want)
		}
	}
	if q.History[0] != "What did the keepers repport?" {
		t.Errorf("the caller's history became %q", q.History)
	}
}

// A follow-up is searched with what came before, and what is new in it counts.
func TestAskFurther(t *testing.T) {
	out, err := answerer(t, 0, bees).Ask(context.Background(), answer.Question{
		Text:    "And who burns those that hold moth?",
		History: []string{"Who counts the hives?"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := "Who counts the hives? And who burns those that hold moth?"; out.Standalone != want {
		t.Errorf("standalone %q, want %q", out.Standalone, want)
	}
	if out.Hits[0].ID != "bees/0002" || !strings.Contains(out.Text, "burn the boxes") {
		t.Errorf("first is %s; answered %q", out.Hits[0].ID, out.Text)
	}
}

// What a summary and its report both say is said once, and both are cited.
func TestAskWhatIsSaidTwice(t *testing.T) {
	text := "SUMMARY\n\nThe hives gave forty barrels of honey in the year 1903. Rain fell.\n\nREPORT\n\nThe weather was fine. The hives of the keepers gave forty barrels of honey in 1903.\n"
	out, err := answerer(t, 0, text).Ask(context.Background(), answer.Question{Text: "How many barrels of honey did the hives give in 1903?"})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.Text, "forty barrels"); n != 1 {
		t.Errorf("said %d times: %q", n, out.Text)
	}
	again := -1
	for i, c := range out.Citations {
		if c.Repeats > 0 {
			again = i
		}
	}
	if again < 1 || !strings.Contains(out.Citations[again].Quote, "forty barrels") || !strings.Contains(out.Text, "[1] [2]") {
		t.Errorf("the second place is not cited: %q", out.Text)
	}
}

// Where several sentences are said again in one go, that is one place.
func TestAskWhatIsSaidTwiceAtLength(t *testing.T) {
	said := "The hives of the council gave forty barrels of honey in 1903. The forty barrels of honey were sold in the town for nine crowns."
	a := answerer(t, 0, "SUMMARY\n\n"+said+"\n\nREPORT\n\n"+said+"\n")
	out, err := a.Ask(t.Context(), answer.Question{Text: "How many barrels of honey did the hives give, and for how much were they sold?"})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Citations) != 2 || out.Citations[0].Quote != said || out.Citations[1].Quote != said || out.Citations[1].Repeats != 1 {
		t.Errorf("%d citations, want the first place and the second: %+v", len(out.Citations), out.Citations)
	}
}

// A search may be kept to a part of the documents.
func TestAskWithin(t *testing.T) {
	out, err := answerer(t, 0, bees).Ask(context.Background(), answer.Question{
		Text: "How many barrels of honey did the hives give in 1903?",
		Only: func(p corpus.Passage) bool { return p.Section[0] == "II. Tasks" },
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.Searched != 1 || len(out.Hits) != 1 || out.Hits[0].ID != "bees/0002" || strings.Contains(out.Text, "barrels") {
		t.Errorf("searched %d passages, hits %v: %q", out.Searched, len(out.Hits), out.Text)
	}
}

// A list comes with its lead-in, whole, an item a line.
func TestAskForAList(t *testing.T) {
	out := ask(t, answerer(t, 0, bees), "What did the council ask the keepers?")
	want := "The council asked the keepers:\n(a) To count the hives in spring;\n(b) To burn the boxes that hold moth;\n(c) To report to the council."
	if !strings.Contains(out.Text, want) {
		t.Errorf("got %q, want in it %q", out.Text, want)
	}
}

// So does one that is counted out in running text.
func TestAskForACountedList(t *testing.T) {
	text := "REPORT\n\nThe weather was fine. The keepers put three questions. First, who counts the hives? Second, who burns the boxes? Third, who reports to the council? Then they went home.\n"
	out, err := answerer(t, 0, text).Ask(context.Background(), answer.Question{Text: "Which three questions did the keepers put?"})
	if err != nil {
		t.Fatal(err)
	}
	if want := "The keepers put three questions. First, who counts the hives? Second, who burns the boxes? Third, who reports to the council?"; !strings.Contains(out.Text, want) {
		t.Errorf("got %q, want in it %q", out.Text, want)
	}
}

// A list in a numbered paragraph is a list within an item, and comes whole too.
func TestAskForAListWithinAnItem(t *testing.T) {
	text := "TASKS\n\n11. The weather was fine in the spring of that year.\n\n12. The council met. The duties of the keepers should be:\n\n(a) To count the hives in spring;\n\n(b) To burn the boxes that hold moth.\n\n13. Nothing else was decided.\n"
	out, err := answerer(t, 0, text).Ask(context.Background(), answer.Question{Text: "What should be the duties of the keepers?"})
	if err != nil {
		t.Fatal(err)
	}
	if want := "The duties of the keepers should be:\n(a) To count the hives in spring;\n(b) To burn the boxes that hold moth."; !strings.Contains(out.Text, want) {
		t.Errorf("got %q, want in it %q", out.Text, want)
	}
}

// Asked what somebody said, it goes on from the sentence that names them.
func TestAskForAnAccount(t *testing.T) {
	text := "REPORT\n\nMs. Berg spoke to the council about the hives in June. Rain had spoilt the spring. Furthermore, moths were spreading from the south. Few boxes were left.\n"
	for question, want := range map[string]string{
		"What did Ms. Berg say to the council about the hives?": "moths were spreading",
		"When did Ms. Berg speak to the council about hives?":   "",
	} {
		out, err := answerer(t, 0, text).Ask(context.Background(), answer.Question{Text: question})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(out.Text, "moths were spreading"); got != (want != "") {
			t.Errorf("%q: %q", question, out.Text)
		}
	}
}

// A question that needs two places is answered from both.
func TestAskForTwoThings(t *testing.T) {
	filler := strings.Repeat("The weather was fine, and nobody of those who were there in the spring had seen it so for many years. ", 6)
	text := "THE REPORT\n\n" + filler + "Moths spoilt the boxes in May.\n\nTHE ANNEX\n\n" + filler + "The council bought a press for wax.\n"
	out, err := answerer(t, 0, text).Ask(context.Background(), answer.Question{Text: "When did moths spoil the boxes, and who bought the press for wax?"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Moths spoilt the boxes in May.", "The council bought a press for wax."} {
		if !strings.Contains(out.Text, want) {
			t.Errorf("got %q, want in it %q", out.Text, want)
		}
	}
	if len(out.Hits) < 2 || out.Hits[0].Section[0] == out.Hits[1].Section[0] {
		t.Error("the first two hits are of one section")
	}
	for i, h := range out.Hits[1:] {
		if h.Score > out.Hits[i].Score {
			t.Errorf("hit %d scores more than the one before", i+2)
		}
	}
}

// A quotation begins where it is said who or what it speaks of.
func TestAskNamesTheSpeaker(t *testing.T) {
	for _, test := range []struct{ text, question, want string }{
		{
			"REPORT\n\nNothing happened in May. Mr. Holm had come from the coast. He noted that eels were scarce that year. Then all went home.\n",
			"Were eels scarce that year?", "Mr. Holm had come from the coast. He noted that eels were scarce that year.",
		},
		{ // it begins the paragraph: whoever it means stands elsewhere
			"REPORT\n\nMr. Holm had come from the coast.\n\nHe noted that eels were scarce that year. Then all went home.\n",
			"Were eels scarce that year?", "He noted that eels were scarce that year.",
		},
		{ // nobody is named: it was noted
			"REPORT\n\nMr. Holm had come from the coast. It was noted that eels were scarce that year. Then all went home.\n",
			"Were eels scarce that year?", "It was noted that eels were scarce that year.",
		},
		{
			"REPORT\n\nMr. Holm had come from the coast. He wore a hat. He spoke to few people. He noted that eels were scarce that year. Then all went home.\n",
			"Were eels scarce that year?", "He noted that eels were scarce that year.",
		},
	} {
		out, err := answerer(t, 0, test.text).Ask(context.Background(), answer.Question{Text: test.question})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(out.Text, test.want+" [1]") {
			t.Errorf("got %q, want first %q", out.Text, test.want)
		}
	}
}

// A lead-in is not quoted without its list.
func TestNoLeadInWithoutItsList(t *testing.T) {
	text := "TASKS\n\nThe council met the keepers of the hives in the spring of 1903. The council asked the keepers of the hives:\n\n(a) " +
		strings.Repeat("to go on counting and counting without an end in sight, ", 19) + "and to report.\n"
	out, err := answerer(t, 0, text).Ask(context.Background(), answer.Question{Text: "What did the council ask the keepers of the hives?"})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.Text, ": [") || !strings.Contains(out.Text, "spring of 1903") {
		t.Errorf("got %q", out.Text)
	}
}

// Below the threshold it says so, tells how much was searched, and shows what
// came nearest; it never says that the text does not mention a thing.
func TestAskInVain(t *testing.T) {
	out := ask(t, answerer(t, 1.1, bees), "How many barrels of honey did the hives give in 1903?")
	if out.Answered || !strings.HasPrefix(out.Text, "I found nothing that answers this in the 2 passages that I searched. The nearest:\n") || len(out.Citations) == 0 {
		t.Errorf("answered %v: %q", out.Answered, out.Text)
	}
}

func TestAskWhatCannotBeAsked(t *testing.T) {
	a := answerer(t, 0, bees)
	for question, want := range map[string]string{
		"":                            "There is no question",
		" \n\t ":                      "There is no question",
		"?!…":                         "There is no question",
		strings.Repeat("honey ", 1e5): "at most 20000",
	} {
		_, err := a.Ask(context.Background(), answer.Question{Text: question})
		var refusal answer.QuestionError
		if !errors.As(err, &refusal) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v", question, err)
		}
	}
}

func TestAskStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := answerer(t, 0, bees).Ask(ctx, answer.Question{Text: "honey"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestAskAtOnce(t *testing.T) {
	a := answerer(t, 0, bees)
	want := ask(t, a, "Who burns the boxes?").Text
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				out, err := a.Ask(context.Background(), answer.Question{Text: "Who burns the boxes?"})
				if err != nil || out.Text != want {
					t.Errorf("%q, %v; alone it was %q", out.Text, err, want)
				}
			}
		})
	}
	wg.Wait()
}

func TestReference(t *testing.T) {
	card := &corpus.Card{Title: "Report"}
	for want, c := range map[string]answer.Citation{
		"Report, second paragraph":                            {Place: corpus.Place{Para: 2}, Passage: corpus.Passage{Doc: card}},
		"Report, Annex, I. Costs, scan p. 25, 12th paragraph": {Place: corpus.Place{Page: 25, Para: 12}, Passage: corpus.Passage{Doc: card, Section: []string{"Annex", "I. Costs"}}},
		"Report, scan p. 3, 21st paragraph":                   {Place: corpus.Place{Page: 3, Para: 21}, Passage: corpus.Passage{Doc: card, Section: []string{"Report"}}},
		"Report, p. 37, para. 12 (c)":                         {Place: corpus.Place{Page: 25, Label: "37", Para: 5, Number: "12 (c)"}, Passage: corpus.Passage{Doc: card}},
		"Report, scan pp. 3–4, third and fourth paragraphs":   {Place: corpus.Place{Page: 3, Para: 3}, Last: corpus.Place{Page: 4, Para: 4}, Passage: corpus.Passage{Doc: card}},
		"Report, pp. 36–37, paras. 12 to 14":                  {Place: corpus.Place{Page: 3, Label: "36", Number: "12", Para: 3}, Last: corpus.Place{Page: 4, Label: "37", Number: "14", Para: 5}, Passage: corpus.Passage{Doc: card}},
		"Report, 111th paragraph":                             {Place: corpus.Place{Para: 111}, Passage: corpus.Passage{Doc: card}},
		"Report, 102nd paragraph":                             {Place: corpus.Place{Para: 102}, Passage: corpus.Passage{Doc: card}},
	} {
		if got := c.Reference(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// FuzzAsk asks anything of anything: no panic, every quotation in the source,
// the confidence from 0 to 1.
func FuzzAsk(f *testing.F) {
	f.Add(bees, "Who burns the boxes?", 0.0)
	f.Add("One. Two. Three.", "two", 0.5)
	f.Add("• a\n• b:\n• c", "a b c d e", 0.0)
	f.Add("Δ Ελλάδα", "Ελλάδα \x00\xff", 1.0)
	f.Fuzz(func(t *testing.T, text, question string, threshold float64) {
		if len(text) > 5000 {
			return
		}
		source := corpus.Source{Card: corpus.Card{ID: "a", File: "a.txt"}, Bytes: []byte(text)}
		x, err := retrieval.Shelf{}.Open(context.Background(), []corpus.Source{source}, e5.Words(), embed.Quote(), nil)
		if err != nil {
			return
		}
		a := answer.New(slog.New(slog.DiscardHandler), x, threshold)
		out, err := a.Ask(context.Background(), answer.Question{Text: question, History: []string{question}})
		if err != nil {
			return
		}
		if !(out.Confidence >= 0 && out.Confidence <= 1) {
			t.Errorf("confidence %v", out.Confidence)
		}
		for _, c := range out.Citations {
			if text[c.Span.Start:c.Span.End] != c.Printed || c.Quote == "" {
				t.Errorf("citation %+v", c)
			}
		}
	})
}

func BenchmarkAskProceedings(b *testing.B) {
	x, err := retrieval.Shelf{}.Open(context.Background(), []corpus.Source{retrieval.Builtin()}, e5.Words(), e5.New(), nil)
	if err != nil {
		b.Fatal(err)
	}
	a := answer.New(slog.New(slog.DiscardHandler), x, answer.DefaultThreshold)
	for b.Loop() {
		if _, err := a.Ask(context.Background(), answer.Question{Text: "What did the ILO conclude about migrant workers?"}); err != nil {
			b.Fatal(err)
		}
	}
	if peak, ok := peakMemory(); ok {
		b.ReportMetric(peak/(1<<20), "MB-peak")
	}
}

// peakMemory returns the most memory in bytes that this process has held, as
// Linux counts it; false elsewhere.
func peakMemory() (float64, bool) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(status)) {
		var kilobytes float64
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kilobytes); err == nil {
			return kilobytes * 1024, true
		}
	}
	return 0, false
}
