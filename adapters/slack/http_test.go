package slack_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
)

// What Slack did not sign just now is refused, and has no effect.
func TestSignature(t *testing.T) {
	s := slacktest.Start(t, slack.Scopes()...)
	server := httptest.NewServer(connect(t, s, chattest.NewBot(t, chat.Options{}), slack.Options{}))
	t.Cleanup(server.Close)
	challenge := `{"type":"url_verification","challenge":"3eZbrw1aB"}`
	now := time.Now()
	for _, test := range []struct {
		name, method, body string
		sign               func(http.Header, []byte)
		want               int
		answer             string
	}{
		{"signed", http.MethodPost, challenge, func(h http.Header, b []byte) { slacktest.Sign(h, slacktest.SigningSecret, now, b) }, 200, "3eZbrw1aB"},
		{"four minutes old", http.MethodPost, challenge, func(h http.Header, b []byte) { slacktest.Sign(h, slacktest.SigningSecret, now.Add(-4*time.Minute), b) }, 200, "3eZbrw1aB"},
		{"six minutes old", http.MethodPost, challenge, func(h http.Header, b []byte) { slacktest.Sign(h, slacktest.SigningSecret, now.Add(-6*time.Minute), b) }, 401, ""},
		{"from the future", http.MethodPost, challenge, func(h http.Header, b []byte) { slacktest.Sign(h, slacktest.SigningSecret, now.Add(6*time.Minute), b) }, 401, ""},
		{"another secret", http.MethodPost, challenge, func(h http.Header, b []byte) { slacktest.Sign(h, "11", now, b) }, 401, ""},
		{"another body", http.MethodPost, challenge, func(h http.Header, b []byte) { slacktest.Sign(h, slacktest.SigningSecret, now, append(b, ' ')) }, 401, ""},
		{"not signed", http.MethodPost, challenge, func(http.Header, []byte) {}, 401, ""},
		{"signature of no hex", http.MethodPost, challenge, func(h http.Header, b []byte) {
			slacktest.Sign(h, slacktest.SigningSecret, now, b)
			h.Set("X-Slack-Signature", "v0=zz")
		}, 401, ""},
		{"no time", http.MethodPost, challenge, func(h http.Header, b []byte) {
			slacktest.Sign(h, slacktest.SigningSecret, now, b)
			h.Set("X-Slack-Request-Timestamp", "soon")
		}, 401, ""},
		{"too long", http.MethodPost, strings.Repeat(" ", 1<<20+1), func(h http.Header, b []byte) { slacktest.Sign(h, slacktest.SigningSecret, now, b) }, 413, ""},
		{"not posted", http.MethodGet, "", func(http.Header, []byte) {}, 405, ""},
		{"no JSON", http.MethodPost, "{", func(h http.Header, b []byte) { slacktest.Sign(h, slacktest.SigningSecret, now, b) }, 200, ""},
	} {
		request, err := http.NewRequest(test.method, server.URL, strings.NewReader(test.body))
		must(t, err)
		test.sign(request.Header, []byte(test.body))
		response, err := http.DefaultClient.Do(request)
		must(t, err)
		body, err := io.ReadAll(response.Body)
		must(t, err)
		response.Body.Close()
		if response.StatusCode != test.want || test.answer != "" && string(body) != test.answer {
			t.Errorf("%s: status %d, %q, want %d, %q", test.name, response.StatusCode, body, test.want, test.answer)
		}
	}
}

// An event that is sent again as it was, signature and all, is not answered again.
func TestReplay(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{})
	s := startHTTP(t, bot)
	event := s.Event("T1", map[string]any{"type": "message", "channel": "D1", "channel_type": "im", "user": asker, "text": honey, "ts": "1700000001.000001"})
	for range 3 {
		must(t, s.Deliver("events_api", event, 0))
	}
	s.Await(1)
	must(t, s.Deliver("events_api", event, 0))
	finish(t, bot)
	if n := len(s.Shown()); n != 1 {
		t.Errorf("%d replies, want 1", n)
	}
}

// Commands, buttons and shortcuts come over HTTP too.
func TestInteractionsOverHTTP(t *testing.T) {
	s := startHTTP(t, chattest.NewBot(t, chat.Options{}))
	must(t, s.Command("T1", channel, asker, "/ask", honey))
	m := s.Await(1)[0]
	has(t, m, quoted)
	press(t, s, m, asker, chat.More)
	has(t, s.Await(2)[1], "Further passages")
}

// FuzzReceive: whatever stands in a request that Slack signed, it is answered, and
// nothing panics.
func FuzzReceive(f *testing.F) {
	f.Add(`{"type":"event_callback","team_id":"T1","event":{"type":"message","channel":"D1","channel_type":"im","user":"U1","text":"x","ts":"1.1"}}`, false)
	f.Add(`{"type":"event_callback","team_id":"T1","event":{"type":"message","subtype":"message_changed","channel":"C1","message":{"user":"U1","text":"<@UBOTT1> x","ts":"1.1"}}}`, false)
	f.Add("payload="+`%7B%22type%22%3A%22block_actions%22%2C%22team%22%3A%7B%22id%22%3A%22T1%22%7D%2C%22actions%22%3A%5B%7B%22block_id%22%3A%22b%22%7D%5D%7D`, true)
	f.Add("team_id=T1&command=/ask&text=x&channel_id=C1&user_id=U1&trigger_id=1", true)
	var a *slack.Adapter
	f.Fuzz(func(t *testing.T, body string, form bool) {
		if a == nil {
			a = slack.New(nopLog(), nil, slack.Options{SigningSecret: slacktest.SigningSecret})
		}
		request := httptest.NewRequest(http.MethodPost, "/slack", strings.NewReader(body))
		if form {
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		slacktest.Sign(request.Header, slacktest.SigningSecret, time.Now(), []byte(body))
		w := httptest.NewRecorder()
		a.ServeHTTP(w, request)
		if w.Code != http.StatusOK {
			t.Errorf("status %d for %s", w.Code, fmt.Sprintf("%.200q", body))
		}
	})
}
