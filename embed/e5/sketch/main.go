// Command sketch finds the directions in which token vectors differ most, by
// principal component analysis over the tokens of a public collection, and
// writes them for the encoder:
//
//	go run ./embed/e5/sketch OUT CORPUS.jsonl
//
// The corpus has a JSON object with "text" on each line; every sixth is read.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"

	"gonum.org/v1/gonum/mat"

	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/embed/e5/weights"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: sketch OUT CORPUS.jsonl")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(out, corpus string) error {
	vectors, err := tokenVectors(corpus)
	if err != nil {
		return err
	}
	mean, covariance := moments(vectors)
	var eigen mat.EigenSym
	if !eigen.Factorize(covariance, true) {
		return errors.New("the principal components were not found")
	}
	var directions mat.Dense
	eigen.VectorsTo(&directions)
	kept, all := 0.0, 0.0
	numbers := make([]float32, 0, (e5.Size+1)*e5.SketchSize)
	for i := range e5.Size {
		for d := range e5.SketchSize { // the largest come last
			numbers = append(numbers, float32(directions.At(i, e5.Size-1-d)))
		}
	}
	for d := range e5.SketchSize {
		sum := 0.0
		for i := range e5.Size {
			sum += mean[i] * directions.At(i, e5.Size-1-d)
		}
		numbers = append(numbers, float32(sum))
	}
	for i, v := range eigen.Values(nil) {
		all += v
		if i >= e5.Size-e5.SketchSize {
			kept += v
		}
	}
	fmt.Printf("%d tokens; %d of %d directions keep %.1f %% of the variance\n", len(vectors), e5.SketchSize, e5.Size, 100*kept/all)
	return os.WriteFile(out, weights.AppendFloats(nil, numbers), 0o644)
}

// tokenVectors returns the full vectors of the tokens of every sixth text.
func tokenVectors(corpus string) ([]embed.Vector, error) {
	f, err := os.Open(corpus)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	e := e5.New()
	var all []embed.Vector
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 0; lines.Scan(); n++ {
		if n%6 != 0 {
			continue
		}
		var p struct {
			Text string `json:"text"`
		}
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", corpus, n+1, err)
		}
		_, vectors, err := e.TokenVectors(context.Background(), embed.Passage, p.Text)
		if err != nil {
			return nil, err
		}
		all = append(all, vectors...)
	}
	return all, lines.Err()
}

// moments returns the mean and the covariance of vectors.
func moments(vectors []embed.Vector) ([]float64, *mat.SymDense) {
	mean := make([]float64, e5.Size)
	for _, v := range vectors {
		for i, x := range v {
			mean[i] += float64(x) / float64(len(vectors))
		}
	}
	covariance := mat.NewSymDense(e5.Size, nil)
	rows := mat.NewDense(len(vectors), e5.Size, nil)
	for r, v := range vectors {
		for i, x := range v {
			rows.Set(r, i, float64(x)-mean[i])
		}
	}
	covariance.SymOuterK(1/float64(len(vectors)), rows.T())
	return mean, covariance
}
