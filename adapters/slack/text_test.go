package slack

import (
	"encoding/json"
	"strings"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/slack/slacktest"
)

func TestReadText(t *testing.T) {
	for _, test := range []struct {
		text, want        string
		mentioned, others bool
	}{
		{"What of it?", "What of it?", false, false},
		{"<@UBOT> what of it?", "what of it?", true, false},
		{"<@UBOT|rapporteur>: what of it?", "what of it?", true, false},
		{"  <@UBOT>, <@UBOT> what?", "what?", true, false},
		{"<@UBOT>", "", true, false},
		{"what of it, <@UBOT>", "what of it,", true, false},
		{"<@UBOTTLE> what?", "@someone what?", false, true},
		{"<@U1|ada> what?", "@ada what?", false, true},
		{"<@U1> and <@UBOT>, what?", "@someone and , what?", true, false},
		{"<@UBOT> ask <@U1>", "ask @someone", true, false},
		{"see <#C1|general> and <#C2>", "see #general and #channel", false, false},
		{"<!here> <!subteam^S1|@staff> <!date^1^{date}|May> <!subteam^S2>", "@here @staff May @subteam", false, false},
		{"<https://x.example/a?b=1&amp;c|here> <https://y.example> <mailto:a@b.example|a@b.example> <mailto:c@d.example>", "here https://y.example a@b.example c@d.example", false, false},
		{"1 &lt; 2 &amp;amp; 3 &gt; 2", "1 < 2 &amp; 3 > 2", false, false},
		{"an open < and a <> and <@UBOT", "an open < and a  and <@UBOT", false, false},
	} {
		plain, mentioned, others := readText(test.text, "UBOT")
		if plain != test.want || mentioned != test.mentioned || others != test.others {
			t.Errorf("%q is %q, %v, %v, want %q, %v, %v", test.text, plain, mentioned, others, test.want, test.mentioned, test.others)
		}
	}
}

func FuzzReadText(f *testing.F) {
	f.Add("<@UBOT> what of <#C1|x> &amp; <!here>?")
	f.Add("<@UBOT|<@UBOT>>>")
	f.Fuzz(func(t *testing.T, text string) {
		plain, _, _ := readText(text, "UBOT")
		if len(plain) > 2*len(text)+16 {
			t.Errorf("%d bytes of %d", len(plain), len(text))
		}
	})
}

// Text of any kind is inert, and a person sees it as it was.
func FuzzInert(f *testing.F) {
	f.Add("<!channel> *bold* _it_ ~no~ `code` @everyone https://evil.example &lt;")
	f.Add("> quoted\n>>> all")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' || r == '\u202e' || r == '\u2060' || r == '\ufffd' {
				return -1 // the Bot takes them out
			}
			return r
		}, text)
		if live := slacktest.LiveText(inert(text)); live != "" {
			t.Errorf("%q is live: %s", inert(text), live)
		}
		if got, _ := (slacktest.Message{Text: inert(text)}).Read(); got != text {
			t.Errorf("%q reads %q", text, got)
		}
	})
}

// Text of any kind is inert where Slack looks for Markdown, and a person sees its words
// as they were.
func FuzzInertMarkdown(f *testing.F) {
	f.Add("# a [b](https://evil.example)\n- c | d\n--- \\* www.evil.example **e** <@U1> ![f](g) 1. h")
	f.Add("&lt;!here&gt; :smile: > quoted")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' || r == '\u202e' || r == '\u2060' || r == '\ufffd' {
				return -1 // the Bot takes them out
			}
			return r
		}, text)
		if live := slacktest.LiveMarkdown(inertMarkdown(text)); live != "" {
			t.Errorf("%q is live: %s", inertMarkdown(text), live)
		}
		got, _ := (slacktest.Message{Text: inertMarkdown(text)}).Read()
		if want := strings.Join(strings.Fields(text), " "); got != want {
			t.Errorf("%q reads %q", text, got)
		}
	})
}

// Whatever an event holds, the message made of it has what the Bot needs.
func FuzzMessage(f *testing.F) {
	f.Add(`{"type":"message","channel":"C1","channel_type":"im","user":"U1","text":"<@UBOT> x","ts":"1.1","thread_ts":"1.0","parent_user_id":"UBOT"}`)
	f.Add(`{"type":"message","subtype":"message_changed","channel":"C1","message":{"subtype":"tombstone","user":"USLACKBOT","ts":"1.1","thread_ts":"1.1"}}`)
	f.Add(`{"type":"message","subtype":"message_deleted","channel":"C1","deleted_ts":"1.1","previous_message":{"user":"U1"}}`)
	w := &workspace{team: "T1", user: "UBOT"}
	f.Fuzz(func(t *testing.T, raw string) {
		var e event
		if json.Unmarshal([]byte(raw), &e) != nil {
			return
		}
		m, ok := w.message(e, false, false)
		if ok && (m.Platform == "" || m.Team == "" || m.Channel == "" || m.ID == "" || m.User == "" && m.Change != chat.Deleted || m.Thread == m.ID) {
			t.Errorf("%s is %+v", raw, m)
		}
	})
}
