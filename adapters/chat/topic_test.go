package chat_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/retrieval/answer"
)

func TestTopics(t *testing.T) {
	b, _ := setup(t, new(asker), chat.Options{})
	for _, test := range []struct{ typed, want string }{
		{"", "On bees|I. Honey and Wax|II. Moths in the Boxes|III. Notice to Strangers"},
		{"  MOTHS ", "II. Moths in the Boxes"},
		{"the", "II. Moths in the Boxes"},
		{"i", "I. Honey and Wax|II. Moths in the Boxes|III. Notice to Strangers"},
		{"nowhere", ""},
	} {
		var titles []string
		ids := make(map[string]bool)
		for _, topic := range b.Topics(test.typed, 25) {
			titles = append(titles, topic.Title)
			if len(topic.ID) != 16 || ids[topic.ID] {
				t.Errorf("the id of %s is %q", topic.Title, topic.ID)
			}
			ids[topic.ID] = true
		}
		if got := strings.Join(titles, "|"); got != test.want {
			t.Errorf("%q finds %q, want %q", test.typed, got, test.want)
		}
	}
	if n := len(b.Topics("", 2)); n != 2 {
		t.Errorf("%d topics, want at most 2", n)
	}
}

// A question that is confined to a section searches nothing else, and so does what is
// asked further in its thread, after a restart too.
func TestConfined(t *testing.T) {
	const nothing = "Which trains left Oslo on Tuesday?"
	real := new(asker)
	answers := chat.AskerFunc(func(ctx context.Context, q answer.Question) (answer.Answer, error) {
		if q.Text == nothing {
			return answer.Answer{Searched: index().Count(q.Only)}, nil
		}
		return real.Ask(ctx, q)
	})
	path := filepath.Join(t.TempDir(), "chat.db")
	b := newBot(t, answers, openStore(t, path), chat.Options{}, nil)
	r := newRoom(t, b)
	ask := func(id, thread, about, text string) chat.Reply {
		t.Helper()
		r.hand(chat.Message{Platform: "room", Team: "t", Channel: "general", ID: id, Thread: thread, User: "ada", Text: text, About: about, Mention: true})
		settle(t, b, r, id)
		all := r.replies()
		return all[len(all)-1]
	}
	honeyAlone := b.Topics("honey", 1)[0].ID
	all := ask("0", "", "", moths)
	if !all.Answered || all.Within != "" {
		t.Fatalf("unconfined: %+v", all)
	}
	for _, test := range []struct{ id, thread, about, text, has, within string }{
		{"1", "", honeyAlone, honey, "forty barrels", "I. Honey and Wax, On bees"},
		{"2", "", honeyAlone, nothing, "in the 1 passage that I searched", "I. Honey and Wax, On bees"},
		{"3", "", "moths", moths, "burn the boxes", "II. Moths in the Boxes, On bees"},
		{"4", "", "ON BEES", moths, "burn the boxes", "On bees"},
		{"5", "", "the weather", moths, "no document or section of that name", ""},
		{"6", "1", "", moths, "Searched in: I. Honey", "I. Honey and Wax, On bees"},
		{"7", "1", "moths", moths, "burn the boxes", "II. Moths in the Boxes, On bees"},
		{"8", "", "", moths, "burn the boxes", ""},
	} {
		got := ask(test.id, test.thread, test.about, test.text)
		if got.Within != test.within || !strings.Contains(got.String(), test.has) {
			t.Errorf("%s: within %q, want %q; it lacks %q:\n%s", test.id, got.Within, test.within, test.has, got.String())
		}
		for _, c := range got.Cards {
			if test.within == "I. Honey and Wax, On bees" && !strings.Contains(c.Reference(), "Honey") {
				t.Errorf("%s: it cites %s", test.id, c.Reference())
			}
		}
	}
	shut(t, b)
	b = newBot(t, answers, openStore(t, path), chat.Options{}, nil)
	r.bot = b
	if got := ask("9", "1", "", honey); got.Within != "II. Moths in the Boxes, On bees" {
		t.Errorf("after a restart it is within %q", got.Within)
	}
}

// What the bot may not read it says so of, to those who spoke to it.
func TestUnreadable(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	r.hand(chat.Message{Platform: "room", Team: "t", Channel: "general", ID: "1", User: "ada", Mention: true, Unreadable: true})
	settle(t, b, r, "1")
	if shown := r.Shown(); len(shown) != 1 || !strings.Contains(shown[0].Text, "mention me") {
		t.Errorf("shown: %+v", shown)
	}
}

// Where the bot and a person are alone there is nobody to share an answer with.
func TestNothingToShareDirectly(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	for direct, want := range map[bool]bool{true: false, false: true} {
		_, reply := asked(t, b, r, func(m *chat.Message) { m.Direct, m.Private, m.Command = direct, true, true })
		shares := false
		for _, button := range reply.Buttons {
			shares = shares || button.Kind == chat.Publish
		}
		if shares != want {
			t.Errorf("direct %v: it can be shared: %v", direct, shares)
		}
	}
}
