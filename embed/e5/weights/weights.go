// Package weights says how the numbers of e5-small-v2 lie in a file: written
// once by embed/e5/convert, and read in place by embed/e5.
//
// The large parts are bytes, laid out as the kernels read them, so that a
// program which embeds the file uses its pages as they are mapped and copies
// none of them. Only the small floating-point parts are decoded by [Read].
package weights

import (
	"encoding/binary"
	"fmt"
	"math"
)

// The shape of e5-small-v2, a BERT encoder.
const (
	Vocabulary = 30522 // word pieces
	Positions  = 512   // the longest text, in tokens
	Hidden     = 384   // numbers a token
	Layers     = 12
	Heads      = 12
	HeadSize   = Hidden / Heads
	Inner      = 1536 // numbers a token between the two halves of a feed-forward step
)

// Outputs are stored in blocks of Lanes, inputs in groups of Group: one block's
// share of one group is Lanes×Group = 64 neighbouring bytes, which is a cache
// line, one AVX-512 register, two AVX2 or four NEON ones.
const (
	Lanes = 16
	Group = 4
)

// magic opens every file; its last character counts the format's versions.
const magic = "rapporteur e5 weights, format 1\n"

// headerSize keeps the byte matrices at multiples of a cache line.
const headerSize = 64

// A Matrix is a linear step, y = x·W + Bias, with W in 8 bits.
//
// W[i][o] is Scale[o] times the signed byte
//
//	Data[(o/Lanes*(In/Group) + i/Group)*Lanes*Group + o%Lanes*Group + i%Group]
//
// which is never −128, so that kernels may change its sign.
type Matrix struct {
	In, Out int
	Data    []byte
	Scale   []float32 // by output
	Bias    []float32 // by output
	Sum     []int32   // by output: the sum of its bytes over all inputs
}

// A Norm holds the gain and bias of a layer normalization over Hidden numbers.
type Norm struct {
	Gain, Bias []float32
}

// A Layer is one of the encoder's twelve.
type Layer struct {
	QKV           Matrix // Hidden → 3·Hidden: queries, already divided by √HeadSize, keys, values
	Out           Matrix // Hidden → Hidden: what closes the attention step
	AttentionNorm Norm
	Up            Matrix // Hidden → Inner
	Down          Matrix // Inner → Hidden
	OutputNorm    Norm
}

// A Model is the whole encoder.
type Model struct {
	Words      []byte // Vocabulary×Hidden signed bytes, a row for each word piece
	WordScales []byte // Vocabulary float32, little-endian: what to multiply a row of Words by
	Places     []byte // Positions×Hidden float32, little-endian, the token type's vector added
	Norm       Norm   // of the embeddings
	Layers     [Layers]Layer
}

// Read makes a model of a file's bytes, which it keeps and which must not
// change.
func Read(file []byte) (*Model, error) {
	if len(file) < headerSize || string(file[:len(magic)]) != magic {
		return nil, fmt.Errorf("not a weights file of this version")
	}
	m := new(Model)
	r := &reader{rest: file[headerSize:]}
	m.walk(r)
	if r.short || len(r.rest) != 0 {
		return nil, fmt.Errorf("weights file has %d bytes, not the expected length", len(file))
	}
	return m, nil
}

// Append appends the file that [Read] reads to b.
func (m *Model) Append(b []byte) []byte {
	header := make([]byte, headerSize)
	copy(header, magic)
	w := &writer{out: append(b, header...)}
	m.walk(w)
	return w.out
}

// A codec goes through the file's parts in order, either reading or writing
// each, so that the order is said in one place.
type codec interface {
	bytes(p *[]byte, n int)
	floats(p *[]float32, n int)
	ints(p *[]int32, n int)
}

// walk puts the bytes first, each part a multiple of 64 long, then the numbers.
func (m *Model) walk(c codec) {
	for l := range m.Layers {
		for _, x := range m.Layers[l].matrices() {
			c.bytes(&x.Data, x.In*x.Out)
		}
	}
	c.bytes(&m.Words, Vocabulary*Hidden)
	c.bytes(&m.WordScales, Vocabulary*4)
	c.bytes(&m.Places, Positions*Hidden*4)
	walkNorm(c, &m.Norm)
	for l := range m.Layers {
		for _, x := range m.Layers[l].matrices() {
			c.floats(&x.Scale, x.Out)
			c.floats(&x.Bias, x.Out)
			c.ints(&x.Sum, x.Out)
		}
		walkNorm(c, &m.Layers[l].AttentionNorm)
		walkNorm(c, &m.Layers[l].OutputNorm)
	}
}

func walkNorm(c codec, n *Norm) {
	c.floats(&n.Gain, Hidden)
	c.floats(&n.Bias, Hidden)
}

// matrices returns l's matrices in the file's order, their sizes set.
func (l *Layer) matrices() [4]*Matrix {
	l.QKV.In, l.QKV.Out = Hidden, 3*Hidden
	l.Out.In, l.Out.Out = Hidden, Hidden
	l.Up.In, l.Up.Out = Hidden, Inner
	l.Down.In, l.Down.Out = Inner, Hidden
	return [4]*Matrix{&l.QKV, &l.Out, &l.Up, &l.Down}
}

type reader struct {
	rest  []byte
	short bool // the file ended early
}

func (r *reader) bytes(p *[]byte, n int) {
	if n > len(r.rest) {
		r.short = true
		n = len(r.rest)
	}
	*p, r.rest = r.rest[:n:n], r.rest[n:]
}

func (r *reader) floats(p *[]float32, n int) {
	var b []byte
	r.bytes(&b, 4*n)
	*p = make([]float32, len(b)/4)
	for i := range *p {
		(*p)[i] = Float(b, i)
	}
}

func (r *reader) ints(p *[]int32, n int) {
	var b []byte
	r.bytes(&b, 4*n)
	*p = make([]int32, len(b)/4)
	for i := range *p {
		(*p)[i] = int32(binary.LittleEndian.Uint32(b[4*i:]))
	}
}

type writer struct {
	out []byte
}

func (w *writer) bytes(p *[]byte, n int) {
	if len(*p) != n {
		panic(fmt.Sprintf("writing weights: a part has %d bytes, not %d", len(*p), n))
	}
	w.out = append(w.out, *p...)
}

func (w *writer) floats(p *[]float32, n int) {
	b := AppendFloats(nil, *p)
	w.bytes(&b, 4*n)
}

func (w *writer) ints(p *[]int32, n int) {
	var b []byte
	for _, x := range *p {
		b = binary.LittleEndian.AppendUint32(b, uint32(x))
	}
	w.bytes(&b, 4*n)
}

// Float returns the i-th float32 of b, which holds them little-endian.
func Float(b []byte, i int) float32 {
	return math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
}

// AppendFloats appends values to b, little-endian.
func AppendFloats(b []byte, values []float32) []byte {
	for _, x := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}
