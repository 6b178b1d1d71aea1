package slack_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
	"rapporteur/corpus"
	"rapporteur/retrieval/answer"
)

// What a language model writes in these tests, and what bears it out.
var statements = []answer.Statement{
	{Text: "The hives gave forty barrels, says <!channel> at evil.example.", Marks: []int{1}},
	{Text: "1. *They* ask [for](https://evil.example) wider | boxes.", Marks: []int{1, 2}},
	{Text: "<@UEVE> and `code` stay as they are.", Marks: []int{2}},
}

// A model stands for a language model that writes the statements. It waits before it
// goes on: after each of them, if step is not nil, and after all, if end is not.
type model struct {
	step, end chan bool
	withdrawn bool // too little stands, and the quotations are the answer
	silent    bool // it tells nothing before the answer is there
	broken    bool // it fails in the end
}

// Ask answers in the model's words.
func (m model) Ask(ctx context.Context, q answer.Question) (answer.Answer, error) {
	wait := func(c chan bool) {
		if c == nil {
			return
		}
		select {
		case <-c:
		case <-ctx.Done():
		}
	}
	for _, s := range statements {
		if q.Told != nil && !m.silent && ctx.Err() == nil {
			q.Told(s)
		}
		wait(m.step)
	}
	wait(m.end)
	if ctx.Err() != nil {
		return answer.Answer{}, ctx.Err()
	}
	if m.broken {
		return answer.Answer{}, fmt.Errorf("it broke")
	}
	out := answer.Answer{Standalone: q.Text, Answered: true, Searched: 7}
	for n, words := range []string{"The keepers reported that the hives gave forty barrels.", "They asked for wider boxes."} {
		out.Citations = append(out.Citations, answer.Citation{N: n + 1, Passage: corpus.Passage{Doc: &corpus.Card{Title: "On bees"}}, Quote: words})
	}
	if m.withdrawn {
		out.ModelErr = answer.ErrUnsupported
		return out, nil
	}
	out.Written = statements
	return out, nil
}

// modelled is a Slack with a bot to which a model is attached.
type modelled struct {
	*slacktest.Server
	bot *chat.Bot
}

// startModel starts a Slack and an adapter for a bot to which m is attached.
func startModel(t *testing.T, m model) modelled {
	t.Helper()
	bot := chattest.NewBot(t, chat.Options{})
	bot.SetLibrary(chat.Library{Asker: m})
	return modelled{start(t, bot, slack.Options{}), bot}
}

// mention asks for honey in a channel.
func mention(t *testing.T, s modelled, in string) string {
	t.Helper()
	ts, err := s.Say(slacktest.Line{Channel: in, User: asker, Text: slacktest.Mention("T1") + " " + honey})
	must(t, err)
	return ts
}

// settled waits until n replies are shown of which none is being streamed, and the bot is
// done with what they reply to, and returns them. There are no more then.
func settled(t *testing.T, s modelled, n int) []slacktest.Message {
	t.Helper()
	whole := func() bool {
		all := s.Shown()
		for _, m := range all {
			if m.Streaming || m.Metadata == nil {
				return false
			}
		}
		return len(all) == n
	}
	until(t, fmt.Sprintf("%d whole replies are shown", n), whole)
	for _, m := range s.Shown() {
		payload, _ := m.Metadata["event_payload"].(map[string]any)
		must(t, s.bot.Wait(t.Context(), chat.Message{Platform: "slack", Team: "T1", Channel: m.Channel, ID: fmt.Sprint(payload["to"])}))
	}
	if !whole() {
		t.Fatalf("more came: %d are shown", len(s.Shown()))
	}
	return s.Shown()
}

// counts checks how often methods were called.
func counts(t *testing.T, s modelled, want map[string]int) {
	t.Helper()
	for method, n := range want {
		if got := len(s.Calls(method)); got != n {
			t.Errorf("%s was called %d times, want %d", method, got, n)
		}
	}
}

// whole checks that m shows the model's whole answer, and nothing that is live.
func whole(t *testing.T, m slacktest.Message) {
	t.Helper()
	for _, s := range statements {
		if n := strings.Count(text(m), s.Text); n != 1 {
			t.Errorf("%q is shown %d times:\n%s", s.Text, n, text(m))
		}
	}
	has(t, m, "The keepers reported that", "[2] On bees")
	if _, live := m.Read(); live != "" || len(m.Buttons()) == 0 {
		t.Errorf("live: %s; buttons: %v", live, m.Buttons())
	}
}

// The sentences are there as they come, in the question's thread; in the end the message
// is what one post would have shown, and is changed and deleted as any reply.
func TestStream(t *testing.T) {
	once := startModel(t, model{silent: true})
	mention(t, once, channel)
	want := settled(t, once, 1)[0]
	whole(t, want)
	counts(t, once, map[string]int{"chat.startStream": 0, "chat.postMessage": 1})
	for name, line := range map[string]slacktest.Line{
		"channel": {Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + honey},
		"thread":  {Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + honey, Thread: "of another"},
		"direct":  {Channel: "D1", User: asker, Text: honey},
	} {
		t.Run(name, func(t *testing.T) {
			m := model{step: make(chan bool)}
			s := startModel(t, m)
			if line.Thread != "" {
				above, err := s.Say(slacktest.Line{Channel: channel, User: "UBOB", Text: "The hives did well.", Quietly: true})
				must(t, err)
				line.Thread = above
			}
			ts, err := s.Say(line)
			must(t, err)
			for i, statement := range statements {
				until(t, "a sentence is shown", func() bool {
					shown := s.Shown()
					return len(shown) == 1 && shown[0].Streaming && strings.Contains(text(shown[0]), statement.Text)
				})
				if i+1 < len(statements) && strings.Contains(text(s.Shown()[0]), statements[i+1].Text) {
					t.Error("a sentence is there before it is written")
				}
				m.step <- true
			}
			got := settled(t, s, 1)[0]
			whole(t, got)
			if text(got) != text(want) || got.Text != want.Text || len(got.Blocks) != len(want.Blocks) {
				t.Errorf("the message is\n%s\nwant\n%s", text(got), text(want))
			}
			thread := line.Thread
			if thread == "" {
				thread = ts
			}
			if got.Thread != thread || !reflect.DeepEqual(got.Metadata["event_payload"], map[string]any{"to": ts, "part": "1", "parts": "1"}) {
				t.Errorf("it stands in %s with %v", got.Thread, got.Metadata)
			}
			counts(t, s, map[string]int{"chat.startStream": 1, "chat.appendStream": 2, "chat.stopStream": 1, "chat.update": 1, "chat.postMessage": 0})
			must(t, s.Redeliver(ts, 1))
			close(m.step)
			changed := slacktest.Mention("T1") + " And in 1904?"
			must(t, s.Edit(ts, changed))
			until(t, "it is answered anew", func() bool { return len(s.Calls("chat.update")) == 2 })
			whole(t, settled(t, s, 1)[0])
			counts(t, s, map[string]int{"chat.startStream": 1, "chat.postMessage": 0})
			must(t, s.Delete(ts))
			until(t, "the answer goes", func() bool { return len(s.Shown()) == 0 })
		})
	}
}

// Where the quotations, or a notice, are the answer in the end, they alone are shown.
func TestStreamWithdrawn(t *testing.T) {
	for name, test := range map[string]struct {
		m    model
		want string
	}{
		"quotations": {model{withdrawn: true}, "The keepers reported that the hives gave forty barrels."},
		"a failure":  {model{broken: true}, "went wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			test.m.end = make(chan bool)
			s := startModel(t, test.m)
			mention(t, s, channel)
			s.Await(1)
			close(test.m.end)
			m := settled(t, s, 1)[0]
			has(t, m, test.want)
			if strings.Contains(text(m), statements[0].Text) {
				t.Errorf("what was withdrawn is shown:\n%s", text(m))
			}
			counts(t, s, map[string]int{"chat.startStream": 1, "chat.postMessage": 0})
		})
	}
}

// Where no stream can be started, there is one post, and it is not tried again where
// that would be in vain.
func TestStreamRefused(t *testing.T) {
	for code, tries := range map[string][3]int{ // after each of three questions, the last in another channel
		"unknown_method": {1, 1, 1}, "missing_scope": {1, 1, 1}, "channel_type_not_supported": {1, 1, 2},
		"internal_error": {1, 2, 3}, "ratelimited": {1, 2, 3},
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			m := model{end: make(chan bool)}
			s := startModel(t, m)
			f := slacktest.Failure{Code: code}
			if code == "ratelimited" {
				f.Status, f.RetryAfter = 429, 60
			}
			s.Fail("chat.startStream", f, f, f)
			for i, in := range []string{channel, channel, "C2"} {
				mention(t, s, in)
				until(t, "it was tried", func() bool { return len(s.Calls("chat.startStream")) == tries[i] })
				m.end <- true
				whole(t, settled(t, s, i+1)[i])
			}
			counts(t, s, map[string]int{"chat.startStream": tries[2], "chat.postMessage": 3, "chat.update": 0})
		})
	}
}

// What one person alone is to see is not streamed.
func TestStreamPrivate(t *testing.T) {
	s := startModel(t, model{})
	must(t, s.Command("T1", channel, asker, "/ask", honey))
	whole(t, s.Await(1)[0])
	counts(t, s, map[string]int{"chat.startStream": 0})
}

// Whichever call of a stream fails, and however, the whole reply is there in the end,
// once.
func TestEachStreamCallFails(t *testing.T) {
	failures := map[string][]slacktest.Failure{
		"500":                {{Status: 500}},
		"500, with effect":   {{Status: 500, After: true}},
		"cut":                {{Hang: true}},
		"cut, with effect":   {{Hang: true, After: true}},
		"429":                {{Status: 429, RetryAfter: 1}},
		"an error":           {{Code: "internal_error"}},
		"invalid blocks":     {{Code: "invalid_blocks"}},
		"a code of tomorrow": {{Code: "never_heard_of"}},
	}
	for _, method := range []string{"chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update"} {
		for name, f := range failures {
			t.Run(method+"/"+name, func(t *testing.T) {
				t.Parallel()
				m := model{step: make(chan bool)}
				s := startModel(t, m)
				s.Fail(method, f...)
				mention(t, s, channel)
				for i := range statements {
					until(t, "the sentence is told", func() bool { // so that the next is appended
						begun, appended := len(s.Calls("chat.startStream")), len(s.Calls("chat.appendStream"))
						return begun > 0 && (i == 0 || method == "chat.startStream" || appended > 0)
					})
					m.step <- true
				}
				got := settled(t, s, 1)[0]
				if len(s.Calls(method)) == 0 {
					t.Error("it is not called")
				}
				if len(got.Blocks) > 0 {
					whole(t, got)
				}
				has(t, got, statements[0].Text, statements[2].Text, "[2] On bees")
			})
		}
	}
}

// A stream that Slack ended by itself is not gone on with, and its message has the whole
// reply in the end.
func TestStreamExpires(t *testing.T) {
	m := model{step: make(chan bool)}
	s := startModel(t, m)
	mention(t, s, channel)
	first := s.Await(1)[0]
	s.Expire()
	m.step <- true
	until(t, "it is gone on with", func() bool { return len(s.Calls("chat.appendStream")) == 1 })
	m.step <- true
	m.step <- true
	got := settled(t, s, 1)[0]
	whole(t, got)
	if got.TS != first.TS {
		t.Error("it is another message")
	}
	counts(t, s, map[string]int{"chat.appendStream": 1, "chat.update": 1, "chat.postMessage": 0})
}

// A question that is stopped, deleted or changed while it is being answered leaves
// nothing half-written.
func TestStreamStopped(t *testing.T) {
	begin := func(t *testing.T) (model, modelled, string) {
		m := model{end: make(chan bool)}
		s := startModel(t, m)
		ts := mention(t, s, channel)
		s.Await(1)
		return m, s, ts
	}
	t.Run("by word", func(t *testing.T) {
		_, s, ts := begin(t)
		_, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " stop", Thread: ts})
		must(t, err)
		until(t, "it is gone", func() bool { return len(s.Calls("chat.delete")) == 1 })
		if m := settled(t, s, 1)[0]; strings.Contains(text(m), "barrels") {
			t.Errorf("there is\n%s", text(m))
		}
	})
	t.Run("in the pane", func(t *testing.T) {
		_, s, ts := begin(t)
		must(t, s.Deliver("events_api", s.Event("T1", map[string]any{
			"type": "agent_session_stopped", "user": asker, "channel": channel, "thread_ts": ts, "streaming_message_ts": []any{s.Shown()[0].TS},
		}), 0))
		until(t, "it is gone", func() bool { return len(s.Shown()) == 0 })
	})
	t.Run("deleted", func(t *testing.T) {
		_, s, ts := begin(t)
		must(t, s.Delete(ts))
		until(t, "it is gone", func() bool { return len(s.Shown()) == 0 })
	})
	t.Run("changed", func(t *testing.T) {
		m, s, ts := begin(t)
		must(t, s.Edit(ts, slacktest.Mention("T1")+" And in 1904?"))
		until(t, "it begins anew", func() bool { return len(s.Calls("chat.startStream")) == 2 })
		close(m.end)
		whole(t, settled(t, s, 1)[0])
	})
}
