package discordtest

import (
	"crypto/rand"
	"fmt"
	"time"
)

// A Said is what a person says.
type Said struct {
	Person  string // id; "" is Ada
	Channel string // "" is General; ignored when Direct
	Text    string
	Direct  bool
	Mention bool   // of the bot, before Text
	Reply   string // id of the message that it replies to; the author is pinged
	Hushed  bool   // with the ping of the reply switched off
	Bot     bool   // another bot says it
	Roles   []string
}

// Say lets a person say something, and returns its id when the bot has heard it.
func (s *Server) Say(what Said) string {
	s.t.Helper()
	s.mu.Lock()
	person := s.person(what.Person)
	person.Bot = what.Bot
	channel := s.channels[General]
	if what.Direct {
		channel = s.directWith(person.ID)
	} else if what.Channel != "" {
		channel = s.channels[what.Channel]
	}
	m := &Message{ID: s.id(), Channel: channel.ID, GuildID: channel.GuildID, Content: what.Text, Author: person, Mentions: []User{}, Timestamp: time.Now()}
	if channel.GuildID != "" {
		m.Member = &Member{Roles: append([]string{}, what.Roles...)}
	}
	if what.Mention {
		m.Content = "<@" + Bot + "> " + what.Text
		m.Mentions = append(m.Mentions, User{ID: Bot, Username: "Rapporteur", Bot: true})
	}
	if what.Reply != "" {
		m.Type, m.Reference = 19, &Reference{what.Reply}
		if to := s.message(what.Reply); to != nil && !what.Hushed && !(what.Mention && to.Author.ID == Bot) {
			m.Mentions = append(m.Mentions, to.Author)
		}
	}
	s.messages = append(s.messages, m)
	seq := s.gateway.dispatch(s, "MESSAGE_CREATE", s.seen(m))
	s.mu.Unlock()
	s.heard(seq)
	return m.ID
}

// Open lets a person begin a forum post, and returns its id.
func (s *Server) Open(title, words string) string {
	s.mu.Lock()
	id := s.id()
	c := &Channel{ID: id, Type: thread, GuildID: Guild, Parent: Forum, Owner: Ada, Name: title}
	s.channels[id] = c
	s.gateway.dispatch(s, "THREAD_CREATE", c)
	m := &Message{ID: id, Channel: id, GuildID: Guild, Content: words, Author: s.person(""), Member: &Member{Roles: []string{}}, Mentions: []User{}, Timestamp: time.Now()}
	s.messages = append(s.messages, m)
	seq := s.gateway.dispatch(s, "MESSAGE_CREATE", s.seen(m))
	s.mu.Unlock()
	s.heard(seq)
	return id
}

// Again delivers a message once more.
func (s *Server) Again(id string) {
	s.mu.Lock()
	seq := s.gateway.dispatch(s, "MESSAGE_CREATE", s.seen(s.message(id)))
	s.mu.Unlock()
	s.heard(seq)
}

// Edit lets a person change what was said; a mention of the bot stays.
func (s *Server) Edit(id, words string) {
	s.mu.Lock()
	m := s.message(id)
	now := time.Now()
	m.Edited = &now
	m.Content = words
	for _, u := range m.Mentions {
		if u.ID == Bot {
			m.Content = "<@" + Bot + "> " + words
		}
	}
	seq := s.gateway.dispatch(s, "MESSAGE_UPDATE", s.seen(m))
	s.mu.Unlock()
	s.heard(seq)
}

// Delete lets a person delete what was said.
func (s *Server) Delete(id string) {
	s.mu.Lock()
	m := *s.message(id)
	s.remove(id)
	seq := s.gateway.dispatch(s, "MESSAGE_DELETE", map[string]string{"id": m.ID, "channel_id": m.Channel, "guild_id": m.GuildID})
	s.mu.Unlock()
	s.heard(seq)
}

// Purge lets a moderator delete several messages of General at once.
func (s *Server) Purge(ids ...string) {
	s.mu.Lock()
	for _, id := range ids {
		s.remove(id)
	}
	seq := s.gateway.dispatch(s, "MESSAGE_DELETE_BULK", map[string]any{"ids": ids, "channel_id": General, "guild_id": Guild})
	s.mu.Unlock()
	s.heard(seq)
}

// person is somebody with that id; s.mu is held.
func (s *Server) person(id string) User {
	if id == "" {
		id = Ada
	}
	return User{ID: id, Username: "person" + id}
}

// An Act is an interaction that a person makes.
type Act struct {
	Person      string // "" is Ada
	Channel     string // "" is General
	Direct      bool
	Permissions string // in the server; "" is none
	Roles       []string
}

// Command lets a person use a command; data is its data as Discord sends it.
func (s *Server) Command(a Act, data map[string]any) string { return s.act(a, 2, data, nil) }

// CommandMany lets so many people use a command, each once, as fast as they can, and
// returns the interactions' ids.
func (s *Server) CommandMany(many int, data map[string]any) []string {
	var ids []string
	for i := range many {
		ids = append(ids, s.Command(Act{Person: fmt.Sprint(2000 + i)}, data))
	}
	return ids
}

// Type lets a person type into an option; data is that of an autocompletion.
func (s *Server) Type(a Act, data map[string]any) string { return s.act(a, 4, data, nil) }

// Press lets a person press a button below a message.
func (s *Server) Press(a Act, below Message, customID string) string {
	return s.act(a, 3, map[string]any{"custom_id": customID, "component_type": 2}, &below)
}

// Submit lets a person submit a form with one field, which a button below a message
// opened.
func (s *Server) Submit(a Act, below Message, customID, field, value string) string {
	input := map[string]any{"type": 4, "custom_id": field, "value": value}
	row := map[string]any{"type": 1, "components": []any{input}}
	return s.act(a, 5, map[string]any{"custom_id": customID, "components": []any{row}}, &below)
}

// act delivers an interaction, and returns its id at once.
func (s *Server) act(a Act, kind int, data map[string]any, below *Message) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.newInteraction(a, kind, data, below)
	s.gateway.dispatch(s, "INTERACTION_CREATE", i.Payload)
	return i.ID
}

// newInteraction makes one; s.mu is held.
func (s *Server) newInteraction(a Act, kind int, data map[string]any, below *Message) *Interaction {
	person := s.person(a.Person)
	channel := s.channels[General]
	if a.Direct {
		channel = s.directWith(person.ID)
	} else if a.Channel != "" {
		channel = s.channels[a.Channel]
	}
	i := &Interaction{ID: s.id(), Token: rand.Text(), At: time.Now(), person: person, channel: channel.ID}
	i.Payload = map[string]any{
		"id": i.ID, "application_id": Application, "type": kind, "data": data, "channel_id": channel.ID, "token": i.Token, "version": 1,
		"app_permissions": "0", "locale": "en-GB", "context": 0,
	}
	if channel.GuildID == "" {
		i.Payload["user"], i.Payload["context"] = person, 1
	} else {
		permissions := a.Permissions
		if permissions == "" {
			permissions = "0"
		}
		i.Payload["guild_id"] = channel.GuildID
		i.Payload["member"] = Member{User: &person, Roles: append([]string{}, a.Roles...), Permissions: permissions}
	}
	if below != nil {
		i.Payload["message"] = *below
	}
	s.interactions[i.ID] = i
	return i
}

// Redeliver delivers an interaction once more.
func (s *Server) Redeliver(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.dispatch(s, "INTERACTION_CREATE", s.interactions[id].Payload)
}

// Acked waits until an interaction is acknowledged, and returns what came of it.
func (s *Server) Acked(id string) Interaction {
	s.t.Helper()
	s.Roundly("interaction "+id+" is acknowledged", func() bool { return !s.Interaction(id).AckedAt.IsZero() })
	return s.Interaction(id)
}

// ReplyTo waits until an interaction's deferred reply is shown, and returns it.
func (s *Server) ReplyTo(id string) Message {
	s.t.Helper()
	var shown Message
	s.Acked(id)
	s.Roundly("interaction "+id+" is replied to", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		m := s.message(s.interactions[id].original)
		for _, other := range s.messages {
			if m == nil && other.Interaction != nil && other.Interaction.ID == id {
				m = other // the original was taken back
			}
		}
		if m == nil || m.Flags&flagLoading != 0 {
			return false
		}
		shown = *m
		return true
	})
	return shown
}

// Unsent makes an interaction of that type for the test to deliver over HTTP: its
// id, and the body of the request. It comes from a message, or below is nil.
func (s *Server) Unsent(a Act, kind int, data map[string]any, below *Message) (id string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.newInteraction(a, kind, data, below)
	i.unsent = true
	return i.ID, encode(i.Payload)
}

// Answered takes the answer to an interaction that was delivered over HTTP.
func (s *Server) Answered(id string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := check("POST /interactions/{interaction_id}/{interaction_token}/callback", body); err != nil {
		s.complain("the answer to an interaction: %v\n%s", err, body)
	}
	s.acknowledge(s.interactions[id], body)
	s.answered.Broadcast()
}
