package discord

import (
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// What is said is answered late, or not at all, only where it wants an answer.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		defer here.Close()
		go io.Copy(io.Discard, there)
		c := &connection{Conn: here, answered: make(chan struct{})}
		say := func() {
			if _, err := c.Write([]byte("…")); err != nil {
				t.Fatal(err)
			}
		}
		hear := func() {
			go there.Write([]byte("…"))
			if _, err := c.Read(make([]byte, 8)); err != nil {
				t.Fatal(err)
			}
		}
		for _, step := range []struct {
			name string
			do   func()
			want time.Duration // a minute later
		}{
			{"nothing is said", func() {}, 0},
			{"a heartbeat", say, time.Minute},
			{"another", say, 2 * time.Minute},
			{"an answer", hear, 0},
			{"the answer to a ping", func() { hear(); say() }, 0},
			{"a heartbeat after that", say, time.Minute},
		} {
			step.do()
			time.Sleep(time.Minute)
			if got := c.silence(); got != step.want {
				t.Errorf("%s: silent for %v, want %v", step.name, got, step.want)
			}
		}
	})
}
