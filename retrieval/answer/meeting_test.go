package answer

import (
	"testing"

	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
)

// "The meeting" is the one that the only document asked is the report of, where nothing
// but when or where it was is asked.
func TestEntitled(t *testing.T) {
	report := corpus.Source{Card: corpus.Card{ID: "report", File: "report.txt", Title: "Report of the Fourth Meeting of Keepers, held in York on 3 May 1904"}, Path: "/report.txt", Bytes: []byte("The meeting was held at York.\n")}
	ledger := corpus.Source{Card: corpus.Card{ID: "ledger", File: "ledger.txt", Title: "Ledger"}, Path: "/ledger.txt", Bytes: []byte(ledger)}
	open := func(sources ...corpus.Source) *retrieval.Index {
		x, err := retrieval.Shelf{}.Open(t.Context(), sources, e5.Words(), embed.Quote(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	alone, both := open(report), open(report, ledger)
	of := func(id string) func(corpus.Passage) bool {
		return func(p corpus.Passage) bool { return p.Doc.ID == id }
	}
	for _, test := range []struct {
		x              *retrieval.Index
		only           func(corpus.Passage) bool
		question, want string
	}{
		{alone, nil, "When was the meeting held?", "When was the Fourth Meeting of Keepers held?"},
		{alone, nil, "where did this meeting take place", "where did the Fourth Meeting of Keepers take place"},
		{alone, nil, "In which city was the meeting?", "In which city was the Fourth Meeting of Keepers?"},
		{alone, nil, "When was the meeting, and who opened it?", "When was the Fourth Meeting of Keepers, and who opened it?"},
		{both, of("report"), "When was the meeting held?", "When was the Fourth Meeting of Keepers held?"},
		{both, of("ledger"), "When was the meeting held?", "When was the meeting held?"},
		{both, nil, "When was the meeting held?", "When was the meeting held?"},
		{alone, nil, "When was the workshop held?", "When was the workshop held?"},
		{alone, nil, "When did the meeting discuss honey?", "When did the meeting discuss honey?"},
		{alone, nil, "Why was the meeting held?", "Why was the meeting held?"},
	} {
		if got := entitled(test.x, test.question, test.only); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
