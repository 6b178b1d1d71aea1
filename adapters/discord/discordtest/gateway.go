package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// A Mood is how the gateway treats those who connect.
type Mood struct {
	Refuse        int  // close with this code; 0: do not
	RefuseContent bool // close with 4014 whoever asks for the message content intent
	SilentResumes int  // so many RESUMEs are never answered
	InvalidResume bool // a RESUME is answered by op 9
	Deaf          bool // heartbeats are not answered
	Astray        bool // sessions are to be gone on with where nobody is
	Shards        int  // how many connections are asked for; 0: one
}

// A gateway is the fake's.
type gateway struct {
	mood     Mood
	sessions map[string]bool
	conns    []*conn
	events   []packet // all that were dispatched, for RESUME
	content  bool     // the message content intent was granted

	identifies, resumes int
	resumedAt           string // the path of the last RESUME's connection
	intents             int
}

// resumePath is where the fake wants sessions to be gone on with.
const resumePath = "/resume"

type packet struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  int             `json:"s,omitempty"`
	Type string          `json:"t,omitempty"`
}

type conn struct {
	ws    *websocket.Conn
	path  string     // that it was made at
	mu    sync.Mutex // for writing
	live  bool       // READY or RESUMED was sent
	heard int        // the sequence that the last heartbeat told
}

func (c *conn) send(p packet) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ws.WriteJSON(p) // whoever is gone does not hear it
}

func (c *conn) close(code int) {
	c.mu.Lock()
	c.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""))
	c.mu.Unlock()
	c.ws.Close()
}

func encode(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

// SetMood changes how those who connect from now on are treated.
func (s *Server) SetMood(m Mood) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.mood = m
}

// Greeted counts the IDENTIFYs and RESUMEs so far.
func (s *Server) Greeted() (identifies, resumes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gateway.identifies, s.gateway.resumes
}

// ResumedWhereTold reports whether the last RESUME came where READY wanted it.
func (s *Server) ResumedWhereTold() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gateway.resumedAt == resumePath
}

// resumeURL is where READY wants the session to be gone on with; s.mu is held.
func (s *Server) resumeURL() string {
	if s.gateway.mood.Astray {
		return "ws://127.0.0.1:1" // the port of a service that nobody runs
	}
	return "ws" + strings.TrimPrefix(s.http.URL, "http") + resumePath
}

// Intents are those of the last IDENTIFY.
func (s *Server) Intents() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gateway.intents
}

// CloseGateway closes all connections with that code; 0 cuts them without a word.
func (s *Server) CloseGateway(code int) {
	for _, c := range s.live() {
		if code == 0 {
			c.ws.Close()
		} else {
			c.close(code)
		}
	}
}

// AskReconnect asks everybody to connect again (op 7).
func (s *Server) AskReconnect() {
	for _, c := range s.live() {
		c.send(packet{Op: 7})
	}
}

// live takes the connections that are up; they count as down from then on.
func (s *Server) live() []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*conn
	for _, c := range s.gateway.conns {
		if c.live {
			c.live = false
			all = append(all, c)
		}
	}
	return all
}

// Connected waits until somebody is connected.
func (s *Server) Connected() {
	s.t.Helper()
	s.Roundly("the bot is connected", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, c := range s.gateway.conns {
			if c.live {
				return true
			}
		}
		return false
	})
}

// dispatch sends an event to whoever is connected, and keeps it for those who
// resume; s.mu is held. It returns the event's sequence number.
func (g *gateway) dispatch(s *Server, kind string, v any) int {
	p := packet{Op: 0, Type: kind, Seq: len(g.events) + 1, Data: encode(v)}
	g.events = append(g.events, p)
	for _, c := range g.conns {
		if c.live {
			c.send(p)
		}
	}
	return p.Seq
}

// heard waits until whoever is connected has taken note of event seq, by asking for
// a heartbeat (op 1).
func (s *Server) heard(seq int) {
	s.t.Helper()
	s.Roundly(fmt.Sprintf("event %d is heard", seq), func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, c := range s.gateway.conns {
			if c.live && c.heard < seq {
				c.send(packet{Op: 1})
				return false
			}
		}
		return true
	})
}

func (g *gateway) shut(s *Server) {
	s.mu.Lock()
	conns := g.conns
	s.mu.Unlock()
	for _, c := range conns {
		c.ws.Close()
	}
}

func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		s.complain("gateway: %v", err)
		return
	}
	c := &conn{ws: ws, path: r.URL.Path}
	s.mu.Lock()
	s.gateway.conns = append(s.gateway.conns, c)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		c.live = false
		s.mu.Unlock()
		ws.Close()
	}()
	const heartbeat = 13 * time.Second // discordgo bears five unanswered: longer than any test waits
	c.send(packet{Op: 10, Data: encode(map[string]any{"heartbeat_interval": heartbeat.Milliseconds()})})
	for {
		var p packet
		if err := ws.ReadJSON(&p); err != nil {
			return
		}
		s.mu.Lock()
		s.hear(c, p)
		s.mu.Unlock()
	}
}

// hear takes on what a bot sends; s.mu is held.
func (s *Server) hear(c *conn, p packet) {
	g := &s.gateway
	switch p.Op {
	case 1:
		json.Unmarshal(p.Data, &c.heard)
		if !g.mood.Deaf {
			c.send(packet{Op: 11})
		}
	case 2:
		var d struct {
			Token   string
			Intents int
		}
		json.Unmarshal(p.Data, &d)
		g.identifies++
		g.intents = d.Intents
		s.greet(c, d.Token, d.Intents)
	case 6:
		var d struct {
			Session string `json:"session_id"`
			Seq     int
		}
		json.Unmarshal(p.Data, &d)
		g.resumes++
		g.resumedAt = c.path
		switch {
		case g.mood.SilentResumes > 0:
			g.mood.SilentResumes--
		case g.mood.Refuse != 0:
			c.close(g.mood.Refuse)
		case g.mood.InvalidResume || !g.sessions[d.Session]:
			c.send(packet{Op: 9, Data: encode(false)})
		default:
			for _, e := range g.events[min(d.Seq, len(g.events)):] {
				c.send(e)
			}
			c.live = true
			g.dispatch(s, "RESUMED", map[string]any{})
		}
	}
}

// greet answers an IDENTIFY; s.mu is held.
func (s *Server) greet(c *conn, token string, intents int) {
	const messageContent = 1 << 15
	g := &s.gateway
	switch {
	case g.mood.Refuse != 0:
		c.close(g.mood.Refuse)
		return
	case token != "Bot "+Token:
		c.close(4004)
		return
	case g.mood.RefuseContent && intents&messageContent != 0:
		c.close(4014)
		return
	}
	g.content = intents&messageContent != 0
	session := "session" + s.id()
	g.sessions[session] = true
	c.live = true
	g.dispatch(s, "READY", map[string]any{
		"v": 9, "session_id": session, "resume_gateway_url": s.resumeURL(), "user": User{ID: Bot, Username: "Rapporteur", Bot: true},
		"application": map[string]any{"id": Application}, "guilds": []any{map[string]any{"id": Guild, "unavailable": true}},
	})
	channels, threads := []*Channel{}, []*Channel{}
	for _, ch := range s.channels {
		switch {
		case ch.Type == thread:
			threads = append(threads, ch)
		case ch.GuildID != "":
			channels = append(channels, ch)
		}
	}
	g.dispatch(s, "GUILD_CREATE", map[string]any{"id": Guild, "name": "A server", "channels": channels, "threads": threads})
}
