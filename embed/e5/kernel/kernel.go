// Package kernel holds the arithmetic that takes nearly all of the encoder's
// time, once in plain Go and once for each kind of processor worth it. [Best]
// chooses at start-up by what the processor can do; there is nothing to set.
//
// The whole-number products are exact, so that every set gives the same
// integers. The floating-point steps may differ in the last bits.
package kernel

import (
	"math"

	"rapporteur/embed/e5/weights"
)

const (
	// TileRows is the most rows a tile may have, and TileColumns its width: as
	// many sums as fit into the registers of the widest processor (12 × 2
	// registers of 16, with room for the operands).
	TileRows    = 12
	TileColumns = 2 * weights.Lanes
)

// A Set is one implementation of all steps. Its functions read and write only
// what they are given, so that any number of goroutines may use one.
type Set struct {
	// Name says which processors it is for, as in "avx512-vnni".
	Name string

	// multiply computes dst[r][o] = Σᵢ a[r][i]·w[i][o], exactly, for up to
	// TileRows rows and TileColumns outputs.
	//
	// dst has TileColumns numbers a row. a has in unsigned bytes a row. w has
	// signed bytes in the order of [weights.Matrix], two blocks of them, none
	// of them −128. sums holds the sum of w over i for each output.
	multiply func(dst []int32, a, w []byte, sums []int32, in, rows int)

	// finish writes a tile's results to dst, whose rows are stride apart:
	// scale·(acc·c.Scale + shift·c.Shift) + c.Bias, with scale and shift by row.
	finish func(dst []float32, stride int, acc []int32, rows int, scale, shift []float32, c Columns)

	// finishGELU is finish and then GELU of each number.
	finishGELU func(dst []float32, stride int, acc []int32, rows int, scale, shift []float32, c Columns)

	// extent returns the least and the greatest of src and zero.
	extent func(src []float32) (least, most float32)

	// pack sets dst[i] to src[i]·inverse, rounded to even, plus zero, or to the
	// nearest byte where that is none.
	pack func(dst []byte, src []float32, inverse float32, zero int32)

	addNorm func(x, y, gain, bias []float32)
	product func(dst []float32, dstStride int, a []float32, aStride int, b []float32, bStride int, rows, inner, columns int)
	softmax func(x []float32, columns, rows int)
}

// Columns are the numbers by output that turn a linear step's integers into
// its results.
type Columns struct {
	Scale []float32
	Shift []float32 // Scale times the sum of the output's bytes
	Bias  []float32
}

// A Matrix is a linear step's weights as the kernels want them.
type Matrix struct {
	In, Out int // Out is a multiple of TileColumns
	Data    []byte
	Sums    []int32
	Columns
}

// NewMatrix returns m for the kernels. It shares m's bytes.
func NewMatrix(m *weights.Matrix) *Matrix {
	shift := make([]float32, m.Out)
	for o, sum := range m.Sum {
		shift[o] = m.Scale[o] * float32(sum)
	}
	return &Matrix{
		In: m.In, Out: m.Out, Data: m.Data, Sums: m.Sum,
		Columns: Columns{Scale: m.Scale, Shift: shift, Bias: m.Bias},
	}
}

// Rows are numbers in 8 bits, row by row: row r's i-th number is about
// Scale[r]·(Data[r·In+i] + Shift[r]).
type Rows struct {
	Data         []byte
	Scale, Shift []float32
}

// Quantize writes src, a multiple of 64 numbers, to q as row r. It keeps the
// row's own range from its least to its greatest number, zero included, since
// what comes out of GELU lies nearly all on one side of zero. A row with numbers
// that are infinite or none at all becomes zero.
func (s *Set) Quantize(q Rows, r int, src []float32) {
	dst := q.Data[r*len(src):][:len(src)]
	least, most := s.extent(src)
	scale := (most - least) / 255
	inverse := 1 / scale
	if !(scale > 0 && scale <= math.MaxFloat32 && inverse <= math.MaxFloat32) {
		clear(dst)
		q.Scale[r], q.Shift[r] = 0, 0
		return
	}
	// The byte for zero is whole, so that the shift adds no error of its own.
	zero := math.RoundToEven(float64(-least * inverse))
	s.pack(dst, src, inverse, int32(zero))
	q.Scale[r], q.Shift[r] = scale, -float32(zero)
}

// Linear computes dst = a·m + bias, rows of m.Out numbers; with gelu, GELU of
// that. Of the outputs only [from, to) are computed, both multiples of
// TileColumns. acc is scratch for TileRows×TileColumns integers.
func (s *Set) Linear(dst []float32, a Rows, m *Matrix, from, to int, gelu bool, acc []int32) {
	finish := s.finish
	if gelu {
		finish = s.finishGELU
	}
	rows := len(a.Scale)
	tiles := (rows + TileRows - 1) / TileRows
	for o := from; o < to; o += TileColumns {
		w := m.Data[o*m.In:][:TileColumns*m.In]
		sums := m.Sums[o:][:TileColumns]
		c := Columns{
			Scale: m.Scale[o:][:TileColumns],
			Shift: m.Shift[o:][:TileColumns],
			Bias:  m.Bias[o:][:TileColumns],
		}
		for t := range tiles {
			// Tiles as equal as can be: a last tile of one row would have to
			// fetch all the weights for that row alone.
			r, end := t*rows/tiles, (t+1)*rows/tiles
			s.multiply(acc, a.Data[r*m.In:end*m.In], w, sums, m.In, end-r)
			finish(dst[r*m.Out+o:], m.Out, acc, end-r, a.Scale[r:end], a.Shift[r:end], c)
		}
	}
}

// AddNorm sets x to the layer normalization of x+y (Ba, Kiros and Hinton 2016):
// mean 0 and variance 1 over the row, then times gain plus bias. All have the
// same length, a multiple of 64.
func (s *Set) AddNorm(x, y, gain, bias []float32) { s.addNorm(x, y, gain, bias) }

// Product computes dst = a·b for rows×inner numbers a and inner×columns numbers
// b, with rows of each that many numbers apart. columns must be a multiple of
// [weights.Lanes], and none of the three counts zero.
func (s *Set) Product(dst []float32, dstStride int, a []float32, aStride int, b []float32, bStride int, rows, inner, columns int) {
	s.product(dst, dstStride, a, aStride, b, bStride, rows, inner, columns)
}

// Softmax replaces each of x's rows by its exponentials divided by their sum.
// columns must be a multiple of [weights.Lanes], and neither count zero. A place
// without a number is to hold [Nothing] and will hold next to zero.
func (s *Set) Softmax(x []float32, columns, rows int) { s.softmax(x, columns, rows) }

// Nothing is less than any number in a row of scores.
const Nothing = -math.MaxFloat32
