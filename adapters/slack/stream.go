package slack

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
	"unicode"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// A streamKey names what is replied to.
type streamKey struct{ channel, id string }

// A stream is a reply that is shown sentence by sentence while it is being written, in
// a message that Slack calls a streaming one. Slack is told beside the writing, which
// waits for nobody: what came in the meantime goes with the next call.
//
// Blocks that come when a stream is stopped stand below its text, which can have no
// citations. Hence a stream is stopped as it is, and the whole reply put in its place.
type stream struct {
	w *workspace
	m chat.Message

	mu      sync.Mutex
	waiting string // text that is to be shown
	size    int    // of all text so far
	busy    bool   // a call is under way, or about to be
	over    bool   // nothing more is shown
	sending sync.WaitGroup

	// What follows is for the one who sends, and afterwards for the one who ends.
	ts   string // of the message, "" before it is there
	lost string // the text of a message that may be there without its ts being known
}

// Tell shows a sentence of the reply to m. What one person alone is to see cannot be
// streamed, nor what takes the place of a reply that is there.
func (w *workspace) Tell(_ context.Context, m chat.Message, s chat.Sentence) {
	if m.Private || m.Command || m.Brief != nil || m.Change != chat.Said || m.Begun != "" {
		return // of what was begun before, the reply takes the place
	}
	w.mu.Lock()
	key := streamKey{m.Channel, m.ID}
	t := w.streams[key]
	if t == nil && !w.untold[""] && !w.untold[m.Channel] {
		t = &stream{w: w, m: m}
		w.streams[key] = t
	}
	w.mu.Unlock()
	if t != nil {
		t.add(inertMarkdown(s.String()))
	}
}

// Untell takes away what was told of a reply to m: of a briefing, what it was to hang
// from, unless its file hangs there.
func (w *workspace) Untell(ctx context.Context, m chat.Message) {
	if m.Brief != nil {
		if !w.filed(ctx, m) {
			w.note("taking back what a briefing was to hang from", w.leave(ctx, m))
		}
		return
	}
	if ts, ok := w.endStream(ctx, m); ok {
		w.note("taking away what was told of a reply", w.takeBack(m.Channel, []string{ts}))
	}
}

// streamTo returns the stream of the reply to m, nil for none.
func (w *workspace) streamTo(m chat.Message) *stream {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.streams[streamKey{m.Channel, m.ID}]
}

// endStream lets nothing more be told of the reply to m, and returns the message that
// shows what was; ok is false where there is none.
func (w *workspace) endStream(ctx context.Context, m chat.Message) (ts string, ok bool) {
	t := w.streamTo(m)
	if t == nil {
		return w.endBegun(ctx, m)
	}
	w.mu.Lock()
	delete(w.streams, streamKey{m.Channel, m.ID})
	w.mu.Unlock()
	t.mu.Lock()
	t.over = true
	t.mu.Unlock()
	t.sending.Wait()
	if t.ts == "" && t.lost != "" {
		t.ts = t.find(ctx)
	}
	if t.ts == "" {
		return "", false
	}
	w.note("ending what is told of a reply", t.stop(ctx))
	return t.ts, true
}

// endBegun is endStream for a stream that was left behind, by a process that died, say.
func (w *workspace) endBegun(ctx context.Context, m chat.Message) (ts string, ok bool) {
	if m.Begun == "" {
		return "", false
	}
	t := &stream{w: w, m: m, ts: m.Begun}
	w.note("ending what was told of a reply before", t.stop(ctx))
	return t.ts, true
}

// stop ends the stream, unless it ended by itself.
func (t *stream) stop(ctx context.Context) error {
	const attempts = 3
	for attempt := 1; ; attempt++ {
		err := patiently(ctx, func() error {
			_, _, err := t.w.change.StopStreamContext(ctx, t.m.Channel, t.ts)
			return err
		})
		switch {
		case has(err, codesEnded), has(err, codesGone):
			return nil
		case attempt == attempts || !has(err, codesPassing):
			return err
		}
	}
}

// settle puts r in the place of what a message told of it.
func (w *workspace) settle(ctx context.Context, m chat.Message, thread, ts string, r chat.Reply) (posted chat.Posted, err error) {
	err = w.inForm(ctx, r, func(forms []form) error {
		// With the metadata the message is found as the reply, which it is not before.
		if err := w.rewrite(ctx, m.Channel, ts, forms[0], metadata(m, 1, len(forms))); err != nil {
			return err
		}
		posted = chat.Posted{ID: ts, Thread: thread}
		if len(forms) == 1 {
			return nil
		}
		rest, err := w.deliverAll(ctx, m, thread, forms, 1)
		posted.ID += "," + rest.ID
		return err
	})
	return posted, err
}

// add lets text be shown as a paragraph of its own. What is too much for one message is
// left to the whole reply.
func (t *stream) add(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.size += length(text)
	if t.over || t.size > mostText {
		return
	}
	t.waiting += text + "\n\n"
	if !t.busy {
		t.busy = true
		t.sending.Go(t.send)
	}
}

// send shows what waits, until nothing does.
func (t *stream) send() {
	for {
		t.mu.Lock()
		text := t.waiting
		t.waiting = ""
		if text == "" || t.over {
			t.busy = false
			t.mu.Unlock()
			return
		}
		t.mu.Unlock()
		err := t.show(text)
		t.mu.Lock()
		switch {
		case err == nil:
		case t.ts == "" || has(err, codesEnded) || has(err, codesGone):
			t.over = true
		case !uncertain(err):
			t.waiting = text + t.waiting
			t.busy = false // until the next sentence
		}
		busy := t.busy
		t.mu.Unlock()
		t.w.note("telling a reply as it is written", err)
		if !busy {
			return
		}
	}
}

// show starts the stream with text, or appends it.
func (t *stream) show(text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), t.w.adapter.waits.tell)
	defer cancel()
	if t.ts != "" {
		return patiently(ctx, func() error {
			_, _, err := t.w.write.AppendStreamContext(ctx, t.m.Channel, t.ts, slack.MsgOptionMarkdownText(text))
			return err
		})
	}
	return t.w.inTurn(ctx, t.m.Channel, func() error {
		o := []slack.MsgOption{slack.MsgOptionTS(cmp.Or(t.m.Thread, t.m.ID)), slack.MsgOptionMarkdownText(text)}
		if !t.m.Direct {
			o = append(o, slack.MsgOptionRecipientUserID(t.m.User), slack.MsgOptionRecipientTeamID(t.m.Team))
		}
		_, ts, err := t.w.write.StartStreamContext(ctx, t.m.Channel, o...)
		switch {
		case err == nil:
			t.ts = ts
			t.w.begun(ctx, t.m, ts)
		case uncertain(err):
			t.lost = text
		default:
			t.w.spare(t.m.Channel, err)
		}
		return err
	})
}

// spare remembers that no stream can be started in a channel, or in none, if that is
// what err says. Restarting the bot is what it takes to try again.
func (w *workspace) spare(channel string, err error) {
	var refused slack.SlackErrorResponse
	if !errors.As(err, &refused) || has(err, codesPassing) || has(err, codesLimited) {
		return
	}
	if has(err, codesMissing) {
		channel = ""
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.untold[channel] = true
}

// find looks for the message of a stream by its words, and returns its timestamp, ""
// when it is not there.
func (t *stream) find(ctx context.Context) string {
	all, err := t.w.thread(ctx, t.m.Channel, cmp.Or(t.m.Thread, t.m.ID), "")
	if err != nil {
		t.w.note("looking for what was told of a reply", err)
		return ""
	}
	for _, s := range all {
		if s.User == t.w.user && s.Timestamp > t.m.ID && s.Metadata.EventType == "" && spoken(s.Text) == spoken(t.lost) {
			return s.Timestamp
		}
	}
	return ""
}

// spoken is what is left of text without marks and spaces, however they are written.
func spoken(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return r
	}, unescaper.Replace(text))
}
