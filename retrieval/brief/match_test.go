package brief_test

import (
	"fmt"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/brief"
)

// quoted is what a briefing quotes, a sentence a line, in its order.
func quoted(b brief.Briefing) string {
	var out strings.Builder
	for _, p := range b.Parts {
		for _, e := range p.Excerpts {
			for _, s := range e.Context {
				if s.Quoted {
					out.WriteString(s.Text + "\n")
				}
			}
		}
	}
	return out.String()
}

// about is a briefing on a topic from one small text.
func about(t *testing.T, text, topic string) brief.Briefing {
	t.Helper()
	source := corpus.Source{Card: corpus.Card{ID: "a", File: "a.txt", Title: "Notes"}, Path: "/a.txt", Bytes: []byte(text)}
	return briefing(t, maker(t, e5.New(), source), brief.About(topic))
}

const notes = `REPORT OF THE BOARD

I. AGENDA

The board adopted the following agenda:

(a) Transfer of the ferry licence;

(b) Repair of the harbour wall;

(c) Fees and berths.

II. TRANSFER OF THE FERRY LICENCE

The licence of the ferry was transferred to the town in March 1911, and the county was paid for it.

The county had run the boat at a loss for many years before it was rid of it.

III. REPAIR OF THE HARBOUR WALL

Stones fell out of the wall in winter. The mason was asked for a price by the end of June 1912.

IV. FEES AND BERTHS

The fees were raised in the spring. Every berth was let by then, and many boats had to wait.

The fees of the berths by the quay were raised once more, as the berths there are the deepest.

The fee of a summer berth is eleven crowns. Nobody paid a fee at the old quay.

The Harbour Relief Fund (HRF) gave coal to forty families. The HRF will meet again in autumn.

A fund for relief from the hay fever of horses was refused at the harbour inn.

V. COALS AND LAMPS

Forty sacks came by boat in March, and were shared out by the wife of the mason.
`

// What a topic wants of a small text, and what it does not.
func TestMatching(t *testing.T) {
	for name, test := range map[string]struct {
		topic       string
		quoted, not []string
	}{
		"no title of a section from the agenda": {
			"transfer of the ferry licence", []string{"was transferred to the town"}, []string{"Transfer of the ferry licence;"},
		},
		"what stands under a heading that names the topic": {
			"harbour wall", []string{"Stones fell out of the wall"}, []string{"hay fever", "crowns"},
		},
		"either of two things that go together": {
			"fees and berths", []string{"The fees were raised in the spring", "Every berth was let", "eleven crowns", "Nobody paid a fee"}, []string{"Fees and berths."},
		},
		"not one of two things that never meet": {
			"stones and fees", nil, []string{"Stones fell", "eleven crowns"},
		},
		"a section of its name, whatever its words": {
			"coals and lamps", []string{"Forty sacks"}, []string{"hay fever"},
		},
		"a name, by its acronym too": {
			"Harbour Relief Fund", []string{"gave coal", "will meet again"}, []string{"hay fever"},
		},
		"a number, and no other": {
			"1912", []string{"end of June 1912"}, []string{"1911"},
		},
	} {
		got := quoted(about(t, notes, test.topic))
		for _, words := range test.quoted {
			if !strings.Contains(got, words) {
				t.Errorf("%s: %q: not quoted: %q", name, test.topic, words)
			}
		}
		for _, words := range test.not {
			if strings.Contains(got, words) {
				t.Errorf("%s: %q: quoted: %q", name, test.topic, words)
			}
		}
	}
}

// A word is found behind an article that leans on it, and not said to stand nowhere.
func TestElided(t *testing.T) {
	b := about(t, "La séance est ouverte à seize heures par le maire.\n\nL’avis du conseil a été lu à haute voix.\n", "avis du conseil")
	if got := quoted(b); !strings.HasPrefix(got, "L’avis du conseil") {
		t.Errorf("quoted %q", got)
	}
	b = about(t, "La séance est ouverte à seize heures par le maire.\n\nL’avis du conseil a été lu à haute voix.\n", "avis des pompiers")
	if got := shown(b.Paper(brief.Form{})); strings.Contains(got, "“avis” stands nowhere") || strings.Contains(got, "“avis” and") {
		t.Errorf("got\n%s", got)
	}
}

// The paragraph with the most to say of the topic comes first, wherever it stands.
func TestStrongestFirst(t *testing.T) {
	b := about(t, `The town has a ferry, a school, two inns and a church that leans to the north.

Many came by road. Some came with the ferry. Others walked along the shore to save the fare.

The ferry crosses the sound four times a day. The ferry carries two hundred people and six carts. In
winter the ferry lies in the inner harbour, where its hull is scraped and tarred.
`, "ferry")
	if first, _, _ := strings.Cut(quoted(b), "\n"); !strings.HasPrefix(first, "The ferry crosses the sound four times a day.") {
		t.Errorf("first is %q of\n%s", first, quoted(b))
	}
}

// A question in words that the documents do not have is answered by chance, if at all.
func TestForeignQuestion(t *testing.T) {
	b := briefing(t, proceedings(t), brief.Ask("Pregunta", []string{"¿Qué dijo la OIT sobre los trabajadores migrantes?"}))
	if !b.Parts[0].Empty() {
		t.Errorf("quoted:\n%s", quoted(b))
	}
}

// A question is about what was said, and not about saying.
func TestSayingWords(t *testing.T) {
	got := quoted(briefing(t, proceedings(t), brief.Ask("Question", []string{"What did ILO report?"})))
	if !strings.Contains(got, "92nd session") || strings.Contains(got, "Ms. Kelko Osaki") {
		t.Errorf("quoted:\n%s", got)
	}
}

// What asks for one thing is answered, and not surrounded by all that is near.
func TestOneThing(t *testing.T) {
	got := quoted(briefing(t, proceedings(t), brief.Ask("Question", []string{"Who opened the meeting?"})))
	if !strings.HasPrefix(got, "Mr. Joseph Chamie, Director") || strings.Contains(got, "The main objective") || strings.Contains(got, "Fifty-two participants") {
		t.Errorf("quoted:\n%s", got)
	}
}

// A topic on which nothing is found is read without its typing errors, which is said.
func TestTypingErrors(t *testing.T) {
	x := open(t, e5.New(), retrieval.Builtin())
	m := brief.New(quiet, x, answer.New(quiet, x, answer.DefaultThreshold).WithLexicon(e5.Words()))
	b := briefing(t, m, brief.About("traffiking in persons"))
	got := shown(b.Paper(brief.Form{}))
	if b.Title != "Trafficking in persons" || !strings.Contains(got, "Searched for “trafficking in persons” (for “traffiking in persons”, which was taken for a typing error)") {
		t.Errorf("%q:\n%.600s", b.Title, got)
	}
	got = shown(briefing(t, m, brief.Ask("Two", []string{"refugges", "What did the ILO say about domestc workers?", "football"})).Paper(brief.Form{}))
	for _, want := range []string{"Searched for “refugees”, without what was taken", "about domestic workers?”, without what was taken", "Nothing was found on this in the 107 passages searched."} {
		if strings.Count(got, want) != 1 {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// What there is of a topic's words is said where something is missing.
func TestLacking(t *testing.T) {
	m := proceedings(t)
	for topic, want := range map[string]string{
		"blockchain":                           "passages searched.\n",
		"football stadiums":                    "passages searched.\n",
		"trafficking in persons in Antarctica": "The word “Antarctica” stands nowhere in them.\n",
		"Brexit, football and remittances":     "The words “Brexit” and “football” stand nowhere in them.\n",
		"environment and nurses":               "Its words stand there",
		"migrant remittances in Mexico":        "",
	} {
		got := shown(briefing(t, m, brief.About(topic)).Paper(brief.Form{}))
		if !strings.Contains(got, want) || want == "" && strings.Contains(got, "None of these") {
			t.Errorf("%s: no %q in\n%.700s", topic, want, got)
		}
	}
	// Of a whole text nobody wants to know them.
	text := "remittances"
	for i := range 25 {
		text += fmt.Sprint(" zq", i)
	}
	if got := shown(briefing(t, m, brief.About(text)).Paper(brief.Form{})); strings.Contains(got, "stand nowhere") {
		t.Errorf("got\n%.900s", got)
	}
}

// A list is quoted with the words that it opens with, when these speak to the topic and
// it is short.
func TestListOpened(t *testing.T) {
	const lists = `The harbour master gave his orders for the regatta:

(a) Boats shall keep to the left;

(b) Nobody may land before noon.

The winners of the regatta of last summer were these:

• Ada Lind, who sailed alone;

• Per Holm and his brother, whose mast broke on the way home.

The pastor spoke of the flood, and of the orphans of the town.
`
	got := quoted(about(t, lists, "regatta"))
	for _, words := range []string{"orders for the regatta", "keep to the left", "before noon", "sailed alone", "mast broke"} {
		if !strings.Contains(got, words) {
			t.Errorf("not quoted: %q in\n%s", words, got)
		}
	}
	if strings.Contains(got, "flood") {
		t.Errorf("got\n%s", got)
	}
	long := strings.Replace(lists, "before noon", "before noon"+strings.Repeat(", nor after the sun has set", 40), 1)
	if got := quoted(about(t, long, "regatta")); strings.Contains(got, "keep to the left") || !strings.Contains(got, "mast broke") {
		t.Errorf("a long list: got\n%s", got)
	}
}

// A question is answered as a question, though it is given as a topic.
func TestQuestionAsTopic(t *testing.T) {
	m := proceedings(t)
	b := briefing(t, m, brief.About("How many migrants are there?"))
	excerpts := 0
	for _, p := range b.Parts {
		excerpts += len(p.Excerpts)
	}
	got := quoted(b)
	if excerpts == 0 || excerpts > 8 || !strings.Contains(got, "175 million") {
		t.Errorf("%d excerpts:\n%s", excerpts, got)
	}
	for line := range strings.Lines(got) {
		if !strings.ContainsAny(line, "0123456789") && !strings.Contains(line, "hree") {
			t.Errorf("no figure: %q", line)
		}
	}
	if got := shown(b.Paper(brief.Form{})); !strings.Contains(got, "The documents may not answer this question.") {
		t.Errorf("got\n%.600s", got)
	}
	if got := shown(briefing(t, m, brief.About("Who opened the meeting?")).Paper(brief.Form{})); strings.Contains(got, "may not answer") {
		t.Errorf("got\n%.600s", got)
	}
	if got := quoted(briefing(t, m, brief.About("How are migrants?"))); strings.Count(got, "\n") > 40 {
		t.Errorf("got\n%s", got)
	}
}

// What has half of a topic that the documents nowhere put so does not speak to it.
func TestHalfTopic(t *testing.T) {
	m := proceedings(t)
	for topic, test := range map[string]struct{ quoted, not string }{
		"voting rights":  {"the right to vote", "land rights"},
		"pension rights": {"pension benefits", "trade unions"},
	} {
		got := quoted(briefing(t, m, brief.About(topic)))
		if !strings.Contains(got, test.quoted) || strings.Contains(got, test.not) {
			t.Errorf("%s: %q and no %q in\n%s", topic, test.quoted, test.not, got)
		}
	}
	if b := briefing(t, m, brief.About("reform of the United Nations")); !b.Parts[0].Empty() {
		t.Errorf("got\n%s", quoted(b))
	}
}
