package e5

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rapporteur/embed"
	"rapporteur/embed/e5/weights"
	"rapporteur/embed/embedtest"
)

func TestEncoder(t *testing.T) {
	skipEncoder(t)
	embedtest.Run(t, func(*testing.T) embed.Embedder { return New() })
}

func TestKindsDiffer(t *testing.T) {
	skipEncoder(t)
	e := New()
	var vectors []embed.Vector
	for _, kind := range []embed.Kind{embed.Query, embed.Passage} {
		v, err := e.Embed(t.Context(), kind, []string{"Puebla Process"})
		if err != nil {
			t.Fatal(err)
		}
		vectors = append(vectors, v...)
	}
	if cmp.Equal(vectors[0], vectors[1]) {
		t.Error("a text has the same vector as a query and as a passage")
	}
	if _, err := e.Embed(t.Context(), embed.Kind(7), []string{"x"}); err == nil {
		t.Error("an unknown kind of text gave no error")
	}
}

func TestQueryPrefix(t *testing.T) {
	skipEncoder(t)
	const text = "Puebla Process"
	e := New()
	got, err := e.Embed(t.Context(), embed.Query, []string{text})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := newSequence(nil, "query: "+text)
	want, err := e.embedAll(t.Context(), []sequence{s})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a query and the same text with the prefix written out (-want +got):\n%s", diff)
	}
}

func TestTokenVectors(t *testing.T) {
	skipEncoder(t)
	const text = "  Naïve façade, 2004. "
	tokens, vectors, err := New().TokenVectors(t.Context(), embed.Query, text)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, token := range tokens {
		got = append(got, text[token.Start:token.End])
	}
	want := []string{"Naïve", "façade", ",", "2004", "."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tokens of %q (-want +got):\n%s", text, diff)
	}
	if len(vectors) != len(tokens) {
		t.Fatalf("%d vectors for %d tokens", len(vectors), len(tokens))
	}
	for i, v := range vectors {
		if length := float64(v.Dot(v)); len(v) != Size || math.Abs(length-1) > 1e-4 {
			t.Errorf("%q has a vector of length %d and squared norm %v, want %d and 1", got[i], len(v), length, Size)
		}
	}
}

// TestTokenVectorsMean holds token vectors against the text's own vector, which is
// made of them and of those left out.
func TestTokenVectorsMean(t *testing.T) {
	skipEncoder(t)
	const text = "Remittances are sent home by migrants through many channels, formal and informal."
	e := New()
	_, vectors, err := e.TokenVectors(t.Context(), embed.Passage, text)
	if err != nil {
		t.Fatal(err)
	}
	sum := make(embed.Vector, Size)
	for _, v := range vectors {
		for i, x := range v {
			sum[i] += x
		}
	}
	whole, err := e.Embed(t.Context(), embed.Passage, []string{text})
	if err != nil {
		t.Fatal(err)
	}
	if cosine := sum.Normal().Dot(whole[0]); cosine < 0.95 {
		t.Errorf("the tokens' mean has the cosine %v to the text's vector, want nearly 1", cosine)
	}
}

func TestCancelledMidway(t *testing.T) {
	skipEncoder(t)
	texts := make([]string, 400)
	for i := range texts {
		texts[i] = strings.Repeat("migration ", 100)
	}
	ctx, cancel := context.WithCancel(t.Context())
	e := New()
	done := make(chan error)
	go func() {
		_, err := e.Embed(ctx, embed.Passage, texts)
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled while embedding: error %v, want context.Canceled", err)
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		m, err := weights.Read(weightsFile)
		if err != nil {
			b.Fatal(err)
		}
		newModel(m)
	}
}

func BenchmarkQuery(b *testing.B) {
	e := New()
	texts := []string{"How many international migrants were there in 2000?"}
	for b.Loop() {
		if _, err := e.Embed(b.Context(), embed.Query, texts); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTexts(b *testing.B) {
	e := New()
	sentence := "International migration and development are linked in many ways that states discuss. "
	texts := make([]string, 32)
	tokens := 0
	for i := range texts {
		texts[i] = strings.Repeat(sentence, 1+i%8)
		s, _ := newSequence(e.prefix[embed.Passage], texts[i])
		tokens += len(s)
	}
	for b.Loop() {
		if _, err := e.Embed(b.Context(), embed.Passage, texts); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(tokens*b.N)/b.Elapsed().Seconds(), "tokens/s")
}

// TestAllocations holds that texts go through the network without allocating
// anything but the crew that takes them.
func TestAllocations(t *testing.T) {
	skipEncoder(t)
	e := New()
	s, _ := newSequence(nil, "Remittances are sent home by migrants.")
	sequences := []sequence{s}
	w := new(workspace)
	run := func() {
		if err := e.run(t.Context(), w, sequences, 1); err != nil {
			t.Error(err)
		}
	}
	run()
	if n := testing.AllocsPerRun(10, run); n > 1 {
		t.Errorf("%v allocations a run, want at most 1", n)
	}
}

// BenchmarkQueryMeanwhile is BenchmarkQuery while a corpus is being indexed.
func BenchmarkQueryMeanwhile(b *testing.B) {
	e := New()
	ctx, cancel := context.WithCancel(b.Context())
	var group sync.WaitGroup
	group.Go(func() {
		for ctx.Err() == nil {
			_, _ = e.Embed(ctx, embed.Passage, slices.Repeat([]string{strings.Repeat("migration and development ", 50)}, 64))
		}
	})
	texts := []string{"How many international migrants were there in 2000?"}
	for b.Loop() {
		if _, err := e.Embed(b.Context(), embed.Query, texts); err != nil {
			b.Fatal(err)
		}
	}
	cancel()
	group.Wait()
}
