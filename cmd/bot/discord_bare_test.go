package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// A bare server speaks as little of Discord as can be: a gateway of one connection,
// and the three calls that show an answer. All else it refuses. What it sends lacks
// every field that is not needed.
type bare struct {
	t      *testing.T
	http   *httptest.Server
	events chan string // to be dispatched, each a type, a space, and the data
	shown  chan string // "METHOD path", a space, and the body, of what shows something
}

// startBare starts one whose API has that version.
func startBare(t *testing.T, version string) *bare {
	b := &bare{t: t, events: make(chan string, 10), shown: make(chan string, 100)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /socket", b.gateway)
	api := "/api/" + version
	mux.HandleFunc("POST "+api+"/interactions/{id}/{token}/callback", func(w http.ResponseWriter, r *http.Request) {
		b.keep(r)
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("PATCH "+api+"/webhooks/{application}/{token}/messages/@original", func(w http.ResponseWriter, r *http.Request) {
		b.keep(r)
		io.WriteString(w, "{}")
	})
	mux.HandleFunc("POST "+api+"/channels/{channel}/messages", func(w http.ResponseWriter, r *http.Request) {
		b.keep(r)
		w.WriteHeader(http.StatusNoContent) // it does not tell the message's id
	})
	b.http = httptest.NewServer(mux)
	t.Cleanup(func() {
		close(b.events)
		b.http.Close()
	})
	return b
}

// keep remembers a call that shows something.
func (b *bare) keep(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	b.shown <- r.Method + " " + r.URL.Path + " " + string(body)
}

// gateway greets whoever connects, answers heartbeats, and sends the events.
func (b *bare) gateway(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		b.t.Error(err)
		return
	}
	defer ws.Close()
	out := make(chan string, 10)
	go func() {
		for packet := range out {
			ws.WriteMessage(websocket.TextMessage, []byte(packet))
		}
	}()
	out <- `{"op":10,"d":{"heartbeat_interval":41250}}`
	go func() {
		sequence := 1
		for event := range b.events {
			sequence++
			kind, data, _ := strings.Cut(event, " ")
			out <- fmt.Sprintf(`{"op":0,"t":%q,"s":%d,"d":%s}`, kind, sequence, data)
		}
	}()
	for {
		var in struct {
			Op   int
			Data struct{ Token string } `json:"d"`
		}
		_, packet, err := ws.ReadMessage()
		if err != nil {
			return
		}
		json.Unmarshal(packet, &in) // of a heartbeat, d is a number
		switch in.Op {
		case 1:
			out <- `{"op":11}`
		case 2:
			out <- `{"op":0,"t":"READY","s":1,"d":{"session_id":"s","user":{"id":"42"}}}`
		}
	}
}

// next is the next call that shows something.
func (b *bare) next() (call string, body map[string]any) {
	b.t.Helper()
	select {
	case shown := <-b.shown:
		parts := strings.SplitN(shown, " ", 3)
		if err := json.Unmarshal([]byte(parts[2]), &body); err != nil {
			b.t.Errorf("%s: %v", shown, err)
		}
		return parts[0] + " " + path.Base(parts[1]), body
	case <-time.After(time.Minute):
		b.t.Fatal("nothing more is shown")
		return "", nil
	}
}

// words joins all texts of a message.
func words(v any) string {
	switch v := v.(type) {
	case map[string]any:
		content, _ := v["content"].(string)
		return content + "\n" + words(v["components"])
	case []any:
		all := ""
		for _, one := range v {
			all += words(one)
		}
		return all
	}
	return ""
}

// On a server that speaks hardly any of Discord, a command and a mention are both
// answered with cited passages.
func TestServeBare(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the model")
	}
	emptyHome(t)
	for _, version := range []string{"v9", "v10"} {
		t.Run(version, func(t *testing.T) {
			b := startBare(t, version)
			config := fmt.Sprintf("serve.health = ''\n[discord]\napi_url = '%s/api/%s'\ngateway_url = '%s/socket?v=10'\n", b.http.URL, version, "ws"+strings.TrimPrefix(b.http.URL, "http"))
			s := serveAs(t, map[string]string{envConfig: write(t, config), envDiscordToken: "some.bot.token", "XDG_STATE_HOME": t.TempDir()})
			s.await(`Discord: connected`)
			s.await(`commands could not be registered`)
			b.events <- `SOMETHING_NEW {"x":1}`
			b.events <- `INTERACTION_CREATE {"id":"1001","type":2,"token":"tt","user":{"id":"7"},"data":{"name":"ask","options":[{"name":"question","type":3,"value":"` + aboutTheILO + `"}]}}`
			if call, body := b.next(); call != "POST callback" || body["type"] != 5.0 {
				t.Errorf("the first call is %s: %v", call, body)
			}
			b.answered("PATCH @original")
			b.events <- `MESSAGE_CREATE {"id":"1002","channel_id":"55","guild_id":"66","content":"<@42> ` + aboutTheILO + `","author":{"id":"7"}}`
			reply := b.answered("POST messages")
			if reference, _ := reply["message_reference"].(map[string]any); reference["message_id"] != "1002" {
				t.Errorf("it replies to %v", reference)
			}
			s.end()
			if len(b.shown) > 0 {
				t.Errorf("more is shown: %s", <-b.shown)
			}
		})
	}
}

// answered checks that the next call shows an answer that cites the proceedings.
func (b *bare) answered(want string) map[string]any {
	b.t.Helper()
	call, body := b.next()
	if call != want {
		b.t.Fatalf("the call is %s, want %s: %v", call, want, body)
	}
	for _, part := range []string{quotedAboutIt, "[1]", titleOfMeeting, "paragraph"} {
		if !strings.Contains(words(body), part) {
			b.t.Errorf("the answer lacks %q:\n%s", part, words(body))
		}
	}
	if mentions, _ := json.Marshal(body["allowed_mentions"]); string(mentions) != `{"parse":[],"replied_user":false}` {
		b.t.Errorf("allowed_mentions is %s", mentions)
	}
	return body
}
