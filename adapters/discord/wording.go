package discord

import (
	"errors"
	"fmt"
)

// What the adapter itself says, on Discord and in the log. What the bot says in
// conversation is in package chat.

const (
	labelPrevious = "Previous"
	labelOpen     = "Open" // one word
	labelReason   = "What was wrong, or missing?"
	titleReason   = "Not helpful"
	labelNote     = "What do you want to say about it?"
	titleNote     = "Note"
	labelSources  = "The documents that I answer from:"

	describeAsk      = "Ask the documents a question"
	describeQuestion = "Your question, in your own words"
	describeDocument = "What to search: a document or one of its sections; all if left out"
	describePrivate  = "Show what comes of it to you alone"
	describeBrief    = "Make a briefing, as a file, of what the documents say on a topic"
	describeTopic    = "The topic, in a few words; if left out, the excerpts that you collected"
	describeStyle    = "How the sources are cited"
	describeFormat   = "The kind of file"
	describeHelp     = "What I am for, and questions to try"
	describeSources  = "The documents that I answer from"
	describeSettings = "How I behave in this server; for its moderators"
	describeShow     = "Show the settings"
	describeSet      = "Change the settings; what you leave out stays"
	describeChannel  = "The channel that they hold for; the whole server if left out"
	describeMuted    = "Answer nobody"
	describeThreads  = "Answer each question in a thread of its own"
	describeForum    = "Answer new forum posts without being asked (needs the message content intent)"
	describeWait     = "Seconds that a person waits between two questions; 0 for none"
	describeRole     = "Answer only those with this role"
	describeBarRole  = "Do not answer those with this role"
	describeAnyone   = "Answer whatever role somebody has, as before any role was named"
	labelMuted       = "Silent"
	labelThreads     = "Each question is answered in a thread of its own"
	labelForum       = "New forum posts are answered without being asked"
	labelWait        = "A person waits between two questions"
	labelRoles       = "Answered"
	labelBarRoles    = "Not answered"
	nameFindSources  = "Find sources"

	saidHow         = "Use /ask, mention me, reply to me, or write to me directly. With private: True you alone see the answer, and can share it; document: confines the search; /sources lists the documents. /brief makes a briefing of a topic, or of the excerpts that you add to your briefing."
	saidNotAttached = "I may not attach files where you asked me. A moderator can allow it: the permission is called Attach Files."
	saidElsewhere   = "I may not write where you asked me, so I reply here. A moderator of that server can allow it."
	saidStopping    = "I am being stopped just now. Please ask again in a moment."
	saidNoManager   = "Only those who may manage the server can change how I behave in it."
	saidNoServer    = "There is nothing to set here: settings are for servers."
	saidNoForm      = "I could not read that form, so nothing is changed. Please try again."
	saidUnknown     = "I do not know that command any more. Reload Discord, and try again."
	saidNotSaved    = "The settings could not be saved. Please try again in a moment."
	saidSettings    = "The settings are saved."
	saidHere        = "In this server:"
	saidThere       = "In that channel:"
	saidNoRole      = "everybody, whatever their roles"
	saidNobody      = "nobody"
	saidNoForum     = "I cannot see forum posts yet: whoever runs me has to set message_content = true, and to switch Message Content Intent on in the Developer Portal."
	saidNoDocuments = "There are no documents yet."

	saidNoAdvice      = "Discord: it does not say how many connections the bot should make; it makes one."
	saidShards        = "Discord asks for more connections (shards) than the one that the bot makes. It answers in up to 2,500 servers; beyond that Discord refuses it. Plan for a second application before that."
	saidConnected     = "Discord: connected."
	saidReconnecting  = "Discord: the connection ended; it is made again."
	saidUnreached     = "Discord: the gateway cannot be reached or did not accept the connection; it is tried again."
	saidIntentRefused = "Discord refuses the message content intent, so forum posts and threads without a mention are not answered. Switch Message Content Intent on in the Developer Portal under Bot and restart, or set message_content = false under [discord]."
	saidDefect        = "Discord: an event could not be handled: this is a defect, please report it."
	saidNoChannel     = "Discord: a channel could not be looked up."
	saidNotTaken      = "Discord: a message was not taken on."
	saidNotShown      = "Discord: something could not be shown."
	saidNotDeferred   = "Discord: an interaction could not be acknowledged in time; its reply goes to the channel."
	saidLimited       = "Discord asks to wait."
	saidRevoked       = "Discord does not accept the bot's token any more. Reset it in the Developer Portal under Bot, set the new one, and restart."
	saidPlainer       = "Discord refused the form of a reply; it is shown as plain text."
	saidMayNotWrite   = "Discord: the bot may not write in a channel where it was asked; it replies directly. Give it the permissions View Channel, Send Messages and Send Messages in Threads there."
	saidMayNotAttach  = "Discord: the bot may not attach files in a channel where a briefing was wanted; it is shown without its file. Give the bot the permission Attach Files there."
	saidNoThread      = "Discord: no thread could be begun; the reply goes to the channel. The bot needs the permissions Create Public Threads and Send Messages in Threads."
	saidRegistered    = "Discord: the commands were registered."
	saidNotRegistered = "Discord: the commands could not be registered; they are as they were. Mentions, replies and direct messages are answered all the same. It is tried again with the next connection, or when the bot is restarted."
	saidForged        = "Discord: a request was refused, since it is not signed by Discord or is too old. If it is, check the public key and this machine's clock."
	saidLeft          = "The bot was removed from a server; what was kept of it is deleted."
	saidNotForgotten  = "The bot was removed from a server, and what was kept of it could not be deleted. See that the state folder can be written."
)

var (
	errNoIntent = errors.New("message_content is set, and Message Content Intent is off: switch it on in the Developer Portal, under Bot, or set message_content = false")
	errOtherKey = errors.New("public_key is not this application's: copy it from the Developer Portal, under General Information")
)

// sayIntents says at start what the bot will be able to read.
func sayIntents(content bool) string {
	if content {
		return "Discord: asking for the message content intent, so that forum posts can be answered and threads followed without a mention."
	}
	return "Discord: asking for no privileged intent. Mentions, replies to the bot, direct messages and commands are answered; to answer forum posts, set message_content = true under [discord]."
}

// sayShared introduces an answer that a person shared. The notation shows the
// person's name, and pings nobody.
func sayShared(person string) string { return "Shared by <@" + person + ">" }

func saySource(n, of int) string { return fmt.Sprintf("Source %d of %d", n, of) }
