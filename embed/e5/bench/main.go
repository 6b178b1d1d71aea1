// Command bench compares the encoder's speed with onnxruntime's on the same
// model and texts, in turn, in one run, with two threads each, and prints the
// ratios of the median times: below 1 means that this encoder is the faster.
//
//	embed/e5/bench/run [avx2] [JAR]
//
// sets up what is needed and starts it; with avx2, both sides do without what
// came after AVX2. To force a lesser kernel on this side alone, take features away
// from the processor: GODEBUG=cpu.avx512f=off.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/embed/e5/kernel"
	"rapporteur/embed/e5/weights"
	"rapporteur/embed/e5/wordpiece"
)

const threads = 2

// A benchCase is a set of texts embedded in one call.
type benchCase struct {
	name  string
	kind  embed.Kind
	texts []string

	// Both sides take turns in so many rounds, of which the median counts. A
	// round is so many calls, of which the mean counts.
	rounds, calls int
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	if len(os.Args) != 4 {
		log.Fatal("usage: bench PYTHON MODEL.onnx PROCEEDINGS.txt (embed/e5/bench/run knows them)")
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		log.Fatal(err)
	}
}

func run(python, model, proceedings string) error {
	runtime.GOMAXPROCS(threads)
	text, err := os.ReadFile(proceedings)
	if err != nil {
		return fmt.Errorf("reading the proceedings: %w", err)
	}
	cases := newCases(string(text))
	other, err := startOther(python, model, cases)
	if err != nil {
		return err
	}
	defer other.stop()
	encoder := e5.New()
	most := limit()
	fmt.Printf("kernel %s, %d threads\n", kernel.Best().Name, threads)
	fmt.Printf("limit: %.0fe9 multiply-adds a second with weights in the nearest cache; all weights: %.1f MB\n", most/1e9, weightsPerToken/1e6)
	fmt.Printf("%-30s %10s %10s %10s %7s %7s %9s\n", "", "ours", "int8", "fp32", "/int8", "/fp32", "of limit")
	for _, c := range cases {
		var ours, int8, fp32 []float64
		for range c.rounds {
			for _, side := range []struct {
				times *[]float64
				run   func() (float64, error)
			}{
				{&ours, func() (float64, error) { return embedOnce(encoder, c) }},
				{&int8, func() (float64, error) { return other.embed("int8", c.name) }},
				{&fp32, func() (float64, error) { return other.embed("fp32", c.name) }},
			} {
				// onnxruntime's threads stay awake for a while after a call and
				// would take the next one's processors.
				time.Sleep(100 * time.Millisecond)
				var sum float64
				for range c.calls {
					seconds, err := side.run()
					if err != nil {
						return err
					}
					sum += seconds
				}
				*side.times = append(*side.times, sum/float64(c.calls))
			}
		}
		o, i, f := median(ours), median(int8), median(fp32)
		share := float64(c.tokens()) * weightsPerToken / o / most
		fmt.Printf("%-30s %8.2fms %8.2fms %8.2fms %7.2f %7.2f %8.0f%%\n", c.name, 1000*o, 1000*i, 1000*f, o/i, o/f, 100*share)
	}
	return nil
}

// newCases makes the cases of the proceedings' text.
func newCases(text string) []benchCase {
	words := strings.Fields(text)
	passages := cut(words, 117)
	sentences := regexp.MustCompile(`[^.!?;:]+[.!?;:]+`).FindAllString(strings.Join(words, " "), -1)
	for len(sentences) > 517 { // pieces of abbreviations go to what follows
		shortest := 0
		for i := range sentences[:len(sentences)-1] {
			if len(sentences[i]) < len(sentences[shortest]) {
				shortest = i
			}
		}
		sentences[shortest+1] = sentences[shortest] + sentences[shortest+1]
		sentences = slices.Delete(sentences, shortest, shortest+1)
	}
	return []benchCase{
		{"one query of 12 tokens", embed.Query, []string{"What is the Global Commission on Migration?"}, 21, 20},
		{fmt.Sprintf("%d texts of the proceedings", len(passages)+len(sentences)), embed.Passage, slices.Concat(passages, sentences), 7, 1},
		{"16 texts of 226 tokens", embed.Passage, slices.Repeat([]string{exactly(226, words)}, 16), 9, 1},
	}
}

// cut returns the words in n texts of equal length.
func cut(words []string, n int) []string {
	var texts []string
	for i := range n {
		texts = append(texts, strings.Join(words[i*len(words)/n:(i+1)*len(words)/n], " "))
	}
	return texts
}

// exactly returns the beginning of the words that has so many tokens, the
// prefix and the marks at both ends included.
func exactly(tokens int, words []string) string {
	all := strings.Join(words, " ")
	kept := e5.Words().Tokenize(all, tokens-4, nil)
	return all[:kept[len(kept)-1].End]
}

// ids returns a case's token ids as the encoder makes them.
func (c benchCase) ids() [][]int32 {
	prefix := map[embed.Kind]string{embed.Query: "query: ", embed.Passage: "passage: "}[c.kind]
	all := make([][]int32, len(c.texts))
	for i, text := range c.texts {
		all[i] = []int32{wordpiece.Begin}
		for _, t := range e5.Words().Tokenize(prefix+text, 510, nil) {
			all[i] = append(all[i], t.ID)
		}
		all[i] = append(all[i], wordpiece.End)
	}
	return all
}

// tokens returns how many tokens a call has.
func (c benchCase) tokens() int {
	n := 0
	for _, s := range c.ids() {
		n += len(s)
	}
	return n
}

// weightsPerToken is how many weights, a byte each, a token is multiplied by.
const weightsPerToken = weights.Layers * weights.Hidden * (4*weights.Hidden + 2*weights.Inner)

// limit measures how many multiply-adds a second all threads do together where
// nothing has to be fetched: one tile, over and over. Of several tries the best
// counts, since others may use the processor too.
func limit() float64 {
	var best float64
	for range 20 {
		best = max(best, tryLimit())
	}
	return best
}

func tryLimit() float64 {
	const calls = 30_000
	set := kernel.Best()
	start := time.Now()
	var group sync.WaitGroup
	for range threads {
		group.Go(func() {
			m := kernel.NewMatrix(&weights.Matrix{
				In: weights.Hidden, Out: kernel.TileColumns,
				Data:  make([]byte, weights.Hidden*kernel.TileColumns),
				Scale: make([]float32, kernel.TileColumns),
				Bias:  make([]float32, kernel.TileColumns),
				Sum:   make([]int32, kernel.TileColumns),
			})
			rows := kernel.Rows{
				Data:  make([]byte, kernel.TileRows*weights.Hidden),
				Scale: make([]float32, kernel.TileRows),
				Shift: make([]float32, kernel.TileRows),
			}
			dst, acc := make([]float32, kernel.TileRows*kernel.TileColumns), make([]int32, kernel.TileRows*kernel.TileColumns)
			for range calls {
				set.Linear(dst, rows, m, 0, kernel.TileColumns, false, acc)
			}
		})
	}
	group.Wait()
	return threads * calls * weights.Hidden * kernel.TileRows * kernel.TileColumns / time.Since(start).Seconds()
}

// embedOnce returns the seconds a call takes, cutting into tokens included.
func embedOnce(e *e5.Encoder, c benchCase) (float64, error) {
	start := time.Now()
	_, err := e.Embed(context.Background(), c.kind, c.texts)
	return time.Since(start).Seconds(), err
}

func median(times []float64) float64 {
	slices.Sort(times)
	return times[len(times)/2]
}

// An other is the Python side, as a process.
type other struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

func startOther(python, model string, cases []benchCase) (*other, error) {
	script := "embed/e5/bench/onnxruntime_side.py"
	command := exec.Command(python, script, model, model[:strings.LastIndexByte(model, '/')+1])
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting onnxruntime: %w", err)
	}
	o := &other{command: command, in: in, out: bufio.NewScanner(out)}
	ids := make(map[string][][]int32)
	for _, c := range cases {
		ids[c.name] = c.ids()
	}
	if err := json.NewEncoder(in).Encode(ids); err != nil {
		return nil, fmt.Errorf("sending texts to onnxruntime: %w", err)
	}
	if answer, err := o.answer(); err != nil || answer != "ready" {
		return nil, fmt.Errorf("onnxruntime is not ready: %q, %v", answer, err)
	}
	return o, nil
}

func (o *other) answer() (string, error) {
	if !o.out.Scan() {
		return "", fmt.Errorf("onnxruntime ended: %v", o.out.Err())
	}
	return o.out.Text(), nil
}

// embed returns the seconds the other side takes for a case.
func (o *other) embed(precision, name string) (float64, error) {
	if _, err := fmt.Fprintln(o.in, precision, name); err != nil {
		return 0, fmt.Errorf("asking onnxruntime: %w", err)
	}
	answer, err := o.answer()
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(answer, 64)
}

func (o *other) stop() {
	o.in.Close()
	if err := o.command.Wait(); err != nil {
		log.Printf("onnxruntime ended badly: %v", err)
	}
}
