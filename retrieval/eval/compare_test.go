package eval

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reports makes two reports of n answerable questions: all answered before, and
// after only those that keep says.
func reports(n int, keep func(i int) bool) (before, after Report) {
	for i := range n {
		r := Result{ID: fmt.Sprint("q", i), Answerable: true, Answered: true}
		before.Questions = append(before.Questions, r)
		r.Answered = keep(i)
		after.Questions = append(after.Questions, r)
	}
	return before, after
}

func TestCompare(t *testing.T) {
	before, after := reports(100, func(i int) bool { return i%2 == 0 })
	got, err := Compare(before, after, Mean(Coverage))
	if err != nil {
		t.Fatal(err)
	}
	// The mean of 100 draws of -1 or 0 has the standard error 0.05, so that the
	// interval is -0.5 ± 1.96·0.05, but for the drawing and its steps of 0.01.
	if got.Change != -0.5 || got.N != 100 || math.Abs(got.Low+0.598) > 0.015 || math.Abs(got.High+0.402) > 0.015 {
		t.Errorf("half of 100 answers lost: %v", got)
	}
	again, err := Compare(before, after, Mean(Coverage))
	if err != nil || again != got {
		t.Errorf("the same comparison gives %v, then %v (error %v)", got, again, err)
	}
	mirrored, err := Compare(after, before, Mean(Coverage))
	if err != nil || mirrored != (Interval{-got.Change, -got.High, -got.Low, got.N}) {
		t.Errorf("the comparison turned round gives %v for %v (error %v)", mirrored, got, err)
	}
}

func TestCompareOfConstantDifference(t *testing.T) {
	before, after := reports(7, func(int) bool { return false })
	got, err := Compare(before, after, Mean(Coverage))
	if want := (Interval{-1, -1, -1, 7}); err != nil || got != want {
		t.Errorf("%v (error %v), want %v", got, err, want)
	}
	if got, want := got.String(), "-1.000 [-1.000, -1.000] over 7 questions"; got != want {
		t.Errorf("printed as %q, want %q", got, want)
	}
}

func TestCompareRefuses(t *testing.T) {
	before, after := reports(3, func(int) bool { return true })
	shorter := Report{Questions: after.Questions[:2]}
	if _, err := Compare(before, shorter, Mean(Coverage)); err == nil || !strings.Contains(err.Error(), "3 questions with one of 2") {
		t.Errorf("reports of different length: error %v", err)
	}
	if _, err := Compare(before, after, Mean(FalseAnswers)); err == nil || !strings.Contains(err.Error(), "no question counts") {
		t.Errorf("no unanswerable question: error %v", err)
	}
	after.Questions[1].ID = "other"
	if _, err := Compare(before, after, Mean(Coverage)); err == nil || !strings.Contains(err.Error(), `"q1" with question "other"`) {
		t.Errorf("reports of different questions: error %v", err)
	}
}

func TestReadReport(t *testing.T) {
	want, err := Score(exampleQuestions(), exampleOutcomes(), exampleSources)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := want.WriteJSON(&file); err != nil {
		t.Fatal(err)
	}
	got, err := ReadReport(&file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, nearly); diff != "" {
		t.Errorf("a report written and read (-want +got):\n%s", diff)
	}
	for _, bad := range []string{"", "{", `"text"`, "{}", `{"questions": 1}`} {
		if _, err := ReadReport(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was read as a report", bad)
		}
	}
}

func TestWriteComparison(t *testing.T) {
	before, err := Score(exampleQuestions(), exampleOutcomes(), exampleSources)
	if err != nil {
		t.Fatal(err)
	}
	better := exampleOutcomes()
	better[2].Citations = []Citation{cite("minutes.txt", sent), cite("minutes.txt", returned)}
	better[4].Answered, better[4].Confidence = false, 0.1
	better[1].Answered = false
	after, err := Score(exampleQuestions(), better, exampleSources)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := WriteComparison(&got, before, after); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/comparison.txt", got.Bytes())
}

func FuzzReadReport(f *testing.F) {
	f.Add([]byte(`{"hit@1": null, "questions": [{"id": "q1", "answerable": true, "confidence": 0.5}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ReadReport(bytes.NewReader(data))
		if err != nil {
			return
		}
		if _, err := Compare(r, r, AUROC); err != nil && !strings.Contains(err.Error(), "no question counts") {
			t.Error(err)
		}
	})
}

// The bounds of a share are near those of the normal approximation.
func TestBounds(t *testing.T) {
	var results []Result
	for i := range 400 {
		results = append(results, Result{Answerable: true, Answered: i%4 > 0})
	}
	low, high := Bounds(results, Mean(Coverage))
	const want = 0.0424 // 1.96·√(0.75·0.25/400)
	if math.Abs(float64(0.75-low)-want) > 0.005 || math.Abs(float64(high-0.75)-want) > 0.005 {
		t.Errorf("[%v, %v], want 0.75 ± %v", low, high, want)
	}
	if low, high := Bounds(nil, AUROC); !math.IsNaN(float64(low)) || !math.IsNaN(float64(high)) {
		t.Errorf("of nothing [%v, %v]", low, high)
	}
}
