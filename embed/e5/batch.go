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
	packs := packUp(sequences)
	workers := min(runtime.GOMAXPROCS(0), len(packs))
	if workers <= 1 {
		for _, p := range packs {
			if err := e.embedPack(ctx, p, vectors); err != nil {
				return nil, err
			}
		}
		return vectors, ctx.Err()
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
				errs[i] = e.embedPack(ctx, packs[n], vectors)
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return vectors, ctx.Err()
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

// embedPack writes the vectors of p's texts to their places in vectors.
func (e *Encoder) embedPack(ctx context.Context, p pack, vectors []embed.Vector) error {
	w := e.spaces.Get().(*workspace)
	defer e.spaces.Put(w)
	if err := e.run(ctx, w, p.sequences); err != nil {
		return err
	}
	start := 0
	for i, s := range p.sequences {
		vectors[p.texts[i]] = mean(w.x[start*Size:][:len(s)*Size])
		start += len(s)
	}
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
