package chattest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/retrieval/answer"
)

// A duty is something that every adapter owes.
type duty struct {
	name    string
	needs   []Ability
	options chat.Options
	check   func(*suite)
}

const (
	honey  = "How many barrels of honey did the hives give in 1903?"
	quoted = "forty barrels of honey in 1903"
)

// Run checks all that an adapter owes. A test of something that the platform lacks
// is skipped, with the declared reason.
func Run(t *testing.T, h Harness) {
	for _, d := range duties {
		t.Run(d.name, func(t *testing.T) {
			for _, a := range d.needs {
				if why := h.Lacks[a]; why != "" {
					t.Skipf("no %s: %s", a, why)
				}
			}
			d.check(start(t, h, d.options))
		})
	}
}

// halted is a clock that stands still.
func halted() func() time.Time {
	now := time.Now()
	return func() time.Time { return now }
}

var duties = []duty{
	{name: "a question is answered once, cited", check: func(s *suite) {
		s.Say(s.question(honey))
		s.has(s.finally(1)[0].Text, quoted, "[1]", "On bees", "Honey", "first paragraph")
	}},
	{name: "a direct message is answered", check: func(s *suite) {
		s.Say(Line{Text: honey, Direct: true})
		s.has(s.finally(1)[0].Text, quoted)
	}},
	{name: "what is not said to the bot is not answered", needs: []Ability{Channels}, check: func(s *suite) {
		s.Say(Line{Text: honey})
		s.Say(Line{Text: honey, Mention: true})
		s.finally(1)
	}},
	{name: "no question gets help", check: func(s *suite) {
		s.Say(s.question(""))
		s.has(s.finally(1)[0].Text, "Ask me about the documents", "What was said about Honey and Wax?")
	}},
	{name: "a question that cannot be asked is told why", check: func(s *suite) {
		s.Say(s.question("?!…"))
		s.has(s.finally(1)[0].Text, "There is no question to answer")
	}},
	{name: "a follow-up is understood", check: func(s *suite) {
		first := s.question(honey)
		s.Say(first)
		thread := s.await(1)[0].Thread
		s.Say(Line{Text: "And what did they ask for?", Thread: thread, Direct: first.Direct})
		s.has(s.finally(2)[1].Text, "I understood: "+honey+" And what did they ask for?")
	}},
	{name: "a thread is followed by whoever speaks in it", needs: []Ability{Channels, Threads, People}, check: func(s *suite) {
		s.Say(Line{Text: honey, Mention: true})
		thread := s.await(1)[0].Thread
		s.Say(Line{Text: "Who asked the keepers to burn the boxes?", Thread: thread, Person: "another"})
		s.has(s.finally(2)[1].Text, "burn the boxes")
	}},
	{name: "thanks in a thread are not answered", needs: []Ability{Channels, Threads}, check: func(s *suite) {
		s.Say(Line{Text: honey, Mention: true})
		thread := s.await(1)[0].Thread
		s.Say(Line{Text: "Thanks!", Thread: thread})
		s.finally(1)
	}},
	{name: "stop brings quiet until a mention", needs: []Ability{Channels, Threads}, check: func(s *suite) {
		s.Say(Line{Text: honey, Mention: true})
		thread := s.await(1)[0].Thread
		s.Say(Line{Text: "stop", Thread: thread})
		s.has(s.await(2)[1].Text, "I have stopped")
		s.Say(Line{Text: honey, Thread: thread})
		s.Say(Line{Text: honey, Thread: thread, Mention: true})
		s.has(s.finally(3)[2].Text, quoted)
	}},
	{name: "bots are not answered", needs: []Ability{Bots}, check: func(s *suite) {
		s.Say(Line{Text: honey, Direct: true, Bot: true})
		if !s.lacks(Channels) {
			s.Say(Line{Text: honey, Mention: true, Bot: true})
		}
		s.Say(s.question(honey))
		s.finally(1)
	}},
	{name: "what is delivered again is not answered again", needs: []Ability{Redelivery}, check: func(s *suite) {
		again := ability[Redeliverer](s, Redelivery)
		id := s.Say(s.question(honey))
		again.Again(id)
		s.await(1)
		again.Again(id)
		again.Again(id)
		s.Say(s.question("Who burns the boxes that hold moth?"))
		s.finally(2)
	}},
	{name: "an error is said", check: func(s *suite) {
		s.library.will(func(context.Context, answer.Question) (answer.Answer, error) {
			return answer.Answer{}, errors.New("secret cause")
		})
		s.Say(s.question(honey))
		s.has(s.finally(1)[0].Text, "Something went wrong")
	}},
	{name: "a panic is said", check: func(s *suite) {
		s.library.will(func(context.Context, answer.Question) (answer.Answer, error) { panic("a defect, on purpose") })
		s.Say(s.question(honey))
		s.has(s.finally(1)[0].Text, "Something went wrong")
	}},
	{name: "a timeout is said", options: chat.Options{Timeout: 50 * time.Millisecond}, check: func(s *suite) {
		s.library.will(func(ctx context.Context, _ answer.Question) (answer.Answer, error) {
			<-ctx.Done()
			return answer.Answer{}, ctx.Err()
		})
		s.Say(s.question(honey))
		s.has(s.finally(1)[0].Text, "took longer")
	}},
	{name: "a post that fails is made up for", needs: []Ability{Outages}, check: func(s *suite) {
		ability[Breaker](s, Outages).Break(1)
		s.Say(s.question(honey))
		s.finally(1)
	}},
	{name: "an edited question is answered anew, in place", needs: []Ability{Changes}, check: func(s *suite) {
		change := ability[Changer](s, Changes)
		id := s.Say(s.question(honey))
		before := s.await(1)[0]
		change.Edit(id, "Who asked the keepers to burn the boxes?")
		s.until("the reply changes", func() bool { p := s.Shown(); return len(p) == 1 && p[0].Text != before.Text })
		after := s.finally(1)[0]
		s.has(after.Text, "burn the boxes")
		if after.ID != before.ID {
			s.Errorf("the reply is %s, was %s", after.ID, before.ID)
		}
	}},
	{name: "a deleted question takes its answer away", needs: []Ability{Changes}, check: func(s *suite) {
		change := ability[Changer](s, Changes)
		id := s.Say(s.question(honey))
		s.await(1)
		change.Delete(id)
		s.until("the reply goes", func() bool { return len(s.Shown()) == 0 })
		s.finally(0)
	}},
	{name: "who asks too much is told so once", options: chat.Options{PerPerson: 1, Now: halted()}, check: func(s *suite) {
		for range 4 {
			s.Say(s.question(honey))
		}
		shown := s.finally(2)
		s.has(texts(shown), quoted, "faster than I may answer")
	}},
	{name: "nothing in a document is live", check: func(s *suite) {
		s.library.will(func(context.Context, answer.Question) (answer.Answer, error) { return s.cite("III."), nil })
		s.Say(s.question("What did the strangers cry?"))
		s.has(s.finally(1)[0].Text, "@everyone", "before the gate was shut")
	}},
	{name: "nothing in a question is live", check: func(s *suite) {
		s.Say(s.question(honey))
		thread := s.await(1)[0].Thread
		line := s.question("And *what* of @everyone <!channel> <@U0000001> https://evil.example/?q \u202e\u001b[2J then?")
		line.Thread = thread
		s.Say(line)
		s.finally(2)
	}},
	{name: "more passages are shown", needs: []Ability{Buttons}, check: func(s *suite) {
		press := ability[Presser](s, Buttons)
		s.Say(s.question(honey))
		s.has(press.Press(s.await(1)[0], chat.More, 0), "Further passages", "On bees")
	}},
	{name: "a passage is shown in context", needs: []Ability{Buttons}, check: func(s *suite) {
		press := ability[Presser](s, Buttons)
		s.Say(s.question(honey))
		s.has(press.Press(s.await(1)[0], chat.Context, 1), quoted, "They asked for wider boxes. Rain spoilt the month of June.")
	}},
	{name: "a judgement is thanked for", needs: []Ability{Buttons}, check: func(s *suite) {
		press := ability[Presser](s, Buttons)
		s.Say(s.question(honey))
		s.has(press.Press(s.await(1)[0], chat.Helpful, 0), "Thank you")
	}},
	{name: "an excerpt is collected once", needs: []Ability{Buttons, Briefings}, check: func(s *suite) {
		press := ability[Presser](s, Briefings)
		s.Say(s.question(honey))
		post := s.await(1)[0]
		s.has(press.Press(post, chat.Collect, 1), "Added. Your briefing has 1 excerpt.")
		s.has(press.Press(post, chat.Collect, 1), "has that excerpt already")
	}},
	{name: "many at once are each answered once", needs: []Ability{People}, check: func(s *suite) {
		const many = 100
		for i := range many {
			line := s.question(honey)
			line.Person = fmt.Sprint("person", i)
			s.Say(line)
		}
		s.finally(many)
	}},
	{name: "a stop waits for what is in hand", check: func(s *suite) {
		s.library.will(func(ctx context.Context, q answer.Question) (answer.Answer, error) {
			time.Sleep(100 * time.Millisecond)
			return s.library.real.Ask(ctx, q)
		})
		s.Say(s.question(honey))
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.bot.Close(ctx); err != nil {
			s.Fatal(err)
		}
		s.finally(1)
	}},
}

// cite answers with the whole passage in the section whose title begins so.
func (s *suite) cite(section string) answer.Answer {
	x, err := index()
	if err != nil {
		s.Fatal(err)
	}
	for _, p := range x.Documents()[0].Passages {
		if strings.HasPrefix(p.Section[0], section) {
			c := answer.Citation{N: 1, Place: p.Place, Passage: p, Quote: p.Text, Span: p.Source, Printed: x.Documents()[0].Printed(p.Source)}
			return answer.Answer{Answered: true, Citations: []answer.Citation{c}, Searched: x.Len()}
		}
	}
	s.Fatalf("no section %q", section)
	return answer.Answer{}
}

// until waits for something to come true.
func (s *suite) until(what string, true func() bool) {
	s.Helper()
	for deadline := time.Now().Add(patience); !true(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.Fatalf("waited %v in vain until %s:\n%s", patience, what, texts(s.Shown()))
		}
	}
}
