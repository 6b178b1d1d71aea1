package discordtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// routes is the API. Each pattern is also the operation whose body is checked.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for _, path := range []string{"/gateway", "/gateway/", resumePath} {
		mux.HandleFunc(path, s.serveGateway)
	}
	for operation, do := range map[string]func(http.ResponseWriter, *http.Request, []byte){
		"GET /channels/{channel_id}":                                       s.getChannel,
		"GET /channels/{channel_id}/messages":                              s.listMessages,
		"POST /channels/{channel_id}/messages":                             s.postMessage,
		"GET /channels/{channel_id}/messages/{message_id}":                 s.getMessage,
		"PATCH /channels/{channel_id}/messages/{message_id}":               s.editMessage,
		"DELETE /channels/{channel_id}/messages/{message_id}":              s.deleteMessage,
		"POST /channels/{channel_id}/messages/{message_id}/threads":        s.beginThread,
		"POST /channels/{channel_id}/typing":                               s.typing,
		"POST /interactions/{interaction_id}/{interaction_token}/callback": s.callback,
		"GET /webhooks/{webhook_id}/{webhook_token}/messages/@original":    s.getOriginal,
		"PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original":  s.editOriginal,
		"DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original": s.deleteOriginal,
		"POST /webhooks/{webhook_id}/{webhook_token}":                      s.follow,
		"GET /applications/{application_id}/commands":                      s.getCommands,
		"PUT /applications/{application_id}/commands":                      s.putCommands,
		"GET /users/@me":           s.me,
		"GET /gateway":             s.whereGateway,
		"GET /gateway/bot":         s.gatewayBot,
		"GET /applications/@me":    s.application,
		"POST /users/@me/channels": s.openDirect,
	} {
		method, path, _ := strings.Cut(operation, " ")
		mux.HandleFunc(method+" /api/v9"+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, operation, do) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.complain("a request that is not known: %s %s", r.Method, r.URL)
		refuse(w, http.StatusNotFound, 0, "404: Not Found")
	})
	return mux
}

// serve records a request, lets it fail if it is to, checks it and carries it out.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, operation string, do func(http.ResponseWriter, *http.Request, []byte)) {
	body, unread := payload(r)
	path := strings.TrimPrefix(r.URL.Path, "/api/v9")
	s.mu.Lock()
	s.requests = append(s.requests, Request{r.Method, path, body, time.Now()})
	fault := s.fault(r.Method, path)
	s.mu.Unlock()
	if r.Header.Get("Authorization") != "Bot "+Token {
		refuse(w, http.StatusUnauthorized, 0, "401: Unauthorized")
		return
	}
	err := unread
	if err == nil {
		err = check(operation, body)
	}
	if err == nil {
		err = checkFiles(r, body)
	}
	if errors.Is(err, errTooLarge) {
		refuse(w, http.StatusRequestEntityTooLarge, 40005, "Request entity too large")
		return
	}
	if err != nil {
		s.complain("%s: %v\n%s", operation, err, body)
		refuse(w, http.StatusBadRequest, 50035, "Invalid Form Body")
		return
	}
	if fault != nil && fault.Status != 0 {
		for k, v := range fault.Header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(fault.Status)
		io.WriteString(w, fault.Body)
		return
	}
	if fault != nil { // its effect is had, and the answer is lost
		s.mu.Lock()
		do(discard{}, r, body)
		s.mu.Unlock()
		panic(http.ErrAbortHandler)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holdBack(r)
	do(w, r, body)
}

// discard answers nobody.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}

// fault returns how a request fails, nil if it does not; s.mu is held.
func (s *Server) fault(method, path string) *Fault {
	for _, f := range s.faults {
		if f.Left > 0 && (f.Method == "" || f.Method == method) && strings.Contains(path, f.Path) {
			f.Left--
			return f
		}
	}
	return nil
}

// All below are called with s.mu held.

func (s *Server) getChannel(w http.ResponseWriter, r *http.Request, _ []byte) {
	if c := s.channels[r.PathValue("channel_id")]; c != nil {
		answer(w, http.StatusOK, c)
		return
	}
	refuse(w, http.StatusNotFound, 10003, "Unknown Channel")
}

func (s *Server) listMessages(w http.ResponseWriter, r *http.Request, _ []byte) {
	channel := r.PathValue("channel_id")
	if s.channels[channel] == nil {
		refuse(w, http.StatusNotFound, 10003, "Unknown Channel")
		return
	}
	query := r.URL.Query()
	limit, _ := strconv.Atoi(query.Get("limit"))
	before, _ := strconv.Atoi(query.Get("before"))
	after, _ := strconv.Atoi(query.Get("after"))
	found := []Message{}
	for _, m := range slices.Backward(s.messages) {
		id, _ := strconv.Atoi(m.ID)
		if m.Channel == channel && (before == 0 || id < before) && id > after && !m.Ephemeral() && len(found) < limit {
			found = append(found, s.seen(m))
		}
	}
	if c := s.channels[channel]; c.Type == thread && len(found) < limit && after == 0 {
		if root := s.message(channel); root != nil { // a thread begins with what it hangs from
			shown := s.seen(root)
			found = append(found, Message{ID: channel, Channel: channel, Type: 21, Author: User{ID: Bot, Bot: true}, Referenced: &shown})
		}
	}
	answer(w, http.StatusOK, found)
}

// seen is m as the bot may read it.
func (s *Server) seen(m *Message) Message {
	shown := *m
	mentioned := slices.ContainsFunc(m.Mentions, func(u User) bool { return u.ID == Bot })
	if m.Reference != nil && !strings.Contains(m.Content, "<@"+Bot+">") {
		// A reply to the answer to a command shows the bot nothing but itself.
		if to := s.message(m.Reference.Message); to != nil && to.Interaction != nil {
			mentioned = false
		}
	}
	if !s.gateway.content && m.GuildID != "" && m.Author.ID != Bot && !mentioned {
		shown.Content, shown.Components = "", nil
	}
	if shown.Reference != nil {
		if r := s.message(shown.Reference.Message); r != nil {
			inner := s.seen(r)
			inner.Referenced = nil // one step and no further
			shown.Referenced = &inner
		}
	}
	return shown
}

func (s *Server) getMessage(w http.ResponseWriter, r *http.Request, _ []byte) {
	if m := s.message(r.PathValue("message_id")); m != nil {
		answer(w, http.StatusOK, s.seen(m))
		return
	}
	refuse(w, http.StatusNotFound, 10008, "Unknown Message")
}

// A sent message's body.
type sent struct {
	Content    string          `json:"content"`
	Flags      int             `json:"flags"`
	Components json.RawMessage `json:"components"`
	Allowed    json.RawMessage `json:"allowed_mentions"`
	Reference  *Reference      `json:"message_reference"`
	Nonce      string          `json:"nonce"`
	Enforce    bool            `json:"enforce_nonce"`
	// Attachments are nil where nothing is said of them.
	Attachments []Attachment `json:"attachments"`

	files map[string]Attachment
}

func (s *Server) postMessage(w http.ResponseWriter, r *http.Request, body []byte) {
	in := read(r, body)
	channel := s.channels[r.PathValue("channel_id")]
	if channel == nil {
		refuse(w, http.StatusNotFound, 10003, "Unknown Channel")
		return
	}
	for _, m := range s.messages {
		if in.Enforce && m.Nonce == in.Nonce && m.Channel == channel.ID {
			answer(w, http.StatusOK, m)
			return
		}
	}
	if in.Reference != nil && s.message(in.Reference.Message) == nil {
		answer(w, http.StatusBadRequest, json.RawMessage(`{"code":50035,"message":"Invalid Form Body","errors":{"message_reference":{"_errors":[{"code":"MESSAGE_REFERENCE_UNKNOWN_MESSAGE","message":"Unknown message"}]}}}`))
		return
	}
	if in.Content == "" && len(bytes.Trim(in.Components, "[] \n")) == 0 {
		refuse(w, http.StatusBadRequest, 50006, "Cannot send an empty message")
		return
	}
	m := s.write(channel, in)
	answer(w, http.StatusOK, m)
	s.gateway.dispatch(s, "MESSAGE_CREATE", s.seen(m))
}

// write adds a message of the bot's.
func (s *Server) write(channel *Channel, in sent) *Message {
	m := &Message{
		ID: s.id(), Channel: channel.ID, GuildID: channel.GuildID, Content: in.Content, Author: User{ID: Bot, Username: "Rapporteur", Bot: true},
		Mentions: []User{}, Flags: in.Flags, Components: in.Components, Reference: in.Reference, Timestamp: time.Now(), Nonce: in.Nonce, Allowed: in.Allowed,
		Attachments: s.attached(nil, in),
	}
	s.messages = append(s.messages, m)
	return m
}

// change puts what was sent into a message. What a message of components once was,
// it stays.
func (s *Server) change(m *Message, in sent) {
	keep := m.Flags & (flagEphemeral | flagComponents)
	m.Attachments = s.attached(m.Attachments, in)
	m.Content, m.Flags, m.Components, m.Allowed = in.Content, in.Flags&^flagLoading|keep, in.Components, in.Allowed
}

func (s *Server) editMessage(w http.ResponseWriter, r *http.Request, body []byte) {
	in := read(r, body)
	m := s.message(r.PathValue("message_id"))
	if m == nil {
		refuse(w, http.StatusNotFound, 10008, "Unknown Message")
		return
	}
	s.change(m, in)
	answer(w, http.StatusOK, m)
}

func (s *Server) deleteMessage(w http.ResponseWriter, r *http.Request, _ []byte) {
	if s.message(r.PathValue("message_id")) == nil {
		refuse(w, http.StatusNotFound, 10008, "Unknown Message")
		return
	}
	s.remove(r.PathValue("message_id"))
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) beginThread(w http.ResponseWriter, r *http.Request, body []byte) {
	var in struct{ Name string }
	json.Unmarshal(body, &in) // checked
	id := r.PathValue("message_id")
	if s.channels[id] != nil {
		refuse(w, http.StatusBadRequest, 160004, "A thread has already been created for this message")
		return
	}
	c := &Channel{ID: id, Type: thread, GuildID: Guild, Parent: r.PathValue("channel_id"), Owner: Bot, Name: in.Name}
	s.channels[id] = c
	answer(w, http.StatusCreated, c)
	s.gateway.dispatch(s, "THREAD_CREATE", c)
}

func (s *Server) typing(w http.ResponseWriter, _ *http.Request, _ []byte) {
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) openDirect(w http.ResponseWriter, _ *http.Request, body []byte) {
	var in struct {
		Recipient string `json:"recipient_id"`
	}
	json.Unmarshal(body, &in) // checked
	answer(w, http.StatusOK, s.directWith(in.Recipient))
}

func (s *Server) whereGateway(w http.ResponseWriter, _ *http.Request, _ []byte) {
	answer(w, http.StatusOK, map[string]any{"url": s.GatewayURL()})
}

// gatewayBot tells another address than the configured one, which must not matter.
func (s *Server) gatewayBot(w http.ResponseWriter, _ *http.Request, _ []byte) {
	answer(w, http.StatusOK, map[string]any{"url": "wss://gateway.invalid", "shards": max(1, s.gateway.mood.Shards)})
}

func (s *Server) application(w http.ResponseWriter, _ *http.Request, _ []byte) {
	answer(w, http.StatusOK, map[string]any{"id": Application, "flags": 0, "verify_key": PublicKey})
}

func (s *Server) me(w http.ResponseWriter, _ *http.Request, _ []byte) {
	answer(w, http.StatusOK, User{ID: Bot, Username: "Rapporteur", Bot: true})
}

// directWith is the conversation of the bot and a person.
func (s *Server) directWith(person string) *Channel {
	id := "7" + person
	if s.channels[id] == nil {
		s.channels[id] = &Channel{ID: id, Type: direct}
	}
	return s.channels[id]
}

func (s *Server) getCommands(w http.ResponseWriter, _ *http.Request, _ []byte) {
	answer(w, http.StatusOK, s.commands)
}

// putCommands keeps the commands as Discord does: with ids and defaults.
func (s *Server) putCommands(w http.ResponseWriter, _ *http.Request, body []byte) {
	var all []map[string]any
	json.Unmarshal(body, &all) // checked
	for _, c := range all {
		c["id"], c["application_id"], c["version"], c["nsfw"] = s.id(), Application, "1", false
		if c["description"] == nil {
			c["description"] = ""
		}
		p, ok := c["default_member_permissions"]
		if c["default_member_permissions"] = nil; ok {
			c["default_member_permissions"] = fmt.Sprint(p)
		}
	}
	s.commands, _ = json.Marshal(all)
	answer(w, http.StatusOK, s.commands)
}
