package slack

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// inTurn makes a call that shows something in a channel, when no other such call for
// the channel is under way. Slack takes about one post a second there: those that
// have to wait would all come back at once, and be refused again.
func (w *workspace) inTurn(ctx context.Context, channel string, call func() error) error {
	done, err := w.turn(ctx, channel)
	if err != nil {
		return err
	}
	defer done()
	return patiently(ctx, call)
}

// patiently makes a call again and again while Slack says that it is too much, each
// time after as long as Slack says. When ctx leaves no time for that, the error wraps
// chat.ErrCrowded.
func patiently(ctx context.Context, call func() error) error {
	const jitter = 250 * time.Millisecond // replicas wait too
	for {
		err := call()
		wait, limited := retryAfter(err)
		if !limited {
			return err
		}
		wait += rand.N(jitter)
		if end, ok := ctx.Deadline(); ok && time.Until(end) < wait {
			return fmt.Errorf("%w: %w", chat.ErrCrowded, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", chat.ErrCrowded, err)
		case <-time.After(wait):
		}
	}
}

// retryAfter reports whether a call was refused because there are too many, and when
// to make it again.
func retryAfter(err error) (wait time.Duration, limited bool) {
	const least, untold = time.Second, 3 * time.Second
	var told *slack.RateLimitedError
	var status slack.StatusCodeError
	switch {
	case errors.As(err, &told):
		return max(told.RetryAfter, least), true
	case errors.As(err, &status) && status.Code == http.StatusTooManyRequests, has(err, codesLimited):
		return untold, true
	}
	return 0, false
}

// turn waits until no other call for a channel is under way; done ends the turn.
func (w *workspace) turn(ctx context.Context, channel string) (done func(), err error) {
	w.mu.Lock()
	t := w.turns[channel]
	if t == nil {
		t = &turn{taken: make(chan struct{}, 1)}
		w.turns[channel] = t
	}
	t.wanted++
	w.mu.Unlock()
	leave := func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if t.wanted--; t.wanted == 0 {
			delete(w.turns, channel)
		}
	}
	select {
	case t.taken <- struct{}{}:
		return func() { <-t.taken; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, fmt.Errorf("%w: %w", chat.ErrCrowded, ctx.Err())
	}
}

// A turn is who may show something in a channel now.
type turn struct {
	taken  chan struct{}
	wanted int // by so many; guarded by the workspace's mu
}
