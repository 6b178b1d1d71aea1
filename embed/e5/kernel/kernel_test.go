package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rapporteur/embed/e5/weights"
)

// forEach runs a test with every set that this processor can run.
func forEach(t *testing.T, test func(t *testing.T, s *Set)) {
	for _, s := range All() {
		t.Run(s.Name, func(t *testing.T) { test(t, s) })
	}
}

// A tile is what multiply takes.
type tile struct {
	in, rows int
	a, w     []byte
	sums     []int32
}

// newTile draws a tile's bytes by draw, which gives any byte.
func newTile(in, rows int, draw func() byte) tile {
	x := tile{in: in, rows: rows, a: make([]byte, rows*in), w: make([]byte, in*TileColumns), sums: make([]int32, TileColumns)}
	for i := range x.a {
		x.a[i] = draw()
	}
	for i := range x.w {
		x.w[i] = byte(max(int8(draw()), -127))
	}
	for o := range TileColumns {
		for i := range in {
			x.sums[o] += x.weight(i, o)
		}
	}
	return x
}

func (x tile) weight(i, o int) int32 {
	return int32(int8(x.w[(o/weights.Lanes*(x.in/weights.Group)+i/weights.Group)*weights.Lanes*weights.Group+
		o%weights.Lanes*weights.Group+i%weights.Group]))
}

// product is the definition of what multiply computes.
func (x tile) product() []int32 {
	dst := make([]int32, x.rows*TileColumns)
	for r := range x.rows {
		for o := range TileColumns {
			for i := range x.in {
				dst[r*TileColumns+o] += int32(x.a[r*x.in+i]) * x.weight(i, o)
			}
		}
	}
	return dst
}

func (x tile) check(t *testing.T, s *Set) {
	t.Helper()
	const untouched = -12345
	got := make([]int32, (TileRows+1)*TileColumns)
	for i := range got {
		got[i] = untouched
	}
	s.multiply(got, x.a, x.w, x.sums, x.in, x.rows)
	n := x.rows * TileColumns
	if diff := cmp.Diff(x.product(), got[:n]); diff != "" {
		t.Errorf("%s: %d rows of %d (-want +got):\n%.600s", s.Name, x.rows, x.in, diff)
	}
	for i, v := range got[n:] {
		if v != untouched {
			t.Fatalf("%s: %d rows of %d: wrote to row %d", s.Name, x.rows, x.in, x.rows+i/TileColumns)
		}
	}
}

func TestMultiply(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	extremes := []byte{0, 1, 127, 128, 129, 255}
	draws := map[string]func() byte{
		"random":   func() byte { return byte(random.Uint32()) },
		"extremes": func() byte { return extremes[random.IntN(len(extremes))] },
		"0":        func() byte { return 0 },
		"127":      func() byte { return 127 },
		"128":      func() byte { return 128 }, // as a weight −127
		"255":      func() byte { return 255 },
	}
	forEach(t, func(t *testing.T, s *Set) {
		for name, draw := range draws {
			t.Run(name, func(t *testing.T) {
				for rows := 1; rows <= TileRows; rows++ {
					for _, in := range []int{4, 8, 12, 28, 64, 100, weights.Hidden} {
						newTile(in, rows, draw).check(t, s)
					}
				}
				newTile(weights.Inner, TileRows, draw).check(t, s)
			})
		}
	})
}

// TestMultiplyLargest has the greatest and least bytes only, where a sum in 16
// bits would overflow.
func TestMultiplyLargest(t *testing.T) {
	forEach(t, func(t *testing.T, s *Set) {
		for _, a := range []byte{0, 255} {
			for _, w := range []int8{-127, 127} {
				x := newTile(weights.Inner, 5, func() byte { return a })
				for i := range x.w {
					x.w[i] = byte(w)
				}
				for o := range x.sums {
					x.sums[o] = int32(w) * weights.Inner
				}
				x.check(t, s)
			}
		}
	})
}

func FuzzMultiply(f *testing.F) {
	f.Add(uint8(3), uint8(2), []byte{0, 255, 128, 127, 1})
	f.Add(uint8(12), uint8(96), []byte{255, 128})
	f.Fuzz(func(t *testing.T, rows, groups uint8, bytes []byte) {
		if len(bytes) == 0 {
			return
		}
		next := 0
		x := newTile((1+int(groups))*weights.Group, 1+int(rows)%TileRows, func() byte {
			next++
			return bytes[(next+next/len(bytes))%len(bytes)]
		})
		for _, s := range All() {
			x.check(t, s)
		}
	})
}

// row returns n numbers about zero, a few of them large, as in a text's vectors.
func row(random *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(random.NormFloat64())
		if random.IntN(40) == 0 {
			x[i] *= 12
		}
	}
	return x
}

// near reports where got is further from want than tolerance, as a share of the
// number or of one.
func near(t *testing.T, what string, want, got []float32, tolerance float64) {
	t.Helper()
	for i := range want {
		off := math.Abs(float64(got[i]) - float64(want[i]))
		if !(off <= tolerance*max(1, math.Abs(float64(want[i])))) {
			t.Fatalf("%s: number %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

func TestQuantize(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	inf := float32(math.Inf(1))
	rows := map[string][]float32{
		"random":      row(random, 384),
		"long":        row(random, 1536),
		"zero":        make([]float32, 64),
		"all above":   make([]float32, 64),
		"all below":   make([]float32, 64),
		"tiny":        make([]float32, 64),
		"huge":        make([]float32, 64),
		"infinite":    make([]float32, 64),
		"half a step": make([]float32, 64),
	}
	for i := range 64 {
		rows["all above"][i] = 1 + float32(i)
		rows["all below"][i] = -1 - float32(i)
		rows["tiny"][i] = 1e-44
		rows["huge"][i] = 1e30 * float32(i-30)
		rows["half a step"][i] = 0.5 + float32(i)*4 - 128
	}
	rows["infinite"][5] = inf
	forEach(t, func(t *testing.T, s *Set) {
		for name, src := range rows {
			q := Rows{Data: make([]byte, 2*len(src)), Scale: make([]float32, 2), Shift: make([]float32, 2)}
			want := Rows{Data: make([]byte, 2*len(src)), Scale: make([]float32, 2), Shift: make([]float32, 2)}
			s.Quantize(q, 1, src)
			Plain.Quantize(want, 1, src)
			if diff := cmp.Diff(want, q); diff != "" {
				t.Errorf("%s: bytes differ from plain Go's (-want +got):\n%.600s", name, diff)
			}
			if name == "infinite" || name == "tiny" {
				continue
			}
			for i, x := range src {
				back := q.Scale[1] * (float32(q.Data[len(src)+i]) + q.Shift[1])
				// Half a step, and half of one for where zero lies.
				if off := math.Abs(float64(back - x)); off > 1.01*float64(q.Scale[1]) {
					t.Fatalf("%s: %v came back as %v, with steps of %v", name, x, back, q.Scale[1])
				}
			}
		}
	})
}

// TestLinear holds whole linear steps of every height against a product in
// double precision of the same rounded numbers.
func TestLinear(t *testing.T) {
	const in, out, most = 128, 96, 2*TileRows + 3
	random := rand.New(rand.NewPCG(5, 6))
	m := weights.Quantize(in, out, row(random, in*out), row(random, out))
	src := row(random, most*in)
	forEach(t, func(t *testing.T, s *Set) {
		for rows := 1; rows <= most; rows++ {
			q := Rows{Data: make([]byte, rows*in), Scale: make([]float32, rows), Shift: make([]float32, rows)}
			for r := range rows {
				s.Quantize(q, r, src[r*in:][:in])
			}
			for _, gelu := range []bool{false, true} {
				want := make([]float32, rows*out)
				for r := range rows {
					for o := range out {
						want[r*out+o] = linearExact(&m, q, r, o, gelu)
					}
				}
				got := make([]float32, rows*out)
				acc := make([]int32, TileRows*TileColumns)
				s.Linear(got, q, NewMatrix(&m), 0, 64, gelu, acc)
				s.Linear(got, q, NewMatrix(&m), 64, out, gelu, acc)
				near(t, fmt.Sprintf("%d rows, GELU %v", rows, gelu), want, got, 1e-4)
			}
		}
	})
}

func linearExact(m *weights.Matrix, q Rows, r, o int, withGELU bool) float32 {
	x := tile{in: m.In, w: m.Data}
	var sum float64
	for i := range m.In {
		sum += float64(q.Scale[r]) * (float64(q.Data[r*m.In+i]) + float64(q.Shift[r])) * float64(x.weight(i, o)) * float64(m.Scale[o])
	}
	sum += float64(m.Bias[o])
	if withGELU {
		return gelu(float32(sum))
	}
	return float32(sum)
}

func TestGELU(t *testing.T) {
	for x := -20.0; x <= 20; x += 0.001 {
		want := 0.5 * x * (1 + math.Erf(x/math.Sqrt2))
		if got := float64(gelu(float32(x))); !(math.Abs(got-want) <= 8e-6*max(5, math.Abs(x))) {
			t.Fatalf("gelu(%v) = %v, want %v", x, got, want)
		}
	}
}

func TestAddNorm(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	forEach(t, func(t *testing.T, s *Set) {
		for _, n := range []int{64, 384} {
			x, y, gain, bias := row(random, n), row(random, n), row(random, n), row(random, n)
			var mean, squares float64
			for i := range x {
				mean += float64(x[i]+y[i]) / float64(n)
			}
			for i := range x {
				squares += math.Pow(float64(x[i]+y[i])-mean, 2) / float64(n)
			}
			want := make([]float32, n)
			for i := range x {
				want[i] = float32((float64(x[i]+y[i])-mean)/math.Sqrt(squares)*float64(gain[i]) + float64(bias[i]))
			}
			s.AddNorm(x, y, gain, bias)
			near(t, fmt.Sprint(n), want, x, 1e-5)
		}
		same := make([]float32, 64)
		s.AddNorm(same, same, same, same)
		near(t, "all zero", make([]float32, 64), same, 0)
	})
}

func TestProduct(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	const stride = 80
	forEach(t, func(t *testing.T, s *Set) {
		for _, rows := range []int{1, 2, 3, 5, 6, 7, 12, 13, 25} {
			for _, inner := range []int{1, 2, 17, 32} {
				for _, columns := range []int{16, 32, 48, 64} {
					a, b := row(random, rows*stride), row(random, inner*stride)
					want, got := make([]float32, rows*stride), make([]float32, rows*stride)
					for r := range rows {
						for c := range columns {
							var sum float64
							for i := range inner {
								sum += float64(a[r*stride+i]) * float64(b[i*stride+c])
							}
							want[r*stride+c] = float32(sum)
						}
					}
					s.Product(got, stride, a, stride, b, stride, rows, inner, columns)
					near(t, fmt.Sprintf("%d×%d×%d", rows, inner, columns), want, got, 1e-4)
				}
			}
		}
	})
}

func TestSoftmax(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	forEach(t, func(t *testing.T, s *Set) {
		for _, n := range []int{1, 2, 15, 16, 17, 33, 512} {
			const rows = 3
			columns := (n + weights.Lanes - 1) / weights.Lanes * weights.Lanes
			x := row(random, rows*columns)
			want := make([]float32, rows*columns)
			for r := range rows {
				var sum float64
				for i := range columns {
					if i >= n {
						x[r*columns+i] = Nothing
					}
					sum += math.Exp(float64(x[r*columns+i]))
				}
				for i := range columns {
					want[r*columns+i] = float32(math.Exp(float64(x[r*columns+i])) / sum)
				}
			}
			s.Softmax(x, columns, rows)
			near(t, fmt.Sprint(n), want, x, 5e-6)
		}
	})
}

func BenchmarkMultiply(b *testing.B) {
	random := rand.New(rand.NewPCG(13, 14))
	x := newTile(weights.Hidden, TileRows, func() byte { return byte(random.Uint32()) })
	dst := make([]int32, TileRows*TileColumns)
	for _, s := range All() {
		b.Run(s.Name, func(b *testing.B) {
			for b.Loop() {
				s.multiply(dst, x.a, x.w, x.sums, x.in, x.rows)
			}
			b.ReportMetric(float64(b.N)*TileRows*TileColumns*weights.Hidden/b.Elapsed().Seconds()/1e9, "Gmul-add/s")
		})
	}
}
