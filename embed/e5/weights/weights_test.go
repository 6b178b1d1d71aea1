package weights

import (
	"math"
	"reflect"
	"testing"
)

// small fills a model with numbers that differ from one another.
func small() *Model {
	m := new(Model)
	m.walk(new(filler))
	return m
}

type filler struct{ n int }

func (f *filler) bytes(p *[]byte, n int) {
	*p = make([]byte, n)
	for i := range *p {
		f.n++
		(*p)[i] = byte(f.n * 7)
	}
}

func (f *filler) floats(p *[]float32, n int) {
	*p = make([]float32, n)
	for i := range *p {
		f.n++
		(*p)[i] = float32(f.n)
	}
}

func (f *filler) ints(p *[]int32, n int) {
	*p = make([]int32, n)
	for i := range *p {
		f.n++
		(*p)[i] = -int32(f.n)
	}
}

func TestReadAppend(t *testing.T) {
	if testing.Short() {
		t.Skip("the file has 34 megabytes")
	}
	want := small()
	file := want.Append(nil)
	got, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(want, got) {
		t.Error("a model written and read differs from itself")
	}
	for _, damaged := range [][]byte{nil, file[:40], file[:len(file)-1], append(file, 0), make([]byte, len(file))} {
		if _, err := Read(damaged); err == nil {
			t.Errorf("%d damaged bytes were read without an error", len(damaged))
		}
	}
}

func TestQuantize(t *testing.T) {
	const in, out = 8, 32
	w := make([]float32, in*out)
	for i := range w {
		w[i] = float32(math.Sin(float64(i*i))) * float32(1+i%out)
	}
	w[3*out+5] = 0
	for i := range in {
		w[i*out+9] = 0 // an output without weights
	}
	m := Quantize(in, out, w, make([]float32, out))
	for o := range out {
		var sum int32
		for i := range in {
			q := int8(m.Data[(o/Lanes*(in/Group)+i/Group)*Lanes*Group+o%Lanes*Group+i%Group])
			sum += int32(q)
			if q == -128 {
				t.Errorf("weight %d→%d is −128, which kernels may not meet", i, o)
			}
			if off := math.Abs(float64(float32(q)*m.Scale[o] - w[i*out+o])); off > float64(m.Scale[o])*0.501 {
				t.Errorf("weight %d→%d is off by %v, more than half a step of %v", i, o, off, m.Scale[o])
			}
		}
		if sum != m.Sum[o] {
			t.Errorf("output %d: Sum is %d, want %d", o, m.Sum[o], sum)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(magic))
	f.Add(append([]byte(magic), make([]byte, 1000)...))
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := Read(file); err == nil {
			t.Errorf("%d bytes were read without an error", len(file))
		}
	})
}
