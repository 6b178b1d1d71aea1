// Package chat is the conduct of a conversation, the same on every platform:
// whom to answer, what was meant by a follow-up, one reply to one message however
// often it is delivered, limits, feedback, and the words in which all this is
// said.
//
// A platform's adapter translates and nothing more. It turns an event into a
// [Message] and hands it to the [Bot] together with a [Surface], on which the Bot
// posts its [Reply]:
//
//	platform event ─▶ adapter ─▶ Message ─▶ Bot.Handle ─▶ Surface.Post(Reply) ─▶ platform
//	                             access.go  bot.go        compose.go
//	                             limit.go   work.go       split.go
//
// What a platform can do beyond posting (edit, show what was said before, find a
// reply again) its Surface says by further small interfaces. Package chattest
// holds the suite that states what every adapter owes.
package chat

import (
	"context"
	"errors"
	"strings"

	"rapporteur/adapters/chat/store"
)

// A Change says whether something new was said or something said before changed.
type Change int

const (
	Said    Change = iota // something new
	Edited                // Text is what the message says now
	Deleted               // the message is gone; Text is empty
)

// A Message is something that a person said, to the bot or near it. Adapters pass
// on all that they see; the Bot decides what concerns it. It is kept on disk as
// JSON until it is answered.
type Message struct {
	Platform string // "slack", "discord", "terminal"
	Team     string // the workspace or server that the bot is installed in; "" where the platform has none
	Channel  string // of a thread: the channel that it is in
	Thread   string // the thread that it stands in, "" outside any
	// ID names what was said, whatever event brings it and however often: on
	// Slack the channel's timestamp of the message, on Discord the id of the
	// message or interaction. It is unique in its channel. An edit or deletion
	// bears the ID of the message that it changes.
	ID   string
	User string // "" only in a deletion
	// Text is what was said, without the mention of the bot itself.
	Text string
	// About names what the question is confined to, where the platform lets people
	// choose: a Topic's ID, or words of a title. What is asked further in the thread
	// of the reply is confined to it too.
	About string
	Roles []string // the person's, where the platform has them
	// Brief says that a briefing is wanted, and not an answer; nil: an answer.
	Brief *Brief

	Change   Change
	Retry    bool // delivered before, as far as the platform tells
	Direct   bool // in a conversation with the bot alone
	Mention  bool // names the bot, or replies to it
	Command  bool // asked by a command, shortcut or form: meant for the bot wherever it is
	Private  bool // the asker alone is to see the reply
	Opens    bool // begins a forum post, or whatever else may be answered unasked
	ToOthers bool // speaks to another person by name, or replies to one
	Own      bool // the bot takes part in Thread, as the platform itself tells
	Bot      bool // written by a bot, this one or another
	Guest    bool // the person is a guest in the team
	Unsure   bool // whether they are a guest cannot be found out just now
	Shared   bool // the channel is shared with other organizations
	// Unreadable says that the platform tells of the message, and keeps from the bot
	// what it says.
	Unreadable bool

	// Ticket is whatever the adapter needs in order to reply, such as an
	// interaction's token; the Bot only keeps it with the message.
	Ticket string
	// Begun is what the Surface told Begin of a reply that it had begun to show, when
	// that was left unfinished, by a process that died, say. It is for the Surface to
	// finish, or to put the reply in its place.
	Begun string
}

// A Place is a channel of a team on a platform.
type Place = store.Place

// place is where m was said.
func (m Message) place() Place {
	return store.Place{Platform: m.Platform, Team: m.Team, Channel: m.Channel}
}

// A key tells messages apart.
type key struct {
	store.Place
	id string
}

func (m Message) key() key { return key{m.place(), m.ID} }

// addressed reports whether m was said to the bot in so many words.
func (m Message) addressed() bool { return m.Direct || m.Mention || m.Command }

// check returns an error when an adapter left out what the Bot cannot do without.
func (m Message) check() error {
	var missing []string
	for name, value := range map[string]string{"Platform": m.Platform, "Channel": m.Channel, "ID": m.ID} {
		if value == "" {
			missing = append(missing, name)
		}
	}
	if m.User == "" && m.Change != Deleted {
		missing = append(missing, "User")
	}
	if missing != nil {
		return errors.New("handling a message: it lacks its " + strings.Join(missing, ", "))
	}
	return nil
}

// A Handler takes on what people say. [Bot] is the one that answers; an adapter
// that asks for a Handler alone can be tested with a closure.
type Handler interface {
	// Handle takes m on and returns at once; what there is to say follows on to.
	// When the error is nil the event may be acknowledged: m will be answered, or
	// needs no answer. Else it was not taken on, and should be delivered again.
	Handle(ctx context.Context, m Message, to Surface) error
}

// HandlerFunc makes a function a Handler.
type HandlerFunc func(ctx context.Context, m Message, to Surface) error

// Handle calls f.
func (f HandlerFunc) Handle(ctx context.Context, m Message, to Surface) error { return f(ctx, m, to) }

// A Surface is where the reply to a message is seen. It may be used by many
// goroutines at once, and should heed ctx. Waiting out a platform's rate limits
// is its own business, as is a plainer form of a reply that was refused for its
// form.
type Surface interface {
	// Post shows r, and its file, as the reply to m: in m's thread, or where a
	// conversation about m best goes on. Where the platform has a place for it, m.ID goes with the
	// post unseen, so that Find finds it.
	Post(ctx context.Context, m Message, r Reply) (Posted, error)
}

// Posted is where a reply went.
type Posted struct {
	// ID is the adapter's own name for the post or posts, for Edit and Remove; ""
	// when they cannot be changed any more.
	ID string
	// Thread is the thread in which the bot will answer without being mentioned
	// again, "" where there is none.
	Thread string
}

// ErrUnreachable is wrapped by the errors of a Surface when no reply can reach the
// person any more, and trying something else is in vain: the bot was removed, the
// token revoked, the message deleted.
var ErrUnreachable = errors.New("no reply can be shown there")

// ErrCrowded is wrapped by the errors of a Surface when the platform takes no more
// just now, so that nothing was shown and a reply has to wait.
var ErrCrowded = errors.New("too much is being shown there")

// ErrNoFile is wrapped by the error of Post when the platform does not take a
// reply's file, and nothing was shown.
var ErrNoFile = errors.New("no file can be shown there")

// An Editor is a Surface whose replies can be changed.
type Editor interface {
	// Edit shows r instead of what post, the ID of a Posted, shows.
	Edit(ctx context.Context, m Message, post string, r Reply) error
	// Remove takes the post away. One that is gone already is no error.
	Remove(ctx context.Context, m Message, post string) error
}

// A Reader is a Surface that can tell what was said before.
type Reader interface {
	// Before returns what was said before m in its thread, or directly to the bot,
	// oldest first; the latest 20 are enough.
	Before(ctx context.Context, m Message) ([]Line, error)
}

// A Line is something said before.
type Line struct {
	Text string // without mentions of the bot
	Bot  bool   // said by a bot, this one or another
}

// A Finder is a Surface that can look for a reply that may have been posted
// without the Bot's knowing.
type Finder interface {
	// Find looks for the bot's reply to m; ok is false where there is none.
	Find(ctx context.Context, m Message) (posted Posted, ok bool, err error)
}

// A Worker is a Surface that can show that the bot is at work on m. What it shows
// must go away by itself when a reply is posted.
type Worker interface {
	Working(ctx context.Context, m Message) error
}

// A Teller is a Surface that can show an answer as it is being written.
type Teller interface {
	// Tell shows a sentence of the reply to m before the reply is there, and returns
	// at once: whoever writes waits for it. Post brings the whole reply, in place of
	// what was told. It has the sentence too, or is another: too little of what was
	// written was found to stand.
	Tell(ctx context.Context, m Message, s Sentence)
	// Untell takes away what was told of a reply to m that will not come any more.
	Untell(ctx context.Context, m Message)
}
