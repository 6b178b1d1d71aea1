package eval

import (
	"bytes"
	"flag"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// nearly compares figures but for rounding, and NaN as equal to itself.
var nearly = cmp.Comparer(func(a, b Figure) bool {
	return math.Abs(float64(a-b)) < 1e-12 || math.IsNaN(float64(a)) && math.IsNaN(float64(b))
})

// The worked example: two short documents and six questions about them.
const (
	opened   = "The meeting was opened by\nMr. Chamie in New York on 27 October."
	attended = "Fifty-two participants from twelve offices attended the meeting."
	sent     = "Migrants sent ninety billion dollars home in 2003."
	returned = "Many of them returned to their countries within ten years."
	minutes  = opened + "\n" + attended + "\n\n" + sent + " " + returned + "\n"
	summary  = "Summary\n" + attended + "\n"
)

var exampleSources = map[string][]byte{"minutes.txt": []byte(minutes), "summary.txt": []byte(summary)}

func exampleQuestions() []Question {
	gold := func(id, kind string, any bool, quotes ...string) Question {
		return Question{ID: id, Type: kind, Text: id + "?", Gold: &Gold{Answerable: len(quotes) > 0, Any: any, Quotes: quotes}}
	}
	return []Question{
		gold("q1", "fact", true, opened),
		gold("q2", "fact", true, attended),
		gold("q3", "multi", false, sent, returned),
		gold("q4", "multi", true, sent, returned),
		gold("q5", "unanswerable", true),
		gold("q6", "unanswerable", true),
	}
}

// span is the first place of words in a document of the example.
func span(document, words string) Span {
	start := bytes.Index(exampleSources[document], []byte(words))
	return Span{document, start, start + len(words)}
}

// cite quotes words of the example word for word.
func cite(document, words string) Citation { return Citation{span(document, words), words} }

func exampleOutcomes() []Outcome {
	m := func(words string) Span { return span("minutes.txt", words) }
	return []Outcome{
		{ // right at once, and quoted
			Hits: []Span{m(opened), m(sent)}, Citations: []Citation{cite("minutes.txt", opened)},
			Answered: true, Confidence: 0.9, Words: 12, Millis: 4,
		},
		{ // second, and in the other document; one citation right, one beside the point
			Hits:      []Span{m(opened), span("summary.txt", attended), m(attended)},
			Citations: []Citation{cite("summary.txt", attended), cite("minutes.txt", opened)},
			Answered:  true, Confidence: 0.7, Words: 20, Millis: 6,
		},
		{ // both quotes take three hits; only one is cited, and printed with a word wrong
			Hits:      []Span{m(attended), m(sent), m(returned)},
			Citations: []Citation{{m(sent), strings.Replace(sent, "ninety", "nineteen", 1)}},
			Answered:  true, Confidence: 0.5, Words: 9, Millis: 5,
		},
		{ // never found, and not answered; the nearest passage is given all the same
			Hits: []Span{m(opened), m(attended)}, Citations: []Citation{cite("minutes.txt", attended)},
			Confidence: 0.2, Words: 30, Millis: 7,
		},
		{ // answered, though there is no answer
			Hits: []Span{m(sent)}, Citations: []Citation{cite("minutes.txt", sent)},
			Answered: true, Confidence: 0.5, Words: 10, Millis: 9,
		},
		{Confidence: 0, Words: 25, Millis: 3},
	}
}

func TestScore(t *testing.T) {
	got, err := Score(exampleQuestions(), exampleOutcomes(), exampleSources)
	if err != nil {
		t.Fatal(err)
	}
	nan := Figure(math.NaN())
	want := Report{
		Answerable: 4, Unanswerable: 2, Citations: 6,
		Hit1:              0.25,                 // q1
		Hit3:              0.75,                 // q1, q2, q3
		Hit5:              0.75,                 // the same
		Hit10:             0.75,                 // the same
		MRR:               (1 + 0.5 + 0.5) / 4., // ranks 1, 2, 2, none
		In400Words:        0.75,                 // nothing here is near 400 words
		AnswerHasEvidence: 0.5,                  // q1, q2; q3 cites one quote of two
		CitationRecall:    2.5 / 4,              // and counts here for that half
		CitationPrecision: 3. / 5,               // q1, one of q2's two, q3's; not q4's
		Verbatim:          5. / 6,               // all but q3's
		Coverage:          0.75,                 // all but q4
		FalseAnswers:      0.5,                  // q5 of q5, q6
		AUROC:             6.5 / 8,              // q5 is below 0.9 and 0.7, ties 0.5, beats 0.2; q6 is below all four
		MedianWords:       11,                   // of 9, 10, 12, 20
		MedianMillis:      5.5,                  // of 3, 4, 5, 6, 7, 9
		Types: []TypeFigures{
			{"fact", 2, 1, 0.75, 1, 1, 1, 2. / 3, 16},
			{"multi", 2, 0.5, 0.25, 0.5, 0, 0.25, 0.5, 9},
			{"unanswerable", 2, nan, nan, 0.5, nan, nan, nan, 10},
		},
		Questions: []Result{
			{"q1", "fact", true, 1, 1, true, true, 1, true, 1, 1, 1, 0.9, 12, 4},
			{"q2", "fact", true, 2, 2, true, true, 1, true, 2, 1, 2, 0.7, 20, 6},
			{"q3", "multi", true, 2, 3, true, false, 0.5, true, 1, 1, 0, 0.5, 9, 5},
			{"q4", "multi", true, 0, 0, false, false, 0, false, 1, 0, 1, 0.2, 30, 7},
			{"q5", "unanswerable", false, 0, 0, false, false, 0, true, 1, 0, 1, 0.5, 10, 9},
			{"q6", "unanswerable", false, 0, 0, false, false, 0, false, 0, 0, 0, 0, 25, 3},
		},
	}
	if diff := cmp.Diff(want, got, nearly); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

// A citation that points beyond its source, or to a document that is not there,
// is the failure the figures exist to show: it is counted, and holds nothing.
func TestScoreCountsBrokenCitations(t *testing.T) {
	questions := exampleQuestions()[:1]
	for _, s := range []Span{
		{"minutes.txt", 0, len(minutes) + 1},
		{"minutes.txt", -1, 60},
		{"minutes.txt", 60, 0},
		{"elsewhere.txt", 0, len(opened)},
	} {
		r, err := Score(questions, []Outcome{{Citations: []Citation{{s, opened}}, Answered: true}}, exampleSources)
		if err != nil {
			t.Fatal(err)
		}
		if r.Citations != 1 || r.Verbatim != 0 || r.CitationPrecision != 0 || r.AnswerHasEvidence != 0 {
			t.Errorf("%v: %d citations, verbatim %v, precision %v, evidence %v; want 1 and 0 thrice",
				s, r.Citations, r.Verbatim, r.CitationPrecision, r.AnswerHasEvidence)
		}
	}
}

func TestOverlaps(t *testing.T) {
	gold := evidence{places: [][]Span{{{"d", 100, 200}}, {{"d", 300, 340}, {"e", 0, 40}}}}
	for _, test := range []struct {
		span Span
		want bool
	}{
		{Span{"d", 0, 130}, true},
		{Span{"d", 0, 129}, false},
		{Span{"d", 171, 310}, false}, // 29 bytes of one and 10 of the other
		{Span{"e", 10, 90}, true},
		{Span{"e", 100, 200}, false},
	} {
		if got := gold.overlaps(test.span, minOverlap); got != test.want {
			t.Errorf("overlaps(%v) is %v, want %v", test.span, got, test.want)
		}
	}
}

func TestWithin(t *testing.T) {
	word := func(n int) string { return strings.Repeat("word ", n) }
	sources := map[string][]byte{"d": []byte(word(1000))}
	words := func(from, n int) Span { return Span{"d", 5 * from, 5 * (from + n)} }
	for _, test := range []struct {
		name string
		hits []Span
		want int
	}{
		{"none", nil, 0},
		{"exactly 400", []Span{words(0, 150), words(200, 250), words(0, 1)}, 2},
		{"the second is too long, the third is not tried", []Span{words(0, 200), words(0, 201), words(0, 10)}, 1},
		{"the first is too long", []Span{words(0, 401), words(0, 1)}, 1},
		{"all", []Span{words(0, 100), words(100, 100)}, 2},
	} {
		if got := within(test.hits, 400, sources); len(got) != test.want {
			t.Errorf("%s: %d hits, want %d", test.name, len(got), test.want)
		}
	}
}

func TestRankEndsAtTen(t *testing.T) {
	hits := make([]Span, 11)
	for i := range hits {
		hits[i] = span("minutes.txt", sent)
	}
	hits[10] = span("minutes.txt", opened)
	for _, test := range []struct {
		hits []Span
		want int
	}{{hits, 0}, {hits[1:], 10}} {
		r, err := Score(exampleQuestions()[:1], []Outcome{{Hits: test.hits}}, exampleSources)
		if err != nil {
			t.Fatal(err)
		}
		if q := r.Questions[0]; q.Rank != test.want || q.Depth != test.want {
			t.Errorf("right hit at %d: rank %d and depth %d, want %d", len(test.hits), q.Rank, q.Depth, test.want)
		}
	}
}

func TestScoreRefuses(t *testing.T) {
	questions := exampleQuestions()[:1]
	for _, test := range []struct {
		name      string
		questions []Question
		outcomes  []Outcome
		want      string
	}{
		{"too few outcomes", questions, nil, "0 outcomes for 1 questions"},
		{"hit beyond its source", questions, []Outcome{{Hits: []Span{{"minutes.txt", 0, 9999}}}}, `question "q1": hit 1 lies outside its source`},
		{"hit in no document", questions, []Outcome{{Hits: []Span{{"", 0, 0}}}}, `question "q1": hit 1 lies outside its source`},
		{"confidence above 1", questions, []Outcome{{Confidence: 1.5}}, "confidence 1.5"},
		{"confidence not a number", questions, []Outcome{{Confidence: math.NaN()}}, "confidence NaN"},
		{"no gold", []Question{{ID: "bare", Text: "?"}}, make([]Outcome, 1), `question "bare" has no gold answer`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Score(test.questions, test.outcomes, exampleSources)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestAUROC(t *testing.T) {
	for _, test := range []struct {
		name    string
		yes, no []float64
		want    Figure
	}{
		{"perfect order", []float64{0.9, 0.6}, []float64{0.5, 0.1}, 1},
		{"reversed", []float64{0.1}, []float64{0.2, 0.3}, 0},
		{"constant", []float64{0.5, 0.5}, []float64{0.5, 0.5, 0.5}, 0.5},
		{"one tie of four", []float64{0.9, 0.5}, []float64{0.5, 0.1}, 0.875},
		{"nothing unanswerable", []float64{0.9}, nil, Figure(math.NaN())},
	} {
		var results []Result
		for _, c := range test.yes {
			results = append(results, Result{Answerable: true, Confidence: c})
		}
		for _, c := range test.no {
			results = append(results, Result{Confidence: c})
		}
		if got := AUROC(results); !cmp.Equal(got, test.want, nearly) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestCurve(t *testing.T) {
	r, err := Score(exampleQuestions(), exampleOutcomes(), exampleSources)
	if err != nil {
		t.Fatal(err)
	}
	want := []Point{{0.9, 0.25, 0, 0}, {0.7, 0.5, 0, 0}, {0.5, 0.75, 0.5, 0.25}, {0.2, 1, 0.5, 0.2}, {0, 1, 1, 2. / 6}}
	if diff := cmp.Diff(want, r.Curve()); diff != "" {
		t.Errorf("curve (-want +got):\n%s", diff)
	}
	if !r.Questions[0].Answered || r.Questions[3].Answered {
		t.Error("drawing the curve changed the report")
	}
}

func TestReportText(t *testing.T) {
	questions := exampleQuestions()
	questions[0].ID, questions[1].Type = "q 1\nagain", "" // no name may break the table
	r, err := Score(questions, exampleOutcomes(), exampleSources)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := r.WriteText(&got); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/report.txt", got.Bytes())

	got.Reset()
	if err := r.WriteJSON(&got); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/report.json", got.Bytes())
}

func TestReportOfNothing(t *testing.T) {
	r, err := Score(nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var text, object bytes.Buffer
	if err := r.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if err := r.WriteJSON(&object); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text.String(), "NaN") || !strings.Contains(object.String(), `"hit@1": null`) {
		t.Errorf("a report of nothing reads\n%s%s", &text, &object)
	}
}

// golden compares got with a golden file, or renews it under -update.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got), renew with -update:\n%s", file, diff)
	}
}

// FuzzScore makes outcomes of random bytes: no figure may leave 0 to 1, longer
// hit lists may only help, and what is wholly outside is refused and not misread.
func FuzzScore(f *testing.F) {
	f.Add([]byte("\x00\x40\x90\xff\x80\x20\x42\x00\x10\x01"))
	f.Add([]byte("0123456789abcdef0123456789abcdef0123456789abcdef"))
	f.Fuzz(func(t *testing.T, data []byte) {
		questions := exampleQuestions()
		outcomes := make([]Outcome, len(questions))
		for i := 0; i+4 <= len(data); i += 4 {
			o := &outcomes[(i/4)%len(outcomes)]
			s := Span{"minutes.txt", int(data[i]), int(data[i+1])}
			if data[i+2]&1 == 1 {
				printed, _ := slice(exampleSources, s)
				o.Citations = append(o.Citations, Citation{s, string(printed)})
			} else {
				o.Hits = append(o.Hits, s)
			}
			o.Answered = data[i+2]&2 == 2
			o.Confidence = float64(data[i+3]) / 255
		}
		r, err := Score(questions, outcomes, exampleSources)
		if err != nil {
			if !strings.Contains(err.Error(), "outside its source") {
				t.Fatal(err)
			}
			return
		}
		for i, x := range []Figure{
			r.Hit1, r.Hit3, r.Hit5, r.Hit10, r.MRR, r.In400Words, r.AnswerHasEvidence,
			r.CitationPrecision, r.Verbatim, r.Coverage, r.FalseAnswers, r.AUROC,
		} {
			if x < 0 || x > 1 {
				t.Errorf("figure %d is %v", i, x)
			}
		}
		if r.Hit1 > r.Hit3 || r.Hit3 > r.Hit5 || r.Hit5 > r.Hit10 || r.AnswerHasEvidence > r.Coverage {
			t.Error("figures out of order:", r.Hit1, r.Hit3, r.Hit5, r.Hit10, r.AnswerHasEvidence, r.Coverage)
		}
	})
}
