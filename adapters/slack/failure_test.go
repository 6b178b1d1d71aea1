package slack_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/chat/store"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
	"rapporteur/retrieval/answer"
)

// Whichever call fails, and however, a mention gets one reply.
func TestEachCallFails(t *testing.T) {
	if testing.Short() {
		t.Skip("waits as Slack asks it to")
	}
	failures := map[string][]slacktest.Failure{
		"500":                {{Status: 500}},
		"500, with effect":   {{Status: 500, After: true}},
		"cut":                {{Hang: true}},
		"cut, with effect":   {{Hang: true, After: true}},
		"429":                {{Status: 429, RetryAfter: 1}},
		"an error":           {{Code: "internal_error"}},
		"twice 500":          {{Status: 500}, {Status: 503}},
		"invalid blocks":     {{Code: "invalid_blocks"}},
		"too long":           {{Code: "msg_blocks_too_long"}},
		"missing scope":      {{Code: "missing_scope", Needed: "users:read"}},
		"a code of tomorrow": {{Code: "never_heard_of"}},
	}
	for _, method := range []string{"users.info", "chat.postMessage", "conversations.replies", "agents.sessions.rename"} {
		for name, f := range failures {
			t.Run(method+"/"+name, func(t *testing.T) {
				t.Parallel()
				bot := chattest.NewBot(t, chat.Options{})
				s := start(t, bot, slack.Options{})
				s.Fail(method, f...)
				first, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + honey})
				must(t, err)
				s.Await(1)
				_, err = s.Say(slacktest.Line{Channel: "D1", User: "UBOB", Text: honey})
				must(t, err)
				s.Await(2)
				_, err = s.Say(slacktest.Line{Channel: channel, User: "UEVE", Text: slacktest.Mention("T1") + " And what did they ask for?", Thread: first})
				must(t, err)
				shown := s.Await(3)
				finish(t, bot)
				if again := s.Shown(); len(again) != 3 {
					t.Errorf("%d replies are shown, want 3", len(again))
				}
				for _, m := range shown {
					if _, live := m.Read(); live != "" || text(m) == "" {
						t.Errorf("live: %s:\n%s", live, text(m))
					}
				}
			})
		}
	}
}

// A failure of Slack's own that passes costs no answer, and none is shown twice.
func TestPassingFailures(t *testing.T) {
	failures := map[string]slacktest.Failure{"no JSON": {Body: "<html>busy</html>"}, "half of it": {Body: `{"ok":tr`}}
	for _, code := range []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout"} {
		failures[code] = slacktest.Failure{Code: code}
	}
	for name, f := range failures {
		late := f
		late.After = true
		ways := map[string][]slacktest.Failure{"once": {f}, "with effect": {late}}
		if name == "internal_error" {
			ways["twice"] = []slacktest.Failure{f, f}
		}
		for how, all := range ways {
			t.Run(name+"/"+how, func(t *testing.T) {
				t.Parallel()
				bot := chattest.NewBot(t, chat.Options{})
				s := start(t, bot, slack.Options{})
				s.Fail("users.info", f)
				s.Fail("chat.postMessage", all...)
				_, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + honey})
				must(t, err)
				has(t, s.Await(1)[0], "[1]", quoted)
				finish(t, bot)
				if n := len(s.Shown()); n != 1 {
					t.Errorf("%d replies are shown, want 1", n)
				}
			})
		}
	}
}

// Where Slack refuses what would let a reply be found again, the reply comes without.
func TestMetadataRefused(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	s.Fail("chat.postMessage", slacktest.Failure{Code: "invalid_metadata_format"})
	_, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + honey})
	must(t, err)
	m := s.Await(1)[0]
	has(t, m, "[1]", quoted)
	if len(m.Blocks) == 0 || m.Metadata != nil {
		t.Errorf("it has %d blocks and the metadata %v, want blocks alone", len(m.Blocks), m.Metadata)
	}
}

// A follow-up does not wait for as long as Slack would have a thread be read in.
func TestFollowUpUnread(t *testing.T) {
	t.Parallel()
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	first, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + honey})
	must(t, err)
	s.Await(1)
	s.Fail("conversations.replies", slacktest.Failure{Status: 429, RetryAfter: 60, Code: "ratelimited"})
	_, err = s.Say(slacktest.Line{Channel: channel, User: asker, Text: honey, Thread: first})
	must(t, err)
	has(t, s.Await(2)[1], "could not read what was said before", quoted)
}

// Whichever call fails while a question is changed, the new answer is there in the
// end, once, and while one is deleted, its answer goes.
func TestEachChangeFails(t *testing.T) {
	if testing.Short() {
		t.Skip("waits as Slack asks it to")
	}
	for name, test := range map[string]struct {
		f     slacktest.Failure
		stays bool // what cannot be changed or deleted stays beside the new answer
	}{
		"500":                {f: slacktest.Failure{Status: 500}},
		"500, with effect":   {f: slacktest.Failure{Status: 500, After: true}},
		"cut":                {f: slacktest.Failure{Hang: true}},
		"429":                {f: slacktest.Failure{Status: 429, RetryAfter: 1}},
		"an error":           {slacktest.Failure{Code: "internal_error"}, true},
		"not to be changed":  {slacktest.Failure{Code: "cant_update_message"}, true},
		"a code of tomorrow": {slacktest.Failure{Code: "never_heard_of"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, method := range []string{"chat.update", "conversations.replies"} {
				bot := chattest.NewBot(t, chat.Options{})
				s := start(t, bot, slack.Options{Guests: true})
				ts, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + honey})
				must(t, err)
				s.Await(1)
				s.Fail(method, test.f)
				must(t, s.Edit(ts, slacktest.Mention("T1")+" Who asked the keepers to burn the boxes?"))
				until(t, "the new answer is there", func() bool {
					shown := s.Shown()
					return len(shown) > 0 && strings.Contains(text(shown[len(shown)-1]), "burn the boxes")
				})
				finish(t, bot)
				if n := len(s.Shown()); n != 1 && !test.stays {
					t.Errorf("%s: %d answers are shown", method, n)
				}
			}
			if test.stays {
				return
			}
			s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{Guests: true})
			ts, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + honey})
			must(t, err)
			s.Await(1)
			s.Fail("chat.delete", test.f)
			must(t, s.Delete(ts))
			until(t, "the answer goes", func() bool { return len(s.Shown()) == 0 })
		})
	}
}

// Whichever call fails while something is shown to one person alone, they are shown
// something.
func TestEachPrivateCallFails(t *testing.T) {
	if testing.Short() {
		t.Skip("waits as Slack asks it to")
	}
	for name, f := range map[string]slacktest.Failure{
		"500": {Status: 500}, "cut": {Hang: true}, "429": {Status: 429, RetryAfter: 1}, "an error": {Status: 200, Code: "internal_error"},
	} {
		for _, method := range []string{"response_url", "chat.postEphemeral", "conversations.info", "views.open", "users.info"} {
			if method == "response_url" && f.Code != "" {
				continue // it has no codes
			}
			t.Run(method+"/"+name, func(t *testing.T) {
				t.Parallel()
				s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
				s.Fail(method, f)
				must(t, s.Command("T1", channel, asker, "/ask", honey))
				private := s.Await(1)[0]
				has(t, private, quoted)
				press(t, s, private, asker, chat.More)
				has(t, s.Await(2)[1], "Further passages")
				press(t, s, private, asker, chat.Publish)
				until(t, "it is said how sharing went", func() bool {
					shown := s.Shown()
					return strings.Contains(text(shown[len(shown)-1]), "Shared.") || strings.Contains(text(shown[len(shown)-1]), "could not share")
				})
			})
		}
	}
}

// While an answer takes long, its thread says that the bot is at work; when that
// cannot be shown, the answer comes all the same.
func TestWorking(t *testing.T) {
	for name, failures := range map[string][]slacktest.Failure{"shown": nil, "not shown": {{Code: "internal_error"}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kept, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "chat.db"))
			must(t, err)
			var s *slacktest.Server
			slow := chat.AskerFunc(func(context.Context, answer.Question) (answer.Answer, error) {
				until(t, "the work is to be shown", func() bool { return len(s.Calls("assistant.threads.setStatus")) > 0 })
				return answer.Answer{Searched: 7}, nil
			})
			bot := chat.New(nopLog(), chat.Library{Asker: slow}, kept, chat.Options{})
			t.Cleanup(func() { must(t, errors.Join(bot.Close(context.Background()), kept.Close())) })
			s = start(t, bot, slack.Options{})
			s.Fail("assistant.threads.setStatus", failures...)
			ts, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + honey})
			must(t, err)
			has(t, s.Await(1)[0], "7 passages")
			finish(t, bot)
			calls := s.Calls("assistant.threads.setStatus")
			if len(calls) != 1 || calls[0].Args["thread_ts"] != ts || calls[0].Args["status"] == "" {
				t.Errorf("the calls are %v", calls)
			}
		})
	}
}

// Blocks that are refused become plain text that has all that they had.
func TestPlainFallback(t *testing.T) {
	for _, code := range []string{"invalid_blocks", "msg_blocks_too_long", "invalid_blocks_format"} {
		t.Run(code, func(t *testing.T) {
			s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
			s.Fail("chat.postMessage", slacktest.Failure{Code: code})
			_, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + honey})
			must(t, err)
			m := s.Await(1)[0]
			has(t, m, quoted, "[1] On bees", "first paragraph")
			if m.Blocks != nil {
				t.Errorf("there are blocks: %v", m.Blocks)
			}
		})
	}
	t.Run("privately", func(t *testing.T) {
		s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{Guests: true})
		_, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + honey})
		must(t, err)
		m := s.Await(1)[0]
		s.Fail("chat.postEphemeral", slacktest.Failure{Code: "invalid_blocks"})
		press(t, s, m, asker, chat.Context)
		has(t, s.Await(2)[1], "The passage among its neighbours", "They asked for wider boxes")
	})
}

// A retry whose first delivery was answered by another replica finds the answer
// there, and is not answered again, though each replica has a store of its own; one
// that never was is answered. A mention in a channel comes as two events at once,
// of which two such replicas may get one each: for these they must share a store.
func TestRetries(t *testing.T) {
	bot, replica := chattest.NewBot(t, chat.Options{}), chattest.NewBot(t, chat.Options{}) // each with a store of its own
	s := start(t, bot, slack.Options{})
	listen(t, connect(t, s, replica, slack.Options{}))
	var said []string
	for range 8 {
		ts, err := s.Say(slacktest.Line{Channel: "D1", User: asker, Text: honey, Quietly: true})
		must(t, err)
		said = append(said, ts)
	}
	for i, ts := range said {
		must(t, s.Redeliver(ts, 1)) // as if the first had never arrived
		s.Await(i + 1)
		for retry := 2; retry < 4; retry++ {
			must(t, s.Redeliver(ts, retry))
		}
	}
	finish(t, bot)
	finish(t, replica)
	in := make(map[string]int)
	for _, m := range s.Shown() {
		in[m.Thread]++
	}
	for _, ts := range said {
		if in[ts] != 1 {
			t.Errorf("%s has %d replies", ts, in[ts])
		}
	}
}

// A log that can be read while it is written.
type memoryLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *memoryLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *memoryLog) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.b.String(), text)
}

// startTeams starts a Slack with two workspaces, and an adapter that logs to l.
func startTeams(t *testing.T, l *memoryLog) (*slacktest.Server, *slack.Adapter) {
	t.Helper()
	s := slacktest.Start(t, slack.Scopes()...)
	s.Install("T2")
	a := slack.New(slog.New(slog.NewTextHandler(l, nil)), chattest.NewBot(t, chat.Options{}), slack.Options{
		BotTokens: []string{slacktest.BotToken("T1"), slacktest.BotToken("T2")}, AppToken: slacktest.AppToken, APIURL: s.URL,
	})
	slack.BePatient(a)
	must(t, a.Start(t.Context()))
	listen(t, a)
	return s, a
}

// ask mentions the bot in a team.
func ask(t *testing.T, s *slacktest.Server, team string) {
	t.Helper()
	_, err := s.Say(slacktest.Line{Team: team, Channel: "C" + team, User: asker, Text: slacktest.Mention(team) + " " + honey})
	must(t, err)
}

// A workspace whose token is revoked is left, with a word on what to do; the other
// is served on.
func TestRevokedToken(t *testing.T) {
	for name, revoke := range map[string]func(*slacktest.Server) error{
		"event": func(s *slacktest.Server) error {
			return s.Deliver("events_api", s.Event("T1", map[string]any{"type": "tokens_revoked", "tokens": map[string]any{"bot": []any{"UBOTT1"}}}), 0)
		},
		"uninstalled": func(s *slacktest.Server) error {
			return s.Deliver("events_api", s.Event("T1", map[string]any{"type": "app_uninstalled"}), 0)
		},
		"refusal": func(s *slacktest.Server) error {
			s.Revoke("T1", "token_revoked")
			_, err := s.Say(slacktest.Line{Channel: "D1", User: asker, Text: honey})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var l memoryLog
			s, _ := startTeams(t, &l)
			ask(t, s, "T1")
			ask(t, s, "T2")
			s.Await(2)
			must(t, revoke(s))
			until(t, "it is said", func() bool {
				return l.has("Reinstall the app in the workspace") || l.has("what was kept of it is deleted")
			})
			before := len(s.Calls("chat.postMessage"))
			ask(t, s, "T1")
			ask(t, s, "T2")
			if m := s.Await(3)[2]; m.Team != "T2" {
				t.Errorf("an answer is shown in %s", m.Team)
			}
			if n := len(s.Calls("chat.postMessage")); n != before+1 {
				t.Errorf("%d more posts, want 1", n-before)
			}
		})
	}
}

// What is kept of a workspace is deleted when the app is uninstalled there.
func TestUninstalledIsForgotten(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{})
	s := start(t, bot, slack.Options{})
	recent := func() int {
		asked, err := bot.Recent(t.Context(), "slack", "T1", asker, 5)
		must(t, err)
		return len(asked)
	}
	ask(t, s, "T1")
	s.Await(1)
	until(t, "the question is kept", func() bool { return recent() == 1 })
	must(t, s.Deliver("events_api", s.Event("T1", map[string]any{"type": "app_uninstalled"}), 0))
	if n := recent(); n != 0 {
		t.Errorf("%d questions are kept", n)
	}
}

// A tokens_revoked that names others' tokens changes nothing.
func TestOthersTokensRevoked(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	must(t, s.Deliver("events_api", s.Event("T1", map[string]any{"type": "tokens_revoked", "tokens": map[string]any{"oauth": []any{"U9"}, "bot": []any{"U8"}}}), 0))
	ask(t, s, "T1")
	s.Await(1)
}

// A scope that is missing is named.
func TestMissingScope(t *testing.T) {
	var l memoryLog
	s, _ := startTeams(t, &l)
	s.Fail("chat.postMessage", slacktest.Failure{Code: "missing_scope", Needed: "chat:write"})
	ask(t, s, "T1")
	s.Await(1)
	if !l.has("needed=chat:write") || !l.has("bot slack manifest") {
		t.Errorf("the scope is not named:\n%s", l.b.String())
	}
}

// Guests, and channels that other organizations share, are not answered, and told
// so, unless that is allowed.
func TestGuestsAndShared(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		s := start(t, chattest.NewBot(t, chat.Options{Access: chat.Access{Guests: allowed, Shared: allowed}}), slack.Options{Guests: allowed, Shared: allowed})
		s.SetPerson("UGUEST", slacktest.Person{Guest: true})
		s.SetChannel("CABROAD", slacktest.Channel{Shared: true})
		for i, l := range []slacktest.Line{
			{Channel: channel, User: "UGUEST", Text: slacktest.Mention("T1") + " " + honey},
			{Channel: "CABROAD", User: asker, Text: slacktest.Mention("T1") + " " + honey},
		} {
			_, err := s.Say(l)
			must(t, err)
			m := s.Await(i + 1)[i]
			if answered := strings.Contains(text(m), quoted); answered != allowed || !allowed && m.For != l.User {
				t.Errorf("allowed %v, shown to %q:\n%s", allowed, m.For, text(m))
			}
		}
	}
}

// While Slack does not tell who is a guest, people are asked to try again, and then
// are answered.
func TestGuestLookupFails(t *testing.T) {
	for name, f := range map[string]slacktest.Failure{"server error": {Status: 500}, "limited": {Status: 429, RetryAfter: 30}, "cut": {Hang: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
			for n := range 2 {
				s.Fail("users.info", f, f, f, f, f, f, f, f)
				ask(t, s, "T1")
				m := s.Await(n + 1)[n]
				has(t, m, "Please ask again in a moment")
				if m.For != asker {
					t.Errorf("it is shown to %q", m.For)
				}
				s.Mend("users.info")
			}
			ask(t, s, "T1")
			has(t, s.Await(3)[2], quoted)
		})
	}
}

// A channel that takes few posts at a time gets every answer all the same, each
// once, and other channels do not wait for it.
func TestCrowdedChannel(t *testing.T) {
	if testing.Short() {
		t.Skip("waits as Slack asks it to")
	}
	t.Parallel()
	bot := chattest.NewBot(t, chat.Options{})
	s := start(t, bot, slack.Options{})
	s.Limit("CT1", 0)
	const many = 40
	var crowd sync.WaitGroup
	for range many {
		crowd.Go(func() { ask(t, s, "T1") })
	}
	crowd.Wait()
	_, err := s.Say(slacktest.Line{Channel: "D1", User: asker, Text: honey})
	must(t, err)
	if other := s.Await(1)[0]; other.Channel != "D1" {
		t.Errorf("it is answered in %s first, want another channel", other.Channel)
	}
	inVain := len(s.Calls("chat.postMessage"))
	s.Limit("CT1", 5)
	for n := range many { // each that is put off comes a minute later
		s.Await(n + 2)
	}
	finish(t, bot)
	in := make(map[string]int)
	for _, m := range s.Shown() {
		in[m.Thread]++
		has(t, m, quoted)
	}
	if len(in) != many+1 || len(s.Shown()) != many+1 {
		t.Errorf("%d replies in %d threads, want %d", len(s.Shown()), len(in), many+1)
	}
	if n := len(s.Calls("chat.postMessage")) - inVain; n > 2*many {
		t.Errorf("%d posts were tried for %d answers", n, many)
	}
}

// Where the bot may not post, any more or at all, whoever asked is answered directly; it
// does not try on and on.
func TestMayNotPost(t *testing.T) {
	for name, c := range map[string]slacktest.Channel{"no member": {Absent: true}, "closed": {Closed: true}} {
		t.Run(name, func(t *testing.T) {
			bot := chattest.NewBot(t, chat.Options{})
			s := start(t, bot, slack.Options{})
			s.SetChannel(channel, c)
			_, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + honey})
			must(t, err)
			m := s.Await(1)[0]
			has(t, m, "I may not post this in the channel that you asked in", quoted)
			if m.Channel != "D"+asker || m.Thread != "" {
				t.Errorf("it is shown in %q, thread %q", m.Channel, m.Thread)
			}
			finish(t, bot)
			if n := len(s.Calls("chat.postMessage")); n != 2 {
				t.Errorf("%d posts are tried, want 2", n)
			}
		})
	}
}

// A question of any length gets a reply.
func TestLongQuestion(t *testing.T) {
	s := start(t, chattest.NewBot(t, chat.Options{}), slack.Options{})
	_, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + strings.Repeat(" honey", 2000)})
	must(t, err)
	if m := s.Await(1)[0]; text(m) == "" {
		t.Error("the reply is empty")
	}
}

// Replicas that share a store answer each mention once, whichever of them gets
// which of its two events.
func TestReplicas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	s := slacktest.Start(t, slack.Scopes()...)
	asker := chat.AskerFunc(func(context.Context, answer.Question) (answer.Answer, error) { return answer.Answer{Searched: 7}, nil })
	var bots []*chat.Bot
	for range 2 {
		kept, err := store.Open(t.Context(), path)
		must(t, err)
		bot := chat.New(nopLog(), chat.Library{Asker: asker}, kept, chat.Options{})
		t.Cleanup(func() { must(t, errors.Join(bot.Close(context.Background()), kept.Close())) })
		listen(t, connect(t, s, bot, slack.Options{}))
		bots = append(bots, bot)
	}
	const many = 20
	for range many {
		ask(t, s, "T1")
	}
	s.Await(many)
	for _, bot := range bots {
		finish(t, bot)
	}
	in := make(map[string]int)
	for _, m := range s.Shown() {
		in[m.Thread]++
	}
	if len(in) != many || len(s.Shown()) != many {
		t.Errorf("%d replies in %d threads, want %d", len(s.Shown()), len(in), many)
	}
}

// A response URL that cannot be reached is in no log: who has it can speak in the
// bot's name.
func TestResponseURLIsNotLogged(t *testing.T) {
	var l memoryLog
	s, a := startTeams(t, &l)
	s.Fail("response_url", slacktest.Failure{Hang: true})
	s.Fail("chat.postEphemeral", slacktest.Failure{Hang: true}, slacktest.Failure{Hang: true}, slacktest.Failure{Hang: true})
	must(t, s.Command("T1", channel, asker, "/tell", honey))
	until(t, "it is logged", func() bool { return l.has("something could not be shown") })
	a.Wait()
	if l.has("/response/") {
		t.Errorf("the log has the address:\n%s", l.b.String())
	}
}
