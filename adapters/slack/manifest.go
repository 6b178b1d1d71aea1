package slack

import (
	"context"
	"slices"

	"github.com/slack-go/slack"
)

// The types of the events that the code tells apart.
const eventMention = "app_mention"

// An ability is an event that is handled, what the app subscribes to for it, and
// the scopes that this takes.
type ability struct {
	event         string
	subscriptions []string
	scopes        []string
	handle        func(*workspace, context.Context, event, bool, bool) error
}

// handled lists the events that are handled. It is all that receive looks at, and
// what the manifest is made from.
func handled() []ability {
	return []ability{
		{eventMention, []string{"app_mention"}, []string{"app_mentions:read"}, (*workspace).hear},
		{"message", []string{"message.channels", "message.groups", "message.im", "message.mpim"},
			[]string{"channels:history", "groups:history", "im:history", "mpim:history"}, (*workspace).hear},
		{"app_home_opened", []string{"app_home_opened"}, nil, (*workspace).opened},
		{"agent_session_stopped", []string{"agent_session_stopped"}, nil, (*workspace).stop},
		{"app_uninstalled", []string{"app_uninstalled"}, nil, (*workspace).uninstalled},
		{"tokens_revoked", []string{"tokens_revoked"}, nil, (*workspace).tokensRevoked},
	}
}

// The calls that no answer depends on.
const (
	callUser    = "users.info"
	callChannel = "conversations.info"
	callStatus  = "assistant.threads.setStatus"
	callPrompts = "assistant.threads.setSuggestedPrompts"
	callTitle   = "agents.sessions.rename"
	callSession = "agents.sessions.setStatus"
	callHome    = "views.publish"
	callForm    = "views.open"
	// The same, over a form that is open already.
	callFormOver = "views.push"
	callUpload   = "files.getUploadURLExternal"
	callShare    = "files.completeUploadExternal"
	callStart    = "chat.startStream"
	callAppend   = "chat.appendStream"
	callEnd      = "chat.stopStream"
)

// called lists the scopes that the calls take, and which.
var called = map[string][]string{
	"chat:write":      {"chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete", callStart, callAppend, callEnd, callStatus, callTitle, callSession},
	"assistant:write": {callPrompts},
	"users:read":      {callUser},              // who is a guest
	"channels:read":   {callChannel},           // which channel is shared with other organizations
	"groups:read":     {callChannel},           // the same of private channels
	"files:write":     {callUpload, callShare}, // a briefing's file
	"commands":        {"/ask, /brief, and the message shortcut"},
}

// Scopes returns the scopes that the bot token needs, in order.
func Scopes() []string {
	var all []string
	for _, h := range handled() {
		all = append(all, h.scopes...)
	}
	for scope := range called {
		all = append(all, scope)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Manifest returns the app's manifest. With an address the app takes events over
// HTTP there; without, in Socket Mode. Questions to suggest are no part of it: they
// are made from the documents, and set when a person opens the app.
func Manifest(name, address string) slack.Manifest {
	var events []string
	for _, h := range handled() {
		events = append(events, h.subscriptions...)
	}
	slices.Sort(events)
	return slack.Manifest{
		Display: slack.Display{Name: name, Description: describeApp},
		Features: slack.Features{
			AgentView: &slack.AgentView{AgentDescription: describeApp},
			AppHome:   slack.AppHome{HomeTabEnabled: true, MessagesTabEnabled: true},
			BotUser:   slack.BotUser{DisplayName: name, AlwaysOnline: true},
			SlashCommands: []slack.ManifestSlashCommand{
				{Command: commandAsk, Description: describeAsk, UsageHint: describeHint, ShouldEscape: true, Url: address},
				{Command: commandBrief, Description: describeBrief, UsageHint: describeTopic, ShouldEscape: true, Url: address},
			},
			Shortcuts: []slack.Shortcut{{Name: describeShortcut, CallbackID: shortcutAsk, Description: describeAbout, Type: slack.MessageShortcut}},
		},
		OAuthConfig: slack.OAuthConfig{Scopes: slack.OAuthScopes{Bot: Scopes()}},
		Settings: slack.Settings{
			EventSubscriptions: &slack.EventSubscriptions{BotEvents: events, RequestUrl: address},
			Interactivity:      &slack.Interactivity{IsEnabled: true, RequestUrl: address},
			SocketModeEnabled:  address == "",
		},
	}
}
