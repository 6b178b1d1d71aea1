package slack

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// What the home tab and the agent's pane show.
const (
	mostPrompts = 4 // Slack takes no more suggested prompts
	mostRecent  = 5
	mostSources = 10
)

// opened shows what belongs on the tab of the app's home that a person opened.
func (w *workspace) opened(_ context.Context, e event, _, _ bool) error {
	w.adapter.aside(func(ctx context.Context) {
		switch e.Tab {
		case "home":
			w.note("showing the home tab", w.home(ctx, e.User))
		case "messages":
			w.note("suggesting questions", w.suggest(ctx, e.Channel))
		}
	})
	return nil
}

// suggest offers questions made from the documents' headings. In an app with an
// agent's pane a thread must not be named: the call would fail without saying so.
func (w *workspace) suggest(ctx context.Context, channel string) error {
	p := slack.AssistantThreadsSetSuggestedPromptsParameters{Title: labelExamples, ChannelID: channel}
	for _, prompt := range w.adapter.bot.Prompts(mostPrompts) {
		p.Prompts = append(p.Prompts, slack.AssistantThreadsPrompt{Title: prompt, Message: prompt})
	}
	if len(p.Prompts) == 0 {
		return nil
	}
	return w.optional(ctx, callPrompts, func() error { return w.write.SetAssistantThreadsSuggestedPromptsContext(ctx, p) })
}

// home shows a person the home tab: help, questions to try, their briefing, what they
// asked lately, and which documents there are.
func (w *workspace) home(ctx context.Context, user string) error {
	bot := w.adapter.bot
	all := []block{title(labelHome)}
	list := func(heading string, lines []string) {
		if len(lines) == 0 {
			return
		}
		all = append(all, title(heading), bullets(lines))
	}
	all = append(all, section(run{chat.SaidHelp, nil}))
	list(labelExamples, bot.Prompts(mostPrompts))
	collected, err := bot.CollectedCount(ctx, chat.Message{Platform: platform, Team: w.team, User: user})
	if err != nil { // the rest is worth showing
		w.note("counting what a person collected", err)
	}
	all = append(all, title(chat.Desk.Label()), section(run{sayCollection(collected), nil}))
	all = append(all, buttons(chat.Reply{Buttons: chat.DeskButtons()})...)
	recent, err := bot.Recent(ctx, platform, w.team, user, mostRecent)
	if err != nil { // the rest is worth showing
		w.note("listing recent questions", err)
	}
	var asked []string
	for _, r := range recent {
		line := chat.Shorten(r.Question, longestItem-len(labelUnanswered)-1)
		if !r.Answered {
			line += " " + labelUnanswered
		}
		asked = append(asked, line)
	}
	list(labelRecent, asked)
	var sources []string
	for _, s := range bot.Sources() {
		sources = append(sources, s.Title)
	}
	if more := len(sources) - mostSources; more > 0 {
		sources = append(sources[:mostSources], fmt.Sprintf("… %d more", more))
	}
	list(labelSources, sources)
	view := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: pack(all)[0]}}
	return w.optional(ctx, callHome, func() error {
		_, err := w.change.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: user, View: view})
		return err
	})
}

func title(text string) block {
	return block{slack.NewHeaderBlock(plainText(text)), length(text)}
}
