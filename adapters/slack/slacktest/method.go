package slacktest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// scopesOf are the scopes that the methods take; one of each list is enough
// (docs.slack.dev/reference/methods).
var scopesOf = map[string][]string{
	"chat.postMessage": {"chat:write"}, "chat.postEphemeral": {"chat:write"}, "chat.update": {"chat:write"}, "chat.delete": {"chat:write"},
	"chat.startStream": {"chat:write"}, "chat.appendStream": {"chat:write"}, "chat.stopStream": {"chat:write"},
	"assistant.threads.setStatus": {"chat:write", "assistant:write"}, "assistant.threads.setSuggestedPrompts": {"assistant:write"},
	"agents.sessions.setStatus": {"chat:write"}, "agents.sessions.rename": {"chat:write"},
	"files.getUploadURLExternal": {"files:write"}, "files.completeUploadExternal": {"files:write"},
	"users.info": {"users:read"}, "conversations.info": {"channels:read", "groups:read"},
	"conversations.replies": {"channels:history", "groups:history", "im:history", "mpim:history"},
}

// ScopesOf returns the scopes of which one is enough for a method that the fake
// knows, for each of them; none for those that take any token.
func ScopesOf() map[string][]string {
	all := make(map[string][]string)
	for method := range readSchemas().Methods {
		all[method] = scopesOf[method]
	}
	return all
}

// reply is what a method answers.
type reply = map[string]any

func refuse(code string) reply { return reply{"ok": false, "error": code} }

func (s *Server) serveMethod(w http.ResponseWriter, r *http.Request) {
	method := r.PathValue("method")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	args := make(map[string]any)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") && len(body) > 0 {
		if err := json.Unmarshal(body, &args); err != nil {
			s.t.Errorf("%s: not JSON: %v", method, err)
		}
	} else if form, err := url.ParseQuery(string(body)); err == nil {
		args = s.schemas.decodeForm(method, form)
	}
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if t, ok := args["token"].(string); ok {
		token = t
	}
	s.answer(w, method, token, args)
}

// answer carries a call out, or lets it fail.
func (s *Server) answer(w http.ResponseWriter, method, token string, args map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	who := s.whose(token)
	c := Call{Method: method, Args: args}
	if who != nil {
		c.Team = who.id
	}
	s.calls = append(s.calls, c)
	known, ok := s.schemas.Methods[method]
	if !ok {
		s.t.Errorf("%s is called, which no schema is there for", method)
		return
	}
	if wrong := s.schemas.check(known, args, method); wrong != "" {
		s.t.Errorf("arguments of %s: %s", method, wrong)
	}
	for _, wrong := range OverLimits(args) {
		s.t.Errorf("arguments of %s: %s", method, wrong)
	}
	f, failing := s.nextFailure(method)
	if channel, _ := args["channel"].(string); method == "chat.postMessage" && !failing && s.limited(channel) {
		f, failing = Failure{Status: http.StatusTooManyRequests, RetryAfter: 1, Code: "ratelimited"}, true
	}
	var out reply
	if !failing || f.After {
		out = s.carryOut(method, token, who, args)
	}
	if f.Hang {
		panic(http.ErrAbortHandler)
	}
	if f.Code != "" {
		out = refuse(f.Code)
		if f.Needed != "" {
			out["needed"], out["provided"] = f.Needed, strings.Join(s.scopes, ",")
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.scopes, ","))
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	if f.Status != 0 {
		w.WriteHeader(f.Status)
	}
	if f.Body != "" {
		io.WriteString(w, f.Body)
		return
	}
	json.NewEncoder(w).Encode(out)
}

// whose returns the team with that bot token; s.mu is held.
func (s *Server) whose(token string) *team {
	for _, t := range s.teams {
		if t.token == token {
			return t
		}
	}
	return nil
}

// carryOut carries a call out; s.mu is held.
func (s *Server) carryOut(method, token string, who *team, args map[string]any) reply {
	if method == "apps.connections.open" {
		if token != s.appToken {
			return refuse("invalid_auth")
		}
		return reply{"ok": true, "url": "ws" + strings.TrimPrefix(s.server.URL, "http") + "/socket"}
	}
	if who == nil {
		return refuse("invalid_auth")
	}
	if who.revoked != "" {
		return refuse(who.revoked)
	}
	if need := scopesOf[method]; len(s.scopes) > 0 && need != nil && !slices.ContainsFunc(need, func(n string) bool { return slices.Contains(s.scopes, n) }) {
		return reply{"ok": false, "error": "missing_scope", "needed": strings.Join(need, ","), "provided": strings.Join(s.scopes, ",")}
	}
	if s.refuses(args) {
		return refuse("invalid_blocks")
	}
	text := func(name string) string { v, _ := args[name].(string); return v }
	switch method {
	case "auth.test":
		return reply{"ok": true, "team": "Team " + who.id, "team_id": who.id, "user": "rapporteur", "user_id": who.bot, "bot_id": who.botID}
	case "users.info":
		return s.userInfo(text("user"))
	case "conversations.info":
		c := s.channels[text("channel")]
		return reply{"ok": true, "channel": reply{"id": text("channel"), "is_channel": true, "is_ext_shared": c.Shared}}
	case "chat.postMessage", "chat.postEphemeral":
		return s.post(who, method, args)
	case "chat.update", "chat.delete":
		return s.change(who, method, args)
	case "chat.startStream":
		return s.startStream(who, args)
	case "chat.appendStream", "chat.stopStream":
		return s.goOn(who, method, args)
	case "conversations.replies":
		return s.replies(who, text("channel"), text("ts"), text("latest"))
	case "views.publish":
		home, _ := args["view"].(map[string]any)
		home["id"] = "V" + text("user_id")
		s.views[text("user_id")], _ = json.Marshal(home) // it was JSON before
		return reply{"ok": true, "view": home}
	case "views.open", "views.push":
		return s.openForm(args, method == "views.push")
	case "views.update":
		return s.updateForm(args)
	case "files.getUploadURLExternal":
		return s.announce(args)
	case "files.completeUploadExternal":
		return s.share(who, args)
	case "assistant.threads.setSuggestedPrompts":
		if prompts, _ := args["prompts"].([]any); len(prompts) > 4 {
			s.t.Errorf("%d prompts are suggested, Slack takes 4", len(prompts))
		}
		if text("thread_ts") != "" {
			s.t.Error("prompts are suggested for a thread, which an app with an agent's pane cannot do")
		}
	}
	return reply{"ok": true}
}

func (s *Server) userInfo(id string) reply {
	p := s.people[id]
	if p.Name == "" {
		p.Name = "Person " + id
	}
	return reply{"ok": true, "user": reply{"id": id, "name": p.Name, "is_restricted": p.Guest, "profile": reply{"display_name": p.Name}}}
}

// post shows a message; s.mu is held.
func (s *Server) post(who *team, method string, args map[string]any) reply {
	text := func(name string) string { v, _ := args[name].(string); return v }
	channel := text("channel")
	if strings.HasPrefix(channel, "U") {
		channel = "D" + channel // a person's conversation with the bot
	}
	if s.channels[channel].Absent {
		return refuse("not_in_channel")
	}
	if s.channels[channel].Closed {
		return refuse("restricted_action")
	}
	m := &Message{Team: who.id, Channel: channel, TS: s.stamp(), Thread: text("thread_ts"), User: who.bot, BotID: who.botID, Text: text("text"), Args: args, At: time.Now()}
	m.Blocks, _ = args["blocks"].([]any)
	m.Metadata, _ = args["metadata"].(map[string]any)
	if m.Text == "" && len(m.Blocks) == 0 {
		return refuse("no_text")
	}
	if method == "chat.postEphemeral" {
		m.For = text("user")
		s.messages = append(s.messages, m)
		return reply{"ok": true, "message_ts": m.TS}
	}
	if args["unfurl_links"] != false || args["unfurl_media"] != false {
		s.t.Errorf("%s lets links be unfurled", method)
	}
	s.messages = append(s.messages, m)
	shown := *m
	s.echoes.Go(func() { s.echo(shown) })
	return reply{"ok": true, "channel": channel, "ts": m.TS, "message": reply{"ts": m.TS, "thread_ts": m.Thread}}
}

// change changes or deletes a message; s.mu is held.
func (s *Server) change(who *team, method string, args map[string]any) reply {
	i := slices.IndexFunc(s.messages, func(m *Message) bool {
		return m.Team == who.id && m.Channel == args["channel"] && m.TS == args["ts"] && m.For == "" && !m.Deleted
	})
	if i < 0 {
		return refuse("message_not_found")
	}
	m := s.messages[i]
	switch {
	case m.User != who.bot:
		return refuse("cant_update_message")
	case method == "chat.delete":
		m.Deleted = true
	case m.Streaming:
		return refuse("cant_update_message")
	default:
		m.Edited, m.Args = true, args
		if text, ok := args["text"].(string); ok {
			m.Text = text
		}
		if blocks, ok := args["blocks"].([]any); ok {
			m.Blocks = blocks
		}
		if metadata, ok := args["metadata"].(map[string]any); ok {
			m.Metadata = metadata // else it stays as it was
		}
	}
	return reply{"ok": true, "channel": m.Channel, "ts": m.TS}
}

// replies returns a thread; s.mu is held.
func (s *Server) replies(who *team, channel, thread, latest string) reply {
	var out []any
	for _, m := range s.messages {
		in := m.Team == who.id && m.Channel == channel && (m.TS == thread || m.Thread == thread)
		if !in || m.For != "" || m.Deleted || latest != "" && m.TS >= latest {
			continue
		}
		out = append(out, reply{"type": "message", "ts": m.TS, "thread_ts": thread, "user": m.User, "bot_id": m.BotID, "text": m.Text, "metadata": m.Metadata, "files": filesOf(m)})
	}
	if out == nil {
		return refuse("thread_not_found")
	}
	return reply{"ok": true, "messages": out, "has_more": false}
}

// filesOf lists the files of a message.
func filesOf(m *Message) []any {
	var all []any
	for _, f := range m.Files {
		all = append(all, reply{"id": f.ID, "name": f.Name})
	}
	return all
}

// serveResponse takes in what is written to a response URL.
func (s *Server) serveResponse(w http.ResponseWriter, r *http.Request) {
	var args map[string]any
	if err := json.NewDecoder(r.Body).Decode(&args); err != nil {
		s.t.Errorf("response URL: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, Call{Method: "response_url", Args: args})
	for _, wrong := range OverLimits(args) {
		s.t.Errorf("response URL: %s", wrong)
	}
	if s.failsPlainly(w, "response_url") {
		return
	}
	const mostUses = 5
	at, ok := s.responses[r.PathValue("id")]
	if !ok || at.used == mostUses {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	at.used++
	s.responses[r.PathValue("id")] = at
	if s.refuses(args) {
		http.Error(w, "invalid_blocks", http.StatusBadRequest)
		return
	}
	if args["replace_original"] == true {
		if !s.replace(at, args) {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		fmt.Fprint(w, "ok")
		return
	}
	m := &Message{Team: at.team, Channel: at.channel, TS: s.stamp(), User: s.teams[at.team].bot, BotID: s.teams[at.team].botID, For: at.user, Args: args, ResponseURL: true, At: time.Now()}
	m.Text, _ = args["text"].(string)
	m.Thread, _ = args["thread_ts"].(string)
	m.Blocks, _ = args["blocks"].([]any)
	if args["response_type"] == "in_channel" {
		m.For = ""
	}
	s.messages = append(s.messages, m)
	fmt.Fprint(w, "ok")
}

// replace changes the message from which a response URL came; s.mu is held.
func (s *Server) replace(at place, args map[string]any) bool {
	for _, m := range s.messages {
		if m.TS == at.original && strings.HasPrefix(m.BotID, "BBOT") {
			m.Text, _ = args["text"].(string)
			m.Blocks, _ = args["blocks"].([]any)
			m.Args, m.Edited = args, true
			return true
		}
	}
	return false
}
