package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
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

// explain returns err with the service's name and the next step. Should the
// service have sent the key back, it is struck out.
func (e *Embedder) explain(err error) error {
	message := fmt.Sprintf("embedding by %s at %s: %v", e.config.Model, e.config.BaseURL, err)
	if next := e.nextStep(err); next != "" {
		message += "; " + next
	}
	if e.config.Key != "" {
		message = strings.ReplaceAll(message, e.config.Key, "[key]")
	}
	return &failure{message: message, cause: err}
}

// status is how chromem-go begins an error about an HTTP status.
const status = "error response from the embedding API: "

// nextStep says what to do about err, or nothing where the caller gave up.
func (e *Embedder) nextStep(err error) string {
	var unreachable *url.Error
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	switch _, code, _ := strings.Cut(err.Error(), status); {
	case errors.Is(err, context.Canceled):
		return ""
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no answer in time (a text may take %v): see whether the service is running, or allow more time", e.config.Timeout)
	case strings.HasPrefix(code, "401"), strings.HasPrefix(code, "403"):
		return "the service refuses the key: check that it is the right one and may use this model"
	case strings.HasPrefix(code, "404"):
		return "check the base URL, and that the service has a model of this name"
	case strings.HasPrefix(code, "429"):
		return "the service's limit is reached: wait, or index fewer documents at a time"
	case strings.HasPrefix(code, "4"):
		return "the service refuses the request: check the model's name, and that its texts may be this long"
	case strings.HasPrefix(code, "5"):
		return "the service is in trouble: try again later, or see its log"
	case errors.As(err, &unreachable):
		return "check the base URL, and that the service is running"
	case errors.As(err, &syntax), errors.As(err, &shape), strings.Contains(err.Error(), "no embeddings found"):
		return fmt.Sprintf("this is not how %s answers: check the base URL and the protocol", e.config.Protocol)
	default:
		return "check that the model is one that makes embeddings"
	}
}
