package slack_test

import (
	"slices"
	"strings"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
)

const (
	origin = "https://docs.example.org/"
	place  = origin + "bees.txt#page=1" // of all that chattest.Text says
)

// linked is a Slack with a bot whose documents can be opened.
type linked struct {
	*slacktest.Server
	bot *chat.Bot
}

func startLinked(t *testing.T) linked {
	t.Helper()
	links, err := chat.ParseLinks(origin + "{file}#page={page}")
	must(t, err)
	bot := chattest.NewBot(t, chat.Options{Links: links})
	return linked{start(t, bot, slack.Options{Guests: true}), bot}
}

// mention asks in the channel, and returns the n-th message, which is shown when the bot
// is done.
func (s linked) mention(t *testing.T, n int, question string) slacktest.Message {
	t.Helper()
	ts, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " " + escape(question)})
	must(t, err)
	must(t, s.bot.Wait(t.Context(), chat.Message{Platform: "slack", Team: "T1", Channel: channel, ID: ts}))
	return s.Await(n)[n-1]
}

// leads checks that m has the quotation, and leads to its place by citations or not, by
// the titles of its cards, and nowhere else.
func leads(t *testing.T, m slacktest.Message, cited bool) {
	t.Helper()
	has(t, m, quoted, "[1]", "On bees")
	if _, live := m.Read(origin); live != "" {
		t.Errorf("live: %s", live)
	}
	links, citations := m.Links("link"), m.Links("citation")
	if len(links) == 0 || cited != (len(citations) > 0) {
		t.Errorf("citations lead to %v, want any: %v; titles to %v", citations, cited, links)
	}
	for _, to := range append(links, citations...) {
		if to != place {
			t.Errorf("something leads to %q", to)
		}
	}
}

// Where documents can be opened, marks are Slack's own citations and titles are links;
// nothing is unfurled.
func TestCitations(t *testing.T) {
	s := startLinked(t)
	m := s.mention(t, 1, honey)
	leads(t, m, true)
	if posts := s.Calls("chat.postMessage"); len(posts) != 1 || m.Args["unfurl_links"] != false || m.Args["unfurl_media"] != false {
		t.Errorf("%d posts, the last of which unfurls: %v, %v", len(posts), m.Args["unfurl_links"], m.Args["unfurl_media"])
	}
	press(t, s.Server, m, asker, chat.More)
	further := s.Await(2)[1]
	if _, live := further.Read(origin); live != "" || !slices.Contains(further.Links("link"), place) {
		t.Errorf("further passages: live: %s; titles lead to %v", live, further.Links("link"))
	}
}

// Addresses in documents and questions stay text.
func TestNothingElseLinks(t *testing.T) {
	s := startLinked(t)
	m := s.mention(t, 1, "What did the strangers cry before the gate, <https://evil.example|this>, https://evil.example/q?")
	if got, live := m.Read(origin); live != "" || !strings.Contains(got, "https://evil.example/plain") {
		t.Errorf("live: %s:\n%s", live, got)
	}
	for _, to := range append(m.Links("link"), m.Links("citation")...) {
		if to != place {
			t.Errorf("something leads to %q", to)
		}
	}
}

// A workspace that refuses citations gets the same reply without them, in one call more,
// and is spared them from then on, however it is replied to.
func TestCitationsRefused(t *testing.T) {
	s := startLinked(t)
	s.RefuseCitations()
	leads(t, s.mention(t, 1, honey), false)
	if n := len(s.Calls("chat.postMessage")); n != 2 {
		t.Errorf("the first reply takes %d calls, want 2", n)
	}
	leads(t, s.mention(t, 2, honey), false)
	must(t, s.Command("T1", channel, asker, "/ask", honey))
	leads(t, s.Await(3)[2], false)
	if posts, responses := len(s.Calls("chat.postMessage")), len(s.Calls("response_url")); posts != 3 || responses != 1 {
		t.Errorf("%d and %d calls for three replies, want 3 and 1", posts, responses)
	}
}

// So it is for a reply to one person alone, also where the app is no member, and for a
// change.
func TestCitationsRefusedElsewhere(t *testing.T) {
	t.Run("privately", func(t *testing.T) {
		s := startLinked(t)
		s.RefuseCitations()
		s.SetChannel(channel, slacktest.Channel{Absent: true})
		must(t, s.Command("T1", channel, asker, "/ask", honey))
		leads(t, s.Await(1)[0], false)
	})
	t.Run("in place", func(t *testing.T) {
		s := startLinked(t)
		ts, err := s.Say(slacktest.Line{Channel: channel, User: asker, Text: slacktest.Mention("T1") + " Who asked the keepers to burn the boxes?"})
		must(t, err)
		s.Await(1)
		s.RefuseCitations()
		must(t, s.Edit(ts, slacktest.Mention("T1")+" "+honey))
		until(t, "the answer is changed", func() bool { return strings.Contains(text(s.Shown()[0]), quoted) })
		leads(t, s.Shown()[0], false)
	})
}

// What is refused without citations too is plain text, and no reason to spare them.
func TestCitationsNotToBlame(t *testing.T) {
	s := startLinked(t)
	refused := slacktest.Failure{Code: "invalid_blocks"}
	s.Fail("chat.postMessage", refused, refused)
	m := s.mention(t, 1, honey)
	has(t, m, quoted, "[1] On bees", "first paragraph")
	if _, live := m.Read(); live != "" || m.Blocks != nil {
		t.Errorf("live: %s; blocks: %v", live, m.Blocks)
	}
	leads(t, s.mention(t, 2, honey), true)
}

// Where an answer can be shared by a response URL alone, which can be told to unfurl
// nothing by no means, it leads nowhere.
func TestSharedWithoutLinks(t *testing.T) {
	s := startLinked(t)
	s.SetChannel(channel, slacktest.Channel{Absent: true})
	must(t, s.Command("T1", channel, asker, "/ask", honey))
	private := s.Await(1)[0]
	leads(t, private, true)
	press(t, s.Server, private, asker, chat.Publish)
	public := s.Await(3)[1]
	has(t, public, quoted, "On bees")
	if _, live := public.Read(); live != "" || public.For != "" {
		t.Errorf("shown to %q; live: %s", public.For, live)
	}
}
