package slacktest

import (
	"encoding/json"
	"fmt"
)

// openForm opens a form, over the latest one where that is said; s.mu is held.
func (s *Server) openForm(args map[string]any, over bool) reply {
	trigger, _ := args["trigger_id"].(string)
	if !s.triggers[trigger] {
		return refuse("expired_trigger_id")
	}
	s.triggers[trigger] = false // it is good for one
	form, _ := args["view"].(map[string]any)
	form["id"] = "V" + s.stamp()
	form["root_view_id"] = form["id"]
	if over {
		if len(s.forms) == 0 {
			return refuse("not_found")
		}
		form["root_view_id"] = s.forms[len(s.forms)-1]["root_view_id"]
	}
	s.forms = append(s.forms, form)
	return reply{"ok": true, "view": form}
}

// updateForm puts another form in the place of one; s.mu is held.
func (s *Server) updateForm(args map[string]any) reply {
	for i, f := range s.forms {
		if f["id"] == args["view_id"] {
			form, _ := args["view"].(map[string]any)
			form["id"], form["root_view_id"] = f["id"], f["root_view_id"]
			s.forms[i] = form
			return reply{"ok": true, "view": form}
		}
	}
	return refuse("not_found")
}

// AwaitForm waits until n forms were opened, and returns the latest.
func (s *Server) AwaitForm(n int) map[string]any {
	s.t.Helper()
	s.await(fmt.Sprintf("%d forms are open", n), func() bool { return len(s.Forms()) >= n })
	return s.Forms()[n-1]
}

// Submit lets a person send a form, with what they put into its inputs, by the name
// of the block; the others stay as they were. It returns the errors that the form
// shows then, by the same name; nil: it closed.
func (s *Server) Submit(team, user string, form map[string]any, put map[string]string) (map[string]string, error) {
	values := make(map[string]any)
	blocks, _ := form["blocks"].([]any)
	for _, b := range blocks {
		block, _ := b.(map[string]any)
		element, _ := block["element"].(map[string]any)
		name, _ := block["block_id"].(string)
		action, _ := element["action_id"].(string)
		if block["type"] != "input" {
			continue
		}
		text, put := put[name]
		state := s.state(element, text, put)
		if state["value"] == nil && state["selected_option"] == nil && block["optional"] != true {
			s.t.Errorf("%s must be filled in", name)
		}
		values[name] = map[string]any{action: state}
	}
	said, err := s.deliver("interactive", map[string]any{
		"type": "view_submission", "team": map[string]any{"id": team}, "user": map[string]any{"id": user}, "trigger_id": s.trigger(),
		"view": map[string]any{"id": form["id"], "root_view_id": form["root_view_id"], "type": "modal", "callback_id": form["callback_id"], "private_metadata": form["private_metadata"], "state": map[string]any{"values": values}},
	}, 0)
	var answer struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
	}
	if len(said) > 0 {
		if err := json.Unmarshal(said, &answer); err != nil {
			s.t.Errorf("the answer to a form is %q: %v", said, err)
		}
	}
	for name := range answer.Errors {
		if _, ok := values[name]; !ok {
			s.t.Errorf("an error is shown at %s, which is no input", name)
		}
	}
	if ends := answer.Action == "" || answer.Action == "clear"; ends == (len(answer.Errors) > 0) {
		s.t.Errorf("the answer to a form is %q", said)
	}
	return answer.Errors, err
}

// state is how an input stands that a person put text into, or left as it was.
func (s *Server) state(element map[string]any, text string, put bool) map[string]any {
	state := map[string]any{"type": element["type"]}
	if element["type"] == "plain_text_input" {
		state["value"] = element["initial_value"]
		if most, ok := element["max_length"].(float64); ok && size(text) > int(most) {
			s.t.Errorf("%d characters are put in, at most %v can be", size(text), most)
		}
		if put {
			state["value"] = text
		}
		if state["value"] == "" {
			state["value"] = nil
		}
		return state
	}
	state["selected_option"] = element["initial_option"]
	if !put {
		return state
	}
	options, _ := element["options"].([]any)
	for _, o := range options {
		if option, _ := o.(map[string]any); option["value"] == text {
			state["selected_option"] = option
			return state
		}
	}
	s.t.Errorf("%q cannot be chosen", text)
	return state
}

// PressIn lets a person press the button with that value in a form or on their home
// tab.
func (s *Server) PressIn(view map[string]any, user, value string) error {
	kind, _ := view["type"].(string)
	return s.Deliver("interactive", map[string]any{
		"type": "block_actions", "trigger_id": s.trigger(), "container": map[string]any{"type": "view", "view_id": view["id"]},
		"team": map[string]any{"id": "T1"}, "user": map[string]any{"id": user},
		"view":    map[string]any{"id": view["id"], "root_view_id": view["root_view_id"], "type": kind, "callback_id": view["callback_id"], "private_metadata": view["private_metadata"]},
		"actions": []any{map[string]any{"type": "button", "block_id": "b", "action_id": value, "value": value, "action_ts": s.nextStamp()}},
	}, 0)
}

// ViewMessage is a view as if it were a message, for what is in it to be read and its
// buttons to be found.
func ViewMessage(view map[string]any) Message {
	var m Message
	m.Blocks, _ = view["blocks"].([]any)
	return m
}
