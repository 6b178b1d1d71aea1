package discord_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/chat/store"
	"rapporteur/adapters/discord"
	"rapporteur/adapters/discord/discordtest"
	"rapporteur/corpus"
	"rapporteur/retrieval/answer"
)

// button returns the id of a message's button of that kind for card n.
func button(t *testing.T, m discordtest.Message, k chat.Kind, n int) string {
	t.Helper()
	for _, id := range m.Buttons() {
		if kind, of, _, ok := chat.ParseToken(id); ok && kind == k && of == n {
			return id
		}
	}
	t.Fatalf("no button %q for %d among %q", k, n, m.Buttons())
	return ""
}

// threeSources answers whatever is asked with a quotation from each of three
// documents.
var threeSources = chat.AskerFunc(func(context.Context, answer.Question) (answer.Answer, error) {
	a := answer.Answer{Answered: true, Searched: 3}
	for i, name := range []string{"first", "second", "third"} {
		words := "The " + name + " speaks."
		span := corpus.Span{Start: 0, End: len(words)}
		p := corpus.Passage{ID: name, Doc: &corpus.Card{ID: name, Title: "The " + name}, Text: words, Source: span,
			Sentences: []corpus.Sentence{{Text: words, Source: span, Opens: true}}}
		a.Citations = append(a.Citations, answer.Citation{N: i + 1, Passage: p, Quote: words, Span: span})
	}
	return a, nil
})

// The sources are turned over one by one, in the message that shows them; so they are
// by another process after a restart.
func TestTurnPages(t *testing.T) {
	fake := discordtest.New(t)
	path := filepath.Join(t.TempDir(), "chat.db")
	serve := func() (stop func()) {
		kept, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		bot := chat.New(slog.New(slog.DiscardHandler), chat.Library{Asker: threeSources}, kept, chat.Options{})
		a, err := discord.New(slog.New(slog.DiscardHandler), bot, discord.Options{Token: discordtest.Token, APIURL: fake.APIURL(), GatewayURL: fake.GatewayURL()})
		if err != nil {
			t.Fatal(err)
		}
		discord.Hurry(a)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- a.Run(ctx) }()
		fake.Roundly("it is connected", a.Ready)
		return func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
			bot.Close(context.Background())
			kept.Close()
		}
	}
	stop := serve()
	id := fake.Say(discordtest.Said{Text: honey, Mention: true})
	fake.Roundly("the mention is answered", func() bool { return len(fake.Messages()) == 1 })
	byMention := fake.Messages()[0].ID
	byCommand := fake.ReplyTo(fake.Command(discordtest.Act{}, ask(honey))).ID
	now := func(id string) discordtest.Message {
		for _, m := range fake.Messages() {
			if m.ID == id {
				return m
			}
		}
		t.Fatalf("message %s is gone", id)
		return discordtest.Message{}
	}
	turn := func(message string, to int, want string) {
		t.Helper()
		press := fake.Press(discordtest.Act{}, now(message), button(t, now(message), chat.Page, to))
		if i := fake.Acked(press); i.Type != 6 {
			t.Errorf("the first response is of type %d, want a deferred update", i.Type)
		}
		fake.Roundly("the page is turned", func() bool { return strings.Contains(now(message).Text(), want) })
		if strings.Count(now(message).Text(), "speaks.") != 3 {
			t.Errorf("a quotation stands there twice:\n%s", now(message).Text())
		}
		has(t, now(message).Text(), "The first speaks. [1]", "The second speaks. [2]", "The third speaks. [3]")
		if (strings.Contains(now(message).Text(), honey)) != (message == byCommand) {
			t.Errorf("the question is shown, or is not:\n%s", now(message).Text())
		}
		if live := now(message).Live(); live != "" {
			t.Errorf("it is live: %s", live)
		}
	}
	for _, message := range []string{byMention, byCommand} {
		turn(message, 2, "Source 2 of 3")
		turn(message, 3, "Source 3 of 3")
		turn(message, 2, "Source 2 of 3")
		turn(message, 1, "Source 1 of 3")
	}
	stop()
	stop = serve()
	turn(byMention, 2, "Source 2 of 3 · [1] The first · [3] The third")
	stop()
	if n := len(fake.Messages()); n != 2 || now(byMention).Reference.Message != id {
		t.Errorf("%d messages, the first in reply to %s", n, now(byMention).Reference.Message)
	}
}

// A private answer is shared once, where it was given.
func TestPublish(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	private := fake.ReplyTo(fake.Command(discordtest.Act{}, commandData("ask", given("question", 3, honey), given("private", 5, true))))
	id := button(t, private, chat.Publish, 0)
	has(t, fake.ReplyTo(fake.Press(discordtest.Act{}, private, id)).Text(), "Shared.")
	has(t, fake.ReplyTo(fake.Press(discordtest.Act{}, private, id)).Text(), "shared already")
	var shared []discordtest.Message
	for _, m := range fake.Messages() {
		if !m.Ephemeral() {
			shared = append(shared, m)
		}
	}
	if len(shared) != 1 {
		t.Fatalf("%d messages are shared, want 1", len(shared))
	}
	has(t, shared[0].Text(), honey, quoted, "Shared by <@"+discordtest.Ada+">")
}

// A judgement against an answer asks for the reason, and it is kept.
func TestReason(t *testing.T) {
	kept, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "chat.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	bot := chat.New(slog.New(slog.DiscardHandler), chat.Library{Asker: threeSources}, kept, chat.Options{})
	t.Cleanup(func() { bot.Close(context.Background()) })
	fake, _ := start(t, bot, discord.Options{})
	m := fake.ReplyTo(fake.Command(discordtest.Act{}, ask(honey)))
	id := button(t, m, chat.Unhelpful, 0)
	if i := fake.Acked(fake.Press(discordtest.Act{}, m, id)); i.Type != 9 {
		t.Fatalf("the response is of type %d, want a form", i.Type)
	}
	thanks := fake.ReplyTo(fake.Submit(discordtest.Act{}, m, id, "reason", "It was *wax*."))
	has(t, thanks.Text(), "Thank you for telling me")
	if !thanks.Ephemeral() {
		t.Error("the thanks are shown to all")
	}
	all, err := kept.Feedback(t.Context(), time.Time{})
	if err != nil || len(all) != 1 || all[0].Helpful || all[0].Reason != "It was *wax*." || all[0].Question != honey {
		t.Errorf("kept is %+v (%v)", all, err)
	}
}

// What is forged, malformed or another's is refused in words.
func TestForgedButtons(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	m := fake.ReplyTo(fake.Command(discordtest.Act{}, commandData("ask", given("question", 3, honey), given("private", 5, true))))
	for _, test := range []struct {
		name, id, person, want string
	}{
		{"malformed", "x", "", "no longer have that answer"},
		{"empty", "", "", "no longer have that answer"},
		{"forged", "h.0.aaaaaaaaaaaaaaaaaaaaaaaaaa", "", "no longer have that answer"},
		{"another's", button(t, m, chat.Helpful, 0), "1234", "Only the person who asked"},
	} {
		has(t, fake.ReplyTo(fake.Press(discordtest.Act{Person: test.person}, m, test.id)).Text(), test.want)
	}
}
