package eval

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rapporteur/corpus"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

// askerFunc makes a function an Asker.
type askerFunc func(context.Context, answer.Question) (answer.Answer, error)

func (f askerFunc) Ask(ctx context.Context, q answer.Question) (answer.Answer, error) {
	return f(ctx, q)
}

// echo answers a question with itself, as if it were the whole document.
func echo(_ context.Context, q answer.Question) (answer.Answer, error) {
	text := strings.Join(append(q.History, q.Text), " ")
	all := corpus.Span{Start: 0, End: len(text)}
	p := corpus.Passage{ID: "d/0001", Doc: &corpus.Card{File: "d.txt"}, Text: text, Source: all}
	return answer.Answer{
		Answered: true, Confidence: 0.5, Text: text + " [1]",
		Citations: []answer.Citation{{N: 1, Passage: p, Quote: text, Span: corpus.Span{Start: 0, End: 3}, Printed: text[:3]}},
		Hits:      []retrieval.Hit{{Passage: p}},
	}, nil
}

func TestRun(t *testing.T) {
	got, err := Run(t.Context(), askerFunc(echo), []Question{
		{Text: "Who spoke first?"},
		{Text: "And then?", History: []string{"Who spoke first?"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []Outcome{
		{Hits: []Span{{"d.txt", 0, 16}}, Citations: []Citation{{Span{"d.txt", 0, 3}, "Who"}}, Answered: true, Confidence: 0.5, Words: 3},
		{Hits: []Span{{"d.txt", 0, 26}}, Citations: []Citation{{Span{"d.txt", 0, 3}, "Who"}}, Answered: true, Confidence: 0.5, Words: 5},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Outcome{}, "Millis", "Text", "Standalone")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestRunNamesTheQuestionThatFails(t *testing.T) {
	cause := errors.New("the model is gone")
	asked := 0
	_, err := Run(t.Context(), askerFunc(func(context.Context, answer.Question) (answer.Answer, error) {
		asked++
		return answer.Answer{}, cause
	}), []Question{{ID: "d007", Text: "Who?"}, {ID: "d008", Text: "What?"}})
	if !errors.Is(err, cause) || !strings.Contains(err.Error(), `"d007"`) || asked != 1 {
		t.Errorf("error %v after %d questions", err, asked)
	}
}
