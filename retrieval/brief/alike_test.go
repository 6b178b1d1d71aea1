package brief_test

import (
	"strings"
	"testing"

	"rapporteur/retrieval/brief"
)

// One word of a topic may be another that says the same: a single one of several may not.
func TestAlike(t *testing.T) {
	m := proceedings(t)
	for topic, test := range map[string]struct{ quoted, not string }{
		"refugees":            {"Streamlining of procedures has also occurred regarding asylum-seekers", "GATS"},
		"discrimination":      {"discriminatory environmental policies", "remittances"},
		"marriage":            {"to marry someone in another country", "climate"},
		"illegal immigration": {"undocumented migrants", "Extreme politicization of migration"},
	} {
		got := quoted(briefing(t, m, brief.About(topic)))
		if !strings.Contains(got, test.quoted) || strings.Contains(got, test.not) {
			t.Errorf("%s: %q and no %q in\n%s", topic, test.quoted, test.not, got)
		}
	}
}
