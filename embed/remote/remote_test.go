package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rapporteur/embed"
	"rapporteur/embed/embedtest"
)

const key = "sk-secret-0123456789"

// service speaks both protocols and answers with the vectors of embed.Quote,
// three times too long.
func service(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/embeddings", func(w http.ResponseWriter, r *http.Request) {
		var request struct{ Model, Input string }
		if !decode(t, r, &request) || request.Model != "quote" || request.Input == "" || r.Header.Get("Authorization") != "Bearer "+key {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		writeJSON(w, map[string]any{"data": []any{map[string]any{"embedding": quote(t, request.Input)}}})
	})
	mux.HandleFunc("POST /api/embeddings", func(w http.ResponseWriter, r *http.Request) {
		var request struct{ Model, Prompt string }
		if !decode(t, r, &request) || request.Model != "quote" || request.Prompt == "" || r.Header.Get("Authorization") != "" {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		writeJSON(w, map[string]any{"embedding": quote(t, request.Prompt)})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func decode(t *testing.T, r *http.Request, to any) bool {
	if err := json.NewDecoder(r.Body).Decode(to); err != nil {
		t.Errorf("reading a request: %v", err)
		return false
	}
	return true
}

func writeJSON(w io.Writer, v any) { json.NewEncoder(w).Encode(v) }

func quote(t *testing.T, text string) embed.Vector {
	vectors, err := embed.Quote().Embed(context.Background(), embed.Passage, []string{text})
	if err != nil {
		t.Errorf("embed.Quote: %v", err)
		return nil
	}
	for i := range vectors[0] {
		vectors[0][i] *= 3
	}
	return vectors[0]
}

func TestEmbedder(t *testing.T) {
	for protocol, path := range map[Protocol]string{OpenAI: "/v1", Ollama: "/api/"} {
		t.Run(string(protocol), func(t *testing.T) {
			embedtest.Run(t, func(t *testing.T) embed.Embedder {
				e, err := New(Config{Protocol: protocol, BaseURL: service(t).URL + path, Model: "quote", Key: key})
				if err != nil {
					t.Fatal(err)
				}
				return e
			})
		})
	}
}

func TestFailures(t *testing.T) {
	answer := func(code int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			io.WriteString(w, body)
		}
	}
	var calls atomic.Int64
	vector := func(numbers string) string { return `{"data":[{"embedding":[` + numbers + `]}]}` }
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		want   string
	}{
		{"key refused", answer(401, "no "+key), "refuses the key"},
		{"not allowed", answer(403, ""), "refuses the key"},
		{"no such model", answer(404, ""), "model of this name"},
		{"too much", answer(429, ""), "limit is reached"},
		{"bad request", answer(400, ""), "refuses the request"},
		{"in trouble", answer(500, ""), "in trouble"},
		{"not JSON", answer(200, "<html>"), "not how openai answers"},
		{"cut short", answer(200, `{"data":[{"embed`), "not how openai answers"},
		{"another shape", answer(200, `{"data":{"x":1}}`), "not how openai answers"},
		{"nothing in it", answer(200, `{}`), "not how openai answers"},
		{"zero", answer(200, vector("0,0,0")), "zero"},
		{"another length", func(w http.ResponseWriter, _ *http.Request) {
			if calls.Add(1) == 1 {
				io.WriteString(w, vector("1,2"))
			} else {
				io.WriteString(w, vector("1,2,3"))
			}
		}, "numbers, earlier ones had"},
		{"too slow", func(_ http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body) // or the server does not notice that the client is gone
			<-r.Context().Done()
		}, "allow more time"},
		{"key sent back", func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			fmt.Fprintf(conn, "HTTP/1.1 401 bad key %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", key)
		}, "bad key [key]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(test.answer)
			defer server.Close()
			config := Config{Protocol: OpenAI, BaseURL: server.URL, Model: "m", Key: key}
			if test.name == "too slow" {
				config.Timeout = 200 * time.Millisecond
			}
			e, err := New(config)
			if err != nil {
				t.Fatal(err)
			}
			vectors, err := e.Embed(t.Context(), embed.Query, []string{"one", "two"})
			checkFailure(t, err, server.URL, test.want)
			if vectors != nil {
				t.Errorf("got vectors beside the error: %v", vectors)
			}
		})
	}
}

func checkFailure(t *testing.T, err error, url, want string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{url, want} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
	if strings.Contains(err.Error(), key) {
		t.Errorf("error %q holds the key", err)
	}
}

func TestUnreachable(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	e, err := New(Config{Protocol: Ollama, BaseURL: server.URL, Model: "m"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Embed(t.Context(), embed.Query, []string{"one"})
	checkFailure(t, err, server.URL, "that the service is running")
}

func TestCallerGivesUp(t *testing.T) {
	started := make(chan struct{}, atOnce)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		started <- struct{}{}
		<-r.Context().Done()
	}))
	defer server.Close()
	e, err := New(Config{Protocol: OpenAI, BaseURL: server.URL, Model: "m", Key: key})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-started
		cancel()
	}()
	if _, err := e.Embed(ctx, embed.Query, []string{"one", "two"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

func TestAtOnce(t *testing.T) {
	var now, most atomic.Int64
	several := make(chan struct{}) // closed when there are two at the same time
	var once sync.Once
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		if n > 1 {
			once.Do(func() { close(several) })
		}
		select {
		case <-several:
		case <-time.After(time.Minute): // it asks one after another
		}
		writeJSON(w, map[string]any{"embedding": []float32{1, 2}})
	}))
	defer server.Close()
	e, err := New(Config{Protocol: Ollama, BaseURL: server.URL, Model: "m"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Embed(t.Context(), embed.Passage, make([]string, 5*atOnce)); err != nil {
		t.Fatal(err)
	}
	if n := most.Load(); n < 2 || n > atOnce {
		t.Errorf("%d requests at the same time, want several and at most %d", n, atOnce)
	}
}

func TestNew(t *testing.T) {
	for _, test := range []struct {
		name   string
		config Config
		want   string // of the error; "": none
		model  string
	}{
		{"OpenAI", Config{Protocol: OpenAI, Model: "m", Key: key}, "", "m at https://api.openai.com/v1"},
		{"Ollama", Config{Protocol: Ollama, Model: "m"}, "", "m at http://localhost:11434/api"},
		{"no protocol", Config{Model: "m"}, `"openai" or "ollama"`, ""},
		{"no model", Config{Protocol: Ollama}, "no model", ""},
		{"no URL", Config{Protocol: OpenAI, Model: "m", BaseURL: "api.openai.com"}, "http://", ""},
		{"another scheme", Config{Protocol: OpenAI, Model: "m", BaseURL: "file:///x"}, "http://", ""},
		{"a password in the URL", Config{Protocol: OpenAI, Model: "m", BaseURL: "https://u:" + key + "@host/v1"}, "key by itself", ""},
		{"a key in the URL", Config{Protocol: OpenAI, Model: "m", BaseURL: "https://host/v1?key=" + key}, "key by itself", ""},
		{"a damaged URL", Config{Protocol: OpenAI, Model: "m", BaseURL: "https://" + key + ":%zz"}, "http://", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, err := New(test.config)
			if test.want != "" {
				checkFailure(t, err, "", test.want)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if e.Model() != test.model {
				t.Errorf("Model() = %q, want %q", e.Model(), test.model)
			}
		})
	}
}
