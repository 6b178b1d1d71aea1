package slack

import (
	"fmt"

	"rapporteur/adapters/chat"
)

// What the adapter itself says, in Slack and in the log. What the bot says in
// conversation is in package chat.

const (
	labelHome       = "Ask the documents"
	labelExamples   = "Questions to try"
	labelRecent     = "What you asked lately"
	labelSources    = "The documents"
	labelUnanswered = "(nothing found)"
	labelReason     = "What was wrong, or missing?"
	labelSend       = "Send"
	labelClose      = "Close"
	labelCancel     = "Cancel"

	labelBrief     = "A briefing"
	labelTopic     = "Topic"
	labelAbout     = "Search in"
	labelAnywhere  = "All documents"
	labelStyle     = "Citation style"
	labelFormat    = "File"
	labelSeen      = "Who sees it"
	labelSeenByAll = "Everybody here, in a thread"
	labelSeenByOne = "I alone, in a direct message"
	labelMake      = "Make it"
	labelNote      = "What is to be said about it?"
	labelKeep      = "Keep"
	hintNote       = "It stands below the excerpt in your briefing."
	askClear       = "All excerpts are taken out of your briefing."

	saidElsewhere = "I may not post this in the channel that you asked in, so it is here for you alone."
	saidNoNote    = "I could not open the form for a note just now. Please try again."

	saidSearching  = "is looking through the documents…"
	saidThanks     = "Thank you for telling me. If you like, say more, for those who improve me."
	saidUnknownAsk = "That command is not mine. Ask with " + commandAsk + " and your question, or have a briefing made with " + commandBrief + "."

	describeApp      = "Answers questions over documents in their own words, each quotation cited to its section, page and paragraph."
	describeAsk      = "Ask the documents; only you see the answer"
	describeHint     = "your question"
	describeBrief    = "Make a briefing of excerpts, as a file"
	describeTopic    = "topic"
	describeShortcut = "Ask about this message"
	describeAbout    = "Search the documents for what this message says"

	saidJoined        = "Slack: the bot is in a workspace."
	saidConnected     = "Slack: connected."
	saidReconnecting  = "Slack: the connection ended; a new one is made."
	saidTokenRefused  = "Slack refuses a bot token; its workspace is left out."
	saidUnreached     = "Slack cannot be reached; it is tried again."
	saidDefect        = "Slack: an event could not be handled: this is a defect, please report it."
	saidUnreadable    = "Slack sent an event that cannot be read; it is passed over."
	saidUnknownTeam   = "Slack sent an event of a workspace that no token is for; it is passed over. Give its bot token too, or uninstall the app there."
	saidNotTaken      = "Slack: an event was not taken on; it will be delivered again."
	saidRevoked       = "Slack has revoked the bot's token for a workspace; the bot has stopped there. Reinstall the app in the workspace, set its new bot token, and restart."
	saidUninstalled   = "The app was uninstalled from a workspace; what was kept of it is deleted."
	saidNotForgotten  = "The app was uninstalled from a workspace, and what was kept of it could not be deleted. See that the state folder can be written."
	saidRateLimited   = "Slack withholds events, since there are more than it delivers in an hour."
	saidPlainer       = "Slack refused the form of a reply; it is shown as plain text. Please report this."
	saidUncited       = "Slack refuses its own citation elements in a workspace; marks are text there from now on, and the titles of sources lead to them."
	saidScopeMissing  = "Slack: the app lacks a scope. Run bot slack manifest, put its output in the app's settings under App Manifest, and reinstall the app."
	saidNoGuestLookup = "Slack: it cannot be found out who is a guest, so that guests are answered like others. Grant the scope users:read, or set guests under [chat]."
	saidNotLookedUp   = "Slack: it could not be found out whether a person is a guest; they are asked to try again."
	saidNotShown      = "Slack: something could not be shown."
	saidForged        = "Slack: a request was refused, since it is not signed by Slack. If it is, check the signing secret and this machine's clock."
	saidDry           = "Slack: this call would be made."
)

// sayAsked introduces a question that a person shared with its answer.
func sayAsked(name, question string) string {
	if name == "" {
		return "Asked: " + question
	}
	return fmt.Sprintf("%s asked: %s", name, question)
}

// sayTopicHint says what an empty topic means to who collected so many excerpts.
func sayTopicHint(collected int) string {
	switch collected {
	case 0:
		return "In a few words, for example: remittances and development."
	case 1:
		return "In a few words. Leave it empty for the excerpt that you collected."
	}
	return fmt.Sprintf("In a few words. Leave it empty for the %d excerpts that you collected.", collected)
}

// sayCollection says on the home tab how many excerpts a person collected.
func sayCollection(collected int) string {
	switch collected {
	case 0:
		return "Press “" + chat.Collect.Label() + "” below an answer's source to collect excerpts, or have a briefing made on a topic."
	case 1:
		return "You collected 1 excerpt."
	}
	return fmt.Sprintf("You collected %d excerpts.", collected)
}

// sayFirst says that not all documents can be chosen.
func sayFirst(most, n int) string {
	return fmt.Sprintf("The first %d of %d documents can be chosen here.", most, n)
}

// sayBriefing is above a briefing's thread; without a topic it has collected excerpts.
func sayBriefing(name, topic string) string {
	said := "Briefing"
	if name != "" {
		said += " for " + name
	}
	if topic == "" {
		return said + ": collected excerpts"
	}
	return said + ": " + topic
}
