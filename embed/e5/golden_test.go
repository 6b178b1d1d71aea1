package e5

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rapporteur/embed"
	"rapporteur/embed/e5/kernel"
)

// A golden is a text with what the published model makes of it in fp32.
type golden struct {
	Text      string       `json:"text"` // prefix included
	IDs       sequence     `json:"ids"`
	Embedding embed.Vector `json:"embedding"`
}

func readGolden(t testing.TB, file string) []golden {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []golden
	for line := range bytes.Lines(data) {
		var g golden
		if err := json.Unmarshal(line, &g); err != nil {
			t.Fatalf("reading %s: %v", file, err)
		}
		all = append(all, g)
	}
	return all
}

// sharedGolden returns the larger set, or skips the test where it is missing.
func sharedGolden(t *testing.T) []golden {
	t.Helper()
	file := filepath.Join("..", "..", "..", "shared", "golden", "e5-small-v2.jsonl")
	if _, err := os.Stat(file); err != nil {
		t.Skip("the larger set of golden embeddings is not beside this checkout")
	}
	return readGolden(t, file)
}

func skipEncoder(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("the encoder itself is left out of short tests")
	}
}

func checkIDs(t *testing.T, all []golden) {
	t.Helper()
	for _, g := range all {
		got, _ := newSequence(nil, g.Text)
		if diff := cmp.Diff(g.IDs, got); diff != "" {
			t.Errorf("token ids of %.80q (-want +got):\n%s", g.Text, diff)
		}
	}
}

func TestGoldenIDs(t *testing.T)       { checkIDs(t, readGolden(t, "testdata/golden.jsonl")) }
func TestGoldenIDsShared(t *testing.T) { checkIDs(t, sharedGolden(t)) }

// leastCosine is how near the 8-bit vectors must come to those in fp32.
const leastCosine = 0.99

func checkEmbeddings(t *testing.T, set *kernel.Set, all []golden) {
	t.Helper()
	var sequences []sequence
	for _, g := range all {
		sequences = append(sequences, g.IDs)
	}
	vectors, err := newEncoder(set).embedAll(t.Context(), sequences)
	if err != nil {
		t.Fatal(err)
	}
	least, sum := float32(1), float32(0)
	for i, g := range all {
		cosine := vectors[i].Dot(g.Embedding.Normal())
		if !(cosine >= leastCosine) {
			t.Errorf("%.80q: cosine %.4f to the fp32 embedding, want at least %v", g.Text, cosine, leastCosine)
		}
		least, sum = min(least, cosine), sum+cosine
	}
	t.Logf("%s: cosine to fp32 over %d texts: least %.5f, mean %.5f", set.Name, len(all), least, sum/float32(len(all)))
}

func TestGoldenEmbeddings(t *testing.T) {
	skipEncoder(t)
	all := readGolden(t, "testdata/golden.jsonl")
	for _, set := range kernel.All() {
		t.Run(set.Name, func(t *testing.T) { checkEmbeddings(t, set, all) })
	}
}

// Plain Go would take a minute over the larger set, and the other sets do the
// same arithmetic.
func TestGoldenEmbeddingsShared(t *testing.T) {
	skipEncoder(t)
	all := sharedGolden(t)
	for _, set := range kernel.All() {
		if set == kernel.Plain {
			continue
		}
		t.Run(set.Name, func(t *testing.T) { checkEmbeddings(t, set, all) })
	}
}
