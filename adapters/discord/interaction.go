package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/adapters/chat"
)

// An acknowledger gives an interaction its first response, within 3 seconds or it
// is void.
type acknowledger func(ctx context.Context, r response) error

// A response is the first one to an interaction.
type response struct {
	Type discordgo.InteractionResponseType `json:"type"`
	Data any                               `json:"data,omitempty"`
}

// deferred is the data of a deferred response. That its reply is for the asker
// alone is settled here; what it is made of, when it comes.
type deferred struct {
	Flags discordgo.MessageFlags `json:"flags,omitempty"`
}

// later is the response that a reply follows.
func later(private bool) response {
	r := response{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource}
	if private {
		r.Data = deferred{Flags: discordgo.MessageFlagsEphemeral}
	}
	return r
}

// callback acknowledges an interaction that came over the gateway.
func (a *Adapter) callback(i *discordgo.Interaction) acknowledger {
	return func(ctx context.Context, r response) error {
		const allowed = 3 * time.Second
		ctx, cancel := context.WithTimeout(ctx, allowed)
		defer cancel()
		err := a.call(ctx, "POST", callbackAddress(i.ID, i.Token), "", r, nil)
		if code(err) == codeAlreadyAcknowledged {
			return nil // by an attempt whose answer was lost
		}
		if err != nil {
			return fmt.Errorf("acknowledging an interaction: %w", err)
		}
		return nil
	}
}

// interact takes on an interaction.
func (a *Adapter) interact(ctx context.Context, i *discordgo.Interaction, acknowledge acknowledger) {
	if i == nil || i.ID == "" || i.Token == "" || asker(i) == "" || a.seen.before(i.ID) {
		return
	}
	i.AppID = cmp.Or(i.AppID, a.self.Load().application)
	// Only where it cannot be replied to by its token does it matter that there is no
	// such channel.
	i.ChannelID = cmp.Or(i.ChannelID, asker(i))
	var err error
	switch i.Type {
	case discordgo.InteractionApplicationCommand:
		if data, ok := i.Data.(discordgo.ApplicationCommandInteractionData); ok {
			err = a.command(ctx, i, data, acknowledge)
		}
	case discordgo.InteractionApplicationCommandAutocomplete:
		if data, ok := i.Data.(discordgo.ApplicationCommandInteractionData); ok {
			err = acknowledge(ctx, a.complete(data))
		}
	case discordgo.InteractionMessageComponent:
		if data, ok := i.Data.(discordgo.MessageComponentInteractionData); ok {
			err = a.press(ctx, i, data.CustomID, acknowledge)
		}
	case discordgo.InteractionModalSubmit:
		if data, ok := i.Data.(discordgo.ModalSubmitInteractionData); ok {
			err = a.submit(ctx, i, data, acknowledge)
		}
	}
	if err != nil {
		a.log.Error(saidNotShown, "interaction", i.ID, "error", err)
	}
}

// asker is who made an interaction: a member of a server, or whoever speaks to the
// bot directly.
func asker(i *discordgo.Interaction) string {
	switch {
	case i.Member != nil && i.Member.User != nil:
		return i.Member.User.ID
	case i.User != nil:
		return i.User.ID
	}
	return ""
}

// spoken is an interaction as a message.
func (a *Adapter) spoken(ctx context.Context, i *discordgo.Interaction, text string, private bool) chat.Message {
	p := a.where(ctx, i.GuildID, i.ChannelID)
	m := chat.Message{
		Platform: platform, Team: i.GuildID, Channel: p.channel, Thread: p.thread, ID: i.ID, User: asker(i), Text: text,
		Direct:  i.GuildID == "" && i.Context != discordgo.InteractionContextPrivateChannel,
		Command: true, Private: private, Ticket: ticket{At: i.ChannelID}.encode(),
	}
	if i.Member != nil {
		m.Roles = i.Member.Roles
	}
	return m
}

// reply is the ticket of an interaction that was deferred.
func reply(i *discordgo.Interaction) ticket {
	return ticket{At: i.ChannelID, Application: i.AppID, Token: i.Token}
}

// command carries out a command.
func (a *Adapter) command(ctx context.Context, i *discordgo.Interaction, data discordgo.ApplicationCommandInteractionData, acknowledge acknowledger) error {
	private := data.Name != nameAsk || truth(data.Options, optionPrivate)
	acknowledged := acknowledge(ctx, later(private))
	switch data.Name {
	case nameAsk:
		m := a.spoken(ctx, i, textOption(data.Options, optionQuestion), private)
		m.About = textOption(data.Options, optionDocument)
		return a.ask(ctx, m, i, acknowledged)
	case nameFindSources:
		text := ""
		if data.Resolved != nil {
			if about := data.Resolved.Messages[data.TargetID]; about != nil {
				text = a.words(about)
			}
		}
		return a.ask(ctx, a.spoken(ctx, i, text, private), i, acknowledged)
	}
	if acknowledged != nil {
		return acknowledged
	}
	switch data.Name {
	case nameHelp:
		return a.tell(ctx, i, a.help())
	case nameSources:
		return a.tell(ctx, i, a.sources())
	case nameSettings:
		return a.tell(ctx, i, a.settings(ctx, i, data))
	}
	return a.tell(ctx, i, chat.Reply{Notice: saidUnknown})
}

// truth is the truth value given for an option, or false.
func truth(options []*discordgo.ApplicationCommandInteractionDataOption, name string) bool {
	for _, o := range options {
		if o == nil {
			continue
		}
		if value, ok := o.Value.(bool); ok && o.Name == name {
			return value
		}
	}
	return false
}

// textOption is the text given for an option, or "".
func textOption(options []*discordgo.ApplicationCommandInteractionDataOption, name string) string {
	for _, o := range options {
		if o == nil {
			continue
		}
		if value, ok := o.Value.(string); ok && o.Name == name {
			return value
		}
	}
	return ""
}

// ask hands a question to the Bot. One that could not be acknowledged is replied to
// in the channel, or directly.
func (a *Adapter) ask(ctx context.Context, m chat.Message, i *discordgo.Interaction, acknowledged error) error {
	if acknowledged == nil {
		t := reply(i)
		t.Private = m.Private
		m.Ticket = t.encode()
	} else {
		a.log.Warn(saidNotDeferred, "interaction", i.ID, "error", acknowledged)
	}
	to := &desk{a: a}
	if err := a.bot.Handle(ctx, m, to); err != nil {
		_, untold := to.Post(ctx, m, chat.Reply{To: m.ID, Private: m.Private, Notice: saidStopping})
		return errors.Join(err, untold)
	}
	if err := a.bot.Wait(ctx, m); err != nil || to.posted.Load() || acknowledged != nil {
		return nil // it is replied to, or will be
	}
	// The Bot has nothing to say, as to one more question of somebody who was told
	// to slow down: then nothing should go on "thinking".
	_, replied, err := to.Find(ctx, m)
	if err == nil && !replied {
		err = a.call(ctx, "DELETE", originalAddress(i.AppID, i.Token), "", nil, nil)
	}
	if err != nil && !expired(err) {
		return fmt.Errorf("taking a deferred reply back: %w", err)
	}
	return nil
}

// press carries out what a button does.
func (a *Adapter) press(ctx context.Context, i *discordgo.Interaction, token string, acknowledge acknowledger) error {
	kind, _, _, _ := chat.ParseToken(token)
	switch kind {
	case chat.Unhelpful:
		return acknowledge(ctx, form(token))
	case chat.Page:
		if err := acknowledge(ctx, response{Type: discordgo.InteractionResponseDeferredMessageUpdate}); err != nil {
			return err
		}
	default:
		if err := acknowledge(ctx, later(true)); err != nil {
			return err
		}
	}
	r := a.bot.Press(ctx, token, a.spoken(ctx, i, "", true), &desk{a: a})
	switch {
	case r.InPlace:
		return a.turn(ctx, i, r)
	case kind == chat.Page:
		return a.follow(ctx, reply(i), rich(r, false)[0], true) // why the page cannot be turned
	}
	return a.tell(ctx, i, r)
}

// tell shows r to whoever made an interaction, and to nobody else.
func (a *Adapter) tell(ctx context.Context, i *discordgo.Interaction, r chat.Reply) error {
	_, err := a.respond(ctx, reply(i), r, true)
	return err
}

// turn shows another card of an answer, in the message whose button was pressed.
func (a *Adapter) turn(ctx context.Context, i *discordgo.Interaction, r chat.Reply) error {
	// Whether the question stands above the answer, as it does after a command, the
	// message itself tells.
	asked := i.Message != nil && i.Message.InteractionMetadata != nil
	posts := rich(r, asked)
	err := a.call(ctx, "PATCH", originalAddress(i.AppID, i.Token), "", posts[len(posts)-1], nil)
	if err != nil {
		return fmt.Errorf("turning a page: %w", err)
	}
	return nil
}

// modal is a form.
type modal struct {
	CustomID   string                       `json:"custom_id"`
	Title      string                       `json:"title"`
	Components []discordgo.MessageComponent `json:"components"`
}

const (
	inputReason = "reason"
	mostReason  = 1000 // characters
)

// form asks why an answer did not help. An empty one is an answer too.
func form(token string) response {
	reason := discordgo.TextInput{CustomID: inputReason, Label: labelReason, Style: discordgo.TextInputParagraph, MaxLength: mostReason}
	row := discordgo.ActionsRow{Components: []discordgo.MessageComponent{reason}}
	return response{Type: discordgo.InteractionResponseModal, Data: modal{token, titleReason, []discordgo.MessageComponent{row}}}
}

// submit takes on what was written into a form.
func (a *Adapter) submit(ctx context.Context, i *discordgo.Interaction, data discordgo.ModalSubmitInteractionData, acknowledge acknowledger) error {
	if err := acknowledge(ctx, later(true)); err != nil {
		return err
	}
	reason := ""
	for _, c := range data.Components {
		row, ok := c.(*discordgo.ActionsRow)
		if !ok {
			continue
		}
		for _, c := range row.Components {
			if input, ok := c.(*discordgo.TextInput); ok && input.CustomID == inputReason {
				reason = input.Value
			}
		}
	}
	r := a.bot.Press(ctx, data.CustomID, a.spoken(ctx, i, reason, true), &desk{a: a})
	return a.tell(ctx, i, r)
}
