package chat_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/retrieval/answer"
)

// asked asks one question and returns the message and its reply.
func asked(t *testing.T, b *chat.Bot, r *room, change func(*chat.Message)) (chat.Message, chat.Reply) {
	t.Helper()
	m := chat.Message{Platform: "room", Team: "t", Channel: "general", ID: fmt.Sprint("q", len(r.order)), User: "ada", Text: honey, Mention: true}
	change(&m)
	before := len(r.replies())
	r.hand(m)
	settle(t, b, r, m.ID)
	got := r.replies()
	if len(got) != before+1 {
		t.Fatalf("%d replies, want one", len(got)-before)
	}
	return m, got[before]
}

// A button below a public answer may be pressed by whoever sees it; below a private
// one only by its asker; from another channel, team or platform by nobody else.
func TestWhoMayPress(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{Access: chat.Access{BarPeople: []string{"barred"}}})
	_, public := asked(t, b, r, func(*chat.Message) {})
	_, private := asked(t, b, r, func(m *chat.Message) { m.Private, m.Command = true, true })
	from := func(change func(*chat.Message)) chat.Message {
		m := chat.Message{Platform: "room", Team: "t", Channel: "general", ID: "press", User: "ada"}
		change(&m)
		return m
	}
	const shown, notYours, expired, barred = "Rain spoilt", "Only the person who asked", "no longer have that answer", "I may not answer you"
	for _, test := range []struct {
		name  string
		reply chat.Reply
		from  func(*chat.Message)
		want  string
	}{
		{"public, asker", public, func(*chat.Message) {}, shown},
		{"public, other", public, func(m *chat.Message) { m.User = "bob" }, shown},
		{"public, barred", public, func(m *chat.Message) { m.User = "barred" }, barred},
		{"public, guest", public, func(m *chat.Message) { m.User, m.Guest = "bob", true }, "I may not answer guests"},
		{"public, other channel", public, func(m *chat.Message) { m.User, m.Channel = "bob", "other" }, notYours},
		{"public, other team", public, func(m *chat.Message) { m.Team = "u" }, expired},
		{"public, other platform", public, func(m *chat.Message) { m.Platform = "hall" }, expired},
		{"private, asker", private, func(*chat.Message) {}, shown},
		{"private, asker elsewhere", private, func(m *chat.Message) { m.Channel = "home" }, shown},
		{"private, other", private, func(m *chat.Message) { m.User = "bob" }, notYours},
	} {
		got := b.Press(t.Context(), test.reply.Token(chat.Context, 1), from(test.from), desk{r})
		if !strings.Contains(got.String(), test.want) || !got.Private {
			t.Errorf("%s: got %q, want in it %q, in private", test.name, got, test.want)
		}
	}
	if got := b.Press(t.Context(), private.Token(chat.Publish, 0), from(func(m *chat.Message) { m.User = "bob" }), desk{r}); !strings.Contains(got.Notice, notYours) || len(r.Shown()) != 2 {
		t.Errorf("publishing another's answer: %q", got)
	}
}

func TestForgedTokens(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	m, reply := asked(t, b, r, func(*chat.Message) {})
	good := reply.Token(chat.Context, 1)
	for _, token := range []string{"", ".", "..", "c.1.", "c..x", good + "a", good[1:], strings.ToUpper(good), "x" + good[1:], "c.01" + good[3:],
		"c.-1" + good[3:], "c.99" + good[3:], "p.0" + good[3:], "p.99" + good[3:], good[:len(good)-2] + "aa", strings.Repeat(good, 9), "c.1.' OR 1=1 --", "\x00"} {
		if got := b.Press(t.Context(), token, m, desk{r}); !strings.Contains(got.Notice, "no longer have that answer") {
			t.Errorf("%q: got %q", token, got)
		}
	}
}

// A private answer is shared once, by whoever asked, however often it is pressed;
// when that fails it can be tried again.
func TestPublish(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	m, private := asked(t, b, r, func(m *chat.Message) { m.Private, m.Command = true, true })
	token := private.Token(chat.Publish, 0)
	r.Break(1)
	if got := b.Press(t.Context(), token, m, desk{r}); !strings.Contains(got.Notice, "could not share") {
		t.Errorf("got %q", got)
	}
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() { b.Press(context.Background(), token, m, desk{r}) })
	}
	wg.Wait()
	got := r.replies()
	if len(got) != 2 || got[1].Private || got[1].SharedBy != "ada" || len(got[1].Cards) == 0 || got[1].Question != honey {
		t.Fatalf("got %+v", got)
	}
	for _, button := range got[1].Buttons {
		if button.Kind == chat.Publish {
			t.Error("a shared answer can be shared again")
		}
	}
	m.User = "bob"
	if shown := b.Press(t.Context(), got[1].Token(chat.Context, 1), m, desk{r}); !strings.Contains(shown.String(), "Rain spoilt") {
		t.Errorf("another person presses below the shared answer: %q", shown)
	}
}

func TestPages(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	m, reply := asked(t, b, r, func(m *chat.Message) { m.Text = "What did the strangers cry?" })
	if len(reply.Cards) < 2 {
		t.Fatalf("%d cards", len(reply.Cards))
	}
	got := b.Press(t.Context(), reply.Token(chat.Page, 2), m, desk{r})
	if !got.InPlace || got.Page != 2 || got.To != m.ID || len(got.Cards) != len(reply.Cards) || len(got.Buttons) != len(reply.Buttons) {
		t.Errorf("got %+v", got)
	}
}

// Feedback is kept with all that is needed to learn from it.
func TestFeedbackIsKept(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "chat.db"))
	b := newBot(t, new(asker), s, chat.Options{}, nil)
	r := newRoom(t, b)
	m, reply := asked(t, b, r, func(*chat.Message) {})
	m.User, m.Text = "bob", " not what\nI meant "
	b.Press(t.Context(), reply.Token(chat.Unhelpful, 0), m, desk{r})
	all, err := s.Feedback(t.Context(), time.UnixMilli(0))
	if err != nil || len(all) != 1 {
		t.Fatalf("got %+v, %v", all, err)
	}
	f := all[0]
	var cards []chat.Card
	if err := json.Unmarshal([]byte(f.Citations), &cards); err != nil || len(cards) != len(reply.Cards) || cards[0].Passage != reply.Cards[0].Passage || cards[0].Span != reply.Cards[0].Span {
		t.Errorf("citations %s, %v", f.Citations, err)
	}
	if f.Person != "bob" || f.Asker != "ada" || f.Helpful || f.Reason != "not what I meant" || f.Question != honey || f.Stamp != chat.NewLibrary(nil, index()).Stamp || f.Stamp == "" {
		t.Errorf("got %+v", f)
	}
}

// When the documents change, a card is not shown in the context of others.
func TestDocumentsChanged(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	m, reply := asked(t, b, r, func(*chat.Message) {})
	b.SetLibrary(chat.Library{Asker: new(asker)})
	if got := b.Press(t.Context(), reply.Token(chat.Context, 1), m, desk{r}); !strings.Contains(got.Notice, "The documents have changed") {
		t.Errorf("got %q", got)
	}
	if got := b.Help(); len(got.Prompts) != 0 || strings.Contains(got.Notice, "For example") {
		t.Errorf("help without documents: %+v", got)
	}
}

func TestRecentAndForget(t *testing.T) {
	now := newClock()
	s := openStore(t, filepath.Join(t.TempDir(), "chat.db"))
	b := newBot(t, new(asker), s, chat.Options{Now: now.now}, nil)
	r := newRoom(t, b)
	for _, text := range []string{honey, moths, "Who cried before the gate?"} {
		asked(t, b, r, func(m *chat.Message) { m.Text = text })
		now.move(time.Second)
	}
	_, reply := asked(t, b, r, func(m *chat.Message) { m.User = "bob" })
	recent := func(person string) (questions []string) {
		t.Helper()
		all, err := b.Recent(t.Context(), "room", "t", person, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			questions = append(questions, a.Question)
		}
		return questions
	}
	if got := fmt.Sprint(recent("ada")); got != "[Who cried before the gate? "+moths+"]" {
		t.Errorf("recent: %s", got)
	}
	if err := b.ForgetPerson(t.Context(), "room", "", "ada"); err != nil {
		t.Fatal(err)
	}
	if a, bob := recent("ada"), recent("bob"); len(a) != 0 || len(bob) != 1 {
		t.Errorf("after forgetting ada: %v and %v", a, bob)
	}
	if err := b.ForgetTeam(t.Context(), "room", "t"); err != nil {
		t.Fatal(err)
	}
	m := chat.Message{Platform: "room", Team: "t", Channel: "general", ID: "press", User: "bob"}
	if got := b.Press(t.Context(), reply.Token(chat.More, 0), m, desk{r}); !strings.Contains(got.Notice, "no longer have") {
		t.Errorf("after the team is forgotten: %q", got)
	}
}

// A reply that cannot be edited any more is posted anew.
func TestEditFails(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	id := r.Say(mention(honey))
	settle(t, b, r, id)
	r.mu.Lock()
	r.posts = nil // a moderator removed it
	r.mu.Unlock()
	r.Edit(id, moths)
	settle(t, b, r, id)
	if got := r.replies(); len(got) != 1 || got[0].Question != moths {
		t.Errorf("got %+v", got)
	}
}

// unreachable is a desk that nobody is at any more.
type unreachable struct{ desk }

func (unreachable) Post(context.Context, chat.Message, chat.Reply) (chat.Posted, error) {
	return chat.Posted{}, fmt.Errorf("not_in_channel: %w", chat.ErrUnreachable)
}

// Where no reply can be shown, it is not tried again and again.
func TestUnreachable(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "chat.db"))
	b := newBot(t, new(asker), s, chat.Options{}, nil)
	m := chat.Message{Platform: "room", Team: "t", Channel: "general", ID: "1", User: "ada", Text: honey, Mention: true}
	if err := errors.Join(b.Handle(t.Context(), m, unreachable{desk{newRoom(t, b)}}), b.Wait(t.Context(), m)); err != nil {
		t.Fatal(err)
	}
	if left, err := s.Abandoned(t.Context(), "room", time.Now().Add(24*time.Hour)); err != nil || len(left) > 0 {
		t.Errorf("left: %+v, %v", left, err)
	}
}

// Every sentence has the mark of the card that it is quoted from, and stands there.
func TestReplyIsWhole(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	for _, q := range []string{honey, moths, "What did the strangers cry?", "zebra"} {
		_, reply := asked(t, b, r, func(m *chat.Message) { m.Text = q })
		if len(reply.Cards) == 0 || len(reply.Cards) != len(reply.Sentences) {
			t.Errorf("%s: %d cards, %d sentences", q, len(reply.Cards), len(reply.Sentences))
		}
		for i, s := range reply.Sentences {
			if c := reply.Cards[i]; !s.Quotes(c) || c.Title != "On bees" || c.Where() == "" {
				t.Errorf("%s: sentence %+v, card %+v", q, s, c)
			}
		}
		for _, button := range reply.Buttons {
			if k, _, id, ok := chat.ParseToken(button.Token); !ok || k != button.Kind || id != reply.Answer || k.Label() == "" {
				t.Errorf("button %+v", button)
			}
		}
	}
}

func TestSources(t *testing.T) {
	b, _ := setup(t, new(asker), chat.Options{})
	got := b.Sources()
	if len(got) != 1 || got[0].Title != "On bees" || got[0].Passages != 3 || fmt.Sprint(got[0].Headings) != "[I. Honey and Wax II. Moths in the Boxes III. Notice to Strangers]" {
		t.Errorf("got %+v", got)
	}
	prompts := b.Prompts(2)
	if len(prompts) != 2 {
		t.Errorf("prompts %q", prompts)
	}
	for _, p := range prompts {
		if _, reply := asked(t, b, newRoom(t, b), func(m *chat.Message) { m.Text, m.ID = p, p }); reply.Answer == "" {
			t.Errorf("a prompt that cannot be asked: %q", p)
		}
	}
}

// What the documents do not answer is not suggested, unless nothing else is left.
func TestPromptsAreAnswered(t *testing.T) {
	for name, test := range map[string]struct {
		answered string // the one prompt that is
		err      error
		want     int
	}{"one": {answered: "What was said about Moths in the Boxes?", want: 1}, "none": {want: 3}, "not to be told": {err: errors.New("down"), want: 3}} {
		chosen := chat.AskerFunc(func(_ context.Context, q answer.Question) (answer.Answer, error) {
			return answer.Answer{Answered: q.Text == test.answered}, test.err
		})
		got := newBot(t, chosen, openStore(t, filepath.Join(t.TempDir(), "chat.db")), chat.Options{}, nil).Prompts(9)
		if len(got) != test.want || test.answered != "" && got[0] != test.answered {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

var _ chattest.Platform = (*room)(nil)
