// Command gen writes the assembly for amd64: arithmetic for processors with
// AVX2 and for those with AVX-512 VNNI, from one description of each step.
//
//	go run . -out ../kernels_amd64.s -stubs ../stubs_amd64.go -pkg kernel
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// tileColumns is kernel.TileColumns.
const tileColumns = 32

// A width is a size of vector registers.
type width struct {
	name  string
	lanes int // of 32 bits
}

var (
	avx2   = width{"AVX2", 8}
	avx512 = width{"AVX512", 16}
)

func (w width) bytes() int { return 4 * w.lanes }

// vector returns a free register.
func (w width) vector() VecVirtual {
	if w.lanes == 16 {
		return ZMM()
	}
	return YMM()
}

// zero returns a register set to zero.
func (w width) zero() VecVirtual {
	v := w.vector()
	if w.lanes == 16 {
		VPXORD(v, v, v)
	} else {
		VPXOR(v, v, v)
	}
	return v
}

// fold returns the result of op over the lanes of v, in the lowest lane of an
// XMM register.
func (w width) fold(v VecVirtual, op func(...Op)) VecVirtual {
	half := v.(interface{ AsY() Register }).AsY()
	y := YMM()
	if w.lanes == 16 {
		upper := YMM()
		VEXTRACTF64X4(Imm(1), v, upper)
		op(upper, half, y)
	} else {
		VMOVUPS(v, y)
	}
	x, other := XMM(), XMM()
	VEXTRACTF128(Imm(1), y, other)
	op(other, y.AsX(), x)
	VPSHUFD(Imm(0b_11_10_11_10), x, other)
	op(other, x, x)
	VPSHUFD(Imm(0b_01_01_01_01), x, other)
	op(other, x, x)
	return x
}

// rowPointers returns the addresses of up to rows rows that are stride bytes
// apart, by one register for every three rows.
type rowPointers struct {
	bases  []GPVirtual
	stride GPVirtual
}

func newRowPointers(base, stride GPVirtual, rows int) rowPointers {
	p := rowPointers{stride: stride}
	for r := 0; r < rows; r += 3 {
		b := GP64()
		if r == 0 {
			MOVQ(base, b)
		} else {
			LEAQ(Mem{Base: p.bases[len(p.bases)-1], Index: stride, Scale: 2}, b)
			ADDQ(stride, b)
		}
		p.bases = append(p.bases, b)
	}
	return p
}

func (p rowPointers) at(row, offset int) Mem {
	m := Mem{Base: p.bases[row/3], Disp: offset}
	if row%3 > 0 {
		m.Index, m.Scale = p.stride, uint8(row%3)
	}
	return m
}

// advance moves all rows on by the same number of bytes.
func (p rowPointers) advance(bytes int) {
	for _, b := range p.bases {
		add(bytes, b)
	}
}

// byRows emits body for each number of rows from 1 to most and chooses among
// them by what rows holds.
func byRows(rows Register, most int, body func(rows int)) {
	for n := 1; n <= most; n++ {
		CMPQ(rows, Imm(uint64(n)))
		JE(LabelRef(label("rows", n)))
	}
	done()
	for n := 1; n <= most; n++ {
		Label(label("rows", n))
		body(n)
		done()
	}
}

func label(name string, n int) string {
	return name + string(rune('0'+n/10)) + string(rune('0'+n%10))
}

// load returns a parameter in a register.
func load(name string) GPVirtual {
	r := GP64()
	Load(Param(name), r)
	return r
}

// loadBytes returns a parameter, a number of float32, in bytes.
func loadBytes(name string) GPVirtual {
	r := load(name)
	SHLQ(Imm(2), r)
	return r
}

// function begins a function, whose arguments do not escape.
func function(name, signature, doc string) {
	TEXT(name, NOSPLIT, signature)
	Pragma("noescape")
	Doc(doc)
}

// done emits the return from a function that used wide registers: where their
// upper halves are in use, some processors run ordinary instructions slowly.
func done() {
	VZEROUPPER()
	RET()
}

// add emits the addition of a constant.
func add(n int, to Register) { ADDQ(U32(uint32(n)), to) }

func main() {
	multiplyVNNI()
	multiplyAVXVNNI()
	multiplyAVX2()
	for _, w := range []width{avx512, avx2} {
		w.finish(false)
		w.finish(true)
		w.extent()
		w.pack()
		w.addNorm()
		w.softmax()
	}
	avx512.product(12, 2)
	avx512.product(12, 1)
	avx2.product(6, 2)
	Generate()
}
