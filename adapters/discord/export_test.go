package discord

import (
	"context"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/adapters/chat"
)

// Hurry lets a wait as little as a test can bear, and for ever where each try to connect
// waits for longer than the last.
func Hurry(a *Adapter) {
	a.waits = waits{open: 3 * time.Second, again: 10 * time.Millisecond, most: time.Hour, goodby: time.Second, retry: 5 * time.Millisecond}
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
