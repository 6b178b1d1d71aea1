package e5

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"rapporteur/embed"
)

// packRows is how many tokens are worked on together where texts are short: so
// many that fetching the weights costs little beside using them, so few that
// what is between the steps stays in a processor core's own cache.
const packRows = 128

// A pack is a set of texts that go through the network together.
type pack struct {
	texts     []int // positions among the texts of the call
	sequences []sequence
}

// embedAll returns the vectors of sequences, in order.
func (e *Encoder) embedAll(ctx context.Context, sequences []sequence) ([]embed.Vector, error) {
	vectors := make([]embed.Vector, len(sequences))
	err := e.forAll(ctx, sequences, func(i int, x []float32) { vectors[i] = mean(x) })
	if err != nil {
		return nil, err
	}
	return vectors, nil
}

// forAll takes the sequences through the network and calls use for each with its
// number and the last layer's vectors of its tokens, one after the other, which
// may not be kept. Calls for different sequences may overlap.
func (e *Encoder) forAll(ctx context.Context, sequences []sequence, use func(i int, x []float32)) error {
	packs := packUp(sequences)
	workers := min(runtime.GOMAXPROCS(0), len(packs))
	if len(packs) == 1 {
		return e.takePack(ctx, packs[0], e.crewSize(), use)
	}
	var next atomic.Int64
	var group sync.WaitGroup
	errs := make([]error, workers)
	for i := range workers {
		group.Go(func() {
			for errs[i] == nil {
				n := int(next.Add(1)) - 1
				if n >= len(packs) {
					return
				}
				errs[i] = e.takePack(ctx, packs[n], 1, use)
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// packUp puts texts of similar length together, the longest first, so that the
// last packs to be taken are quick ones and no worker waits long for another.
func packUp(sequences []sequence) []pack {
	order := make([]int, len(sequences))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(len(sequences[b]), len(sequences[a])), cmp.Compare(a, b))
	})
	var packs []pack
	rows := 0
	for _, i := range order {
		if len(packs) == 0 || rows+len(sequences[i]) > packRows {
			packs = append(packs, pack{})
			rows = 0
		}
		p := &packs[len(packs)-1]
		p.texts = append(p.texts, i)
		p.sequences = append(p.sequences, sequences[i])
		rows += len(sequences[i])
	}
	return packs
}

// crewSize is how many goroutines should take a single pack through: as many as
// there are processors, or one where other calls already use them.
func (e *Encoder) crewSize() int {
	if e.running.Load() > 0 {
		return 1
	}
	return min(runtime.GOMAXPROCS(0), crewMost)
}

// takePack takes one pack through, by so many goroutines.
func (e *Encoder) takePack(ctx context.Context, p pack, size int, use func(i int, x []float32)) error {
	return e.withRows(ctx, p.sequences, size, func(x []float32) {
		for i, s := range p.sequences {
			use(p.texts[i], x[:len(s)*Size])
			x = x[len(s)*Size:]
		}
	})
}

// withRows calls use with the last layer's vectors of the sequences' tokens, one
// after the other. They may not be kept.
func (e *Encoder) withRows(ctx context.Context, sequences []sequence, size int, use func(x []float32)) error {
	e.running.Add(1)
	defer e.running.Add(-1)
	w := e.spaces.Get().(*workspace)
	defer e.spaces.Put(w)
	if err := e.run(ctx, w, sequences, size); err != nil {
		return err
	}
	use(w.x)
	return nil
}

// mean returns the mean of the rows of x at unit length.
func mean(x []float32) embed.Vector {
	sum := make(embed.Vector, Size)
	for ; len(x) > 0; x = x[Size:] {
		for i, v := range x[:Size] {
			sum[i] += v
		}
	}
	return sum.Normal()
}
