package answer

import "testing"

func TestStandalone(t *testing.T) {
	for _, test := range []struct {
		history  []string
		question string
		want     string
	}{
		{nil, "And in Africa?", "And in Africa?"},
		{nil, "  What \n was said?", "What was said?"},
		{[]string{"What did the ILO conclude?"}, "And in Africa?", "What did the ILO conclude? And in Africa?"},
		{[]string{"What did the ILO conclude?"}, "What is the Berne Initiative?", "What is the Berne Initiative?"},
		{[]string{"What is the Berne Initiative?"}, "Who launched it?", "What is the Berne Initiative? Who launched it?"},
		{[]string{"What is the Berne Initiative?"}, "When?", "What is the Berne Initiative? When?"},
		{[]string{"What is the Berne Initiative?", "Who launched it?"}, "and when was that", "What is the Berne Initiative? Who launched it? and when was that"},
		{[]string{"What did Mr. Lucas say?"}, "So did he think rich countries really need more of them?", "What did Mr. Lucas say? So did he think rich countries really need more of them?"},
		{[]string{"What did Mr. Lucas say?"}, "What did Mr. Skeldon say about his fears?", "What did Mr. Skeldon say about his fears?"},
		{[]string{"What did Mr. Lucas say?"}, "Is there a single office for migration?", "Is there a single office for migration?"},
		{[]string{"What did Mr. Lucas say?"}, "Is it true that migration falls?", "Is it true that migration falls?"},
		{[]string{"What did Mr. Lucas say?"}, "How many countries fail to ratify the instruments of 1990?", "How many countries fail to ratify the instruments of 1990?"},
		{[]string{"What did Mr. Lucas say?"}, "Mexico remittances", "What did Mr. Lucas say? Mexico remittances"},
		{[]string{""}, "And then?", "And then?"},
	} {
		if got := standalone(Question{Text: test.question, History: test.history}); got != test.want {
			t.Errorf("%q after %q:\n got %q\nwant %q", test.question, test.history, got, test.want)
		}
	}
}
