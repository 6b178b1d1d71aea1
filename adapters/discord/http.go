package discord

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	mostBody = 256 << 10       // bytes of a request; Discord's are far smaller
	mostOld  = 5 * time.Minute // of a request's signature, either way
)

var errAcknowledged = errors.New("the interaction was acknowledged already, or too late")

// ServeHTTP is the interactions endpoint: where one is set in the Developer Portal,
// Discord sends interactions there and no longer over the gateway.
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	if err != nil {
		http.Error(w, "unreadable, or too long", http.StatusRequestEntityTooLarge)
		return
	}
	if !a.signed(r.Header, body, time.Now()) {
		a.log.Warn(saidForged, "from", r.RemoteAddr)
		http.Error(w, "not signed by Discord", http.StatusUnauthorized)
		return
	}
	i := new(discordgo.Interaction)
	if err := json.Unmarshal(body, i); err != nil {
		http.Error(w, "no interaction", http.StatusBadRequest)
		return
	}
	if i.Type == discordgo.InteractionPing {
		write(w, response{Type: discordgo.InteractionResponsePong})
		return
	}
	a.serve(w, i)
}

// signed reports whether a request bears Discord's signature of now.
func (a *Adapter) signed(h http.Header, body []byte, now time.Time) bool {
	signature, err := hex.DecodeString(h.Get("X-Signature-Ed25519"))
	stamp := h.Get("X-Signature-Timestamp")
	seconds, bad := strconv.ParseInt(stamp, 10, 64)
	if err != nil || bad != nil || len(signature) != ed25519.SignatureSize || len(a.options.PublicKey) != ed25519.PublicKeySize {
		return false
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > mostOld || age < -mostOld {
		return false
	}
	return ed25519.Verify(a.options.PublicKey, bytes.Join([][]byte{[]byte(stamp), body}, nil), signature)
}

// serve takes on an interaction, whose acknowledgement is the answer to the request.
func (a *Adapter) serve(w http.ResponseWriter, i *discordgo.Interaction) {
	type handed struct {
		response
		written chan struct{}
	}
	first, over := make(chan handed), make(chan struct{})
	var once sync.Once
	acknowledge := func(ctx context.Context, r response) error {
		err := errAcknowledged
		once.Do(func() {
			h := handed{r, make(chan struct{})}
			select {
			case first <- h:
				<-h.written
				err = nil
			case <-over:
			case <-ctx.Done():
			}
		})
		return err
	}
	done := make(chan struct{})
	a.aside(func(ctx context.Context) {
		defer close(done)
		a.interact(ctx, i, acknowledge)
	})
	if a.options.Dry {
		close(over)
		http.Error(w, "a dry run", http.StatusServiceUnavailable)
		return
	}
	late := time.NewTimer(a.waits.silent)
	defer late.Stop()
	defer close(over)
	select {
	case h := <-first:
		write(w, h.response)
		close(h.written)
	case <-done:
		http.Error(w, "no interaction that is known here, or one that was seen before", http.StatusBadRequest)
	case <-late.C:
		http.Error(w, "too busy", http.StatusServiceUnavailable)
	}
}

// write answers a request, now: what follows must find that Discord has it.
func write(w http.ResponseWriter, r response) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(r) // whoever asked has gone, if it fails
	http.NewResponseController(w).Flush()
}

// seen remembers the latest interactions: one that is delivered twice is taken on
// once.
type seen struct {
	mu    sync.Mutex
	known map[string]bool
	order []string
}

const mostSeen = 4096

// before reports whether id was asked for before.
func (s *seen) before(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[id] {
		return true
	}
	if s.known == nil {
		s.known = make(map[string]bool)
	}
	s.known[id] = true
	s.order = append(s.order, id)
	if len(s.order) > mostSeen {
		delete(s.known, s.order[0])
		s.order = s.order[1:]
	}
	return false
}
