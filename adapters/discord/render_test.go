package discord_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/discord"
	"rapporteur/adapters/discord/discordtest"
)

const answerID = "aaaaaaaaaaaaaaaaaaaaaaaaaa"

// answered is an answer with n sources, whose sentences are of that many words.
func answered(n, words int) chat.Reply {
	r := chat.Reply{Answer: answerID, Answered: true, Question: "What of *bees*?"}
	for i := 1; i <= n; i++ {
		r.Sentences = append(r.Sentences, chat.Sentence{Text: strings.TrimSpace(strings.Repeat("word ", words)) + ".", Marks: []int{i}})
		r.Cards = append(r.Cards, chat.Card{N: i, Title: "On bees", Section: []string{"I. Honey"}, Page: "p. 3", Paragraph: "first paragraph", Quote: "x"})
	}
	for _, k := range []chat.Kind{chat.Helpful, chat.Unhelpful, chat.More, chat.Publish} {
		r.Buttons = append(r.Buttons, chat.Button{Kind: k, Token: r.Token(k, 0)})
	}
	return r
}

// shown is a post as the fake reads it.
func shown(t *testing.T, p discord.Post) discordtest.Message {
	t.Helper()
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var m discordtest.Message
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// One source is on each page, with the ways to the others.
func TestPages(t *testing.T) {
	r := answered(3, 10)
	for _, test := range []struct {
		page    int
		want    string
		buttons string
	}{
		{0, "Source 1 of 3 · [2] p. 3 · [3] p. 3", "p.2 c.1 a.1 h.0 u.0 m.0 s.0"},
		{2, "Source 2 of 3 · [1] p. 3 · [3] p. 3", "p.1 p.3 c.2 a.2 h.0 u.0 m.0 s.0"},
		{3, "Source 3 of 3", "p.2 c.3 a.3 h.0 u.0 m.0 s.0"},
		{9, "Source 3 of 3", "p.2 c.3 a.3 h.0 u.0 m.0 s.0"},
	} {
		r.Page = test.page
		posts := discord.Rich(r, true)
		if len(posts) != 1 {
			t.Fatalf("page %d takes %d messages", test.page, len(posts))
		}
		m := shown(t, posts[0])
		has(t, m.Text(), test.want, "What of *bees*?", "[1]", "[2]", "[3]", "I. Honey, p. 3, first paragraph")
		var ids []string
		for _, id := range m.Buttons() {
			ids = append(ids, strings.TrimSuffix(id, "."+answerID))
		}
		if got := strings.Join(ids, " "); got != test.buttons {
			t.Errorf("page %d has the buttons %s, want %s", test.page, got, test.buttons)
		}
	}
}

// What does not fit into one message goes on in another, and no mark is lost; the
// pages of an answer differ in the last one alone.
func TestLongAnswers(t *testing.T) {
	for _, n := range []int{1, 4, 10} {
		for _, words := range []int{1, 70, 300, 1900} {
			r := answered(n, words)
			first := discord.Rich(r, false)
			r.Page = n
			second := discord.Rich(r, false)
			if len(first) != len(second) {
				t.Fatalf("%d sentences of %d words: %d messages on the first page, %d on the last", n, words, len(first), len(second))
			}
			var all strings.Builder
			for i := range first {
				m := shown(t, first[i])
				all.WriteString(m.Text() + "\n")
				if i < len(first)-1 && m.Text() != shown(t, second[i]).Text() {
					t.Errorf("%d sentences of %d words: message %d changes with the page", n, words, i)
				}
				if got := discord.Width(string(m.Components)); discord.Width(m.Text()) > 4000 {
					t.Errorf("a message of %d characters (%d encoded)", discord.Width(m.Text()), got)
				}
			}
			for _, s := range r.Sentences {
				has(t, all.String(), fmt.Sprintf("[%d]", s.Marks[0]))
			}
			if got, want := strings.Count(all.String(), "word"), n*words; got != want {
				t.Errorf("%d sentences of %d words: %d words are shown, want %d", n, words, got, want)
			}
		}
	}
}

// What a language model wrote has all its marks, and each card has the quotation that
// bears it out.
func TestWritten(t *testing.T) {
	r := answered(2, 10)
	r.Written, r.Sentences = true, []chat.Sentence{{Text: "The hives gave forty barrels.", Marks: []int{1, 2}}}
	r.Cards[0].Quote, r.Cards[1].Quote = "The hives gave forty barrels of honey.", "Forty barrels were filled."
	for page, want := range []string{1: "“The hives gave forty barrels of honey.”", 2: "“Forty barrels were filled.”"} {
		if r.Page = page; page > 0 {
			has(t, shown(t, discord.Rich(r, false)[0]).Text(), "The hives gave forty barrels. [1] [2]", want)
		}
	}
	has(t, discord.Plain(r, false)[0].Content, "**[1]** **[2]**", r.Cards[0].Quote, r.Cards[1].Quote)
}

// The plain form has all cards, at 2,000 characters a message.
func TestPlain(t *testing.T) {
	var all strings.Builder
	posts := discord.Plain(answered(10, 300), true)
	for i, p := range posts {
		if n := discord.Width(p.Content); n > 2000 {
			t.Errorf("%d characters of content", n)
		}
		all.WriteString(p.Content)
		if got, want := len(shown(t, p).Buttons()), map[bool]int{true: 4, false: 0}[i == len(posts)-1]; got != want {
			t.Errorf("message %d has %d buttons, want %d", i, got, want)
		}
	}
	if got := strings.Count(all.String(), "On bees"); got != 10 {
		t.Errorf("%d cards are shown, want 10", got)
	}
}

// Whatever a reply is made of, its messages are within Discord's bounds: the fake
// checks 40 components, 5 buttons in a row, ids of 100 characters, and texts of 4,000.
func TestBounds(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	words := func(most int) string {
		text := strings.TrimSpace(strings.Repeat([]string{"word ", "*_~ ", "żółć\n", "😀😀😀 "}[random.IntN(4)], random.IntN(most+1)))
		return text + "." // the Bot leaves no card without words
	}
	for range 60 {
		r := chat.Reply{Answer: answerID, Notice: words(900), Question: words(300), Page: random.IntN(12)}
		if random.IntN(2) == 0 {
			r.File = &chat.File{Name: "briefing.docx", Data: []byte("x")}
		}
		desk := random.IntN(3) == 0
		if desk {
			r.Notice = "Your briefing has 100 excerpts. Here are 1 to 6:"
		}
		for n := range random.IntN(20) {
			c := chat.Card{N: n + 1, Title: words(100), Section: []string{words(100), words(30)}, Page: "p. 9", Paragraph: "third paragraph", Quote: words(1 + random.IntN(1500))}
			if desk { // as many as the Bot shows
				if c.Collected, c.Note = fmt.Sprintf("%026d", n), words(400); n == 6 {
					break
				}
			}
			r.Cards = append(r.Cards, c)
		}
		if random.IntN(2) == 0 && !desk {
			for i := range random.IntN(6) {
				r.Sentences = append(r.Sentences, chat.Sentence{Text: words(60), Marks: []int{i + 1}})
			}
		}
		for _, k := range []chat.Kind{chat.Helpful, chat.Unhelpful, chat.More, chat.Publish, chat.Desk, chat.Make, chat.Clear}[:random.IntN(8)] {
			r.Buttons = append(r.Buttons, chat.Button{Kind: k, Token: string(k) + ".0." + answerID})
		}
		for form, posts := range map[string][]discord.Post{"rich": discord.Rich(r, true), "plain": discord.Plain(r, true)} {
			if form == "rich" && len(r.Cards) > 0 && desk && len(posts) != 1 {
				t.Errorf("what somebody collected takes %d messages", len(posts))
			}
			files := 0
			for _, p := range posts {
				data, err := json.Marshal(p)
				if err != nil {
					t.Fatal(err)
				}
				if err := discordtest.CheckMessage(data); err != nil {
					t.Fatalf("%s, %d cards: %v\n%s", form, len(r.Cards), err, data)
				}
				files += len(p.Attachments)
			}
			if want := r.File != nil && !(form == "rich" && desk && len(r.Cards) > 0); (files == 1) != want {
				t.Errorf("%s: %d files are attached, want %v", form, files, want)
			}
		}
	}
}

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"plain":             "plain",
		"*a* _b_ ~~c~~":     `\*a\* \_b\_ \~\~c\~\~`,
		"<@1> @everyone":    `\<\@1\> \@everyone`,
		"https://x.example": `https\://x.example`,
		"[a](b)":            `\[a\](b)`,
		":a: b: c (10:30)":  `\:a: b: c (10\:30)`,
		"- a\n1903. b\n+ c": "\\- a\n1903\\. b\n\\+ c",
		`C:\*`:              `C:\\\*`,
	} {
		if got := discord.Escape(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// FuzzEscape: whatever a text says reads as it stands, and does nothing; however it
// is split, nothing but space is lost.
func FuzzEscape(f *testing.F) {
	for _, seed := range []string{"*a* <@1> https://x `b` ||c||", "```\ncode\n```", "# h\n> q\n- l\n3. m", `\\\*`, strings.Repeat("*", 50)} {
		f.Add(seed, 20)
	}
	f.Fuzz(func(t *testing.T, in string, limit int) {
		if !utf8.ValidString(in) || len(in) > 2000 || strings.ContainsFunc(in, func(r rune) bool { return r >= 0xE000 && r < 0xE800 }) {
			t.Skip() // the Bot's texts are valid, and the fake uses these
		}
		limit = 20 + max(limit, -limit)%4000
		m := discordtest.Message{Content: discord.Escape(in), Flags: 4, Allowed: json.RawMessage(`{"parse":[],"replied_user":false}`)}
		if live := m.Live(); live != "" {
			t.Errorf("%q is live: %s", in, live)
		}
		if got := m.Text(); strings.TrimSpace(got) != strings.TrimSpace(in) {
			t.Errorf("%q reads %q", in, got)
		}
		if got := discord.Unescape(discord.Escape(in)); got != in {
			t.Errorf("%q comes back as %q", in, got)
		}
		var back strings.Builder
		for _, part := range discord.Split(m.Content, limit) {
			if n := discord.Width(part); n > limit {
				t.Errorf("a part of %d characters, limit %d: %q", n, limit, part)
			}
			back.WriteString(discordtest.Message{Content: part}.Text())
		}
		if got, want := strings.Join(strings.Fields(back.String()), ""), strings.Join(strings.Fields(in), ""); got != want {
			t.Errorf("split at %d, %q reads %q", limit, want, got)
		}
	})
}

func TestInvite(t *testing.T) {
	const want = "https://discord.com/oauth2/authorize?client_id=42&permissions=309237746688&scope=bot+applications.commands"
	if got := discord.Invite("42"); got != want {
		t.Errorf("the address is %s, want %s", got, want)
	}
}
