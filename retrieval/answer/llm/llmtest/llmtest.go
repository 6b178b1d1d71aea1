// Package llmtest is a service for tests that speaks the protocol of OpenAI's
// chat completions, as strictly as a real one, and fails in as many ways.
package llmtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// The model that the service has, and the key that it asks for.
const (
	Model = "quill"
	Key   = "sk-secret-0123456789"
)

// A Request is what a client sent.
type Request struct {
	Instructions, Text string // the messages of the system and of the user
	Tokens             int    // at most
}

// A Conduct is how the service responds to a request.
type Conduct func(w http.ResponseWriter, r *http.Request, q Request)

// A Service is running until the test ends.
type Service struct {
	URL string // the base URL, which ends in /v1

	mu      sync.Mutex
	conduct Conduct
	got     []Request
}

// Serve starts a service that responds by c. t is a test, or whatever else says when
// it is over.
func Serve(t interface{ Cleanup(func()) }, c Conduct) *Service {
	s := &Service{conduct: c}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	s.URL = server.URL + "/v1"
	return s
}

// Behave lets the service respond by c from now on.
func (s *Service) Behave(c Conduct) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conduct = c
}

// Requests returns what was asked so far.
func (s *Service) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.got...)
}

// ServeHTTP refuses what a real service would refuse.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Model     string
		Stream    bool
		MaxTokens int `json:"max_tokens"`
		Messages  []struct{ Role, Content string }
	}
	switch err := json.NewDecoder(r.Body).Decode(&body); {
	case r.Method != http.MethodPost || r.URL.Path != "/v1/chat/completions":
		refuse(w, http.StatusNotFound, "no such path")
		return
	case r.Header.Get("Authorization") != "Bearer "+Key:
		refuse(w, http.StatusUnauthorized, "incorrect API key provided: "+r.Header.Get("Authorization"))
		return
	case err != nil || !body.Stream || body.MaxTokens < 1 || len(body.Messages) != 2 || body.Messages[0].Role != "system" || body.Messages[1].Role != "user":
		refuse(w, http.StatusBadRequest, "this service takes a stream of two messages")
		return
	case body.Model != Model:
		refuse(w, http.StatusNotFound, "the model does not exist")
		return
	}
	q := Request{body.Messages[0].Content, body.Messages[1].Content, body.MaxTokens}
	s.mu.Lock()
	s.got = append(s.got, q)
	conduct := s.conduct
	s.mu.Unlock()
	conduct(w, r, q)
}

func refuse(w http.ResponseWriter, code int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": message, "type": "invalid_request_error", "code": nil, "param": nil}})
}

// Say streams text in small pieces, cut anywhere between letters.
func Say(text string) Conduct {
	return func(w http.ResponseWriter, _ *http.Request, _ Request) {
		stream(w, text)
		chunk(w, "", "stop")
		io.WriteString(w, "data: [DONE]\n\n")
	}
}

// Reply streams what f makes of the request.
func Reply(f func(Request) string) Conduct {
	return func(w http.ResponseWriter, r *http.Request, q Request) { Say(f(q))(w, r, q) }
}

// Refuse responds with an HTTP status.
func Refuse(code int) Conduct {
	return func(w http.ResponseWriter, r *http.Request, _ Request) {
		refuse(w, code, "it is not to be, "+r.Header.Get("Authorization"))
	}
}

// BreakOff streams text and then cuts the connection.
func BreakOff(text string) Conduct {
	return func(w http.ResponseWriter, _ *http.Request, _ Request) {
		stream(w, text)
		panic(http.ErrAbortHandler)
	}
}

// End streams text and ends in good order, but before the model did.
func End(text string) Conduct {
	return func(w http.ResponseWriter, _ *http.Request, _ Request) { stream(w, text) }
}

// Fail streams text and then reports an error in the stream.
func Fail(text string) Conduct {
	return func(w http.ResponseWriter, _ *http.Request, _ Request) {
		stream(w, text)
		io.WriteString(w, "data: {\"error\":{\"message\":\"out of memory\"}}\n\n")
	}
}

// Hang streams text and then nothing, until the client gives up.
func Hang(text string) Conduct {
	return func(w http.ResponseWriter, r *http.Request, _ Request) {
		stream(w, text)
		<-r.Context().Done()
	}
}

// Endless streams text over and over until the client gives up.
func Endless(text string) Conduct {
	return func(w http.ResponseWriter, r *http.Request, _ Request) {
		for r.Context().Err() == nil {
			stream(w, text)
		}
	}
}

// Raw responds with a body as it is.
func Raw(contentType, body string) Conduct {
	return func(w http.ResponseWriter, _ *http.Request, _ Request) {
		w.Header().Set("Content-Type", contentType)
		io.WriteString(w, body)
	}
}

// stream sends text in pieces of a few letters.
func stream(w http.ResponseWriter, text string) {
	const size = 7
	w.Header().Set("Content-Type", "text/event-stream")
	letters := []rune(text)
	for len(letters) > 0 {
		n := min(size, len(letters))
		chunk(w, string(letters[:n]), "")
		letters = letters[n:]
	}
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}

// chunk sends one event.
func chunk(w io.Writer, content, finish string) {
	var reason any
	if finish != "" {
		reason = finish
	}
	data, _ := json.Marshal(map[string]any{ // strings alone: it cannot fail
		"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": Model,
		"choices": []any{map[string]any{"index": 0, "delta": map[string]any{"content": content}, "finish_reason": reason}},
	})
	fmt.Fprintf(w, "data: %s\n\n", strings.TrimSpace(string(data)))
}

// Redirect sends the client on.
func Redirect(to string) Conduct {
	return func(w http.ResponseWriter, r *http.Request, _ Request) {
		http.Redirect(w, r, to, http.StatusTemporaryRedirect)
	}
}
