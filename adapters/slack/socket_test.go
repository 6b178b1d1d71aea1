package slack_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
)

// However a connection ends, a new one is made and questions are answered on.
func TestReconnects(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	ends := map[string]func(){
		"asked to": func() { must(t, s.Disconnect()) },
		"cut off":  s.Cut,
		"garbage":  func() { must(t, s.Raw("{")) },
	}
	n := 0
	for name, end := range ends {
		s.Fail("apps.connections.open", slacktest.Failure{Status: 500}) // not at once, either
		end()
		until(t, "the question is acknowledged after "+name, func() bool {
			_, err := s.Say(slacktest.Line{Channel: "D1", User: asker, Text: honey})
			if err != nil && !errors.Is(err, slacktest.ErrNotAcknowledged) && !strings.Contains(err.Error(), "closed") && !strings.Contains(err.Error(), "broken pipe") {
				t.Fatal(err)
			}
			return err == nil
		})
		n++
		s.Await(n)
	}
}

// What nobody knows, or nobody can read, is acknowledged and passed over.
func TestOddEvents(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{})
	s := start(t, bot, slack.Options{})
	for name, event := range map[string]map[string]any{
		"unknown type":      {"type": "event_of_tomorrow", "channel": map[string]any{"id": channel}},
		"unknown subtype":   {"type": "message", "subtype": "channel_join", "channel": channel, "user": asker, "ts": "1.1", "text": "joined"},
		"no type":           {"text": honey},
		"no channel":        {"type": "message", "channel_type": "im", "user": asker, "text": honey, "ts": "1.2"},
		"no timestamp":      {"type": "message", "channel_type": "im", "channel": "D1", "user": asker, "text": honey},
		"no person":         {"type": "message", "channel_type": "im", "channel": "D1", "text": honey, "ts": "1.3"},
		"channel an object": {"type": "message", "channel": map[string]any{"id": channel}, "user": asker, "text": honey, "ts": "1.4"},
		"text a number":     {"type": "message", "channel_type": "im", "channel": "D1", "user": asker, "text": 7, "ts": "1.5"},
		"from the bot":      {"type": "message", "channel_type": "im", "channel": "D1", "user": "UBOTT1", "bot_id": "BBOTT1", "text": honey, "ts": "1.6"},
		"from Slackbot":     {"type": "message", "channel_type": "im", "channel": "D1", "user": "USLACKBOT", "text": honey, "ts": "1.7"},
	} {
		if err := s.Deliver("events_api", s.Event("T1", event), 0); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, payload := range map[string]any{
		"no event": map[string]any{"type": "event_callback", "team_id": "T1"}, "a list": []any{1}, "a text": "x", "nothing": nil,
		"limited":      map[string]any{"type": "app_rate_limited", "team_id": "T1"},
		"another team": s.Event("T9", map[string]any{"type": "message", "channel": "D1", "channel_type": "im", "user": asker, "text": honey, "ts": "1.8"}),
	} {
		for _, kind := range []string{"events_api", "interactive", "slash_commands"} {
			if err := s.Deliver(kind, payload, 0); err != nil {
				t.Errorf("%s as %s: %v", name, kind, err)
			}
		}
	}
	_, err := s.Say(slacktest.Line{Channel: "D1", User: asker, Text: honey})
	must(t, err)
	s.Await(1)
	finish(t, bot)
	if shown := s.Shown(); len(shown) != 1 {
		t.Errorf("%d messages are shown, want the one answer", len(shown))
	}
}

// Nothing is written to an address that is not Slack's; the answer comes by the
// ordinary call.
func TestForeignResponseURL(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	must(t, s.Deliver("slash_commands", map[string]any{
		"team_id": "T1", "channel_id": channel, "user_id": asker, "command": "/ask", "text": honey,
		"response_url": "http://169.254.169.254/latest", "trigger_id": "1",
	}, 0))
	if m := s.Await(1)[0]; m.ResponseURL || m.For != asker {
		t.Errorf("shown to %q, by a response URL: %v", m.For, m.ResponseURL)
	}
}

// A token that Slack refuses is said with what to do about it.
func TestRefusedTokens(t *testing.T) {
	s := slacktest.Start(t)
	log := slog.New(slog.NewTextHandler(testLog{t}, nil))
	bot := chattest.NewBot(t, chat.Options{})
	a := slack.New(log, bot, slack.Options{BotTokens: []string{"xoxb-wrong"}, APIURL: s.URL})
	if err := a.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "copy the token again") {
		t.Errorf("a wrong bot token: %v", err)
	}
	a = slack.New(log, bot, slack.Options{BotTokens: []string{"xoxb-wrong", slacktest.BotToken("T1")}, AppToken: "xapp-wrong", APIURL: s.URL})
	must(t, a.Start(t.Context()))
	if err := a.Listen(t.Context()); err == nil || !strings.Contains(err.Error(), "copy the token again") {
		t.Errorf("a wrong app-level token: %v", err)
	}
	if err := slack.New(log, bot, slack.Options{APIURL: s.URL}).Start(t.Context()); err == nil {
		t.Error("no token is accepted")
	}
}

// What an app-level token lacks is not put right by reinstalling the app.
func TestAppTokenWithoutScope(t *testing.T) {
	s := slacktest.Start(t)
	lacks := slacktest.Failure{Code: "missing_scope", Needed: "connections:write"}
	s.Fail("apps.connections.open", lacks)
	const says = "generate an app-level token with the scope connections:write"
	o := slack.Options{BotTokens: []string{slacktest.BotToken("T1")}, AppToken: slacktest.AppToken, APIURL: s.URL}
	found := slack.Check(t.Context(), o)
	if last := found[len(found)-1]; last.Err == nil || !strings.Contains(last.Err.Error(), says) {
		t.Errorf("checked: %v, want it to say %q", last.Err, says)
	}
	s.Fail("apps.connections.open", lacks)
	var log memoryLog
	a := slack.New(slog.New(slog.NewTextHandler(&log, nil)), chattest.NewBot(t, chat.Options{}), o)
	must(t, a.Start(t.Context()))
	listen(t, a)
	until(t, "the log says what to do", func() bool { return log.has(says) })
}
