package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/bwmarrin/discordgo"

	"rapporteur/adapters/chat"
)

// A desk is where one message is replied to.
type desk struct {
	a      *Adapter
	posted atomic.Bool // a reply was at least tried
	bare   atomic.Bool // its file may not be attached there
}

var (
	_ chat.Surface = (*desk)(nil)
	_ chat.Editor  = (*desk)(nil)
	_ chat.Reader  = (*desk)(nil)
	_ chat.Finder  = (*desk)(nil)
	_ chat.Worker  = (*desk)(nil)
)

// Post shows r where m waits for it: in place of an interaction's "thinking", else
// as a message that replies to m.
func (d *desk) Post(ctx context.Context, m chat.Message, r chat.Reply) (chat.Posted, error) {
	d.posted.Store(true)
	if r.File == nil && d.bare.Load() {
		r.Notice = strings.TrimSpace(r.Notice + "\n" + saidNotAttached)
	}
	if m.Brief != nil && r.File == nil && r.Answer == "" {
		r.Private = true // why there is no briefing is nobody else's business
	}
	posted, err := d.show(ctx, m, r)
	if r.File != nil && code(err) == codeMissingPermission {
		d.bare.Store(true)
		d.a.log.Warn(saidMayNotAttach, "server", m.Team, "channel", ticketOf(m).At)
	}
	return posted, err
}

// show shows r where m waits for it, else elsewhere.
func (d *desk) show(ctx context.Context, m chat.Message, r chat.Reply) (chat.Posted, error) {
	t := ticketOf(m)
	if t.Token != "" {
		posted, err := d.answer(ctx, m, t, r)
		if !expired(err) {
			return posted, err
		}
	}
	if r.Private && r.Answer != "" && !m.Direct {
		// Nobody else may see it, and only an interaction can show it here.
		return chat.Posted{}, d.whisper(ctx, m, r)
	}
	posted, err := d.say(ctx, m, t, r)
	if c := code(err); (c == codeMissingPermission || c == codeMissingAccess) && !errors.Is(err, chat.ErrNoFile) && !m.Direct {
		d.a.log.Warn(saidMayNotWrite, "server", m.Team, "channel", t.At)
		r.Notice = strings.TrimSpace(saidElsewhere + "\n" + r.Notice)
		return chat.Posted{}, d.whisper(ctx, m, r)
	}
	return posted, err
}

// answer shows r in place of an interaction's "thinking".
func (d *desk) answer(ctx context.Context, m chat.Message, t ticket, r chat.Reply) (chat.Posted, error) {
	if r.Private && !t.Private && d.takeBack(ctx, t) {
		// It is no business of the others', and whether they see it was settled when
		// the interaction was deferred.
		if err := d.a.transmit(r, true, func(_ int, p post) error { return d.a.follow(ctx, t, p, true) }); err == nil {
			return chat.Posted{}, nil
		}
		return chat.Posted{}, d.whisper(ctx, m, r)
	}
	first, err := d.a.respond(ctx, t, r, r.Private || m.Private)
	if err != nil || r.Private || m.Private || m.Direct {
		return chat.Posted{}, err
	}
	return chat.Posted{Thread: threadOf(m, t, first)}, nil
}

// takeBack removes an interaction's "thinking", and reports whether it is gone.
func (d *desk) takeBack(ctx context.Context, t ticket) bool {
	return d.a.call(ctx, "DELETE", originalAddress(t.Application, t.Token), "", nil, nil) == nil
}

// whisper sends r to whoever said m, alone.
func (d *desk) whisper(ctx context.Context, m chat.Message, r chat.Reply) error {
	at, err := d.a.direct(ctx, m.User)
	if err != nil {
		return err
	}
	_, err = d.a.send(ctx, at, "", m, r)
	return err
}

// say posts r to where m was said, or in a thread that it begins there.
func (d *desk) say(ctx context.Context, m chat.Message, t ticket, r chat.Reply) (chat.Posted, error) {
	if d.wantsThread(ctx, m, r) {
		begun, err := d.a.beginThread(ctx, t.At, m.ID, r.Question)
		if err == nil {
			var ids []string
			if ids, err = d.a.send(ctx, begun, "", m, r); err == nil {
				return chat.Posted{ID: name(begun, ids), Thread: begun}, nil
			}
			if len(ids) > 0 || !errors.Is(err, chat.ErrUnreachable) {
				return chat.Posted{}, err
			}
		}
		d.a.log.Warn(saidNoThread, "channel", t.At, "error", err)
	}
	replyTo := m.ID
	if m.Command {
		replyTo = "" // an interaction is no message
	}
	ids, err := d.a.send(ctx, t.At, replyTo, m, r)
	if err != nil {
		return chat.Posted{}, err
	}
	return chat.Posted{ID: name(t.At, ids), Thread: threadOf(m, t, ids[0])}, nil
}

// threadOf is the thread that goes on from the reply to m, whose first message is
// that.
func threadOf(m chat.Message, t ticket, first string) string {
	switch {
	case m.Thread == t.At:
		return m.Thread
	case m.Direct:
		return ""
	case m.Command:
		return chainOf(first)
	}
	return chainOf(m.ID)
}

// name is the Posted.ID of messages in a channel.
func name(channel string, ids []string) string { return channel + "/" + strings.Join(ids, ",") }

// wantsThread reports whether the answer to m opens a thread.
func (d *desk) wantsThread(ctx context.Context, m chat.Message, r chat.Reply) bool {
	if m.Direct || m.Command || m.Thread != "" || r.Answer == "" {
		return false
	}
	s, err := d.a.bot.Settings(ctx, chat.Place{Platform: platform, Team: m.Team, Channel: m.Channel})
	return err == nil && s.ThreadPerQuestion
}

// beginThread opens a thread below a message, and returns its id. One that is there
// already has the message's own.
func (a *Adapter) beginThread(ctx context.Context, channel, message, question string) (string, error) {
	const aDay = 1440 // minutes without a word after which it is put away
	in := struct {
		Name    string `json:"name"`
		Archive int    `json:"auto_archive_duration"`
	}{cmp.Or(chat.Shorten(question, mostName), nameFindSources), aDay}
	var begun discordgo.Channel
	err := a.call(ctx, "POST", threadAddress(channel, message), channel+" threads", in, &begun)
	if code(err) == codeThreadExists {
		return message, nil
	}
	if err != nil {
		return "", fmt.Errorf("beginning a thread: %w", err)
	}
	a.places.put(begun.ID, place{channel: channel, thread: begun.ID, own: true})
	return begun.ID, nil
}

// direct opens the conversation with a person alone, and returns its id.
func (a *Adapter) direct(ctx context.Context, person string) (string, error) {
	in := struct {
		Recipient string `json:"recipient_id"`
	}{person}
	var c discordgo.Channel
	if err := a.call(ctx, "POST", discordgo.EndpointUserChannels("@me"), "direct", in, &c); err != nil {
		return "", fmt.Errorf("opening a direct conversation: %w", err)
	}
	return c.ID, nil
}

// send posts r to a channel, and returns the ids of the messages that it took.
func (a *Adapter) send(ctx context.Context, channel, replyTo string, m chat.Message, r chat.Reply) ([]string, error) {
	var ids []string
	err := a.transmit(r, m.Command, func(i int, p post) error {
		if replyTo != "" {
			p.Reference = &reference{Message: replyTo} // of each, so that a reply to any finds the question
		}
		p.Nonce, p.EnforceNonce = nonce(m.ID, i, p), true
		id, err := a.post(ctx, "POST", discordgo.EndpointChannelMessages(channel), channel, p)
		if code(err) == codeNoHistory {
			p.Reference = nil // the bot may write there, and not reply
			id, err = a.post(ctx, "POST", discordgo.EndpointChannelMessages(channel), channel, p)
		}
		if code(err) == codeUnknownMessage {
			return fmt.Errorf("the question was deleted: %w: %w", chat.ErrUnreachable, err)
		}
		if err == nil {
			ids = append(ids, id)
		}
		return err
	})
	if err != nil {
		return ids, fmt.Errorf("posting a reply: %w", err)
	}
	return ids, nil
}

// post sends p, and returns the message's id. It is "" when Discord took the message
// and does not tell. An answer in something else than JSON is nobody's who knows of the
// message, so that p is sent once more: a new message has a nonce, and one that is
// changed twice is as it was.
func (a *Adapter) post(ctx context.Context, method, address, bucket string, p post) (string, error) {
	const tries = 2
	for try := 1; ; try++ {
		var answer json.RawMessage
		if err := a.call(ctx, method, address, bucket, p, &answer); err != nil {
			return "", err
		}
		var sent struct{ ID string }
		err := json.Unmarshal(answer, &sent)
		var unreadable *json.SyntaxError
		if len(answer) == 0 || !errors.As(err, &unreadable) || try == tries {
			return sent.ID, nil // else it is there for people to read all the same
		}
	}
}

// nonce names the i-th message of a reply, so that Discord posts it once though it
// is sent again after its answer was lost.
func nonce(message string, i int, p post) string {
	h := fnv.New64a()
	fmt.Fprint(h, message, " ", i, " ", p.Flags, p.Content, text(p.Components))
	return strconv.FormatUint(h.Sum64(), 36)
}

// text joins the texts of components.
func text(components []discordgo.MessageComponent) string {
	var b strings.Builder
	for _, c := range components {
		switch c := c.(type) {
		case discordgo.TextDisplay:
			b.WriteString(c.Content + "\n")
		case discordgo.Container:
			b.WriteString(text(c.Components))
		}
	}
	return b.String()
}

// transmit sends r in its rich form, and when that is refused for its form, before
// anything was shown, as plain text. The error is a chat.ErrNoFile when it may be
// shown without its file.
func (a *Adapter) transmit(r chat.Reply, asked bool, send func(i int, p post) error) error {
	if r.File != nil && len(r.File.Data) > mostFile {
		return fmt.Errorf("%w: it has %d bytes, and Discord takes %d", chat.ErrNoFile, len(r.File.Data), mostFile)
	}
	all := func(posts []post) (int, error) {
		for i, p := range posts {
			if err := send(i, p); err != nil {
				return i, err
			}
		}
		return len(posts), nil
	}
	sent, err := all(rich(r, asked))
	if sent == 0 && badForm(err) {
		a.log.Error(saidPlainer, "error", err)
		sent, err = all(plain(r, asked))
	}
	if sent == 0 {
		err = withoutFile(r, err)
	}
	return err
}

// badForm reports whether a message was refused for what it looks like.
func badForm(err error) bool {
	var r *discordgo.RESTError
	return errors.As(err, &r) && r.Response.StatusCode == http.StatusBadRequest && code(err) != codeTooLarge && !errors.Is(err, chat.ErrUnreachable)
}

// respond shows r in place of an interaction's "thinking", and what does not fit
// after it. It returns the first message's id.
func (a *Adapter) respond(ctx context.Context, t ticket, r chat.Reply, private bool) (first string, err error) {
	err = a.transmit(r, true, func(i int, p post) (err error) {
		if i == 0 {
			first, err = a.replace(ctx, t, p)
			return err
		}
		return a.follow(ctx, t, p, private)
	})
	if err != nil {
		return "", fmt.Errorf("replying to an interaction: %w", err)
	}
	return first, nil
}

// replace shows p in place of an interaction's "thinking", or of the message whose
// button was pressed.
func (a *Adapter) replace(ctx context.Context, t ticket, p post) (id string, err error) {
	if p.file == nil {
		p.Attachments = []attachment{} // one that was tried with a file may have it
	}
	err = a.onceKnown(ctx, func() error {
		id, err = a.post(ctx, "PATCH", originalAddress(t.Application, t.Token), "", p)
		return err
	})
	return id, err
}

// follow posts one more message to an interaction.
func (a *Adapter) follow(ctx context.Context, t ticket, p post, private bool) error {
	if private {
		p.Flags |= discordgo.MessageFlagsEphemeral
	}
	return a.onceKnown(ctx, func() error {
		return a.call(ctx, "POST", discordgo.EndpointWebhookToken(t.Application, t.Token), "", p, nil)
	})
}

// onceKnown does what follows an interaction's first response. Discord may not have
// taken note of that yet, where it was the answer to a request of its own.
func (a *Adapter) onceKnown(ctx context.Context, do func() error) error {
	const tries = 3
	for try, wait := 1, a.waits.retry; ; try, wait = try+1, 4*wait {
		err := do()
		if c := code(err); try == tries || c != codeUnknownWebhook && c != codeUnknownMessage || !pause(ctx, wait) {
			return err
		}
	}
}

// parsePost takes apart what Post returned.
func parsePost(id string) (channel string, messages []string) {
	channel, list, ok := strings.Cut(id, "/")
	if !ok || list == "" {
		return channel, nil
	}
	return channel, strings.Split(list, ",")
}

var errMore = errors.New("the reply takes more messages than before")

// Edit shows r instead of what was posted. It is an error when it needs more
// messages; they would stand apart.
func (d *desk) Edit(ctx context.Context, m chat.Message, id string, r chat.Reply) error {
	channel, messages := parsePost(id)
	used := 0
	err := d.a.transmit(r, m.Command, func(i int, p post) error {
		if i >= len(messages) {
			return errMore
		}
		used = i + 1
		return d.a.call(ctx, "PATCH", discordgo.EndpointChannelMessage(channel, messages[i]), channel, p, nil)
	})
	if errors.Is(err, errMore) {
		used = 0 // all of it is posted anew
	}
	if err == nil || errors.Is(err, errMore) {
		err = errors.Join(err, d.delete(ctx, channel, messages[used:]))
	}
	if err != nil {
		return fmt.Errorf("changing a reply: %w", err)
	}
	return nil
}

// Remove takes a reply away.
func (d *desk) Remove(ctx context.Context, _ chat.Message, id string) error {
	channel, messages := parsePost(id)
	if err := d.delete(ctx, channel, messages); err != nil {
		return fmt.Errorf("taking a reply away: %w", err)
	}
	return nil
}

// delete deletes messages; those that are gone are no error.
func (d *desk) delete(ctx context.Context, channel string, messages []string) error {
	for _, id := range messages {
		err := d.a.call(ctx, "DELETE", discordgo.EndpointChannelMessage(channel, id), channel+" delete", nil, nil)
		if c := code(err); err != nil && c != codeUnknownMessage && c != codeUnknownChannel {
			return err
		}
	}
	return nil
}

// latest is how many messages are looked at for what was said before.
const latest = 20

// Before returns what was said before m in its thread or directly; where people
// reply to one another, along their replies.
func (d *desk) Before(ctx context.Context, m chat.Message) ([]chat.Line, error) {
	t := ticketOf(m)
	if first, ok := strings.CutPrefix(m.Thread, chainMark); ok {
		return d.chain(ctx, t.At, first)
	}
	var said []*discordgo.Message
	address := discordgo.EndpointChannelMessages(t.At) + "?limit=" + strconv.Itoa(latest) + "&before=" + m.ID
	if err := d.a.call(ctx, "GET", address, t.At+" read", nil, &said); err != nil {
		return nil, fmt.Errorf("reading what was said before: %w", err)
	}
	slices.Reverse(said) // the newest come first
	var lines []chat.Line
	for _, s := range said {
		if s.Type == discordgo.MessageTypeThreadStarterMessage && s.ReferencedMessage != nil {
			s = s.ReferencedMessage // it stands for the message that the thread hangs from
		}
		lines = d.line(lines, s)
	}
	return lines, nil
}

// line adds what s says to lines.
func (d *desk) line(lines []chat.Line, s *discordgo.Message) []chat.Line {
	if s == nil || s.Author == nil {
		return lines
	}
	if s.Author.ID == d.a.self.Load().user && s.InteractionMetadata != nil {
		// What a command asked stands above its answer, and nowhere else.
		if q := askedIn(s.Components); q != "" {
			lines = append(lines, chat.Line{Text: q})
		}
	}
	return append(lines, chat.Line{Text: d.a.words(s), Bot: s.Author.Bot || s.WebhookID != ""})
}

// chain follows replies back from a message.
func (d *desk) chain(ctx context.Context, channel, message string) ([]chat.Line, error) {
	const steps = 5 // each brings two messages
	var lines []chat.Line
	for i := 0; message != "" && i < steps; i++ {
		var s discordgo.Message
		err := d.a.call(ctx, "GET", discordgo.EndpointChannelMessage(channel, message), channel+" read", nil, &s)
		if code(err) == codeUnknownMessage {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("reading what was said before: %w", err)
		}
		lines, message = d.line(lines, &s), repliedTo(&s)
		if r := s.ReferencedMessage; r != nil {
			lines, message = d.line(lines, r), repliedTo(r)
		}
	}
	slices.Reverse(lines)
	return lines, nil
}

// repliedTo is the id of the message that s replies to, or "".
func repliedTo(s *discordgo.Message) string {
	if s.MessageReference == nil {
		return ""
	}
	return s.MessageReference.MessageID
}

// Find looks for the bot's reply to m.
func (d *desk) Find(ctx context.Context, m chat.Message) (chat.Posted, bool, error) {
	t := ticketOf(m)
	if t.Token != "" {
		var s discordgo.Message
		err := d.a.call(ctx, "GET", originalAddress(t.Application, t.Token), "", nil, &s)
		if expired(err) {
			return chat.Posted{}, false, nil
		}
		return chat.Posted{}, err == nil && s.Flags&discordgo.MessageFlagsLoading == 0, err
	}
	if m.Command {
		return chat.Posted{}, false, nil
	}
	thread := ""
	if m.Thread == t.At {
		thread = t.At
	}
	if posted, ok, err := d.search(ctx, m, t.At, thread); ok || err != nil {
		return posted, ok, err
	}
	if m.Direct || m.Thread != "" {
		return chat.Posted{}, false, nil
	}
	// A thread that hangs from m has m's id.
	posted, ok, err := d.search(ctx, m, m.ID, m.ID)
	if errors.Is(err, chat.ErrUnreachable) {
		return chat.Posted{}, false, nil // there is none
	}
	return posted, ok, err
}

// search looks for the bot's reply to m among what was said in a channel since. In
// a thread that hangs from m whatever the bot said first is the reply.
func (d *desk) search(ctx context.Context, m chat.Message, channel, thread string) (chat.Posted, bool, error) {
	var said []*discordgo.Message
	address := discordgo.EndpointChannelMessages(channel) + "?limit=50&after=" + m.ID
	if err := d.a.call(ctx, "GET", address, channel+" read", nil, &said); err != nil {
		return chat.Posted{}, false, fmt.Errorf("looking for a reply: %w", err)
	}
	for _, s := range slices.Backward(said) { // the newest come first
		if s.Author != nil && s.Author.ID == d.a.self.Load().user && (repliedTo(s) == m.ID || thread == m.ID) {
			return chat.Posted{ID: name(channel, []string{s.ID}), Thread: cmp.Or(thread, threadOf(m, ticketOf(m), s.ID))}, true, nil
		}
	}
	return chat.Posted{}, false, nil
}

// Working shows that the bot types; an interaction says so by itself.
func (d *desk) Working(ctx context.Context, m chat.Message) error {
	t := ticketOf(m)
	if t.Token != "" {
		return nil
	}
	if err := d.a.call(ctx, "POST", discordgo.EndpointChannelTyping(t.At), t.At+" typing", nil, nil); err != nil {
		return fmt.Errorf("showing that the bot is at work: %w", err)
	}
	return nil
}
