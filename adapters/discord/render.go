package discord

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"rapporteur/adapters/chat"
)

// The limits of a message (docs.discord.com, Message Resource and Component
// Reference).
const (
	mostContent = 2000 // characters of a message without components
	mostText    = 4000 // characters over all texts of a message of components
	mostBlocks  = 6    // texts in a message: with frames and buttons within its 40 components
	mostButtons = 5    // in a row
	mostName    = 100  // characters of a thread's name, a choice's name and value
)

// A post is a message as it is sent.
type post struct {
	Content      string                       `json:"content,omitempty"`
	Flags        discordgo.MessageFlags       `json:"flags,omitempty"`
	Components   []discordgo.MessageComponent `json:"components"`
	Mentions     mentions                     `json:"allowed_mentions"`
	Reference    *reference                   `json:"message_reference,omitempty"`
	Nonce        string                       `json:"nonce,omitempty"`
	EnforceNonce bool                         `json:"enforce_nonce,omitempty"`
	// Attachments are all that the message has: nil leaves them as they are, none
	// takes them away.
	Attachments []attachment `json:"attachments,omitzero"`

	file *chat.File // is sent along, as the first of the Attachments; nil: none
}

// An attachment names a file that a message has.
type attachment struct {
	ID   string `json:"id"` // of one that is sent along: its number, from 0
	Name string `json:"filename"`
}

// attach lets p have a file.
func (p *post) attach(f *chat.File) {
	p.file, p.Attachments = f, []attachment{{"0", f.Name}}
}

// mentions says whom a message pings: nobody, whatever it says.
type mentions struct{}

func (mentions) MarshalJSON() ([]byte, error) {
	return []byte(`{"parse":[],"replied_user":false}`), nil
}

// A reference is the message that another replies to.
type reference struct {
	Message string `json:"message_id"`
	Channel string `json:"channel_id,omitempty"`
}

// A block is a text of a message, or its file.
type block struct {
	text string     // escaped
	card *chat.Card // the one that it shows; nil outside any
	last bool       // of the texts of its card
	file *chat.File // is shown instead of a text
}

// rich returns r as messages of components: what is said, then the cards. The
// cards of an answer are shown one at a time, the one in front; the last message has
// the buttons, and is the only one that changes when another card is put in front.
func rich(r chat.Reply, asked bool) []post {
	if collected(r) {
		return []post{arranged(r)}
	}
	shown, room := r.Cards, 0
	if paged(r) {
		shown = r.Cards[front(r) : front(r)+1]
		for _, c := range r.Cards {
			room = max(room, width(cardText(r, c)))
		}
	}
	var blocks []block
	for _, text := range split(body(r, asked), mostText) {
		blocks = append(blocks, block{text: text})
	}
	if r.File != nil {
		blocks = append(blocks, block{file: r.File})
	}
	for i, c := range shown {
		texts := split(cardText(r, c), mostText)
		for j, text := range texts {
			blocks = append(blocks, block{text: text, card: &shown[i], last: j == len(texts)-1})
		}
	}
	groups := chat.Pack(blocks, mostBlocks, mostText, func(b block) int {
		if b.card != nil {
			return max(width(b.text), min(room, mostText))
		}
		return width(b.text)
	})
	var posts []post
	for i, group := range groups {
		p := post{Flags: componentsOnly}
		for _, b := range group {
			p.Components = append(p.Components, b.component(r))
			if b.file != nil {
				p.attach(b.file)
			}
		}
		if i == len(groups)-1 {
			p.Components = append(p.Components, row(replyButtons(r))...)
		}
		posts = append(posts, p)
	}
	return posts
}

// componentsOnly are the flags of a message of components.
const componentsOnly = discordgo.MessageFlagsIsComponentsV2 | discordgo.MessageFlagsSuppressEmbeds

// component is what shows b, a block of r. A card is framed with its buttons.
func (b block) component(r chat.Reply) discordgo.MessageComponent {
	switch {
	case b.file != nil:
		return discordgo.FileComponent{File: discordgo.UnfurledMediaItem{URL: "attachment://" + b.file.Name}}
	case b.card == nil:
		return discordgo.TextDisplay{Content: b.text}
	}
	framed := []discordgo.MessageComponent{discordgo.TextDisplay{Content: b.text}}
	if b.last {
		framed = append(framed, row(cardButtons(r, *b.card))...)
	}
	return discordgo.Container{Components: framed}
}

// plain returns r as messages of text, all cards among it, for a server that
// refuses the rich form. The last has the buttons of the whole reply.
func plain(r chat.Reply, asked bool) []post {
	texts := []string{body(r, asked)}
	for _, c := range r.Cards {
		texts = append(texts, cardText(r, c))
	}
	var posts []post
	for _, text := range split(strings.Join(texts, "\n\n"), mostContent) {
		posts = append(posts, post{Content: text, Flags: discordgo.MessageFlagsSuppressEmbeds, Components: []discordgo.MessageComponent{}})
	}
	if len(posts) > 0 {
		last := &posts[len(posts)-1]
		last.Components = append(last.Components, row(replyButtons(r))...)
		if r.File != nil {
			posts[0].attach(r.File)
		}
	}
	return posts
}

// paged reports whether r's cards are shown one at a time. Cards without an answer
// above them are all that there is to see.
func paged(r chat.Reply) bool { return len(r.Sentences) > 0 && len(r.Cards) > 0 }

// front is the index of the card in front.
func front(r chat.Reply) int { return min(max(r.Page, 1), len(r.Cards)) - 1 }

// body is what r says above its cards. Whoever asked by a command left no message
// that shows the question, hence asked repeats it.
func body(r chat.Reply, asked bool) string {
	var lines []string
	if r.SharedBy != "" {
		lines = append(lines, sayShared(r.SharedBy))
	}
	if (asked || r.SharedBy != "") && r.Question != "" {
		lines = append(lines, "-# "+escape(r.Question))
	}
	if r.Understood != "" {
		lines = append(lines, "-# "+escape(chat.SayUnderstood(r.Understood)))
	}
	if r.Within != "" {
		lines = append(lines, "-# "+escape(chat.SayWithin(r.Within)))
	}
	if r.Notice != "" {
		lines = append(lines, escape(r.Notice))
	}
	for _, s := range r.Sentences {
		lines = append(lines, escape(s.Text)+marks(s))
	}
	for _, p := range r.Prompts {
		lines = append(lines, "• "+escape(p))
	}
	return strings.Join(lines, "\n")
}

// askedIn is the question that stands above an answer of these components, as body
// puts it there, or "".
func askedIn(components []discordgo.MessageComponent) string {
	if len(components) == 0 {
		return ""
	}
	text, ok := components[0].(*discordgo.TextDisplay)
	if !ok {
		return ""
	}
	for line := range strings.Lines(text.Content) {
		if asked, ok := strings.CutPrefix(line, "-# "); ok {
			if asked = strings.TrimSpace(unescape(asked)); strings.HasPrefix(asked, chat.SayWithin("")) {
				return "" // a briefing was wanted, of a part of the documents
			}
			return asked
		}
	}
	return ""
}

// cardText is a card: the title, where the words stand, and the words, unless they
// stand above it already.
func cardText(r chat.Reply, c chat.Card) string {
	lines := []string{fmt.Sprintf("**[%d] %s**", c.N, escape(c.Title))}
	for _, line := range []string{escape(joined(" · ", c.Body, c.Date)), joined(" · ", escape(c.Where()), wayTo(c))} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	switch quote := "“" + escape(c.Quote) + "”"; {
	case c.Before != "" || c.After != "":
		lines = append(lines, strings.TrimSpace(escape(c.Before)+" **"+quote+"** "+escape(c.After)))
	case !stated(r, c):
		lines = append(lines, quote)
	}
	if c.Note != "" {
		lines = append(lines, escape(chat.SayNote(c.Note)))
	}
	if paged(r) && len(r.Cards) > 1 {
		lines = append(lines, "-# "+saySource(c.N, len(r.Cards))+elsewhere(r, c))
	}
	return strings.Join(lines, "\n")
}

// wayTo is a link to where the words of c stand, "" where that cannot be opened. It
// holds no space, so that it is never cut.
func wayTo(c chat.Card) string {
	if c.Link == "" {
		return ""
	}
	return "[" + labelOpen + "](" + linkEscapes.Replace(c.Link) + ")"
}

// linkEscapes keep the round brackets of an address from ending it.
var linkEscapes = strings.NewReplacer("(", "%28", ")", "%29")

// elsewhere says in short where the words of the cards stand that c hides.
func elsewhere(r chat.Reply, c chat.Card) string {
	var all strings.Builder
	for _, other := range r.Cards {
		if other.N == c.N {
			continue
		}
		where := other.Page
		if where == "" && len(other.Section) > 0 {
			where = other.Section[len(other.Section)-1]
		}
		if other.Title != c.Title || where == "" {
			where = joined(", ", other.Title, where)
		}
		fmt.Fprintf(&all, " · [%d] %s", other.N, escape(chat.Shorten(where, mostName)))
	}
	return all.String()
}

// marks are those of s, each bold behind a space.
func marks(s chat.Sentence) string {
	var all strings.Builder
	for _, n := range s.Marks {
		fmt.Fprintf(&all, " **[%d]**", n)
	}
	return all.String()
}

// stated reports whether r has the words of c among its sentences.
func stated(r chat.Reply, c chat.Card) bool {
	return slices.ContainsFunc(r.Sentences, func(s chat.Sentence) bool { return s.Quotes(c) })
}

// joined joins what is not empty.
func joined(by string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), by)
}

// row holds buttons, at most as many as a row takes; there is none without any.
func row(buttons []discordgo.MessageComponent) []discordgo.MessageComponent {
	if len(buttons) == 0 {
		return nil
	}
	return []discordgo.MessageComponent{discordgo.ActionsRow{Components: buttons[:min(len(buttons), mostButtons)]}}
}

// cardButtons are the buttons of a card of r: those that turn to its neighbours, and
// its own.
func cardButtons(r chat.Reply, c chat.Card) []discordgo.MessageComponent {
	var all []discordgo.MessageComponent
	add := func(label, token string) {
		if token != "" {
			all = append(all, discordgo.Button{Label: label, Style: discordgo.SecondaryButton, CustomID: token})
		}
	}
	at := front(r) + 1
	if paged(r) && at > 1 {
		add(labelPrevious, r.Token(chat.Page, at-1))
	}
	if paged(r) && at < len(r.Cards) {
		add(chat.Page.Label(), r.Token(chat.Page, at+1))
	}
	inContext := c.Before != "" || c.After != ""
	for _, b := range r.CardButtons(c) {
		if b.Kind != chat.Context || !inContext {
			add(b.Kind.Label(), b.Token)
		}
	}
	return all
}

// replyButtons are the buttons of the whole reply.
func replyButtons(r chat.Reply) []discordgo.MessageComponent {
	var all []discordgo.MessageComponent
	for _, b := range r.Buttons {
		button := discordgo.Button{Label: b.Kind.Label(), Style: discordgo.SecondaryButton, CustomID: b.Token}
		switch {
		case b.Kind == chat.Make:
			button.Style = discordgo.PrimaryButton
		case b.Kind == chat.Clear:
			button.Style = discordgo.DangerButton
		case b.Kind == chat.Desk && collected(r):
			button.Label = chat.Page.Label() // it is open, at another page
		}
		all = append(all, button)
	}
	return all
}
