package discord

import (
	"context"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/adapters/chat"
)

// collected reports whether r shows what a person collected for a briefing.
func collected(r chat.Reply) bool { return len(r.Cards) > 0 && r.Cards[0].Collected != "" }

// What a message takes of a page of collected cards, each with its buttons, so that
// all of it is changed in place: 6 cards in one frame are 36 of its 40 components.
// Their texts together stay below [mostText].
const (
	mostTitled = 100 // characters of a title, and of where the words stand
	mostQuoted = 240 // of a quotation: it is there to be known again
	mostNoted  = 100 // of a note
)

// arranged is a page of what a person collected, as one message.
func arranged(r chat.Reply) post {
	var cards []discordgo.MessageComponent
	for _, c := range r.Cards {
		cards = append(cards, discordgo.TextDisplay{Content: collectedText(c)})
		buttons := cardButtons(r, c)
		if c.N == 1 {
			buttons = disabled(buttons, chat.Raise)
		}
		cards = append(cards, row(buttons)...)
	}
	p := post{Flags: componentsOnly, Components: []discordgo.MessageComponent{
		discordgo.TextDisplay{Content: escape(r.Notice)}, discordgo.Container{Components: cards},
	}}
	p.Components = append(p.Components, row(replyButtons(r))...)
	return p
}

// disabled lets nobody press the button of that kind.
func disabled(buttons []discordgo.MessageComponent, k chat.Kind) []discordgo.MessageComponent {
	for i, c := range buttons {
		if b, ok := c.(discordgo.Button); ok {
			kind, _, _, _ := chat.ParseToken(b.CustomID)
			b.Disabled = kind == k
			buttons[i] = b
		}
	}
	return buttons
}

// collectedText is a collected card in short.
func collectedText(c chat.Card) string {
	text := "**" + escapeShort(c.Title, mostTitled) + "**"
	if where := c.Where(); where != "" {
		text += "\n" + escapeShort(where, mostTitled)
	}
	text += "\n“" + escapeShort(c.Quote, mostQuoted) + "”"
	if c.Note != "" {
		text += "\n" + escapeShort(chat.SayNote(c.Note), mostNoted)
	}
	return text
}

// escapeShort is text escaped, and shortened to that many characters as Discord counts
// them.
func escapeShort(text string, limit int) string {
	for most := limit; ; {
		escaped := escape(chat.Shorten(text, most))
		over := width(escaped) - limit
		if over <= 0 {
			return escaped
		}
		most -= (over + 1) / 2 // a character and what escapes it are two
	}
}

// arranges reports whether a button of that kind belongs to what a person collected,
// and changes how that is shown.
func arranges(k chat.Kind) bool {
	return slices.Contains([]chat.Kind{chat.Desk, chat.Raise, chat.Annotate, chat.Drop, chat.Clear}, k)
}

// alone reports whether nobody but whoever made i sees the message that it comes
// from: then what they collected may be shown in its place.
func alone(i *discordgo.Interaction) bool {
	return i.Message != nil && i.Message.Flags&discordgo.MessageFlagsEphemeral != 0
}

const (
	inputNote = "note"
	mostNote  = 1000 // characters
)

// noteForm asks for what a person says about a collected card, and holds what they
// said before. A form cannot be deferred, so that is not waited for long.
func (a *Adapter) noteForm(ctx context.Context, i *discordgo.Interaction, token string) response {
	const patience = time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, page, id, _ := chat.ParseToken(token)
	note := ""
	for _, c := range a.bot.Collected(ctx, chat.Message{Platform: platform, Team: i.GuildID, Channel: i.ChannelID, ID: i.ID, User: asker(i)}, page).Cards {
		if c.Collected == id {
			note = chat.Shorten(c.Note, mostNote)
		}
	}
	return form(token, titleNote, discordgo.TextInput{
		CustomID: inputNote, Label: labelNote, Style: discordgo.TextInputParagraph, MaxLength: mostNote, Value: note,
	})
}
