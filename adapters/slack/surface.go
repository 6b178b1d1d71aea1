package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// Names in the metadata that goes unseen with a reply, by which it is found again.
const (
	metaType  = "rapporteur_reply"
	metaTo    = "to"    // the message that it replies to
	metaPart  = "part"  // which message of it, from 1
	metaParts = "parts" // how many messages it takes
)

// Post shows r: to its person alone where it is private, or the channel may not be
// posted in, else in the thread that m stands in or opens.
func (w *workspace) Post(ctx context.Context, m chat.Message, r chat.Reply) (chat.Posted, error) {
	if m.Brief != nil {
		return w.postBrief(ctx, m, r)
	}
	if r.Private && !m.Direct {
		return chat.Posted{}, w.whisper(ctx, m, r)
	}
	if r.SharedBy != "" {
		return w.publish(ctx, m, r)
	}
	posted, err := w.reply(ctx, m, r)
	if has(err, codesBarred) && !m.Direct {
		w.note("showing a reply where it was asked for; it goes to its person alone", err)
		r.Notice = strings.TrimSpace(saidElsewhere + "\n" + r.Notice)
		_, err := w.show(ctx, apart(m), "", r)
		return chat.Posted{}, err
	}
	if err == nil && m.Direct && m.Thread == "" && r.Answer != "" {
		w.adapter.aside(func(ctx context.Context) { w.title(ctx, m, r) })
	}
	return posted, err
}

// reply shows r in the thread that m stands in or opens, in place of what was told of
// it before.
func (w *workspace) reply(ctx context.Context, m chat.Message, r chat.Reply) (chat.Posted, error) {
	thread := cmp.Or(m.Thread, m.ID)
	if told, ok := w.endStream(ctx, m); ok {
		posted, err := w.settle(ctx, m, thread, told, r)
		if err == nil {
			return posted, nil
		}
		w.note("putting a reply in the place of what was told of it", err)
		if err := w.takeBack(m.Channel, []string{told}); err != nil {
			return chat.Posted{}, err // the reply would stand beside it
		}
	}
	return w.show(ctx, m, thread, r)
}

// show posts r in a thread, "" for none, in as many messages as it takes: all of
// them, or none.
func (w *workspace) show(ctx context.Context, m chat.Message, thread string, r chat.Reply) (posted chat.Posted, err error) {
	err = w.inForm(ctx, r, func(forms []form) (err error) {
		posted, err = w.deliverAll(ctx, m, thread, forms, 0)
		return err
	})
	return posted, w.failed("posting a reply", err)
}

// deliverAll posts the messages of the reply to m behind the first few, which are there
// already: all of them, or none.
func (w *workspace) deliverAll(ctx context.Context, m chat.Message, thread string, forms []form, there int) (chat.Posted, error) {
	var ids []string
	for i, f := range forms[there:] {
		id, err := w.deliver(ctx, m, thread, f, there+i+1, len(forms))
		if err != nil {
			left := w.takeBack(m.Channel, ids)
			if left != nil && malformed(err) {
				return chat.Posted{}, left // in another form, the reply would stand beside it
			}
			return chat.Posted{}, errors.Join(err, left)
		}
		ids = append(ids, id)
	}
	return chat.Posted{ID: strings.Join(ids, ","), Thread: cmp.Or(thread, ids[0])}, nil
}

// begun notes down where the reply to m is begun, so that it is finished there even if
// this process is not the one to do it.
func (w *workspace) begun(ctx context.Context, m chat.Message, where string) {
	w.note("noting where a reply is begun", w.adapter.bot.Begin(ctx, m, where))
}

// A form is what one message shows.
type form struct {
	blocks []slack.Block // nil: the text alone
	text   string        // for notifications, and where blocks cannot be shown
}

// forms returns r in blocks, with Slack's own citations unless they were refused before.
func (w *workspace) forms(ctx context.Context, r chat.Reply) []form {
	sharer := ""
	if r.SharedBy != "" {
		if p, err := w.person(ctx, r.SharedBy); err == nil {
			sharer = chat.Plain(p.name)
		}
	}
	text := plainForms(r)[0].text
	var out []form
	for _, blocks := range messages(r, sharer) {
		out = append(out, form{blocks, text})
	}
	if out == nil {
		return plainForms(r)
	}
	if w.uncited.Load() {
		uncite(out)
	}
	return out
}

// plainForms returns r as text, in as many messages as it takes.
func plainForms(r chat.Reply) []form {
	var out []form
	for _, part := range chat.Split(r.String(), longestPlain, func(s string) int { return length(inert(s)) }) {
		out = append(out, form{text: inert(part)})
	}
	if out == nil {
		return []form{{text: "…"}} // Slack refuses an empty message, and silence is worse
	}
	return out
}

// options returns what is common to all calls that show f.
func (f form) options(thread string) []slack.MsgOption {
	o := []slack.MsgOption{slack.MsgOptionText(f.text, false)}
	if f.blocks != nil {
		o = append(o, slack.MsgOptionBlocks(f.blocks...))
	}
	if thread != "" {
		o = append(o, slack.MsgOptionTS(thread))
	}
	return o
}

// public returns the options with which all that everybody sees is posted: Slack looks
// for nothing in it, and unfurls nothing.
func (f form) public(thread string) []slack.MsgOption {
	return append(f.options(thread), slack.MsgOptionParse(false), slack.MsgOptionLinkNames(false),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(), slack.MsgOptionDisableMarkdown())
}

// metadata goes unseen with one message of the reply to m.
func metadata(m chat.Message, part, parts int) slack.MsgOption {
	return slack.MsgOptionMetadata(slack.SlackMetadata{EventType: metaType, EventPayload: map[string]any{
		metaTo: m.ID, metaPart: strconv.Itoa(part), metaParts: strconv.Itoa(parts),
	}})
}

// deliver posts one message of the reply to m, and returns its timestamp. When it
// cannot be known whether that had its effect, it is looked for, and posted again
// only when it is not there.
func (w *workspace) deliver(ctx context.Context, m chat.Message, thread string, f form, part, parts int) (string, error) {
	const attempts, pause = 3, 200 * time.Millisecond
	o := append(f.public(thread), metadata(m, part, parts))
	for attempt := 1; ; attempt++ {
		var ts string
		err := w.inTurn(ctx, m.Channel, func() (err error) {
			_, ts, err = w.write.PostMessageContext(ctx, m.Channel, o...)
			return err
		})
		if has(err, codesMetadata) && attempt < attempts {
			w.note("posting a reply so that it is found again", err)
			o = f.public(thread)
			continue
		}
		if !uncertain(err) || attempt == attempts || thread == "" {
			return ts, err
		}
		select {
		case <-ctx.Done():
			return "", err
		case <-time.After(pause << attempt):
		}
		found, findErr := w.parts(ctx, m.Channel, thread, m.ID)
		if findErr != nil { // rather twice than not at all
			w.note("looking whether a reply is there", findErr)
		}
		for _, p := range found {
			if p.part == part && p.parts == parts {
				return p.ts, nil
			}
		}
	}
}

// takeBack deletes the first messages of a reply whose others could not be posted.
func (w *workspace) takeBack(channel string, ids []string) error {
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience) // posting may have used up its own time
	defer cancel()
	var errs error
	for _, id := range ids {
		err := w.inTurn(ctx, channel, func() error {
			_, _, err := w.change.DeleteMessageContext(ctx, channel, id)
			return err
		})
		if err != nil && !has(err, codesGone) {
			errs = errors.Join(errs, w.failed("taking a part of a reply back", err))
		}
	}
	return errs
}

// whisper shows r to m's person alone.
func (w *workspace) whisper(ctx context.Context, m chat.Message, r chat.Reply) error {
	return w.failed("replying privately", w.inForm(ctx, r, func(forms []form) error {
		for _, f := range forms {
			if err := w.murmur(ctx, m, f); err != nil {
				return err
			}
		}
		return nil
	}))
}

// murmur shows f to m's person alone. The address that came with a command works
// wherever the command does, even where the app is no member; beyond that, and
// in a thread, there is only the ordinary call.
func (w *workspace) murmur(ctx context.Context, m chat.Message, f form) error {
	byURL := func() error { return w.respond(ctx, m, f, slack.ResponseTypeEphemeral) }
	byCall := func() error {
		o := append(f.options(m.Thread), slack.MsgOptionParse(false), slack.MsgOptionLinkNames(false))
		return w.inTurn(ctx, m.Channel, func() error {
			_, err := w.write.PostEphemeralContext(ctx, m.Channel, m.User, o...)
			return err
		})
	}
	ways := []func() error{byURL, byCall}
	if m.Ticket == "" || m.Thread != "" {
		ways = []func() error{byCall, byURL}
	}
	first := ways[0]()
	if first == nil || has(first, codesForm) {
		return first
	}
	second := ways[1]()
	if second == nil || has(second, codesForm) {
		return second
	}
	return fmt.Errorf("%w; %w", first, second)
}

// respond shows f by the address that came with a command or a button.
func (w *workspace) respond(ctx context.Context, m chat.Message, f form, to string) error {
	if m.Ticket == "" {
		return errors.New("there is no address to reply to")
	}
	o := append(f.options(m.Thread), slack.MsgOptionResponseURL(m.Ticket, to))
	return hide(patiently(ctx, func() error {
		_, _, _, err := w.write.SendMessageContext(ctx, m.Channel, o...)
		return err
	}))
}

// abroad returns an error when other organizations read along in a channel, or that
// cannot be found out, and nothing may be shown there then.
func (w *workspace) abroad(ctx context.Context, channel string) error {
	const what = "finding out whether a channel is shared with other organizations"
	if w.adapter.options.Shared {
		return nil
	}
	c, err := w.read.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: channel})
	switch {
	case w.missing(callChannel, err) && !has(err, codesScope):
		w.note(what, err)
	case err != nil:
		return w.failed(what, err)
	case c.IsExtShared || c.IsPendingExtShared:
		return fmt.Errorf("showing something to a channel: it is shared with other organizations: %w", chat.ErrUnreachable)
	}
	return nil
}

// publish shows a reply that a person shares with their channel.
func (w *workspace) publish(ctx context.Context, m chat.Message, r chat.Reply) (chat.Posted, error) {
	if err := w.abroad(ctx, m.Channel); err != nil {
		return chat.Posted{}, err
	}
	posted, err := w.show(ctx, m, m.Thread, r)
	if !has(err, codesAbsent) || m.Ticket == "" {
		return posted, err
	}
	// The app is no member there. The address that came with the button works all
	// the same; what it posts has no timestamp, so that no thread can be followed.
	// Nor can it be told to unfurl nothing.
	return chat.Posted{}, w.failed("sharing an answer", w.inForm(ctx, withoutLinks(r), func(forms []form) error {
		for _, f := range forms {
			if err := w.respond(ctx, m, f, slack.ResponseTypeInChannel); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Edit shows r in place of a post.
func (w *workspace) Edit(ctx context.Context, m chat.Message, post string, r chat.Reply) error {
	return w.failed("changing a reply", w.inForm(ctx, r, func(forms []form) error { return w.replace(ctx, m, post, forms) }))
}

// replace shows forms in place of the messages of a post. Those that are too many
// are deleted, those that are missing are posted.
func (w *workspace) replace(ctx context.Context, m chat.Message, post string, forms []form) error {
	ids := w.messagesOf(ctx, m, post)
	for i, f := range forms {
		if i >= len(ids) {
			if _, err := w.deliver(ctx, m, cmp.Or(m.Thread, m.ID), f, i+1, len(forms)); err != nil {
				return err
			}
			continue
		}
		if err := w.rewrite(ctx, m.Channel, ids[i], f); err != nil {
			return err
		}
	}
	return w.takeBack(m.Channel, ids[min(len(ids), len(forms)):])
}

// rewrite shows f in place of what a message shows.
func (w *workspace) rewrite(ctx context.Context, channel, id string, f form, more ...slack.MsgOption) error {
	o := append(f.options(""), slack.MsgOptionParse(false), slack.MsgOptionLinkNames(false))
	if f.blocks == nil {
		o = append(o, slack.MsgOptionBlocks()) // the former ones would stay
	}
	o = append(o, more...)
	return w.inTurn(ctx, channel, func() error {
		_, _, _, err := w.change.UpdateMessageContext(ctx, channel, id, o...)
		return err
	})
}

// Remove deletes a post.
func (w *workspace) Remove(ctx context.Context, m chat.Message, post string) error {
	return w.takeBack(m.Channel, w.messagesOf(ctx, m, post))
}

// messagesOf returns the messages that a post consists of now: an edit may have
// added some and deleted others. When Slack does not tell, they are those that it
// had at first.
func (w *workspace) messagesOf(ctx context.Context, m chat.Message, post string) []string {
	found, err := w.parts(ctx, m.Channel, cmp.Or(m.Thread, m.ID), m.ID)
	if err != nil || len(found) == 0 {
		return strings.Split(post, ",")
	}
	var ids []string
	for _, p := range found {
		ids = append(ids, p.ts)
	}
	return ids
}

// Before returns what was said in m's thread before it. A message outside any
// thread opens a conversation of its own, also when it was said to the bot alone.
func (w *workspace) Before(ctx context.Context, m chat.Message) ([]chat.Line, error) {
	const most = 20
	if m.Thread == "" {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, w.adapter.waits.past)
	defer cancel()
	all, err := w.thread(ctx, m.Channel, m.Thread, m.ID)
	if err != nil {
		return nil, w.failed("reading a thread", err)
	}
	var lines []chat.Line
	for _, s := range all {
		if s.Timestamp >= m.ID {
			continue
		}
		text, _, _ := readText(s.Text, w.user)
		lines = append(lines, chat.Line{Text: text, Bot: s.BotID != "" || s.User == w.user})
	}
	return lines[max(0, len(lines)-most):], nil
}

// thread reads the messages of a thread, up to latest, "" for all. Slack gives the
// oldest first, so that the last page is the one of interest.
func (w *workspace) thread(ctx context.Context, channel, thread, latest string) ([]slack.Message, error) {
	const perPage, mostPages = 200, 10
	var all []slack.Message
	p := slack.GetConversationRepliesParameters{ChannelID: channel, Timestamp: thread, Latest: latest, Limit: perPage, IncludeAllMetadata: true}
	for range mostPages {
		page, more, next, err := w.read.GetConversationRepliesContext(ctx, &p)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if !more || next == "" {
			break
		}
		p.Cursor = next
	}
	return all, nil
}

// A part is one message of a reply.
type part struct {
	ts          string
	part, parts int
}

// parts looks in a thread for the bot's messages in reply to a message.
func (w *workspace) parts(ctx context.Context, channel, thread, to string) ([]part, error) {
	all, err := w.thread(ctx, channel, thread, "")
	if has(err, codesGone) {
		return nil, nil
	}
	if err != nil {
		return nil, w.failed("looking for a reply", err)
	}
	var found []part
	for _, s := range all {
		meta := s.Metadata
		if s.User != w.user || meta.EventType != metaType || meta.EventPayload[metaTo] != to {
			continue
		}
		n, _ := strconv.Atoi(fmt.Sprint(meta.EventPayload[metaPart]))
		of, _ := strconv.Atoi(fmt.Sprint(meta.EventPayload[metaParts]))
		found = append(found, part{s.Timestamp, n, of})
	}
	return found, nil
}

// Find looks for a whole reply to m. What only one person was shown cannot be
// found.
func (w *workspace) Find(ctx context.Context, m chat.Message) (chat.Posted, bool, error) {
	if m.Brief != nil {
		return w.findBrief(ctx, m)
	}
	if m.Private || m.Command {
		return chat.Posted{}, false, nil
	}
	return w.findIn(ctx, m, cmp.Or(m.Thread, m.ID))
}

// findIn looks for a whole reply to m in a thread.
func (w *workspace) findIn(ctx context.Context, m chat.Message, thread string) (chat.Posted, bool, error) {
	found, err := w.parts(ctx, m.Channel, thread, m.ID)
	if err != nil || len(found) == 0 || len(found) < found[0].parts {
		return chat.Posted{}, false, err
	}
	var ids []string
	for _, p := range found {
		ids = append(ids, p.ts)
	}
	return chat.Posted{ID: strings.Join(ids, ","), Thread: thread}, true, nil
}

// Working shows below m that the bot is at work; Slack takes that away when a reply
// is posted.
func (w *workspace) Working(ctx context.Context, m chat.Message) error {
	thread := cmp.Or(m.Thread, m.ID)
	switch {
	case m.Brief != nil:
		s, err := w.stand(ctx, m)
		if err != nil {
			return err
		}
		m, thread = s.Message, s.thread
	case m.Private || m.Command:
		return nil // there is no thread to show it in
	case w.streamTo(m) != nil:
		return nil // what is told shows it
	}
	return w.optional(ctx, callStatus, func() error {
		return w.write.SetAssistantThreadsStatusContext(ctx, slack.AssistantThreadsSetStatusParameters{
			ChannelID: m.Channel, ThreadTS: thread, Status: saidSearching,
		})
	})
}

// title names the conversation that m opened after its question.
func (w *workspace) title(ctx context.Context, m chat.Message, r chat.Reply) {
	const longest = 200 // as Slack documents it
	w.note("naming a conversation", w.optional(ctx, callTitle, func() error {
		_, err := w.write.RenameAgentSessionContext(ctx, slack.AgentSessionRenameParameters{ChannelID: m.Channel, ThreadTS: m.ID, Title: chat.Shorten(r.Question, longest)})
		return err
	}))
}
