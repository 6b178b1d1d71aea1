package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"time"

	"rapporteur/adapters/chat/store"
)

// Press carries out what the button with that token does, and returns what to show
// to the person who pressed it, and to nobody else; with InPlace, in place of the
// reply that has the button. m says where and by whom it was pressed; its ID names
// the press, and its Text is the reason that a person gave with a judgement. to is
// where Publish posts.
//
// A token that is malformed, forged, or of an answer that is no longer kept is
// refused in words.
func (b *Bot) Press(ctx context.Context, token string, m Message, to Surface) (r Reply) {
	m.Private = true
	defer func() {
		if p := recover(); p != nil {
			b.log.Error("A button could not be handled: this is a defect, please report it.", b.about(m, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))...)
			r = notice(m, saidWentWrong)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, b.options.Timeout)
	defer cancel()
	kind, n, id, ok := ParseToken(token)
	if !ok {
		return notice(m, saidExpired)
	}
	switch kind {
	case Desk, Raise, Annotate, Drop, Clear:
		if why := b.barred(ctx, m); why != "" {
			return notice(m, why)
		}
		return b.rearrange(ctx, m, kind, n, id)
	}
	a, ok, err := b.store.Answer(ctx, id)
	if err != nil {
		b.log.Error("An answer could not be looked up.", b.about(m, "error", err)...)
		return notice(m, saidWentWrong)
	}
	var k kept
	if !ok || json.Unmarshal(a.Content, &k) != nil || !sameTeam(a, m) {
		return notice(m, saidExpired)
	}
	if why := b.mayPress(ctx, a, kind, m); why != "" {
		return notice(m, why)
	}
	switch kind {
	case Helpful, Unhelpful:
		return b.judge(ctx, a, k, kind == Helpful, m)
	case More:
		return further(m, k)
	case Context:
		return b.inContext(m, k, n)
	case Page:
		return turnTo(m, k, n)
	case Collect:
		return b.collect(ctx, m, k, n)
	case Publish:
		return b.publish(ctx, a, k, m, to)
	default:
		return notice(m, saidExpired)
	}
}

// sameTeam reports whether m comes from where a was given. An answer of another
// team is as good as none: that it exists is nobody's business there.
func sameTeam(a store.Answer, m Message) bool {
	return a.Platform == m.Platform && a.Team == m.Team
}

// mayPress says why m may not press a button of that kind below a, or "".
func (b *Bot) mayPress(ctx context.Context, a store.Answer, k Kind, m Message) string {
	if a.Person == m.User {
		return ""
	}
	if a.Private || k == Publish || a.Channel != m.Channel {
		return saidNotYours
	}
	return b.barred(ctx, m)
}

// barred says why no press of m's person is heeded here, or "".
func (b *Bot) barred(ctx context.Context, m Message) string {
	s, err := b.Settings(ctx, m.place())
	if err != nil {
		b.log.Error("The settings of a channel could not be read; the usual ones hold.", b.about(m, "error", err)...)
	}
	m.Command = true // a press is meant for the bot
	_, why := decide(m, b.options.Access, s, store.Thread{})
	return why
}

// judge keeps a person's judgement of a.
func (b *Bot) judge(ctx context.Context, a store.Answer, k kept, helpful bool, m Message) Reply {
	citations, _ := json.Marshal(k.Reply.Cards) // strings and numbers alone: it cannot fail
	err := b.store.SaveFeedback(ctx, store.Feedback{
		Answer: a.ID, Place: a.Place, Person: m.User, Asker: a.Person, Helpful: helpful, Reason: folded(m.Text),
		Question: a.Question, Citations: string(citations), Stamp: a.Stamp, At: b.options.Now(),
	})
	if err != nil {
		b.log.Error("Feedback could not be kept.", b.about(m, "error", err)...)
		return notice(m, saidWentWrong)
	}
	r := notice(m, saidThanksUnhelpful)
	if helpful {
		r = notice(m, saidThanksHelpful)
	}
	r.Judged = true
	return r
}

// further shows the passages that were found but not cited.
func further(m Message, k kept) Reply {
	if len(k.Further) == 0 {
		return notice(m, saidNoMore)
	}
	r := notice(m, saidMore)
	r.Answer, r.Cards = k.Reply.Answer, k.Further
	return r
}

// inContext shows card n among its neighbours.
func (b *Bot) inContext(m Message, k kept, n int) Reply {
	c, ok := k.card(n)
	if !ok {
		return notice(m, saidExpired)
	}
	if c, ok = b.library.Load().inContext(c); !ok {
		return notice(m, saidChanged)
	}
	r := notice(m, saidContext)
	r.Answer, r.Cards = k.Reply.Answer, []Card{c}
	return r
}

// turnTo shows the answer with card n in front.
func turnTo(m Message, k kept, n int) Reply {
	if n < 1 || n > len(k.Reply.Cards) {
		return notice(m, saidExpired)
	}
	r := k.Reply
	r.Page, r.InPlace = n, true
	return r
}

// publish shows a private answer to the channel, once.
func (b *Bot) publish(ctx context.Context, a store.Answer, k kept, m Message, to Surface) Reply {
	first, err := b.store.Publish(ctx, a.ID)
	if err == nil && !first {
		return notice(m, saidPublishedBefore)
	}
	if err == nil {
		r := k.Reply
		r.Private, r.SharedBy = false, m.User
		k.Reply = r
		r.Buttons = k.buttons(m.Direct)
		public := m
		public.Private = false
		if b.options.Dry {
			b.log.Info("This would be shared.", b.about(m, "reply", r.String())...)
			return notice(m, saidPublished)
		}
		var posted Posted
		if posted, err = to.Post(ctx, public, r); err == nil {
			if posted.Thread != "" {
				if err := b.join(ctx, m.place(), posted.Thread, false, k.About); err != nil {
					b.log.Error("A thread could not be remembered.", b.about(m, "error", err)...)
				}
			}
			return notice(m, saidPublished)
		}
		undo, cancel := context.WithTimeout(b.base, posting)
		defer cancel()
		if err := b.store.Unpublish(undo, a.ID); err != nil {
			b.log.Error("An answer that could not be shared stays marked as shared.", b.about(m, "error", err)...)
		}
	}
	b.log.Error("An answer could not be shared.", b.about(m, "error", err)...)
	return notice(m, saidNotPublished)
}

// An Asked is a question that a person asked before.
type Asked struct {
	Question string
	Answered bool
	At       time.Time
}

// Recent returns a person's last questions in a team, the newest first, at most n.
func (b *Bot) Recent(ctx context.Context, platform, team, person string, n int) ([]Asked, error) {
	answers, err := b.store.Recent(ctx, platform, team, person, n)
	if err != nil {
		return nil, err
	}
	var all []Asked
	for _, a := range answers {
		var k kept
		if err := json.Unmarshal(a.Content, &k); err != nil {
			return nil, fmt.Errorf("looking up recent questions: %w", err)
		}
		all = append(all, Asked{a.Question, k.Reply.Answered, a.At})
	}
	return all, nil
}

// ForgetPerson deletes all that is kept of a person on a platform and drops what
// is in hand for them. An empty team means every team.
func (b *Bot) ForgetPerson(ctx context.Context, platform, team, person string) error {
	b.dropAll(func(m Message) bool {
		return m.Platform == platform && (team == "" || m.Team == team) && m.User == person
	})
	return b.store.ForgetPerson(ctx, platform, team, person)
}

// ForgetTeam deletes all that is kept of a workspace or server, its settings too,
// and drops what is in hand for it.
func (b *Bot) ForgetTeam(ctx context.Context, platform, team string) error {
	b.dropAll(func(m Message) bool { return m.Platform == platform && m.Team == team })
	return b.store.ForgetTeam(ctx, platform, team)
}

func (b *Bot) dropAll(which func(Message) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, j := range b.jobs {
		if which(j.m) {
			j.cancel(errStopped)
		}
	}
}
