package eval

import (
	"bytes"
	"context"
	"log/slog"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
	"rapporteur/embed/e5/kernel"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

// figuresKernel is the encoder's kernel with which the committed figures were
// made. Others round in another order, and a question or two may then go the
// other way.
const figuresKernel = "avx512-vnni"

// The figures on the development questions are committed, so that each change
// of reading, ranking or answering shows its gain or loss in the diff. Renew
// them with -update, and then read the diff question by question.
func TestFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("asks all development questions with the real encoder; run without -short")
	}
	ctx := context.Background()
	index, err := retrieval.Shelf{}.Open(ctx, []corpus.Source{retrieval.Builtin()}, e5.Words(), e5.New(), nil)
	if err != nil {
		t.Fatal(err)
	}
	questions, err := Dev()
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := Run(ctx, answer.New(slog.New(slog.DiscardHandler), index, answer.DefaultThreshold).WithLexicon(e5.Words()), questions)
	if err != nil {
		t.Fatal(err)
	}
	source := retrieval.Builtin()
	report, err := Score(questions, outcomes, map[string][]byte{source.Card.File: source.Bytes})
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := report.WriteText(&got); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/figures.txt"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if kernel.Best().Name != figuresKernel {
		compareRoughly(t, string(want), got.String())
		return
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("figures (-committed +now); go test ./retrieval/eval -update renews them:\n%s", diff)
	}
}

// compareRoughly compares the figures at the head of two reports: each may be
// off by two questions in 68.
func compareRoughly(t *testing.T, want, got string) {
	t.Helper()
	wants, gots := figuresAtHead(want), figuresAtHead(got)
	if len(wants) < 5 || len(wants) != len(gots) {
		t.Fatalf("%d figures, want %d", len(gots), len(wants))
	}
	for name, w := range wants {
		if g := gots[name]; math.Abs(g-w) > 2.0/68+1e-9 {
			t.Errorf("%s: %.3f, want about %.3f", name, g, w)
		}
	}
}

// figuresAtHead reads the lines "name 0.123" with which a report begins.
func figuresAtHead(report string) map[string]float64 {
	figures := make(map[string]float64)
	head, _, _ := strings.Cut(report, "median words")
	for line := range strings.Lines(head) {
		fields := strings.Fields(line)
		if len(fields) != 2 {
			continue
		}
		if v, err := strconv.ParseFloat(fields[1], 64); err == nil {
			figures[fields[0]] = v
		}
	}
	return figures
}

func TestFiguresAtHead(t *testing.T) {
	report, err := os.ReadFile("testdata/figures.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := figuresAtHead(string(report)); len(got) != 13 || got["verbatim"] != 1 {
		t.Errorf("%v", got)
	}
}

// The README's table says what the committed report says.
func TestReadmeFigures(t *testing.T) {
	report, err := os.ReadFile("testdata/figures.txt")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	figures := figuresAtHead(string(report))
	rows := 0
	for line := range strings.Lines(string(readme)) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		name, value := strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])
		if want, ok := figures[name]; ok {
			rows++
			if got, err := strconv.ParseFloat(value, 64); err != nil || got != want {
				t.Errorf("README.md: %s is %s, and %.3f in the report", name, value, want)
			}
		}
	}
	if rows < 8 {
		t.Errorf("README.md shows %d of the figures, want 8 at least", rows)
	}
}
