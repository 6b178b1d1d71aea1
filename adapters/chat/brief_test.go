package chat_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/corpus"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/brief"
)

// briefing makes a bot that makes briefings of Text, and a room for it.
func briefing(t *testing.T, o chat.Options) (*chat.Bot, *room) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	b := newBot(t, new(asker), openStore(t, filepath.Join(t.TempDir(), "chat.db")), o, nil)
	l := chat.NewLibrary(new(asker), index())
	l.Briefer = brief.New(log, index(), answer.New(log, index(), 0))
	b.SetLibrary(l)
	return b, newRoom(t, b)
}

// want asks for a briefing and returns the reply.
func want(t *testing.T, b *chat.Bot, r *room, w chat.Brief) chat.Reply {
	t.Helper()
	_, reply := asked(t, b, r, func(m *chat.Message) { m.Text, m.Command, m.Brief = w.Topic, true, &w })
	return reply
}

func TestBrief(t *testing.T) {
	b, r := briefing(t, chat.Options{})
	got := want(t, b, r, chat.Brief{Topic: "honey", Format: "md", Style: "chicago"})
	if got.File == nil || got.File.Name != "honey.md" || !strings.Contains(string(got.File.Data), "# Honey") || !strings.Contains(string(got.File.Data), "honey") {
		t.Fatalf("the file: %+v", got.File)
	}
	if len(got.Cards) == 0 || !strings.HasPrefix(got.Notice, "Briefing: Honey. It has ") {
		t.Fatalf("shown with it: %q", got)
	}
	for _, c := range got.Cards {
		if !strings.Contains(chatText(), c.Quote) {
			t.Errorf("%q does not stand in the text", c.Quote)
		}
	}
	// The cards have the buttons of an answer's.
	if in := b.Press(t.Context(), got.CardButtons(got.Cards[0])[0].Token, press("ada"), desk{r}); len(in.Cards) != 1 {
		t.Errorf("in context: %q", in)
	}
}

func TestBriefTellsWhatItsFontLacks(t *testing.T) {
	b, r := briefing(t, chat.Options{})
	got := want(t, b, r, chat.Brief{Topic: "honey 🐝", Format: "pdf"})
	if got.File == nil || !strings.HasPrefix(string(got.File.Data), "%PDF-") {
		t.Fatalf("the file: %+v", got.File)
	}
	if !strings.Contains(got.Notice, "The PDF's font lacks 🐝, and � stands there") {
		t.Errorf("the notice: %q", got.Notice)
	}
}

// chatText is the text that is asked, as it is shown.
func chatText() string {
	var all strings.Builder
	for _, p := range index().Documents()[0].Passages {
		all.WriteString(p.Text + "\n")
	}
	return all.String()
}

func press(user string) chat.Message {
	return chat.Message{Platform: "room", Team: "t", Channel: "general", ID: "press", User: user}
}

func TestBriefRefuses(t *testing.T) {
	b, r := briefing(t, chat.Options{})
	for _, test := range []struct {
		brief chat.Brief
		early bool // it is known before the briefing is made
		want  string
	}{
		{chat.Brief{Topic: "xylophones", Format: "md"}, false, `^I found nothing on this in the \d+ passages that I searched`},
		{chat.Brief{Topic: "honey", Format: "odt"}, true, `^I cannot write it like that: there is no format "odt": choose one of md, `},
		{chat.Brief{Topic: "honey", Style: "mla"}, true, `^I cannot write it like that: there is no style "mla": choose one of un, `},
		{chat.Brief{}, true, `^Your briefing is empty`},
		{chat.Brief{Topic: "..."}, false, `^There is no question to answer`},
		{chat.Brief{Topic: strings.Repeat("honey ", 99)}, true, `^That is too long for a topic`},
	} {
		got := want(t, b, r, test.brief)
		if got.File != nil || !regexp.MustCompile(test.want).MatchString(got.Notice) {
			t.Errorf("%+v: %q, want %q", test.brief, got.Notice, test.want)
		}
		m := press("ada")
		m.Brief = &test.brief
		if why := b.Refusal(t.Context(), m); test.early && why != got.Notice || !test.early && why != "" {
			t.Errorf("%+v: refused before it is made: %q", test.brief, why)
		}
	}
	b.SetLibrary(chat.NewLibrary(new(asker), index()))
	if got := want(t, b, r, chat.Brief{Topic: "honey"}); got.Notice != "I cannot make briefings here." {
		t.Errorf("without a maker: %q", got)
	}
}

// A noFiles is a room that takes no files.
type noFiles struct{ desk }

func (n noFiles) Post(ctx context.Context, m chat.Message, r chat.Reply) (chat.Posted, error) {
	if r.File != nil {
		return chat.Posted{}, fmt.Errorf("uploading: %w", chat.ErrNoFile)
	}
	return n.desk.Post(ctx, m, r)
}

func TestBriefWhereNoFileIsTaken(t *testing.T) {
	b, r := briefing(t, chat.Options{})
	m := chat.Message{Platform: "room", Team: "t", Channel: "general", ID: "1", User: "ada", Command: true, Brief: &chat.Brief{Topic: "honey"}}
	if err := b.Handle(t.Context(), m, noFiles{desk{r}}); err != nil {
		t.Fatal(err)
	}
	until(t, "it is replied", func() bool { return len(r.replies()) == 1 })
	if got := r.replies()[0]; len(got.Cards) == 0 || !strings.Contains(got.Notice, "could not deliver the file here") {
		t.Errorf("%q", got)
	}
}

// What people collect is theirs alone; they arrange it, and make a briefing of it.
func TestCollect(t *testing.T) {
	b, r := briefing(t, chat.Options{})
	_, first := asked(t, b, r, func(*chat.Message) {})
	_, second := asked(t, b, r, func(m *chat.Message) { m.Text = moths })
	push := func(user, token string, text string) chat.Reply {
		t.Helper()
		m := press(user)
		m.Text = text
		got := b.Press(t.Context(), token, m, desk{r})
		if !got.Private {
			t.Errorf("%s is shown to all", token)
		}
		return got
	}
	if got := push("ada", "b.0.", ""); !strings.HasPrefix(got.Notice, "Your briefing is empty") {
		t.Errorf("at first: %q", got)
	}
	for i, reply := range []chat.Reply{first, second} {
		if got := push("ada", reply.Token(chat.Collect, 1), ""); !strings.HasPrefix(got.Notice, fmt.Sprintf("Added. Your briefing has %d excerpt", i+1)) || len(got.Buttons) != 2 {
			t.Errorf("added: %q", got)
		}
	}
	if got := push("ada", first.Token(chat.Collect, 1), ""); !strings.HasPrefix(got.Notice, "Your briefing has that excerpt already") {
		t.Errorf("added again: %q", got)
	}
	got := push("ada", "b.0.", "")
	if len(got.Cards) != 2 || got.Cards[0].Quote != first.Cards[0].Quote {
		t.Fatalf("the desk: %q", got)
	}
	raise, note := got.CardButtons(got.Cards[1])[0], got.CardButtons(got.Cards[0])[1]
	if got := push("bob", raise.Token, ""); !strings.HasPrefix(got.Notice, "Your briefing is empty") {
		t.Errorf("another's: %q", got)
	}
	push("ada", note.Token, "  for the\nchair ")
	got = push("ada", raise.Token, "")
	if len(got.Cards) != 2 || got.Cards[1].Note != "for the chair" || got.Cards[0].Quote != second.Cards[0].Quote || !got.InPlace {
		t.Errorf("raised and noted: %+v", got.Cards)
	}
	if n, err := b.CollectedCount(t.Context(), press("ada")); n != 2 || err != nil {
		t.Errorf("collected are %d, %v", n, err)
	}
	made := want(t, b, r, chat.Brief{Format: "md"})
	if len(made.Buttons) != 1 || made.Buttons[0].Kind != chat.Desk {
		t.Errorf("below the briefing: %+v", made.Buttons)
	}
	file := string(made.File.Data)
	if a, z := strings.Index(file, "boxes"), strings.Index(file, "for the chair"); a < 0 || z < a {
		t.Errorf("the briefing:\n%s", file)
	}
	if got := push("ada", got.CardButtons(got.Cards[0])[2].Token, ""); len(got.Cards) != 1 || got.Cards[0].Quote != first.Cards[0].Quote {
		t.Errorf("dropped: %q", got)
	}
	if got := push("ada", "x.0.", ""); !strings.HasPrefix(got.Notice, "Your briefing is empty") {
		t.Errorf("cleared: %q", got)
	}
	if all, err := b.Recent(t.Context(), "room", "t", "ada", 9); err != nil || len(all) != 2 {
		t.Errorf("recent questions: %v, %v", all, err)
	}
}

// What was found by other words than the topic's stands in the file, which says so, and
// on no card.
func TestBriefInOtherWords(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	x, err := retrieval.Shelf{}.Open(t.Context(), []corpus.Source{retrieval.Builtin()}, e5.Words(), e5.New(), nil)
	if err != nil {
		t.Fatal(err)
	}
	b, r := briefing(t, chat.Options{})
	l := chat.NewLibrary(new(asker), x)
	l.Briefer = brief.New(log, x, answer.New(log, x, answer.DefaultThreshold))
	b.SetLibrary(l)
	got := want(t, b, r, chat.Brief{Topic: "social security", Format: "md"})
	if got.File == nil || !strings.Contains(string(got.File.Data), "## In other words") || len(got.Cards) == 0 {
		t.Fatalf("got %+v", got)
	}
	for _, c := range got.Cards {
		if strings.Contains(c.Quote, "Access to social protection") {
			t.Errorf("a card: %q", c.Quote)
		}
	}
}
