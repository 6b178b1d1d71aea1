package main

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/eval"
)

// madeUp returns examples of which one signal tells the answerable ones, and one
// nothing.
func madeUp(n int) []example {
	draw := rand.New(rand.NewPCG(3, 4))
	var examples []example
	for i := range n {
		e := example{body: []string{"a", "b"}[i%2], id: string(rune('0' + i)), answerable: i%3 == 0, leftOut: i%5 == 1}
		telling := draw.NormFloat64()
		if e.answerable {
			telling += 2
		}
		e.evidence = map[string]answer.Evidence{answer.ByTokens: {By: answer.ByTokens, Signals: map[string]float64{"telling": 10 * telling, "idle": draw.NormFloat64()}}}
		examples = append(examples, e)
	}
	return examples
}

func TestFit(t *testing.T) {
	examples := madeUp(600)
	weights := fit(examples, answer.ByTokens)
	if w := weights["telling"]; w < 0.1 || w > 0.25 { // two standard deviations apart: 2 for each, less the ridge
		t.Errorf("the telling signal weighs %v", w)
	}
	if w := weights["idle"]; math.Abs(w) > 0.2 {
		t.Errorf("the idle signal weighs %v", w)
	}
	// As many count as answerable as not, though a third is: halfway is at 1 of 2.
	if c := confidence(weights, map[string]float64{"telling": 10}); c < 0.4 || c > 0.6 {
		t.Errorf("halfway the confidence is %.2f, want about one half", c)
	}
	own, without := crossValidated(examples, "a", answer.ByTokens)
	if a := eval.AUROC(own); a < 0.85 || len(own)+len(without) < 300 {
		t.Errorf("auroc %v of %d questions and %d left out", a, len(own), len(without))
	}
}

func TestFalseAnswersAt(t *testing.T) {
	var results []eval.Result
	for i := range 10 {
		results = append(results, eval.Result{Answerable: true, Confidence: 0.1 * float64(i+1)}, eval.Result{Confidence: 0.1*float64(i) + 0.05})
	}
	// Nine of ten are answered from 0.2; eight of ten others are above.
	if got := falseAnswersAt(0.9)(results); got != 0.8 {
		t.Errorf("false answers %v, want 0.8", got)
	}
	if got := falseAnswersAt(1)(results); got != 0.9 {
		t.Errorf("with all answered false answers are %v, want 0.9", got)
	}
	if got := falseAnswersAt(0.9)(nil); !math.IsNaN(float64(got)) {
		t.Errorf("of no questions %v", got)
	}
}

func TestTouches(t *testing.T) {
	source := []byte("The hives gave forty\nbarrels of honey. Rain spoilt June.")
	p := corpus.Passage{Source: corpus.Span{Start: 0, End: 38}}
	for quote, want := range map[string]bool{
		"gave forty barrels of honey":                     true,
		"forty barrels of honey. Rain spoilt the meadows": true,
		"Rain spoilt June":                                false,
	} {
		if got := touches(p, source, []string{quote}); got != want {
			t.Errorf("%q: %v", quote, got)
		}
	}
}

func TestReport(t *testing.T) {
	var out bytes.Buffer
	if err := writeReport(&out, madeUp(200), []body{{name: "a"}, {name: "b"}}, answer.ByTokens); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"by tokens", "\na ", "\nb ", "together", "threshold", "0.50 ", fmt.Sprintf("%.2f ", answer.DefaultThreshold)} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, &out)
		}
	}
}

// The questions that come with the command are whole, and about half are
// answered.
func TestQuestions(t *testing.T) {
	files, err := questionFiles.ReadDir("questions")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := questionFiles.ReadFile("questions/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		questions, err := eval.ReadQuestions(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", f.Name(), err)
		}
		yes := 0
		for _, q := range questions {
			if q.Gold == nil {
				t.Fatalf("%s: %q is no gold question", f.Name(), q.Text)
			}
			if q.Gold.Answerable {
				yes++
			}
		}
		if share := float64(yes) / float64(len(questions)); share < 0.4 || share > 0.6 {
			t.Errorf("%s: %d of %d are answered", f.Name(), yes, len(questions))
		}
	}
}
