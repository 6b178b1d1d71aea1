package slack

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// Names in the desk, on which a person arranges the excerpts of their briefing, and in
// the form for a note on one.
const (
	formDesk  = "desk"
	formNote  = "note"
	inputNote = "note"

	mostNote = 500 // characters
)

// A spot is where the desk stands.
type spot struct {
	view      string // id of the form that it is; "": it is none
	ephemeral bool   // it is, or may take the place of, a message that m.Ticket replaces
}

// desk shows r, what a person collected, where it stands already, or else in a form
// of its own. Where forms cannot be opened, it is a message to the person alone.
func (w *workspace) desk(ctx context.Context, m chat.Message, r chat.Reply, trigger string, at spot) {
	form := deskForm(m, r)
	if at.view != "" {
		err := patiently(ctx, func() error {
			_, err := w.change.UpdateViewContext(ctx, form, "", "", at.view)
			return err
		})
		if err == nil || has(err, codesClosed) {
			return
		}
		w.note("changing a form", err) // it shows what was; a message beside it shows what is
	} else if w.open(ctx, trigger, form, false) {
		return
	}
	if at.ephemeral && r.InPlace && w.supersede(ctx, m, r) {
		return
	}
	_, err := w.tell(ctx, m, r)
	w.note("showing what a person collected", err)
}

// deskForm is the desk as a form. It fits one, since what stands on it is cut short.
func deskForm(m chat.Message, r chat.Reply) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: formDesk, PrivateMetadata: originOf(m, "").encode(),
		Title: plainText(chat.Desk.Label()), Close: plainText(labelClose), Blocks: slack.Blocks{BlockSet: messages(r, "")[0]},
	}
}

// onDesk is c as it stands on the desk: cut short and without its address, so that a
// page of six fits one message or form.
func onDesk(c chat.Card) chat.Card {
	const title, place, words = 150, 60, 600 // characters
	c.Title, c.Body, c.Date = chat.Shorten(c.Title, title), chat.Shorten(c.Body, place), chat.Shorten(c.Date, place)
	c.Section, c.Page, c.Paragraph = []string{chat.Shorten(strings.Join(c.Section, " › "), title)}, chat.Shorten(c.Page, place), chat.Shorten(c.Paragraph, place)
	if parts := chat.Split(c.Quote, words, length); len(parts) > 1 {
		c.Quote = parts[0] + " […]"
	}
	c.Note, c.Link = chat.Shorten(c.Note, mostNote), ""
	return c
}

// supersede shows r instead of the message whose button was pressed, which one person
// alone sees, and reports whether it could.
func (w *workspace) supersede(ctx context.Context, m chat.Message, r chat.Reply) bool {
	if m.Ticket == "" {
		return false
	}
	o := append(w.forms(ctx, r)[0].options(""), slack.MsgOptionReplaceOriginal(m.Ticket))
	err := hide(patiently(ctx, func() error {
		_, _, _, err := w.write.SendMessageContext(ctx, m.Channel, o...)
		return err
	}))
	w.note("showing what a person collected anew", err)
	return err == nil
}

// askNote opens a form for the note on a collected excerpt. Where it cannot be opened
// there are no notes, which is said.
func (w *workspace) askNote(ctx context.Context, m chat.Message, token, trigger string, at spot) {
	_, page, id, _ := chat.ParseToken(token)
	r := w.adapter.bot.Collected(ctx, m, page)
	for _, c := range r.Cards {
		if c.Collected != id {
			continue
		}
		if !w.open(ctx, trigger, noteForm(m, c, token, at), at.view != "") {
			_, err := w.tell(ctx, m, chat.Reply{Private: true, Notice: saidNoNote})
			w.note("saying that no note can be written", err)
		}
		return
	}
	r.InPlace = true // it was taken out meanwhile
	w.desk(ctx, m, r, trigger, at)
}

func noteForm(m chat.Message, c chat.Card, token string, at spot) slack.ModalViewRequest {
	input := slack.NewPlainTextInputBlockElement(nil, inputNote).WithMultiline(true).WithMaxLength(mostNote)
	if c.Note != "" {
		input = input.WithInitialValue(chat.Shorten(c.Note, mostNote))
	}
	o := originOf(m, token)
	o.View = at.view
	blocks := []slack.Block{quote(run{onDesk(c).Quote, nil}).Block, slack.NewInputBlock(inputNote, plainText(labelNote), plainTextOf(hintNote, longestHint), input).WithOptional(true)}
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: formNote, PrivateMetadata: o.encode(),
		Title: plainText(chat.Annotate.Label()), Submit: plainText(labelKeep), Close: plainText(labelClose), Blocks: slack.Blocks{BlockSet: blocks},
	}
}

// noted keeps what a person wrote about an excerpt, and shows it on the desk.
func (w *workspace) noted(ctx context.Context, user string, v view) {
	o, ok := readOrigin(v.Metadata)
	kind, _, _, known := chat.ParseToken(o.Token)
	if !ok || !known || kind != chat.Annotate {
		w.adapter.log.Warn(saidUnreadable, "form", v.Callback)
		return
	}
	m := w.privately(o.Channel, user, "note "+v.ID, v.value(inputNote), o.Address)
	m.Thread, m.Direct = o.Thread, direct(o.Channel)
	r := w.pressed(ctx, m, o.Token)
	w.desk(ctx, m, r, "", spot{view: o.View, ephemeral: o.View == ""})
}
