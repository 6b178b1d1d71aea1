// Package chattest is the suite that states what every adapter owes: each message
// that is for the bot gets exactly one visible reply, whatever fails, and nothing
// that a document says can ping, link or format.
//
// An adapter's test brings a fake of its platform and calls [Run].
package chattest

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/store"
	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/brief"
)

// A Harness is what an adapter's test brings.
type Harness struct {
	// Start starts the adapter with bot on a fresh fake of its platform, and lets
	// t.Cleanup stop it. It is called once for each test.
	Start func(t *testing.T, bot *chat.Bot) Platform
	// Lacks names each ability that the platform or its fake does not have, and
	// why. What is not named here must be there.
	Lacks map[Ability]string
}

// An Ability is something that not every platform can do.
type Ability string

// The abilities. Those with an interface below are had by a Platform that
// implements it.
const (
	Channels   Ability = "channels"   // there are places where the bot is one of many, and is mentioned
	Threads    Ability = "threads"    // a reply opens a thread, or stands in one
	Bots       Ability = "bots"       // other bots speak there, and the bot's own words come back to it
	People     Ability = "people"     // several people use it at once
	Redelivery Ability = "redelivery" // Redeliverer
	Changes    Ability = "changes"    // Changer
	Outages    Ability = "outages"    // Breaker
	Buttons    Ability = "buttons"    // Presser
	Briefings  Ability = "briefings"  // Presser, and what is found can be collected for a briefing
)

// A Platform is a running adapter and the fake of its platform, as people see it.
type Platform interface {
	// Say lets a person say something, and returns when the adapter has
	// acknowledged it. The result names what was said.
	Say(Line) (id string)
	// Shown returns the bot's replies as people see them now, the oldest first:
	// edited ones as they read now, removed ones left out. A reply that takes
	// several messages is one Post.
	Shown() []Post
}

// A Line is what a person says.
type Line struct {
	Person  string // "" is the same person each time
	Channel string // "" is the same channel each time; ignored when Direct
	Thread  string // the Thread of a Post, or ""
	Text    string // without the mention
	Direct  bool   // to the bot alone
	Mention bool   // the adapter's fake puts the platform's own mention before Text
	Bot     bool   // said by another bot
}

// A Post is a reply of the bot's.
type Post struct {
	ID     string
	Thread string // for a Line that follows up; "" without Threads
	// Text is all that a person can read in it, block after block, with the
	// platform's escapes undone.
	Text string
	// Live names what the platform would act on, beyond the adapter's own
	// buttons: a ping, a link, an unfurled page, a control sequence. It must be
	// "".
	Live string
}

// A Redeliverer can deliver an event once more, marked as the platform marks it.
type Redeliverer interface{ Again(id string) }

// A Changer lets people edit and delete what they said.
type Changer interface {
	Edit(id, text string)
	Delete(id string)
}

// A Breaker lets the platform fail: the next n attempts to post are refused.
type Breaker interface{ Break(n int) }

// A Presser presses the button of a kind below a post; n is the card for
// chat.Context and chat.Collect, else 0. It returns all that the person is shown for it.
type Presser interface {
	Press(post Post, k chat.Kind, n int) (shown string)
}

// Text is the document that the suite asks about. It has what a document may hold
// to make a platform act.
const Text = `I. HONEY AND WAX

The keepers reported that the hives gave forty barrels of honey in 1903. They asked for wider boxes. Rain spoilt the month of June.

II. MOTHS IN THE BOXES

The council asked the keepers to burn the boxes that hold moth. Nobody could say whence the moth had come.

III. NOTICE TO STRANGERS

The strangers cried <!channel> and @everyone and <@U0000001> and <@&12> and *bold* and ` + "`code`" + ` and [here](https://evil.example/?q=x) and <https://evil.example|there> and https://evil.example/plain before the gate was shut.
`

// A library asks Text, and can be told to fail.
type library struct {
	mu   sync.Mutex
	next []chat.AskerFunc // each for one question
	real *answer.Answerer
}

func (l *library) Ask(ctx context.Context, q answer.Question) (answer.Answer, error) {
	l.mu.Lock()
	if len(l.next) > 0 {
		f := l.next[0]
		l.next = l.next[1:]
		l.mu.Unlock()
		return f(ctx, q)
	}
	l.mu.Unlock()
	return l.real.Ask(ctx, q)
}

// will lets the next questions be answered by f, one each.
func (l *library) will(f ...chat.AskerFunc) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next = append(l.next, f...)
}

// index is made once: it is the same for all tests.
var index = sync.OnceValues(func() (*retrieval.Index, error) {
	source := corpus.Source{Card: corpus.Card{ID: "bees", File: "bees.txt", Title: "On bees"}, Path: "/bees.txt", Bytes: []byte(Text)}
	return retrieval.Shelf{}.Open(context.Background(), []corpus.Source{source}, e5.Words(), embed.Quote(), nil)
})

// A suite is one test's bot and platform.
type suite struct {
	*testing.T
	Platform
	harness Harness
	bot     *chat.Bot
	library *library
}

// start makes a bot and starts the adapter with it.
func start(t *testing.T, h Harness, o chat.Options) *suite {
	t.Helper()
	bot, asker := newBot(t, o)
	return &suite{t, h.Start(t, bot), h, bot, asker}
}

// NewBot returns a bot that answers from [Text], for an adapter's further tests. It
// stops with the test.
func NewBot(t testing.TB, o chat.Options) *chat.Bot {
	t.Helper()
	bot, _ := newBot(t, o)
	return bot
}

func newBot(t testing.TB, o chat.Options) (*chat.Bot, *library) {
	t.Helper()
	x, err := index()
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "chat.db"))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(testLog{t}, nil))
	asker := &library{real: answer.New(log, x, 0)}
	l := chat.NewLibrary(asker, x)
	l.Briefer = brief.New(log, x, asker.real)
	bot := chat.New(log, l, s, o)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := errors.Join(bot.Close(ctx), s.Close()); err != nil {
			t.Error(err)
		}
	})
	return bot, asker
}

// testLog writes to a test's own log.
type testLog struct{ t testing.TB }

func (l testLog) Write(p []byte) (int, error) {
	l.t.Logf("%s", p)
	return len(p), nil
}

// patience is how long a reply is waited for; it is spent on failing alone.
const patience = time.Minute

// await waits until n replies are shown, and returns them.
func (s *suite) await(n int) []Post {
	s.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		shown := s.Shown()
		if len(shown) >= n {
			return shown
		}
		if time.Now().After(deadline) {
			s.Fatalf("%d replies are shown after %v, want %d:\n%s", len(shown), patience, n, texts(shown))
		}
	}
}

// finally stops the bot when all in hand is done, and returns all replies, which
// must be n, harmless, and not empty.
func (s *suite) finally(n int) []Post {
	s.Helper()
	if n > 0 {
		s.await(n)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.bot.Close(ctx); err != nil {
		s.Fatal(err)
	}
	shown := s.Shown()
	if len(shown) != n {
		s.Fatalf("%d replies are shown, want %d:\n%s", len(shown), n, texts(shown))
	}
	for _, p := range shown {
		if strings.TrimSpace(p.Text) == "" {
			s.Errorf("reply %s is empty", p.ID)
		}
		if p.Live != "" {
			s.Errorf("reply %s is live: %s:\n%s", p.ID, p.Live, p.Text)
		}
	}
	return shown
}

func texts(posts []Post) string {
	var all []string
	for _, p := range posts {
		all = append(all, p.Text)
	}
	return strings.Join(all, "\n---\n")
}

// question puts a question in a way that the platform has.
func (s *suite) question(text string) Line {
	if s.lacks(Channels) {
		return Line{Text: text, Direct: true}
	}
	return Line{Text: text, Mention: true}
}

// lacks reports whether the harness declares that it lacks a.
func (s *suite) lacks(a Ability) bool { return s.harness.Lacks[a] != "" }

// ability returns the platform as what it must be to have the ability a.
func ability[T any](s *suite, a Ability) T {
	s.Helper()
	able, ok := s.Platform.(T)
	if !ok {
		s.Fatalf("the platform does not implement what %q needs, and does not declare that it lacks it", a)
	}
	return able
}

// has checks that text holds each of want.
func (s *suite) has(text string, want ...string) {
	s.Helper()
	folded := strings.Join(strings.Fields(text), " ")
	for _, w := range want {
		if !strings.Contains(folded, w) {
			s.Errorf("the reply lacks %q:\n%s", w, text)
		}
	}
}
