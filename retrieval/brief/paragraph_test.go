package brief

import (
	"slices"
	"strings"
	"testing"
)

const minutesOfLists = `I. WISHES

The members had several wishes, which they put down as follows, and they asked for an answer:

13. Many boats were lost. Considering this, the members recommend to all who own a boat in the harbour:

(a) To mend the quay before the winter, since nobody else will do it for them this year;

(b) To light the lamp at dusk. It is to be put out at dawn;

14. The members, having seen the old school, recommend to the town and to the county:

(c) To build a new school, with a stove in every room and a bell above the door.
`

// sentenceOf is the number of the sentence that begins with words.
func (t *text) sentenceOf(words string) int {
	return slices.IndexFunc(t.sentences, func(s sentence) bool { return strings.HasPrefix(s.Text, words) })
}

// The words that a list opens with are those of its own list, not of the outer one.
func TestLeadIn(t *testing.T) {
	x := sentencesOf(t, minutesOfLists)
	for item, want := range map[string]string{
		"(a)": "Considering this", "(b)": "Considering this", "It is to be put out": "Considering this",
		"(c)": "14.", "13.": "The members had", "14.": "The members had", "The members had": "",
	} {
		i := x.sentenceOf(item)
		if i < 0 {
			t.Fatalf("no sentence %q", item)
		}
		got := ""
		if n := x.leadIn(i); n >= 0 {
			got = x.sentences[n].Text
		}
		if !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q, want %q", item, got, want)
		}
	}
}

// What leans on the words before is shown with them.
func TestAround(t *testing.T) {
	for _, test := range []struct {
		text string // its last sentence is quoted
		want int    // sentences shown
	}{
		{"The quay was mended.\n\nThe lamp was lit.", 1},
		{"The quay was mended.\n\nThis was done in a week.", 2},
		{"The quay was mended.\n\nOn that occasion all were there.", 2},
		{"The quay was mended.\n\nFurthermore, the lamp was lit.", 2},
		{"The quay was mended.\n\nIt was noted that the lamp was lit.", 1},
		{"The quay was mended.\n\nIt took a week.", 2},
		{"The quay was mended.\n\nIt took a week.\n\nThat was long.", 3},
		{"The town slept.\n\nThe quay was mended.\n\nIt took a week.\n\nThat was long.", 3}, // no more than two
		{"Mr. Holm noted that the quay was mended.\n\nHe added that it took a week.", 1},    // it says who speaks
		{"The mason came late.\n\nHe added that it took a week.", 2},
		{"That the quay was mended.", 1}, // there is nothing before
	} {
		x := sentencesOf(t, test.text)
		last := len(x.sentences) - 1
		if got := x.around([]int{last}, x.speaker(last)); len(got) != test.want {
			t.Errorf("%q: %d sentences, want %d", test.text, len(got), test.want)
		}
	}
}

func TestIsTitle(t *testing.T) {
	x := sentencesOf(t, `I. WISHES FOR THE HARBOUR

The agenda was adopted as follows, without a vote and by all who were there:

(a) Wishes for the harbour;

(b) To mend the quay before the winter;

Lamps and boats

Lamps and boats were spoken of at length, and the members were of one mind about it.
`)
	for words, want := range map[string]bool{"(a)": true, "(b)": false, "The agenda": false, "Lamps and boats were": false} {
		if i := x.sentenceOf(words); i < 0 || x.isTitle(i) != want {
			t.Errorf("%q (sentence %d): want %v", words, i, want)
		}
	}
}

// Items of one list are brought together where the strongest stands.
func TestListed(t *testing.T) {
	x := sentencesOf(t, minutesOfLists)
	var all []Excerpt
	for _, words := range []string{"(b)", "The members had", "(c)", "(a)"} {
		e, err := x.excerpt([]int{x.sentenceOf(words)})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	var got []string
	for _, e := range listed(all) {
		got = append(got, strings.Fields(e.Quote)[0])
	}
	if want := []string{"(a)", "(b)", "The", "(c)"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
