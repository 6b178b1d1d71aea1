package discord

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A connection is one to the gateway, which can be cut from outside: discordgo's
// Open waits for READY or RESUMED as long as it takes, with its lock held.
type connection struct {
	net.Conn
	leaving  atomic.Bool // it is being closed
	once     sync.Once
	answered chan struct{} // closed when the other side has answered that, or is gone

	mu    sync.Mutex
	heard time.Time // when something last came
	asked time.Time // when something was first said since that wants an answer; zero: nothing was
}

func (c *connection) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err != nil || c.leaving.Load() {
		c.once.Do(func() { close(c.answered) })
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard, c.asked = time.Now(), time.Time{}
	return n, err
}

// Write takes note of what is said, which is heartbeats for the most part. What is said
// as soon as something came may be the answer to a ping, and wants none itself.
func (c *connection) Write(p []byte) (int, error) {
	const soon = 200 * time.Millisecond
	c.mu.Lock()
	if now := time.Now(); c.asked.IsZero() && now.Sub(c.heard) > soon {
		c.asked = now
	}
	c.mu.Unlock()
	return c.Conn.Write(p)
}

// silence returns for how long the other side has owed an answer.
func (c *connection) silence() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked.IsZero() {
		return 0
	}
	return time.Since(c.asked)
}
