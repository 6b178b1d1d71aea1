package answer

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"
)

// A Model is a language model. It may be used by many goroutines at once.
type Model interface {
	// Complete yields, piece by piece, what the model writes by the instructions
	// about the text, at most so many tokens. An error is the last that it yields.
	// It heeds ctx.
	Complete(ctx context.Context, instructions, text string, tokens int) iter.Seq2[string, error]
}

// Why an answer is not in a language model's words though there is one.
var (
	// ErrUnsupported says that what it wrote is not borne out by the documents.
	ErrUnsupported = errors.New("what the language model wrote is not borne out by the documents")
	// ErrResting says that it failed lately, and is left alone for a while.
	ErrResting = errors.New("the language model failed a moment ago, and is asked again later")
	// ErrBusy says that too many questions are before it.
	ErrBusy = errors.New("the language model has too many questions in hand")
	// ErrLongQuestion says that the question is too long for it.
	ErrLongQuestion = fmt.Errorf("the question is longer than the %d bytes that a language model is given", mostAsked)
)

const (
	atOnce = 4                // questions that a model is asked at the same time
	rest   = 30 * time.Second // after it failed: nobody else waits in vain meanwhile
	margin = 2 * time.Second  // kept of the caller's time for the answer without it
)

// An assistant is a model with what it takes to ask it without harm.
type assistant struct {
	model   Model
	timeout time.Duration
	turns   chan struct{} // holds an element for each question in hand

	mu    sync.Mutex
	again time.Time // when it may be asked again
}

// WithModel returns an answerer that lets m rewrite follow-ups and write the
// answers, which may take it timeout for a question. What it writes is checked
// sentence by sentence; where it fails in any way, answers are as without it.
// Whether a question counts as answered, and how surely, m has no say in.
func (a *Answerer) WithModel(m Model, timeout time.Duration) *Answerer {
	out := *a
	out.assistant = &assistant{model: m, timeout: timeout, turns: make(chan struct{}, atOnce)}
	return &out
}

// budget returns ctx with the time that the model has for a question: its own, or
// what the caller can spare.
func (a *Answerer) budget(ctx context.Context) (context.Context, context.CancelFunc) {
	if a.assistant == nil {
		return ctx, func() {}
	}
	end := time.Now().Add(a.assistant.timeout)
	if deadline, ok := ctx.Deadline(); ok && deadline.Add(-margin).Before(end) {
		end = deadline.Add(-margin)
	}
	return context.WithDeadline(ctx, end)
}

// ask yields what the model writes. An error is the last that is yielded; a
// failure lets the model rest.
func (s *assistant) ask(ctx context.Context, instructions, text string, tokens int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if s.resting() {
			yield("", ErrResting)
			return
		}
		select {
		case s.turns <- struct{}{}:
			defer func() { <-s.turns }()
		case <-ctx.Done():
			yield("", ErrBusy)
			return
		}
		read := 0
		for piece, err := range s.model.Complete(ctx, instructions, text, tokens) {
			if err != nil {
				s.failed(ctx)
				yield("", err)
				return
			}
			// What comes too much is not listened to; what came is worth a look.
			if read += len(piece); read > mostAnswered || !yield(piece, nil) {
				return
			}
		}
	}
}

func (s *assistant) resting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Before(s.again)
}

// failed lets the model rest, unless it was the caller who gave up.
func (s *assistant) failed(ctx context.Context) {
	if errors.Is(ctx.Err(), context.Canceled) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.again = time.Now().Add(rest)
}
