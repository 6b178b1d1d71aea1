package discord

import (
	"context"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/adapters/chat"
)

// Hurry lets a wait as little as a test can bear before it tries again, and for ever
// where each try to connect waits for longer than the last. For what does come it waits
// as long as a busy machine may need.
func Hurry(a *Adapter) {
	const patient = 30 * time.Second
	a.waits = waits{open: patient, again: 10 * time.Millisecond, most: time.Hour, goodby: time.Second, retry: 5 * time.Millisecond, crowd: patient, silent: patient}
}

// GiveUpSoon lets a wait as little as a test can bear for a gateway that does not answer.
// On a busy machine, it may give up one that would have.
func GiveUpSoon(a *Adapter) { a.waits.open = 3 * time.Second }

// Taken returns when all that was heard is handed to the Bot.
func Taken(a *Adapter) {
	for _, lane := range a.lanes {
		passed := make(chan struct{})
		lane <- func(context.Context) { close(passed) }
		<-passed
	}
	a.Wait()
}

// What the tests look into.
var (
	Escape   = escape
	Unescape = unescape
	Split    = split
	Width    = width
	Rich     = rich
	Plain    = plain
	Commands = commands
	Same     = same
)

// Post is a message as it is sent; Command is one as it is registered.
type (
	Post    = post
	Command = command
)

// Translate is a message as the Bot is given it; ok is false for what is passed over.
func Translate(ctx context.Context, a *Adapter, d *discordgo.Message) (m chat.Message, ok bool) {
	if !a.readable(d) {
		return m, false
	}
	return a.message(ctx, d), true
}
