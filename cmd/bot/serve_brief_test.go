package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/discord/discordtest"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
)

// A briefing is the same file on the command line, in Slack and on Discord.
func TestServeBriefing(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the model")
	}
	emptyHome(t)
	there, here := slacktest.Start(t, slack.Scopes()...), discordtest.New(t)
	s := serveBoth(t, there, here)

	onDiscord := here.ReplyTo(here.Command(discordtest.Act{}, withOptions("brief", "topic", "remittances")))
	if len(onDiscord.Attachments) != 1 || onDiscord.Attachments[0].Filename != "remittances.docx" || onDiscord.Live() != "" {
		t.Fatalf("on Discord: the files %+v; live: %q\n%s", onDiscord.Attachments, onDiscord.Live(), onDiscord.Text())
	}
	if !strings.Contains(onDiscord.Text(), "remittances") || !strings.Contains(onDiscord.Text(), titleOfMeeting) {
		t.Errorf("beside it is shown:\n%s", onDiscord.Text())
	}

	if err := there.Command("T1", "D1", "UADA", "/brief", "remittances"); err != nil {
		t.Fatal(err)
	}
	if wrong, err := there.Submit("T1", "UADA", there.AwaitForm(1), nil); err != nil || len(wrong) > 0 {
		t.Fatalf("Slack's form: %v, %v", wrong, err)
	}
	onSlack := there.Await(3)[1]
	if len(onSlack.Files) != 1 || !bytes.Equal(onSlack.Files[0].Data, onDiscord.Attachments[0].Data) {
		t.Errorf("in Slack: the files %+v are others", onSlack.Files)
	}
	s.end()

	path := filepath.Join(t.TempDir(), "remittances.docx")
	var out, diagnostics strings.Builder
	if status := run(t.Context(), []string{"brief", "remittances", "-o", path}, strings.NewReader(""), &out, &diagnostics, noEnv); status != exitOK {
		t.Fatalf("bot brief: status %d: %s", status, diagnostics.String())
	}
	onDisk, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(onDisk, onDiscord.Attachments[0].Data) {
		t.Errorf("bot brief writes %d other bytes (%v)", len(onDisk), err)
	}
}

// What a person collects on Discord is arranged and made into a briefing, also by a
// bot that was started anew.
func TestServeCollected(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the model")
	}
	emptyHome(t)
	there, here := slacktest.Start(t, slack.Scopes()...), discordtest.New(t)
	state := t.TempDir()
	s := serveBothIn(t, state, there, here)
	answer := here.ReplyTo(here.Command(discordtest.Act{}, withOptions("ask", "question", aboutTheILO)))
	press := func(below discordtest.Message, k chat.Kind) string {
		t.Helper()
		for _, id := range below.Buttons() {
			if kind, _, _, _ := chat.ParseToken(id); kind == k {
				return here.Press(discordtest.Act{}, below, id)
			}
		}
		t.Fatalf("no button %q among %q", k, below.Buttons())
		return ""
	}
	confirmed := here.ReplyTo(press(answer, chat.Collect))
	if !strings.Contains(confirmed.Text(), "Added. Your briefing has 1 excerpt.") || !confirmed.Ephemeral() {
		t.Fatalf("it is confirmed by:\n%s", confirmed.Text())
	}
	s.end()
	s = serveBothIn(t, state, there, here)
	file := here.ReplyTo(press(confirmed, chat.Make))
	if len(file.Attachments) != 1 || file.Attachments[0].Filename != "collected-excerpts.docx" || !file.Ephemeral() {
		t.Errorf("the files %+v:\n%s", file.Attachments, file.Text())
	}
	s.end()
}

// withOptions is the data of a slash command with one option.
func withOptions(name, option string, value any) map[string]any {
	return map[string]any{"id": "1", "name": name, "type": 1, "options": []any{map[string]any{"name": option, "type": 3, "value": value}}}
}
