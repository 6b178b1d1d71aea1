package discord_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/chat/store"
	"rapporteur/adapters/discord"
	"rapporteur/adapters/discord/discordtest"
	"rapporteur/retrieval/answer"
)

func TestAsk(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	for _, private := range []bool{false, true} {
		data := commandData("ask", given("question", 3, honey), given("private", 5, private))
		id := fake.Command(discordtest.Act{}, data)
		if i := fake.Acked(id); i.Type != 5 {
			t.Errorf("the first response is of type %d, want the deferred one", i.Type)
		}
		m := fake.ReplyTo(id)
		has(t, m.Text(), honey, quoted, "[1]", "On bees")
		if m.Ephemeral() != private {
			t.Errorf("private %v: ephemeral is %v", private, m.Ephemeral())
		}
		if m.Live() != "" {
			t.Errorf("it is live: %s", m.Live())
		}
	}
}

// finish stops bot when it has done all that a has heard. Nothing more comes of that.
func finish(t *testing.T, bot *chat.Bot, a *discord.Adapter) {
	t.Helper()
	discord.Taken(a)
	if err := bot.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.Wait()
}

// A section that was chosen is searched alone, and so it is in what follows.
func TestAskAboutDocument(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{})
	fake, a := start(t, bot, discord.Options{})
	document := given("document", 3, "moth")
	document["focused"] = true
	i := fake.Acked(fake.Type(discordtest.Act{}, commandData("ask", document)))
	var got struct {
		Choices []struct{ Name, Value string }
	}
	if err := json.Unmarshal(i.Data, &got); err != nil || i.Type != 8 || len(got.Choices) != 1 || !strings.Contains(got.Choices[0].Name, "Moths") {
		t.Fatalf("type %d, choices %s (%v)", i.Type, i.Data, err)
	}
	for _, about := range []string{got.Choices[0].Value, "moths in the"} {
		m := fake.ReplyTo(fake.Command(discordtest.Act{}, commandData("ask", given("question", 3, "Who asked to burn the boxes?"), given("document", 3, about))))
		has(t, m.Text(), "Who asked to burn the boxes?", "Searched in: II. Moths in the Boxes, On bees", "burn the boxes that hold moth")
		if n := len(fake.Requests("GET", "/messages")); about == "moths in the" && n != 2 {
			t.Errorf("%d messages were read, want the answer that was replied to, twice", n)
		}
		a.Wait() // until it is written down what the answer was about; people take longer to reply
		before := len(fake.Messages())
		first := fake.Say(discordtest.Said{Text: "And of the honey?", Mention: true, Reply: m.ID})
		fake.Roundly("the first reply is answered", func() bool { return len(fake.Messages()) == before+1 })
		further := fake.Messages()[before]
		has(t, further.Text(), "Searched in: II. Moths in the Boxes", "Who asked to burn the boxes?")
		if further.Reference.Message != first {
			t.Errorf("it replies to %s, want %s", further.Reference.Message, first)
		}
		asked := chat.Message{Platform: "discord", Team: discordtest.Guild, Channel: discordtest.General, ID: first}
		if err := bot.Wait(t.Context(), asked); err != nil {
			t.Fatal(err)
		}
		fake.Say(discordtest.Said{Text: "And the strangers?", Reply: further.ID})
		fake.Roundly("the second reply is answered", func() bool { return len(fake.Messages()) == before+2 })
		has(t, fake.Messages()[before+1].Text(), "Searched in: II. Moths in the Boxes")
	}
	fake.Say(discordtest.Said{Text: honey, Mention: true})
	fake.Roundly("another question is answered", func() bool { return len(fake.Messages()) == 7 })
	if text := fake.Messages()[6].Text(); strings.Contains(text, "Searched in") {
		t.Errorf("another question is confined:\n%s", text)
	}
	unknown := fake.ReplyTo(fake.Command(discordtest.Act{}, commandData("ask", given("question", 3, honey), given("document", 3, "weather"))))
	has(t, unknown.Text(), "no document or section of that name", quoted)
}

// A reply whose words Discord keeps from the bot is answered with how to be read;
// one with its ping switched off is not for the bot.
func TestUnreadableReplies(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{})
	fake, a := start(t, bot, discord.Options{})
	m := fake.ReplyTo(fake.Command(discordtest.Act{}, ask(honey)))
	fake.Say(discordtest.Said{Text: "And of wax?", Reply: m.ID})
	fake.Roundly("it is answered", func() bool { return len(fake.Messages()) == 2 })
	has(t, fake.Messages()[1].Text(), "mention me in it")
	fake.Say(discordtest.Said{Text: "He is right, you know.", Reply: fake.Messages()[1].ID, Hushed: true})
	fake.ReplyTo(fake.Command(discordtest.Act{}, commandData("help")))
	finish(t, bot, a)
	if n := len(fake.Messages()); n != 3 {
		t.Errorf("%d messages, want 3", n)
	}
}

func TestHelpAndSources(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	for name, want := range map[string]string{"help": "Use /ask, mention me", "sources": "On bees", "gone": "do not know that command"} {
		m := fake.ReplyTo(fake.Command(discordtest.Act{}, commandData(name)))
		has(t, m.Text(), want)
		if !m.Ephemeral() {
			t.Errorf("/%s is shown to all", name)
		}
	}
}

func TestFindSources(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	about := map[string]any{"id": "77", "channel_id": discordtest.General, "content": honey, "author": map[string]any{"id": "5"}, "timestamp": time.Now()}
	data := map[string]any{"id": "1", "name": "Find sources", "type": 3, "target_id": "77", "resolved": map[string]any{"messages": map[string]any{"77": about}}}
	m := fake.ReplyTo(fake.Command(discordtest.Act{}, data))
	has(t, m.Text(), quoted)
	if !m.Ephemeral() {
		t.Error("it is shown to all")
	}
}

func TestSettings(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{})
	fake, _ := start(t, bot, discord.Options{})
	set := commandData("rapporteur", map[string]any{"name": "set", "type": 1, "options": []any{
		given("channel", 7, discordtest.General), given("threads", 5, true), given("wait", 4, 30), given("role", 8, "55"),
	}})
	refused := fake.ReplyTo(fake.Command(discordtest.Act{}, set))
	has(t, refused.Text(), "Only those who may manage the server")
	m := fake.ReplyTo(fake.Command(discordtest.Act{Permissions: "32"}, set))
	has(t, m.Text(), "The settings are saved", "In that channel", "thread of its own: yes", ": 30 s", "Answered: role 55", "Not answered: nobody", "Silent: no")
	forum := commandData("rapporteur", map[string]any{"name": "set", "type": 1, "options": []any{given("channel", 7, discordtest.Forum), given("forum", 5, true)}})
	has(t, fake.ReplyTo(fake.Command(discordtest.Act{Permissions: "32"}, forum)).Text(), "I cannot see forum posts yet")
	s, err := bot.Settings(t.Context(), chat.Place{Platform: "discord", Team: discordtest.Guild, Channel: discordtest.General})
	if err != nil || !s.ThreadPerQuestion || s.CoolDown != 30*time.Second || !slices.Equal(s.Roles, []string{"55"}) || s.Muted {
		t.Errorf("the settings are %+v (%v)", s, err)
	}
	has(t, fake.ReplyTo(fake.Command(discordtest.Act{}, ask(honey))).Text(), "may not answer you here")
	has(t, fake.ReplyTo(fake.Command(discordtest.Act{Roles: []string{"55"}}, ask(honey))).Text(), quoted)
}

// A forum post is answered where the moderators want it, and the intent is there.
func TestForum(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{})
	fake, a := start(t, bot, discord.Options{MessageContent: true})
	fake.Open("Bees", honey)
	discord.Taken(a) // by the settings from before
	at := chat.Place{Platform: "discord", Team: discordtest.Guild, Channel: discordtest.Forum}
	if err := bot.SetSettings(t.Context(), at, chat.Settings{AutoAnswer: true}); err != nil {
		t.Fatal(err)
	}
	id := fake.Open("Bees again", honey)
	fake.Roundly("the post is answered", func() bool { return len(fake.Messages()) > 0 })
	if m := fake.Messages()[0]; m.Channel != id {
		t.Errorf("the answer is in %s, want the post %s", m.Channel, id)
	}
}

// Without the privileged intent none is asked for, and what the bot cannot read it
// leaves alone.
func TestNoPrivilegedIntent(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	const privileged = 1<<1 | 1<<8 | 1<<15
	if got := fake.Intents(); got&privileged != 0 {
		t.Errorf("the intents %b have privileged ones", got)
	}
	id := fake.Say(discordtest.Said{Text: honey, Mention: true})
	fake.Roundly("it is answered", func() bool { return len(fake.Messages()) == 1 })
	has(t, fake.Messages()[0].Text(), quoted)
	if fake.Messages()[0].Reference.Message != id {
		t.Error("the answer is no reply to the question")
	}
}

// The commands are written once, and not again while they are the same.
func TestRegistration(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{})
	fake, first := start(t, bot, discord.Options{})
	fake.Roundly("the commands are registered", func() bool { return strings.Contains(string(fake.Commands()), "ask") })
	first.Wait() // the fake tells all who are connected that one more is
	second := run(t, fake, bot, discord.Options{})
	fake.Roundly("they are looked at again", func() bool { return second.Ready() && len(fake.Requests("GET", "/commands")) == 2 })
	second.Wait()
	if n := len(fake.Requests("PUT", "/commands")); n != 1 {
		t.Errorf("they are written %d times, want once", n)
	}
}

// Commands that cannot be registered hinder no answer, and are with the next session.
func TestRegistrationFails(t *testing.T) {
	fake := discordtest.New(t)
	fake.Fail(discordtest.Fault{Status: 404, Path: "/commands", Left: 2})
	a := run(t, fake, chattest.NewBot(t, chat.Options{}), discord.Options{})
	fake.Connected()
	fake.Say(discordtest.Said{Text: honey, Mention: true})
	fake.Roundly("it is answered", func() bool { return len(fake.Messages()) == 1 })
	a.Wait()
	if n := len(fake.Requests("PUT", "/commands")); n != 1 || string(fake.Commands()) != "[]" {
		t.Errorf("they are written %d times: %s", n, fake.Commands())
	}
	fake.SetMood(discordtest.Mood{InvalidResume: true})
	fake.CloseGateway(4000)
	fake.Roundly("the commands are registered", func() bool { return strings.Contains(string(fake.Commands()), "ask") })
}

// That Discord asks for more connections than one is said.
func TestShards(t *testing.T) {
	fake := discordtest.New(t)
	fake.SetMood(discordtest.Mood{Shards: 3})
	var said lockedBuffer
	a, err := discord.New(slog.New(slog.NewTextHandler(&said, nil)), chattest.NewBot(t, chat.Options{}), discord.Options{Token: discordtest.Token, APIURL: fake.APIURL(), GatewayURL: fake.GatewayURL()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	fake.Roundly("it is said", func() bool {
		return strings.Contains(said.String(), "more connections (shards)") && strings.Contains(said.String(), "asked_for=3")
	})
	cancel()
	<-done
}

// A lockedBuffer may be written to by many goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// An interaction that is delivered twice is answered once, and its answer stays.
func TestInteractionTwice(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{})
	fake, a := start(t, bot, discord.Options{})
	id := fake.Command(discordtest.Act{}, ask(honey))
	fake.ReplyTo(id)
	fake.Redeliver(id)
	fake.ReplyTo(fake.Command(discordtest.Act{}, ask(honey)))
	finish(t, bot, a)
	if n := len(fake.Messages()); n != 2 {
		t.Errorf("%d replies are shown, want 2", n)
	}
}

// Somebody over the limit is told so once; what then has no answer does not go on
// "thinking".
func TestOverLimit(t *testing.T) {
	at := time.Now() // all come at once
	fake, a := start(t, chattest.NewBot(t, chat.Options{PerPerson: 1, Now: func() time.Time { return at }}), discord.Options{})
	for range 4 {
		fake.Acked(fake.Command(discordtest.Act{}, ask(honey)))
	}
	fake.Roundly("nothing is thought about", func() bool { return len(fake.Thinking()) == 0 && len(fake.Messages()) == 2 })
	a.Wait()
}

func TestQuestionTooLong(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	m := fake.ReplyTo(fake.Command(discordtest.Act{}, ask(strings.Repeat("honey ", 1000))))
	if strings.TrimSpace(m.Text()) == "" || strings.Contains(m.Text(), "Something went wrong") {
		t.Errorf("it is told %q", m.Text())
	}
}

// Whatever Discord does to a reply, one comes.
func TestFaults(t *testing.T) {
	const limited = `{"message":"You are being rate limited.","retry_after":0.02,"global":false}`
	const global = `{"message":"You are being rate limited.","retry_after":0.02,"global":true}`
	retry := map[string]string{"Retry-After": "1", "X-RateLimit-Reset-After": "0.02"}
	everywhere := map[string]string{"Retry-After": "1", "X-RateLimit-Reset-After": "0.02", "X-RateLimit-Global": "true"}
	for _, test := range []struct {
		name  string
		fault discordtest.Fault
	}{
		{"rate limit", discordtest.Fault{Method: "POST", Path: "/messages", Status: 429, Body: limited, Header: retry, Left: 3}},
		{"global rate limit", discordtest.Fault{Method: "POST", Path: "/messages", Status: 429, Body: global, Header: everywhere, Left: 2}},
		{"rate limit of a deferral", discordtest.Fault{Method: "POST", Path: "/callback", Status: 429, Body: limited, Left: 2}},
		{"rate limit that tells no time", discordtest.Fault{Method: "POST", Path: "/messages", Status: 429, Body: `{"message":"slow"}`, Left: 3}},
		{"rate limit by a proxy", discordtest.Fault{Method: "POST", Path: "/messages", Status: 429, Body: `<html>`, Left: 1}},
		{"global rate limit by its header", discordtest.Fault{Method: "POST", Path: "/messages", Status: 429, Body: global, Header: map[string]string{"Retry-After": "0.02", "X-RateLimit-Global": "true"}, Left: 2}},
		{"headers that cannot be read", discordtest.Fault{Method: "POST", Path: "/messages", Status: 502, Header: map[string]string{"X-RateLimit-Reset": "soon", "X-RateLimit-Remaining": "few"}, Left: 1}},
		{"an answer that cannot be read", discordtest.Fault{Method: "GET", Path: "/channels", Status: 200, Body: "?", Left: 1000}},
		{"bad gateway", discordtest.Fault{Method: "POST", Path: "/messages", Status: 502, Left: 2}},
		{"unavailable", discordtest.Fault{Status: 503, Left: 2}},
		{"the answer is lost", discordtest.Fault{Method: "POST", Path: "/messages", Left: 1}},
		{"the answer to an edit is lost", discordtest.Fault{Method: "PATCH", Path: "@original", Left: 1}},
		{"the answer is no JSON", discordtest.Fault{Method: "POST", Path: "/messages", Status: 200, Body: "<html>busy</html>", Left: 1}},
		{"the answer to an edit is no JSON", discordtest.Fault{Method: "PATCH", Path: "@original", Status: 200, Body: "<html>busy</html>", Left: 1}},
		{"the form is refused", discordtest.Fault{Status: 400, Body: `{"code":50035,"message":"Invalid Form Body"}`, Method: "POST", Path: "/messages", Left: 1}},
		{"the form of an edit is refused", discordtest.Fault{Status: 400, Body: `{"code":50035,"message":"Invalid Form Body"}`, Method: "PATCH", Left: 1}},
		{"unknown interaction", discordtest.Fault{Status: 404, Body: `{"code":10062,"message":"Unknown interaction"}`, Path: "/callback", Left: 1}},
		{"expired token", discordtest.Fault{Status: 404, Body: `{"code":10015,"message":"Unknown Webhook"}`, Path: "@original", Left: 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
			fake.Roundly("the commands are registered", func() bool { return len(fake.Requests("PUT", "/commands")) == 1 })
			fake.Fail(test.fault)
			fake.Say(discordtest.Said{Text: honey, Mention: true})
			fake.Roundly("the message is answered", func() bool { return len(fake.Messages()) == 1 })
			fake.Command(discordtest.Act{}, ask(honey))
			fake.Roundly("the command is answered", func() bool { return len(fake.Messages()) == 2 })
			for _, m := range fake.Messages() {
				has(t, m.Text(), quoted, "On bees")
				if m.Live() != "" {
					t.Errorf("it is live: %s", m.Live())
				}
			}
		})
	}
}

// A private answer whose interaction expired goes to the person alone.
func TestExpiredPrivate(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	fake.Fail(discordtest.Fault{Status: 404, Body: `{"code":10062,"message":"Unknown interaction"}`, Path: "/callback", Left: 1})
	fake.Command(discordtest.Act{}, commandData("ask", given("question", 3, honey), given("private", 5, true)))
	fake.Roundly("it is answered", func() bool { return len(fake.Messages()) == 1 })
	if m := fake.Messages()[0]; m.GuildID != "" {
		t.Errorf("the private answer is in the server: %+v", m)
	}
}

// Where no reply can be shown any more, none is tried for ever.
func TestUnreachable(t *testing.T) {
	for _, test := range []struct {
		name   string
		status int
		body   string
	}{
		{"locked", 403, `{"code":160005,"message":"Thread is locked"}`},
		{"token revoked", 401, `{"code":0,"message":"401: Unauthorized"}`},
		{"question deleted", 400, `{"code":50035,"message":"Invalid Form Body","errors":{"message_reference":{"_errors":[{"code":"MESSAGE_REFERENCE_UNKNOWN_MESSAGE"}]}}}`},
		{"question deleted, as it was said before", 400, `{"code":50035,"message":"Invalid Form Body","errors":{"message_reference":{"_errors":[{"code":"REPLIES_UNKNOWN_MESSAGE"}]}}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			bot := chattest.NewBot(t, chat.Options{})
			fake, _ := start(t, bot, discord.Options{})
			fake.Roundly("the commands are registered", func() bool { return len(fake.Requests("PUT", "/commands")) == 1 })
			fake.Fail(discordtest.Fault{Status: test.status, Body: test.body, Method: "POST", Path: "/messages", Left: 1000})
			fake.Say(discordtest.Said{Text: honey, Mention: true})
			fake.Roundly("a reply is tried", func() bool { return len(fake.Requests("POST", "/messages")) > 0 })
			if err := bot.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := len(fake.Requests("POST", "/messages")); n != 1 {
				t.Errorf("it is tried %d times, want once", n)
			}
		})
	}
}

// The gateway may end a connection in any way; the bot is back, and answers.
func TestGatewayCloses(t *testing.T) {
	for _, code := range []int{0, 1000, 1001, 1006, 4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
			if code == 1006 {
				fake.AskReconnect()
			} else {
				fake.CloseGateway(code)
			}
			fake.Say(discordtest.Said{Text: honey, Mention: true}) // while nobody listens
			fake.Roundly("it is answered", func() bool { return len(fake.Messages()) == 1 })
			if identifies, resumes := fake.Greeted(); identifies != 1 || resumes != 1 {
				t.Errorf("%d identifies and %d resumes, want one each", identifies, resumes)
			}
		})
	}
}

// A RESUME that is never answered, or is void, ends in a new session.
func TestResume(t *testing.T) {
	for name, mood := range map[string]discordtest.Mood{
		"never answered": {SilentResumes: 1},
		"invalid":        {InvalidResume: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake, waits := discordtest.New(t), []func(*discord.Adapter){discord.Hurry}
			if mood.SilentResumes > 0 {
				waits = append(waits, discord.GiveUpSoon)
			}
			runAt(t, fake, chattest.NewBot(t, chat.Options{}), discord.Options{GatewayURL: fake.GatewayURL()}, waits...)
			fake.Connected()
			fake.SetMood(mood)
			fake.CloseGateway(4000)
			fake.Connected()
			fake.Say(discordtest.Said{Text: honey, Mention: true})
			fake.Roundly("it is answered", func() bool { return len(fake.Messages()) == 1 })
			if identifies, _ := fake.Greeted(); identifies < 2 || identifies > 2 && mood.InvalidResume {
				t.Errorf("%d identifies, want 2", identifies)
			}
		})
	}
}

// A stop is bounded though a RESUME is never answered.
func TestStopWhileResuming(t *testing.T) {
	fake, a := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	fake.SetMood(discordtest.Mood{SilentResumes: 1000})
	fake.CloseGateway(4000)
	fake.Roundly("it is resumed", func() bool { _, resumes := fake.Greeted(); return resumes > 0 })
	if a.Ready() {
		t.Error("it counts as connected")
	}
}

// What Discord will not have is said, with what to do: at the start, and when it
// comes to that later.
func TestRefused(t *testing.T) {
	for code, want := range map[int]string{
		4004: "Developer Portal", 4010: "update the bot", 4011: "2,500", 4012: "update the bot", 4013: "update the bot", 4014: "Developer Portal",
	} {
		for _, when := range []string{"at the start", "later"} {
			t.Run(fmt.Sprint(code, " ", when), func(t *testing.T) {
				t.Parallel()
				fake := discordtest.New(t)
				o := discord.Options{Token: discordtest.Token, APIURL: fake.APIURL(), GatewayURL: fake.GatewayURL()}
				a, err := discord.New(slog.New(slog.DiscardHandler), chattest.NewBot(t, chat.Options{}), o)
				if err != nil {
					t.Fatal(err)
				}
				discord.Hurry(a)
				done := make(chan error, 1)
				if when == "at the start" {
					fake.SetMood(discordtest.Mood{Refuse: code})
				}
				go func() { done <- a.Run(t.Context()) }()
				if when == "later" {
					fake.Connected()
					fake.SetMood(discordtest.Mood{Refuse: code})
					fake.CloseGateway(code)
				}
				if err := <-done; err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), fmt.Sprint(code)) {
					t.Errorf("the error is %v, want one with %q", err, want)
				}
				if a.Ready() {
					t.Error("it counts as connected")
				}
			})
		}
	}
}

// The configured address of the gateway is used as it stands.
func TestGatewayAddress(t *testing.T) {
	for path, want := range map[string]string{
		"": "/?encoding=json&v=9", "/a/gateway": "/a/gateway?encoding=json&v=9", "/g/?v=10&x=y": "/g/?encoding=json&v=10&x=y",
	} {
		asked := make(chan string, 10)
		there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked <- r.URL.String()
			w.WriteHeader(http.StatusNotFound)
		}))
		o := discord.Options{Token: discordtest.Token, APIURL: there.URL, GatewayURL: "ws" + strings.TrimPrefix(there.URL, "http") + path}
		a, err := discord.New(slog.New(slog.DiscardHandler), chattest.NewBot(t, chat.Options{}), o)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- a.Run(ctx) }()
		if got := <-asked; got != want {
			t.Errorf("the gateway at %q is asked for %s, want %s", path, got, want)
		}
		cancel()
		<-done
		there.Close()
	}
}

// Without the intent that is refused it goes on, answering what it can.
func TestIntentRefused(t *testing.T) {
	fake := discordtest.New(t)
	fake.SetMood(discordtest.Mood{RefuseContent: true})
	run(t, fake, chattest.NewBot(t, chat.Options{}), discord.Options{MessageContent: true})
	fake.Connected()
	fake.Say(discordtest.Said{Text: honey, Mention: true})
	fake.Roundly("it is answered", func() bool { return len(fake.Messages()) == 1 })
}

// A dry run changes nothing on Discord.
func TestDry(t *testing.T) {
	bot := chattest.NewBot(t, chat.Options{Dry: true})
	fake, a := start(t, bot, discord.Options{Dry: true})
	fake.Command(discordtest.Act{}, ask(honey))
	fake.Say(discordtest.Said{Text: honey, Mention: true})
	finish(t, bot, a)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		if made := fake.Requests(method, ""); len(made) > 0 {
			t.Errorf("%d requests by %s, the first to %s", len(made), method, made[0].Path)
		}
	}
}

// A question that was in hand when the program ended is answered by the next one.
func TestRestart(t *testing.T) {
	kept, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "chat.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	fake := discordtest.New(t)
	serve := func(ask chat.AskerFunc) (*chat.Bot, func()) {
		bot := chat.New(slog.New(slog.DiscardHandler), chat.Library{Asker: ask}, kept, chat.Options{})
		a, err := discord.New(slog.New(slog.DiscardHandler), bot, discord.Options{Token: discordtest.Token, APIURL: fake.APIURL(), GatewayURL: fake.GatewayURL()})
		if err != nil {
			t.Fatal(err)
		}
		discord.Hurry(a)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- a.Run(ctx) }()
		fake.Roundly("it is connected", a.Ready)
		return bot, func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
	begun := make(chan struct{})
	bot, stop := serve(func(ctx context.Context, _ answer.Question) (answer.Answer, error) {
		close(begun)
		<-ctx.Done()
		return answer.Answer{}, ctx.Err()
	})
	fake.Command(discordtest.Act{}, ask(honey))
	<-begun
	dead, cancel := context.WithCancel(t.Context())
	cancel()
	bot.Close(dead) // leaves the question for later
	stop()
	bot, stop = serve(func(context.Context, answer.Question) (answer.Answer, error) {
		return answer.Answer{Searched: 7}, nil
	})
	fake.Roundly("it is answered", func() bool { return len(fake.Messages()) > 0 })
	stop()
	bot.Close(t.Context())
	shown := fake.Messages()
	if len(shown) != 1 {
		t.Errorf("%d replies are shown, want 1", len(shown))
	}
	has(t, shown[0].Text(), "in the 7 passages that I searched")
}
