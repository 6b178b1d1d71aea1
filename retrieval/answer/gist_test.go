package answer

import "testing"

func TestGist(t *testing.T) {
	const said = "Remittances to developing countries reached forty billion dollars in 1999."
	for other, want := range map[string]bool{
		said: true,
		"In the year 1999, as was noted, remittances to all developing countries reached some forty billion dollars.": true,
		"Remittances to developing countries reached forty billion dollars in 2001.":                                  false,
		"Remittances to developing countries never reached forty billion dollars in 1999.":                            false,
		"Remittances reached countries.":               false,
		"Nothing of the kind was heard at the meeting": false,
	} {
		a, b := GistOf(said), GistOf(other)
		if got := a.Same(b); got != want || a.alike(b) != b.alike(a) {
			t.Errorf("%q: %v, want %v", other, got, want)
		}
	}
}
