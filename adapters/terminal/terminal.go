// Package terminal lets a person talk with the bot in a terminal: the same
// conduct as on any platform, a line for a message.
package terminal

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"rapporteur/adapters/chat"
)

// Options say how the conversation looks.
type Options struct {
	User   string // who talks; feedback is kept under this name
	Prompt string // written when a line is expected; "" for input that nobody types
	Width  int    // columns of a line; 0: 80
}

// A terminal is one conversation.
type terminal struct {
	bot  *chat.Bot
	out  io.Writer
	user string
	// width is in columns.
	width int
	start time.Time
	count int             // messages so far
	lines []chat.Line     // what was said so far
	told  []chat.Sentence // of the reply that is being written
	last  chat.Reply      // the last that has an answer; its buttons are the commands
	err   error           // of writing
}

// Run carries on a conversation: it reads a message from each line of in, and
// writes the replies to out. It returns nil at the end of in or after :quit, and
// ctx's error when ctx is done. A read that waits for a line is then left behind.
func Run(ctx context.Context, bot *chat.Bot, in io.Reader, out io.Writer, o Options) error {
	t := &terminal{bot: bot, out: out, user: o.User, width: o.Width, start: time.Now()}
	if t.width <= 0 {
		t.width = 80
	}
	if o.Prompt != "" {
		t.print(chat.Reply{Notice: chat.SaidTerminal}) // who types sees what can be typed
	}
	lines, failed := readLines(ctx, in)
	for {
		t.write(o.Prompt)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case line, ok := <-lines:
			if !ok {
				return <-failed
			}
			more, err := t.hear(ctx, line)
			if err != nil {
				return err
			}
			if t.err != nil {
				return fmt.Errorf("writing a reply: %w", t.err)
			}
			if !more {
				return nil
			}
		}
	}
}

// readLines reads in a goroutine of its own, since a read cannot be cancelled. The
// error is there when the lines end.
func readLines(ctx context.Context, in io.Reader) (<-chan string, <-chan error) {
	const longest = 1 << 20 // bytes; a question may be much shorter
	lines, failed := make(chan string), make(chan error, 1)
	go func() {
		defer close(lines)
		s := bufio.NewScanner(in)
		s.Buffer(nil, longest)
		for s.Scan() {
			select {
			case lines <- s.Text():
			case <-ctx.Done():
				return
			}
		}
		err := s.Err()
		if err != nil {
			err = fmt.Errorf("reading a message: %w", err)
		}
		failed <- err
	}()
	return lines, failed
}

// hear takes in one line; more is false when the person is done.
func (t *terminal) hear(ctx context.Context, line string) (more bool, err error) {
	command, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	rest = strings.TrimSpace(rest)
	switch command {
	case ":quit", ":q":
		return false, nil
	case ":help":
		t.print(t.bot.Help())
		t.print(chat.Reply{Notice: chat.SaidTerminal})
	case ":more":
		t.press(ctx, chat.More, 0, "")
	case ":context":
		n, err := strconv.Atoi(rest)
		if err != nil && rest != "" {
			t.print(chat.Reply{Notice: chat.SaidTerminal})
			break
		}
		t.press(ctx, chat.Context, max(1, n), "")
	case ":good":
		t.press(ctx, chat.Helpful, 0, rest)
	case ":bad":
		t.press(ctx, chat.Unhelpful, 0, rest)
	default:
		if strings.HasPrefix(command, ":") {
			t.print(chat.Reply{Notice: chat.SaidTerminal})
			break
		}
		return true, t.ask(ctx, line)
	}
	return true, nil
}

// ask hands a message to the bot and waits until it is done with it.
func (t *terminal) ask(ctx context.Context, text string) error {
	m := t.message(text)
	if err := t.bot.Handle(ctx, m, t); err != nil {
		return err
	}
	return t.bot.Wait(ctx, m)
}

// message is what the person says next. Its ID is never used again, whenever and
// however often the bot is started.
func (t *terminal) message(text string) chat.Message {
	t.count++
	return chat.Message{
		Platform: "terminal", Channel: "terminal", User: t.user, Text: text, Direct: true,
		ID: fmt.Sprintf("%d.%d", t.start.UnixNano(), t.count),
	}
}

// press does what a button would.
func (t *terminal) press(ctx context.Context, k chat.Kind, n int, reason string) {
	t.print(t.bot.Press(ctx, t.last.Token(k, n), t.message(reason), t))
}

// Post writes r. The bot calls it while ask waits, so that nothing else is written.
func (t *terminal) Post(_ context.Context, m chat.Message, r chat.Reply) (chat.Posted, error) {
	t.printRest(r)
	t.lines = append(t.lines, chat.Line{Text: m.Text}, chat.Line{Text: r.String(), Bot: true})
	if r.Answer != "" {
		t.last = r
	}
	if t.err != nil {
		return chat.Posted{}, fmt.Errorf("%w: %w", chat.ErrUnreachable, t.err)
	}
	return chat.Posted{}, nil
}

// Tell writes a sentence of the reply that is to come.
func (t *terminal) Tell(_ context.Context, _ chat.Message, s chat.Sentence) {
	t.sentence(s)
	t.told = append(t.told, s)
}

// Untell forgets what was written of a reply that will not come; it stays on the screen.
func (t *terminal) Untell(context.Context, chat.Message) { t.told = nil }

// Before returns what was said so far.
func (t *terminal) Before(context.Context, chat.Message) ([]chat.Line, error) { return t.lines, nil }
