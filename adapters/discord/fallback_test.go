package discord_test

import (
	"strings"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/discord"
	"rapporteur/adapters/discord/discordtest"
)

// Where the bot may not write, whoever asked gets the answer directly, and learns why.
func TestMayNotWrite(t *testing.T) {
	for _, body := range []string{`{"code":50013,"message":"Missing Permissions"}`, `{"code":50001,"message":"Missing Access"}`} {
		fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
		fake.Fail(discordtest.Fault{Status: 403, Body: body, Method: "POST", Path: "/channels/" + discordtest.General + "/messages", Left: 1000})
		fake.Say(discordtest.Said{Text: honey, Mention: true})
		fake.Roundly("it is answered", func() bool { return len(fake.Messages()) == 1 })
		m := fake.Messages()[0]
		has(t, m.Text(), quoted, "may not write where you asked me", "A moderator")
		if m.GuildID != "" {
			t.Errorf("it is answered in the server: %+v", m)
		}
	}
}

// Where the bot may write and not reply, it writes.
func TestMayNotReply(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	fake.Fail(discordtest.Fault{Status: 400, Body: `{"code":160002,"message":"Cannot reply without permission to read message history"}`, Method: "POST", Path: "/messages", Left: 1})
	fake.Say(discordtest.Said{Text: honey, Mention: true})
	fake.Roundly("it is answered", func() bool { return len(fake.Messages()) == 1 })
	has(t, fake.Messages()[0].Text(), quoted)
}

// Where no thread can be begun or written in, the answer is in the channel.
func TestNoThread(t *testing.T) {
	for _, path := range []string{"/threads", "/messages"} {
		bot := chattest.NewBot(t, chat.Options{})
		if err := bot.SetSettings(t.Context(), chat.Place{Platform: "discord", Team: discordtest.Guild}, chat.Settings{ThreadPerQuestion: true}); err != nil {
			t.Fatal(err)
		}
		fake, _ := start(t, bot, discord.Options{})
		fake.Roundly("the commands are registered", func() bool { return len(fake.Requests("PUT", "/commands")) == 1 })
		fake.Fail(discordtest.Fault{Status: 403, Body: `{"code":50013,"message":"Missing Permissions"}`, Method: "POST", Path: path, Left: 1})
		fake.Say(discordtest.Said{Text: honey, Mention: true})
		fake.Roundly("it is answered", func() bool { return len(fake.Messages()) == 1 })
		if m := fake.Messages()[0]; m.Channel != discordtest.General || !strings.Contains(m.Text(), quoted) {
			t.Errorf("with %s refused it is answered in %s:\n%s", path, m.Channel, m.Text())
		}
	}
}

// That somebody is not answered is told to nobody else, though all would have seen
// the answer.
func TestRefusedAlone(t *testing.T) {
	at := time.Now() // all come at once
	bot := chattest.NewBot(t, chat.Options{PerPerson: 1, Now: func() time.Time { return at }, Access: chat.Access{BarPeople: []string{"666"}}})
	fake, a := start(t, bot, discord.Options{})
	for _, test := range []struct{ person, want string }{
		{"666", "may not answer you here"}, {"", quoted}, {"", "You ask faster"},
	} {
		m := fake.ReplyTo(fake.Command(discordtest.Act{Person: test.person}, ask(honey)))
		has(t, m.Text(), test.want)
		if m.Ephemeral() != (test.want != quoted) {
			t.Errorf("%q: ephemeral is %v", m.Text(), m.Ephemeral())
		}
	}
	a.Wait()
	if left := fake.Thinking(); len(left) > 0 {
		t.Errorf("%v goes on thinking", left)
	}
}

// Who may be answered where is told by ids of servers, channels and people.
func TestAccess(t *testing.T) {
	for _, test := range []struct {
		name   string
		access chat.Access
		want   string
	}{
		{"allowed", chat.Access{Teams: []string{discordtest.Guild}, Channels: []string{discordtest.General}, People: []string{discordtest.Ada}}, quoted},
		{"another server", chat.Access{Teams: []string{"1"}}, "may not answer here"},
		{"another channel", chat.Access{Channels: []string{"1"}}, "may not answer here"},
		{"another person", chat.Access{People: []string{"1"}}, "may not answer you"},
		{"barred server", chat.Access{BarTeams: []string{discordtest.Guild}}, "may not answer here"},
		{"barred channel", chat.Access{BarChannels: []string{discordtest.General}}, "may not answer here"},
	} {
		fake, _ := start(t, chattest.NewBot(t, chat.Options{Access: test.access}), discord.Options{})
		has(t, fake.ReplyTo(fake.Command(discordtest.Act{}, ask(honey))).Text(), test.want)
		fake.Say(discordtest.Said{Text: honey}) // to nobody
		fake.Say(discordtest.Said{Text: honey, Mention: true, Person: discordtest.Ada})
		if test.want == quoted {
			fake.Roundly("the mention is answered", func() bool { return len(fake.Messages()) == 2 })
		}
	}
}

// Messages that a moderator deletes together lose their answers together.
func TestPurge(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	one, two := fake.Say(discordtest.Said{Text: honey, Mention: true}), fake.Say(discordtest.Said{Text: honey, Mention: true})
	fake.Roundly("both are answered", func() bool { return len(fake.Messages()) == 2 })
	fake.Purge(one, two)
	fake.Roundly("the answers are gone", func() bool { return len(fake.Messages()) == 0 })
}
