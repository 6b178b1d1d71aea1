package slack_test

import (
	"cmp"
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
)

const (
	channel = "C1"
	asker   = "UADA"
	honey   = "How many barrels of honey did the hives give in 1903?"
	quoted  = "forty barrels of honey in 1903"
)

// testLog writes to a test's own log.
type testLog struct{ t testing.TB }

func (l testLog) Write(p []byte) (int, error) {
	l.t.Logf("%s", p)
	return len(p), nil
}

// connect starts an adapter for bot at s, by the way that s delivers.
func connect(t testing.TB, s *slacktest.Server, bot *chat.Bot, o slack.Options) *slack.Adapter {
	t.Helper()
	o.APIURL, o.AppToken, o.SigningSecret = s.URL, slacktest.AppToken, slacktest.SigningSecret
	if o.BotTokens == nil {
		o.BotTokens = []string{slacktest.BotToken("T1")}
	}
	a := slack.New(slog.New(slog.NewTextHandler(testLog{t}, nil)), bot, o)
	slack.BePatient(a)
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// listen connects a in Socket Mode until the test ends.
func listen(t testing.TB, a *slack.Adapter) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Listen(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		a.Wait()
	})
	until(t, "the adapter is connected", a.Ready)
}

// start starts a Slack and an adapter for bot in Socket Mode.
func start(t *testing.T, bot *chat.Bot, o slack.Options) *slacktest.Server {
	t.Helper()
	s, _ := startBoth(t, bot, o)
	return s
}

// startBoth is start, and returns the adapter too.
func startBoth(t *testing.T, bot *chat.Bot, o slack.Options) (*slacktest.Server, *slack.Adapter) {
	t.Helper()
	s := slacktest.Start(t, slack.Scopes()...)
	a := connect(t, s, bot, o)
	listen(t, a)
	return s, a
}

// finish stops bot when all that it has in hand is done. Nothing more comes then of what
// was acknowledged.
func finish(t *testing.T, bot *chat.Bot) {
	t.Helper()
	must(t, bot.Close(t.Context()))
}

// A place is a Slack as the suite sees it.
type suitePlace struct {
	t *testing.T
	*slacktest.Server
}

var (
	_ chattest.Platform    = suitePlace{}
	_ chattest.Redeliverer = suitePlace{}
	_ chattest.Changer     = suitePlace{}
	_ chattest.Breaker     = suitePlace{}
	_ chattest.Presser     = suitePlace{}
)

// The suite passes in both ways to be connected.
func TestSuiteSocket(t *testing.T) {
	chattest.Run(t, chattest.Harness{Start: func(t *testing.T, bot *chat.Bot) chattest.Platform {
		return suitePlace{t, start(t, bot, slack.Options{})}
	}})
}

func TestSuiteHTTP(t *testing.T) {
	chattest.Run(t, chattest.Harness{Start: func(t *testing.T, bot *chat.Bot) chattest.Platform {
		return suitePlace{t, startHTTP(t, bot)}
	}})
}

// startHTTP starts a Slack and an adapter for bot that gets events over HTTP.
func startHTTP(t *testing.T, bot *chat.Bot) *slacktest.Server {
	t.Helper()
	s := slacktest.Start(t, slack.Scopes()...)
	a := connect(t, s, bot, slack.Options{})
	server := httptest.NewServer(a)
	t.Cleanup(func() { server.Close(); a.Wait() })
	s.EventsAt(server.URL)
	return s
}

func (p suitePlace) Say(l chattest.Line) string {
	p.t.Helper()
	line := slacktest.Line{Channel: cmp.Or(l.Channel, channel), User: cmp.Or(l.Person, asker), Text: escape(l.Text), Thread: l.Thread, Bot: l.Bot}
	if l.Direct {
		line.Channel = "D" + line.User
	}
	if l.Mention {
		line.Text = slacktest.Mention("T1") + " " + line.Text
	}
	ts, err := p.Server.Say(line)
	if err != nil {
		p.t.Error(err)
	}
	return ts
}

// escape writes text as Slack sends what a person typed.
func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

func (p suitePlace) Shown() []chattest.Post {
	var all []chattest.Post
	for _, m := range p.Server.Shown() {
		text, live := m.Read()
		all = append(all, chattest.Post{ID: m.TS, Thread: m.Thread, Text: text, Live: live})
	}
	return all
}

func (p suitePlace) Again(id string) {
	p.t.Helper()
	if err := p.Redeliver(id, 1); err != nil {
		p.t.Error(err)
	}
}

func (p suitePlace) Edit(id, text string) {
	p.t.Helper()
	if err := p.Server.Edit(id, slacktest.Mention("T1")+" "+escape(text)); err != nil {
		p.t.Error(err)
	}
}

func (p suitePlace) Delete(id string) {
	p.t.Helper()
	if err := p.Server.Delete(id); err != nil {
		p.t.Error(err)
	}
}

func (p suitePlace) Break(n int) {
	for range n {
		p.Fail("chat.postMessage", slacktest.Failure{Code: "fatal_error"})
	}
}

func (p suitePlace) Press(post chattest.Post, k chat.Kind, n int) string {
	p.t.Helper()
	before := p.Server.Shown()
	for _, m := range before {
		if m.TS != post.ID {
			continue
		}
		for _, value := range m.Buttons() {
			kind, card, _, ok := chat.ParseToken(value)
			if !ok || kind != k || card != n {
				continue
			}
			if err := p.Server.Press(m, asker, value); err != nil {
				p.t.Fatal(err)
			}
			text, _ := p.Await(len(before) + 1)[len(before)].Read()
			return text
		}
	}
	p.t.Fatalf("no button %c for %d", k, n)
	return ""
}
