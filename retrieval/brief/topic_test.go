package brief

import (
	"context"
	"log/slog"
	"reflect"
	"testing"

	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

// makerOf returns a maker over one text.
func makerOf(t *testing.T, text string) *Maker {
	t.Helper()
	source := corpus.Source{Card: corpus.Card{ID: "a", File: "a.txt", Title: "Notes"}, Path: "/a.txt", Bytes: []byte(text)}
	x, err := retrieval.Shelf{}.Open(context.Background(), []corpus.Source{source}, e5.Words(), e5.New(), nil)
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	return New(quiet, x, answer.New(quiet, x, answer.DefaultThreshold))
}

// Words of a topic count for less where they stand apart.
func TestHeld(t *testing.T) {
	m := makerOf(t, "The Global Trust of Safe Harbours (GTSH) met. The climate was mild.\n\nThe Trust spoke of a change.\n\nSalt was dear.\n\nSalt rose.\n")
	for _, test := range []struct {
		topic, text string
		least, most float64
	}{
		{"climate change", "Climate change goes on.", 1, 1},
		{"climate change", "The changing climate of the north is felt.", 1, 1},
		{"climate change", "A change in the political climate is felt.", 0.5, 0.7},
		{"climate change", "The climate is mild.", 0.3, 0.7},
		{"climate change", "Nothing was said.", 0, 0},
		{"Salt Herring prices", "Salt Herring prices rose.", 1, 1},
		{"Salt Herring prices", "The price of salt rose.", 0.2, 0.7},
		{"Salt Herring", "The herring came late.", 0.7, 0.9},
		{"Salt Herring", "The sea is full of salt.", 0, 0},
		{"salt herring", "The sea is full of salt.", 0.1, 0.3},
		{"Global Trust of Safe Harbours", "The Global Trust of Safe Harbours met.", 1, 1},
		{"Global Trust of Safe Harbours", "The GTSH met.", 1, 1},
		{"Global Trust of Safe Harbours", "All trust was lost when, in a harbour far from here, the GTSH met.", 1, 1},
		{"Global Trust of Safe Harbours", "Trusts went with the wind to all the harbours of the south, where they are safe from global trade.", 0, 0},
	} {
		hits, err := m.index.Search(context.Background(), test.topic, retrieval.Options{Limit: depth})
		if err != nil {
			t.Fatal(err)
		}
		read := m.read(m.texts()[m.index.Documents()[0].Card], test.text)
		if got := m.topicOf(test.topic, hits, true).held(read, read); got < test.least || got > test.most {
			t.Errorf("%q holds %.2f of %q, want %.1f to %.1f", test.text, got, test.topic, test.least, test.most)
		}
	}
}

// FuzzTopic looks for anything in anything: no panic, what is shown stands in the
// source, and comes out the same again.
func FuzzTopic(f *testing.F) {
	f.Add(true, "The Global Trust (GT) met:\n\n• of the harbour:\n\n• of salt.\n\nThe GT spoke of Salt Herring.\n", "Global Trust and salt")
	f.Add(false, "L’avis du conseil a été lu.\n\nHe said that it was so.\n", "Who said that? l’avis")
	f.Add(true, "# Salt\n\nSalt was dear in the town.\n", "salt, \xff\x00 & the")
	f.Fuzz(func(t *testing.T, topic bool, text, query string) {
		if len(text) > 5000 {
			return
		}
		source := corpus.Source{Card: corpus.Card{ID: "a", File: "a.md"}, Path: "/a.md", Bytes: []byte(text)}
		x, err := retrieval.Shelf{}.Open(context.Background(), []corpus.Source{source}, e5.Words(), embed.Quote(), nil)
		if err != nil {
			return
		}
		quiet := slog.New(slog.DiscardHandler)
		m := New(quiet, x, answer.New(quiet, x, 0).WithLexicon(e5.Words()))
		request := Ask("Questions", []string{query})
		if topic {
			request = About(query)
		}
		b, err := m.Make(context.Background(), request, nil)
		if err != nil {
			return
		}
		for _, p := range b.Parts {
			for _, e := range p.Excerpts {
				for _, s := range e.Context {
					if text[s.Span.Start:s.Span.End] != s.Printed {
						t.Errorf("not in the source: %q", s.Printed)
					}
				}
			}
		}
		if again, err := m.Make(context.Background(), request, nil); err != nil || !reflect.DeepEqual(again, b) {
			t.Errorf("another briefing on the same: %v", err)
		}
	})
}
