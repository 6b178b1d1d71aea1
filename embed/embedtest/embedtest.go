// Package embedtest holds the suite that every embedder passes: what its callers
// rely on, whatever the model behind it.
package embedtest

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rapporteur/embed"
)

// texts are such as are found in documents, and some that ought not to be.
var texts = []string{
	"International migrants in the world",
	"",
	"Remittances sent by migrants to their families at home, and what they are spent on: food, school fees, houses.",
	"migration",
	" \t\n",
	"Naïve façade — “quoted” 国際移住 الهجرة 😀",
	"\xff\xfe not UTF-8 \x00",
	strings.Repeat("the rights of migrant workers ", 12),
	"[CLS] [SEP] [PAD]",
	"Remittances",
}

// Run runs the suite. newEmbedder is called once for each part of it.
func Run(t *testing.T, newEmbedder func(t *testing.T) embed.Embedder) {
	for _, part := range []struct {
		name string
		run  func(*testing.T, embed.Embedder)
	}{
		{"Model", testModel},
		{"Shape", testShape},
		{"Same", testSame},
		{"Apart", testApart},
		{"Batches", testBatches},
		{"None", testNone},
		{"Cancelled", testCancelled},
		{"AtOnce", testAtOnce},
		{"Long", testLong},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(t, newEmbedder(t)) })
	}
}

func testModel(t *testing.T, e embed.Embedder) {
	name := e.Model()
	if name == "" {
		t.Error("Model() is empty; an index built with it could not be told from others")
	}
	if again := e.Model(); again != name {
		t.Errorf("Model() = %q, then %q; an index would be stale at once", name, again)
	}
}

// mustEmbed returns the vectors of texts and checks their count.
func mustEmbed(t *testing.T, e embed.Embedder, kind embed.Kind, texts []string) []embed.Vector {
	t.Helper()
	vectors, err := e.Embed(t.Context(), kind, texts)
	if err != nil {
		t.Fatalf("Embed: %v", err)
	}
	if len(vectors) != len(texts) {
		t.Fatalf("Embed returned %d vectors for %d texts", len(vectors), len(texts))
	}
	return vectors
}

func testShape(t *testing.T, e embed.Embedder) {
	for _, kind := range []embed.Kind{embed.Query, embed.Passage} {
		vectors := mustEmbed(t, e, kind, texts)
		for i, v := range vectors {
			if len(v) == 0 || len(v) != len(vectors[0]) {
				t.Errorf("%.40q has a vector of length %d, the first text one of %d", texts[i], len(v), len(vectors[0]))
			}
			if length := math.Sqrt(float64(v.Dot(v))); !(math.Abs(length-1) < 1e-4) {
				t.Errorf("%.40q has a vector of norm %v, want 1", texts[i], length)
			}
		}
	}
}

func testSame(t *testing.T, e embed.Embedder) {
	first := mustEmbed(t, e, embed.Passage, texts)
	if diff := cmp.Diff(first, mustEmbed(t, e, embed.Passage, texts)); diff != "" {
		t.Errorf("the same texts embedded again differ (-first +again):\n%s", diff)
	}
}

func testApart(t *testing.T, e embed.Embedder) {
	vectors := mustEmbed(t, e, embed.Passage, []string{texts[0], texts[2]})
	if cmp.Equal(vectors[0], vectors[1]) {
		t.Error("different texts have the same vector")
	}
}

// testBatches checks that a text's vector is its own, whatever stands beside it.
func testBatches(t *testing.T, e embed.Embedder) {
	together := mustEmbed(t, e, embed.Passage, texts)
	var alone []embed.Vector
	for _, text := range texts {
		alone = append(alone, mustEmbed(t, e, embed.Passage, []string{text})...)
	}
	near := cmpopts.EquateApprox(0, 1e-5)
	if diff := cmp.Diff(together, alone, near); diff != "" {
		t.Errorf("texts embedded together and one by one differ (-together +alone):\n%s", diff)
	}
}

func testNone(t *testing.T, e embed.Embedder) {
	mustEmbed(t, e, embed.Query, nil)
	mustEmbed(t, e, embed.Passage, []string{})
}

func testCancelled(t *testing.T, e embed.Embedder) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if vectors, err := e.Embed(ctx, embed.Passage, texts); !errors.Is(err, context.Canceled) {
		t.Errorf("Embed after cancelling returned %d vectors and the error %v, want context.Canceled", len(vectors), err)
	}
}

func testAtOnce(t *testing.T, e embed.Embedder) {
	want := mustEmbed(t, e, embed.Passage, texts)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			got, err := e.Embed(t.Context(), embed.Passage, texts)
			if err != nil {
				t.Errorf("Embed: %v", err)
			} else if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("called from several goroutines at once, vectors differ (-want +got):\n%s", diff)
			}
		})
	}
	group.Wait()
}

func testLong(t *testing.T, e embed.Embedder) {
	const length = 100_000
	words := strings.Repeat("migration and development, ", length/27+1)[:length]
	mustEmbed(t, e, embed.Passage, []string{words, strings.Repeat("x", length), strings.Repeat("\u0301", length/2)})
}
