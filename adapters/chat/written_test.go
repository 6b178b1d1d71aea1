package chat_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/retrieval/answer"
)

// written is an answer in a language model's words, told as it comes.
func written(ctx context.Context, q answer.Question) (answer.Answer, error) {
	out, err := new(asker).Ask(ctx, q)
	for _, s := range []answer.Statement{{Text: "The hives gave \u202eforty barrels of honey.", Marks: []int{1}}, {Text: "Rain fell.", Marks: []int{1, 2}}} {
		out.Written = append(out.Written, s)
		if q.Told != nil {
			q.Told(s)
		}
	}
	return out, err
}

// A language model's sentences stand for the quotations, which go onto the cards.
func TestWritten(t *testing.T) {
	b := newBot(t, chat.AskerFunc(written), openStore(t, filepath.Join(t.TempDir(), "chat.db")), chat.Options{}, nil)
	r := &listener{room: newRoom(t, b)}
	if err := b.Handle(t.Context(), chat.Message{Platform: "room", Channel: "c", ID: "1", User: "ada", Text: honey, Direct: true}, r); err != nil {
		t.Fatal(err)
	}
	until(t, "it is answered", func() bool { return len(r.Replies()) > 0 })
	reply := r.Replies()[0]
	want := []chat.Sentence{{Text: "The hives gave forty barrels of honey.", Marks: []int{1}}, {Text: "Rain fell.", Marks: []int{1, 2}}}
	if fmt.Sprint(reply.Sentences) != fmt.Sprint(want) || !reply.Written || reply.Notice != "" {
		t.Errorf("the reply is %+v", reply)
	}
	if fmt.Sprint(r.told) != fmt.Sprint(want) {
		t.Errorf("told %v", r.told)
	}
	if text := reply.String(); !strings.Contains(text, "“The keepers reported that the hives gave forty barrels of honey in 1903.") {
		t.Errorf("what bears it out is not shown: %q", text)
	}
}

// Why an answer is not a language model's is said, and the answer given.
func TestNotWritten(t *testing.T) {
	for err, want := range map[error]string{
		answer.ErrUnsupported:        "did not stand up to the documents",
		answer.ErrLongQuestion:       "too long for the language model",
		answer.ErrResting:            "could not be asked",
		errors.New("key sk-1 wrong"): "could not be asked",
	} {
		ask := func(ctx context.Context, q answer.Question) (answer.Answer, error) {
			out, _ := new(asker).Ask(ctx, q)
			out.ModelErr = err
			return out, nil
		}
		b := newBot(t, chat.AskerFunc(ask), openStore(t, filepath.Join(t.TempDir(), "chat.db")), chat.Options{}, nil)
		r := &listener{room: newRoom(t, b)}
		if err := b.Handle(t.Context(), chat.Message{Platform: "room", Channel: "c", ID: "1", User: "ada", Text: honey, Direct: true}, r); err != nil {
			t.Fatal(err)
		}
		until(t, "it is answered", func() bool { return len(r.Replies()) > 0 })
		if reply := r.Replies()[0]; !strings.Contains(reply.Notice, want) || len(reply.Sentences) == 0 || reply.Written || strings.Contains(reply.Notice, "sk-1") {
			t.Errorf("%v: the reply is %+v", err, reply)
		}
	}
}

// What was told of an answer that is stopped is taken away, and nothing posted.
func TestUntold(t *testing.T) {
	told := make(chan bool)
	ask := func(ctx context.Context, q answer.Question) (answer.Answer, error) {
		q.Told(answer.Statement{Text: "The hives gave forty barrels.", Marks: []int{1}})
		close(told)
		<-ctx.Done()
		return answer.Answer{}, ctx.Err()
	}
	b := newBot(t, chat.AskerFunc(ask), openStore(t, filepath.Join(t.TempDir(), "chat.db")), chat.Options{}, nil)
	r := &listener{room: newRoom(t, b)}
	m := chat.Message{Platform: "room", Channel: "c", ID: "1", User: "ada", Text: honey, Direct: true}
	if err := b.Handle(t.Context(), m, r); err != nil {
		t.Fatal(err)
	}
	<-told
	b.Stop(chat.Place{Platform: "room", Channel: "c"}, "", "ada")
	if err := b.Wait(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if !r.Untold() || len(r.Replies()) > 0 {
		t.Errorf("taken away: %v; replies: %v", r.Untold(), r.Replies())
	}
}

// A listener is a surface that takes sentences as they come.
type listener struct {
	*room
	mu      sync.Mutex
	told    []chat.Sentence
	replies []chat.Reply
	untold  bool
}

func (l *listener) Tell(_ context.Context, _ chat.Message, s chat.Sentence) {
	l.told = append(l.told, s)
}

func (l *listener) Untell(context.Context, chat.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.untold = true
}

func (l *listener) Untold() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.untold
}

func (l *listener) Post(_ context.Context, _ chat.Message, r chat.Reply) (chat.Posted, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.replies = append(l.replies, r)
	return chat.Posted{ID: "p"}, nil
}

func (l *listener) Replies() []chat.Reply {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.replies
}
