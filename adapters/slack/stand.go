package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// A stand is where a briefing is shown: in the thread that it was asked for in, or else
// below a message of its own.
type stand struct {
	chat.Message // the one that asks for it, as if it were said there
	thread       string
	opened       bool // thread hangs from a message that was posted for the briefing
	elsewhere    bool // the channel that it was asked for in may not be posted in
}

// stand returns where m's briefing is shown, and opens a thread for it unless that was
// done. It goes to its person alone who wants it so, and where the channel may not be
// posted in.
func (w *workspace) stand(ctx context.Context, m chat.Message) (stand, error) {
	const most = 1000 // of which there is no reply yet; a few are never replied to
	w.mu.Lock()
	s, ok := w.stands[m.Channel+" "+m.ID]
	w.mu.Unlock()
	if ok {
		return s, nil
	}
	s, ok = begunStand(m)
	if !ok {
		var err error
		if s, err = w.findStand(ctx, m); err != nil {
			return stand{}, w.failed("opening a thread for a briefing", err)
		}
		if s.opened {
			w.begun(ctx, m, s.encode())
		}
	}
	if s.opened && s.Channel == m.Channel {
		w.adapter.bot.Open(m, s.thread)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.stands) >= most {
		clear(w.stands)
	}
	w.stands[m.Channel+" "+m.ID] = s
	return s, nil
}

// A beginning is a stand as it is kept while its briefing is being made.
type beginning struct {
	Channel   string `json:"channel"`
	Thread    string `json:"thread"`
	Elsewhere bool   `json:"elsewhere,omitempty"`
}

func (s stand) encode() string {
	encoded, _ := json.Marshal(beginning{s.Channel, s.thread, s.elsewhere}) // it cannot fail
	return string(encoded)
}

// begunStand returns the stand that was opened for m's briefing before; ok is false
// where none was.
func begunStand(m chat.Message) (s stand, ok bool) {
	var b beginning
	if json.Unmarshal([]byte(m.Begun), &b) != nil || b.Thread == "" {
		return stand{}, false
	}
	s = stand{Message: m, thread: b.Thread, opened: true, elsewhere: b.Elsewhere}
	if b.Channel != m.Channel {
		s.Message = apart(m)
	}
	s.Channel = b.Channel
	return s, true
}

// findBrief looks for m's briefing, which may have been shown without that having been
// written down.
func (w *workspace) findBrief(ctx context.Context, m chat.Message) (chat.Posted, bool, error) {
	s, ok := begunStand(m)
	if !ok && m.Thread != "" && !m.Private {
		s, ok = stand{Message: m, thread: m.Thread}, true
	}
	if !ok {
		return chat.Posted{}, false, nil
	}
	posted, ok, err := w.findIn(ctx, s.Message, s.thread)
	if s.Direct {
		posted.Thread = ""
	}
	return posted, ok, err
}

// filed reports whether the file of m's briefing is there already: it was begun before,
// in a thread of its own.
func (w *workspace) filed(ctx context.Context, m chat.Message) bool {
	s, ok := begunStand(m)
	if !ok {
		return false
	}
	all, err := w.thread(ctx, s.Channel, s.thread, "")
	if err != nil {
		w.note("looking whether a file is there", err)
	}
	return slices.ContainsFunc(all, func(s slack.Message) bool { return s.User == w.user && len(s.Files) > 0 })
}

// findStand is stand, where there is none yet.
func (w *workspace) findStand(ctx context.Context, m chat.Message) (stand, error) {
	if m.Direct || m.Private {
		return w.openStand(ctx, apart(m))
	}
	err := w.abroad(ctx, m.Channel)
	if err == nil {
		var s stand
		if s, err = w.openStand(ctx, m); !has(err, codesAbsent) {
			return s, err
		}
	}
	w.note("showing a briefing in its channel; it goes to its person alone", err)
	s, err := w.openStand(ctx, apart(m))
	s.elsewhere = true
	return s, err
}

// openStand posts the message that m's briefing hangs from, unless m stands in a
// thread.
func (w *workspace) openStand(ctx context.Context, m chat.Message) (stand, error) {
	if m.Thread != "" {
		return stand{Message: m, thread: m.Thread}, nil
	}
	name := ""
	if p, err := w.person(ctx, m.User); err == nil {
		name = chat.Plain(p.name)
	}
	said := sayBriefing(name, chat.Shorten(chat.Plain(m.Brief.Topic), chat.LongestTopic))
	f := form{[]slack.Block{section(run{said, nil}).Block}, inert(said)}
	s := stand{Message: m, opened: true}
	err := w.inTurn(ctx, m.Channel, func() (err error) {
		var channel string
		channel, s.thread, err = w.write.PostMessageContext(ctx, m.Channel, f.public("")...)
		s.Channel = cmp.Or(channel, m.Channel)
		return err
	})
	return s, err
}

// apart is m as if it were said to the bot alone: what is posted to a person's id goes
// to their conversation with the bot.
func apart(m chat.Message) chat.Message {
	if !m.Direct {
		m.Channel, m.Thread, m.Direct = m.User, "", true
	}
	return m
}

// leave gives up where m's briefing would have been shown. Made again, it has a stand
// of its own.
func (w *workspace) leave(ctx context.Context, m chat.Message) error {
	w.mu.Lock()
	s, ok := w.stands[m.Channel+" "+m.ID]
	delete(w.stands, m.Channel+" "+m.ID)
	w.mu.Unlock()
	if !ok {
		s, _ = begunStand(m)
	}
	if !s.opened {
		return nil
	}
	if err := w.takeBack(s.Channel, []string{s.thread}); err != nil {
		return err
	}
	w.begun(context.WithoutCancel(ctx), m, "")
	return nil
}

// postBrief shows a briefing, with its file. That there is none is said to its person
// alone.
func (w *workspace) postBrief(ctx context.Context, m chat.Message, r chat.Reply) (chat.Posted, error) {
	if !r.Answered {
		w.note("taking back what a briefing was to hang from", w.leave(ctx, m))
		return w.tell(ctx, m, r)
	}
	filed := r.File != nil && w.filed(ctx, m)
	if filed {
		r.File = nil
	}
	file, err := w.upload(ctx, r.File)
	if err != nil {
		return chat.Posted{}, err
	}
	s, err := w.stand(ctx, m)
	if err != nil {
		return chat.Posted{}, err
	}
	if file != "" {
		if err := w.share(ctx, file, s.Channel, s.thread); err != nil {
			return chat.Posted{}, fmt.Errorf("%w: %w", chat.ErrNoFile, err)
		}
	}
	if s.elsewhere {
		r.Notice = saidElsewhere + "\n" + r.Notice
	}
	posted, err := w.show(ctx, s.Message, s.thread, r)
	switch {
	case err != nil && file == "" && !filed:
		return chat.Posted{}, errors.Join(err, w.leave(ctx, m))
	case err != nil: // the file has them too
		w.note("showing a briefing's excerpts", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.stands, m.Channel+" "+m.ID)
	posted.Thread = s.thread
	if s.Direct {
		posted.Thread = "" // all that is said there is for the bot
	}
	return posted, nil
}

// tell shows r to m's person alone, wherever that can be done.
func (w *workspace) tell(ctx context.Context, m chat.Message, r chat.Reply) (chat.Posted, error) {
	if m.Direct {
		return w.show(ctx, m, m.Thread, r)
	}
	err := w.whisper(ctx, m, r)
	if has(err, codesAbsent) {
		return w.show(ctx, apart(m), "", r)
	}
	return chat.Posted{}, err
}
