package e5

import (
	"context"
	_ "embed"
	"encoding/binary"
	"math"
	"sync"

	"rapporteur/embed"
	"rapporteur/embed/e5/kernel"
	"rapporteur/embed/e5/weights"
)

//go:generate go run ./sketch e5-small-v2.sketch ../../../shared/data/ir/squad2-dev-half/corpus.jsonl

// sketchFile holds what brings a token's vector down to SketchSize numbers: the
// principal directions of token vectors, Size×SketchSize 32-bit floats row by
// row, little-endian, and then the mean token in these directions.
//
//go:embed e5-small-v2.sketch
var sketchFile []byte

// SketchSize is the length of a token's vector. A third of the full length ranks
// as well: it keeps 79 % of the variance of tokens, and the directions left out
// are those in which tokens hardly differ.
const SketchSize = 128

// A sketcher makes small vectors of large ones.
type sketcher struct {
	matrix *kernel.Matrix
	center []float32 // SketchSize
}

var sketch = sync.OnceValue(func() *sketcher {
	if len(sketchFile) != 4*(Size*SketchSize+SketchSize) {
		panic("e5: the program was built with a damaged sketch")
	}
	numbers := make([]float32, len(sketchFile)/4)
	for i := range numbers {
		numbers[i] = math.Float32frombits(binary.LittleEndian.Uint32(sketchFile[4*i:]))
	}
	directions, center := numbers[:Size*SketchSize], numbers[Size*SketchSize:]
	m := weights.Quantize(Size, SketchSize, directions, make([]float32, SketchSize))
	return &sketcher{kernel.NewMatrix(&m), center}
})

// Tokens returns for each text its vector, as Embed does, and its tokens, with
// vectors of length [SketchSize]. The prefix for the kind of text and the marks
// that begin and end every text are left out. The only error is ctx's.
func (e *Encoder) Tokens(ctx context.Context, kind embed.Kind, texts []string) ([]embed.Vector, [][]embed.Token, error) {
	prefix, err := e.prefixOf(kind)
	if err != nil {
		return nil, nil, err
	}
	sequences := make([]sequence, len(texts))
	tokens := make([][]embed.Token, len(texts))
	for i, text := range texts {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		s, pieces := newSequence(prefix, text)
		sequences[i], tokens[i] = s, make([]embed.Token, len(pieces))
		for j, p := range pieces {
			tokens[i][j] = embed.Token{ID: p.ID, Start: p.Start, End: p.End}
		}
	}
	vectors := make([]embed.Vector, len(texts))
	err = e.forAll(ctx, sequences, func(i int, x []float32) {
		vectors[i] = mean(x)
		// One row is for [CLS], then come the prefix's.
		e.sketch(tokens[i], x[(1+len(prefix))*Size:])
	})
	if err != nil {
		return nil, nil, err
	}
	return vectors, tokens, nil
}

// sketch sets the vectors of tokens, whose rows x begins with.
func (e *Encoder) sketch(tokens []embed.Token, x []float32) {
	s := sketch()
	n := len(tokens)
	rows := kernel.Rows{Data: make([]byte, n*Size), Scale: make([]float32, n), Shift: make([]float32, n)}
	for r := range n {
		e.set.Quantize(rows, r, x[r*Size:][:Size])
	}
	y := make([]float32, n*SketchSize)
	var acc [accSize]int32
	e.set.Linear(y, rows, s.matrix, 0, SketchSize, false, acc[:])
	bytes := make([]int8, n*SketchSize)
	for r := range tokens {
		row, out := y[r*SketchSize:][:SketchSize], bytes[r*SketchSize:][:SketchSize:SketchSize]
		length := embed.Vector(x[r*Size:][:Size]).Length()
		for i := range row {
			row[i] = row[i]/length - s.center[i]
		}
		scale := 127 / embed.Vector(row).Length()
		for i, v := range row {
			out[i] = int8(math.RoundToEven(float64(v * scale)))
		}
		tokens[r].Vector = out
	}
}
