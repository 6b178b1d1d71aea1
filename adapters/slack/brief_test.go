package slack_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/brief"
)

// body is the text of a DOCX's document, with its markup.
func body(t *testing.T, docx []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	must(t, err)
	f, err := z.Open("word/document.xml")
	must(t, err)
	defer f.Close()
	all, err := io.ReadAll(f)
	must(t, err)
	return string(all)
}

// submit sends a form, which must close.
func submit(t *testing.T, s *slacktest.Server, user string, form map[string]any, put map[string]string) {
	t.Helper()
	wrong, err := s.Submit("T1", user, form, put)
	must(t, err)
	if len(wrong) > 0 {
		t.Fatalf("the form shows %v", wrong)
	}
}

// briefingOf is what a form that was asked for in a channel is as a message.
func briefingOf(form map[string]any, in string) chat.Message {
	return chat.Message{Platform: "slack", Team: "T1", Channel: in, ID: fmt.Sprint("briefing ", form["id"])}
}

// briefed asks for a briefing in a channel by the form, and returns the messages of
// its thread: what it is, the file, the excerpts.
func briefed(t *testing.T, s *slacktest.Server, in string, put map[string]string) []slacktest.Message {
	t.Helper()
	before, forms := len(s.Shown()), len(s.Forms())
	must(t, s.Command("T1", in, asker, "/brief", "honey"))
	submit(t, s, asker, s.AwaitForm(forms+1), put)
	return s.Await(before + 3)[before:]
}

// A briefing is delivered as a file in a thread, with its excerpts as blocks, in both
// ways to be connected.
func TestBrief(t *testing.T) {
	for name, start := range map[string]func(*testing.T, *chat.Bot) *slacktest.Server{
		"socket": func(t *testing.T, b *chat.Bot) *slacktest.Server { return start(t, b, slack.Options{}) },
		"http":   startHTTP,
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, chattest.NewBot(t, chat.Options{}))
			shown := briefed(t, s, channel, nil)
			head, file, excerpts := shown[0], shown[1], shown[2]
			has(t, head, "Briefing for Person UADA: honey")
			has(t, excerpts, "Briefing: Honey. It has", quoted, "On bees", "Show in context", "Add to briefing")
			if head.Channel != channel || head.For != "" || head.Thread != "" || file.Thread != head.TS || excerpts.Thread != head.TS {
				t.Errorf("the briefing stands in %q for %q; threads %q, %q", head.Channel, head.For, file.Thread, excerpts.Thread)
			}
			if len(file.Files) != 1 || file.Files[0].Name != "honey.docx" || !strings.Contains(body(t, file.Files[0].Data), "forty barrels") {
				t.Errorf("the file is %+v", file.Files)
			}
			// What is asked in its thread is answered without a mention.
			_, err := s.Say(slacktest.Line{Channel: channel, User: "UBOB", Text: honey, Thread: head.TS})
			must(t, err)
			has(t, s.Await(4)[3], quoted)
			press(t, s, excerpts, "UBOB", chat.Context)
			has(t, s.Await(5)[4], "The passage among its neighbours")
		})
	}
}

// Format, style and topic are as the form says, and a form that is delivered twice is
// heeded once.
func TestBriefAsWanted(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{})
	s := start(t, bot, slack.Options{})
	must(t, s.Command("T1", channel, asker, "/brief", ""))
	form := s.AwaitForm(1)
	put := map[string]string{"topic": "moths", "format": "md", "style": "apa"}
	submit(t, s, asker, form, put)
	submit(t, s, asker, form, put)
	has(t, s.Await(3)[0], "Briefing for Person UADA: moths")
	must(t, bot.Wait(t.Context(), briefingOf(form, channel)))
	must(t, s.Command("T1", channel, asker, "/ask", honey))
	shown := s.Await(4)
	if len(shown) != 4 || shown[1].Files[0].Name != "moths.md" || !strings.Contains(string(shown[1].Files[0].Data), "burn the boxes") {
		t.Errorf("shown are %+v", shown)
	}
	must(t, s.Command("T1", channel, asker, "/brief", "moths"))
	submit(t, s, asker, s.AwaitForm(2), map[string]string{"format": "md", "style": "un"})
	if other := s.Await(7)[5].Files[0]; bytes.Equal(other.Data, shown[1].Files[0].Data) {
		t.Errorf("the style makes no difference:\n%s", other.Data)
	}
}

// A briefing comes to its person alone who wants that, who asks in a direct message or
// where the app may not post.
func TestBriefAlone(t *testing.T) {
	alone := "D" + asker
	for name, test := range map[string]struct {
		in        string
		set       slacktest.Channel
		put       map[string]string
		elsewhere bool
	}{
		"wanted": {in: channel, put: map[string]string{"seen": "one"}},
		"direct": {in: alone},
		"absent": {in: channel, set: slacktest.Channel{Absent: true}, elsewhere: true},
		"abroad": {in: channel, set: slacktest.Channel{Shared: true}, elsewhere: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
			s.SetChannel(test.in, test.set)
			shown := briefed(t, s, test.in, test.put)
			for _, m := range shown {
				if m.Channel != alone {
					t.Errorf("shown in %s:\n%s", m.Channel, text(m))
				}
			}
			has(t, shown[2], quoted)
			if got := strings.Contains(text(shown[2]), "I may not post this in the channel"); got != test.elsewhere {
				t.Errorf("that it is elsewhere is said: %v", got)
			}
			if shown[1].Thread != shown[0].TS || len(shown[1].Files) != 1 {
				t.Errorf("the file is %+v", shown[1])
			}
		})
	}
}

// What cannot be made a briefing of is said to its person alone, at the form where it
// is known by then.
func TestBriefRefused(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	must(t, s.Command("T1", channel, asker, "/brief", "xylophones"))
	form := s.AwaitForm(1)
	wrong, err := s.Submit("T1", asker, form, map[string]string{"topic": strings.Repeat("é", 300)})
	must(t, err)
	if !strings.HasPrefix(wrong["topic"], "That is too long for a topic") {
		t.Errorf("the form shows %v", wrong)
	}
	submit(t, s, asker, form, nil)
	m := s.Await(1)[0]
	has(t, m, "I found nothing on this in the")
	if m.For != asker {
		t.Errorf("it is for %q", m.For)
	}
	for _, metadata := range []string{"", "{", `{"thread":"1.1"}`, `"C1"`} {
		form["private_metadata"] = metadata
		submit(t, s, asker, form, nil)
	}
	if n := len(s.Shown()); n != 1 {
		t.Errorf("%d messages are shown", n)
	}
}

// Where no file can be delivered, its excerpts are shown in the thread all the same,
// once, and that is said.
func TestBriefWithoutFile(t *testing.T) {
	const get, put, show = "files.getUploadURLExternal", "upload", "files.completeUploadExternal"
	for name, test := range map[string]struct {
		method  string
		failure slacktest.Failure
		address string
	}{
		"scope":    {method: get, failure: slacktest.Failure{Code: "missing_scope", Needed: "files:write"}},
		"unknown":  {method: get, failure: slacktest.Failure{Code: "unknown_method"}},
		"not HTTP": {method: get, failure: slacktest.Failure{Hang: true}},
		"limited":  {method: get, failure: slacktest.Failure{Status: 429, RetryAfter: 60, Code: "ratelimited"}},
		"evil":     {address: "http://evil.example/upload"},
		"local":    {address: "http://127.0.0.1:1/upload"},
		"no file":  {address: "file:///dev/null"},
		"upload":   {method: put, failure: slacktest.Failure{Status: 500}},
		"cut":      {method: put, failure: slacktest.Failure{Hang: true}},
		"show":     {method: show, failure: slacktest.Failure{Code: "fatal_error"}},
		"absent":   {method: show, failure: slacktest.Failure{Code: "channel_not_found"}},
		"unshown":  {method: show, failure: slacktest.Failure{Hang: true}},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
			s.UploadsAt = test.address
			if test.method != "" {
				s.Fail(test.method, test.failure, test.failure, test.failure, test.failure)
			}
			must(t, s.Command("T1", channel, asker, "/brief", "honey"))
			submit(t, s, asker, s.AwaitForm(1), nil)
			shown := s.Await(2)
			if test.method == show {
				until(t, "the first attempt is taken back", func() bool { shown = s.Shown(); return len(shown) == 2 && len(shown[1].Blocks) > 0 })
			}
			has(t, shown[0], "Briefing for Person UADA: honey")
			has(t, shown[1], "I could not deliver the file here", quoted)
			if len(shown) != 2 || shown[1].Thread != shown[0].TS || shown[0].For != "" {
				t.Errorf("shown are %+v", shown)
			}
		})
	}
}

// A file whose showing succeeded unseen is not taken for missing, and one failure of
// Slack's does not keep it from being shown.
func TestBriefFileShown(t *testing.T) {
	for name, f := range map[string]slacktest.Failure{
		"unseen": {Hang: true, After: true}, "cut": {Hang: true}, "500": {Status: 500},
		"an error": {Code: "internal_error"}, "an error, with effect": {Code: "internal_error", After: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
			s.Fail("files.completeUploadExternal", f)
			shown := briefed(t, s, channel, nil)
			if len(shown[1].Files) != 1 || strings.Contains(text(shown[2]), "could not deliver") {
				t.Errorf("shown are %+v", shown)
			}
		})
	}
}

// When a briefing's excerpts cannot be shown, its file stands for them; without a file
// nothing is left of it, and its person is told.
func TestBriefWithoutExcerpts(t *testing.T) {
	refused := slacktest.Failure{Code: "never_heard_of"}
	for _, taken := range []bool{true, false} {
		s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
		s.Fail("chat.postMessage", slacktest.Failure{After: true}, refused) // the first is posted
		if !taken {
			s.Fail("files.getUploadURLExternal", slacktest.Failure{Code: "unknown_method"})
		}
		must(t, s.Command("T1", channel, asker, "/brief", "honey"))
		submit(t, s, asker, s.AwaitForm(1), nil)
		if taken {
			if shown := s.Await(2); len(shown[1].Files) != 1 || shown[1].Thread != shown[0].TS {
				t.Errorf("shown are %+v", shown)
			}
			continue
		}
		until(t, "its person is told", func() bool {
			shown := s.Shown()
			return len(shown) == 1 && shown[0].For == asker && strings.Contains(text(shown[0]), "could not show it here")
		})
	}
}

// A briefing that is tried again hangs from a message of its own, since the first was
// taken back.
func TestBriefAgain(t *testing.T) {
	t.Parallel()
	var passed atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
	bot := chattest.NewBot(t, chat.Options{Now: now})
	s, a := startBoth(t, bot, slack.Options{})
	refused := slacktest.Failure{Code: "never_heard_of"}
	s.Fail("files.getUploadURLExternal", slacktest.Failure{Code: "unknown_method"})
	s.Fail("chat.postMessage", slacktest.Failure{After: true}, refused) // the first is posted
	s.Fail("chat.postEphemeral", refused)
	s.Fail("response_url", slacktest.Failure{Status: http.StatusNotFound})
	must(t, s.Command("T1", channel, asker, "/brief", "honey"))
	form := s.AwaitForm(1)
	submit(t, s, asker, form, nil)
	until(t, "its person cannot be told", func() bool { return len(s.Calls("response_url"))+len(s.Calls("chat.postEphemeral")) == 2 })
	// Only once it is put off may time pass: it would be put off from then on.
	must(t, bot.Wait(t.Context(), briefingOf(form, channel)))
	passed.Store(int64(2 * time.Minute))
	must(t, a.Start(t.Context())) // which takes up what was left, as the bot does from time to time
	shown := s.Await(2)
	if head, excerpts := shown[0], shown[1]; head.Thread != "" || excerpts.Thread != head.TS {
		t.Errorf("the briefing hangs from %q, the message below stands in %q", head.TS, excerpts.Thread)
	}
}

// Where the form cannot be opened, the briefing is made as it usually is.
func TestBriefWithoutForm(t *testing.T) {
	for _, code := range []string{"expired_trigger_id", "unknown_method", "internal_error"} {
		s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
		s.Fail("views.open", slacktest.Failure{Code: code})
		must(t, s.Command("T1", channel, asker, "/brief", "honey"))
		shown := s.Await(3)
		has(t, shown[2], quoted)
		if len(shown[1].Files) != 1 {
			t.Errorf("%s: shown are %+v", code, shown)
		}
		s.Fail("views.open", slacktest.Failure{Code: code})
		must(t, s.Command("T1", channel, asker, "/brief", ""))
		m := s.Await(4)[3]
		has(t, m, "Your briefing is empty")
		if m.For != asker {
			t.Errorf("%s: it is for %q", code, m.For)
		}
	}
}

// Of several documents one can be chosen to search in.
func TestBriefAbout(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{})
	bot.SetLibrary(shelf(t, nil))
	s := start(t, bot, slack.Options{})
	must(t, s.Command("T1", channel, asker, "/brief", "boxes"))
	form := s.AwaitForm(1)
	var id string
	for _, topic := range bot.Topics("On ants", 1) {
		id = topic.ID
	}
	submit(t, s, asker, form, map[string]string{"document": id})
	m := s.Await(3)[2]
	has(t, m, "Searched in: On ants", "ants carried the boxes")
	if strings.Contains(text(m), "On bees") {
		t.Errorf("another document is quoted:\n%s", text(m))
	}
}

// shelf is a library of two documents; before is called before a briefing is made.
func shelf(t *testing.T, before func()) chat.Library {
	t.Helper()
	var sources []corpus.Source
	for name, text := range map[string]string{"bees": chattest.Text, "ants": "I. TRAFFIC\n\nThe ants carried the boxes over the wall. They came back for the lids of the boxes.\n"} {
		sources = append(sources, corpus.Source{Card: corpus.Card{ID: name, File: name + ".txt", Title: "On " + name}, Path: "/" + name + ".txt", Bytes: []byte(text)})
	}
	x, err := retrieval.Shelf{}.Open(t.Context(), sources, e5.Words(), embed.Quote(), nil)
	must(t, err)
	answerer := answer.New(nopLog(), x, 0)
	l := chat.NewLibrary(answerer, x)
	l.Briefer = briefer{brief.New(nopLog(), x, answerer), before}
	return l
}

// A briefer makes briefings after something else was done.
type briefer struct {
	chat.Briefer
	before func()
}

func (b briefer) Make(ctx context.Context, r brief.Request, p brief.Progress) (brief.Briefing, error) {
	if b.before != nil {
		b.before()
	}
	return b.Briefer.Make(ctx, r, p)
}

// While a briefing takes its time, it is shown where it will be; when nothing is found,
// that is taken back.
func TestBriefWorking(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{})
	s := start(t, bot, slack.Options{})
	var n int
	bot.SetLibrary(shelf(t, func() {
		n++
		until(t, "the work is shown", func() bool { return len(s.Calls("assistant.threads.setStatus")) == n })
	}))
	shown := briefed(t, s, channel, nil)
	if c := s.Calls("assistant.threads.setStatus")[0]; c.Args["channel_id"] != channel || c.Args["thread_ts"] != shown[0].TS || len(shown[1].Files) != 1 {
		t.Errorf("the status is %v", c.Args)
	}
	must(t, s.Command("T1", channel, asker, "/brief", "xylophones"))
	submit(t, s, asker, s.AwaitForm(2), nil)
	until(t, "it is said that nothing was found", func() bool { return len(s.Calls("chat.delete")) == 1 && len(s.Shown()) == 4 })
	m := s.Shown()[3]
	has(t, m, "I found nothing on this")
	if m.For != asker {
		t.Errorf("it is for %q", m.For)
	}
}

// A "stop" below a briefing that is being made is heeded: the briefing does not come.
func TestBriefStopped(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{})
	s := start(t, bot, slack.Options{})
	bot.SetLibrary(shelf(t, func() {
		until(t, "the work is shown", func() bool { return len(s.Calls("assistant.threads.setStatus")) == 1 })
		head := s.Shown()[0]
		if _, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: "stop", Thread: head.TS}); err != nil {
			t.Error(err)
		}
	}))
	must(t, s.Command("T1", channel, asker, "/brief", "honey"))
	form := s.AwaitForm(1)
	submit(t, s, asker, form, nil)
	until(t, "what it was to hang from is taken back", func() bool { return len(s.Calls("chat.delete")) == 1 })
	finish(t, bot)
	shown := s.Shown()
	if len(shown) != 1 {
		t.Fatalf("shown are %+v", shown)
	}
	has(t, shown[0], "I have stopped")
}

// Whichever call fails, and however, who asked for a briefing is shown something.
func TestBriefEachCallFails(t *testing.T) {
	if testing.Short() {
		t.Skip("waits as Slack asks it to")
	}
	for _, method := range []string{"users.info", "conversations.info", "chat.postMessage", "views.open", "files.getUploadURLExternal", "upload", "files.completeUploadExternal", "conversations.replies"} {
		for name, f := range map[string][]slacktest.Failure{
			"500":                {{Status: 500}},
			"cut":                {{Hang: true}},
			"429":                {{Status: 429, RetryAfter: 1}},
			"an error":           {{Status: 200, Code: "internal_error"}},
			"thrice an error":    {{Status: 200, Code: "fatal_error"}, {Status: 200, Code: "fatal_error"}, {Status: 200, Code: "fatal_error"}},
			"a code of tomorrow": {{Status: 200, Code: "never_heard_of"}},
		} {
			t.Run(method+"/"+name, func(t *testing.T) {
				t.Parallel()
				s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
				s.Fail(method, f...)
				must(t, s.Command("T1", channel, asker, "/brief", "honey"))
				until(t, "a form is open, or was refused", func() bool { return len(s.Forms())+len(s.Shown()) > 0 })
				if len(s.Forms()) == 1 {
					submit(t, s, asker, s.Forms()[0], nil)
				}
				until(t, "the excerpts are shown, or that they cannot be", func() bool {
					for _, m := range s.Shown() {
						if strings.Contains(text(m), quoted) || strings.Contains(text(m), "Please ask again") {
							return true
						}
					}
					return false
				})
			})
		}
	}
}
