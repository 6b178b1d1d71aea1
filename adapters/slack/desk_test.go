package slack_test

import (
	"encoding/json"
	"strings"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
)

const moths = "What did the council ask the keepers to burn?"

// pushed returns the values of the buttons of a kind below m.
func pushed(m slacktest.Message, k chat.Kind) []string {
	var all []string
	for _, value := range m.Buttons() {
		if kind, _, _, ok := chat.ParseToken(value); ok && kind == k {
			all = append(all, value)
		}
	}
	return all
}

// collected starts a Slack where a person collected two excerpts, and returns the
// message that tells of the second.
func collected(t *testing.T) (*slacktest.Server, slacktest.Message) {
	t.Helper()
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	for i, question := range []string{honey, moths} {
		_, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + question})
		must(t, err)
		press(t, s, s.Await(2*i + 1)[2*i], asker, chat.Collect)
		m := s.Await(2*i + 2)[2*i+1]
		has(t, m, "Added. Your briefing has")
		if m.For != asker {
			t.Errorf("that an excerpt was added is told to %q", m.For)
		}
	}
	return s, s.Shown()[3]
}

// read is the text of a form.
func read(form map[string]any) string {
	return text(slacktest.ViewMessage(form))
}

// shows waits until the form shows texts in that order.
func shows(t *testing.T, s *slacktest.Server, n int, want ...string) slacktest.Message {
	t.Helper()
	until(t, "the form shows "+strings.Join(want, ", "), func() bool {
		rest := read(s.Forms()[n])
		for _, w := range want {
			_, after, ok := strings.Cut(rest, w)
			if !ok {
				return false
			}
			rest = after
		}
		return true
	})
	return slacktest.ViewMessage(s.Forms()[n])
}

// What a person collected is arranged in a form that changes in place, and made a
// briefing of in the thread that it was opened from.
func TestDesk(t *testing.T) {
	s, added := collected(t)
	press(t, s, added, asker, chat.Desk)
	s.AwaitForm(1)
	desk := shows(t, s, 0, "Your briefing has 2 excerpts", quoted, "burn the boxes", "Remove all")
	pressIn := func(k chat.Kind, n int) {
		t.Helper()
		must(t, s.PressIn(s.Forms()[0], asker, pushed(desk, k)[n]))
	}
	pressIn(chat.Raise, 1)
	desk = shows(t, s, 0, "burn the boxes", quoted)
	pressIn(chat.Annotate, 1)
	note := s.AwaitForm(2)
	if !strings.Contains(read(note), quoted) || note["root_view_id"] != s.Forms()[0]["id"] {
		t.Errorf("the form for a note is %v", note)
	}
	submit(t, s, asker, note, map[string]string{"note": "for the <!channel> *chair*"})
	desk = shows(t, s, 0, "burn the boxes", quoted, "Your note: for the <!channel> *chair*")
	if _, live := desk.Read(); live != "" {
		t.Errorf("the desk is live: %s", live)
	}
	pressIn(chat.Make, 0)
	submit(t, s, asker, s.AwaitForm(3), map[string]string{"format": "md"})
	shown := s.Await(6)
	file, excerpts := shown[4], shown[5]
	if file.Thread == "" || file.Thread != added.Thread || excerpts.Thread != added.Thread || excerpts.For != "" {
		t.Errorf("the briefing stands in %q, %q; asked for in %q", file.Thread, excerpts.Thread, added.Thread)
	}
	markdown := string(file.Files[0].Data)
	for _, want := range []string{"burn the boxes", quoted, "chair"} {
		_, after, ok := strings.Cut(markdown, want)
		if !ok {
			t.Fatalf("the briefing lacks %q in its place:\n%s", want, file.Files[0].Data)
		}
		markdown = after
	}
	pressIn(chat.Drop, 0)
	desk = shows(t, s, 0, "Your briefing has 1 excerpt:", quoted)
	pressIn(chat.Clear, 0)
	shows(t, s, 0, "Your briefing is empty")
}

// What one person collected is nobody else's, whatever token another sends.
func TestDeskIsOnesOwn(t *testing.T) {
	s, added := collected(t)
	press(t, s, added, asker, chat.Desk)
	s.AwaitForm(1)
	desk := shows(t, s, 0, quoted, "burn the boxes")
	for i, k := range []chat.Kind{chat.Drop, chat.Annotate, chat.Clear, chat.Raise} {
		must(t, s.PressIn(s.Forms()[0], "UEVE", pushed(desk, k)[0]))
		until(t, "the desk is changed for the other", func() bool { return len(s.Calls("views.update")) == i+1 })
		if got := read(s.Forms()[0]); !strings.Contains(got, "is empty") {
			t.Errorf("the other is shown\n%s", got)
		}
		press(t, s, added, asker, chat.Desk)
		s.AwaitForm(2 + i)
		desk = shows(t, s, 1+i, "Your briefing has 2 excerpts", quoted, "burn the boxes")
	}
	// A form for a note that another sends changes nothing either.
	must(t, s.PressIn(s.Forms()[4], asker, pushed(desk, chat.Annotate)[0]))
	submit(t, s, "UEVE", s.AwaitForm(6), map[string]string{"note": "mischief"})
	until(t, "the note is dealt with", func() bool { return len(s.Calls("views.update")) == 5 })
	press(t, s, added, asker, chat.Desk)
	s.AwaitForm(7)
	if got := read(s.Forms()[6]); strings.Contains(got, "mischief") {
		t.Errorf("the desk is\n%s", got)
	}
}

// Where forms cannot be opened, the desk is a message to its person alone, which the
// next takes the place of.
func TestDeskWithoutForms(t *testing.T) {
	s, added := collected(t)
	s.Fail("views.open", slacktest.Failure{Code: "unknown_method"})
	press(t, s, added, asker, chat.Desk)
	until(t, "the desk is shown", func() bool { return len(pushed(s.Shown()[3], chat.Raise)) == 2 })
	press(t, s, s.Shown()[3], asker, chat.Drop)
	until(t, "the desk is shown anew", func() bool { return len(pushed(s.Shown()[3], chat.Raise)) == 1 })
	has(t, s.Shown()[3], "Your briefing has 1 excerpt:", "burn the boxes")
	press(t, s, s.Shown()[3], asker, chat.Annotate)
	has(t, s.Await(5)[4], "could not open the form for a note")
	press(t, s, s.Shown()[3], asker, chat.Make)
	shown := s.Await(8)
	has(t, shown[5], "Briefing for Person UADA: collected excerpts")
	has(t, shown[7], "Briefing: Collected excerpts", "burn the boxes")
	if shown[4].For != asker || len(shown[6].Files) != 1 || shown[6].Channel != "D"+asker {
		t.Errorf("shown are %+v", shown[4:])
	}
}

// A desk that cannot be changed in its place is shown beside it, unless it was closed.
func TestDeskNotChanged(t *testing.T) {
	s, added := collected(t)
	press(t, s, added, asker, chat.Desk)
	desk := s.AwaitForm(1)
	drop := pushed(slacktest.ViewMessage(desk), chat.Drop)
	s.Fail("views.update", slacktest.Failure{Code: "not_found"}, slacktest.Failure{Code: "internal_error"})
	must(t, s.PressIn(desk, asker, drop[0]))
	until(t, "the desk is to be changed", func() bool { return len(s.Calls("views.update")) == 1 })
	must(t, s.PressIn(desk, asker, drop[1]))
	m := s.Await(5)[4]
	has(t, m, "Your briefing is empty")
	if m.For != asker {
		t.Errorf("it is for %q", m.For)
	}
}

// Nothing of the desk comes of what is malformed.
func TestDeskMalformed(t *testing.T) {
	s, added := collected(t)
	press(t, s, added, asker, chat.Desk)
	desk := s.AwaitForm(1)
	must(t, s.PressIn(desk, asker, pushed(slacktest.ViewMessage(desk), chat.Annotate)[0]))
	note := s.AwaitForm(2)
	for _, metadata := range []string{"", "[]", `{"channel":"C1"}`, `{"channel":"C1","token":"x.0."}`, `{"channel":"C1","token":"d.0.aaaaaaaaaaaaaaaaaaaaaaaaaa"}`} {
		note["private_metadata"] = metadata
		submit(t, s, asker, note, map[string]string{"note": "x"})
	}
	must(t, s.PressIn(desk, asker, "k.0.forged"))
	must(t, s.PressIn(desk, asker, "n.0.forged"))
	press(t, s, added, asker, chat.Desk)
	s.AwaitForm(3)
	shows(t, s, 2, "Your briefing has 2 excerpts", quoted, "burn the boxes")
}

// From the home tab the desk and the form are opened too, and the briefing comes to the
// person's conversation with the bot.
func TestDeskFromHome(t *testing.T) {
	s, _ := collected(t)
	must(t, s.Deliver("events_api", s.Event("T1", map[string]any{"type": "app_home_opened", "user": asker, "channel": "D1", "tab": "home", "event_ts": "1"}), 0))
	until(t, "the home tab is shown", func() bool { return s.View(asker) != "" })
	var home map[string]any
	must(t, json.Unmarshal([]byte(s.View(asker)), &home))
	if !strings.Contains(read(home), "You collected 2 excerpts.") {
		t.Errorf("the home tab is\n%s", read(home))
	}
	must(t, s.PressIn(home, asker, pushed(slacktest.ViewMessage(home), chat.Desk)[0]))
	s.AwaitForm(1)
	shows(t, s, 0, "Your briefing has 2 excerpts", quoted)
	must(t, s.PressIn(home, asker, pushed(slacktest.ViewMessage(home), chat.Make)[0]))
	form := s.AwaitForm(2)
	submit(t, s, asker, form, map[string]string{"topic": ""})
	for _, m := range s.Await(7)[4:] {
		if m.Channel != "D"+asker {
			t.Errorf("shown in %s:\n%s", m.Channel, text(m))
		}
	}
	has(t, s.Shown()[6], "Briefing: Collected excerpts. It has 2 excerpts", quoted, "burn the boxes")
}
