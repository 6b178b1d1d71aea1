package chat

import (
	"context"
	"encoding/json"

	"rapporteur/adapters/chat/store"
)

// owner is whose briefing m adds to.
func (m Message) owner() store.Owner {
	return store.Owner{Platform: m.Platform, Team: m.Team, Person: m.User}
}

// mostCollected is how many excerpts a person may collect.
const mostCollected = 100

// collect adds card n of an answer to the person's briefing.
func (b *Bot) collect(ctx context.Context, m Message, k kept, n int) Reply {
	c, ok := k.card(n)
	if !ok {
		return notice(m, saidExpired)
	}
	content, _ := json.Marshal(c) // strings and numbers alone: it cannot fail
	count, added, err := b.store.AddExcerpt(ctx, store.Excerpt{
		ID: newAnswerID(), Owner: m.owner(), Passage: c.Passage, Start: c.Span.Start, End: c.Span.End, Content: content, At: b.options.Now(),
	}, mostCollected)
	switch {
	case err != nil:
		b.log.Error("An excerpt could not be collected.", b.about(m, "error", err)...)
		return notice(m, saidWentWrong)
	case !added && count >= mostCollected:
		return deskButtons(notice(m, sayFull(count)))
	case !added:
		return deskButtons(notice(m, saidCollectedBefore))
	}
	return deskButtons(notice(m, sayCollected(count)))
}

// deskButtons puts below r what can be done with a briefing that is being collected.
func deskButtons(r Reply) Reply {
	r.Buttons = DeskButtons()
	return r
}

// DeskButtons are for what a person collected, wherever they are; they need no answer.
func DeskButtons() []Button {
	return []Button{{Desk, token(Desk, 0, "")}, {Make, token(Make, 0, "")}}
}

// deskPage is how many collected cards are shown at a time.
const deskPage = 6

// Collected shows a page, counted from 0, of what a person collected for a briefing,
// in private, each excerpt as a card with its buttons.
func (b *Bot) Collected(ctx context.Context, m Message, page int) Reply {
	m.Private = true
	all, err := b.store.Excerpts(ctx, m.owner())
	if err != nil {
		b.log.Error("What a person collected could not be read.", b.about(m, "error", err)...)
		return notice(m, saidWentWrong)
	}
	if len(all) == 0 {
		return notice(m, saidNothingCollected)
	}
	last := (len(all) - 1) / deskPage
	page = max(0, min(page, last))
	r := notice(m, sayDesk(len(all), page*deskPage+1, min((page+1)*deskPage, len(all))))
	r.Page = page
	for i, e := range all[page*deskPage : min((page+1)*deskPage, len(all))] {
		var c Card
		if err := json.Unmarshal(e.Content, &c); err != nil {
			b.log.Error("An excerpt that was collected cannot be read; it is passed over.", b.about(m, "error", err)...)
			continue
		}
		c.N, c.Collected, c.Note = page*deskPage+i+1, e.ID, e.Note
		r.Cards = append(r.Cards, c)
	}
	r.Buttons = []Button{{Make, token(Make, 0, "")}, {Clear, token(Clear, 0, "")}}
	if last > 0 {
		r.Buttons = append(r.Buttons, Button{Desk, token(Desk, (page+1)%(last+1), "")})
	}
	return r
}

// CollectedCount is how many excerpts m's person collected for a briefing.
func (b *Bot) CollectedCount(ctx context.Context, m Message) (int, error) {
	all, err := b.store.Excerpts(ctx, m.owner())
	return len(all), err
}

// rearrange carries out a button of the collection, and shows the page anew.
func (b *Bot) rearrange(ctx context.Context, m Message, k Kind, page int, id string) Reply {
	var err error
	switch k {
	case Raise:
		err = b.store.RaiseExcerpt(ctx, m.owner(), id)
	case Annotate:
		err = b.store.NoteExcerpt(ctx, m.owner(), id, Plain(folded(m.Text)))
	case Drop:
		err = b.store.DropExcerpt(ctx, m.owner(), id)
	case Clear:
		err = b.store.DropExcerpts(ctx, m.owner())
	}
	if err != nil {
		b.log.Error("A briefing that is being collected could not be changed.", b.about(m, "error", err)...)
		return notice(m, saidWentWrong)
	}
	r := b.Collected(ctx, m, page)
	r.InPlace = true
	return r
}
