package weights

import "math"

// Quantize returns the linear step with the weights w, in×out numbers row by
// row, in 8 bits. Every output has a scale of its own, since a few outputs with
// large weights would else take the precision from all others. in must be a
// multiple of Group, out of Lanes.
func Quantize(in, out int, w, bias []float32) Matrix {
	m := Matrix{
		In: in, Out: out,
		Data:  make([]byte, in*out),
		Scale: make([]float32, out),
		Bias:  bias,
		Sum:   make([]int32, out),
	}
	column := make([]float32, in)
	for o := range out {
		for i := range column {
			column[i] = w[i*out+o]
		}
		var row []int8
		row, m.Scale[o] = QuantizeRow(column)
		for i, q := range row {
			m.Sum[o] += int32(q)
			at := (o/Lanes*(in/Group)+i/Group)*Lanes*Group + o%Lanes*Group + i%Group
			m.Data[at] = byte(q)
		}
	}
	return m
}

// QuantizeRow returns the values as signed bytes from −127 to 127 and the scale
// to multiply them by.
func QuantizeRow(values []float32) ([]int8, float32) {
	var largest float64
	for _, x := range values {
		largest = max(largest, math.Abs(float64(x)))
	}
	q := make([]int8, len(values))
	if largest == 0 {
		return q, 0
	}
	scale := largest / 127
	for i, x := range values {
		q[i] = int8(math.RoundToEven(float64(x) / scale))
	}
	return q, float32(scale)
}
