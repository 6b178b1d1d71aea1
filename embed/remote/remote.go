// Package remote embeds texts by a model that runs elsewhere: at OpenAI, behind
// any service that speaks the same protocol, or in Ollama. What is sent is left
// to chromem-go, which has a function for each; this package sends several texts
// at once, checks what comes back, and says what to do when it fails.
package remote

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/philippgille/chromem-go"

	"rapporteur/embed"
)

// Protocol is the language that a service speaks.
type Protocol string

const (
	OpenAI Protocol = "openai" // OpenAI's, and of the many services that copy it
	Ollama Protocol = "ollama"
)

// Config says where a model runs.
type Config struct {
	Protocol Protocol

	// BaseURL is what requests are sent to, without the final "/embeddings".
	// Empty: https://api.openai.com/v1 or http://localhost:11434/api.
	BaseURL string

	// Model is the model's name at the service, for example
	// "text-embedding-3-small".
	Model string

	// Key is sent as a bearer token by the OpenAI protocol. It stands in no
	// error. Empty: for services that ask for none. Ollama takes none.
	Key string

	// Timeout is how long a single text may take. Zero: one minute, since
	// Ollama may first have to load its model.
	Timeout time.Duration
}

const (
	defaultOllama  = "http://localhost:11434/api"
	defaultTimeout = time.Minute
)

// atOnce is how many texts are under way at the same time in one call: enough
// to hide most of the waiting, few enough for a service's usual limits.
const atOnce = 8

// An Embedder embeds over a network. It may be used by many goroutines at once.
type Embedder struct {
	config Config
	embed  chromem.EmbeddingFunc
	size   atomic.Int64 // of the first vector received; 0 before that
}

var _ embed.Embedder = (*Embedder)(nil)

// New returns an embedder as c says, or an error that names what is wrong with
// c. It sends nothing yet.
func New(c Config) (*Embedder, error) {
	if c.BaseURL == "" {
		switch c.Protocol {
		case OpenAI:
			c.BaseURL = chromem.BaseURLOpenAI
		case Ollama:
			c.BaseURL = defaultOllama
		}
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	if c.Timeout <= 0 {
		c.Timeout = defaultTimeout
	}
	e := &Embedder{config: c}
	switch c.Protocol {
	case OpenAI:
		// Normalized or not is found out here, vector by vector: chromem-go
		// would judge all by the first.
		leave := true
		e.embed = chromem.NewEmbeddingFuncOpenAICompat(c.BaseURL, c.Key, c.Model, &leave)
	case Ollama:
		e.embed = chromem.NewEmbeddingFuncOllama(c.Model, c.BaseURL)
	default:
		return nil, fmt.Errorf("remote embedder: unknown protocol %q; it must be %q or %q", c.Protocol, OpenAI, Ollama)
	}
	if c.Model == "" {
		return nil, errors.New("remote embedder: no model named; give its name at the service")
	}
	if err := checkURL(c.BaseURL); err != nil {
		return nil, err
	}
	return e, nil
}

// checkURL keeps secrets out of the URL, since errors print it. It is not
// printed here, where it may still hold one.
func checkURL(base string) error {
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("remote embedder: the base URL is none; it must begin with http:// or https:// and name a host")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New("remote embedder: the base URL may hold no user, password or query; give the key by itself")
	}
	return nil
}

// Model names the vector space: the model and where it runs, since services
// may well have different models under the same name.
func (e *Embedder) Model() string {
	return e.config.Model + " at " + e.config.BaseURL
}

// Embed returns one unit vector for each text, in order, and sends each text in
// a request of its own, several at the same time. kind makes no difference. The
// first failure ends the call; its error names the service and what to do.
func (e *Embedder) Embed(ctx context.Context, _ embed.Kind, texts []string) ([]embed.Vector, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	vectors := make([]embed.Vector, len(texts))
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(atOnce, len(texts)) {
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(texts) {
					return
				}
				v, err := e.embedText(ctx, texts[i])
				if err != nil {
					cancel(err) // only the first cause is kept
					return
				}
				vectors[i] = v
			}
		})
	}
	group.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, e.explain(err)
	}
	return vectors, nil
}

// embedText returns the vector of one text.
func (e *Embedder) embedText(ctx context.Context, text string) (embed.Vector, error) {
	ctx, cancel := context.WithTimeout(ctx, e.config.Timeout)
	defer cancel()
	if text == "" {
		text = " " // services refuse an empty text
	}
	answer, err := e.embed(ctx, text)
	if err != nil {
		return nil, err
	}
	v := embed.Vector(answer).Normal()
	if norm := float64(v.Dot(v)); !(math.Abs(norm-1) < 1e-3) {
		return nil, errors.New("the vector in the answer is zero or not made of numbers")
	}
	if !e.size.CompareAndSwap(0, int64(len(v))) && e.size.Load() != int64(len(v)) {
		return nil, fmt.Errorf("the vector in the answer has %d numbers, earlier ones had %d", len(v), e.size.Load())
	}
	return v, nil
}
