package e5

import (
	"sync"
	"testing"
)

// TestCrew holds that every part of every step is done once, before the next
// step begins, with helpers and after they are gone.
func TestCrew(t *testing.T) {
	const helpers, steps, parts = 3, 300, 12
	c := new(crew)
	var group sync.WaitGroup
	for range helpers {
		group.Go(func() { c.help(new(desk)) })
	}
	var done [parts]int // by part; plain, so that the race detector sees any overlap
	s := step{do: func(_ *step, part int, _ *desk) { done[part]++ }}
	var d desk
	for number := 1; number <= steps; number++ {
		if number == steps/2 {
			c.dismiss()
			group.Wait()
		}
		c.all(parts, s, &d)
		for part, n := range done {
			if n != number {
				t.Fatalf("after %d steps part %d was done %d times", number, part, n)
			}
		}
	}
}
