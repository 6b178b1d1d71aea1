package discordtest

import (
	"encoding/json"
	"net/http"
	"time"
)

// An Interaction is a command, a press or a form, and what came of it.
type Interaction struct {
	ID, Token string
	Payload   map[string]any // as it was delivered
	At        time.Time

	AckedAt    time.Time // zero: not yet
	AnsweredAt time.Time // when its deferred reply was shown
	Type       int       // of the first response
	Data       json.RawMessage
	original   string // id of the message that @original is
	person     User
	channel    string

	unsent bool // the test delivers it, over HTTP
	early  bool // something followed before its answer was taken
}

// Interaction returns what came of an interaction so far.
func (s *Server) Interaction(id string) Interaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.interactions[id]
}

// void is after how long an interaction that is not acknowledged is void. Discord gives
// three seconds, which a busy machine may take for a reason that is not the bot's; how
// long the bot takes BenchmarkFlood measures.
const void = time.Minute

func (s *Server) callback(w http.ResponseWriter, r *http.Request, body []byte) {
	i := s.interactions[r.PathValue("interaction_id")]
	if i == nil || i.Token != r.PathValue("interaction_token") || i.AckedAt.IsZero() && time.Since(i.At) > void {
		refuse(w, http.StatusNotFound, 10062, "Unknown interaction")
		return
	}
	if !i.AckedAt.IsZero() {
		refuse(w, http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
		return
	}
	s.acknowledge(i, body)
	w.WriteHeader(http.StatusNoContent)
}

// acknowledge carries out the first response; s.mu is held.
func (s *Server) acknowledge(i *Interaction, body []byte) {
	var in struct {
		Type int
		Data json.RawMessage
	}
	json.Unmarshal(body, &in) // checked
	i.AckedAt, i.Type, i.Data = time.Now(), in.Type, in.Data
	var data sent
	if in.Data != nil {
		json.Unmarshal(in.Data, &data)
	}
	switch in.Type {
	case 5:
		m := s.write(s.channels[i.channel], sent{Flags: flagLoading | data.Flags&flagEphemeral})
		m.Interaction = &InteractionMeta{ID: i.ID, Type: 2, User: i.person}
		i.original = m.ID
	case 6:
		source := i.Payload["message"].(Message)
		i.original = source.ID
	}
}

// holdBack lets what follows an interaction over HTTP wait until the test has taken the
// answer, but for the first: Discord may not know of the answer yet, and says so. s.mu
// is held.
func (s *Server) holdBack(r *http.Request) {
	for _, i := range s.interactions {
		if !i.unsent || i.Token != r.PathValue("webhook_token") || !i.AckedAt.IsZero() {
			continue
		}
		if !i.early {
			i.early = true
			return
		}
		for i.AckedAt.IsZero() && !s.over {
			s.answered.Wait()
		}
	}
}

// byToken finds an interaction that was acknowledged; s.mu is held.
func (s *Server) byToken(r *http.Request) *Interaction {
	for _, i := range s.interactions {
		if i.Token == r.PathValue("webhook_token") && r.PathValue("webhook_id") == Application && !i.AckedAt.IsZero() {
			return i
		}
	}
	return nil
}

// original finds the message that @original is; s.mu is held.
func (s *Server) original(w http.ResponseWriter, r *http.Request) *Message {
	i := s.byToken(r)
	if i == nil {
		refuse(w, http.StatusNotFound, 10015, "Unknown Webhook")
		return nil
	}
	m := s.message(i.original)
	if m == nil {
		refuse(w, http.StatusNotFound, 10008, "Unknown Message")
	}
	return m
}

func (s *Server) getOriginal(w http.ResponseWriter, r *http.Request, _ []byte) {
	if m := s.original(w, r); m != nil {
		answer(w, http.StatusOK, m)
	}
}

func (s *Server) editOriginal(w http.ResponseWriter, r *http.Request, body []byte) {
	if m := s.original(w, r); m != nil {
		s.change(m, read(r, body))
		s.byToken(r).AnsweredAt = time.Now()
		answer(w, http.StatusOK, m)
	}
}

func (s *Server) deleteOriginal(w http.ResponseWriter, r *http.Request, _ []byte) {
	if m := s.original(w, r); m != nil {
		s.remove(m.ID)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *Server) follow(w http.ResponseWriter, r *http.Request, body []byte) {
	i := s.byToken(r)
	if i == nil {
		refuse(w, http.StatusNotFound, 10015, "Unknown Webhook")
		return
	}
	m := s.write(s.channels[i.channel], read(r, body))
	m.Interaction = &InteractionMeta{ID: i.ID, Type: 2, User: i.person}
	answer(w, http.StatusOK, m)
}
