package slack

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/slack/slacktest"
)

// decoded returns messages as Slack gets them.
func decoded(t *testing.T, r chat.Reply) []slacktest.Message {
	t.Helper()
	var out []slacktest.Message
	for _, blocks := range messages(r, "Ada") {
		out = append(out, decodedBlocks(t, blocks))
	}
	return out
}

// decodedBlocks returns a message of blocks as Slack gets it.
func decodedBlocks(t *testing.T, blocks []slack.Block) slacktest.Message {
	t.Helper()
	encoded, err := json.Marshal(map[string]any{"blocks": blocks})
	if err != nil {
		t.Fatal(err)
	}
	args := make(map[string]any)
	if err := json.Unmarshal(encoded, &args); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range slacktest.OverLimits(args) {
		t.Error(wrong)
	}
	return slacktest.Message{Blocks: args["blocks"].([]any)}
}

// words returns a text of about n bytes of all sorts.
func words(r *rand.Rand, n int) string {
	var b strings.Builder
	for b.Len() < n {
		switch r.IntN(40) {
		case 0:
			b.WriteString("😀 ")
		case 1:
			b.WriteString("<!channel> *bold* <@U1> ")
		case 2:
			b.WriteString("\n")
		case 3:
			b.WriteString("移民 ")
		case 4:
			b.WriteString(strings.Repeat("x", r.IntN(200)))
		default:
			fmt.Fprintf(&b, "word%d ", r.IntN(1000))
		}
	}
	return strings.TrimSpace(b.String())
}

// Whatever an answer holds, its messages are within Slack's limits, and nothing of
// it is lost: no word, no mark, no button, no way to its sources.
func TestBudgets(t *testing.T) {
	const rounds = 40
	const origin = "https://docs.example.org/"
	links, err := chat.ParseLinks(origin + "{file}#page={page}")
	if err != nil {
		t.Fatal(err)
	}
	for seed := range rounds {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		longest := []int{10, 500, 3000, 12_000}[r.IntN(4)]
		reply := chat.Reply{Answer: strings.Repeat("a", 26), Private: r.IntN(2) == 0, Understood: words(r, r.IntN(3000)), Notice: words(r, r.IntN(longest))}
		for n := range r.IntN(30) {
			s := chat.Sentence{Text: words(r, 1+r.IntN(longest/5+1)), Marks: []int{n + 1}}
			for range r.IntN(4) / 3 * r.IntN(5) {
				s.Marks = append(s.Marks, 1+r.IntN(n+1))
			}
			reply.Sentences = append(reply.Sentences, s)
			c := chat.Card{N: n + 1, Title: words(r, r.IntN(longest)), Section: []string{words(r, 30), words(r, r.IntN(longest/3))}, Page: "scan p. 3", Paragraph: "third paragraph", Quote: words(r, 1+r.IntN(longest/5+1))}
			if r.IntN(5) == 0 {
				c.Before, c.After = words(r, 300), words(r, 300)
			}
			if seed%2 == 1 {
				c.Link = links.To(fmt.Sprint("a b/", n, words(r, r.IntN(400)), "#?%.txt"), r.IntN(9))
			}
			reply.Cards = append(reply.Cards, c)
		}
		for _, k := range []chat.Kind{chat.Helpful, chat.Unhelpful, chat.More, chat.Publish} {
			reply.Buttons = append(reply.Buttons, chat.Button{Kind: k, Token: reply.Token(k, 0)})
		}
		var shown strings.Builder
		pressed, led := make(map[string]bool), make(map[string]bool)
		for _, m := range decoded(t, reply) {
			text, live := m.Read(origin)
			shown.WriteString(text)
			for _, kind := range []string{"link", "citation"} {
				for _, to := range m.Links(kind) {
					led[kind+" "+to] = true
				}
			}
			if live != "" {
				t.Errorf("seed %d: live: %s", seed, live)
			}
			for _, b := range m.Buttons() {
				pressed[b] = true
			}
		}
		// Cutting may part a word that is too long for a block, hence without space.
		tight := strings.Join(strings.Fields(shown.String()), "")
		check := func(text string) {
			t.Helper()
			for _, word := range strings.Fields(text) {
				if len(word) < 100 && !strings.Contains(tight, word) {
					t.Fatalf("seed %d: %q is lost", seed, word)
				}
			}
		}
		check(reply.Understood)
		check(reply.Notice)
		for i, s := range reply.Sentences {
			check(s.Text)
			for _, n := range s.Marks {
				check(mark(n))
				if to := reply.Cards[n-1].Link; to != "" && !led["citation "+to] {
					t.Errorf("seed %d: no citation leads to %s", seed, to)
				}
			}
			c := reply.Cards[i]
			if c.Link != "" && c.Title != "" && !led["link "+c.Link] {
				t.Errorf("seed %d: no title leads to %s", seed, c.Link)
			}
			check(c.Title)
			check(strings.Join(c.Section, " "))
			check(c.Before + " " + c.Quote + " " + c.After)
			for _, k := range []chat.Kind{chat.Context, chat.Collect} {
				if want := k == chat.Collect || c.Before == ""; pressed[reply.Token(k, c.N)] != want {
					t.Errorf("seed %d: a button %c for %d: %v", seed, k, c.N, !want)
				}
			}
		}
		for _, b := range reply.Buttons {
			if !pressed[b.Token] {
				t.Errorf("seed %d: no button %c", seed, b.Kind)
			}
		}
		for _, f := range plainForms(reply) {
			if n := length(f.text); n > 4000 {
				t.Errorf("seed %d: %d characters of plain text", seed, n)
			}
			if live := slacktest.LiveText(f.text); live != "" {
				t.Errorf("seed %d: plain text is live: %s", seed, live)
			}
		}
	}
}

// A page of the desk fits one message, whatever was collected, with all its buttons and
// the marks and notes of all.
func TestDeskFits(t *testing.T) {
	const rounds, page = 50, 6
	for seed := range rounds {
		r := rand.New(rand.NewPCG(uint64(seed), 2))
		desk := chat.Reply{Private: true, Notice: words(r, 60)}
		for n := range page {
			longest := []int{10, 3000, 12_000}[r.IntN(3)]
			desk.Cards = append(desk.Cards, chat.Card{
				N: 95 + n, Title: words(r, longest), Body: words(r, longest), Date: words(r, longest), Section: []string{words(r, longest), words(r, longest)},
				Page: words(r, longest), Paragraph: words(r, longest), Quote: words(r, longest), Collected: strings.Repeat("a", 25) + string(rune('a'+n)), Note: "Kept. " + words(r, longest), Link: "https://docs.example.org/" + strings.Repeat("x", 900),
			})
		}
		for _, k := range []chat.Kind{chat.Make, chat.Clear, chat.Desk} {
			desk.Buttons = append(desk.Buttons, chat.Button{Kind: k, Token: string(k) + ".0."})
		}
		shown := decoded(t, desk)
		if len(shown) != 1 {
			t.Fatalf("seed %d: the desk takes %d messages", seed, len(shown))
		}
		text, live := shown[0].Read()
		if live != "" {
			t.Errorf("seed %d: live: %s", seed, live)
		}
		if got := len(shown[0].Buttons()); got != 3*page+3 {
			t.Errorf("seed %d: %d buttons", seed, got)
		}
		for _, c := range desk.Cards {
			if !strings.Contains(text, mark(c.N)) || strings.Count(text, "Your note: Kept.") != page {
				t.Errorf("seed %d: the desk lacks %d, or a note", seed, c.N)
			}
		}
	}
}

// Without Slack's own citations a reply reads as it does with them.
func TestUncite(t *testing.T) {
	const to = "https://docs.example.org/bees.txt"
	r := chat.Reply{Written: true}
	for n := range 3 {
		r.Cards = append(r.Cards, chat.Card{N: n + 1, Title: "On bees", Page: "p. 3", Quote: "Forty barrels.", Link: to})
	}
	r.Cards[1].Link = ""
	r.Sentences = []chat.Sentence{{Text: "Either:\n• honey\n• wax", Marks: []int{1, 2, 3}}, {Text: "Rain fell.", Marks: []int{3}}}
	want := decoded(t, r)[0]
	forms := []form{{blocks: messages(r, "")[0]}}
	if !uncite(forms) || uncite(forms) {
		t.Error("it is not told rightly whether there were citations")
	}
	got := decodedBlocks(t, forms[0].blocks)
	wantText, _ := want.Read(to)
	gotText, live := got.Read(to)
	if gotText != wantText || live != "" || !strings.Contains(gotText, "• wax [1] [2] [3]\n") {
		t.Errorf("live: %s; got\n%s\nwant\n%s", live, gotText, wantText)
	}
	if n, links := want.Links("citation"), got.Links("citation"); len(n) != 3 || links != nil {
		t.Errorf("citations lead to %v, and after all to %v", n, links)
	}
}

// What a language model wrote has all its marks, and the cards have the quotations that
// bear it out.
func TestWritten(t *testing.T) {
	r := chat.Reply{Written: true, Sentences: []chat.Sentence{{Text: "The hives gave forty barrels.", Marks: []int{1, 2}}}, Cards: []chat.Card{
		{N: 1, Title: "On bees", Quote: "The hives gave forty barrels of honey."}, {N: 2, Title: "On bees", Quote: "Forty barrels were filled."},
	}}
	text, _ := decoded(t, r)[0].Read()
	for _, want := range []string{"The hives gave forty barrels. [1] [2]\n", "\nThe hives gave forty barrels of honey.\n", "\nForty barrels were filled.\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("the answer lacks %q:\n%s", want, text)
		}
	}
}

// A quotation stands once: in the answer, or with its source where the answer does
// not have it.
func TestQuotesOnce(t *testing.T) {
	card := chat.Card{N: 1, Title: "On bees", Section: []string{"I. Honey"}, Page: "p. 3", Paragraph: "para. 2", Quote: "Forty barrels."}
	answered := chat.Reply{Sentences: []chat.Sentence{{Text: "Forty barrels.", Marks: []int{1}}}, Cards: []chat.Card{card}}
	further := chat.Reply{Notice: "Further:", Cards: []chat.Card{card}}
	for name, r := range map[string]chat.Reply{"answered": answered, "further": further} {
		text, _ := decoded(t, r)[0].Read()
		if n := strings.Count(text, "Forty barrels."); n != 1 {
			t.Errorf("%s: the quotation stands %d times:\n%s", name, n, text)
		}
		if !strings.Contains(text, "[1] On bees\nI. Honey › p. 3, para. 2") {
			t.Errorf("%s: the reference is\n%s", name, text)
		}
	}
}

// Who issued a document, and when, stands with its first card alone.
func TestImprintOnce(t *testing.T) {
	of := func(n int, document string) chat.Card {
		return chat.Card{N: n, Title: "On " + document, Body: "The council", Date: "1903", Paragraph: "para. 1", Quote: "x", Document: document}
	}
	text, _ := decoded(t, chat.Reply{Cards: []chat.Card{of(1, "bees"), of(2, "bees"), of(3, "moths")}})[0].Read()
	for _, want := range []string{"[1] On bees, The council, 1903\npara. 1", "[2] On bees\npara. 1", "[3] On moths, The council, 1903\npara. 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the cards lack %q:\n%s", want, text)
		}
	}
}

// Where to search is asked where there is more than one document, of as many as Slack
// takes.
func TestDocuments(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: 0, 2: 3, 99: 100, 250: 100} {
		topics := []chat.Topic{{ID: "s", Title: "A section", Document: "On bees"}}
		for i := range n {
			topics = append(topics, chat.Topic{ID: strings.Repeat("0", 16), Title: "On bees" + strings.Repeat(" and bees", i)})
		}
		blocks := documents(topics)
		encoded, err := json.Marshal(map[string]any{"blocks": blocks})
		if err != nil {
			t.Fatal(err)
		}
		args := make(map[string]any)
		if err := json.Unmarshal(encoded, &args); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range slacktest.OverLimits(args) {
			t.Errorf("%d documents: %s", n, wrong)
		}
		text := string(encoded)
		if got := strings.Count(text, `"value"`) - len(blocks); want > 0 && got != want || want == 0 && blocks != nil {
			t.Errorf("%d documents: %d choices, want %d", n, got, want)
		}
		if got := strings.Contains(text, "The first 99 of 250 documents"); got != (n > 99) {
			t.Errorf("%d documents: that not all can be chosen is said: %v", n, got)
		}
	}
}
