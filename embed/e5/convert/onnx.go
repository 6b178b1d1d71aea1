package main

import (
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Field numbers of the ONNX messages, from onnx.proto (IR version 8). Only what
// the model uses is read.
const (
	modelGraph = 7

	graphNode        = 1
	graphInitializer = 5

	nodeInput = 1
	nodeName  = 3

	tensorDims     = 1
	tensorDataType = 2
	tensorName     = 8
	tensorRaw      = 9
)

const typeFloat = 1 // TensorProto.DataType FLOAT

// A tensor is a named array of numbers, row by row.
type tensor struct {
	dims   []int
	values []float32
}

// A graph holds an ONNX model's constants and the names that its nodes read.
type graph struct {
	tensors map[string]tensor
	inputs  map[string][]string // by node name
}

// parseGraph reads an ONNX file.
func parseGraph(file []byte) (*graph, error) {
	g := &graph{tensors: make(map[string]tensor), inputs: make(map[string][]string)}
	err := fields(file, func(number protowire.Number, value []byte, _ uint64) error {
		if number != modelGraph {
			return nil
		}
		return fields(value, func(number protowire.Number, value []byte, _ uint64) error {
			switch number {
			case graphNode:
				return g.addNode(value)
			case graphInitializer:
				return g.addTensor(value)
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("reading the ONNX model: %w", err)
	}
	return g, nil
}

func (g *graph) addNode(message []byte) error {
	var name string
	var inputs []string
	err := fields(message, func(number protowire.Number, value []byte, _ uint64) error {
		switch number {
		case nodeInput:
			inputs = append(inputs, string(value))
		case nodeName:
			name = string(value)
		}
		return nil
	})
	g.inputs[name] = inputs
	return err
}

func (g *graph) addTensor(message []byte) error {
	var name string
	var t tensor
	var raw []byte
	var dataType uint64
	err := fields(message, func(number protowire.Number, value []byte, varint uint64) error {
		switch number {
		case tensorDims:
			t.dims = append(t.dims, dims(value, varint)...)
		case tensorDataType:
			dataType = varint
		case tensorName:
			name = string(value)
		case tensorRaw:
			raw = value
		}
		return nil
	})
	if err != nil || dataType != typeFloat {
		return err
	}
	t.values = make([]float32, len(raw)/4)
	for i := range t.values {
		t.values[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	g.tensors[name] = t
	return nil
}

// dims reads a repeated integer field, which may be packed or not.
func dims(packed []byte, single uint64) []int {
	if packed == nil {
		return []int{int(single)}
	}
	var out []int
	for len(packed) > 0 {
		v, n := protowire.ConsumeVarint(packed)
		if n < 0 {
			return out
		}
		out = append(out, int(v))
		packed = packed[n:]
	}
	return out
}

// fields calls f for each field of a message: with its bytes where it has a
// length, and with its value where it is a varint.
func fields(message []byte, f func(number protowire.Number, value []byte, varint uint64) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		var value []byte
		var varint uint64
		switch kind {
		case protowire.BytesType:
			value, n = protowire.ConsumeBytes(message)
		case protowire.VarintType:
			varint, n = protowire.ConsumeVarint(message)
		default:
			n = protowire.ConsumeFieldValue(number, kind, message)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		if err := f(number, value, varint); err != nil {
			return err
		}
		message = message[n:]
	}
	return nil
}
