// Package llm asks a language model by the protocol of OpenAI's chat
// completions, which Ollama, vLLM, llama.cpp and many services speak too. What
// is sent and how a stream is read is left to OpenAI's own library; this package
// bounds what comes back, and says what to do when it fails.
//
// What the model says is worth nothing by itself: package answer checks it.
package llm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// Config says where a model runs.
type Config struct {
	// BaseURL is what requests are sent to, without the final
	// "/chat/completions". Empty: https://api.openai.com/v1.
	BaseURL string

	// Model is the model's name at the service, for example "llama3.2".
	Model string

	// Key is sent as a bearer token. It stands in no error. Empty: for services
	// that ask for none.
	Key string
}

const defaultURL = "https://api.openai.com/v1"

// mostBytes is how much of a response is read, by far more than an answer with
// its wrapping takes. A stream without end, or a line without one, ends there.
const mostBytes = 2 << 20

// A Model is a language model at a service. It may be used by many goroutines at
// once.
type Model struct {
	config Config
	chat   openai.ChatCompletionService
}

// New returns the model that c names, or an error that says what is wrong with c.
// It sends nothing yet.
func New(c Config) (*Model, error) {
	if c.BaseURL == "" {
		c.BaseURL = defaultURL
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	if c.Model == "" {
		return nil, errors.New("language model: no model named; give its name at the service")
	}
	u, err := url.Parse(c.BaseURL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("language model: the base URL is none; it must begin with http:// or https:// and name a host")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("language model: the base URL may hold no user, password or query; give the key by itself")
	}
	options := []option.RequestOption{
		option.WithBaseURL(c.BaseURL + "/"),
		option.WithHTTPClient(&http.Client{Transport: bounded{http.DefaultTransport}, CheckRedirect: stay}),
		// Whoever waits for an answer has no time for a second try.
		option.WithMaxRetries(0),
	}
	if c.Key != "" {
		options = append(options, option.WithAPIKey(c.Key))
	}
	// openai.NewClient would also heed OPENAI_API_KEY and the like, and send a
	// key that was meant for another service.
	return &Model{config: c, chat: openai.NewChatCompletionService(options...)}, nil
}

// Name names the model and where it runs.
func (m *Model) Name() string { return m.config.Model + " at " + m.config.BaseURL }

// Complete sends the instructions and the text, and yields what the model writes,
// of at most so many tokens, piece by piece. An error, which names the service
// and the next step, is the last that it yields; without one the model came to
// its end, or to that of its tokens.
func (m *Model) Complete(ctx context.Context, instructions, text string, tokens int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		stream := m.chat.NewStreaming(ctx, m.params(instructions, text, int64(tokens)))
		defer stream.Close()
		finished := false
		for stream.Next() {
			for _, c := range stream.Current().Choices {
				finished = finished || c.FinishReason != ""
				if c.Delta.Content != "" && !yield(c.Delta.Content, nil) {
					return
				}
			}
		}
		err := stream.Err()
		if err == nil && !finished || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errCut
		}
		if err != nil {
			yield("", m.explain(ctx, err))
		}
	}
}

// params are those of a request. OpenAI's newer models refuse max_tokens and a
// temperature; servers that copy the protocol may not know what took the place of
// the first, and would write on and on.
func (m *Model) params(instructions, text string, tokens int64) openai.ChatCompletionNewParams {
	p := openai.ChatCompletionNewParams{
		Model: m.config.Model,
		Messages: []openai.ChatCompletionMessageParamUnion{
			openai.SystemMessage(instructions), openai.UserMessage(text),
		},
	}
	if m.config.BaseURL == defaultURL {
		p.MaxCompletionTokens = openai.Int(tokens)
	} else {
		p.MaxTokens, p.Temperature = openai.Int(tokens), openai.Float(0)
	}
	return p
}

// errCut is a stream that ended before the model did, or that was none.
var errCut = errors.New("the answer broke off")

// Check asks the model for a word, and returns why it gave none.
func (m *Model) Check(ctx context.Context) error {
	const few = 8 // tokens
	for _, err := range m.Complete(ctx, "Answer with one word.", "Are you there?", few) {
		return err // the first piece is proof enough
	}
	return m.explain(ctx, errors.New("it wrote nothing"))
}

// bounded reads at most mostBytes of a response.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	response.Body = body{io.LimitReader(response.Body, mostBytes), response.Body}
	return response, nil
}

type body struct {
	io.Reader
	io.Closer
}

// stay follows no redirect: the documents' words and the key are for the service
// that is configured.
func stay(r *http.Request, _ []*http.Request) error {
	return fmt.Errorf("the service sends on to %s", r.URL.Host)
}
