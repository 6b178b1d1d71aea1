package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"rapporteur/adapters/discord/discordtest"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
)

// serveBoth starts "bot serve" on Slack and Discord, with a state of its own.
func serveBoth(t *testing.T, there *slacktest.Server, here *discordtest.Server) *served {
	t.Helper()
	return serveBothIn(t, t.TempDir(), there, here)
}

// serveBothIn is serveBoth with the state in a folder.
func serveBothIn(t *testing.T, state string, there *slacktest.Server, here *discordtest.Server) *served {
	t.Helper()
	config := fmt.Sprintf("slack.api_url = '%s'\nserve.health = '127.0.0.1:0'\n[discord]\napi_url = '%s'\ngateway_url = '%s'\n", there.URL, here.APIURL(), here.GatewayURL())
	s := serveAs(t, map[string]string{
		envConfig: write(t, config), envSlackBotToken: slacktest.BotToken("T1"), envSlackAppToken: slacktest.AppToken,
		envDiscordToken: discordtest.Token, "XDG_STATE_HOME": state,
	})
	s.await(`Slack: connected`)
	s.await(`Discord: connected`)
	return s
}

// One bot answers on Slack and Discord at once.
func TestServeBoth(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the model")
	}
	emptyHome(t)
	there, here := slacktest.Start(t, slack.Scopes()...), discordtest.New(t)
	s := serveBoth(t, there, here)
	id := here.Say(discordtest.Said{Text: aboutTheILO, Mention: true})
	if _, err := there.Say(slacktest.Line{Channel: "D1", User: "UADA", Text: aboutTheILO}); err != nil {
		t.Fatal(err)
	}
	here.Roundly("Discord is answered", func() bool { return len(here.Messages()) == 1 })
	m := here.Messages()[0]
	onSlack, _ := there.Await(1)[0].Read()
	for _, text := range []string{m.Text(), onSlack} {
		for _, want := range []string{quotedAboutIt, "[1]", titleOfMeeting, "paragraph"} {
			if !strings.Contains(text, want) {
				t.Errorf("an answer lacks %q:\n%s", want, text)
			}
		}
	}
	if m.Reference.Message != id || m.Live() != "" {
		t.Errorf("the answer replies to %s, want %s; live: %s", m.Reference.Message, id, m.Live())
	}
	s.end()
	if strings.Contains(s.said(), discordtest.Token) || strings.Contains(s.said(), aboutTheILO) {
		t.Errorf("the log has the token, or what people write:\n%s", s.said())
	}
}

// When Discord takes the bot's token back, Slack is answered all the same, and the
// health checks tell.
func TestServeOneFails(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the model")
	}
	emptyHome(t)
	there, here := slacktest.Start(t, slack.Scopes()...), discordtest.New(t)
	s := serveBoth(t, there, here)
	health := s.await(`Listening\. \(address: ([^)]+)\)`)[1]
	here.SetMood(discordtest.Mood{Refuse: 4004})
	here.CloseGateway(4004)
	s.await(`Discord is not answered any more.*copy it again from the Developer Portal`)
	if _, err := there.Say(slacktest.Line{Channel: "D1", User: "UADA", Text: aboutTheILO}); err != nil {
		t.Fatal(err)
	}
	if text, _ := there.Await(1)[0].Read(); !strings.Contains(text, quotedAboutIt) {
		t.Errorf("the answer lacks %q:\n%s", quotedAboutIt, text)
	}
	for path, want := range map[string]int{"/healthz": http.StatusOK, "/readyz": http.StatusServiceUnavailable} {
		if got, _ := read(t, "http://"+health+path); got != want {
			t.Errorf("%s is %d, want %d", path, got, want)
		}
	}
	s.stop()
	if status := <-s.done; status != exitFailure {
		t.Errorf("status %d, want that of a failure", status)
	}
}

func TestDiscordInvite(t *testing.T) {
	for _, test := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"123"}, exitOK, "https://discord.com/oauth2/authorize?client_id=123&permissions=309237746688&scope=bot+applications.commands\n"},
		{[]string{"x"}, exitUse, "a number"},
		{nil, exitUse, "a number"},
	} {
		var out, diagnostics strings.Builder
		status := run(t.Context(), append([]string{"discord", "invite"}, test.args...), strings.NewReader(""), &out, &diagnostics, noEnv)
		if got := out.String() + diagnostics.String(); status != test.status || !strings.Contains(got, test.want) {
			t.Errorf("%q: status %d:\n%s", test.args, status, got)
		}
	}
}

func TestDiscordPublicKey(t *testing.T) {
	c, err := LoadConfig(write(t, "discord.listen = ':0'"), env(map[string]string{envDiscordToken: "a.b.c"}))
	if err != nil {
		t.Fatal(err)
	}
	if !c.Discord.given() || c.Discord.check() != errNoPublicKey {
		t.Errorf("given %v, check %v", c.Discord.given(), c.Discord.check())
	}
	c.Discord.PublicKey = strings.Repeat("ab", 32)
	if c.Discord.check() != nil || len(c.Discord.key()) != 32 {
		t.Errorf("check %v of a key of %d bytes", c.Discord.check(), len(c.Discord.key()))
	}
}
