package answer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParts(t *testing.T) {
	for _, test := range []struct {
		question string
		want     []string
	}{
		// Two clauses.
		{"What does the report say about trafficking, and who asked for the report?", []string{"What does the report say about trafficking", "who asked for the report?"}},
		{"How many hives were counted in May? Who burns the old boxes?", []string{"How many hives were counted in May", "Who burns the old boxes?"}},
		{"Who opened the long meeting, and what position did he hold?", []string{"Who opened the long meeting", "Who opened the long meeting? what position did he hold?"}},
		// Several sides.
		{"How are pensions dealt with in the ILO presentation and in the paper on social dimensions?", []string{
			"How are pensions dealt with in the ILO presentation", "How are pensions dealt with in the paper on social dimensions"}},
		{"What do the report, the women's paper and the social paper each say about trafficking?", []string{
			"What do the report say about trafficking", "What do the women's paper say about trafficking", "What do the social paper say about trafficking"}},
		{"What is the difference between Iran and Iraq?", []string{"What is the difference between Iran", "What is the difference between Iraq"}},
		{"What was said in the preface, the report, and the annex?", []string{"What was said in the preface", "What was said in the report", "What was said in the annex"}},
		{"Which seats do Iceland and Fiji each want to see?", []string{"Which seats do Iceland want to see", "Which seats do Fiji want to see"}},
		{"How do Costa Rica and Fiji refer to the report?", []string{"How do Costa Rica refer to the report", "How do Fiji refer to the report"}},
		{"What did Japan do for Afghanistan in 2002 and for Africa in 1993?", []string{"What did Japan do for Afghanistan in 2002", "What did Japan do for Africa in 1993"}},
		{"Compare the positions of Costa Rica and Fiji on Taiwan.", []string{"What about the positions of Costa Rica on Taiwan", "What about the positions of Fiji on Taiwan"}},
		{"Compare the aim of the hives and the mandate of the council.", []string{"What about the aim of the hives", "What about the mandate of the council"}},
		{"Compare what the Policy Section and the Statistics Division will publish, and when?", []string{"What about what the Policy Section will publish, and when", "What about what the Statistics Division will publish, and when"}},
		// They may be named differently where each is asked about.
		{"What do Mr. Lucas and the participants each say about return?", []string{"What do Mr. Lucas say about return", "What do the participants say about return"}},
		{"What do Mr. Lucas and the participants say about return?", nil},
		// Both.
		{"What is said of data in the report and in the annex, and who is asked to collect more data?", []string{
			"What is said of data in the report", "What is said of data in the annex", "who is asked to collect more data?"}},
		// One thing.
		{"When and where did the meeting take place?", nil},
		{"What did they do in été and été passé?", nil},
		{"Do migrants bring back skills and experience?", nil},
		{"What happened from 27 to 28 October and why?", nil},
		{"Which of the Second and Third Committees of the Assembly met?", nil},
		{"What did the Department of Economic and Social Affairs report?", nil},
		{"What was said about remittances?", nil},
		{"and", nil},
		{"in and", nil},
		{"in the a and", nil},
		{"", nil},
	} {
		if diff := cmp.Diff(test.want, parts(test.question)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.question, diff)
		}
	}
}

// FuzzParts holds the parts of anything to be few and none of them empty.
func FuzzParts(f *testing.F) {
	f.Add("What is said in the report and in the annex, and who asked?")
	f.Add("in the a, , and the b each")
	f.Add("do Ä, É and Ö?")
	f.Add(strings.Repeat("in and ", LongestQuestion/7)) // takes no time all the same
	f.Fuzz(func(t *testing.T, question string) {
		p := parts(question)
		if len(p) == 1 || len(p) > mostParts {
			t.Errorf("%d parts", len(p))
		}
		for _, text := range p {
			if text == "" {
				t.Errorf("an empty part in %q", p)
			}
		}
	})
}
