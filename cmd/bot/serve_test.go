package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/store"
	"rapporteur/adapters/discord/discordtest"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
)

// A served is a running "bot serve".
type served struct {
	t    *testing.T
	stop context.CancelFunc
	done chan int

	mu  sync.Mutex
	log strings.Builder
}

func (s *served) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Write(p)
}

func (s *served) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// end stops the bot, which must end well.
func (s *served) end() {
	s.t.Helper()
	s.stop()
	select {
	case status := <-s.done:
		if status != exitOK {
			s.t.Errorf("the bot ends with status %d:\n%s", status, s.said())
		}
	case <-time.After(patience):
		s.t.Fatalf("the bot does not stop:\n%s", s.said())
	}
	for _, secret := range []string{slacktest.BotToken("T1"), slacktest.AppToken, slacktest.SigningSecret} {
		if strings.Contains(s.said(), secret) {
			s.t.Errorf("the log has the secret %s", secret)
		}
	}
}

// serveWith starts "bot serve" at a Slack, with a configuration in which %s is the
// Web API's address.
func serveWith(t *testing.T, fake *slacktest.Server, config string, args ...string) *served {
	t.Helper()
	return serveAs(t, map[string]string{
		envConfig:             write(t, fmt.Sprintf(config, fake.URL)),
		envSlackBotToken:      slacktest.BotToken("T1"),
		envSlackAppToken:      slacktest.AppToken,
		envSlackSigningSecret: slacktest.SigningSecret,
		"XDG_STATE_HOME":      t.TempDir(),
	}, args...)
}

// serveAs starts "bot serve" in an environment.
func serveAs(t *testing.T, environment map[string]string, args ...string) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s := &served{t: t, stop: cancel, done: make(chan int, 1)}
	go func() {
		s.done <- run(ctx, append([]string{"serve"}, args...), strings.NewReader(""), io.Discard, s, env(environment))
	}()
	t.Cleanup(cancel)
	return s
}

// patience is how long a bot is waited for, which may have to read the documents first;
// it is spent on failing alone.
const patience = 2 * time.Minute

// await waits until the log matches, and returns the match.
func (s *served) await(pattern string) []string {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if found := regexp.MustCompile(pattern).FindStringSubmatch(s.said()); found != nil {
			return found
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the log never has %s:\n%s", pattern, s.said())
		}
	}
}

const (
	socketConfig   = "slack.api_url = '%s'\nserve.health = '127.0.0.1:0'\n"
	aboutTheILO    = "What did the ILO conclude about migrant workers?"
	quotedAboutIt  = "migrant workers"
	titleOfMeeting = "Third Coordination Meeting on International Migration"
)

// The whole bot answers a mention about the proceedings with cited passages, tells
// that it is healthy, and stops.
func TestServe(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the model")
	}
	emptyHome(t)
	fake := slacktest.Start(t, slack.Scopes()...)
	s := serveWith(t, fake, socketConfig)
	health := s.await(`Listening\. \(address: ([^)]+)\)`)[1]
	s.await(`Slack: connected`)
	for path, want := range map[string]int{"/healthz": http.StatusOK, "/readyz": http.StatusOK} {
		if got, _ := read(t, "http://"+health+path); got != want {
			t.Errorf("%s is %d, want %d", path, got, want)
		}
	}
	ts, err := fake.Say(slacktest.Line{Channel: "C1", User: "UADA", Text: slacktest.Mention("T1") + " " + aboutTheILO})
	if err != nil {
		t.Fatal(err)
	}
	m := fake.Await(1)[0]
	text, live := m.Read()
	for _, want := range []string{quotedAboutIt, "[1]", titleOfMeeting, "paragraph"} {
		if !strings.Contains(text, want) {
			t.Errorf("the answer lacks %q:\n%s", want, text)
		}
	}
	if m.Thread != ts || live != "" {
		t.Errorf("the answer is in thread %s of %s, live: %s", m.Thread, ts, live)
	}
	s.end()
	if strings.Contains(s.said(), aboutTheILO) {
		t.Errorf("the log has what people write:\n%s", s.said())
	}
}

// With an address for documents, each citation in Slack is its own element, and leads
// to the page that its card names.
func TestServeLinks(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the model")
	}
	emptyHome(t)
	fake := slacktest.Start(t, slack.Scopes()...)
	s := serveWith(t, fake, socketConfig+"corpus.link = 'https://docs.example.org/?page={page}'\n")
	s.await(`Slack: connected`)
	if _, err := fake.Say(slacktest.Line{Channel: "C1", User: "UADA", Text: slacktest.Mention("T1") + " " + aboutTheILO}); err != nil {
		t.Fatal(err)
	}
	m := fake.Await(1)[0]
	cited := m.Links("citation")
	if text, live := m.Read("https://docs.example.org/?page="); live != "" || len(cited) == 0 {
		t.Errorf("live: %s; citations lead to %v:\n%s", live, cited, text)
	}
	pages := make(map[string]bool)
	for _, to := range m.Links("link") {
		pages[to] = true
	}
	for _, to := range cited {
		if !regexp.MustCompile(`=([2-9]|[1-9][0-9]+)$`).MatchString(to) || !pages[to] {
			t.Errorf("a citation leads to %s, the titles to %v", to, pages)
		}
	}
	s.end()
}

// As it is configured by default, the bot answers a hundred mentions by one person in
// one channel, each once and in its own thread.
func TestServeCrowd(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the model")
	}
	emptyHome(t)
	fake := slacktest.Start(t, slack.Scopes()...)
	s := serveWith(t, fake, "slack.api_url = '%s'\nserve.health = ''\n")
	s.await(`Slack: connected`)
	const many = 100
	var saying sync.WaitGroup
	for range many {
		saying.Go(func() {
			if _, err := fake.Say(slacktest.Line{Channel: "C1", User: "UADA", Text: slacktest.Mention("T1") + " " + aboutTheILO}); err != nil {
				t.Error(err)
			}
		})
	}
	saying.Wait()
	fake.Await(many)
	s.end()
	in := make(map[string]bool)
	for _, m := range fake.Shown() {
		in[m.Thread] = true
		if text, _ := m.Read(); !strings.Contains(text, quotedAboutIt) {
			t.Errorf("a reply is no answer:\n%s", text)
		}
	}
	if len(in) != many || len(fake.Shown()) != many {
		t.Errorf("%d replies in %d threads, want %d", len(fake.Shown()), len(in), many)
	}
}

// After a restart a thread is followed without a new mention, its buttons work, and a
// person who is forgotten leaves nothing behind for them.
func TestServeAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the model")
	}
	emptyHome(t)
	fake := slacktest.Start(t, slack.Scopes()...)
	environment := map[string]string{
		envConfig:        write(t, fmt.Sprintf("slack.api_url = '%s'\nserve.health = ''\n", fake.URL)),
		envSlackBotToken: slacktest.BotToken("T1"), envSlackAppToken: slacktest.AppToken, "XDG_STATE_HOME": t.TempDir(),
	}
	say := func(l slacktest.Line) string {
		t.Helper()
		l.Channel, l.User = "C1", "UADA"
		ts, err := fake.Say(l)
		if err != nil {
			t.Fatal(err)
		}
		return ts
	}
	s := serveAs(t, environment)
	s.await(`Slack: connected`)
	thread := say(slacktest.Line{Text: slacktest.Mention("T1") + " " + aboutTheILO})
	first := fake.Await(1)[0]
	s.end()
	s = serveAs(t, environment)
	s.await(`Slack: connected`)
	say(slacktest.Line{Text: "And what about remittances?", Thread: thread})
	if m := fake.Await(2)[1]; m.Thread != thread {
		t.Errorf("the follow-up is answered in %q", m.Thread)
	} else if text, _ := m.Read(); !strings.Contains(text, chat.SayUnderstood(aboutTheILO)) {
		t.Errorf("the follow-up is not understood:\n%s", text)
	}
	press := func(n int) string {
		t.Helper()
		if err := fake.Press(first, "UADA", first.Buttons()[0]); err != nil {
			t.Fatal(err)
		}
		text, _ := fake.Await(n)[n-1].Read()
		return text
	}
	if text := press(3); !strings.Contains(text, "among its neighbours") {
		t.Errorf("the button brings:\n%s", text)
	}
	var diagnostics strings.Builder
	if status := run(t.Context(), []string{"forget", "slack", "UADA"}, strings.NewReader(""), io.Discard, &diagnostics, env(environment)); status != exitOK {
		t.Fatalf("forgetting ends with status %d: %s", status, &diagnostics)
	}
	if text := press(4); !strings.Contains(text, "no longer have that answer") {
		t.Errorf("after the person is forgotten the button brings:\n%s", text)
	}
	s.end()
}

// Over HTTP it does the same.
func TestServeHTTP(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the model")
	}
	emptyHome(t)
	fake := slacktest.Start(t, slack.Scopes()...)
	s := serveWith(t, fake, "slack.api_url = '%s'\nserve.health = ''\nslack.listen = '127.0.0.1:0'\n")
	address := s.await(`Listening\. \(address: ([^)]+)\)`)[1]
	for i, path := range []string{slackPath, slackPath + "/events"} {
		fake.EventsAt("http://" + address + path)
		if _, err := fake.Say(slacktest.Line{Channel: "D1", User: "UADA", Text: aboutTheILO}); err != nil {
			t.Fatal(err)
		}
		if text, _ := fake.Await(i + 1)[i].Read(); !strings.Contains(text, quotedAboutIt) {
			t.Errorf("the answer lacks %q:\n%s", quotedAboutIt, text)
		}
	}
	s.end()
}

// A dry run says nothing, and logs what it would say.
func TestServeDry(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the model")
	}
	emptyHome(t)
	fake := slacktest.Start(t, slack.Scopes()...)
	s := serveWith(t, fake, socketConfig, "--dry")
	s.await(`Slack: connected`)
	if _, err := fake.Say(slacktest.Line{Channel: "D1", User: "UADA", Text: aboutTheILO}); err != nil {
		t.Fatal(err)
	}
	s.await(`This would be said\..*` + quotedAboutIt)
	s.end()
	if shown := fake.Shown(); len(shown) != 0 {
		t.Errorf("%d messages are shown", len(shown))
	}
}

// A token that Slack refuses ends the bot, with what to do.
func TestServeRefusedToken(t *testing.T) {
	if testing.Short() {
		t.Skip("opens the index")
	}
	emptyHome(t)
	fake := slacktest.Start(t)
	fake.Revoke("T1", "token_revoked")
	s := serveWith(t, fake, socketConfig)
	if status := <-s.done; status != exitFailure || !strings.Contains(s.said(), "reinstall the app in the workspace and set its new token") {
		t.Errorf("status %d:\n%s", status, s.said())
	}
}

// A token that Slack refuses leaves Discord alone; the log and readyz tell of it.
func TestServeSlackFails(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the model")
	}
	for name, tokens := range map[string][2]string{
		"bot token":       {"xoxb-wrong", slacktest.AppToken},
		"app-level token": {slacktest.BotToken("T1"), "xapp-wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			emptyHome(t)
			there, here := slacktest.Start(t, slack.Scopes()...), discordtest.New(t)
			config := fmt.Sprintf("slack.api_url = '%s'\nserve.health = '127.0.0.1:0'\n[discord]\napi_url = '%s'\ngateway_url = '%s'\n", there.URL, here.APIURL(), here.GatewayURL())
			s := serveAs(t, map[string]string{
				envConfig: write(t, config), envSlackBotToken: tokens[0], envSlackAppToken: tokens[1], envDiscordToken: discordtest.Token,
				"XDG_STATE_HOME": t.TempDir(),
			})
			health := s.await(`Listening\. \(address: ([^)]+)\)`)[1]
			s.await(`Slack is not answered any more.*copy the token again`)
			s.await(`Discord: connected`)
			here.Say(discordtest.Said{Text: aboutTheILO, Mention: true})
			here.Roundly("Discord is answered", func() bool { return len(here.Messages()) == 1 })
			if status, body := read(t, "http://"+health+"/readyz"); status != http.StatusServiceUnavailable || !strings.HasPrefix(body, "Slack is not connected") {
				t.Errorf("readyz is %d: %s", status, body)
			}
			s.stop()
			if status := <-s.done; status != exitFailure {
				t.Errorf("status %d, want that of a failure", status)
			}
		})
	}
}

// What is missing is said before anything is opened.
func TestServeWithoutTokens(t *testing.T) {
	emptyHome(t)
	var diagnostics strings.Builder
	if status := run(t.Context(), []string{"serve"}, strings.NewReader(""), io.Discard, &diagnostics, noEnv); status != exitUse || !strings.Contains(diagnostics.String(), "set "+envSlackBotToken) {
		t.Errorf("status %d without any token: %s", status, &diagnostics)
	}
	for _, test := range []struct {
		name, config, want string
		env                map[string]string
	}{
		{"no app-level token", "", "set RAPPORTEUR_SLACK_APP_TOKEN", map[string]string{envSlackBotToken: "xoxb-1"}},
		{"no signing secret", "slack.listen = ':0'", "set RAPPORTEUR_SLACK_SIGNING_SECRET", map[string]string{envSlackBotToken: "xoxb-1", envSlackAppToken: "xapp-1"}},
	} {
		c, err := LoadConfig(write(t, test.config), env(test.env))
		if err != nil {
			t.Fatal(err)
		}
		if !c.Slack.given() {
			t.Errorf("%s: the bot token is not seen", test.name)
		}
		if err := c.Slack.check(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", test.name, err, test.want)
		}
	}
}

// read fetches what is at an address.
func read(t *testing.T, address string) (status int, body string) {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	all, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(all)
}

// readyz tells which platform is not connected.
func TestReadiness(t *testing.T) {
	ready := false
	h := healthHandler([]surface{{name: "Slack", ready: func() bool { return ready }}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: h}
	go server.Serve(l)
	defer server.Close()
	for _, want := range []int{http.StatusServiceUnavailable, http.StatusOK} {
		if got, _ := read(t, "http://"+l.Addr().String()+"/readyz"); got != want {
			t.Errorf("readyz is %d, want %d", got, want)
		}
		ready = true
	}
}

// Where another program listens already, it is said which key names another address.
func TestListenWhereAnotherDoes(t *testing.T) {
	taken := httptest.NewServer(http.NotFoundHandler())
	defer taken.Close()
	a := newApp(strings.NewReader(""), io.Discard, io.Discard, noEnv)
	err := a.listen(t.Context(), "serve.health", taken.Listener.Addr().String(), http.NotFoundHandler(), func(bool) {})
	if err == nil || !strings.Contains(err.Error(), "see that no other bot runs, or set serve.health") {
		t.Errorf("got %v", err)
	}
}

// Documents that change are taken up, and those that cannot be read are not.
func TestFollow(t *testing.T) {
	if testing.Short() {
		t.Skip("embeds texts")
	}
	emptyHome(t)
	folder := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(t.TempDir(), folder); err != nil {
		folder = t.TempDir() // there are no links here
	}
	document := filepath.Join(folder, "bees.txt")
	put := func(text string) {
		t.Helper()
		if err := os.WriteFile(document, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("I. HONEY\n\nThe hives gave forty barrels of honey in 1903.\n")
	s := &served{t: t}
	a := newApp(strings.NewReader(""), io.Discard, s, noEnv)
	if err := a.configure(); err != nil {
		t.Fatal(err)
	}
	answerer, x, err := a.answerer(t.Context(), []string{folder})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "chat.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	bot := chat.New(a.log, chat.NewLibrary(answerer, x), kept, chat.Options{})
	defer bot.Close(context.Background())
	seen := fingerprint([]string{folder})
	ctx, cancel := context.WithCancel(t.Context())
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		a.follow(ctx, bot, []string{folder}, seen, 5*time.Millisecond)
	}()
	put("\x00\x01 no text any more")
	s.await("cannot be taken up")
	if got := bot.Sources()[0].Headings; len(got) != 1 {
		t.Errorf("the headings are %v, want those from before", got)
	}
	put("I. WAX\n\nThe hives gave nine barrels of wax in 1904.\n\nII. MOTHS\n\nThe moths came from the south.\n")
	s.await("are taken up")
	if got := bot.Sources()[0].Headings; len(got) != 2 {
		t.Errorf("the headings are %v, want the new ones", got)
	}
	cancel()
	<-finished
}
