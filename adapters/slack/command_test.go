package slack_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/chat/store"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
	"rapporteur/retrieval/answer"
)

// text is all that a person reads in m.
func text(m slacktest.Message) string {
	all, _ := m.Read()
	return strings.Join(strings.Fields(all), " ")
}

// has checks that m shows each of want.
func has(t *testing.T, m slacktest.Message, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text(m), w) {
			t.Errorf("the message lacks %q:\n%s", w, text(m))
		}
	}
}

// must fails the test for an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// press presses the button of that kind below m.
func press(t *testing.T, s *slacktest.Server, m slacktest.Message, user string, k chat.Kind) {
	t.Helper()
	for _, value := range m.Buttons() {
		if kind, _, _, ok := chat.ParseToken(value); ok && kind == k {
			must(t, s.Press(m, user, value))
			return
		}
	}
	t.Fatalf("no button %c below:\n%s", k, text(m))
}

// until waits for something to come true.
func until(t testing.TB, what string, true func() bool) {
	t.Helper()
	const patience = time.Minute // it is spent on failing alone
	for deadline := time.Now().Add(patience); !true(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v in vain until %s", patience, what)
		}
	}
}

// An answer to /ask is the asker's alone, until they share it; then it opens a
// thread in which follow-ups are answered.
func TestAskAndShare(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	must(t, s.Command("T1", channel, asker, "/ask", honey))
	private := s.Await(1)[0]
	has(t, private, quoted, "Share in channel")
	if private.For != asker || !private.ResponseURL {
		t.Errorf("the answer is for %q, by a response URL: %v", private.For, private.ResponseURL)
	}
	press(t, s, private, asker, chat.Publish)
	shown := s.Await(3)
	public, thanks := shown[1], shown[2]
	has(t, public, "Person UADA asked: "+honey, quoted, "On bees")
	has(t, thanks, "Shared.")
	if public.For != "" || thanks.For != asker {
		t.Errorf("the answer is for %q, the thanks for %q", public.For, thanks.For)
	}
	_, err := s.Say(slacktest.Line{Channel: channel, User: "UBOB", Text: "Who asked the keepers to burn the boxes?", Thread: public.TS})
	must(t, err)
	if m := s.Await(4)[3]; m.Thread != public.TS || !strings.Contains(text(m), "burn the boxes") {
		t.Errorf("the follow-up is answered in %q:\n%s", m.Thread, text(m))
	}
}

// Where the app is no member, an answer is shared all the same.
func TestShareAsStranger(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	s.SetChannel(channel, slacktest.Channel{Absent: true})
	must(t, s.Command("T1", channel, asker, "/ask", honey))
	press(t, s, s.Await(1)[0], asker, chat.Publish)
	shown := s.Await(3)
	has(t, shown[1], "Person UADA asked: "+honey, quoted)
	has(t, shown[2], "Shared.")
	if shown[1].For != "" || !shown[1].ResponseURL {
		t.Errorf("the answer is for %q", shown[1].For)
	}
}

// An answer is not shared where other organizations read along.
func TestShareNotAbroad(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	s.SetChannel(channel, slacktest.Channel{Shared: true})
	must(t, s.Command("T1", channel, asker, "/ask", honey))
	press(t, s, s.Await(1)[0], asker, chat.Publish)
	m := s.Await(2)[1]
	has(t, m, "could not share it here")
	if m.For != asker {
		t.Errorf("everybody is shown %s", text(m))
	}
}

func TestAskWithoutQuestionGetsHelp(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	must(t, s.Command("T1", channel, asker, "/ask", "  "))
	has(t, s.Await(1)[0], "Ask me about the documents")
	must(t, s.Command("T1", channel, asker, "/tell", honey))
	has(t, s.Await(2)[1], "That command is not mine")
}

// When the response URL does not work any more, the ordinary call is used, and the
// other way round.
func TestPrivateReplyFindsAWay(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	s.Fail("response_url", slacktest.Failure{Status: 404})
	must(t, s.Command("T1", channel, asker, "/ask", honey))
	if m := s.Await(1)[0]; m.ResponseURL || m.For != asker {
		t.Errorf("shown by the response URL: %v, for %q", m.ResponseURL, m.For)
	}
	_, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + honey})
	must(t, err)
	public := s.Await(2)[1]
	s.Fail("chat.postEphemeral", slacktest.Failure{Code: "channel_not_found"})
	press(t, s, public, asker, chat.More)
	if m := s.Await(3)[2]; !m.ResponseURL || m.For != asker {
		t.Errorf("shown by the response URL: %v, for %q", m.ResponseURL, m.For)
	}
}

func TestShortcut(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	ts, err := s.Say(slacktest.Line{Channel: channel, User: "UBOB", Text: honey, Quietly: true})
	must(t, err)
	must(t, s.Shortcut(asker, "ask_about_message", ts))
	m := s.Await(1)[0]
	has(t, m, quoted)
	if m.For != asker {
		t.Errorf("the answer is for %q", m.For)
	}
}

// What buttons bring is shown to who pressed, in the thread of the answer.
func TestPressInThread(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	ts, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + honey})
	must(t, err)
	press(t, s, s.Await(1)[0], "UBOB", chat.Context)
	m := s.Await(2)[1]
	has(t, m, "The passage among its neighbours", "They asked for wider boxes")
	if m.For != "UBOB" || m.Thread != ts {
		t.Errorf("shown to %q in %q", m.For, m.Thread)
	}
	must(t, s.Press(s.Shown()[0], asker, "h.0.forged"))
	has(t, s.Await(3)[2], "no longer have that answer")
}

// Who judges an answer not to be helpful may say why; the reason is kept. Where the
// form cannot be opened, the judgement is kept and thanked for all the same.
func TestReason(t *testing.T) {
	for name, test := range map[string]struct {
		fail   []slacktest.Failure
		reason string
	}{
		"given":            {reason: "the year is wrong"},
		"left empty":       {},
		"no form":          {fail: []slacktest.Failure{{Code: "unknown_method"}}},
		"no answer at all": {fail: []slacktest.Failure{{Hang: true}}},
	} {
		t.Run(name, func(t *testing.T) {
			bot, kept := newBot(t)
			s, a := startBoth(t, bot, slack.Options{})
			must(t, s.Command("T1", channel, asker, "/ask", honey))
			s.Fail("views.open", test.fail...)
			press(t, s, s.Await(1)[0], asker, chat.Unhelpful)
			judged := func() []store.Feedback {
				all, err := kept.Feedback(t.Context(), time.Time{})
				must(t, err)
				return all
			}
			until(t, "the judgement is kept", func() bool { return len(judged()) == 1 })
			if test.fail != nil {
				has(t, s.Await(2)[1], "Thank you for telling me")
				return
			}
			until(t, "the form is opened", func() bool { return len(s.Forms()) == 1 })
			_, err := s.Submit("T1", asker, s.Forms()[0], map[string]string{"reason": test.reason})
			must(t, err)
			if test.reason != "" {
				has(t, s.Await(2)[1], "Thank you for telling me")
			}
			a.Wait()
			if got := judged(); len(got) != 1 || got[0].Helpful || got[0].Reason != test.reason || got[0].Question != honey {
				t.Errorf("kept is %+v", got)
			}
			if n := len(s.Shown()); test.reason == "" && n != 1 {
				t.Errorf("%d messages are shown, want the answer alone", n)
			}
		})
	}
}

// newBot returns a bot with its store.
func newBot(t *testing.T) (*chat.Bot, *store.Store) {
	t.Helper()
	kept, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "chat.db"))
	must(t, err)
	found := chat.AskerFunc(func(context.Context, answer.Question) (answer.Answer, error) { return answer.Answer{Searched: 7}, nil })
	bot := chat.New(nopLog(), chat.Library{Asker: found}, kept, chat.Options{})
	t.Cleanup(func() { must(t, errors.Join(bot.Close(context.Background()), kept.Close())) })
	return bot, kept
}

// The home tab has help, questions to try, and what was asked; the agent's pane
// gets suggestions, and conversations there their titles.
func TestHomeAndAgent(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	ts, err := s.Say(slacktest.Line{Channel: "D1", User: asker, Text: honey})
	must(t, err)
	s.Await(1)
	until(t, "the conversation has a title", func() bool { return len(s.Calls("agents.sessions.rename")) > 0 })
	if c := s.Calls("agents.sessions.rename")[0]; c.Args["title"] != honey || c.Args["thread_ts"] != ts {
		t.Errorf("the title is %v of %v", c.Args["title"], c.Args["thread_ts"])
	}
	opened := func(tab string) {
		t.Helper()
		must(t, s.Deliver("events_api", s.Event("T1", map[string]any{"type": "app_home_opened", "user": asker, "channel": "D1", "tab": tab, "event_ts": "1"}), 0))
	}
	opened("home")
	until(t, "the home tab is shown", func() bool { return s.View(asker) != "" })
	for _, want := range []string{"Ask me about the documents", "What was said about Honey and Wax?", honey, "On bees"} {
		if !strings.Contains(s.View(asker), want) {
			t.Errorf("the home tab lacks %q:\n%s", want, s.View(asker))
		}
	}
	opened("messages")
	until(t, "questions are suggested", func() bool { return len(s.Calls("assistant.threads.setSuggestedPrompts")) > 0 })
	prompts, _ := s.Calls("assistant.threads.setSuggestedPrompts")[0].Args["prompts"].([]any)
	if !strings.Contains(fmt.Sprint(prompts...), "What was said about Honey and Wax?") {
		t.Errorf("the suggestions are %v", prompts)
	}
}

// A session that a person stops is not left as being worked on.
func TestStoppedSession(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	must(t, s.Deliver("events_api", s.Event("T1", map[string]any{"type": "agent_session_stopped", "user": asker, "channel": "D1", "thread_ts": "1.1", "streaming_message_ts": []any{"1.2"}}), 0))
	until(t, "the session is active again", func() bool { return len(s.Calls("agents.sessions.setStatus")) > 0 })
	if c := s.Calls("agents.sessions.setStatus")[0]; c.Args["status"] != "active" || c.Args["thread_ts"] != "1.1" {
		t.Errorf("the call was %v", c.Args)
	}
}

// A dry run shows nothing to anybody, nowhere.
func TestDry(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{Dry: true})
	s, a := startBoth(t, bot, slack.Options{Dry: true})
	_, err := s.Say(slacktest.Line{Channel: "D1", User: asker, Text: honey})
	must(t, err)
	must(t, s.Command("T1", channel, asker, "/ask", honey))
	must(t, s.Command("T1", channel, asker, "/brief", "honey"))
	must(t, s.Command("T1", channel, asker, "/tell", honey))
	for _, token := range []string{"m.0.forged", "b.0.", "k.0."} {
		must(t, s.Press(slacktest.Message{Team: "T1", Channel: channel, TS: "1.1"}, asker, token))
	}
	for _, tab := range []string{"home", "messages"} {
		must(t, s.Deliver("events_api", s.Event("T1", map[string]any{"type": "app_home_opened", "user": asker, "channel": "D1", "tab": tab, "event_ts": "1"}), 0))
	}
	a.Wait() // one of the presses hands a briefing to the bot
	finish(t, bot)
	a.Wait()
	for _, method := range s.Methods() {
		switch method {
		case "auth.test", "apps.connections.open", "users.info":
		default:
			t.Errorf("%s is called", method)
		}
	}
}
