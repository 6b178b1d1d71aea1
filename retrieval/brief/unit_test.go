package brief

import "testing"

// What says more than another is not folded into it.
func TestSaidBy(t *testing.T) {
	const short = "The review of the Programme of Action for the Sustainable Development of Small Harbours."
	const long = "We hope that the review of the Programme of Action for the Sustainable Development of Small Harbours will bring money, and we will send the minister of fisheries to it."
	for _, test := range []struct {
		text, other string
		want        bool
	}{
		{short, long, true}, {long, short, false}, {short, short, true},
		{"The board agreed that the county and the town would pay for the lighthouse.", "The board agreed that the new lighthouse would be paid for by the county and the town.", true},
		{"The town would not pay for the new lighthouse by the harbour.", "The town would pay for the new lighthouse by the harbour.", false},
	} {
		if got := gistOf(test.text).saidBy(gistOf(test.other)); got != test.want {
			t.Errorf("%q said by %q: %v", test.text, test.other, got)
		}
	}
}
