package slack

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"

	"rapporteur/adapters/chat"
)

// What people can do besides writing a message.
const (
	commandAsk    = "/ask"
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
	if c.Command != commandAsk {
		a.aside(func(ctx context.Context) {
			w.note("refusing a command", w.whisper(ctx, m, chat.Reply{Private: true, Notice: saidUnknownAsk}))
		})
		return nil
	}
	return w.hand(ctx, m)
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

// interaction takes in what people do with what the app shows; the error is as of
// receive.
func (a *Adapter) interaction(ctx context.Context, raw []byte) error {
	var c interaction
	if err := json.Unmarshal(raw, &c); err != nil {
		a.log.Warn(saidUnreadable, "error", err)
		return nil
	}
	w, ok := a.installed(organization(c.Team.ID, c.Enterprise.ID, c.OrgWide))
	if !ok || c.User.ID == "" {
		a.log.Warn(saidUnknownTeam, "team", c.Team.ID, "type", c.Type)
		return nil
	}
	channel := cmp.Or(c.Channel.ID, c.Container.Channel)
	switch {
	case c.Type == "view_submission" && c.View.Callback == formReason:
		a.aside(func(ctx context.Context) { w.reason(ctx, c.User.ID, c.View) })
	case channel == "":
	case c.Type == "message_action" && c.Callback == shortcutAsk:
		text, _, _ := readText(c.Message.Text, w.user)
		return w.hand(ctx, w.privately(channel, c.User.ID, "shortcut "+cmp.Or(c.Trigger, rand.Text()), text, c.ResponseURL))
	case c.Type == "block_actions":
		for _, b := range c.Actions {
			a.aside(func(ctx context.Context) { w.press(ctx, c, channel, b) })
		}
	}
	return nil
}

// press does what a button is for, and shows what comes of it to the person.
func (w *workspace) press(ctx context.Context, c interaction, channel string, b action) {
	m := w.privately(channel, c.User.ID, "press "+b.TS, "", c.ResponseURL)
	if c.Container.Type == containerPost && !c.Container.Ephemeral {
		m.Thread = cmp.Or(c.Container.Thread, c.Message.Thread)
	}
	r := w.pressed(ctx, m, b.Value)
	if kind, _, _, _ := chat.ParseToken(b.Value); r.Judged && kind == chat.Unhelpful && w.askReason(ctx, c.Trigger, m, b.Value) {
		return // the form thanks
	}
	w.note("showing what a button brought", w.whisper(ctx, m, r))
}

// pressed lets the Bot do what the button with that token is for.
func (w *workspace) pressed(ctx context.Context, m chat.Message, token string) chat.Reply {
	guest, err := w.guest(ctx, m.User)
	m.Guest, m.Unsure = guest, err != nil
	return w.adapter.bot.Press(ctx, token, m, w)
}
