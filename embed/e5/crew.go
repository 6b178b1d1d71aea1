package e5

import (
	"runtime"
	"sync/atomic"
)

// crewMost is the most goroutines that take one pack through the network
// together: with more, sharing the work out would cost what they gain.
const crewMost = 4

// A crew shares out the parts of each step, so that a single question has all
// processor cores to itself. Its leader begins a step and takes parts of it like
// everyone else. It waits for no one but those who are at a part, so that a
// helper who has lost its processor holds nothing up between parts.
type crew struct {
	// ticket holds the step's number in its upper half and how many of its parts
	// nobody has taken yet in its lower one.
	ticket atomic.Uint64
	done   atomic.Int64 // parts of this step that are done
	step   step         // may be read by who has taken a part of it
	number uint64       // of this step; the leader's own
	alone  bool
}

// over is the ticket after the last step.
const over = 1<<64 - 1

// A step is work in independent parts.
type step struct {
	do func(s *step, part int, d *desk)

	// What the parts need to know; see the functions that do them.
	encoder   *Encoder
	space     *workspace
	sequences []sequence
	layer     *layer
	linear
}

// A desk is what one goroutine works at.
type desk struct {
	acc    [accSize]int32
	keys   [keysSize]float32   // of one head, a column for each token
	scores [scoresSize]float32 // of a block of rows, for one head
}

// all does a step of so many parts, and returns when all are done.
func (c *crew) all(parts int, s step, d *desk) {
	c.step = s
	if c.alone {
		for part := range parts {
			s.do(&c.step, part, d)
		}
		return
	}
	c.number++
	c.done.Store(0)
	c.ticket.Store(c.number<<32 | uint64(parts))
	for c.take(d) {
	}
	for spins := 1; c.done.Load() < int64(parts); spins++ {
		rest(spins)
		if spins == patience {
			c.dismiss()
		}
	}
}

// patience is how often the leader looks for the last parts before it concludes
// that other programs want the helpers' processors, and goes on alone: some
// tenths of a millisecond, far more than a part takes.
const patience = 1 << 18

// dismiss lets the helpers go, once they have done the parts they are at.
func (c *crew) dismiss() {
	c.alone = true
	c.ticket.Store(over)
}

// take does one part of the present step, or reports that none is left.
func (c *crew) take(d *desk) bool {
	for {
		t := c.ticket.Load()
		left := int(uint32(t))
		if t == over || left == 0 {
			return false
		}
		if c.ticket.CompareAndSwap(t, t-1) {
			c.step.do(&c.step, left-1, d)
			c.done.Add(1)
			return true
		}
	}
}

// help takes parts until the last step is over.
func (c *crew) help(d *desk) {
	for spins := 1; c.ticket.Load() != over; spins++ {
		if c.take(d) {
			spins = 0
		}
		rest(spins)
	}
}

// rest lets others have the processor, every so often. Parts take some
// microseconds, less than waking up takes, so that waiting is done awake.
func rest(spins int) {
	if spins%4096 == 0 {
		runtime.Gosched()
	}
}
