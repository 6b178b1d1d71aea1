package slacktest

import (
	"regexp"
	"strings"
	"time"
)

// startStream shows a message that is to be streamed; s.mu is held.
func (s *Server) startStream(who *team, args map[string]any) reply {
	text := func(name string) string { v, _ := args[name].(string); return v }
	channel := text("channel")
	if s.channels[channel].Absent {
		return refuse("not_in_channel")
	}
	if !strings.HasPrefix(channel, "D") {
		if text("recipient_user_id") == "" {
			return refuse("missing_recipient_user_id")
		}
		if text("recipient_team_id") == "" {
			return refuse("missing_recipient_team_id")
		}
	}
	s.checkMarkdown(text("markdown_text"))
	m := &Message{
		Team: who.id, Channel: channel, TS: s.stamp(), Thread: text("thread_ts"), User: who.bot, BotID: who.botID,
		Text: text("markdown_text"), Args: args, Streaming: true, At: time.Now(),
	}
	s.messages = append(s.messages, m)
	shown := *m
	s.echoes.Go(func() { s.echo(shown) })
	return reply{"ok": true, "channel": channel, "ts": m.TS}
}

// goOn appends to a stream or stops it; s.mu is held.
func (s *Server) goOn(who *team, method string, args map[string]any) reply {
	for _, m := range s.messages {
		if m.Team != who.id || m.Channel != args["channel"] || m.TS != args["ts"] || m.Deleted {
			continue
		}
		if !m.Streaming {
			return refuse("message_not_in_streaming_state")
		}
		text, _ := args["markdown_text"].(string)
		if text == "" && method == "chat.appendStream" {
			return refuse("no_text")
		}
		s.checkMarkdown(text)
		m.Text += text
		if metadata, ok := args["metadata"].(map[string]any); ok {
			m.Metadata = metadata
		}
		m.Streaming = method == "chat.appendStream"
		return reply{"ok": true, "channel": m.Channel, "ts": m.TS}
	}
	return refuse("message_not_found")
}

// checkMarkdown complains of a streamed text that Slack would not take, or in which it
// would act on something.
func (s *Server) checkMarkdown(text string) {
	if size(text) > 12_000 {
		s.t.Errorf("%d characters are streamed at once, 12,001 are too many", size(text))
	}
	if live := LiveMarkdown(text); live != "" {
		s.t.Errorf("streamed: %s: %q", live, text)
	}
}

// domain is what looks like the name of a site.
var domain = regexp.MustCompile(`[\pL\d]\.\pL`)

// LiveMarkdown names what Slack would act on in such a text.
func LiveMarkdown(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if live := LiveText(line); live != "" {
			return live
		}
		if strings.Contains(line, "](") || domain.MatchString(line) {
			return "a link"
		}
		if line != "" && strings.ContainsAny(line[:1], "#>-+=|0123456789") {
			return "what begins a line"
		}
	}
	return ""
}

// Expire ends all streams, as Slack does with those that last for minutes.
func (s *Server) Expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		m.Streaming = false
	}
}
