package discord

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/adapters/chat"
)

// A ticket is what it takes to reply to a message. It stays with the message until
// that is answered.
type ticket struct {
	At string `json:"at"` // the channel, thread or conversation that it was said in

	// Of an interaction that was deferred: its reply is waited for.
	Application string `json:"application,omitempty"`
	Token       string `json:"token,omitempty"`
	Private     bool   `json:"private,omitempty"` // it was deferred for the asker alone
}

func (t ticket) encode() string {
	data, _ := json.Marshal(t) // strings alone: it cannot fail
	return string(data)
}

// ticketOf returns m's ticket.
func ticketOf(m chat.Message) ticket {
	var t ticket
	if json.Unmarshal([]byte(m.Ticket), &t) != nil || t.At == "" {
		t.At = m.Channel
	}
	return t
}

// A place is where something is said, as the Bot sees it.
type place struct {
	channel string // of a thread: the channel that it is in
	thread  string // "" outside any
	own     bool   // the bot began the thread
	forum   bool   // the channel is a forum
}

// places remembers the channels that the API was asked for.
type places struct {
	mu    sync.Mutex
	known map[string]place
}

const mostPlaces = 10_000

func (p *places) get(id string) (place, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known, ok := p.known[id]
	return known, ok
}

func (p *places) put(id string, known place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known) >= mostPlaces {
		p.known = make(map[string]place)
	}
	p.known[id] = known
}

// where finds out what kind of channel id is. The gateway tells of a server's
// channels; the API is asked for any other, once.
func (a *Adapter) where(ctx context.Context, server, id string) place {
	if server == "" {
		return place{channel: id} // direct
	}
	if known, ok := a.places.get(id); ok {
		return known
	}
	c := a.channel(ctx, id)
	if c == nil {
		return place{channel: id} // it cannot be read; perhaps it can be written to
	}
	p := place{channel: id}
	if c.IsThread() && c.ParentID != "" {
		p = place{channel: c.ParentID, thread: id, own: c.OwnerID == a.self.Load().user}
		if parent := a.channel(ctx, c.ParentID); parent != nil {
			p.forum = parent.Type == discordgo.ChannelTypeGuildForum || parent.Type == discordgo.ChannelTypeGuildMedia
		}
	}
	a.places.put(id, p)
	return p
}

// channel returns a channel, nil when it cannot be found out.
func (a *Adapter) channel(ctx context.Context, id string) *discordgo.Channel {
	if c, err := a.state.Channel(id); err == nil {
		return c
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	c := &discordgo.Channel{}
	if err := a.call(ctx, "GET", discordgo.EndpointChannel(id), id, nil, c); err != nil {
		a.log.Warn(saidNoChannel, "channel", id, "error", err)
		return nil
	}
	return c
}

// created takes on a new message.
func (a *Adapter) created(d *discordgo.Message) {
	if !a.readable(d) {
		return
	}
	a.inOrder(d.ChannelID, func(ctx context.Context) { a.hand(ctx, a.message(ctx, d)) })
}

// edited takes on an edit. Discord also sends one when a link was unfurled, and one
// without words when the bot may not read the new ones.
func (a *Adapter) edited(d *discordgo.Message) {
	if !a.readable(d) || d.EditedTimestamp == nil || d.Content == "" {
		return
	}
	a.inOrder(d.ChannelID, func(ctx context.Context) {
		m := a.message(ctx, d)
		m.Change = chat.Edited
		a.hand(ctx, m)
	})
}

// deleted takes on a deletion.
func (a *Adapter) deleted(d *discordgo.Message) {
	if d == nil || d.ID == "" || d.ChannelID == "" {
		return
	}
	a.inOrder(d.ChannelID, func(ctx context.Context) {
		p := a.where(ctx, d.GuildID, d.ChannelID)
		a.hand(ctx, chat.Message{
			Platform: platform, Team: d.GuildID, Channel: p.channel, Thread: p.thread, ID: d.ID,
			Change: chat.Deleted, Ticket: ticket{At: d.ChannelID}.encode(),
		})
	})
}

// readable reports whether d is something that somebody said: discordgo passes on
// what it could read in part only, and Discord tells of joins and pins by messages.
func (a *Adapter) readable(d *discordgo.Message) bool {
	return d != nil && d.ID != "" && d.ChannelID != "" && d.Author != nil && d.Author.ID != "" &&
		(d.Type == discordgo.MessageTypeDefault || d.Type == discordgo.MessageTypeReply)
}

// message translates a message.
func (a *Adapter) message(ctx context.Context, d *discordgo.Message) chat.Message {
	me := a.self.Load().user
	p := a.where(ctx, d.GuildID, d.ChannelID)
	m := chat.Message{
		Platform: platform, Team: d.GuildID, Channel: p.channel, Thread: p.thread, ID: d.ID, User: d.Author.ID,
		Text:   a.words(d),
		Direct: d.GuildID == "", Own: p.own, Opens: p.forum && d.ID == p.thread,
		Bot:    d.Author.Bot || d.WebhookID != "",
		Ticket: ticket{At: d.ChannelID}.encode(),
	}
	if d.Member != nil {
		m.Roles = d.Member.Roles
	}
	for _, u := range d.Mentions {
		switch {
		case u == nil:
		case u.ID == me:
			m.Mention = true
		default:
			m.ToOthers = true
		}
	}
	if d.Mentions == nil && me != "" && strings.Contains(d.Content, "<@"+me+">") {
		m.Mention = true // Discord always lists mentions; not all that speak its language do
	}
	if r := d.ReferencedMessage; r != nil && r.Author != nil && r.Author.ID != me {
		m.ToOthers = m.ToOthers || r.Author.ID != d.Author.ID
	} else if repliedTo(d) != "" && (r != nil || m.Mention) {
		a.follows(&m, d)
	}
	return m
}

// follows says in m that d replies to the bot.
func (a *Adapter) follows(m *chat.Message, d *discordgo.Message) {
	if m.Thread == "" && !m.Direct {
		m.Thread = chainOf(d.MessageReference.MessageID)
		if r := d.ReferencedMessage; r != nil && repliedTo(r) != "" {
			m.Thread = chainOf(repliedTo(r))
		}
	}
	// Without the message content intent Discord shows what replies to the bot's
	// messages, but neither what replies to the answer to a command, nor what was
	// written with the ping switched off.
	hidden := !a.content.Load() && d.Content == "" && len(d.Attachments) == 0 && len(d.Embeds) == 0 && len(d.StickerItems) == 0
	switch pinged := m.Mention; {
	case !hidden:
		m.Mention = true
	case pinged:
		m.Unreadable = true
	}
}

// What is said by replying to one another is a thread of its own. It is named by the
// message that the bot replied to first, or by its answer to a command.
const chainMark = "reply/"

func chainOf(message string) string { return chainMark + message }

// Discord's own notation within a message (docs.discord.com, Message Formatting).
var (
	userMention    = regexp.MustCompile(`<@!?(\d+)>`)
	roleMention    = regexp.MustCompile(`<@&\d+>`)
	channelMention = regexp.MustCompile(`<#\d+>`)
	customEmoji    = regexp.MustCompile(`<a?(:\w+:)\d+>`)
)

// words is what d says, without the mention of the bot and with names instead of
// numbers.
func (a *Adapter) words(d *discordgo.Message) string {
	me := a.self.Load().user
	text := userMention.ReplaceAllStringFunc(d.Content, func(mention string) string {
		id := userMention.FindStringSubmatch(mention)[1]
		if id == me {
			return ""
		}
		i := slices.IndexFunc(d.Mentions, func(u *discordgo.User) bool { return u != nil && u.ID == id })
		if i < 0 {
			return "@someone"
		}
		return "@" + d.Mentions[i].DisplayName()
	})
	text = roleMention.ReplaceAllString(text, "@role")
	text = channelMention.ReplaceAllString(text, "#channel")
	text = customEmoji.ReplaceAllString(text, "$1")
	return strings.TrimSpace(text)
}

// hand hands m to the Bot. Discord delivers nothing twice, so whoever spoke to the
// bot is told when m was not taken on.
func (a *Adapter) hand(ctx context.Context, m chat.Message) {
	const longest = 10 * time.Second
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	to := &desk{a: a}
	err := a.bot.Handle(ctx, m, to)
	if err == nil {
		return
	}
	a.log.Error(saidNotTaken, "message", m.ID, "error", err)
	if m.Change == chat.Said && (m.Mention || m.Direct) && !m.Bot {
		a.aside(func(ctx context.Context) {
			if _, err := to.Post(ctx, m, chat.Reply{To: m.ID, Notice: saidStopping}); err != nil {
				a.log.Error(saidNotShown, "message", m.ID, "error", err)
			}
		})
	}
}
