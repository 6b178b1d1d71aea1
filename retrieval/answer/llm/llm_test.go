package llm_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"rapporteur/retrieval/answer/llm"
	"rapporteur/retrieval/answer/llm/llmtest"
)

func model(t *testing.T, c llm.Config) *llm.Model {
	t.Helper()
	m, err := llm.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// complete returns what the model writes, and the error that it ends with.
func complete(ctx context.Context, m *llm.Model) (string, error) {
	return listen(ctx, m, func(string) {})
}

// listen is complete, and tells heard what was written so far after each piece.
func listen(ctx context.Context, m *llm.Model, heard func(string)) (string, error) {
	var written strings.Builder
	for piece, err := range m.Complete(ctx, "Be brief.", "How many hives?", 50) {
		if err != nil {
			return written.String(), err
		}
		written.WriteString(piece)
		heard(written.String())
	}
	return written.String(), nil
}

// A term is a context whose time is over when the test says so.
type term struct {
	context.Context
	over chan struct{}
}

func (o term) Done() <-chan struct{} { return o.over }

func (o term) Err() error {
	select {
	case <-o.over:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

func TestComplete(t *testing.T) {
	t.Setenv("OPENAI_API_KEY", "another service's")
	t.Setenv("OPENAI_BASE_URL", "http://127.0.0.1:1")
	service := llmtest.Serve(t, llmtest.Say("Forty hives, «ñ» and 蜂."))
	m := model(t, llm.Config{BaseURL: service.URL + "/", Model: llmtest.Model, Key: llmtest.Key})
	got, err := complete(t.Context(), m)
	if err != nil || got != "Forty hives, «ñ» and 蜂." {
		t.Errorf("%q, %v", got, err)
	}
	want := llmtest.Request{Instructions: "Be brief.", Text: "How many hives?", Tokens: 50}
	if q := service.Requests(); len(q) != 1 || q[0] != want {
		t.Errorf("asked %+v", q)
	}
	if err := m.Check(t.Context()); err != nil {
		t.Error(err)
	}
	for range m.Complete(t.Context(), "Be brief.", "How many hives?", 50) {
		break // whoever has enough stops
	}
}

func TestFailures(t *testing.T) {
	for _, test := range []struct {
		name    string
		conduct llmtest.Conduct
		written string
		want    string
	}{
		{"key refused", llmtest.Refuse(401), "", "refuses the key"},
		{"not allowed", llmtest.Refuse(403), "", "refuses the key"},
		{"no such model", llmtest.Refuse(404), "", "model of this name"},
		{"too much", llmtest.Refuse(429), "", "limit is reached"},
		{"bad request", llmtest.Refuse(400), "", "one for chat"},
		{"in trouble", llmtest.Refuse(500), "", "in trouble"},
		{"a page", llmtest.Raw("text/html", "<html>\n<body>Welcome</body>\n</html>"), "", "OpenAI's protocol"},
		{"nothing", llmtest.Raw("text/event-stream", ""), "", "OpenAI's protocol"},
		{"not JSON", llmtest.Raw("text/event-stream", "data: {\"choices\":[\n\n"), "", "cannot be read"},
		{"another shape", llmtest.Raw("text/event-stream", "data: {\"choices\":7}\n\n"), "", "OpenAI's protocol"},
		{"a line without end", llmtest.Raw("text/event-stream", "data: "+strings.Repeat("x", 3<<20)), "", "OpenAI's protocol"},
		{"the connection cut", llmtest.BreakOff("Forty hiv"), "Forty hiv", "broke off"},
		{"ended too soon", llmtest.End("Forty hiv"), "Forty hiv", "broke off"},
		{"an error in the stream", llmtest.Fail("Forty hiv"), "Forty hiv", "in the middle"},
		{"no answer", llmtest.Hang(""), "", "allow more time"},
		{"silence", llmtest.Hang("Forty hiv"), "Forty hiv", "allow more time"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ctx := term{t.Context(), make(chan struct{})}
			var once sync.Once
			end := func() { once.Do(func() { close(ctx.over) }) }
			service := llmtest.Serve(t, func(w http.ResponseWriter, r *http.Request, q llmtest.Request) {
				if test.name == "no answer" {
					end()
				}
				test.conduct(w, r, q)
			})
			m := model(t, llm.Config{BaseURL: service.URL, Model: llmtest.Model, Key: llmtest.Key})
			written, err := listen(ctx, m, func(written string) {
				if test.name == "silence" && written == test.written {
					end()
				}
			})
			if err == nil || written != test.written {
				t.Fatalf("%q, %v", written, err)
			}
			if !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "quill at http://127.0.0.1:") {
				t.Errorf("got %q, want it to say %q", err, test.want)
			}
			if strings.Contains(err.Error(), llmtest.Key) {
				t.Errorf("the key is told: %q", err)
			}
			if m.Check(ctx) == nil && test.written == "" {
				t.Error("the check finds nothing wrong")
			}
		})
	}
}

// What comes without end is read to a bound, whatever time there is.
func TestEndless(t *testing.T) {
	service := llmtest.Serve(t, llmtest.Endless("on and "))
	written, err := complete(t.Context(), model(t, llm.Config{BaseURL: service.URL, Model: llmtest.Model, Key: llmtest.Key}))
	if err == nil || len(written) > 1<<20 {
		t.Errorf("%d bytes, %v", len(written), err)
	}
}

func TestUnreachable(t *testing.T) {
	m := model(t, llm.Config{BaseURL: "http://127.0.0.1:1/v1", Model: "x"})
	if _, err := complete(t.Context(), m); err == nil || !strings.Contains(err.Error(), "check the base URL, and that the service is running") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := complete(ctx, m); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// The key and the documents' words go nowhere but to the service.
func TestRedirect(t *testing.T) {
	elsewhere := llmtest.Serve(t, llmtest.Say("Forty."))
	service := llmtest.Serve(t, llmtest.Redirect(elsewhere.URL+"/chat/completions"))
	_, err := complete(t.Context(), model(t, llm.Config{BaseURL: service.URL, Model: llmtest.Model, Key: llmtest.Key}))
	if err == nil || len(elsewhere.Requests()) != 0 {
		t.Errorf("followed: %v", err)
	}
}

func TestNew(t *testing.T) {
	for _, test := range []struct {
		config llm.Config
		want   string // "": right
	}{
		{llm.Config{Model: "gpt"}, ""},
		{llm.Config{BaseURL: "http://localhost:11434/v1", Model: "llama3.2"}, ""},
		{llm.Config{BaseURL: "https://example.org/v1"}, "no model"},
		{llm.Config{BaseURL: "localhost:11434", Model: "x"}, "http"},
		{llm.Config{BaseURL: "https://me:pw@example.org/v1", Model: "x"}, "no user"},
		{llm.Config{BaseURL: "https://example.org/v1?key=pw", Model: "x"}, "no user"},
	} {
		_, err := llm.New(test.config)
		if (err == nil) != (test.want == "") || err != nil && (!strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "pw@") || strings.Contains(err.Error(), "key=")) {
			t.Errorf("%+v: %v", test.config, err)
		}
	}
}
