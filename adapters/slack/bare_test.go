package slack_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
)

// A bare Slack speaks as little of Slack as a server can: auth.test,
// apps.connections.open and chat.postMessage. To all other calls it has one answer. It
// shares nothing with package slacktest, so that it cannot share its mistakes.
type bare struct {
	t      *testing.T
	server *httptest.Server
	who    string                      // the answer to auth.test
	others func(w http.ResponseWriter) // the answer to other calls
	posted chan struct{ channel, thread, text string }

	mu     sync.Mutex
	socket *websocket.Conn
	made   map[string]int // how often each other call was made
}

func startBare(t *testing.T, who string, others func(http.ResponseWriter)) *bare {
	b := &bare{t: t, who: who, others: others, posted: make(chan struct{ channel, thread, text string }, 10), made: make(map[string]int)}
	b.server = httptest.NewServer(b)
	t.Cleanup(b.server.Close)
	return b
}

// serve starts an adapter there, until the test ends.
func (b *bare) serve(t *testing.T) {
	t.Helper()
	a := slack.New(nopLog(), chattest.NewBot(t, chat.Options{}), slack.Options{BotTokens: []string{"xoxb-1"}, AppToken: slacktest.AppToken, APIURL: b.server.URL})
	slack.BePatient(a)
	must(t, a.Start(t.Context()))
	listen(t, a)
}

func (b *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/auth.test":
		fmt.Fprint(w, b.who)
	case "/apps.connections.open":
		fmt.Fprintf(w, `{"ok":true,"url":"ws%s/ws"}`, strings.TrimPrefix(b.server.URL, "http"))
	case "/ws":
		up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
		conn, err := up.Upgrade(w, r, nil)
		if err != nil {
			b.t.Error(err)
			return
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.socket = conn
		conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"hello"}`))
	case "/chat.postMessage":
		b.posted <- struct{ channel, thread, text string }{r.FormValue("channel"), r.FormValue("thread_ts"), r.FormValue("text") + r.FormValue("blocks")}
		fmt.Fprintf(w, `{"ok":true,"channel":%q,"ts":"1700000009.000%03d"}`, r.FormValue("channel"), len(b.posted))
	default:
		b.mu.Lock()
		b.made[r.URL.Path]++
		b.mu.Unlock()
		b.others(w)
	}
}

// send delivers an event in whatever envelope.
func (b *bare) send(payload string) { b.sendAs("events_api", payload) }

// sendAs delivers what is of that kind.
func (b *bare) sendAs(kind, payload string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	envelope, _ := json.Marshal(map[string]any{"type": kind, "envelope_id": fmt.Sprint("e", time.Now().UnixNano()), "payload": json.RawMessage(payload)})
	if err := b.socket.WriteMessage(websocket.TextMessage, envelope); err != nil {
		b.t.Error(err)
	}
}

// A mention is answered with cited passages in its thread, and so is a follow-up,
// whatever else the server lacks, and however little its events say.
func TestBareServer(t *testing.T) {
	const team = `{"ok":true,"team_id":"T1","user_id":"UBOT"}`
	says := func(body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { fmt.Fprint(w, body) }
	}
	fails := func(status int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { w.WriteHeader(status) }
	}
	unknown := says(`{"ok":false,"error":"unknown_method"}`)
	const event = `{"type":"app_mention","channel":"C1","user":"U1","ts":"1700000001.000001","text":"<@UBOT> ` + honey + `"%s}`
	for name, test := range map[string]struct {
		who     string
		others  func(http.ResponseWriter)
		payload string
	}{
		"unknown methods":     {team, unknown, `{"type":"event_callback","team_id":"T1","event":` + event + `}`},
		"no scopes":           {team, says(`{"ok":false,"error":"missing_scope","needed":"users:read"}`), `{"type":"event_callback","team_id":"T1","event":` + event + `}`},
		"not found":           {team, fails(404), `{"type":"event_callback","team_id":"T1","event":` + event + `}`},
		"not implemented":     {team, fails(501), `{"type":"event_callback","team_id":"T1","event":` + event + `}`},
		"nothing but ok":      {team, says(`{"ok":true}`), `{"type":"event_callback","team_id":"T1","event":` + event + `}`},
		"nobody is known":     {team, says(`{"ok":false,"error":"user_not_found"}`), `{"type":"event_callback","team_id":"T1","event":` + event + `}`},
		"no team":             {team, unknown, `{"type":"event_callback","event":` + event + `}`},
		"no type":             {team, unknown, `{"team_id":"T1","event":` + event + `}`},
		"null authorizations": {team, unknown, `{"team_id":"T1","authorizations":null,"event":` + event + `}`},
		"authorized":          {team, unknown, `{"team_id":"T9","authorizations":[{"team_id":"T1","is_enterprise_install":"false"}],"event":` + event + `}`},
		"all of an organization": {`{"ok":true,"team_id":"E1","enterprise_id":"E1","user_id":"UBOT"}`, unknown,
			`{"team_id":"T7","enterprise_id":"E1","authorizations":[{"team_id":null,"enterprise_id":"E1","is_enterprise_install":true}],"event":` + event + `}`},
		"nothing known of itself": {`{"ok":true}`, unknown, `{"type":"event_callback","team_id":"T1","event":` + event + `}`},
		"unknown fields":          {team, unknown, `{"team_id":"T1","x":[1],"event":` + strings.Replace(event, "%s", `,"team":{"id":1},"blocks":[{"type":"of tomorrow"}],"assistant_thread":{"x":1}%s`, 1) + `}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := startBare(t, test.who, test.others)
			b.serve(t)
			b.send(fmt.Sprintf(test.payload, ""))
			b.answers("forty barrels of honey in 1903")
			follow := strings.NewReplacer("%s", `,"thread_ts":"1700000001.000001"`, "app_mention", "message", "0001.000001", "0002.000002", "<@UBOT> "+honey, "Who asked the keepers to burn the boxes?")
			b.send(follow.Replace(test.payload))
			b.answers("burn the boxes")
			b.mu.Lock()
			defer b.mu.Unlock()
			most := 1
			if name == "not implemented" {
				most = 4 // what may pass is tried again
			}
			if n := b.made["/users.info"]; n > most {
				t.Errorf("users.info was called %d times, want at most %d", n, most)
			}
		})
	}
}

// answers waits for an answer in the thread.
func (b *bare) answers(want string) {
	b.t.Helper()
	select {
	case p := <-b.posted:
		for _, w := range []string{want, "[1]", "On bees", "first paragraph"} {
			if !strings.Contains(p.text, w) {
				b.t.Errorf("the answer lacks %q:\n%s", w, p.text)
			}
		}
		if p.channel != "C1" || p.thread != "1700000001.000001" {
			b.t.Errorf("it is in channel %q, thread %q", p.channel, p.thread)
		}
	case <-time.After(time.Minute):
		b.t.Fatal("there is no answer")
	}
}

// A briefing comes without a form and without its file where the server has neither.
func TestBareBrief(t *testing.T) {
	for name, others := range map[string]func(http.ResponseWriter){
		"unknown methods": func(w http.ResponseWriter) { fmt.Fprint(w, `{"ok":false,"error":"unknown_method"}`) },
		"not found":       func(w http.ResponseWriter) { w.WriteHeader(404) },
		"nothing but ok":  func(w http.ResponseWriter) { fmt.Fprint(w, `{"ok":true}`) },
	} {
		t.Run(name, func(t *testing.T) {
			b := startBare(t, `{"ok":true,"team_id":"T1","user_id":"UBOT"}`, others)
			b.serve(t)
			b.sendAs("slash_commands", `{"command":"/brief","text":"honey","team_id":"T1","channel_id":"C1","user_id":"U1","trigger_id":"1"}`)
			for i, want := range []string{"Briefing: honey", "forty barrels of honey in 1903"} {
				select {
				case p := <-b.posted:
					if !strings.Contains(p.text, want) || p.channel != "C1" || (p.thread == "") != (i == 0) {
						t.Errorf("%s is not in %+v", want, p)
					}
				case <-time.After(time.Minute):
					t.Fatalf("nothing has %q", want)
				}
			}
		})
	}
}
