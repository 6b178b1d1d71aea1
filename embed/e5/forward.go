package e5

import (
	"context"
	"runtime"

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

// A workspace holds all numbers between a text and its vector, so that nothing
// is allocated while texts go through.
type workspace struct {
	rows int       // of x, qkv and heads
	x    []float32 // rows × Hidden: the tokens' vectors so far
	qkv  []float32 // rows × 3·Hidden: queries, keys and values of all heads
	head []float32 // rows × Hidden: what attention gathered, head beside head

	y     [blockRows * weights.Hidden]float32
	inner [blockRows * weights.Inner]float32
	data  [blockRows * weights.Inner]byte
	scale [blockRows]float32
	shift [blockRows]float32
	acc   [kernel.TileRows * kernel.TileColumns]int32

	keys   [weights.HeadSize * weights.Positions]float32 // of one head, a column for each token
	scores [blockRows * weights.Positions]float32
}

// resize makes room for rows tokens.
func (w *workspace) resize(rows int) {
	w.rows = rows
	if cap(w.x) < rows*weights.Hidden {
		rows = max(rows, packRows)
		w.x = make([]float32, rows*weights.Hidden)
		w.qkv = make([]float32, rows*3*weights.Hidden)
		w.head = make([]float32, rows*weights.Hidden)
		rows = w.rows
	}
	w.x = w.x[:rows*weights.Hidden]
	w.qkv = w.qkv[:rows*3*weights.Hidden]
	w.head = w.head[:rows*weights.Hidden]
}

// run puts the last layer's vectors of the sequences' tokens into w.x, one
// sequence after the other.
func (e *Encoder) run(ctx context.Context, w *workspace, sequences []sequence) error {
	rows := 0
	for _, s := range sequences {
		rows += len(s)
	}
	w.resize(rows)
	e.embedTokens(w, sequences)
	for l := range e.model.layers {
		if err := ctx.Err(); err != nil {
			return err
		}
		// Others may have waited for this processor meanwhile, such as a
		// question asked while a corpus is being indexed.
		runtime.Gosched()
		e.runLayer(w, sequences, l)
	}
	return nil
}

// embedTokens sets w.x to the sum of each token's own vector and that of its
// place in the text, normalized.
func (e *Encoder) embedTokens(w *workspace, sequences []sequence) {
	const h = weights.Hidden
	row := 0
	for _, s := range sequences {
		for place, id := range s {
			x, y := w.x[row*h:][:h], w.y[:h]
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

// runLayer takes w.x through one layer.
func (e *Encoder) runLayer(w *workspace, sequences []sequence, number int) {
	const h = weights.Hidden
	l, norms := &e.model.layers[number], &e.model.Layers[number]
	for r := 0; r < w.rows; r += blockRows {
		n := min(blockRows, w.rows-r)
		e.linear(w, w.qkv[r*3*h:], w.x[r*h:][:n*h], l.qkv, false)
	}
	start := 0
	for _, s := range sequences {
		for head := range weights.Heads {
			e.attend(w, start, len(s), head)
		}
		start += len(s)
	}
	for r := 0; r < w.rows; r += blockRows {
		n := min(blockRows, w.rows-r)
		x := w.x[r*h:][:n*h]
		e.linear(w, w.y[:], w.head[r*h:][:n*h], l.out, false)
		e.addNorm(x, w.y[:], norms.AttentionNorm)
		e.linear(w, w.inner[:], x, l.up, true)
		e.linear(w, w.y[:], w.inner[:n*weights.Inner], l.down, false)
		e.addNorm(x, w.y[:], norms.OutputNorm)
	}
}

// linear computes dst = src·m + bias, and GELU of that where it is asked for.
// src has at most blockRows rows.
func (e *Encoder) linear(w *workspace, dst, src []float32, m *kernel.Matrix, gelu bool) {
	rows := len(src) / m.In
	q := kernel.Rows{Data: w.data[:rows*m.In], Scale: w.scale[:rows], Shift: w.shift[:rows]}
	for r := range rows {
		e.set.Quantize(q, r, src[r*m.In:][:m.In])
	}
	e.set.Linear(dst, q, m, rows, 0, m.Out, gelu, w.acc[:])
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
func (e *Encoder) attend(w *workspace, start, n, head int) {
	const h, size = weights.Hidden, weights.HeadSize
	queries := w.qkv[start*3*h+head*size:]
	keys := w.qkv[start*3*h+h+head*size:]
	values := w.qkv[start*3*h+2*h+head*size:]
	// Columns from n on hold what was there before and count for nothing.
	width := (n + weights.Lanes - 1) / weights.Lanes * weights.Lanes
	for t := range n {
		for i, v := range keys[t*3*h:][:size] {
			w.keys[i*width+t] = v
		}
	}
	for r := 0; r < n; r += blockRows {
		rows := min(blockRows, n-r)
		e.set.Product(w.scores[:], width, queries[r*3*h:], 3*h, w.keys[:], width, rows, size, width)
		for t := range rows {
			for i := n; i < width; i++ {
				w.scores[t*width+i] = kernel.Nothing
			}
		}
		e.set.Softmax(w.scores[:], width, rows)
		e.set.Product(w.head[(start+r)*h+head*size:], h, w.scores[:], width, values, 3*h, rows, n, size)
	}
}
