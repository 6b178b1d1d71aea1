package chat

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/brief/export"
)

// All that the bot says to people, but for the documents' own words. Short, plain
// and warm. When nothing is found it says how much was searched, and never that
// the documents do not mention a thing: they may, in other words.

// SaidHelp says what the bot is for.
const SaidHelp = "Ask me about the documents, in your own words. I answer in theirs, and say where each quotation stands. " +
	"You can ask a follow-up in the same conversation, and say “stop” when you want quiet."

const (
	saidTry = "For example:"

	saidWentWrong     = "Something went wrong while I was looking for an answer. Please ask again in a moment; if it keeps happening, tell whoever runs me."
	saidTookTooLong   = "This took longer than I am allowed to take, so I stopped. Please ask again, perhaps about one thing at a time."
	saidCannotShow    = "I found an answer but could not show it here. Please ask again, or ask me in a direct message."
	saidWithoutPast   = "I could not read what was said before, so I took your question by itself."
	saidUnreadable    = "I was not let read that. Please mention me in it, by name."
	saidNoTopic       = "I know no document or section of that name, so I searched them all."
	saidStopped       = "I have stopped. I stay quiet here until someone mentions me."
	saidStoppedDirect = "I have stopped. Ask whenever you like."
	saidWelcome       = "You are welcome. Ask whenever you like."

	saidNotHere   = "I may not answer here. Whoever runs me can allow it."
	saidNotGuests = "I may not answer guests here. Whoever runs me can allow it."
	saidUnsure    = "I could not find out just now whether you may ask here. Please ask again in a moment."
	saidNotShared = "I may not answer in channels that are shared with other organizations. Whoever runs me can allow it."
	saidNotYou    = "I may not answer you here. Whoever runs me, or moderates this place, can allow it."
	saidMuted     = "I have been asked not to answer here. A moderator can change that."

	saidThanksHelpful   = "Thank you, good to know."
	saidThanksUnhelpful = "Thank you for telling me. It is kept for those who improve me."
	saidExpired         = "I no longer have that answer. Please ask the question again."
	saidNotYours        = "Only the person who asked can do that."
	saidNoMore          = "There are no further passages that come near the question."
	saidMore            = "Further passages that came near the question:"
	saidContext         = "The passage among its neighbours:"
	saidChanged         = "The documents have changed since that answer. Please ask the question again."
	saidPublished       = "Shared."
	saidPublishedBefore = "It is shared already."
	saidNotPublished    = "I could not share it here. Please try again in a moment."

	saidNoBriefings      = "I cannot make briefings here."
	saidNothingCollected = "Your briefing is empty. Press “Add to briefing” below an answer's source, or give me a topic."
	saidCollectedBefore  = "Your briefing has that excerpt already."
	saidCollectedTitle   = "Collected excerpts"
	saidLongTopic        = "That is too long for a topic. Name it in a few words, for example: remittances and development."
	saidNoFile           = "I could not deliver the file here, so these are its strongest excerpts."
)

// Label is what stands on a button of that kind.
func (k Kind) Label() string {
	switch k {
	case Helpful:
		return "Helpful"
	case Unhelpful:
		return "Not helpful"
	case More:
		return "More passages"
	case Context:
		return "Show in context"
	case Publish:
		return "Share in channel"
	case Page:
		return "Next"
	case Collect:
		return "Add to briefing"
	case Desk:
		return "Your briefing"
	case Raise:
		return "Move up"
	case Annotate:
		return "Note…"
	case Drop:
		return "Remove"
	case Clear:
		return "Remove all"
	case Make:
		return "Make the briefing"
	}
	return ""
}

// SaidTerminal says which commands there are in a terminal.
const SaidTerminal = "Type a question, or one of these: " +
	":more for further passages, :context N for passage N among its neighbours, " +
	":good or :bad to say whether the answer helped, :help, :quit."

// SayUnderstood introduces the question as it was understood.
func SayUnderstood(question string) string { return "I understood: " + question }

// SayWithin says to what the search was confined.
func SayWithin(name string) string { return "Searched in: " + name }

func sayNothing(searched int, nearest bool) string {
	if nearest {
		return fmt.Sprintf("I found nothing that answers this in the %s that I searched. These came nearest:", count(searched, "passage"))
	}
	return fmt.Sprintf("I found nothing that answers this in the %s that I searched. Try other words.", count(searched, "passage"))
}

// sayBriefed introduces a briefing's file and those of its excerpts that are shown.
func sayBriefed(title string, excerpts, shown int) string {
	said := fmt.Sprintf("Briefing: %s. It has %s, each compared with its source.", strings.TrimRight(title, "."), count(excerpts, "excerpt"))
	if shown < excerpts {
		said += fmt.Sprintf(" The first %d:", shown)
	}
	return said
}

func sayNothingBriefed(searched int) string {
	return fmt.Sprintf("I found nothing on this in the %s that I searched, so there is nothing to make a briefing of. Try other words.", count(searched, "passage"))
}

// sayMissing says which characters of a PDF no font has, the first of them.
func sayMissing(e *export.MissingError) string {
	const most = 10
	var all []string
	for _, m := range e.Missing[:min(most, len(e.Missing))] {
		all = append(all, string(m.Character))
	}
	return fmt.Sprintf("The PDF's font lacks %s, and � stands there; Word and web pages have all.", strings.Join(all, " "))
}

// sayNoSuchForm says that a style or format is not known; the error names those that
// are.
func sayNoSuchForm(err error) string { return "I cannot write it like that: " + err.Error() + "." }

func sayCollected(n int) string {
	return fmt.Sprintf("Added. Your briefing has %s.", count(n, "excerpt"))
}

func sayFull(n int) string {
	return fmt.Sprintf("Your briefing is full, with %s. Make it, or remove some first.", count(n, "excerpt"))
}

func sayDesk(n, from, to int) string {
	if from == 1 && to == n {
		return fmt.Sprintf("Your briefing has %s:", count(n, "excerpt"))
	}
	return fmt.Sprintf("Your briefing has %s. Here are %d to %d:", count(n, "excerpt"), from, to)
}

// SayNote introduces what a person says about an excerpt.
func SayNote(note string) string { return "Your note: " + note }

func sayPersonLimit(wait time.Duration) string {
	return "You ask faster than I may answer. Please try again in " + sayWait(wait) + "."
}

func sayChannelLimit(wait time.Duration) string {
	return "So much is being asked here that I have to slow down. Please try again in " + sayWait(wait) + "."
}

// sayWithoutModel says why an answer is not a language model's.
func sayWithoutModel(err error) string {
	switch {
	case errors.Is(err, answer.ErrUnsupported):
		return "What the language model wrote did not stand up to the documents, so this is in their own words."
	case errors.Is(err, answer.ErrLongQuestion):
		return "The question is too long for the language model, so this is in the documents' own words."
	}
	return "The language model could not be asked, so this is in the documents' own words."
}

// sayWait rounds up, so that whoever waits that long has waited long enough.
func sayWait(d time.Duration) string {
	switch seconds := int((d + time.Second - 1) / time.Second); {
	case seconds <= 1:
		return "a second"
	case seconds < 60:
		return count(seconds, "second")
	default:
		return count((seconds+59)/60, "minute")
	}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprint(n, " ", noun, "s")
}

func sayPrompt(heading string) string {
	heading = strings.TrimRight(heading, ".?!: ")
	for _, article := range []string{"The ", "A ", "An "} {
		if rest, ok := strings.CutPrefix(heading, article); ok {
			heading = strings.ToLower(article) + rest
		}
	}
	return "What was said about " + heading + "?"
}
