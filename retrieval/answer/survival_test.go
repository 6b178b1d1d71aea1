package answer_test

import (
	"context"
	"flag"
	"iter"
	"log/slog"
	"strings"
	"testing"
	"time"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/answer/llm"
	"rapporteur/retrieval/eval"
)

var (
	modelURL = flag.String("model", "", "the base URL of a language model's service, for TestSurvival")
	markAll  = flag.Bool("mark-all", false, "give each sentence of the model's every mark there is, so that its words alone decide")
)

// TestSurvival puts the development questions to a real model, and counts which of
// its sentences stand. With -v it prints each that does beside what it cites, to be
// read:
//
//	go test ./retrieval/answer -run Survival -v -timeout 2h -model http://localhost:8080/v1
func TestSurvival(t *testing.T) {
	if *modelURL == "" {
		t.Skip("needs a language model: name its service with -model")
	}
	m, err := llm.New(llm.Config{BaseURL: *modelURL, Model: "any"})
	if err != nil {
		t.Fatal(err)
	}
	x, err := retrieval.Shelf{}.Open(t.Context(), []corpus.Source{retrieval.Builtin()}, e5.Words(), e5.New(), nil)
	if err != nil {
		t.Fatal(err)
	}
	questions, err := eval.Dev()
	if err != nil {
		t.Fatal(err)
	}
	heard := &listening{Model: m}
	a := answer.New(slog.New(slog.DiscardHandler), x, answer.DefaultThreshold).WithModel(heard, 2*time.Minute)
	var answered, written, sentences, marked, stood int
	for _, q := range questions {
		heard.text = ""
		var told []answer.Statement
		start := time.Now()
		out, err := a.Ask(t.Context(), answer.Question{Text: q.Text, History: q.History, Told: func(s answer.Statement) { told = append(told, s) }})
		if err != nil {
			t.Fatal(err)
		}
		if !out.Answered {
			continue
		}
		all, withMarks := answer.Sentences(heard.text)
		answered, sentences, marked, stood = answered+1, sentences+len(all), marked+withMarks, stood+len(told)
		if out.Written != nil {
			written++
		}
		t.Logf("%s (%.0f s, %v): %s", q.ID, time.Since(start).Seconds(), out.ModelErr, q.Text)
		t.Logf("    wrote: %s", strings.Join(all, " / "))
		for _, s := range told {
			t.Logf("    stood: %s", s)
		}
		if out.Written != nil {
			for _, c := range out.Citations {
				t.Logf("    [%d] %s", c.N, c.Quote)
			}
		}
		t.Logf("so far %d questions answered, %d in the model's words; of %d sentences %d had marks and %d stood", answered, written, sentences, marked, stood)
	}
}

// A listening model remembers what was written last, before marks were added.
type listening struct {
	answer.Model
	text string
}

func (l *listening) Complete(ctx context.Context, instructions, text string, tokens int) iter.Seq2[string, error] {
	l.text = ""
	return func(yield func(string, error) bool) {
		for piece, err := range l.Model.Complete(ctx, instructions, text, tokens) {
			l.text += piece
			if err != nil || !*markAll {
				if !yield(piece, err) {
					return
				}
			}
		}
		if !*markAll {
			return
		}
		var marks strings.Builder
		for _, m := range givenLine.FindAllStringSubmatch(text, -1) {
			marks.WriteString("[" + m[1] + "]")
		}
		all, _ := answer.Sentences(l.text)
		for _, s := range all {
			if !yield(s+marks.String()+"\n", nil) {
				return
			}
		}
	}
}
