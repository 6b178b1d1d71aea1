package slack

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"strings"

	"rapporteur/adapters/chat"
)

// What people can do besides writing a message.
const (
	commandAsk    = "/ask"
	commandBrief  = "/brief"
	shortcutAsk   = "ask_about_message"
	containerPost = "message"
)

// A command is a slash command as somebody typed it.
type command struct {
	Team        string `json:"team_id"`
	Enterprise  string `json:"enterprise_id"`
	OrgWide     flag   `json:"is_enterprise_install"`
	Channel     string `json:"channel_id"`
	User        string `json:"user_id"`
	Command     string `json:"command"`
	Text        string `json:"text"`
	ResponseURL string `json:"response_url"`
	Trigger     string `json:"trigger_id"`
}

// command takes in a slash command; the error is as of receive.
func (a *Adapter) command(ctx context.Context, c command) error {
	w, ok := a.installed(organization(c.Team, c.Enterprise, c.OrgWide))
	if !ok || c.Channel == "" || c.User == "" {
		a.log.Warn(saidUnknownTeam, "team", c.Team, "command", c.Command)
		return nil
	}
	text, _, _ := readText(c.Text, w.user)
	m := w.privately(c.Channel, c.User, "command "+cmp.Or(c.Trigger, rand.Text()), text, c.ResponseURL)
	switch c.Command {
	case commandAsk:
		return w.hand(ctx, m)
	case commandBrief:
		m.Direct = direct(c.Channel)
		a.aside(func(ctx context.Context) { w.order(ctx, m, c.Trigger, false) })
	default:
		a.aside(func(ctx context.Context) {
			w.note("refusing a command", w.whisper(ctx, m, chat.Reply{Private: true, Notice: saidUnknownAsk}))
		})
	}
	return nil
}

// organization is the installation that a command or an interaction is for.
func organization(team, enterprise string, orgWide flag) installation {
	if !orgWide {
		enterprise = ""
	}
	return installation{team, enterprise}
}

// privately is a question whose answer the asker alone sees. An address to reply to
// that is not Slack's is left out: nothing is ever written to it.
func (w *workspace) privately(channel, user, id, text, address string) chat.Message {
	m := chat.Message{Platform: platform, Team: w.team, Channel: channel, User: user, ID: id, Text: text, Command: true, Private: true}
	if w.adapter.ours(address) {
		m.Ticket = address
	}
	return m
}

// direct reports whether a channel is a person's conversation with the bot alone, or
// the id of a person, which stands for it.
func direct(channel string) bool {
	return strings.HasPrefix(channel, "D") || strings.HasPrefix(channel, "U") || strings.HasPrefix(channel, "W")
}

// An interaction is a press of a button, a use of the message shortcut, or a form
// that was filled in.
type interaction struct {
	Type        string `json:"type"`
	Callback    string `json:"callback_id"`
	Trigger     string `json:"trigger_id"`
	Team        id     `json:"team"`
	Enterprise  id     `json:"enterprise"`
	OrgWide     flag   `json:"is_enterprise_install"`
	Channel     id     `json:"channel"`
	User        id     `json:"user"`
	Message     said   `json:"message"`
	ResponseURL string `json:"response_url"`
	Container   struct {
		Type      string `json:"type"`
		Channel   string `json:"channel_id"`
		Thread    string `json:"thread_ts"`
		Ephemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Actions []action `json:"actions"`
	View    view     `json:"view"`
}

// An id is that of a team, a channel or a person.
type id struct {
	ID string `json:"id"`
}

// An action is the press of one button.
type action struct {
	Value string `json:"value"`
	TS    string `json:"action_ts"`
}

// interaction takes in what people do with what the app shows. It returns what the
// acknowledgement is to say, nil for nothing; the error is as of receive.
func (a *Adapter) interaction(ctx context.Context, raw []byte) (any, error) {
	var c interaction
	if err := json.Unmarshal(raw, &c); err != nil {
		a.log.Warn(saidUnreadable, "error", err)
		return nil, nil
	}
	w, ok := a.installed(organization(c.Team.ID, c.Enterprise.ID, c.OrgWide))
	if !ok || c.User.ID == "" {
		a.log.Warn(saidUnknownTeam, "team", c.Team.ID, "type", c.Type)
		return nil, nil
	}
	channel := cmp.Or(c.Channel.ID, c.Container.Channel)
	switch {
	case c.Type == "view_submission":
		return w.submitted(ctx, c.User.ID, c.View)
	case c.Type == "block_actions" && (channel != "" || c.View.ID != ""):
		for _, b := range c.Actions {
			a.aside(func(ctx context.Context) { w.press(ctx, c, b) })
		}
	case channel == "":
	case c.Type == "message_action" && c.Callback == shortcutAsk:
		text, _, _ := readText(c.Message.Text, w.user)
		return nil, w.hand(ctx, w.privately(channel, c.User.ID, "shortcut "+cmp.Or(c.Trigger, rand.Text()), text, c.ResponseURL))
	}
	return nil, nil
}

// submitted takes in a form that a person sent; what it returns is as of interaction.
func (w *workspace) submitted(ctx context.Context, user string, v view) (any, error) {
	switch v.Callback {
	case formBrief:
		return w.wanted(ctx, user, v)
	case formNote:
		w.adapter.aside(func(ctx context.Context) { w.noted(ctx, user, v) })
	case formReason:
		w.adapter.aside(func(ctx context.Context) { w.reason(ctx, user, v) })
	}
	return nil, nil
}

// press does what a button is for, and shows what comes of it to the person.
func (w *workspace) press(ctx context.Context, c interaction, b action) {
	m, at := w.pressedAt(c, b)
	kind, _, _, _ := chat.ParseToken(b.Value)
	switch kind {
	case chat.Make:
		w.order(ctx, m, c.Trigger, at.view != "")
		return
	case chat.Annotate:
		w.askNote(ctx, m, b.Value, c.Trigger, at)
		return
	case chat.Desk, chat.Raise, chat.Drop, chat.Clear:
		w.desk(ctx, m, w.pressed(ctx, m, b.Value), c.Trigger, at)
		return
	}
	if at.ephemeral {
		m.Thread = "" // the address that came with the press knows its place
	}
	r := w.pressed(ctx, m, b.Value)
	if r.Judged && kind == chat.Unhelpful && w.askReason(ctx, c.Trigger, m, b.Value) {
		return // the form thanks
	}
	w.note("showing what a button brought", w.whisper(ctx, m, r))
}

// pressedAt says where a button was pressed: below a message, on the desk, or on the
// home tab, which stands for the person's conversation with the bot.
func (w *workspace) pressedAt(c interaction, b action) (chat.Message, spot) {
	o, _ := readOrigin(c.View.Metadata) // of the desk
	channel := cmp.Or(c.Channel.ID, c.Container.Channel, o.Channel, c.User.ID)
	m := w.privately(channel, c.User.ID, "press "+b.TS, "", cmp.Or(c.ResponseURL, o.Address))
	m.Thread, m.Direct = o.Thread, direct(channel)
	at := spot{ephemeral: c.Container.Ephemeral}
	if c.Container.Type == containerPost {
		m.Thread = cmp.Or(c.Container.Thread, c.Message.Thread)
	}
	if c.View.Callback == formDesk {
		at.view = c.View.ID
	}
	return m, at
}

// pressed lets the Bot do what the button with that token is for.
func (w *workspace) pressed(ctx context.Context, m chat.Message, token string) chat.Reply {
	guest, err := w.guest(ctx, m.User)
	m.Guest, m.Unsure = guest, err != nil
	return w.adapter.bot.Press(ctx, token, m, w)
}
