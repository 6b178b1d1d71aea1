package discord

import (
	"context"
	"sync"
	"time"
)

// A crowd counts the interactions that are not acknowledged yet. Discord gives each 3
// seconds, and answering can wait; so where many come at once, all are acknowledged
// before any is answered.
type crowd struct {
	mu   sync.Mutex
	n    int
	gone chan struct{} // closed when n is 0 again
}

// enter counts one more, until leave is called, once or more often.
func (c *crowd) enter() (leave func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n++; c.n == 1 {
		c.gone = make(chan struct{})
	}
	return sync.OnceFunc(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.n--; c.n == 0 {
			close(c.gone)
		}
	})
}

// pass returns when there is nobody, but soon in any case: where people never cease to
// come, they are answered all the same.
func (c *crowd) pass(ctx context.Context, soon time.Duration) {
	c.mu.Lock()
	n, gone := c.n, c.gone
	c.mu.Unlock()
	if n == 0 {
		return
	}
	timer := time.NewTimer(soon)
	defer timer.Stop()
	select {
	case <-gone:
	case <-timer.C:
	case <-ctx.Done():
	}
}
