package kernel

import (
	"math"

	"rapporteur/embed/e5/weights"
)

// Plain is the set in plain Go: what every other set is held against, and what
// runs where no other can.
var Plain = &Set{
	Name:       "plain",
	multiply:   multiplyPlain,
	finish:     finishPlain,
	finishGELU: finishGELUPlain,
	extent:     extentPlain,
	pack:       packPlain,
	addNorm:    addNormPlain,
	product:    productPlain,
	softmax:    softmaxPlain,
}

func multiplyPlain(dst []int32, a, w []byte, _ []int32, in, rows int) {
	for half := range 2 {
		block := w[half*in*weights.Lanes:][:in*weights.Lanes]
		for r := range rows {
			sum := multiplyBlock(a[r*in:][:in], block)
			copy(dst[r*TileColumns+half*weights.Lanes:][:weights.Lanes], sum[:])
		}
	}
}

// multiplyBlock returns the products of one row with one block's outputs.
func multiplyBlock(row, block []byte) (sum [weights.Lanes]int32) {
	const size = weights.Lanes * weights.Group
	for len(row) >= weights.Group && len(block) >= size {
		a := [weights.Group]int32{int32(row[0]), int32(row[1]), int32(row[2]), int32(row[3])}
		line := (*[size]byte)(block)
		for o := range sum {
			sum[o] += a[0]*int32(int8(line[4*o])) + a[1]*int32(int8(line[4*o+1])) +
				a[2]*int32(int8(line[4*o+2])) + a[3]*int32(int8(line[4*o+3]))
		}
		row, block = row[weights.Group:], block[size:]
	}
	return sum
}

func finishPlain(dst []float32, stride int, acc []int32, rows int, scale, shift []float32, c Columns) {
	for r := range rows {
		row := dst[r*stride:][:TileColumns]
		for o := range row {
			row[o] = scale[r]*(float32(acc[r*TileColumns+o])*c.Scale[o]+shift[r]*c.Shift[o]) + c.Bias[o]
		}
	}
}

func finishGELUPlain(dst []float32, stride int, acc []int32, rows int, scale, shift []float32, c Columns) {
	finishPlain(dst, stride, acc, rows, scale, shift, c)
	for r := range rows {
		row := dst[r*stride:][:TileColumns]
		for o, x := range row {
			row[o] = gelu(x)
		}
	}
}

// geluLimit is where the polynomial for GELU ends; beyond it the normal
// distribution function is 0 or 1 to within 6e-6.
const geluLimit = 4.4

// geluTerms are the terms, constant first, of the polynomial P in
// t = 2x²/geluLimit² − 1 with Φ(x) ≈ ½ + x·P(t), Φ being the normal
// distribution function: a Chebyshev fit of degree 8. GELU by it is within
// 4e-5 of the exact one up to geluLimit, and 8e-6 of x beyond: far below what 8
// bits can tell.
var geluTerms = [...]float32{
	0.16040438, -0.07861712, 0.055256672, -0.040031604, 0.026736697,
	-0.016138377, 0.011163639, -0.007761145, 0.0026229974,
}

// gelu returns x·Φ(x) (Hendrycks and Gimpel 2016).
func gelu(x float32) float32 {
	c := min(max(x, -geluLimit), geluLimit)
	t := c*c*(2.0/(geluLimit*geluLimit)) - 1
	p := geluTerms[len(geluTerms)-1]
	for i := len(geluTerms) - 2; i >= 0; i-- {
		p = p*t + geluTerms[i]
	}
	return x * (0.5 + c*p)
}

func extentPlain(src []float32) (least, most float32) {
	for _, x := range src {
		least, most = min(least, x), max(most, x)
	}
	return least, most
}

func packPlain(dst []byte, src []float32, inverse float32, zero int32) {
	for i, x := range src {
		dst[i] = byte(min(max(int32(math.RoundToEven(float64(x*inverse)))+zero, 0), 255))
	}
}

// normEpsilon keeps a row of equal numbers from being divided by zero; the
// model was trained with it.
const normEpsilon = 1e-12

func addNormPlain(x, y, gain, bias []float32) {
	y, gain, bias = y[:len(x)], gain[:len(x)], bias[:len(x)]
	var sum float32
	for i := range x {
		x[i] += y[i]
		sum += x[i]
	}
	mean := sum / float32(len(x))
	var squares float32
	for _, v := range x {
		squares += (v - mean) * (v - mean)
	}
	inverse := 1 / float32(math.Sqrt(float64(squares/float32(len(x))+normEpsilon)))
	for i, v := range x {
		x[i] = (v-mean)*inverse*gain[i] + bias[i]
	}
}

func productPlain(dst []float32, dstStride int, a []float32, aStride int, b []float32, bStride int, rows, inner, columns int) {
	for r := range rows {
		for c := 0; c < columns; c += weights.Lanes {
			var sum [weights.Lanes]float32
			for i, x := range a[r*aStride:][:inner] {
				line := (*[weights.Lanes]float32)(b[i*bStride+c:])
				for o := range sum {
					sum[o] += x * line[o]
				}
			}
			copy(dst[r*dstStride+c:][:weights.Lanes], sum[:])
		}
	}
}

func softmaxPlain(x []float32, columns, rows int) {
	for r := range rows {
		row := x[r*columns:][:columns]
		most := row[0]
		for _, v := range row {
			most = max(most, v)
		}
		var sum float32
		for i, v := range row {
			row[i] = exp(v - most)
			sum += row[i]
		}
		inverse := 1 / sum
		for i := range row {
			row[i] *= inverse
		}
	}
}

// expTerms are the terms, constant first, of a polynomial for 2ˣ over
// [−½, ½]: a Chebyshev fit of degree 4, within 4e-6 of 2ˣ.
var expTerms = [...]float32{1.0000001, 0.693121, 0.24022107, 0.055922035, 0.009676037}

// exp returns eˣ for x ≤ 0, to about 4e-6 of itself; below e⁻⁸⁷ it gives that.
func exp(x float32) float32 {
	t := max(x, -87) * math.Log2E
	whole := float32(math.RoundToEven(float64(t)))
	f := t - whole
	p := expTerms[len(expTerms)-1]
	for i := len(expTerms) - 2; i >= 0; i-- {
		p = p*f + expTerms[i]
	}
	return p * math.Float32frombits(uint32(int32(whole)+127)<<23)
}
