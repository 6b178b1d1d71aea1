package slacktest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// ErrNotAcknowledged says that a delivery was not acknowledged in time.
var ErrNotAcknowledged = errors.New("not acknowledged")

// A socket is a connection in Socket Mode.
type socket struct {
	conn    *websocket.Conn
	mu      sync.Mutex // one writes at a time
	waiting map[string]chan json.RawMessage
	gone    chan struct{}
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		s.t.Errorf("opening a socket: %v", err)
		return
	}
	k := &socket{conn: conn, waiting: make(map[string]chan json.RawMessage), gone: make(chan struct{})}
	k.write(map[string]any{"type": "hello", "num_connections": 1, "connection_info": map[string]any{"app_id": "A1"}})
	s.mu.Lock()
	s.sockets = append(s.sockets, k)
	s.mu.Unlock()
	defer close(k.gone)
	for {
		var ack struct {
			ID      string          `json:"envelope_id"`
			Payload json.RawMessage `json:"payload"`
		}
		if err := conn.ReadJSON(&ack); err != nil {
			break
		}
		k.mu.Lock()
		if waiting, ok := k.waiting[ack.ID]; ok {
			waiting <- ack.Payload
			delete(k.waiting, ack.ID)
		}
		k.mu.Unlock()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.sockets {
		if s.sockets[i] == k {
			s.sockets = append(s.sockets[:i], s.sockets[i+1:]...)
			break
		}
	}
}

func (k *socket) write(v any) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.conn.WriteJSON(v)
}

// current returns a connection, once there is one.
func (s *Server) current() *socket {
	s.t.Helper()
	var k *socket
	s.await("the app connects", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.sockets) == 0 {
			return false
		}
		k = s.sockets[s.clock%len(s.sockets)]
		return true
	})
	return k
}

// Sockets returns how many connections there are.
func (s *Server) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets)
}

// Disconnect asks the app to connect anew, as Slack does every few hours.
func (s *Server) Disconnect() error {
	return s.current().write(map[string]any{"type": "disconnect", "reason": "refresh_requested"})
}

// Cut cuts all connections off.
func (s *Server) Cut() {
	s.mu.Lock()
	sockets := append([]*socket(nil), s.sockets...)
	s.mu.Unlock()
	for _, k := range sockets {
		k.conn.Close()
	}
}

// Raw writes something to the socket that Slack would not.
func (s *Server) Raw(text string) error {
	k := s.current()
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.conn.WriteMessage(websocket.TextMessage, []byte(text))
}

// EventsAt lets events be posted to address, as an app without Socket Mode gets
// them.
func (s *Server) EventsAt(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = address
}

// Deliver delivers a payload of a kind (events_api, slash_commands, interactive)
// and returns when it is acknowledged. retry counts the deliveries before.
func (s *Server) Deliver(kind string, payload any, retry int) error {
	_, err := s.deliver(kind, payload, retry)
	return err
}

// deliver is Deliver, and returns what the acknowledgement says.
func (s *Server) deliver(kind string, payload any, retry int) (said json.RawMessage, err error) {
	s.mu.Lock()
	address := s.events
	s.mu.Unlock()
	if address != "" {
		return s.deliverHTTP(address, kind, payload, retry)
	}
	return s.deliverOn(s.current(), kind, payload, retry)
}

// deliverOn delivers a payload over one connection.
func (s *Server) deliverOn(k *socket, kind string, payload any, retry int) (said json.RawMessage, err error) {
	id := "envelope-" + s.nextStamp()
	acked := make(chan json.RawMessage, 1)
	k.mu.Lock()
	k.waiting[id] = acked
	k.mu.Unlock()
	envelope := map[string]any{"type": kind, "envelope_id": id, "payload": payload, "accepts_response_payload": kind != "events_api"}
	if retry > 0 {
		envelope["retry_attempt"], envelope["retry_reason"] = retry, "timeout"
	}
	if err := k.write(envelope); err != nil {
		return nil, err
	}
	select {
	case said = <-acked:
		return said, nil
	case <-k.gone:
		return nil, ErrNotAcknowledged
	case <-time.After(patience):
		return nil, ErrNotAcknowledged
	}
}

// deliverHTTP posts a payload with Slack's signature.
func (s *Server) deliverHTTP(address, kind string, payload any, retry int) (said json.RawMessage, err error) {
	encoded, err := json.Marshal(payload)
	if err != nil {
		return nil, err
	}
	content := "application/json"
	if kind != "events_api" {
		content = "application/x-www-form-urlencoded"
		form := url.Values{"payload": {string(encoded)}}
		if kind == "slash_commands" {
			form = url.Values{}
			for name, value := range payload.(map[string]any) {
				form.Set(name, fmt.Sprint(value))
			}
		}
		encoded = []byte(form.Encode())
	}
	request, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(encoded))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", content)
	if retry > 0 {
		request.Header.Set("X-Slack-Retry-Num", strconv.Itoa(retry))
		request.Header.Set("X-Slack-Retry-Reason", "http_timeout")
	}
	Sign(request.Header, s.secret, time.Now(), encoded)
	response, err := (&http.Client{Timeout: patience}).Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: %s", ErrNotAcknowledged, response.Status)
	}
	return io.ReadAll(response.Body)
}

// Sign signs a request's body as Slack does.
func Sign(header http.Header, secret string, at time.Time, body []byte) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	header.Set("X-Slack-Request-Timestamp", stamp)
	header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}

// Event wraps an event of a team's as Slack does.
func (s *Server) Event(team string, event map[string]any) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	channel, _ := event["channel"].(string)
	return map[string]any{
		"type": "event_callback", "token": "unused", "team_id": team, "api_app_id": "A1",
		"event_id": "Ev" + s.stamp(), "event_time": time.Now().Unix(), "event": event,
		"authorizations":        []any{map[string]any{"team_id": team, "user_id": "UBOT" + team, "is_bot": true}},
		"is_ext_shared_channel": s.channels[channel].Shared,
	}
}

// A Line is what a person says.
type Line struct {
	Team, Channel, User, Text, Thread string
	Direct                            bool
	Bot                               bool // another bot says it
	Quietly                           bool // it stands there, and no event tells of it
}

// Mention is a mention of the bot in a team.
func Mention(team string) string { return "<@UBOT" + team + ">" }

// Say lets a person say something, which is delivered as often and in the shapes
// that Slack delivers it in; it returns the message's timestamp, and an error
// unless all of them are acknowledged.
func (s *Server) Say(l Line) (string, error) {
	if l.Team == "" {
		l.Team = "T1"
	}
	s.mu.Lock()
	m := &Message{Team: l.Team, Channel: l.Channel, TS: s.stamp(), Thread: l.Thread, User: l.User, Text: l.Text, At: time.Now()}
	if l.Bot {
		m.BotID = "BOTHER"
	}
	s.messages = append(s.messages, m)
	s.mu.Unlock()
	if l.Quietly {
		return m.TS, nil
	}
	return m.TS, s.Redeliver(m.TS, 0)
}

// Redeliver delivers a message of a person's, marked as so many times delivered
// before. A mention in a channel comes as two events, as Slack sends them.
func (s *Server) Redeliver(ts string, retry int) error {
	m := s.message(ts)
	event := s.eventOf(m)
	shapes := []map[string]any{event}
	if event["channel_type"] != "im" && strings.Contains(m.Text, Mention(m.Team)) {
		mention := map[string]any{"type": "app_mention"}
		for _, name := range []string{"user", "text", "ts", "channel", "event_ts", "thread_ts", "bot_id"} {
			if v, ok := event[name]; ok {
				mention[name] = v
			}
		}
		shapes = append(shapes, mention)
	}
	errs := make(chan error)
	for _, shape := range shapes {
		go func() { errs <- s.Deliver("events_api", s.Event(m.Team, shape), retry) }()
	}
	var all error
	for range shapes {
		all = errors.Join(all, <-errs)
	}
	return all
}

// message returns the message with that timestamp.
func (s *Server) message(ts string) Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if m.TS == ts {
			return *m
		}
	}
	s.t.Fatalf("there is no message %s", ts)
	return Message{}
}

// eventOf returns the event that tells of a message.
func (s *Server) eventOf(m Message) map[string]any {
	kind := "channel"
	if strings.HasPrefix(m.Channel, "D") {
		kind = "im"
	}
	e := map[string]any{"type": "message", "channel": m.Channel, "channel_type": kind, "user": m.User, "text": m.Text, "ts": m.TS, "event_ts": m.TS, "team": m.Team}
	if m.Thread != "" {
		e["thread_ts"], e["parent_user_id"] = m.Thread, s.author(m.Thread)
	}
	if m.BotID != "" {
		e["bot_id"] = m.BotID
	}
	return e
}

// author returns who wrote the message with that timestamp.
func (s *Server) author(ts string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if m.TS == ts {
			return m.User
		}
	}
	return ""
}

// echo delivers the bot's own message to it, as Slack does, if it is connected
// still; nothing depends on how that ends.
func (s *Server) echo(m Message) {
	event := s.Event(m.Team, s.eventOf(m))
	s.mu.Lock()
	address := s.events
	var k *socket
	if len(s.sockets) > 0 {
		k = s.sockets[0]
	}
	s.mu.Unlock()
	if address != "" {
		s.deliverHTTP(address, "events_api", event, 0)
	} else if k != nil {
		s.deliverOn(k, "events_api", event, 0)
	}
}

// Edit lets a person change what they said.
func (s *Server) Edit(ts, text string) error {
	before := s.message(ts)
	s.mu.Lock()
	for _, m := range s.messages {
		if m.TS == ts {
			m.Text = text
		}
	}
	s.mu.Unlock()
	after := before
	after.Text = text
	e := s.eventOf(before)
	return s.Deliver("events_api", s.Event(before.Team, map[string]any{
		"type": "message", "subtype": "message_changed", "channel": before.Channel, "channel_type": e["channel_type"], "hidden": true,
		"message": s.eventOf(after), "previous_message": e, "ts": s.nextStamp(),
	}), 0)
}

func (s *Server) nextStamp() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stamp()
}

// Delete lets a person delete what they said. A message that a thread hangs from
// is replaced by a tombstone, as Slack does.
func (s *Server) Delete(ts string) error {
	m := s.message(ts)
	e := s.eventOf(m)
	s.mu.Lock()
	hangs := false
	for _, other := range s.messages {
		hangs = hangs || other.Thread == ts && !other.Deleted
		if other.TS == ts {
			other.Deleted = true
		}
	}
	s.mu.Unlock()
	event := map[string]any{"type": "message", "subtype": "message_deleted", "channel": m.Channel, "channel_type": e["channel_type"], "hidden": true, "deleted_ts": ts, "previous_message": e, "ts": s.nextStamp()}
	if hangs {
		event["subtype"] = "message_changed"
		event["message"] = map[string]any{"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": true, "text": "This message was deleted.", "ts": ts, "thread_ts": ts}
		delete(event, "deleted_ts")
	}
	return s.Deliver("events_api", s.Event(m.Team, event), 0)
}

// respondAt returns a new response URL.
func (s *Server) respondAt(at place) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := "r" + strings.ReplaceAll(s.stamp(), ".", "-")
	s.responses[id] = at
	return s.server.URL + "/response/" + id
}

// Command lets a person type a slash command.
func (s *Server) Command(team, channel, user, command, text string) error {
	return s.Deliver("slash_commands", map[string]any{
		"token": "unused", "team_id": team, "channel_id": channel, "user_id": user, "command": command, "text": text,
		"response_url": s.respondAt(place{team: team, channel: channel, user: user}), "trigger_id": s.trigger(), "api_app_id": "A1",
	}, 0)
}

// Shortcut lets a person use a shortcut on a message.
func (s *Server) Shortcut(user, callback, ts string) error {
	m := s.message(ts)
	return s.Deliver("interactive", map[string]any{
		"type": "message_action", "callback_id": callback, "trigger_id": s.trigger(), "action_ts": s.nextStamp(),
		"team": map[string]any{"id": m.Team}, "channel": map[string]any{"id": m.Channel}, "user": map[string]any{"id": user},
		"message_ts": ts, "message": map[string]any{"type": "message", "user": m.User, "ts": ts, "text": m.Text},
		"response_url": s.respondAt(place{team: m.Team, channel: m.Channel, user: user}),
	}, 0)
}

// Buttons returns the values of the buttons below m, in order.
func (m Message) Buttons() []string {
	var values []string
	for _, b := range m.Blocks {
		collectValues(b, &values)
	}
	return values
}

func collectValues(v any, values *[]string) {
	object, ok := v.(map[string]any)
	if !ok {
		return
	}
	if value, ok := object["value"].(string); ok {
		*values = append(*values, value)
	}
	for _, name := range []string{"positive_button", "negative_button"} {
		collectValues(object[name], values)
	}
	elements, _ := object["elements"].([]any)
	for _, e := range elements {
		collectValues(e, values)
	}
}

// Press lets a person press the button with that value below m.
func (s *Server) Press(m Message, user, value string) error {
	container := map[string]any{"type": "message", "message_ts": m.TS, "channel_id": m.Channel, "is_ephemeral": m.For != ""}
	if m.Thread != "" {
		container["thread_ts"] = m.Thread
	}
	return s.Deliver("interactive", map[string]any{
		"type": "block_actions", "trigger_id": s.trigger(), "container": container,
		"team": map[string]any{"id": m.Team}, "channel": map[string]any{"id": m.Channel}, "user": map[string]any{"id": user},
		"actions":      []any{map[string]any{"type": "button", "block_id": "b", "action_id": value, "value": value, "action_ts": s.nextStamp()}},
		"response_url": s.respondAt(place{team: m.Team, channel: m.Channel, user: user, original: m.TS}),
	}, 0)
}
