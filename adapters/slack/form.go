package slack

import (
	"context"
	"encoding/json"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// A view is a form, the desk, or the home tab, as it comes back.
type view struct {
	ID       string `json:"id"`
	Callback string `json:"callback_id"`
	Metadata string `json:"private_metadata"`
	State    struct {
		Values map[string]map[string]struct {
			Value    string `json:"value"`
			Selected struct {
				Value string `json:"value"`
			} `json:"selected_option"`
		} `json:"values"` // by block and action
	} `json:"state"`
}

// value is what was written into the input of that name, or chosen there; its block
// has the same name.
func (v view) value(name string) string {
	in := v.State.Values[name][name]
	if in.Selected.Value != "" {
		return in.Selected.Value
	}
	return in.Value
}

// An origin is where a form was asked for; it goes through the form unseen.
type origin struct {
	Channel string `json:"channel"`
	Thread  string `json:"thread,omitempty"`
	Address string `json:"address,omitempty"` // to reply to
	Token   string `json:"token,omitempty"`   // of the button that the form is for
	View    string `json:"view,omitempty"`    // id of the desk that the form lies upon
}

func (o origin) encode() string {
	encoded, _ := json.Marshal(o) // strings alone: it cannot fail
	return string(encoded)
}

// readOrigin reads what came back with a form.
func readOrigin(metadata string) (o origin, ok bool) {
	err := json.Unmarshal([]byte(metadata), &o)
	return o, err == nil && o.Channel != ""
}

// What is to become of a form that was sent (docs.slack.dev/surfaces/modals): it
// closes with all below it, or stays and shows errors at its inputs.
type (
	formEnds struct {
		Action string `json:"response_action"` // "clear"
	}
	formErrors struct {
		Action string            `json:"response_action"` // "errors"
		Errors map[string]string `json:"errors"`          // by block
	}
)

// open opens a form, over another one where that is said, and reports whether it
// could. The trigger is good for three seconds.
func (w *workspace) open(ctx context.Context, trigger string, form slack.ModalViewRequest, over bool) bool {
	if trigger == "" || w.adapter.options.Dry {
		return false
	}
	call, how := callForm, w.write.OpenViewContext
	if over {
		call, how = callFormOver, w.write.PushViewContext
	}
	opened := false
	w.note("opening a form", w.optional(ctx, call, func() error {
		shown, err := how(ctx, trigger, form)
		opened = err == nil && shown.ID != "" // what says ok to everything opens nothing
		return err
	}))
	return opened
}

// originOf is where m comes from, for a form about the button with that token.
func originOf(m chat.Message, token string) origin {
	return origin{Channel: m.Channel, Thread: m.Thread, Address: m.Ticket, Token: token}
}
