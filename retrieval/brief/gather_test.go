package brief_test

import (
	"strings"
	"testing"

	"rapporteur/retrieval/brief"
)

// TestRecall asks the proceedings for topics: every sentence that speaks to one is
// quoted, told by a few words of each, and what only shares a word with it is not.
func TestRecall(t *testing.T) {
	m := proceedings(t)
	for topic, test := range map[string]struct {
		quoted, not []string
	}{
		"remittances": {
			quoted: []string{
				"remittances were financial transfers", "clearest link between migration", "commitment to send remittances",
				"impact of remittances in Mexico", "beyond remittances", "most visible and direct outcome", "the definition of remittances",
				"80 billion", "women are sources of remittances", "do not send remittances on a regular basis", "migrant remittance is one of the most evident",
			},
			not: []string{"health", "GATS"},
		},
		"trafficking in persons": {
			quoted: []string{
				"the smuggling and trafficking in persons", "falling victim to trafficking or violence", "Victims of trafficking", "prey of traffickers",
				"criminal activities of traffickers", "trafficking of women and girls", "trafficking indigenous women", "victimized by trafficking", "Actions to prevent trafficking",
			},
			not: []string{"skilled persons", "persons with those backgrounds"},
		},
		"Berne Initiative": {
			quoted: []string{"the Berne Initiative, a global consultative process", "The Initiative had been launched in 2001", "two important initiatives"},
			not:    []string{"CELADE", "office-wide"},
		},
		"World Bank":           {quoted: []string{"ILO, UNDP, the World Bank", "World Bank on mental health"}, not: []string{"World Survey", "World Population", "world order"}},
		"climate change":       {quoted: []string{"climate change, especially if sea levels"}, not: []string{"xenophobic climate"}},
		"family reunification": {quoted: []string{"Family reunification has become a major source"}, not: []string{"Mexico"}},
	} {
		var quoted strings.Builder
		for _, p := range briefing(t, m, brief.About(topic)).Parts {
			for _, e := range p.Excerpts {
				for _, s := range e.Context {
					if s.Quoted {
						quoted.WriteString(s.Text + "\n")
					}
				}
			}
		}
		for _, words := range test.quoted {
			if !strings.Contains(quoted.String(), words) {
				t.Errorf("%s: not quoted: %q", topic, words)
			}
		}
		for _, words := range test.not {
			if strings.Contains(quoted.String(), words) {
				t.Errorf("%s: quoted: %q", topic, words)
			}
		}
	}
	for _, topic := range []string{"nuclear weapons", "space exploration", "Brexit", "football", "sourdough bread"} {
		if b := briefing(t, m, brief.About(topic)); !b.Parts[0].Empty() {
			t.Errorf("%s: %d excerpts", topic, len(b.Parts[0].Excerpts))
		}
	}
}
