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
	mostBlocks  = 6    // texts in a message: with frames and buttons far from its 40 components
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

// A block is a text of a message.
type block struct {
	text string // escaped
	card int    // N of the card that it shows; 0 outside any
}

// rich returns r as messages of components: what is said, then the cards. The
// cards of an answer are shown one at a time, the one in front; the last message has
// the buttons, and is the only one that changes when another card is put in front.
func rich(r chat.Reply, asked bool) []post {
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
	for _, c := range shown {
		for _, text := range split(cardText(r, c), mostText) {
			blocks = append(blocks, block{text, c.N})
		}
	}
	groups := chat.Pack(blocks, mostBlocks, mostText, func(b block) int {
		if b.card != 0 {
			return max(width(b.text), min(room, mostText))
		}
		return width(b.text)
	})
	var posts []post
	for i, group := range groups {
		p := post{Flags: discordgo.MessageFlagsIsComponentsV2 | discordgo.MessageFlagsSuppressEmbeds}
		for _, b := range group {
			var c discordgo.MessageComponent = discordgo.TextDisplay{Content: b.text}
			if b.card != 0 {
				c = discordgo.Container{Components: []discordgo.MessageComponent{c}}
			}
			p.Components = append(p.Components, c)
		}
		p.Components = append(p.Components, rows(r, group, i == len(groups)-1)...)
		posts = append(posts, p)
	}
	return posts
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
		r.Cards = nil // all of them are shown
		posts[len(posts)-1].Components = append(posts[len(posts)-1].Components, rows(r, nil, true)...)
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
			return strings.TrimSpace(unescape(asked))
		}
	}
	return ""
}

// cardText is a card: the title, where the words stand, and the words, unless they
// stand above it already.
func cardText(r chat.Reply, c chat.Card) string {
	lines := []string{fmt.Sprintf("**[%d] %s**", c.N, escape(c.Title))}
	for _, parts := range []string{joined(" · ", c.Body, c.Date), c.Where()} {
		if parts != "" {
			lines = append(lines, escape(parts))
		}
	}
	switch quote := "“" + escape(c.Quote) + "”"; {
	case c.Before != "" || c.After != "":
		lines = append(lines, strings.TrimSpace(escape(c.Before)+" **"+quote+"** "+escape(c.After)))
	case !stated(r, c):
		lines = append(lines, quote)
	}
	if paged(r) && len(r.Cards) > 1 {
		lines = append(lines, "-# "+saySource(c.N, len(r.Cards))+elsewhere(r, c))
	}
	return strings.Join(lines, "\n")
}

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
	var there []string
	for _, p := range parts {
		if p != "" {
			there = append(there, p)
		}
	}
	return strings.Join(there, by)
}

// rows are the buttons of a message: those of the cards that it shows, and in the
// last message those of the whole reply.
func rows(r chat.Reply, group []block, last bool) []discordgo.MessageComponent {
	var ofCards, ofAll []discordgo.MessageComponent
	button := func(to []discordgo.MessageComponent, label, token string) []discordgo.MessageComponent {
		if token == "" || len(to) == mostButtons {
			return to
		}
		return append(to, discordgo.Button{Label: label, Style: discordgo.SecondaryButton, CustomID: token})
	}
	at := front(r) + 1
	if paged(r) && last && at > 1 {
		ofCards = button(ofCards, labelPrevious, r.Token(chat.Page, at-1))
	}
	if paged(r) && last && at < len(r.Cards) {
		ofCards = button(ofCards, chat.Page.Label(), r.Token(chat.Page, at+1))
	}
	before := 0
	for _, b := range group {
		if b.card != 0 && b.card != before && !hasContext(r, b.card) {
			ofCards = button(ofCards, sayInContext(b.card), r.Token(chat.Context, b.card))
		}
		before = b.card
	}
	if last {
		for _, b := range r.Buttons {
			ofAll = button(ofAll, b.Kind.Label(), b.Token)
		}
	}
	var all []discordgo.MessageComponent
	for _, row := range [][]discordgo.MessageComponent{ofCards, ofAll} {
		if len(row) > 0 {
			all = append(all, discordgo.ActionsRow{Components: row})
		}
	}
	return all
}

// hasContext reports whether card n is shown among its neighbours already.
func hasContext(r chat.Reply, n int) bool {
	for _, c := range r.Cards {
		if c.N == n {
			return c.Before != "" || c.After != ""
		}
	}
	return false
}
