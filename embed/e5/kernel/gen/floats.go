package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// constants are those already emitted, by name.
var constants = map[string]Mem{}

// constant returns 64 bytes of 32-bit values, all the same, in memory.
func constant(name string, bits uint32) Mem {
	if m, ok := constants[name]; ok {
		return m
	}
	m := GLOBL(name, RODATA|NOPTR)
	for i := range 16 {
		DATA(4*i, U32(bits))
	}
	constants[name] = m
	return m
}

func float(name string, x float64) Mem {
	return constant(name, math.Float32bits(float32(x)))
}

// These are kernel.geluTerms, geluLimit and expTerms.
var (
	geluTerms = []float64{
		0.16040438, -0.07861712, 0.055256672, -0.040031604, 0.026736697,
		-0.016138377, 0.011163639, -0.007761145, 0.0026229974,
	}
	expTerms = []float64{1.0000001, 0.693121, 0.24022107, 0.055922035, 0.009676037}
)

const geluLimit = 4.4

// polynomial returns the polynomial with the given terms, constant first, in x.
// Neighbouring terms are put together, then neighbouring pairs, and so on
// (Estrin 1960), since Horner's rule would wait for each term in turn.
func (w width) polynomial(name string, terms []float64, x VecVirtual) VecVirtual {
	var sums []VecVirtual
	for i := 0; i < len(terms); i += 2 {
		p := w.vector()
		if i+1 == len(terms) {
			VMOVUPS(float(label(name, i), terms[i]), p)
		} else {
			VMOVUPS(float(label(name, i+1), terms[i+1]), p)
			VFMADD213PS(float(label(name, i), terms[i]), x, p)
		}
		sums = append(sums, p)
	}
	for power := x; len(sums) > 1; {
		square := w.vector()
		VMULPS(power, power, square)
		power = square
		var next []VecVirtual
		for i := 0; i < len(sums); i += 2 {
			if i+1 < len(sums) {
				VFMADD231PS(sums[i+1], power, sums[i])
			}
			next = append(next, sums[i])
		}
		sums = next
	}
	return sums[0]
}

// gelu returns kernel.gelu of each lane.
func (w width) gelu(x VecVirtual) VecVirtual {
	c, t := w.vector(), w.vector()
	VMAXPS(float("geluLeast", -geluLimit), x, c)
	VMINPS(float("geluMost", geluLimit), c, c)
	VMULPS(c, c, t)
	scale := w.vector()
	VMOVUPS(float("geluScale", 2.0/(geluLimit*geluLimit)), scale)
	VFMADD213PS(float("minusOne", -1), scale, t)
	p := w.polynomial("geluTerm", geluTerms, t)
	VFMADD213PS(float("half", 0.5), c, p)
	VMULPS(x, p, p)
	return p
}

// finish emits Set.finish or Set.finishGELU.
func (w width) finish(gelu bool) {
	field := "finish"
	if gelu {
		field = "finishGELU"
	}
	name := field + w.name
	function(name, "func(dst *float32, stride int, acc *int32, rows int, scale, shift, columnScale, columnShift, bias *float32)",
		name+" is "+field+" of a Set.")
	dst, stride, acc, rows := load("dst"), loadBytes("stride"), load("acc"), load("rows")
	scale, shift := load("scale"), load("shift")
	columnScale, columnShift, bias := load("columnScale"), load("columnShift"), load("bias")
	for at := 0; at < 4*tileColumns; at += w.bytes() {
		cs, ch, b := w.vector(), w.vector(), w.vector()
		VMOVUPS(Mem{Base: columnScale, Disp: at}, cs)
		VMOVUPS(Mem{Base: columnShift, Disp: at}, ch)
		VMOVUPS(Mem{Base: bias, Disp: at}, b)
		to, from, r := GP64(), GP64(), GP64()
		MOVQ(dst, to)
		MOVQ(acc, from)
		XORQ(r, r)
		loop := label("column", at/4)
		Label(loop)
		x, s := w.vector(), w.vector()
		VCVTDQ2PS(Mem{Base: from, Disp: at}, x)
		VMULPS(cs, x, x)
		VBROADCASTSS(Mem{Base: shift, Index: r, Scale: 4}, s)
		VFMADD231PS(ch, s, x)
		VBROADCASTSS(Mem{Base: scale, Index: r, Scale: 4}, s)
		VFMADD213PS(b, s, x)
		if gelu {
			x = w.gelu(x)
		}
		VMOVUPS(x, Mem{Base: to, Disp: at})
		ADDQ(stride, to)
		add(4*tileColumns, from)
		INCQ(r)
		CMPQ(r, rows)
		JB(LabelRef(loop))
	}
	done()
}

// endOf returns the end of n float32 from start.
func endOf(start GPVirtual, n string) GPVirtual {
	end := load(n)
	LEAQ(Mem{Base: start, Index: end, Scale: 4}, end)
	return end
}

// extent emits the least and greatest of a row and zero.
func (w width) extent() {
	function("extent"+w.name, "func(src *float32, n int) (least, most float32)",
		"extent"+w.name+" is extent of a Set, for n a multiple of 32.")
	src := load("src")
	end := endOf(src, "n")
	var least, most [2]VecVirtual
	for i := range 2 {
		least[i], most[i] = w.zero(), w.zero()
	}
	Label("loop")
	for i := range 2 {
		x := w.vector()
		VMOVUPS(Mem{Base: src, Disp: i * w.bytes()}, x)
		VMINPS(x, least[i], least[i])
		VMAXPS(x, most[i], most[i])
	}
	add(2*w.bytes(), src)
	CMPQ(src, end)
	JB(LabelRef("loop"))
	VMINPS(least[1], least[0], least[0])
	VMAXPS(most[1], most[0], most[0])
	Store(w.fold(least[0], VMINPS), Return("least"))
	Store(w.fold(most[0], VMAXPS), Return("most"))
	done()
}

// pack emits the rounding of a row to bytes.
func (w width) pack() {
	function("pack"+w.name, "func(dst *byte, src *float32, n int, inverse float32, zero int32)",
		"pack"+w.name+" is pack of a Set, for n a multiple of 64.")
	dst, src := load("dst"), load("src")
	end := endOf(src, "n")
	inverse, zero := w.vector(), w.vector()
	p, _ := Param("inverse").Resolve()
	VBROADCASTSS(p.Addr, inverse)
	whole32, x := GP32(), XMM()
	Load(Param("zero"), whole32)
	VMOVD(whole32, x)
	VPBROADCASTD(x, zero)
	var order VecVirtual
	if w.lanes == 8 {
		order = YMM()
		VMOVDQU(packOrder(), order)
	}
	Label("loop")
	var whole [4]VecVirtual
	for i := range whole {
		whole[i] = w.vector()
		VMULPS(Mem{Base: src, Disp: i * w.bytes()}, inverse, whole[i])
		VCVTPS2DQ(whole[i], whole[i])
		VPADDD(zero, whole[i], whole[i])
		if w.lanes == 16 {
			none := w.zero()
			VPMAXSD(none, whole[i], whole[i])
			VPMOVUSDB(whole[i], Mem{Base: dst, Disp: i * w.lanes})
		}
	}
	if w.lanes == 8 {
		VPACKSSDW(whole[1], whole[0], whole[0])
		VPACKSSDW(whole[3], whole[2], whole[2])
		VPACKUSWB(whole[2], whole[0], whole[0])
		VPERMD(whole[0], order, whole[0])
		VMOVDQU(whole[0], Mem{Base: dst})
	}
	add(4*w.bytes(), src)
	add(4*w.lanes, dst)
	CMPQ(src, end)
	JB(LabelRef("loop"))
	done()
}

// packOrder undoes the order in which packing leaves groups of four bytes,
// since it works on the halves of a register apart.
func packOrder() Mem {
	m := GLOBL("packOrder", RODATA|NOPTR)
	for i, from := range []uint32{0, 4, 1, 5, 2, 6, 3, 7} {
		DATA(4*i, U32(from))
	}
	return m
}

// addNorm emits Set.AddNorm for rows of a multiple of 64 numbers.
func (w width) addNorm() {
	function("addNorm"+w.name, "func(x, y, gain, bias *float32, n int, count, epsilon float32)",
		"addNorm"+w.name+" is addNorm of a Set, for n a multiple of 64. count is n.")
	x, y, gain, bias := load("x"), load("y"), load("gain"), load("bias")
	end := endOf(x, "n")
	count, epsilon := XMM(), XMM()
	Load(Param("count"), count)
	Load(Param("epsilon"), epsilon)
	start := GP64()
	MOVQ(x, start)

	sum := w.overRow("sum", x, end, func(at, i int, acc VecVirtual) {
		v := w.vector()
		VMOVUPS(Mem{Base: x, Disp: at}, v)
		VADDPS(Mem{Base: y, Disp: at}, v, v)
		VMOVUPS(v, Mem{Base: x, Disp: at})
		VADDPS(v, acc, acc)
	}, y)
	VDIVSS(count, sum, sum)
	mean := w.vector()
	VBROADCASTSS(sum, mean)

	MOVQ(start, x)
	squares := w.overRow("squares", x, end, func(at, i int, acc VecVirtual) {
		v := w.vector()
		VMOVUPS(Mem{Base: x, Disp: at}, v)
		VSUBPS(mean, v, v)
		VFMADD231PS(v, v, acc)
	})
	VDIVSS(count, squares, squares)
	VADDSS(epsilon, squares, squares)
	VSQRTSS(squares, squares, squares)
	one := XMM()
	VMOVSS(float("one", 1), one)
	VDIVSS(squares, one, one)
	inverse := w.vector()
	VBROADCASTSS(one, inverse)

	MOVQ(start, x)
	Label("scale")
	v := w.vector()
	VMOVUPS(Mem{Base: x}, v)
	VSUBPS(mean, v, v)
	VMULPS(inverse, v, v)
	b := w.vector()
	VMOVUPS(Mem{Base: bias}, b)
	VFMADD132PS(Mem{Base: gain}, b, v)
	VMOVUPS(v, Mem{Base: x})
	for _, p := range []GPVirtual{x, gain, bias} {
		add(w.bytes(), p)
	}
	CMPQ(x, end)
	JB(LabelRef("scale"))
	done()
}

// overRow emits a loop from x to end with four sums, so that none waits for the
// one before, and returns their sum. also are pointers that move with x.
func (w width) overRow(name string, x, end GPVirtual, body func(at, i int, acc VecVirtual), also ...GPVirtual) VecVirtual {
	var acc [4]VecVirtual
	for i := range acc {
		acc[i] = w.zero()
	}
	Label(name)
	for i := range acc {
		body(i*w.bytes(), i, acc[i])
	}
	for _, p := range append(also, x) {
		add(len(acc)*w.bytes(), p)
	}
	CMPQ(x, end)
	JB(LabelRef(name))
	VADDPS(acc[1], acc[0], acc[0])
	VADDPS(acc[3], acc[2], acc[2])
	VADDPS(acc[2], acc[0], acc[0])
	return w.fold(acc[0], VADDPS)
}

// softmax emits Set.Softmax.
func (w width) softmax() {
	function("softmax"+w.name, "func(x *float32, columns, rows int)",
		"softmax"+w.name+" is softmax of a Set.")
	x, columns, rows := load("x"), loadBytes("columns"), load("rows")
	end, at := GP64(), GP64()
	Label("row")
	LEAQ(Mem{Base: x, Index: columns, Scale: 1}, end)

	most := w.vector()
	VMOVUPS(Mem{Base: x}, most)
	MOVQ(x, at)
	Label("most")
	VMAXPS(Mem{Base: at}, most, most)
	add(w.bytes(), at)
	CMPQ(at, end)
	JB(LabelRef("most"))
	highest := w.vector()
	VBROADCASTSS(w.fold(most, VMAXPS), highest)

	sum := w.zero()
	MOVQ(x, at)
	Label("exp")
	v := w.vector()
	VMOVUPS(Mem{Base: at}, v)
	VSUBPS(highest, v, v)
	e := w.exp(v)
	VMOVUPS(e, Mem{Base: at})
	VADDPS(e, sum, sum)
	add(w.bytes(), at)
	CMPQ(at, end)
	JB(LabelRef("exp"))
	total, one := w.fold(sum, VADDPS), XMM()
	VMOVSS(float("one", 1), one)
	VDIVSS(total, one, one)
	inverse := w.vector()
	VBROADCASTSS(one, inverse)

	MOVQ(x, at)
	Label("scale")
	scaled := w.vector()
	VMULPS(Mem{Base: at}, inverse, scaled)
	VMOVUPS(scaled, Mem{Base: at})
	add(w.bytes(), at)
	CMPQ(at, end)
	JB(LabelRef("scale"))

	MOVQ(end, x)
	DECQ(rows)
	JNE(LabelRef("row"))
	done()
}

// exp returns kernel.exp of each lane.
func (w width) exp(x VecVirtual) VecVirtual {
	t, whole, power := w.vector(), w.vector(), w.vector()
	VMAXPS(float("expLeast", -87), x, t)
	VMULPS(float("log2e", math.Log2E), t, t)
	VCVTPS2DQ(t, power)
	VCVTDQ2PS(power, whole)
	VSUBPS(whole, t, t)
	p := w.polynomial("expTerm", expTerms, t)
	VPADDD(constant("exponentBias", 127), power, power)
	VPSLLD(Imm(23), power, power)
	VMULPS(power, p, p)
	return p
}

// product emits Set.Product for up to rowsAtOnce rows and as many columns as
// vectors registers hold.
func (w width) product(rowsAtOnce, vectors int) {
	name := fmt.Sprintf("product%sx%d", w.name, vectors)
	function(name, "func(dst *float32, dstStride int, a *float32, aStride int, b *float32, bStride, rows, inner int)",
		fmt.Sprintf("%s is product of a Set, for up to %d rows and %d columns.", name, rowsAtOnce, vectors*w.lanes))
	dst, dstStride, a, aStride := load("dst"), loadBytes("dstStride"), load("a"), loadBytes("aStride")
	b, bStride, inner := load("b"), loadBytes("bStride"), load("inner")
	byRows(load("rows"), rowsAtOnce, func(rows int) {
		sums := make([][]VecVirtual, rows)
		for r := range sums {
			for range vectors {
				sums[r] = append(sums[r], w.zero())
			}
		}
		p := newRowPointers(a, aStride, rows)
		loop := label("inner", rows)
		Label(loop)
		line := make([]VecVirtual, vectors)
		for i := range line {
			line[i] = w.vector()
			VMOVUPS(Mem{Base: b, Disp: i * w.bytes()}, line[i])
		}
		for r := range rows {
			x := w.vector()
			VBROADCASTSS(p.at(r, 0), x)
			for i := range line {
				VFMADD231PS(line[i], x, sums[r][i])
			}
		}
		p.advance(4)
		ADDQ(bStride, b)
		DECQ(inner)
		JNE(LabelRef(loop))
		for r := range rows {
			for i := range line {
				VMOVUPS(sums[r][i], Mem{Base: dst, Disp: i * w.bytes()})
			}
			ADDQ(dstStride, dst)
		}
	})
}
