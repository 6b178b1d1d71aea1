package terminal_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/terminal"
	"rapporteur/corpus"
	"rapporteur/retrieval/answer"
)

const prompt = "\x00" // stands in no reply, and so parts them

// A tty is a terminal with a person before it.
type tty struct {
	t     *testing.T
	keys  io.Writer
	ended chan error

	mu   sync.Mutex
	seen strings.Builder
}

func (y *tty) Write(p []byte) (int, error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.seen.Write(p)
}

// screen is what was written between the prompts.
func (y *tty) screen() []string {
	y.mu.Lock()
	defer y.mu.Unlock()
	return strings.Split(y.seen.String(), prompt)
}

func start(t *testing.T, bot *chat.Bot) *tty {
	in, keys := io.Pipe()
	y := &tty{t: t, keys: keys, ended: make(chan error, 1)}
	go func() {
		y.ended <- terminal.Run(context.Background(), bot, in, y, terminal.Options{User: "ada", Prompt: prompt})
		in.Close()
	}()
	t.Cleanup(func() {
		keys.Close()
		if err := <-y.ended; err != nil {
			t.Error(err)
		}
	})
	return y
}

// enter types a line, waits for the next prompt, and returns what came before it.
func (y *tty) enter(line string) string {
	y.await("there is a prompt", func() bool { return len(y.screen()) >= 2 })
	before := len(y.screen())
	if _, err := io.WriteString(y.keys, line+"\n"); err != nil {
		y.t.Error(err)
	}
	y.await(fmt.Sprintf("there is a prompt after %q", line), func() bool { return len(y.screen()) > before })
	return y.screen()[before-1]
}

// await waits until something comes true.
func (y *tty) await(what string, true func() bool) {
	y.t.Helper()
	const patience = time.Minute // it is spent on failing alone
	for deadline := time.Now().Add(patience); !true(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			y.t.Fatalf("waited %v in vain until %s", patience, what)
		}
	}
}

func (y *tty) Say(l chattest.Line) string {
	y.enter(l.Text)
	return fmt.Sprint(len(y.screen()))
}

func (y *tty) Shown() []chattest.Post {
	var posts []chattest.Post
	for i, text := range y.screen() {
		if i > 0 && text != "" { // the first is a greeting
			posts = append(posts, chattest.Post{ID: fmt.Sprint(i), Text: text, Live: live(text)})
		}
	}
	return posts
}

// live finds what a terminal acts on.
func live(text string) string {
	if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == '\u202e' }); i >= 0 {
		return fmt.Sprintf("%.20q", text[i:])
	}
	return ""
}

func (y *tty) Press(_ chattest.Post, k chat.Kind, n int) string {
	switch k {
	case chat.More:
		return y.enter(":more")
	case chat.Context:
		return y.enter(fmt.Sprint(":context ", n))
	case chat.Helpful:
		return y.enter(":good")
	}
	return ""
}

func TestSuite(t *testing.T) {
	chattest.Run(t, chattest.Harness{
		Start: func(t *testing.T, bot *chat.Bot) chattest.Platform { return start(t, bot) },
		Lacks: map[chattest.Ability]string{
			chattest.Channels:   "a terminal is a conversation with the bot alone",
			chattest.Threads:    "a terminal is one thread",
			chattest.Bots:       "what is typed is typed by a person",
			chattest.People:     "one person sits before a terminal",
			chattest.Redelivery: "a line is read once",
			chattest.Changes:    "a line that was entered cannot be changed",
			chattest.Briefings:  "whoever has a terminal has bot brief",
			chattest.Outages:    "when a terminal cannot be written to, the conversation is over",
		},
	})
}

func TestCommands(t *testing.T) {
	bot := newBot(t)
	y := start(t, bot)
	for _, step := range []struct{ line, want string }{
		{":more", "I no longer have that answer"},
		{":help", ":context N"},
		{":nonsense", ":context N"},
		{":context two", ":context N"},
		{"How many barrels of honey did the hives give in 1903?", "[1]"},
		{":context", "Rain spoilt the month of June."},
		{":context 99", "I no longer have that answer"},
		{":bad too short", "Thank you for telling me"},
	} {
		if got := y.enter(step.line); !strings.Contains(strings.Join(strings.Fields(got), " "), step.want) {
			t.Errorf("%q: got %q, want in it %q", step.line, got, step.want)
		}
	}
	if got := y.screen()[0]; !strings.Contains(got, ":help") {
		t.Errorf("before the first prompt is %q, which does not tell of :help", got)
	}
	io.WriteString(y.keys, ":quit\n")
	y.keys = nil
}

// What is typed after the last newline counts, and the end of input is no error.
func TestEndOfInput(t *testing.T) {
	var out strings.Builder
	if err := terminal.Run(t.Context(), newBot(t), strings.NewReader("Who burns the boxes that hold moth?"), &out, terminal.Options{User: "ada", Width: 40}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if len([]rune(line)) > 41 {
			t.Errorf("line of %d runes: %q", len([]rune(line)), line)
		}
	}
	if !strings.Contains(out.String(), "[1] On bees") {
		t.Errorf("got %q", out.String())
	}
}

func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in, keys := io.Pipe()
	defer keys.Close()
	time.AfterFunc(20*time.Millisecond, cancel)
	if err := terminal.Run(ctx, newBot(t), in, io.Discard, terminal.Options{User: "ada"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

// A closed pipe ends the conversation with an error, as `bot chat | head` has it.
func TestBrokenOutput(t *testing.T) {
	in, out := io.Pipe()
	in.Close()
	if err := terminal.Run(t.Context(), newBot(t), strings.NewReader("honey?\n"), out, terminal.Options{User: "ada"}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v, want %v", err, io.ErrClosedPipe)
	}
}

// Where documents can be opened, their address stands below each reference.
func TestLinks(t *testing.T) {
	links, err := chat.ParseLinks("https://docs.example.org/{file}#page={page}")
	if err != nil {
		t.Fatal(err)
	}
	y := start(t, chattest.NewBot(t, chat.Options{Links: links}))
	got := y.enter("How many barrels of honey did the hives give in 1903?")
	if want := "first paragraph\n    https://docs.example.org/bees.txt#page=1\n"; !strings.Contains(got, want) {
		t.Errorf("got %q, want in it %q", got, want)
	}
}

func newBot(t *testing.T) *chat.Bot { return chattest.NewBot(t, chat.Options{}) }

// A language model's sentences are on the screen as they come, and once; where the
// answer becomes another, that comes after them.
func TestWritten(t *testing.T) {
	statement := answer.Statement{Text: "The hives gave forty barrels.", Marks: []int{1}}
	for name, stands := range map[string]bool{"it stands": true, "it does not": false} {
		t.Run(name, func(t *testing.T) {
			came := make(chan bool)
			bot := newBot(t)
			bot.SetLibrary(chat.Library{Asker: chat.AskerFunc(func(_ context.Context, q answer.Question) (answer.Answer, error) {
				q.Told(statement)
				<-came
				out := answer.Answer{Answered: true, Citations: []answer.Citation{{
					N: 1, Passage: corpus.Passage{Doc: &corpus.Card{Title: "On bees"}}, Quote: "The keepers reported that the hives gave forty barrels.",
				}}}
				if stands {
					out.Written = []answer.Statement{statement}
				} else {
					out.ModelErr = answer.ErrUnsupported
				}
				return out, nil
			})})
			y := start(t, bot)
			go func() {
				for !strings.Contains(strings.Join(y.screen(), ""), "forty barrels. [1]") {
					time.Sleep(time.Millisecond)
				}
				close(came) // the answer is not there before
			}()
			got := y.enter("How many barrels of honey did the hives give in 1903?")
			if n := strings.Count(got, "The hives gave forty barrels. [1]"); n != 1 {
				t.Errorf("it stands %d times on the screen: %q", n, got)
			}
			if quoted := strings.Contains(got, "“The keepers reported"); quoted != stands || strings.Contains(got, "did not stand up") == stands {
				t.Errorf("got %q", got)
			}
		})
	}
}
