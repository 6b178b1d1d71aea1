package main

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
)

// message appends a length-prefixed field.
func message(b []byte, number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, number, protowire.BytesType), value)
}

func number(b []byte, field protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), value)
}

// file returns a small model: one node that reads x and w, and w itself.
func file(packedDims bool) []byte {
	node := message(nil, nodeInput, []byte("x"))
	node = message(node, nodeInput, []byte("w"))
	node = message(node, nodeName, []byte("/step/MatMul"))

	var w []byte
	if packedDims {
		w = message(w, tensorDims, protowire.AppendVarint(protowire.AppendVarint(nil, 1), 2))
	} else {
		w = number(number(w, tensorDims, 1), tensorDims, 2)
	}
	w = number(w, tensorDataType, typeFloat)
	w = message(w, tensorName, []byte("w"))
	var raw []byte
	for _, x := range []float32{0.5, -2} {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	w = message(w, tensorRaw, raw)

	ids := number(nil, tensorDataType, 7) // INT64, which is left out
	ids = message(ids, tensorName, []byte("ids"))

	graph := message(nil, graphNode, node)
	graph = message(graph, graphInitializer, w)
	graph = message(graph, graphInitializer, ids)
	return message(number(nil, 1, 8), modelGraph, graph)
}

func TestParseGraph(t *testing.T) {
	want := &graph{
		tensors: map[string]tensor{"w": {dims: []int{1, 2}, values: []float32{0.5, -2}}},
		inputs:  map[string][]string{"/step/MatMul": {"x", "w"}},
	}
	for _, packed := range []bool{false, true} {
		got, err := parseGraph(file(packed))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(graph{}, tensor{})); diff != "" {
			t.Errorf("packed %v (-want +got):\n%s", packed, diff)
		}
	}
}

func TestParseGraphDamaged(t *testing.T) {
	whole := file(false)
	if _, err := parseGraph(whole[:len(whole)-3]); err == nil {
		t.Error("a file cut short was read without an error")
	}
}

func TestPicker(t *testing.T) {
	g, err := parseGraph(file(false))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		take func(p *picker)
		ok   bool
	}{
		{"as it is", func(p *picker) { p.take("w", 1, 2) }, true},
		{"another shape", func(p *picker) { p.take("w", 2, 1) }, false},
		{"no such tensor", func(p *picker) { p.take("v", 1, 2) }, false},
		{"no such node", func(p *picker) { p.linear("l", "/other", "dense", 1, 2) }, false},
	} {
		p := &picker{graph: g}
		test.take(p)
		if (p.err == nil) != test.ok {
			t.Errorf("%s: error %v", test.name, p.err)
		}
	}
}

func FuzzParseGraph(f *testing.F) {
	f.Add(file(false))
	f.Add(file(true))
	f.Fuzz(func(t *testing.T, data []byte) {
		g, err := parseGraph(data)
		if err == nil && g == nil {
			t.Error("neither a graph nor an error")
		}
	})
}
