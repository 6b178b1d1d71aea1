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

const (
	accSize    = kernel.TileRows * kernel.TileColumns
	keysSize   = weights.HeadSize * weights.Positions
	scoresSize = blockRows * weights.Positions
)

// A workspace holds all numbers between a text and its vector, so that nothing
// is allocated while texts go through.
type workspace struct {
	x    []float32 // rows × Hidden: the tokens' vectors so far
	qkv  []float32 // rows × 3·Hidden: queries, keys and values of all heads
	head []float32 // rows × Hidden: what attention gathered, head beside head

	// The input of the next linear step, in 8 bits.
	data         []byte
	scale, shift []float32

	// Of a block of rows: what a step adds to x, and what is between the two
	// halves of the feed-forward step.
	y     [blockRows * weights.Hidden]float32
	inner [blockRows * weights.Inner]float32

	desk desk // the leader's
}

// resize makes room for rows tokens.
func (w *workspace) resize(rows int) {
	const h = weights.Hidden
	if len(w.scale) < rows {
		w.x, w.qkv, w.head = make([]float32, rows*h), make([]float32, rows*3*h), make([]float32, rows*h)
		w.scale, w.shift = make([]float32, rows), make([]float32, rows)
		w.data = make([]byte, max(rows*h, blockRows*weights.Inner))
	}
}

// run takes the sequences through the network, by the given number of
// goroutines. The vectors of their tokens are then in w.x, one sequence after the
// other.
func (e *Encoder) run(ctx context.Context, w *workspace, sequences []sequence, size int) error {
	rows := 0
	for _, s := range sequences {
		rows += len(s)
	}
	w.resize(max(rows, packRows))
	c := &crew{alone: size == 1}
	for range size - 1 {
		go func() {
			d := e.desks.Get().(*desk)
			defer e.desks.Put(d)
			c.help(d)
		}()
	}
	defer c.dismiss()
	e.embedTokens(w, sequences)
	for l := range e.model.layers {
		if err := ctx.Err(); err != nil {
			return err
		}
		if c.alone {
			// Others may have waited for this processor meanwhile, such as a
			// question asked while a corpus is being indexed.
			runtime.Gosched()
		}
		e.runLayer(c, w, sequences, rows, l)
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
func (e *Encoder) runLayer(c *crew, w *workspace, sequences []sequence, rows, number int) {
	const h, inner = weights.Hidden, weights.Inner
	l, norms := &e.model.layers[number], &e.model.Layers[number]
	heads := step{do: doHead, encoder: e, space: w, sequences: sequences, layer: l}
	heads.src = e.quantize(w, w.x[:rows*h], h)
	c.all(weights.Heads, heads, &w.desk)
	for r := 0; r < rows; r += blockRows {
		n := min(blockRows, rows-r)
		x, y, in := w.x[r*h:][:n*h], w.y[:n*h], w.inner[:n*inner]
		e.linear(c, w, linear{dst: y, matrix: l.out}, w.head[r*h:][:n*h])
		e.addNorm(x, y, norms.AttentionNorm)
		e.linear(c, w, linear{dst: in, matrix: l.up, gelu: true}, x)
		e.linear(c, w, linear{dst: y, matrix: l.down}, in)
		e.addNorm(x, y, norms.OutputNorm)
	}
}

// A linear is a linear step: dst = src·matrix + bias, and GELU of that where it
// is asked for.
type linear struct {
	dst    []float32
	src    kernel.Rows
	matrix *kernel.Matrix
	gelu   bool
}

// linearParts is in how many parts a linear step is done.
const linearParts = 12

// linear does step l on the rows of src.
func (e *Encoder) linear(c *crew, w *workspace, l linear, src []float32) {
	l.src = e.quantize(w, src, l.matrix.In)
	c.all(linearParts, step{do: doLinear, encoder: e, linear: l}, &w.desk)
}

// doLinear computes a part of a linear step's outputs.
func doLinear(s *step, part int, d *desk) {
	width := s.matrix.Out / linearParts
	s.encoder.set.Linear(s.dst, s.src, s.matrix, part*width, (part+1)*width, s.gelu, d.acc[:])
}

// quantize puts the rows of src, each so wide, in 8 bits into w.
func (e *Encoder) quantize(w *workspace, src []float32, width int) kernel.Rows {
	rows := len(src) / width
	q := kernel.Rows{Data: w.data[:rows*width], Scale: w.scale[:rows], Shift: w.shift[:rows]}
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

// doHead computes one head's queries, keys and values of all texts, and its
// attention over each.
func doHead(s *step, head int, d *desk) {
	const h, size = weights.Hidden, weights.HeadSize
	for part := range 3 {
		from := part*h + head*size
		s.encoder.set.Linear(s.space.qkv, s.src, s.layer.qkv, from, from+size, false, d.acc[:])
	}
	start := 0
	for _, q := range s.sequences {
		s.encoder.attend(s.space, d, start, len(q), head)
		start += len(q)
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
	for t := 0; t < n; t += 4 {
		// Four at a time, and the last one again where there are not four.
		var k [4][]float32
		for j := range k {
			k[j] = keys[min(t+j, n-1)*3*h:][:size]
		}
		for i := range size {
			column := d.keys[i*width+t:][:4]
			column[0], column[1], column[2], column[3] = k[0][i], k[1][i], k[2][i], k[3][i]
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
