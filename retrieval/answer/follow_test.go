package answer

import "testing"

func TestStandalone(t *testing.T) {
	for _, test := range []struct {
		history  []string
		question string
		want     string
	}{
		// Nothing came before.
		{nil, "And in Africa?", "And in Africa?"},
		{nil, "  What \n was said?", "What was said?"},
		{[]string{""}, "And then?", "And then?"},

		// A place or a name takes another's.
		{[]string{"What did the ILO conclude?"}, "And in Africa?", "What did the ILO conclude in Africa?"},
		{[]string{"What did the ILO conclude in Asia?"}, "And in Africa?", "What did the ILO conclude in Africa?"},
		{[]string{"What did the ILO conclude in Asia?"}, "and in Latin America", "What did the ILO conclude in Latin America?"},
		{[]string{"How many migrants lived in Latin America in 2000?"}, "What about Africa?", "How many migrants lived in Africa in 2000?"},
		{[]string{"What did Mr. Lucas say about poverty?"}, "And Mr. Skeldon?", "What did Mr. Skeldon say about poverty?"},
		{[]string{"What did Mr. Lucas say about poverty in Asia?"}, "How about Ms. Osaki?", "What did Ms. Osaki say about poverty in Asia?"},
		{[]string{"What did the ILO conclude in Asia?"}, "And IOM?", "What did the IOM conclude in Asia?"},
		{[]string{"What did the ILO conclude in Asia?"}, "What about the IOM?", "What did the IOM conclude in Asia?"},
		// It is not safe to say whose.
		{[]string{"What did the ILO and UNHCR conclude?"}, "And the IOM?", "What did the ILO and UNHCR conclude? And the IOM?"},
		{[]string{"What did the ILO conclude?"}, "And the women?", "What did the ILO conclude? And the women?"},
		{[]string{"What did the ILO conclude?"}, "And in Africa and Asia since 1990?", "What did the ILO conclude? And in Africa and Asia since 1990?"},
		{[]string{"What did the ILO conclude?"}, "What about remittances?", "What did the ILO conclude? What about remittances?"},

		// A pronoun stands for the one name that it can.
		{[]string{"What is the Berne Initiative?"}, "Who launched it?", "Who launched the Berne Initiative?"},
		{[]string{"What is the Berne Initiative?"}, "And who launched it?", "Who launched the Berne Initiative?"},
		{[]string{"What is World Population Policies 2003?"}, "In which formats can I get it?", "In which formats can I get World Population Policies 2003?"},
		{[]string{"What is the Global Commission on International Migration?"}, "Who heads its secretariat?", "Who heads the Global Commission on International Migration's secretariat?"},
		{[]string{"Who is Ms. Osaki?"}, "What did she say about Africa?", "What did Ms. Osaki say about Africa?"},
		{[]string{"Who is Ms. Osaki?"}, "What is her office?", "What is Ms. Osaki's office?"},
		{[]string{"Who is Ms. Osaki?"}, "Who asked her?", "Who asked Ms. Osaki?"},
		{[]string{"Who is Professor Lucas?"}, "Does he think that migration falls?", "Does Professor Lucas think that migration falls?"},
		{[]string{"What is the Berne Initiative?", "Who launched it?"}, "and when did it begin?", "When did the Berne Initiative begin?"},
		// What else the earlier question says still counts.
		{[]string{"What did Mr. Lucas say about skilled migration and poverty?"}, "What did he recommend?", "What did Mr. Lucas say about skilled migration and poverty? What did Mr. Lucas recommend?"},
		// More than one name, or a pronoun for anything: both questions stand.
		{[]string{"What did Mr. Lucas and Mr. Skeldon say?"}, "What did he add?", "What did Mr. Lucas and Mr. Skeldon say? What did he add?"},
		{[]string{"What did Mr. Lucas say?"}, "So did he think rich countries really need more of them?", "What did Mr. Lucas say? So did he think rich countries really need more of them?"},
		{[]string{"What did the report say about trafficking?"}, "How can it be prevented?", "What did the report say about trafficking? How can it be prevented?"},
		{[]string{"What is a levy on remittances?"}, "Who proposed that?", "What is a levy on remittances? Who proposed that?"},
		{[]string{"What is the Berne Initiative?"}, "Why was that needed?", "What is the Berne Initiative? Why was that needed?"},
		{[]string{"What is the Berne Initiative?"}, "When?", "What is the Berne Initiative? When?"},
		{[]string{"What is the Berne Initiative?"}, "WHO LAUNCHED IT?", "WHO LAUNCHED the Berne Initiative?"},
		{[]string{"What is the Berne Initiative?", "Who launched it?"}, "and when was that", "Who launched the Berne Initiative? and when was that"},
		{[]string{"What did Mr. Lucas say?"}, "Mexico remittances", "What did Mr. Lucas say? Mexico remittances"},

		// New topics, some with a word in them that stands for nothing before.
		{[]string{"What did the ILO conclude?"}, "What is the Berne Initiative?", "What is the Berne Initiative?"},
		{[]string{"What did Mr. Lucas say?"}, "What did Mr. Skeldon say about his fears?", "What did Mr. Skeldon say about his fears?"},
		{[]string{"What did Mr. Lucas say?"}, "Is there a single office for migration?", "Is there a single office for migration?"},
		{[]string{"What did Mr. Lucas say?"}, "Is it true that migration falls?", "Is it true that migration falls?"},
		{[]string{"What did Mr. Lucas say?"}, "Is it possible to tax remittances?", "Is it possible to tax remittances?"},
		{[]string{"What did Mr. Lucas say?"}, "Would it be sensible for a state to tax remittances?", "Would it be sensible for a state to tax remittances?"},
		{[]string{"What did Mr. Lucas say?"}, "Is there evidence that remittances reduce poverty?", "Is there evidence that remittances reduce poverty?"},
		{[]string{"What did Mr. Lucas say?"}, "Who said that migration would fall?", "Who said that migration would fall?"},
		{[]string{"What did Mr. Lucas say?"}, "What does this report say about trafficking?", "What does this report say about trafficking?"},
		{[]string{"What did Mr. Lucas say?"}, "Who took part in this meeting?", "Who took part in this meeting?"},
		{[]string{"What did Mr. Lucas say?"}, "Which agreements such as treaties protect migrants?", "Which agreements such as treaties protect migrants?"},
		{[]string{"What did Mr. Lucas say?"}, "How do migrants send money to their families?", "How do migrants send money to their families?"},
		{[]string{"What did Mr. Lucas say?"}, "How many countries fail to ratify the instruments of 1990?", "How many countries fail to ratify the instruments of 1990?"},
		{[]string{"What did Mr. Lucas say?"}, "How many migrants were there in 2000?", "How many migrants were there in 2000?"},
		{[]string{"What did Mr. Lucas say?"}, "What measures that were proposed need money?", "What measures that were proposed need money?"},
	} {
		if got := standalone(Question{Text: test.question, History: test.history}); got != test.want {
			t.Errorf("%q after %q:\n got %q\nwant %q", test.question, test.history, got, test.want)
		}
	}
}
