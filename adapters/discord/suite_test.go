package discord_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/discord"
	"rapporteur/adapters/discord/discordtest"
)

// testLog writes to a test's own log.
type testLog struct{ t testing.TB }

func (l testLog) Write(p []byte) (int, error) {
	l.t.Logf("%s", p)
	return len(p), nil
}

// start runs an adapter for bot on a fresh fake, connected.
func start(t testing.TB, bot *chat.Bot, o discord.Options) (*discordtest.Server, *discord.Adapter) {
	t.Helper()
	fake := discordtest.New(t)
	a := run(t, fake, bot, o)
	fake.Connected()
	return fake, a
}

// run runs an adapter on a fake until the test ends.
func run(t testing.TB, fake *discordtest.Server, bot *chat.Bot, o discord.Options) *discord.Adapter {
	t.Helper()
	o.GatewayURL = fake.GatewayURL()
	return runAt(t, fake, bot, o, discord.Hurry)
}

// runAt runs an adapter until the test ends, whose gateway is where o says, and the API
// too if it does, with waits that are set before.
func runAt(t testing.TB, fake *discordtest.Server, bot *chat.Bot, o discord.Options, waits ...func(*discord.Adapter)) *discord.Adapter {
	t.Helper()
	o.Token, o.APIURL = discordtest.Token, cmp.Or(o.APIURL, fake.APIURL())
	a, err := discord.New(slog.New(slog.NewTextHandler(testLog{t}, nil)), bot, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range waits {
		set(a)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := a.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return a
}

// A server is the fake as the suite sees it: questions are said in a channel, and
// answered in threads.
type server struct {
	t       *testing.T
	fake    *discordtest.Server
	a       *discord.Adapter
	mu      sync.Mutex
	persons map[string]string
	chained bool // a thread is a chain of replies
}

func (s *server) person(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name == "" {
		return discordtest.Ada
	}
	if s.persons[name] == "" {
		s.persons[name] = fmt.Sprint(1001 + len(s.persons))
	}
	return s.persons[name]
}

// Say lets a person say something, which is handed to the Bot when it returns.
func (s *server) Say(l chattest.Line) string {
	said := discordtest.Said{Person: s.person(l.Person), Text: l.Text, Direct: l.Direct, Mention: l.Mention, Bot: l.Bot}
	if s.chained {
		said.Reply = l.Thread
	} else {
		said.Channel = l.Thread
	}
	defer discord.Taken(s.a)
	return s.fake.Say(said)
}

// Shown lists the bot's messages.
func (s *server) Shown() []chattest.Post {
	var all []chattest.Post
	for _, m := range s.fake.Messages() {
		p := chattest.Post{ID: m.ID, Text: m.Text(), Live: m.Live()}
		switch {
		case s.chained:
			p.Thread = m.ID
		case m.Channel != discordtest.General && m.GuildID != "":
			p.Thread = m.Channel
		}
		all = append(all, p)
	}
	return all
}

// Again, Edit and Delete are handed to the Bot, too, when they return.
func (s *server) Again(id string)      { s.fake.Again(id); discord.Taken(s.a) }
func (s *server) Edit(id, text string) { s.fake.Edit(id, text); discord.Taken(s.a) }
func (s *server) Delete(id string)     { s.fake.Delete(id); discord.Taken(s.a) }

// Break lets posts fail as they do when Discord is out of order.
func (s *server) Break(n int) {
	const tries = 3 // of the adapter's own, for each post
	s.fake.Fail(discordtest.Fault{Method: "POST", Path: "/messages", Status: 503, Left: tries * n})
}

// Press presses a button as whoever asked, and fills in the form that may come.
func (s *server) Press(p chattest.Post, k chat.Kind, n int) string {
	s.t.Helper()
	all := s.fake.Messages()
	below := all[slices.IndexFunc(all, func(m discordtest.Message) bool { return m.ID == p.ID })]
	for _, id := range below.Buttons() {
		if kind, of, _, _ := chat.ParseToken(id); kind == k && of == n {
			return s.fake.ReplyTo(s.fake.Press(discordtest.Act{Channel: below.Channel}, below, id)).Text()
		}
	}
	s.t.Fatalf("no button %q for %d among %q", k, n, below.Buttons())
	return ""
}

func TestSuite(t *testing.T) {
	t.Run("threads", func(t *testing.T) {
		chattest.Run(t, chattest.Harness{Start: func(t *testing.T, bot *chat.Bot) chattest.Platform {
			everywhere := chat.Place{Platform: "discord", Team: discordtest.Guild}
			if err := bot.SetSettings(t.Context(), everywhere, chat.Settings{ThreadPerQuestion: true}); err != nil {
				t.Fatal(err)
			}
			fake, a := start(t, bot, discord.Options{MessageContent: true})
			return &server{t: t, fake: fake, a: a, persons: make(map[string]string)}
		}})
	})
	t.Run("replies", func(t *testing.T) {
		chattest.Run(t, chattest.Harness{
			Start: func(t *testing.T, bot *chat.Bot) chattest.Platform {
				fake, a := start(t, bot, discord.Options{})
				return &server{t: t, fake: fake, a: a, persons: make(map[string]string), chained: true}
			},
			Lacks: map[chattest.Ability]string{chattest.Threads: "each reply to the bot mentions it"},
		})
	})
}

const (
	honey  = "How many barrels of honey did the hives give in 1903?"
	quoted = "forty barrels of honey in 1903"
)

// commandData is the data of a slash command with options.
func commandData(name string, options ...map[string]any) map[string]any {
	return map[string]any{"id": "1", "name": name, "type": 1, "options": options}
}

func given(name string, kind int, value any) map[string]any {
	return map[string]any{"name": name, "type": kind, "value": value}
}

func ask(question string) map[string]any {
	return commandData("ask", given("question", 3, question))
}

// has checks that text holds each of want.
func has(t *testing.T, text string, want ...string) {
	t.Helper()
	folded := strings.Join(strings.Fields(text), " ")
	for _, w := range want {
		if !strings.Contains(folded, w) {
			t.Errorf("it lacks %q:\n%s", w, text)
		}
	}
}
