package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
)

// The manifest, as it is put into Slack's settings; renewed with -update.
func TestManifest(t *testing.T) {
	for file, args := range map[string][]string{
		"testdata/manifest.yaml":      {"slack", "manifest"},
		"testdata/manifest_http.yaml": {"slack", "manifest", "--name", "Clerk", "--url", "https://bot.example.org/slack"},
	} {
		var out, diagnostics bytes.Buffer
		if status := run(t.Context(), args, strings.NewReader(""), &out, &diagnostics, noEnv); status != exitOK {
			t.Fatalf("status %d: %s", status, &diagnostics)
		}
		if *update {
			if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}

// check runs "bot check" at a Slack and returns what it prints.
func check(t *testing.T, fake *slacktest.Server, tokens string) (printed string, status int) {
	t.Helper()
	var out, diagnostics bytes.Buffer
	status = run(t.Context(), []string{"check"}, strings.NewReader(""), &out, &diagnostics, env(map[string]string{
		envConfig: write(t, "slack.api_url = '"+fake.URL+"'"), envSlackBotToken: tokens, envSlackAppToken: slacktest.AppToken,
		"XDG_STATE_HOME": t.TempDir(),
	}))
	return out.String() + diagnostics.String(), status
}

func TestCheck(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the model")
	}
	emptyHome(t)
	fake := slacktest.Start(t, slack.Scopes()...)
	printed, status := check(t, fake, slacktest.BotToken("T1"))
	if status != exitOK || strings.Count(printed, "ok    ") != 5 || !strings.Contains(printed, "workspace Team T1") {
		t.Errorf("status %d:\n%s", status, printed)
	}
	fake = slacktest.Start(t, "chat:write", "app_mentions:read")
	printed, status = check(t, fake, slacktest.BotToken("T1")+","+slacktest.BotToken("T9"))
	for _, want := range []string{"wrong Slack: bot token of the workspace Team T1: lacks the scopes assistant:write, channels:history", "wrong Slack: bot token 2: ", "copy the token again", "2 things to mend"} {
		if !strings.Contains(printed, want) {
			t.Errorf("%q is not said:\n%s", want, printed)
		}
	}
	if status != exitFailure {
		t.Errorf("status %d, want %d", status, exitFailure)
	}
}
