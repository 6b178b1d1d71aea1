package kernel

import (
	"golang.org/x/sys/cpu"

	"rapporteur/embed/e5/weights"
)

//go:generate go -C gen run ./arm64 ../kernels_arm64.s

// native returns the sets that this processor can run, the fastest first. The
// steps in floating point are plain Go's.
func native() []*Set {
	var sets []*Set
	if cpu.ARM64.HasASIMDDP {
		sets = append(sets, withMultiply("dot", multiplyDot))
	}
	if cpu.ARM64.HasASIMD {
		sets = append(sets, withMultiply("neon", multiplyNEON))
	}
	return sets
}

// withMultiply returns the plain set with a product of up to four rows and one
// block of outputs.
func withMultiply(name string, tile func(dst *int32, a, w *byte, sums *int32, in, rows int)) *Set {
	s := *Plain
	s.Name = name
	s.multiply = func(dst []int32, a, w []byte, sums []int32, in, rows int) {
		for r := 0; r < rows; r += 4 {
			for c := 0; c < TileColumns; c += weights.Lanes {
				tile(&dst[r*TileColumns+c], &a[r*in], &w[c*in], &sums[c], in, min(4, rows-r))
			}
		}
	}
	return &s
}

// multiplyDot is for processors with the dot product instructions, among them
// Apple's since 2020 (M1) and Arm's server processors since 2019 (Neoverse N1).
//
//go:noescape
func multiplyDot(dst *int32, a, w *byte, sums *int32, in, rows int)

// multiplyNEON is for all others.
//
//go:noescape
func multiplyNEON(dst *int32, a, w *byte, sums *int32, in, rows int)
