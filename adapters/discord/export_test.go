package discord

import "time"

// Hurry lets a wait as little as a test can bear.
func Hurry(a *Adapter) {
	a.waits = waits{open: 3 * time.Second, again: 10 * time.Millisecond, most: 50 * time.Millisecond, goodby: time.Second, retry: 5 * time.Millisecond}
}

// What the tests look into.
var (
	Escape   = escape
	Unescape = unescape
	Split    = split
	Width    = width
	Rich     = rich
	Plain    = plain
)

// Post is a message as it is sent.
type Post = post
