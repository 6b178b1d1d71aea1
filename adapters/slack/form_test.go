package slack_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
)

// A defects handler counts what the log calls a defect.
type defects struct {
	slog.Handler
	n atomic.Int32
}

func (d *defects) Enabled(context.Context, slog.Level) bool { return true }

func (d *defects) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "defect") {
		d.n.Add(1)
	}
	return nil
}

// FuzzInteraction: whatever comes back with a form or the press of a button, it is
// acknowledged, and nothing panics.
func FuzzInteraction(f *testing.F) {
	const id = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	f.Add("view_submission", "briefing", `{"channel":"C1"}`, "topic", "honey", "")
	f.Add("view_submission", "briefing", `{"channel":"U1","thread":"1.1","address":"https://evil.example"}`, "format", "odt", "")
	f.Add("view_submission", "note", `{"channel":"C1","token":"n.0.`+id+`","view":"V1"}`, "note", "x", "")
	f.Add("view_submission", "reason_not_helpful", `{"channel":"C1","token":"u.0.`+id+`"}`, "reason", "x", "")
	f.Add("view_submission", "of tomorrow", `[`, "", "", "")
	f.Add("block_actions", "desk", `{"channel":"C1"}`, "", "", "x.0.")
	f.Add("block_actions", "desk", `{}`, "", "", "n.0."+id)
	f.Add("block_actions", "", ``, "", "", "k.0.")
	f.Add("block_actions", "", ``, "", "", "b.7.")
	s := slacktest.Start(f, slack.Scopes()...)
	logged := &defects{Handler: slog.DiscardHandler}
	a := slack.New(slog.New(logged), chattest.NewBot(f, chat.Options{}), slack.Options{
		BotTokens: []string{slacktest.BotToken("T1")}, SigningSecret: slacktest.SigningSecret, APIURL: s.URL,
	})
	if err := a.Start(f.Context()); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, kind, callback, metadata, block, value, token string) {
		payload, err := json.Marshal(map[string]any{
			"type": kind, "team": map[string]any{"id": "T1"}, "user": map[string]any{"id": "U1"}, "actions": []any{map[string]any{"value": token, "action_ts": "1"}},
			"view": map[string]any{"id": "V1", "callback_id": callback, "private_metadata": metadata, "state": map[string]any{"values": map[string]any{
				block: map[string]any{block: map[string]any{"value": value, "selected_option": nil}},
			}}},
		})
		must(t, err)
		body := url.Values{"payload": {string(payload)}}.Encode()
		request := httptest.NewRequest(http.MethodPost, "/slack", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		slacktest.Sign(request.Header, slacktest.SigningSecret, time.Now(), []byte(body))
		w := httptest.NewRecorder()
		a.ServeHTTP(w, request)
		if said := w.Body.Bytes(); w.Code != http.StatusOK || len(said) > 0 && !json.Valid(said) {
			t.Errorf("status %d: %s", w.Code, said)
		}
		a.Wait()
		if logged.n.Load() > 0 {
			t.Error("the log has a defect")
		}
	})
}
