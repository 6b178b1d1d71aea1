package answer_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"rapporteur/retrieval/answer"
)

// tasks is a text with a numbered paragraph that opens a list of n items, each of
// some words, and another list behind it.
func tasks(n, words int) string {
	var b strings.Builder
	b.WriteString("I. TASKS\n\n1. The keepers met in the hall.\n\n2. The council asked the keepers for the following tasks:\n\n")
	for i := range n {
		fmt.Fprintf(&b, "(%c) To mend hive number %d%s;\n\n", 'a'+i, 100+i, strings.Repeat(" and the stand below it", words/5))
	}
	b.WriteString("3. The treasurer asked for the following sums:\n\n(a) Ten crowns for wax;\n\n(b) Two crowns for smoke.\n")
	return b.String()
}

// A list that its passage cuts off goes on in the next, and ends where it ends.
func TestListOverPassages(t *testing.T) {
	out, err := answerer(t, 0, tasks(9, 15)).Ask(context.Background(), answer.Question{Text: "What are the tasks that the council asked the keepers for?"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 9 {
		if want := fmt.Sprintf("(%c) To mend hive number %d", 'a'+i, 100+i); !strings.Contains(out.Text, want) {
			t.Errorf("%q is lacking in\n%s", want, out.Text)
		}
	}
	passages := map[string]bool{}
	for _, c := range out.Citations {
		passages[c.Passage.ID] = true
	}
	if len(passages) < 2 {
		t.Errorf("the list stands in one passage, which tests nothing:\n%s", out.Text)
	}
}

// A list that is too long for an answer ends with a whole item.
func TestListTooLong(t *testing.T) {
	out, err := answerer(t, 0, tasks(20, 40)).Ask(context.Background(), answer.Question{Text: "What are the tasks that the council asked the keepers for?"})
	if err != nil {
		t.Fatal(err)
	}
	if words := len(strings.Fields(out.Text)); words > 300 {
		t.Errorf("%d words", words)
	}
	for _, c := range out.Citations {
		if !strings.HasSuffix(c.Quote, ";") && !strings.HasSuffix(c.Quote, ".") {
			t.Errorf("cut within an item: %q", c.Quote)
		}
	}
}
