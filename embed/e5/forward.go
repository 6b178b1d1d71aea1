package e5

import (
	"context"
	"runtime"
	"sync"

	"rapporteur/embed/e5/kernel"
	"rapporteur/embed/e5/weights"
)

// A model is the network as the kernels want it.
type model struct {
	*weights.Model
	layers [weights.Layers]layer
}

type layer struct {
	qkv, out, up, down *kernel.Matrix
}

func newModel(m *weights.Model) *model {
	n := &model{Model: m}
	for i := range m.Layers {
		l := &m.Layers[i]
		n.layers[i] = layer{
			qkv:  kernel.NewMatrix(&l.QKV),
			out:  kernel.NewMatrix(&l.Out),
			up:   kernel.NewMatrix(&l.Up),
			down: kernel.NewMatrix(&l.Down),
		}
	}
	return n
}

// blockRows is how many rows go together from one linear step to the next: a
// few tiles, so that the numbers between two steps stay in the nearest caches.
const blockRows = 4 * kernel.TileRows

// A workspace holds what a crew's members share between a text and its vector,
// and what is each member's own, so that nothing is allocated while texts go
// through.
type workspace struct {
	qkv   []float32 // rows × 3·Hidden: queries, keys and values of all heads
	head  []float32 // rows × Hidden: what attention gathered, head beside head
	inner [blockRows * weights.Inner]float32

	// What the attention and the feed-forward step add to the tokens' vectors.
	// They are two, so that a member ahead of the others may write to one while
	// these still read the other.
	attention, forward [blockRows * weights.Hidden]float32

	desks [crewMost]*desk // made when needed
}

// A desk is what one member of a crew works at. All members keep the tokens'
// vectors and normalize and quantize them, each for itself, since that takes
// less time than to wait until another has done it.
type desk struct {
	x     []float32 // rows × Hidden: the tokens' vectors so far
	data  [blockRows * weights.Inner]byte
	scale [blockRows]float32
	shift [blockRows]float32
	acc   [kernel.TileRows * kernel.TileColumns]int32

	keys   [weights.HeadSize * weights.Positions]float32 // of one head, a column for each token
	scores [blockRows * weights.Positions]float32
}

// resize makes room for rows tokens and size members.
func (w *workspace) resize(rows, size int) {
	w.qkv = atLeast(w.qkv, rows*3*weights.Hidden)
	w.head = atLeast(w.head, rows*weights.Hidden)
	for i := range size {
		if w.desks[i] == nil {
			w.desks[i] = new(desk)
		}
		w.desks[i].x = atLeast(w.desks[i].x, rows*weights.Hidden)
	}
}

// atLeast returns x with length n, newly made where it has no room for that.
func atLeast(x []float32, n int) []float32 {
	if cap(x) < n {
		return make([]float32, n)
	}
	return x[:n]
}

// rows returns the last layer's vectors of all tokens, once run has ended.
func (w *workspace) rows() []float32 { return w.desks[0].x }

// run takes the sequences through the network, with a crew of the given size.
// The vectors of their tokens, one sequence after the other, are then w.rows().
func (e *Encoder) run(ctx context.Context, w *workspace, sequences []sequence, size int) error {
	rows := 0
	for _, s := range sequences {
		rows += len(s)
	}
	w.resize(rows, size)
	c := &crew{size: size}
	var group sync.WaitGroup
	for number := 1; number < size; number++ {
		group.Go(func() { e.work(ctx, w, sequences, &member{crew: c, number: number}) })
	}
	e.work(ctx, w, sequences, &member{crew: c})
	group.Wait()
	if c.end.Load() != 0 {
		return ctx.Err()
	}
	return nil
}

// work is what one member does.
func (e *Encoder) work(ctx context.Context, w *workspace, sequences []sequence, m *member) {
	d := w.desks[m.number]
	e.embedTokens(d, sequences)
	for l := range e.model.layers {
		if end := m.end.Load(); end != 0 && l >= int(end) {
			return
		}
		if m.number == 0 && ctx.Err() != nil {
			m.end.Store(int64(l) + 1)
		}
		if m.size == 1 {
			// Others may have waited for this processor meanwhile, such as a
			// question asked while a corpus is being indexed.
			runtime.Gosched()
		}
		e.runLayer(w, d, m, sequences, l)
	}
}

// embedTokens sets d.x to the sum of each token's own vector and that of its
// place in the text, normalized.
func (e *Encoder) embedTokens(d *desk, sequences []sequence) {
	const h = weights.Hidden
	row := 0
	y := d.scores[:h]
	for _, s := range sequences {
		for place, id := range s {
			x := d.x[row*h:][:h]
			scale := weights.Float(e.model.WordScales, int(id))
			word := e.model.Words[int(id)*h:][:h]
			places := e.model.Places[place*h*4:][:h*4]
			for i := range x {
				x[i] = float32(int8(word[i])) * scale
				y[i] = weights.Float(places, i)
			}
			e.set.AddNorm(x, y, e.model.Norm.Gain, e.model.Norm.Bias)
			row++
		}
	}
}

// runLayer takes d.x through one layer. Of each step a member computes its
// share of the outputs, and of attention its share of the heads, for which it
// needs no more than it has computed itself.
func (e *Encoder) runLayer(w *workspace, d *desk, m *member, sequences []sequence, number int) {
	const h, size, inner = weights.Hidden, weights.HeadSize, weights.Inner
	l, norms := &e.model.layers[number], &e.model.Layers[number]
	rows := len(d.x) / h
	first, last := m.share(weights.Heads)
	for r := 0; r < rows; r += blockRows {
		n := min(blockRows, rows-r)
		q := e.quantize(d, d.x[r*h:][:n*h], h)
		for part := range 3 {
			e.set.Linear(w.qkv[r*3*h:], q, l.qkv, part*h+first*size, part*h+last*size, false, d.acc[:])
		}
	}
	start := 0
	for _, s := range sequences {
		for head := first; head < last; head++ {
			e.attend(w, d, start, len(s), head)
		}
		start += len(s)
	}
	m.meet()
	for r := 0; r < rows; r += blockRows {
		n := min(blockRows, rows-r)
		x, in := d.x[r*h:][:n*h], w.inner[:n*inner]
		e.linear(w.attention[:], w.head[r*h:][:n*h], l.out, d, m, false)
		e.addNorm(x, w.attention[:], norms.AttentionNorm)
		e.linear(in, x, l.up, d, m, true)
		e.linear(w.forward[:], in, l.down, d, m, false)
		e.addNorm(x, w.forward[:], norms.OutputNorm)
	}
}

// linear computes dst = src·a + bias, and GELU of that where it is asked for,
// all members together. src has at most blockRows rows.
func (e *Encoder) linear(dst, src []float32, a *kernel.Matrix, d *desk, m *member, gelu bool) {
	from, to := m.share(a.Out / kernel.TileColumns)
	q := e.quantize(d, src, a.In)
	e.set.Linear(dst, q, a, from*kernel.TileColumns, to*kernel.TileColumns, gelu, d.acc[:])
	m.meet()
}

// quantize returns the rows of src, each so wide, in 8 bits.
func (e *Encoder) quantize(d *desk, src []float32, width int) kernel.Rows {
	rows := len(src) / width
	q := kernel.Rows{Data: d.data[:rows*width], Scale: d.scale[:rows], Shift: d.shift[:rows]}
	for r := range rows {
		e.set.Quantize(q, r, src[r*width:][:width])
	}
	return q
}

// addNorm normalizes the sum of x and y, row by row, into x.
func (e *Encoder) addNorm(x, y []float32, n weights.Norm) {
	const h = weights.Hidden
	for r := 0; r < len(x); r += h {
		e.set.AddNorm(x[r:][:h], y[r:][:h], n.Gain, n.Bias)
	}
}

// attend computes one head's attention over the text of n tokens whose rows
// begin at start: for each token, the mean of all tokens' values, weighted by
// the softmax of its query's products with their keys.
func (e *Encoder) attend(w *workspace, d *desk, start, n, head int) {
	const h, size = weights.Hidden, weights.HeadSize
	queries := w.qkv[start*3*h+head*size:]
	keys := w.qkv[start*3*h+h+head*size:]
	values := w.qkv[start*3*h+2*h+head*size:]
	// Columns from n on hold what was there before and count for nothing.
	width := (n + weights.Lanes - 1) / weights.Lanes * weights.Lanes
	for t := range n {
		for i, v := range keys[t*3*h:][:size] {
			d.keys[i*width+t] = v
		}
	}
	for r := 0; r < n; r += blockRows {
		rows := min(blockRows, n-r)
		e.set.Product(d.scores[:], width, queries[r*3*h:], 3*h, d.keys[:], width, rows, size, width)
		for t := range rows {
			for i := n; i < width; i++ {
				d.scores[t*width+i] = kernel.Nothing
			}
		}
		e.set.Softmax(d.scores[:], width, rows)
		e.set.Product(w.head[(start+r)*h+head*size:], h, d.scores[:], width, values, 3*h, rows, n, size)
	}
}
