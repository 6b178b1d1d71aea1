package answer_test

import (
	"fmt"
	"strings"
	"testing"

	"rapporteur/retrieval/answer"
)

func TestLongForm(t *testing.T) {
	for _, test := range []struct{ before, short, want string }{
		{"by the International Labour Organization ", "ILO", "International Labour Organization"},
		{"the Global Commission on International Migration ", "GCIM", "Global Commission on International Migration"},
		{"the high-level dialogue ", "HLD", "high-level dialogue"},
		{"the Dialogue. Others left ", "DOL", ""},
		{"they met in Geneva ", "ILO", ""},
		{"", "ILO", ""},
	} {
		if got := answer.LongForm(test.before, test.short); got != test.want {
			t.Errorf("%q, %s: got %q, want %q", test.before, test.short, got, test.want)
		}
	}
}

// What an abbreviation means is answered from the one place that spells it out, however
// often the others use it.
func TestMeaningFirst(t *testing.T) {
	var b strings.Builder
	b.WriteString("I. OPENING\n\nThe chair of the Royal Keepers' Council (RKC) opened the meeting in the hall. The Consejo de Abejas (CDA) sent a greeting, and the wax research group (WRG) a letter.\n\n")
	for i, does := range []string{"met in spring and spoke of the hives", "asked for wider boxes", "thanked the miller for his wheat", "sent a letter to the mayor of the town"} {
		fmt.Fprintf(&b, "%s. ITEM\n\n", []string{"II", "III", "IV", "V"}[i])
		for _, who := range []string{"RKC", "CDA", "WRG"} {
			fmt.Fprintf(&b, "The %s %s. What the %s is to do was left open (%s).\n\n", who, does, who, who)
		}
	}
	a := answerer(t, 0, b.String())
	for question, want := range map[string]string{
		"What does RKC stand for?":     "Royal Keepers' Council (RKC)",
		"What is the RKC?":             "Royal Keepers' Council (RKC)",
		"And what is the CDA?":         "Consejo de Abejas (CDA)",
		"What do the letters WRG mean": "wax research group (WRG)",
		"what does rkc stand for?":     "Royal Keepers' Council (RKC)",
		"what is the cda":              "Consejo de Abejas (CDA)",
		"What are WRGs?":               "wax research group (WRG)",
	} {
		out, err := a.Ask(t.Context(), answer.Question{Text: question})
		if err != nil || len(out.Citations) == 0 || !strings.Contains(out.Citations[0].Quote, want) || !strings.Contains(out.Hits[0].Text, want) {
			t.Errorf("%s %s %v", question, out.Text, err)
		}
	}
	for _, question := range []string{"What did the RKC thank the miller for?", "By what means did the RKC thank the miller?"} {
		out, err := a.Ask(t.Context(), answer.Question{Text: question})
		if err != nil || strings.Contains(out.Text, "Royal") {
			t.Errorf("%s %s %v", question, out.Text, err)
		}
	}
}
