package embed_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rapporteur/embed"
	"rapporteur/embed/embedtest"
)

func TestQuote(t *testing.T) {
	embedtest.Run(t, func(*testing.T) embed.Embedder { return embed.Quote() })
}

func TestQuoteNearness(t *testing.T) {
	vectors, err := embed.Quote().Embed(t.Context(), embed.Passage, []string{
		"migrants send remittances home",
		"Remittances that migrants send",
		"an entirely different matter",
		"home remittances send migrants",
	})
	if err != nil {
		t.Fatal(err)
	}
	shared, none := vectors[0].Dot(vectors[1]), vectors[0].Dot(vectors[2])
	if shared < none+0.3 {
		t.Errorf("texts that share words: %v; that share none: %v; want the first far greater", shared, none)
	}
	if cmp.Equal(vectors[0], vectors[3]) {
		t.Error("texts of the same words in another order have the same vector")
	}
}

func TestNormal(t *testing.T) {
	for _, test := range []struct{ v, want embed.Vector }{
		{embed.Vector{3, 4}, embed.Vector{0.6, 0.8}},
		{embed.Vector{0, 0}, embed.Vector{0, 0}},
		{embed.Vector{1e-30, 0}, embed.Vector{1, 0}},
		{embed.Vector{}, embed.Vector{}},
	} {
		if diff := cmp.Diff(test.want, test.v.Normal()); diff != "" {
			t.Errorf("%v.Normal() (-want +got):\n%s", test.v, diff)
		}
	}
}
