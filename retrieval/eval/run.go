package eval

import (
	"context"
	"fmt"
	"strings"
	"time"

	"rapporteur/retrieval/answer"
)

// An Asker answers questions. It is what of an [answer.Answerer] is measured.
type Asker interface {
	Ask(ctx context.Context, q answer.Question) (answer.Answer, error)
}

// Run asks all questions, one after the other, and returns what came back, in
// their order. It stops at the first that cannot be answered for another reason
// than that nothing answers it.
func Run(ctx context.Context, a Asker, questions []Question) ([]Outcome, error) {
	outcomes := make([]Outcome, len(questions))
	for i, q := range questions {
		start := time.Now()
		given, err := a.Ask(ctx, answer.Question{Text: q.Text, History: q.History})
		took := time.Since(start)
		if err != nil {
			return nil, fmt.Errorf("question %q: %w", label(q, i), err)
		}
		outcomes[i] = outcome(given)
		outcomes[i].Millis = float64(took.Microseconds()) / 1000
	}
	return outcomes, nil
}

// outcome takes from an answer what is measured.
func outcome(a answer.Answer) Outcome {
	o := Outcome{Answered: a.Answered, Confidence: a.Confidence, Text: a.Text, Standalone: a.Standalone}
	for _, h := range a.Hits {
		o.Hits = append(o.Hits, Span{h.Doc.File, h.Source.Start, h.Source.End})
	}
	for _, c := range a.Citations {
		o.Citations = append(o.Citations, Citation{Span{c.Passage.Doc.File, c.Span.Start, c.Span.End}, c.Printed})
	}
	// The marks [n] are no words of the answer.
	o.Words = len(strings.Fields(a.Text)) - len(a.Citations)
	return o
}
