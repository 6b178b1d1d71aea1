// Package slacktest is a Slack of its own, for tests: a real Web API over HTTP and
// a real Socket Mode over WebSocket, on loopback. It holds messages as Slack does,
// and is as strict: every call's arguments are checked against the JSON Schema of
// its method and against Slack's limits, and every scope must have been granted.
//
// It can fail in all ways that Slack does: see [Server.Fail], [Server.Disconnect]
// and [Server.Cut].
package slacktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Tokens and secrets that look real enough, and open nothing.
const (
	AppToken      = "xapp-1-A0000000001-1000000000001-0000000000000000000000000000000000000000000000000000000000000000"
	SigningSecret = "00000000000000000000000000000000"
)

// BotToken is the bot token of a team.
func BotToken(team string) string { return "xoxb-" + strings.ToLower(team) + "-000000000000" }

// A Server is a Slack.
type Server struct {
	URL string // of the Web API, with a slash behind it
	// UploadsAt is where files are to be uploaded to, as the app is told; "" is this
	// server.
	UploadsAt string

	t       testing.TB
	server  *httptest.Server
	schemas schemas
	scopes  []string

	mu        sync.Mutex
	clock     int
	teams     map[string]*team
	people    map[string]Person
	channels  map[string]Channel
	messages  []*Message
	calls     []Call
	failures  map[string][]Failure
	uncited   bool                   // citation elements are refused
	perSecond map[string]int         // posts that channels take in a second; others take all
	taken     map[string][]time.Time // when a channel took its latest posts
	sockets   []*socket
	responses map[string]place // where a response URL writes to
	views     map[string]json.RawMessage
	triggers  map[string]bool  // whether each is still good for opening a form
	files     map[string]*File // by id
	forms     []map[string]any // that were opened
	echoes    sync.WaitGroup
	events    string // where events are posted; "": the socket
	secret    string
	appToken  string
}

// A team is a workspace that the app is installed in.
type team struct {
	id, token, bot, botID string
	revoked               string // the error code that its calls get
}

// A place is where a response URL writes to.
type place struct {
	team, channel, user string
	original            string // the message that may be replaced by it
	used                int    // so many times
}

// A Person is a member.
type Person struct {
	Name  string
	Guest bool
}

// A Channel is one that is not as others are.
type Channel struct {
	Shared bool // with other organizations
	Absent bool // the bot is no member
	Closed bool // only some may post there, and the bot is none of them
}

// A Message is one that is shown.
type Message struct {
	Team, Channel, TS, Thread, User, BotID, Text string
	For                                          string // the only person who sees it; "": all
	Blocks                                       []any
	Metadata                                     map[string]any
	Args                                         map[string]any // of the call that posted or changed it last
	ResponseURL                                  bool           // it came by a response URL
	Edited, Deleted                              bool
	Streaming                                    bool // it is being streamed
	Files                                        []File
	At                                           time.Time
}

// A File is one that was uploaded.
type File struct {
	ID, Name string
	Length   int // that was announced
	Data     []byte
}

// A Call is one of a method.
type Call struct {
	Method, Team string
	Args         map[string]any
}

// A Failure is how a call fails.
type Failure struct {
	Status     int    // of HTTP; 0: 200
	RetryAfter int    // seconds, with 429
	Code       string // Slack's error
	Needed     string // the scope that is missing
	Body       string // what is answered instead of JSON
	After      bool   // the call has its effect all the same
	Hang       bool   // the connection is cut without an answer
}

// Start starts a Slack in which the app is installed in team T1 with the scopes
// given; none are all there are. It stops with the test.
func Start(t testing.TB, scopes ...string) *Server {
	t.Helper()
	s := &Server{
		t: t, schemas: readSchemas(), scopes: scopes, teams: make(map[string]*team), people: make(map[string]Person),
		channels: make(map[string]Channel), failures: make(map[string][]Failure), responses: make(map[string]place),
		views: make(map[string]json.RawMessage), files: make(map[string]*File), triggers: make(map[string]bool), taken: make(map[string][]time.Time), perSecond: make(map[string]int), secret: SigningSecret, appToken: AppToken,
	}
	s.Install("T1")
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/{method}", s.serveMethod)
	mux.HandleFunc("POST /response/{id}", s.serveResponse)
	mux.HandleFunc("POST /upload/{id}", s.serveUpload)
	mux.HandleFunc("GET /socket", s.serveSocket)
	s.server = httptest.NewServer(mux)
	s.URL = s.server.URL + "/api/"
	t.Cleanup(func() {
		s.Cut()
		s.server.CloseClientConnections()
		s.server.Close()
		s.echoes.Wait()
	})
	return s
}

// Install installs the app in a team.
func (s *Server) Install(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.teams[id] = &team{id: id, token: BotToken(id), bot: "UBOT" + id, botID: "BBOT" + id}
}

// Revoke lets all calls with a team's token fail with a code.
func (s *Server) Revoke(id, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.teams[id].revoked = code
}

// SetPerson says who somebody is.
func (s *Server) SetPerson(id string, p Person) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.people[id] = p
}

// SetChannel says what a channel is like.
func (s *Server) SetChannel(id string, c Channel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[id] = c
}

// Fail lets the next calls of a method fail, one for each failure.
func (s *Server) Fail(method string, f ...Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures[method] = append(s.failures[method], f...)
}

// nextFailure takes the failure that the next call of method is to have; false: none.
func (s *Server) nextFailure(method string) (Failure, bool) {
	all := s.failures[method]
	if len(all) == 0 {
		return Failure{}, false
	}
	s.failures[method] = all[1:]
	return all[0], true
}

// failsPlainly lets a call fail that is none of the Web API, and is answered by a
// status alone; false: it is not to fail.
func (s *Server) failsPlainly(w http.ResponseWriter, method string) bool {
	f, failing := s.nextFailure(method)
	switch {
	case f.Hang:
		panic(http.ErrAbortHandler)
	case failing:
		w.WriteHeader(f.Status)
	}
	return failing
}

// Limit lets a channel take so many posts in a second, from now on, and refuse more.
func (s *Server) Limit(channel string, perSecond int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.perSecond[channel] = perSecond
}

// RefuseCitations lets citation elements be refused as blocks that are invalid.
func (s *Server) RefuseCitations() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uncited = true
}

// refuses reports whether a message is refused for a citation; s.mu is held.
func (s *Server) refuses(args map[string]any) bool {
	blocks, _ := args["blocks"].([]any)
	return s.uncited && len(Message{Blocks: blocks}.Links("citation")) > 0
}

// limited reports whether a channel takes no post now; s.mu is held.
func (s *Server) limited(channel string) bool {
	perSecond, ok := s.perSecond[channel]
	if !ok {
		return false
	}
	latest := s.taken[channel]
	for len(latest) > 0 && time.Since(latest[0]) > time.Second {
		latest = latest[1:]
	}
	full := len(latest) >= perSecond
	if !full {
		latest = append(latest, time.Now())
	}
	s.taken[channel] = latest
	return full
}

// Mend lets the calls of a method fail no more.
func (s *Server) Mend(method string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.failures, method)
}

// Calls returns the calls of a method so far, those that failed too.
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	for _, c := range s.calls {
		if c.Method == method {
			out = append(out, c)
		}
	}
	return out
}

// Methods returns the methods that were called, each once, in order.
func (s *Server) Methods() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string]bool)
	for _, c := range s.calls {
		all[c.Method] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// Shown returns the bot's messages that are shown, the oldest first.
func (s *Server) Shown() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, m := range s.messages {
		if strings.HasPrefix(m.BotID, "BBOT") && !m.Deleted {
			out = append(out, *m)
		}
	}
	return out
}

// View returns the home tab that a person sees, "" for none.
func (s *Server) View(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.views[user])
}

// Forms returns the forms that were opened so far, as they are now.
func (s *Server) Forms() []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]map[string]any(nil), s.forms...)
}

// trigger returns a new one.
func (s *Server) trigger() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.stamp() + ".trigger"
	s.triggers[t] = true
	return t
}

// stamp returns the next timestamp; s.mu is held.
func (s *Server) stamp() string {
	s.clock++
	return fmt.Sprintf("1700000000.%06d", s.clock)
}

// patience is how long a test waits for what the app does; it is spent on failing
// alone. Slack gives three seconds for an acknowledgement, which a busy machine may
// take for a reason that is not the app's.
const patience = 2 * time.Minute

// await waits for something to come true.
func (s *Server) await(what string, true func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !true(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited %v in vain until %s", patience, what)
		}
	}
}

// Await waits until n messages of the bot's are shown, and returns them.
func (s *Server) Await(n int) []Message {
	s.t.Helper()
	s.await(fmt.Sprintf("%d messages are shown", n), func() bool { return len(s.Shown()) >= n })
	return s.Shown()
}
