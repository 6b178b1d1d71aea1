package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// What people can do besides writing a message.
const (
	commandAsk    = "/ask"
	shortcutAsk   = "ask_about_message"
	containerPost = "message"
)

// command takes in a slash command; the error is as of receive.
func (a *Adapter) command(ctx context.Context, c slack.SlashCommand) error {
	w, ok := a.workspace(c.TeamID)
	if !ok || !a.ours(c.ResponseURL) || c.ChannelID == "" || c.UserID == "" || c.TriggerID == "" {
		a.log.Warn(saidUnknownTeam, "team", c.TeamID, "command", c.Command)
		return nil
	}
	text, _, _ := readText(c.Text, w.user)
	m := w.privately(c.ChannelID, c.UserID, "command "+c.TriggerID, text, c.ResponseURL)
	if c.Command != commandAsk {
		a.aside(func(ctx context.Context) {
			w.note("refusing a command", w.whisper(ctx, m, chat.Reply{Private: true, Notice: saidUnknownAsk}))
		})
		return nil
	}
	return w.hand(ctx, m)
}

// privately is a question whose answer the asker alone sees.
func (w *workspace) privately(channel, user, id, text, ticket string) chat.Message {
	return chat.Message{
		Platform: platform, Team: w.team, Channel: channel, User: user, ID: id, Text: text,
		Command: true, Private: true, Ticket: ticket,
	}
}

// interaction takes in a press of a button or a use of the message shortcut; the
// error is as of receive.
func (a *Adapter) interaction(ctx context.Context, raw []byte) error {
	var c slack.InteractionCallback
	if err := json.Unmarshal(raw, &c); err != nil {
		a.log.Warn(saidUnreadable, "error", err)
		return nil
	}
	w, ok := a.workspace(c.Team.ID)
	if !ok {
		a.log.Warn(saidUnknownTeam, "team", c.Team.ID, "type", c.Type)
		return nil
	}
	channel := cmp.Or(c.Channel.ID, c.Container.ChannelID)
	if channel == "" || c.User.ID == "" || !a.ours(c.ResponseURL) {
		return nil
	}
	switch {
	case c.Type == slack.InteractionTypeMessageAction && c.CallbackID == shortcutAsk:
		text, _, _ := readText(c.Message.Text, w.user)
		id := "shortcut " + cmp.Or(c.TriggerID, c.ActionTs)
		return w.hand(ctx, w.privately(channel, c.User.ID, id, text, c.ResponseURL))
	case c.Type == slack.InteractionTypeBlockActions:
		for _, b := range c.ActionCallback.BlockActions {
			a.aside(func(ctx context.Context) { w.press(ctx, c, channel, b) })
		}
	}
	return nil
}

// press does what a button is for, and shows what comes of it to the person.
func (w *workspace) press(ctx context.Context, c slack.InteractionCallback, channel string, b *slack.BlockAction) {
	m := w.privately(channel, c.User.ID, "press "+b.ActionTs, "", c.ResponseURL)
	if c.Container.Type == containerPost && !c.Container.IsEphemeral {
		m.Thread = cmp.Or(c.Container.ThreadTs, c.Message.ThreadTimestamp)
	}
	guest, err := w.guest(ctx, m)
	if err != nil {
		w.note("handling a button", fmt.Errorf("whether a person is a guest: %w", err))
		guest = true
	}
	m.Guest = guest
	r := w.adapter.bot.Press(ctx, b.Value, m, w)
	w.note("showing what a button brought", w.whisper(ctx, m, r))
}
