package eval

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadQuestions(t *testing.T) {
	file := "\ufeff" + `{"id":"a","type":"fact","question":"Who came?","answerable":true,"answer":"All.","any":true,"evidence":[{"quote":"All came."},{"quote":"They all came."}],"note":"ignored"}
` + "\r\n" + `{"id":"b","question":"And then?","history":["Who came?"]}
{"question":"No id?"}
{"id":"c","type":"unanswerable","question":"Why?","answerable":false,"evidence":[]}`
	want := []Question{
		{ID: "a", Type: "fact", Text: "Who came?", Gold: &Gold{
			Answerable: true, Answer: "All.", Any: true, Quotes: []string{"All came.", "They all came."},
		}},
		{ID: "b", Text: "And then?", History: []string{"Who came?"}},
		{Text: "No id?"},
		{ID: "c", Type: "unanswerable", Text: "Why?", Gold: &Gold{}},
	}
	got, err := ReadQuestions(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("questions read (-want +got):\n%s", diff)
	}
}

func TestReadQuestionsRefuses(t *testing.T) {
	const good = `{"id":"a","question":"Who?","answerable":false}` + "\n"
	for _, test := range []struct{ name, file, want string }{
		{"not JSON", good + "Who came?", "line 2: not a question in JSON"},
		{"cut short", `{"id":"a","question":"Who`, "line 1: not a question in JSON"},
		{"wrong type", good + "\n" + `{"id":7,"question":"Who?"}`, "line 3: not a question in JSON"},
		{"two objects", good[:len(good)-1] + good, "line 1: not a question in JSON"},
		{"not UTF-8", good + "{\"question\":\"Who\xff?\"}", "line 2: not UTF-8"},
		{"no question", `{"id":"a"}`, `line 1: no "question"`},
		{"null", `null`, `line 1: no "question"`},
		{"blank question", `{"question":" \n"}`, `line 1: no "question"`},
		{"gold without id", `{"question":"Who?","answerable":false}`, `needs an "id"`},
		{"same id twice", good + good, `line 2: the id "a" stands on line 1 already`},
		{"answerable without evidence", `{"id":"a","question":"Who?","answerable":true}`, `line 1: "answerable" is true`},
		{"unanswerable with evidence", `{"id":"a","question":"Who?","answerable":false,"evidence":[{"quote":"I."}]}`, `line 1: "answerable" is false`},
		{"blank quote", `{"id":"a","question":"Who?","answerable":true,"evidence":[{"quote":" "}]}`, `line 1: "evidence" with no "quote"`},
		{"endless line", good + strings.Repeat(" ", maxLine+1), "line 2: longer than"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := ReadQuestions(strings.NewReader(test.file))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

// The built-in questions are only as good as their quotes: each must stand in
// the proceedings, and an answerer that cites exactly them must get full marks.
func TestDevAgainstProceedings(t *testing.T) {
	const document = "third-coordination-meeting-2004.txt"
	source, err := os.ReadFile("../../corpus/proceedings/" + document)
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string][]byte{document: source}
	questions, err := Dev()
	if err != nil {
		t.Fatal(err)
	}
	places, err := locate(questions, sources)
	if err != nil {
		t.Fatal(err)
	}
	outcomes := make([]Outcome, len(questions))
	for i, e := range places {
		for _, at := range e.places {
			outcomes[i].Hits = append(outcomes[i].Hits, at[0])
			outcomes[i].Citations = append(outcomes[i].Citations, Citation{at[0], string(source[at[0].Start:at[0].End])})
			outcomes[i].Answered, outcomes[i].Confidence = true, 1
		}
	}
	r, err := Score(questions, outcomes, sources)
	if err != nil {
		t.Fatal(err)
	}
	if r.Answerable != 68 || r.Unanswerable != 37 {
		t.Errorf("%d answerable and %d unanswerable questions, want 68 and 37", r.Answerable, r.Unanswerable)
	}
	got := []Figure{r.Hit10, r.MRR, r.AnswerHasEvidence, r.CitationPrecision, r.Verbatim, r.Coverage, r.FalseAnswers, r.AUROC}
	if diff := cmp.Diff([]Figure{1, 1, 1, 1, 1, 1, 0, 1}, got); diff != "" {
		t.Errorf("figures of the gold quotes themselves (-want +got):\n%s", diff)
	}
}

func FuzzReadQuestions(f *testing.F) {
	f.Add(`{"question":"Who?","history":["a",""]}` + "\n\n" + `{"id":"b","question":"Who?","answerable":true,"evidence":[{"quote":"I"}]}`)
	f.Add("\ufeff{}\r\n[1]")
	f.Fuzz(func(t *testing.T, file string) {
		questions, err := ReadQuestions(strings.NewReader(file))
		if err != nil {
			return
		}
		ids := map[string]bool{}
		for _, q := range questions {
			if strings.TrimSpace(q.Text) == "" {
				t.Error("a blank question was read")
			}
			if q.Gold == nil {
				continue
			}
			if q.Gold.Answerable != (len(q.Gold.Quotes) > 0) {
				t.Errorf("question %q: answerable %v with %d quotes", q.ID, q.Gold.Answerable, len(q.Gold.Quotes))
			}
			if ids[q.ID] {
				t.Errorf("the id %q was read twice", q.ID)
			}
			ids[q.ID] = true
		}
	})
}
