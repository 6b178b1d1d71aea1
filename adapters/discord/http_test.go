package discord_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/discord"
	"rapporteur/adapters/discord/discordtest"
)

// sign sends body to the endpoint, as signed at that time.
func sign(t *testing.T, at string, key ed25519.PrivateKey, stamp time.Time, body []byte) (int, string) {
	t.Helper()
	r, err := http.NewRequest("POST", at, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	seconds := strconv.FormatInt(stamp.Unix(), 10)
	r.Header.Set("X-Signature-Timestamp", seconds)
	r.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(key, append([]byte(seconds), body...))))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text)
}

func TestEndpoint(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	_, stranger, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	fake, a := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{PublicKey: public})
	endpoint := httptest.NewServer(a)
	defer endpoint.Close()
	ping := []byte(`{"id":"1","type":1,"token":"t"}`)
	now := time.Now()
	for _, test := range []struct {
		name   string
		key    ed25519.PrivateKey
		at     time.Time
		body   []byte
		status int
	}{
		{"ping", private, now, ping, 200},
		{"another's signature", stranger, now, ping, 401},
		{"replayed", private, now.Add(-6 * time.Minute), ping, 401},
		{"from the future", private, now.Add(6 * time.Minute), ping, 401},
		{"no JSON", private, now, []byte("{"), 400},
		{"no interaction", private, now, []byte("{}"), 400},
		{"too long", private, now, bytes.Repeat([]byte(" "), 300<<10), 413},
		{"no data", private, now, []byte(`{"id":"2","type":4,"token":"t","channel_id":"2","user":{"id":"3"}}`), 400},
		{"nobody's", private, now, []byte(`{"id":"3","type":2,"token":"t","channel_id":"2","data":{"name":"ask"}}`), 400},
		{"a component that discordgo does not know", private, now, []byte(`{"id":"4","type":5,"token":"t","channel_id":"2","user":{"id":"3"},"data":{"custom_id":"x","components":[{"type":18}]}}`), 400},
		{"an unknown type", private, now, []byte(`{"id":"5","type":99,"token":"t","channel_id":"2","user":{"id":"3"}}`), 400},
	} {
		status, text := sign(t, endpoint.URL, test.key, test.at, test.body)
		if status != test.status {
			t.Errorf("%s: status %d, want %d: %s", test.name, status, test.status, text)
		}
		if status == 200 && strings.TrimSpace(text) != `{"type":1}` {
			t.Errorf("%s: %s", test.name, text)
		}
	}
	id, body := fake.Unsent(discordtest.Act{}, 2, ask(honey), nil)
	status, text := sign(t, endpoint.URL, private, now, body)
	if status != 200 || strings.TrimSpace(text) != `{"type":5}` {
		t.Fatalf("a command: status %d: %s", status, text)
	}
	fake.Answered(id, []byte(text))
	has(t, fake.ReplyTo(id).Text(), quoted)
	if status, _ := sign(t, endpoint.URL, private, now, body); status != 400 {
		t.Errorf("the same once more: status %d, want 400", status)
	}
	if status, _ := get(t, endpoint.URL); status != 405 {
		t.Errorf("GET: status %d, want 405", status)
	}
}

func get(t *testing.T, at string) (int, string) {
	t.Helper()
	answer, err := http.Get(at)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text)
}
