package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// tileRows is kernel.TileRows.
const tileRows = 12

// multiplyVNNI emits the product of a tile by VPDPBUSD, which multiplies four
// unsigned bytes by four signed ones and adds all to a sum of 32 bits.
func multiplyVNNI() {
	function("multiplyVNNI", "func(dst *int32, a, w *byte, in, rows int)",
		"multiplyVNNI is Set.multiply for up to 12 rows.")
	dst, a, w, in := load("dst"), load("a"), load("w"), load("in")
	second := GP64() // the tile's second block of outputs
	MOVQ(in, second)
	SHLQ(Imm(4), second)
	ADDQ(w, second)
	end := GP64()
	MOVQ(second, end)
	// The tile to come is fetched meanwhile: a step's outputs lie in a row.
	panel := GP64()
	MOVQ(in, panel)
	SHLQ(Imm(5), panel)
	byRows(load("rows"), tileRows, func(rows int) {
		sums := make([][2]VecVirtual, rows)
		for r := range sums {
			for b := range 2 {
				sums[r][b] = avx512.zero()
			}
		}
		p := newRowPointers(a, in, rows)
		loop := label("groups", rows)
		Label(loop)
		w0, w1 := ZMM(), ZMM()
		VMOVDQU32(Mem{Base: w}, w0)
		VMOVDQU32(Mem{Base: second}, w1)
		PREFETCHT0(Mem{Base: w, Index: panel, Scale: 1})
		PREFETCHT0(Mem{Base: second, Index: panel, Scale: 1})
		for r := range rows {
			x := ZMM()
			VPBROADCASTD(p.at(r, 0), x)
			VPDPBUSD(w0, x, sums[r][0])
			VPDPBUSD(w1, x, sums[r][1])
		}
		p.advance(4)
		add(64, w)
		add(64, second)
		CMPQ(w, end)
		JB(LabelRef(loop))
		for r := range rows {
			for b := range 2 {
				VMOVDQU32(sums[r][b], Mem{Base: dst, Disp: (r*2 + b) * 64})
			}
		}
	})
}

// multiplyAVX2 emits the product of a tile by VPMADDWD, which multiplies signed
// numbers of 16 bits and adds two such products in 32. Of each four bytes the even
// ones are widened and multiplied first, then the odd ones. VPMADDUBSW takes bytes
// as they are but adds in 16 bits, where two of these products may not fit.
func multiplyAVX2() {
	const rowsAtOnce, columns = 6, 2 // of registers of 8 outputs
	function("multiplyAVX2", "func(dst *int32, a, w *byte, in, rows int)",
		"multiplyAVX2 is Set.multiply for up to 6 rows and one block of outputs.")
	dst, a, w, in := load("dst"), load("a"), load("w"), load("in")
	end := GP64()
	MOVQ(in, end)
	SHLQ(Imm(4), end)
	ADDQ(w, end)
	even := constant("even", 0x00ff00ff)
	byRows(load("rows"), rowsAtOnce, func(rows int) {
		sums := make([][columns]VecVirtual, rows)
		for r := range sums {
			for c := range columns {
				sums[r][c] = avx2.zero()
			}
		}
		p := newRowPointers(a, in, rows)
		loop := label("groups", rows)
		Label(loop)
		for odd := range 2 {
			weights := [columns]VecVirtual{YMM(), YMM()}
			for c := range columns {
				VMOVDQU(Mem{Base: w, Disp: 32 * c}, weights[c])
				if odd == 0 {
					VPSLLW(Imm(8), weights[c], weights[c])
				}
				VPSRAW(Imm(8), weights[c], weights[c])
			}
			for r := range rows {
				x, product := YMM(), YMM()
				VPBROADCASTD(p.at(r, 0), x)
				if odd == 0 {
					VPAND(even, x, x)
				} else {
					VPSRLW(Imm(8), x, x)
				}
				VPMADDWD(weights[0], x, product)
				VPADDD(product, sums[r][0], sums[r][0])
				VPMADDWD(weights[1], x, x)
				VPADDD(x, sums[r][1], sums[r][1])
			}
		}
		p.advance(4)
		add(64, w)
		CMPQ(w, end)
		JB(LabelRef(loop))
		for r := range rows {
			for c := range columns {
				VMOVDQU(sums[r][c], Mem{Base: dst, Disp: r*4*tileColumns + 32*c})
			}
		}
	})
}

// multiplyAVXVNNI emits what multiplyVNNI does with registers half as wide, for
// processors that have the instruction but not AVX-512. Go's assembler knows it
// in AVX-512's encoding only, so that it is written as bytes, which takes
// registers chosen by hand: the sums are in Y0 to Y11.
func multiplyAVXVNNI() {
	const rowsAtOnce, columns = 6, 2 // of registers of 8 outputs
	const x = 14
	weights := [columns]VecPhysical{Y12, Y13}
	function("multiplyAVXVNNI", "func(dst *int32, a, w *byte, in, rows int)",
		"multiplyAVXVNNI is Set.multiply for up to 6 rows and one block of outputs.")
	dst, a, w, in := load("dst"), load("a"), load("w"), load("in")
	end := GP64()
	MOVQ(in, end)
	SHLQ(Imm(4), end)
	ADDQ(w, end)
	sums := []VecPhysical{Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11}
	byRows(load("rows"), rowsAtOnce, func(rows int) {
		for _, s := range sums[:rows*columns] {
			VPXOR(s, s, s)
		}
		p := newRowPointers(a, in, rows)
		loop := label("groups", rows)
		Label(loop)
		for c := range columns {
			VMOVDQU(Mem{Base: w, Disp: 32 * c}, weights[c])
		}
		for r := range rows {
			VPBROADCASTD(p.at(r, 0), Y14)
			for c := range columns {
				dpbusd(r*columns+c, x, 12+c)
			}
		}
		p.advance(4)
		add(64, w)
		CMPQ(w, end)
		JB(LabelRef(loop))
		for i, s := range sums[:rows*columns] {
			VMOVDQU(s, Mem{Base: dst, Disp: i/columns*4*tileColumns + 32*(i%columns)})
		}
	})
}

// dpbusd emits VPDPBUSD for the numbered YMM registers as bytes (VEX.256.66.0F38
// 50 /r): to sum's lanes are added the products of unsigned and signed bytes.
func dpbusd(sum, unsigned, signed int) {
	outside := func(register int) byte { return byte(^register >> 3 & 1) } // of the lower eight, inverted
	Comment(fmt.Sprintf("VPDPBUSD Y%d, Y%d, Y%d", signed, unsigned, sum))
	for _, b := range []byte{
		0xc4,
		outside(sum)<<7 | 1<<6 | outside(signed)<<5 | 0b_00010,
		byte(^unsigned&0xf)<<3 | 1<<2 | 0b_01,
		0x50,
		0b_11<<6 | byte(sum&7)<<3 | byte(signed&7),
	} {
		Instruction(&ir.Instruction{Opcode: "BYTE", Operands: []Op{U8(b)}})
	}
}
