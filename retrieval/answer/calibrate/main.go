// Command calibrate fits the weights of the answers' confidence on public
// questions of which half are about a paragraph that does not answer them, and
// writes them as JSON to standard output:
//
//	go run ./retrieval/answer/calibrate ../shared/data/ir/squad2-dev-half > retrieval/answer/confidence.json
//
// The folder holds corpus.jsonl (_id, text) and queries.jsonl (text and
// metadata.answerable). Every other question is kept from the fitting; the area
// under the curve on these, and shares of answers by threshold, go to standard
// error.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

type query struct {
	Text     string `json:"text"`
	Metadata struct {
		Answerable bool `json:"answerable"`
	} `json:"metadata"`
}

// An example is a question's signals and whether it has an answer.
type example struct {
	signals    map[string]float64
	answerable bool
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: calibrate FOLDER")
	}
	examples, err := measure(context.Background(), os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var fitting, held []example
	for i, e := range examples {
		if i%2 == 0 {
			fitting = append(fitting, e)
		} else {
			held = append(held, e)
		}
	}
	weights := fit(fitting)
	report(held, weights)
	out, err := json.MarshalIndent(weights, "", "  ")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(out))
}

// measure searches for each question and returns its signals.
func measure(ctx context.Context, folder string) ([]example, error) {
	var docs []*corpus.Document
	err := lines(filepath.Join(folder, "corpus.jsonl"), func(data []byte) error {
		var p struct {
			ID   string `json:"_id"`
			Text string `json:"text"`
		}
		if err := json.Unmarshal(data, &p); err != nil {
			return err
		}
		d, err := corpus.Read(corpus.Card{ID: p.ID, File: p.ID + ".txt"}, []byte(p.Text), e5.Words())
		docs = append(docs, d)
		return err
	})
	if err != nil {
		return nil, err
	}
	x, err := retrieval.Build(ctx, docs, e5.New(), func(done, total int) { fmt.Fprintf(os.Stderr, "\r%d of %d texts", done, total) })
	if err != nil {
		return nil, err
	}
	var examples []example
	err = lines(filepath.Join(folder, "queries.jsonl"), func(data []byte) error {
		var q query
		if err := json.Unmarshal(data, &q); err != nil {
			return err
		}
		hits, err := x.Search(ctx, q.Text, retrieval.Options{})
		if s := answer.Signals(x, q.Text, hits); err == nil && s != nil {
			examples = append(examples, example{s, q.Metadata.Answerable})
		}
		fmt.Fprintf(os.Stderr, "\r%d questions   ", len(examples))
		return err
	})
	fmt.Fprintln(os.Stderr)
	return examples, err
}

func lines(path string, each func([]byte) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		if err := each(s.Bytes()); err != nil {
			return fmt.Errorf("%s, line %d: %w", path, n, err)
		}
	}
	return s.Err()
}

// fit returns the weights of a logistic regression with a ridge penalty, by
// gradient ascent on standardized signals, rewritten for the signals as they
// are.
func fit(examples []example) map[string]float64 {
	const (
		rounds  = 3000
		rate    = 0.5
		penalty = 1e-3
	)
	var names []string
	for name := range examples[0].signals {
		names = append(names, name)
	}
	slices.Sort(names)
	n := float64(len(examples))
	mean, deviation := make([]float64, len(names)), make([]float64, len(names))
	for i, name := range names {
		for _, e := range examples {
			mean[i] += e.signals[name] / n
		}
		for _, e := range examples {
			d := e.signals[name] - mean[i]
			deviation[i] += d * d / n
		}
		deviation[i] = math.Sqrt(deviation[i])
	}
	w, bias := make([]float64, len(names)), 0.0
	for range rounds {
		gradient, biasGradient := make([]float64, len(names)), 0.0
		for _, e := range examples {
			sum := bias
			for i, name := range names {
				sum += w[i] * (e.signals[name] - mean[i]) / deviation[i]
			}
			miss := -1 / (1 + math.Exp(-sum))
			if e.answerable {
				miss++
			}
			biasGradient += miss / n
			for i, name := range names {
				gradient[i] += miss * (e.signals[name] - mean[i]) / deviation[i] / n
			}
		}
		bias += rate * biasGradient
		for i := range w {
			w[i] += rate * (gradient[i] - penalty*w[i])
		}
	}
	weights := map[string]float64{"bias": bias}
	for i, name := range names {
		weights[name] = math.Round(w[i]/deviation[i]*1e4) / 1e4
		weights["bias"] -= w[i] / deviation[i] * mean[i]
	}
	weights["bias"] = math.Round(weights["bias"]*1e4) / 1e4
	return weights
}

// report prints how well the weights tell answered questions from others.
func report(examples []example, weights map[string]float64) {
	var yes, no []float64
	for _, e := range examples {
		sum := weights["bias"]
		for name, value := range e.signals {
			sum += weights[name] * value
		}
		p := 1 / (1 + math.Exp(-sum))
		if e.answerable {
			yes = append(yes, p)
		} else {
			no = append(no, p)
		}
	}
	wins := 0.0
	for _, a := range yes {
		for _, b := range no {
			switch {
			case a > b:
				wins++
			case a == b:
				wins += 0.5
			}
		}
	}
	fmt.Fprintf(os.Stderr, "questions kept from the fitting: %d answerable, %d not; auroc %.3f\n", len(yes), len(no), wins/float64(len(yes)*len(no)))
	for _, t := range []float64{0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6} {
		fmt.Fprintf(os.Stderr, "threshold %.2f: coverage %.3f, false answers %.3f\n", t, share(yes, t), share(no, t))
	}
}

func share(values []float64, threshold float64) float64 {
	n := 0
	for _, v := range values {
		if v >= threshold {
			n++
		}
	}
	return float64(n) / float64(len(values))
}
