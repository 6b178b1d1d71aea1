package slack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"rapporteur/adapters/chat"
)

// A payload is an event as both Socket Mode and HTTP bring it. Only what is needed
// is read, so that nothing else in it can be malformed.
type payload struct {
	Type           string `json:"type"` // event_callback, url_verification, app_rate_limited
	Challenge      string `json:"challenge"`
	Team           string `json:"team_id"`
	Enterprise     string `json:"enterprise_id"`
	Authorizations []struct {
		Team       string `json:"team_id"`
		Enterprise string `json:"enterprise_id"`
		OrgWide    flag   `json:"is_enterprise_install"`
	} `json:"authorizations"`
	Shared bool            `json:"is_ext_shared_channel"`
	Event  json.RawMessage `json:"event"`
}

// installed is the installation that the event is for. In a channel that is shared,
// Team may be another's.
func (p payload) installed() installation {
	if len(p.Authorizations) == 0 {
		return installation{team: p.Team}
	}
	first := p.Authorizations[0]
	i := installation{team: first.Team}
	if first.OrgWide {
		i.enterprise = cmp.Or(first.Enterprise, p.Enterprise)
	}
	if i == (installation{}) {
		i.team = p.Team
	}
	return i
}

// A flag is true or false; Slack writes some as text.
type flag bool

// UnmarshalJSON reads true and "true"; all else is false.
func (f *flag) UnmarshalJSON(data []byte) error {
	*f = strings.Trim(string(data), `"`) == "true"
	return nil
}

// An event is what happened. Which fields there are depends on its type.
type event struct {
	Type        string `json:"type"`
	Subtype     string `json:"subtype"`
	Channel     string `json:"channel"`
	ChannelType string `json:"channel_type"`
	Thread      string `json:"thread_ts"`
	Tab         string `json:"tab"` // of the app's home that was opened
	Deleted     string `json:"deleted_ts"`
	said
	Message  said `json:"message"`          // as it is after an edit
	Previous said `json:"previous_message"` // as it was before a deletion
	Tokens   struct {
		Bot []string `json:"bot"` // user ids of the bots whose tokens were revoked
	} `json:"tokens"`
}

// said is a message itself.
type said struct {
	Subtype string `json:"subtype"`
	User    string `json:"user"`
	Bot     string `json:"bot_id"`
	Text    string `json:"text"`
	TS      string `json:"ts"`
	Thread  string `json:"thread_ts"`
	Parent  string `json:"parent_user_id"` // who began the thread
}

// typeOf returns the type of an event.
func typeOf(raw json.RawMessage) (string, error) {
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &kind); err != nil {
		return "", fmt.Errorf("reading an event: %w", err)
	}
	return kind.Type, nil
}

// message turns an event into a Message of the workspace; ok is false for what is
// no message of anybody's, such as that somebody joined.
func (w *workspace) message(e event, shared, retry bool) (m chat.Message, ok bool) {
	m = chat.Message{Platform: platform, Team: w.team, Channel: e.Channel, Direct: e.ChannelType == "im" || strings.HasPrefix(e.Channel, "D"), Shared: shared, Retry: retry}
	s := e.said
	s.Subtype, s.Thread = e.Subtype, e.Thread
	switch e.Subtype {
	case "", "file_share", "thread_broadcast", "me_message", "bot_message":
	case "message_changed":
		s, m.Change = e.Message, chat.Edited
		if s.Subtype == "tombstone" { // deleted, and kept in place since a thread hangs from it
			m.Change = chat.Deleted
		}
	case "message_deleted":
		s, m.Change = e.Previous, chat.Deleted
		s.TS = e.Deleted
	default:
		return chat.Message{}, false
	}
	if m.Channel == "" || s.TS == "" {
		return chat.Message{}, false
	}
	m.ID, m.User = s.TS, s.User
	if s.Thread != s.TS {
		m.Thread = s.Thread
	}
	m.Bot = s.Bot != "" || s.Subtype == "bot_message" || s.User == w.user || s.User == "USLACKBOT"
	if m.User == "" {
		m.User = s.Bot
	}
	m.Own = s.Parent == w.user
	if m.Change == chat.Deleted {
		m.User, m.Bot = "", false
		return m, true
	}
	m.Text, m.Mention, m.ToOthers = readText(s.Text, w.user)
	if e.Type == eventMention && !m.Mention {
		// Slack says that the bot is mentioned, if by an id that is not known.
		m.Text, _, _ = readText(s.Text, leadingMention(s.Text))
		m.Mention, m.ToOthers = true, false
	}
	return m, m.User != ""
}
