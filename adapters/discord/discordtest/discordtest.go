// Package discordtest is a Discord of the tests' own: its REST API and its gateway
// on loopback, and people who speak there. Every request's body is checked against
// Discord's own description of it, and what goes wrong there goes wrong here on
// demand.
package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// Who and what there is from the start.
const (
	Token       = "a.test.token"
	Bot         = "9000" // the bot's user id
	Application = "9001"
	Guild       = "100"
	General     = "200" // a text channel
	Forum       = "201"
	Ada         = "1000" // a person
	// PublicKey is the application's, as the API tells it.
	PublicKey = "a0b1c2d3e4f5061728394a5b6c7d8e9f000102030405060708090a0b0c0d0e0f"
)

// Kinds of channel.
const (
	text   = 0
	direct = 1
	thread = 11
	forum  = 15
)

// Flags of a message.
const (
	flagSuppressEmbeds = 1 << 2
	flagEphemeral      = 1 << 6
	flagLoading        = 1 << 7
	flagComponents     = 1 << 15
)

// A User is somebody on Discord.
type User struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Bot      bool   `json:"bot"`
}

// A Channel is a channel, thread or conversation.
type Channel struct {
	ID      string `json:"id"`
	Type    int    `json:"type"`
	GuildID string `json:"guild_id,omitempty"`
	Parent  string `json:"parent_id,omitempty"`
	Owner   string `json:"owner_id,omitempty"`
	Name    string `json:"name"`
}

// A Message is one as Discord keeps it.
type Message struct {
	ID          string           `json:"id"`
	Channel     string           `json:"channel_id"`
	GuildID     string           `json:"guild_id,omitempty"`
	Type        int              `json:"type"`
	Content     string           `json:"content"`
	Author      User             `json:"author"`
	Member      *Member          `json:"member,omitempty"`
	Mentions    []User           `json:"mentions"`
	Flags       int              `json:"flags"`
	Components  json.RawMessage  `json:"components,omitempty"`
	Reference   *Reference       `json:"message_reference,omitempty"`
	Referenced  *Message         `json:"referenced_message,omitempty"`
	Edited      *time.Time       `json:"edited_timestamp"`
	Timestamp   time.Time        `json:"timestamp"`
	Interaction *InteractionMeta `json:"interaction_metadata,omitempty"`
	Attachments []Attachment     `json:"attachments"`

	Nonce string `json:"-"`
	// Allowed is the allowed_mentions that it was sent with.
	Allowed json.RawMessage `json:"-"`
}

// Ephemeral reports whether one person alone sees the message.
func (m Message) Ephemeral() bool { return m.Flags&flagEphemeral != 0 }

// A Member is somebody in a server.
type Member struct {
	User        *User    `json:"user,omitempty"`
	Roles       []string `json:"roles"`
	Permissions string   `json:"permissions,omitempty"`
}

// A Reference is the message that another replies to.
type Reference struct {
	Message string `json:"message_id"`
}

// InteractionMeta says that a message came of an interaction.
type InteractionMeta struct {
	ID   string `json:"id"`
	Type int    `json:"type"`
	User User   `json:"user"`
}

// A Request is one that was made.
type Request struct {
	Method, Path string // without the version: "/channels/200/messages"
	Body         []byte
	At           time.Time
}

// A Fault lets requests fail.
type Fault struct {
	Method string // "" any
	Path   string // part of the path; "" any
	Status int    // 0: the connection is cut after the request had its effect
	Body   string // what is answered
	Header map[string]string
	Left   int // how many requests still fail
}

// A Server is the fake.
type Server struct {
	t    testing.TB
	http *httptest.Server

	mu           sync.Mutex
	last         int // id
	channels     map[string]*Channel
	messages     []*Message // in the order in which they were posted
	interactions map[string]*Interaction
	commands     json.RawMessage
	requests     []Request
	faults       []*Fault
	gateway      gateway
	answered     *sync.Cond // that an interaction over HTTP was, or that the test is over
	over         bool
}

// New starts a fake with a server, two channels and a person; it stops with the
// test.
func New(t testing.TB) *Server {
	s := &Server{t: t, last: 10_000, channels: make(map[string]*Channel), interactions: make(map[string]*Interaction), commands: json.RawMessage("[]")}
	s.channels[General] = &Channel{ID: General, Type: text, GuildID: Guild, Name: "general"}
	s.channels[Forum] = &Channel{ID: Forum, Type: forum, GuildID: Guild, Name: "questions"}
	s.gateway.sessions = make(map[string]bool)
	s.answered = sync.NewCond(&s.mu)
	s.http = httptest.NewServer(s.routes())
	t.Cleanup(func() {
		s.gateway.shut(s)
		s.mu.Lock()
		s.over = true
		s.answered.Broadcast()
		s.mu.Unlock()
		s.http.Close()
	})
	return s
}

// APIURL is where its REST API is.
func (s *Server) APIURL() string { return s.http.URL + "/api" }

// GatewayURL is where its gateway is.
func (s *Server) GatewayURL() string {
	return "ws" + strings.TrimPrefix(s.http.URL, "http") + "/gateway"
}

// id makes a new id, larger than all before; s.mu is held.
func (s *Server) id() string {
	s.last++
	return strconv.Itoa(s.last)
}

// Fail lets requests fail as f says, until it is used up.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Requests lists the requests whose method is that, and whose path holds part.
func (s *Server) Requests(method, part string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Request
	for _, r := range s.requests {
		if r.Method == method && strings.Contains(r.Path, part) {
			all = append(all, r)
		}
	}
	return all
}

// Messages lists the bot's messages that are shown now, the oldest first.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Message
	for _, m := range s.messages {
		if m.Author.ID == Bot && m.Flags&flagLoading == 0 {
			all = append(all, *m)
		}
	}
	return all
}

// Thinking lists the interactions that wait for a deferred reply.
func (s *Server) Thinking() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, m := range s.messages {
		if m.Flags&flagLoading != 0 {
			all = append(all, m.Interaction.ID)
		}
	}
	return all
}

// message finds a message; s.mu is held.
func (s *Server) message(id string) *Message {
	for _, m := range s.messages {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// remove takes a message away; s.mu is held.
func (s *Server) remove(id string) {
	s.messages = slices.DeleteFunc(s.messages, func(m *Message) bool { return m.ID == id })
}

// Commands are those that are registered.
func (s *Server) Commands() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commands
}

// Roundly waits until something comes true, and fails the test when it never does.
func (s *Server) Roundly(what string, true func() bool) {
	s.t.Helper()
	const patience = 2 * time.Minute // it is spent on failing alone
	for deadline := time.Now().Add(patience); !true(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited %v in vain until %s", patience, what)
		}
	}
}

var upgrader = websocket.Upgrader{}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if v != nil {
		json.NewEncoder(w).Encode(v)
	}
}

// refuse answers with one of Discord's error codes.
func refuse(w http.ResponseWriter, status, code int, message string) {
	answer(w, status, map[string]any{"code": code, "message": message})
}

func (s *Server) complain(format string, args ...any) {
	s.t.Errorf("discordtest: %s", fmt.Sprintf(format, args...))
}
