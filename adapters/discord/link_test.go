package discord_test

import (
	"encoding/json"
	"strings"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/discord"
	"rapporteur/adapters/discord/discordtest"
)

const (
	origin = "https://docs.example.org/"
	place  = origin + "bees.txt#page=1" // of all that chattest.Text says
)

// leads checks that m leads to the place of its quotations, shows no preview of it, and
// leads nowhere else.
func leads(t *testing.T, m discordtest.Message) {
	t.Helper()
	if live := m.Live(origin); live != "" {
		t.Errorf("live: %s:\n%s", live, m.Text())
	}
	if len(m.Links()) == 0 {
		t.Errorf("nothing leads to the place:\n%s", m.Text())
	}
	for _, to := range m.Links() {
		if to != place {
			t.Errorf("something leads to %q", to)
		}
	}
}

// Where documents can be opened, each card leads to its place; addresses in documents
// and questions stay text.
func TestLinks(t *testing.T) {
	links, err := chat.ParseLinks(origin + "{file}#page={page}")
	if err != nil {
		t.Fatal(err)
	}
	fake, _ := start(t, chattest.NewBot(t, chat.Options{Links: links}), discord.Options{})
	for question, want := range map[string]string{
		honey: quoted,
		"What did the strangers cry before the gate, [this](https://evil.example), https://evil.example/q?": "https://evil.example/plain",
	} {
		m := fake.ReplyTo(fake.Command(discordtest.Act{}, ask(question)))
		has(t, m.Text(), want, "first paragraph · [Open](")
		leads(t, m)
	}
	refused := discordtest.Fault{Status: 400, Body: `{"code":50035,"message":"Invalid Form Body"}`, Method: "PATCH", Path: "/messages/@original", Left: 1}
	fake.Fail(refused)
	m := fake.ReplyTo(fake.Command(discordtest.Act{}, ask(honey)))
	if has(t, m.Text(), quoted); m.Content == "" {
		t.Error("the plain form is not what is shown")
	}
	leads(t, m)
}

// However long a card is and wherever it is cut, its link is whole.
func TestLinksAreWhole(t *testing.T) {
	for n := 1800; n < 4200; n += 37 {
		for _, title := range []string{"On bees", strings.Repeat("On [bees](x) ", 300)} {
			r := answered(2, 10)
			for i := range r.Cards {
				r.Cards[i].Title, r.Cards[i].Link = title, origin+"(a)_*b*.txt?p="+strings.Repeat("~", 900)
				r.Cards[i].Section = []string{strings.TrimSpace(strings.Repeat("word ", n/5))}
			}
			want := origin + "%28a%29_*b*.txt?p=" + strings.Repeat("~", 900)
			for form, posts := range map[string][]discord.Post{"rich": discord.Rich(r, false), "plain": discord.Plain(r, false)} {
				var all []string
				for _, p := range posts {
					m := shown(t, p)
					m.Allowed = json.RawMessage(`{"parse":[],"replied_user":false}`) // TestLinks has it
					if live := m.Live(origin); live != "" {
						t.Fatalf("%s, %d characters: live: %s", form, n, live)
					}
					if n := discord.Width(m.Text()); n > 4000 {
						t.Fatalf("%s: a message of %d characters", form, n)
					}
					all = append(all, m.Links()...)
				}
				if cards := map[string]int{"rich": 1, "plain": 2}[form]; len(all) != cards || all[0] != want || all[cards-1] != want {
					t.Fatalf("%s, %d characters: the links are %q", form, n, all)
				}
			}
		}
	}
}
