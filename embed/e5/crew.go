package e5

import (
	"runtime"
	"sync/atomic"
)

// crewMost is the most goroutines that take one pack through the network
// together: with more, waiting for one another would cost what they gain.
const crewMost = 4

// A crew is a number of goroutines that share the outputs of every step among
// themselves, so that a single question has all processor cores to itself.
type crew struct {
	size    int
	arrived atomic.Int64
	end     atomic.Int64 // the layer to stop before; 0: none. Set by the first member, a layer ahead
}

// A member is one goroutine's place in its crew.
type member struct {
	*crew
	number int
	met    int64 // how often it has met the others
}

// share returns this member's part of n things.
func (m *member) share(n int) (from, to int) {
	return m.number * n / m.size, (m.number + 1) * n / m.size
}

// meet returns when all members have called it as often as this one: what each
// wrote before, the others may read from now on.
func (m *member) meet() {
	if m.size == 1 {
		return
	}
	m.met++
	m.arrived.Add(1)
	for spins := 1; m.arrived.Load() < m.met*int64(m.size); spins++ {
		// Steps take some 10 µs, less than it takes to wake a goroutine. Only
		// when another has evidently lost its processor is ours given away.
		if spins%4096 == 0 {
			runtime.Gosched()
		}
	}
}
