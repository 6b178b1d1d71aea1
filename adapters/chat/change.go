package chat

import (
	"context"

	"rapporteur/adapters/chat/store"
)

// revise takes on an edit: what was answered is answered anew, in place. A message
// that was edited into one for the bot is taken on as if it were new.
func (b *Bot) revise(ctx context.Context, m Message, to Surface) error {
	if m.Bot {
		return nil
	}
	e, err := b.store.Event(ctx, m.place(), m.ID)
	if err != nil {
		return err
	}
	switch e.State {
	case store.Settled:
		return nil
	case store.Unknown:
		if !m.addressed() {
			return nil // not ours before, and not ours now
		}
		m.Change = Said
		return b.receive(ctx, m, to)
	}
	if e.Digest == digest(m.Text) {
		return nil // a link was unfurled, or the edit is delivered again
	}
	// What was answered once is ours, though the mention be gone.
	m.Mention = true
	if v, _ := b.decide(ctx, m); v != accept {
		return nil
	}
	if _, editable := to.(Editor); !editable {
		return nil
	}
	if reply, err := b.limit(ctx, m); reply != nil || err != nil {
		return nil // the answer to the old words stays
	}
	return b.take(ctx, &job{m: m, to: to})
}

// answerAnew replies to an edited message in place of its reply. One that was in
// hand when it was edited has none yet.
func (b *Bot) answerAnew(j *job) {
	e, err := b.store.Event(b.base, j.m.place(), j.m.ID)
	if err != nil {
		b.log.Error("The reply to an edited message could not be looked up; it stays as it is.", b.about(j.m, "error", err)...)
		return
	}
	editor, ok := j.to.(Editor)
	if e.State != store.Answered || e.Post == "" || !ok {
		if e.State == store.Answered {
			return // nothing that could be changed
		}
		j.m.Change = Said
		b.answerNew(j)
		return
	}
	r, ok := b.replyTo(j)
	if !ok {
		return
	}
	if e.Answer != "" {
		if err := b.store.DropAnswer(b.base, e.Answer); err != nil {
			b.log.Error("An answer that was replaced could not be dropped.", b.about(j.m, "error", err)...)
		}
	}
	ctx, cancel := context.WithTimeout(b.base, posting)
	defer cancel()
	if b.options.Dry {
		b.log.Info("This would be said in place of what was.", b.about(j.m, "reply", r.String())...)
	} else if err := editor.Edit(ctx, j.m, e.Post, r); err != nil {
		b.log.Warn("A reply could not be changed; a new one is posted.", b.about(j.m, "error", err)...)
		b.show(j, r)
		return
	}
	b.record(j, Posted{ID: e.Post, Thread: j.m.Thread}, r.Answer)
}

// withdraw takes on a deletion.
func (b *Bot) withdraw(ctx context.Context, m Message, to Surface) error {
	e, err := b.store.Event(ctx, m.place(), m.ID)
	if err != nil || e.State == store.Unknown {
		return err
	}
	return b.take(ctx, &job{m: m, to: to})
}

// remove takes the reply to a deleted message away.
func (b *Bot) remove(j *job) {
	e, err := b.store.Event(b.base, j.m.place(), j.m.ID)
	if err != nil {
		b.log.Error("The reply to a deleted message could not be looked up; it stays.", b.about(j.m, "error", err)...)
		return
	}
	if editor, ok := j.to.(Editor); ok && e.State == store.Answered && e.Post != "" && !b.options.Dry {
		ctx, cancel := context.WithTimeout(b.base, posting)
		defer cancel()
		if err := editor.Remove(ctx, j.m, e.Post); err != nil {
			b.log.Error("The reply to a deleted message could not be taken away.", b.about(j.m, "error", err)...)
		}
	}
	if err := b.store.DropAnswer(b.base, e.Answer); err != nil {
		b.log.Error("The answer to a deleted message could not be dropped.", b.about(j.m, "error", err)...)
	}
	if err := b.settle(b.base, j.m); err != nil {
		b.log.Error("It could not be written down that a message was deleted.", b.about(j.m, "error", err)...)
	}
}
