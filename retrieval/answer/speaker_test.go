package answer

import (
	"testing"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// Who is asked for words and is named, but says nothing where they are named, did not
// say what was found; whoever is not named at all is judged by other signals.
func TestSubjectSilent(t *testing.T) {
	for _, test := range []struct {
		question, text string
		want           float64
	}{
		{"What did the World Bank report?", "The project might be conducted jointly by ILO, the World Bank and other interested agencies.", 1},
		{"What did the World Bank report?", "The representative of the World Bank reported that poverty fell.", 0},
		{"What did the World Bank report?", "The World Bank (WB) of Washington, which took the floor for the first time, regretted the delay.", 0},
		{"What did the World Bank report?", "A project was suggested by the World Bank.", 0},
		{"What did the World Bank report?", "According to the representative of the World Bank, poverty fell.", 0},
		{"What did the World Bank report?", "WORLD BANK: Poverty fell.", 0}, // not named as it is asked for
		{"What did the World Bank report?", "The Council met in spring.", 0},
		{"What did Malaysia propose in the talks?", "In partnership with Malaysia, we are closer to a peace with those who have renounced terror.", 1},
		{"What did Mr. Hunte say in his farewell speech?", "We congratulate the outgoing President, Mr. Julian Hunte of Saint Lucia, for his leadership.", 1},
		{"What did Mr. Hunte say?", "Hunte also mentioned the weir.", 0},
		{"What did Bruce McArthur say?", "Bruce McArthur, Chief, Experimental Studies Section of Environment Canada (EC) opened the meeting.", 0},
		{"What did Mr. Hunte say?", "Mr. Hunte: The weir is broken.", 0},
		{"What did Norway and Sweden say?", "Norway and Sweden met.", 0},    // two are asked for
		{"What did Norway's report say?", "Norway's coast is long.", 0},     // no speaker is asked for
		{"Who met Mr. Hunte?", "Mr. Hunte was met at the station.", 0},      // nor here
		{"What did the meeting say?", "The meeting was held in spring.", 0}, // nor a name
		{"What did C++ (x say?", "C++ (x was used.", 0},                     // nor here
	} {
		sentence := corpus.Sentence{Text: test.text}
		hit := retrieval.Hit{Passage: corpus.Passage{Doc: &corpus.Card{}, Text: test.text, Sentences: []corpus.Sentence{sentence}}}
		if got := subjectSilent(test.question, []retrieval.Hit{hit}); got != test.want {
			t.Errorf("%s %s: got %v, want %v", test.question, test.text, got, test.want)
		}
	}
	hit := retrieval.Hit{Passage: corpus.Passage{Doc: &corpus.Card{Title: "Statement of Malaysia"}, Text: "Malaysia.", Sentences: []corpus.Sentence{{Text: "In Malaysia."}}}}
	if got := subjectSilent("What did Malaysia say?", []retrieval.Hit{hit}); got != 0 {
		t.Errorf("in a document of its own: %v", got)
	}
}
