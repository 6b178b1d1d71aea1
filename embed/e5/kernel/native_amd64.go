package kernel

import (
	"golang.org/x/sys/cpu"

	"rapporteur/embed/e5/weights"
)

//go:generate go -C gen run . -out ../kernels_amd64.s -stubs ../stubs_amd64.go -pkg kernel

// native returns the sets that this processor can run, the fastest first.
func native() []*Set {
	var sets []*Set
	x := cpu.X86
	if x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL && x.HasAVX512VNNI {
		sets = append(sets, avx512)
	}
	if x.HasAVX2 && x.HasFMA {
		if x.HasAVXVNNI {
			sets = append(sets, avxVNNI())
		}
		sets = append(sets, avx2)
	}
	return sets
}

// avx512 is for Intel's server processors since 2019 (Cascade Lake) and AMD's
// since 2022 (Zen 4).
var avx512 = &Set{
	Name: "avx512-vnni",
	multiply: func(dst []int32, a, w []byte, _ []int32, in, rows int) {
		multiplyVNNI(&dst[0], &a[0], &w[0], in, rows)
	},
	finish: func(dst []float32, stride int, acc []int32, rows int, scale, shift []float32, c Columns) {
		finishAVX512(&dst[0], stride, &acc[0], rows, &scale[0], &shift[0], &c.Scale[0], &c.Shift[0], &c.Bias[0])
	},
	finishGELU: func(dst []float32, stride int, acc []int32, rows int, scale, shift []float32, c Columns) {
		finishGELUAVX512(&dst[0], stride, &acc[0], rows, &scale[0], &shift[0], &c.Scale[0], &c.Shift[0], &c.Bias[0])
	},
	extent: func(src []float32) (least, most float32) {
		return extentAVX512(&src[0], len(src))
	},
	pack: func(dst []byte, src []float32, inverse float32, zero int32) {
		packAVX512(&dst[0], &src[0], len(src), inverse, zero)
	},
	addNorm: func(x, y, gain, bias []float32) {
		addNormAVX512(&x[0], &y[0], &gain[0], &bias[0], len(x), float32(len(x)), normEpsilon)
	},
	product: func(dst []float32, dstStride int, a []float32, aStride int, b []float32, bStride int, rows, inner, columns int) {
		for c := 0; c < columns; c += 2 * weights.Lanes {
			tile := productAVX512x2
			if c+weights.Lanes == columns {
				tile = productAVX512x1
			}
			for r := 0; r < rows; r += 12 {
				tile(&dst[r*dstStride+c], dstStride, &a[r*aStride], aStride, &b[c], bStride, min(12, rows-r), inner)
			}
		}
	},
	softmax: func(x []float32, columns, rows int) {
		softmaxAVX512(&x[0], columns, rows)
	},
}

// avx2 is for nearly every x86 processor since 2013.
var avx2 = &Set{
	Name:     "avx2",
	multiply: inHalves(multiplyAVX2),
	finish: func(dst []float32, stride int, acc []int32, rows int, scale, shift []float32, c Columns) {
		finishAVX2(&dst[0], stride, &acc[0], rows, &scale[0], &shift[0], &c.Scale[0], &c.Shift[0], &c.Bias[0])
	},
	finishGELU: func(dst []float32, stride int, acc []int32, rows int, scale, shift []float32, c Columns) {
		finishGELUAVX2(&dst[0], stride, &acc[0], rows, &scale[0], &shift[0], &c.Scale[0], &c.Shift[0], &c.Bias[0])
	},
	extent: func(src []float32) (least, most float32) {
		return extentAVX2(&src[0], len(src))
	},
	pack: func(dst []byte, src []float32, inverse float32, zero int32) {
		packAVX2(&dst[0], &src[0], len(src), inverse, zero)
	},
	addNorm: func(x, y, gain, bias []float32) {
		addNormAVX2(&x[0], &y[0], &gain[0], &bias[0], len(x), float32(len(x)), normEpsilon)
	},
	product: func(dst []float32, dstStride int, a []float32, aStride int, b []float32, bStride int, rows, inner, columns int) {
		for c := 0; c < columns; c += weights.Lanes {
			for r := 0; r < rows; r += 6 {
				productAVX2x2(&dst[r*dstStride+c], dstStride, &a[r*aStride], aStride, &b[c], bStride, min(6, rows-r), inner)
			}
		}
	},
	softmax: func(x []float32, columns, rows int) {
		softmaxAVX2(&x[0], columns, rows)
	},
}

// avxVNNI returns the set for Intel's desktop and laptop processors since 2021
// (Alder Lake), which have AVX-512's multiplication but not its registers.
func avxVNNI() *Set {
	s := *avx2
	s.Name = "avx-vnni"
	s.multiply = inHalves(multiplyAVXVNNI)
	return &s
}

// inHalves returns the product of a tile by a function for half its rows and half
// its outputs.
func inHalves(part func(dst *int32, a, w *byte, in, rows int)) func(dst []int32, a, w []byte, sums []int32, in, rows int) {
	return func(dst []int32, a, w []byte, _ []int32, in, rows int) {
		most := rows
		if rows > TileRows/2 {
			most = (rows + 1) / 2
		}
		for r := 0; r < rows; r += most {
			for c := 0; c < TileColumns; c += weights.Lanes {
				part(&dst[r*TileColumns+c], &a[r*in], &w[c*in], in, min(most, rows-r))
			}
		}
	}
}
