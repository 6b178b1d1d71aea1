package slack

import (
	"context"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// Names in the form that asks why an answer did not help.
const (
	formReason  = "reason_not_helpful"
	inputReason = "reason"
	mostReason  = 1000 // characters
)

// askReason opens a form that asks why an answer did not help, and reports whether
// it could.
func (w *workspace) askReason(ctx context.Context, trigger string, m chat.Message, token string) bool {
	input := slack.NewPlainTextInputBlockElement(nil, inputReason).WithMultiline(true).WithMaxLength(mostReason)
	asked := slack.NewInputBlock(inputReason, plainText(labelReason), nil, input).WithOptional(true)
	return w.open(ctx, trigger, slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: formReason, PrivateMetadata: originOf(m, token).encode(),
		Title: plainText(chat.Unhelpful.Label()), Submit: plainText(labelSend), Close: plainText(labelClose),
		Blocks: slack.Blocks{BlockSet: []slack.Block{section(run{saidThanks, nil}).Block, asked}},
	}, false)
}

// reason keeps what a person wrote into the form, and thanks for it.
func (w *workspace) reason(ctx context.Context, user string, v view) {
	o, ok := readOrigin(v.Metadata)
	if !ok {
		w.adapter.log.Warn(saidUnreadable, "form", v.Callback)
		return
	}
	m := w.privately(o.Channel, user, "reason", v.value(inputReason), o.Address)
	m.Thread = o.Thread
	if m.Text == "" {
		return // nothing was added, and the form has thanked
	}
	w.note("thanking for a reason", w.whisper(ctx, m, w.pressed(ctx, m, o.Token)))
}
