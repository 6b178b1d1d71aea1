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
func (a *Adapter) interact(ctx context.Context, i *discordgo.Interaction, respond acknowledger) {
	if i == nil || i.ID == "" || i.Token == "" || asker(i) == "" || a.seen.before(i.ID) {
		return
	}
	acknowledged := a.crowd.enter()
	defer acknowledged()
	acknowledge := func(ctx context.Context, r response) error {
		defer acknowledged()
		return respond(ctx, r)
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
	shared := (data.Name == nameAsk || data.Name == nameBrief) && !truth(data.Options, optionPrivate)
	private := !shared
	acknowledged := acknowledge(ctx, later(private))
	switch data.Name {
	case nameAsk:
		m := a.spoken(ctx, i, textOption(data.Options, optionQuestion), private)
		m.About = textOption(data.Options, optionDocument)
		return a.ask(ctx, m, i, acknowledged)
	case nameBrief:
		m := a.spoken(ctx, i, "", private)
		m.About = textOption(data.Options, optionDocument)
		m.Brief = &chat.Brief{Topic: textOption(data.Options, optionTopic), Style: textOption(data.Options, optionStyle), Format: textOption(data.Options, optionFormat)}
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

// ask hands a question, or the wish for a briefing, to the Bot. One that could not be acknowledged is replied to
// in the channel, or directly.
func (a *Adapter) ask(ctx context.Context, m chat.Message, i *discordgo.Interaction, acknowledged error) error {
	if acknowledged == nil {
		t := reply(i)
		t.Private = m.Private
		m.Ticket = t.encode()
	} else {
		a.log.Warn(saidNotDeferred, "interaction", i.ID, "error", acknowledged)
	}
	a.crowd.pass(ctx, a.waits.crowd)
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
		return acknowledge(ctx, reasonForm(token))
	case chat.Annotate:
		return acknowledge(ctx, a.noteForm(ctx, i, token))
	case chat.Make:
		acknowledged := acknowledge(ctx, later(true))
		m := a.spoken(ctx, i, "", true)
		m.Brief = &chat.Brief{} // of what was collected, in the form that is used unasked
		return a.ask(ctx, m, i, acknowledged)
	}
	return a.carryOut(ctx, i, kind, token, "", acknowledge)
}

// carryOut lets the Bot do what a button does, with what was written into its form,
// and shows what comes of it: in place of the message that has the button where it
// belongs there, else to whoever pressed it alone.
func (a *Adapter) carryOut(ctx context.Context, i *discordgo.Interaction, kind chat.Kind, token, written string, acknowledge acknowledger) error {
	inPlace := kind == chat.Page || arranges(kind) && alone(i)
	first := later(true)
	if inPlace {
		first = response{Type: discordgo.InteractionResponseDeferredMessageUpdate}
	}
	if err := acknowledge(ctx, first); err != nil {
		return err
	}
	if inPlace && i.Message != nil {
		// What was changed last is to be shown last, however fast somebody presses.
		turn := a.turn(i.Message.ID)
		turn.Lock()
		defer turn.Unlock()
	}
	r := a.bot.Press(ctx, token, a.spoken(ctx, i, written, true), &desk{a: a})
	switch {
	case inPlace && r.InPlace:
		return a.update(ctx, i, r)
	case inPlace:
		return a.follow(ctx, reply(i), rich(r, false)[0], true) // why it stays as it is
	}
	return a.tell(ctx, i, r)
}

// tell shows r to whoever made an interaction, and to nobody else.
func (a *Adapter) tell(ctx context.Context, i *discordgo.Interaction, r chat.Reply) error {
	_, err := a.respond(ctx, reply(i), r, true)
	return err
}

// update shows another card of an answer, or what became of what a person collected, in
// the message whose button was pressed.
func (a *Adapter) update(ctx context.Context, i *discordgo.Interaction, r chat.Reply) error {
	// Whether the question stands above the answer, as it does after a command, the
	// message itself tells.
	asked := i.Message != nil && i.Message.InteractionMetadata != nil
	posts := rich(r, asked)
	_, err := a.replace(ctx, reply(i), posts[len(posts)-1])
	if badForm(err) {
		// What is a message of components stays one; plain text has to follow it.
		a.log.Error(saidPlainer, "error", err)
		err = nil
		for _, p := range plain(r, asked) {
			err = errors.Join(err, a.follow(ctx, reply(i), p, true))
		}
	}
	if err != nil {
		return fmt.Errorf("changing what is shown: %w", err)
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

// form asks for one text; an empty one is an answer too.
func form(token, title string, input discordgo.TextInput) response {
	row := discordgo.ActionsRow{Components: []discordgo.MessageComponent{input}}
	return response{Type: discordgo.InteractionResponseModal, Data: modal{token, title, []discordgo.MessageComponent{row}}}
}

// reasonForm asks why an answer did not help.
func reasonForm(token string) response {
	return form(token, titleReason, discordgo.TextInput{
		CustomID: inputReason, Label: labelReason, Style: discordgo.TextInputParagraph, MaxLength: mostReason,
	})
}

// submit takes on what was written into a form.
func (a *Adapter) submit(ctx context.Context, i *discordgo.Interaction, data discordgo.ModalSubmitInteractionData, acknowledge acknowledger) error {
	kind, _, _, _ := chat.ParseToken(data.CustomID)
	name := inputReason
	if kind == chat.Annotate {
		name = inputNote
	}
	text, ok := written(data, name)
	if !ok && kind == chat.Annotate { // a note is not to be lost to a form that cannot be read
		if err := acknowledge(ctx, later(true)); err != nil {
			return err
		}
		return a.tell(ctx, i, chat.Reply{Notice: saidNoForm})
	}
	return a.carryOut(ctx, i, kind, data.CustomID, text, acknowledge)
}

// written is what was written into a field of a form; ok is false where the form has
// no such field.
func written(data discordgo.ModalSubmitInteractionData, name string) (text string, ok bool) {
	for _, c := range data.Components {
		row, ok := c.(*discordgo.ActionsRow)
		if !ok {
			continue
		}
		for _, c := range row.Components {
			if input, ok := c.(*discordgo.TextInput); ok && input.CustomID == name {
				return input.Value, true
			}
		}
	}
	return "", false
}
