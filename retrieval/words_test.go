package retrieval

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rapporteur/corpus"
)

// Whether passages are indexed one by one, some at a time or all at once, words
// score and weigh the same.
func TestWordsInBatches(t *testing.T) {
	animals := []string{"eels", "storks", "salmon", "swallows", "moths"}
	var passages []corpus.Passage
	for i := range 40 {
		text := fmt.Sprintf("In year %d the %s met the %s.", i%7, animals[i%5], animals[i%3])
		if i%4 == 0 {
			text += " Nobody counted the " + animals[i%5] + ", and many went on to the sea."
		}
		passages = append(passages, corpus.Passage{ID: fmt.Sprint(i), Text: text})
	}
	whole, err := indexWords(passages, len(passages))
	if err != nil {
		t.Fatal(err)
	}
	for _, batch := range []int{1, 7, 39} {
		some, err := indexWords(passages, batch)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(whole.holders, some.holders); diff != "" {
			t.Errorf("batches of %d: other terms:\n%s", batch, diff)
		}
		for _, query := range []string{"eels", "Who counted the storks that went to the sea?", "year 3"} {
			want, err := whole.scores(context.Background(), query, len(passages))
			if err != nil {
				t.Fatal(err)
			}
			got, err := some.scores(context.Background(), query, len(passages))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-12)); diff != "" {
				t.Errorf("batches of %d, %q:\n%s", batch, query, diff)
			}
		}
	}
}
