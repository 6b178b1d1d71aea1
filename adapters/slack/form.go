package slack

import (
	"context"
	"encoding/json"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// Names in the form that asks why an answer did not help.
const (
	formReason  = "reason_not_helpful"
	inputReason = "reason"
	mostReason  = 1000 // characters
)

// A view is a form as it comes back.
type view struct {
	Callback string `json:"callback_id"`
	Metadata string `json:"private_metadata"`
	State    struct {
		Values map[string]map[string]struct {
			Value string `json:"value"`
		} `json:"values"` // by block and action
	} `json:"state"`
}

// A judged answer goes through the form unseen.
type judged struct {
	Token   string `json:"token"` // of the button
	Channel string `json:"channel"`
	Thread  string `json:"thread,omitempty"`
	Address string `json:"address,omitempty"` // to reply to
}

// askReason opens a form that asks why an answer did not help, and reports whether
// it could. The trigger is good for three seconds.
func (w *workspace) askReason(ctx context.Context, trigger string, m chat.Message, token string) bool {
	if trigger == "" || w.adapter.options.Dry {
		return false
	}
	about, _ := json.Marshal(judged{token, m.Channel, m.Thread, m.Ticket}) // strings alone: it cannot fail
	input := slack.NewPlainTextInputBlockElement(nil, inputReason).WithMultiline(true).WithMaxLength(mostReason)
	asked := slack.NewInputBlock(inputReason, plainText(labelReason), nil, input)
	asked.Optional = true
	form := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: formReason, PrivateMetadata: string(about),
		Title: plainText(chat.Unhelpful.Label()), Submit: plainText(labelSend), Close: plainText(labelClose),
		Blocks: slack.Blocks{BlockSet: []slack.Block{section(run{saidThanks, nil}).Block, asked}},
	}
	opened := false
	w.note("asking why an answer did not help", w.optional(ctx, callForm, func() error {
		_, err := w.write.OpenViewContext(ctx, trigger, form)
		opened = err == nil
		return err
	}))
	return opened
}

// reason keeps what a person wrote into the form, and thanks for it.
func (w *workspace) reason(ctx context.Context, user string, v view) {
	var about judged
	if err := json.Unmarshal([]byte(v.Metadata), &about); err != nil || about.Channel == "" {
		w.adapter.log.Warn(saidUnreadable, "error", err)
		return
	}
	m := w.privately(about.Channel, user, "reason", v.State.Values[inputReason][inputReason].Value, about.Address)
	m.Thread = about.Thread
	if m.Text == "" {
		return // nothing was added, and the form has thanked
	}
	w.note("thanking for a reason", w.whisper(ctx, m, w.pressed(ctx, m, about.Token)))
}
