package llm

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/ssestream"
)

// A failure is a call that went wrong, in words for the person who runs the
// program.
type failure struct {
	message string
	cause   error
}

func (f *failure) Error() string { return f.message }

// Unwrap returns what happened, for errors.Is and errors.As.
func (f *failure) Unwrap() error { return f.cause }

// explain returns err with the model's name and the next step. Should the service
// have sent the key back, it is struck out.
func (m *Model) explain(ctx context.Context, err error) error {
	what, next := m.describe(ctx, err)
	message := fmt.Sprintf("language model %s: %s", m.Name(), what)
	if next != "" {
		message += "; " + next
	}
	if m.config.Key != "" {
		message = strings.ReplaceAll(message, m.config.Key, "[key]")
	}
	return &failure{message: message, cause: err}
}

// describe says what err is, and what to do about it. The service's own words are
// left out: they may hold the prompt.
func (m *Model) describe(ctx context.Context, err error) (what, next string) {
	var refused *openai.Error
	var unreachable *url.Error
	var broken *ssestream.StreamError
	switch {
	case errors.Is(err, context.Canceled) || errors.Is(ctx.Err(), context.Canceled):
		return "given up", ""
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "no answer in time", "see whether the service is running, take a smaller model, or allow more time (timeout_seconds)"
	case errors.As(err, &refused):
		return refused.Error(), byStatus(refused.StatusCode)
	case errors.As(err, &unreachable):
		return "not reached: " + unreachable.Err.Error(), "check the base URL, and that the service is running"
	case errors.As(err, &broken):
		return "it reported an error in the middle of its answer", "see the service's log"
	case errors.Is(err, errCut):
		return err.Error(), "check that the base URL is that of a service that speaks OpenAI's protocol (it often ends in /v1), and see its log"
	}
	return "its answer cannot be read: " + err.Error(), "check that the base URL is that of a service that speaks OpenAI's protocol (it often ends in /v1)"
}

// byStatus says what to do about an HTTP status.
func byStatus(code int) string {
	switch {
	case code == 401 || code == 403:
		return "the service refuses the key: check that it is the right one and may use this model"
	case code == 404:
		return "check the base URL, and that the service has a model of this name"
	case code == 429:
		return "the service's limit is reached: wait, or raise it there"
	case code >= 400 && code < 500:
		return "the service refuses the request: check the model's name, and that it is one for chat"
	}
	return "the service is in trouble: try again later, or see its log"
}
