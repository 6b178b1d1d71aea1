package slack

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// What a message may hold. Slack documents 50 blocks; the text of all blocks
// together was measured to be refused (msg_blocks_too_long) from about 13,200
// characters on (github.com/slackapi/bolt-js/issues/2509). Both are kept well
// below.
const (
	mostBlocks   = 45
	mostText     = 11_500 // of all blocks of a message
	longestBlock = 2_900  // of one block; a section's text is refused from 3,000 on
	longestLabel = 75     // on a button
	longestItem  = 240    // of a list of about ten
	longestPlain = 3_500  // of the text beside or instead of the blocks; Slack advises 4,000
	longestHint  = 150    // below an input
)

// A block with the length of its text, for packing.
type block struct {
	slack.Block
	size int
}

// messages puts r into messages, each within Slack's limits. Every text of r goes
// into rich text, which Slack shows as it is: nothing in it is looked at for
// markup, mentions or links. Only a card's own Link becomes one: of its marks in the
// answer, which are Slack's own citations then, and of its title.
func messages(r chat.Reply, sharer string) [][]slack.Block {
	var all []block
	say := func(style *slack.RichTextSectionTextStyle, text string) {
		for _, part := range chat.Split(text, longestBlock, length) {
			all = append(all, section(run{part, style}))
		}
	}
	if r.SharedBy != "" && r.Question != "" {
		say(italic, sayAsked(sharer, r.Question))
	}
	if r.Understood != "" {
		say(italic, chat.SayUnderstood(r.Understood))
	}
	if r.Within != "" {
		say(italic, chat.SayWithin(r.Within))
	}
	say(nil, r.Notice)
	for _, s := range r.Sentences {
		all = append(all, sentence(s, r.Cards)...)
	}
	if len(r.Sentences) > 0 && len(r.Cards) > 0 {
		all = append(all, block{slack.NewDividerBlock(), 0})
	}
	named := make(map[string]bool)
	for _, c := range r.Cards {
		all = append(all, card(c, !named[c.Document], !stated(r, c))...)
		all = append(all, row(cardButtons(r, c))...)
		named[c.Document] = true
	}
	if len(r.Prompts) > 0 {
		all = append(all, bullets(r.Prompts))
	}
	all = append(all, buttons(r)...)
	return pack(all)
}

// pack puts blocks into messages.
func pack(all []block) [][]slack.Block {
	var out [][]slack.Block
	for _, group := range chat.Pack(all, mostBlocks, mostText, func(b block) int { return b.size }) {
		var blocks []slack.Block
		for _, b := range group {
			blocks = append(blocks, b.Block)
		}
		out = append(out, blocks)
	}
	return out
}

var (
	bold   = &slack.RichTextSectionTextStyle{Bold: true}
	italic = &slack.RichTextSectionTextStyle{Italic: true}
)

// A run is text in one style; nil is plain.
type run struct {
	text  string
	style *slack.RichTextSectionTextStyle
}

func (r run) element() (slack.RichTextSectionElement, int) {
	return slack.NewRichTextSectionTextElement(r.text, r.style), length(r.text)
}

// A piece is part of a rich text: a run, a link or a citation.
type piece interface {
	// element returns the piece as Slack has it, and how long it is; 0: it is left out,
	// since Slack refuses an empty text.
	element() (slack.RichTextSectionElement, int)
}

// elements returns pieces as rich text, and how long they are.
func elements(pieces []piece) (out []slack.RichTextSectionElement, size int) {
	for _, p := range pieces {
		if e, n := p.element(); n > 0 {
			out, size = append(out, e), size+n
		}
	}
	return out, size
}

// section returns a block of pieces.
func section(pieces ...piece) block {
	all, size := elements(pieces)
	return block{slack.NewRichTextBlock("", slack.NewRichTextSection(all...)), size}
}

// bullets returns a block that lists a few short lines.
func bullets(lines []string) block {
	var items []string
	for _, line := range lines {
		items = append(items, "• "+chat.Shorten(line, longestItem))
	}
	return section(run{strings.Join(items, "\n"), nil})
}

// quote returns a block of quoted pieces.
func quote(pieces ...piece) block {
	all, size := elements(pieces)
	return block{slack.NewRichTextBlock("", &slack.RichTextQuote{Type: slack.RTEQuote, Elements: all}), size}
}

// mark is "[2]".
func mark(n int) string { return "[" + strconv.Itoa(n) + "]" }

// sentence returns a sentence of the answer with its marks, which stand behind
// every part of one that is cut.
func sentence(s chat.Sentence, cards []chat.Card) []block {
	var out []block
	for _, part := range chat.Split(s.Text, longestBlock, length) {
		out = append(out, section(append([]piece{run{part, nil}}, marks(s, cards)...)...))
	}
	return out
}

// stated reports whether r has the words of c among its sentences.
func stated(r chat.Reply, c chat.Card) bool {
	return slices.ContainsFunc(r.Sentences, func(s chat.Sentence) bool { return s.Quotes(c) })
}

// card returns a source: its mark and title, who issued it and when unless a card
// above says so, where it stands, and the quoted words with what stands around them,
// unless the words stand above already.
func card(c chat.Card, imprint, words bool) []block {
	if c.Collected != "" {
		c = onDesk(c)
	}
	issued := ""
	for _, part := range []string{c.Body, c.Date} {
		if part != "" && imprint {
			issued += ", " + part
		}
	}
	where := append([]string(nil), c.Section...)
	place := c.Page
	if c.Page != "" && c.Paragraph != "" {
		place += ", "
	}
	if place += c.Paragraph; place != "" {
		where = append(where, place)
	}
	var out []block
	titles := chat.Split(c.Title, longestBlock/3, length)
	issuers := chat.Split(issued, longestBlock/3, length)
	places := chat.Split(strings.Join(where, " › "), longestBlock/3, length)
	for i := range max(len(titles), len(issuers), len(places)) {
		pieces := []piece{run{mark(c.N) + " ", bold}}
		if i < len(titles) {
			pieces = append(pieces, titled(c, titles[i]))
		}
		if i < len(issuers) {
			pieces = append(pieces, run{issuers[i], nil})
		}
		if i < len(places) {
			pieces = append(pieces, run{"\n" + places[i], nil})
		}
		out = append(out, section(pieces...))
	}
	if c.Before == "" && c.After == "" {
		if words {
			for _, part := range chat.Split(c.Quote, longestBlock, length) {
				out = append(out, quote(run{part, nil}))
			}
		}
		if c.Note != "" {
			out = append(out, section(run{chat.SayNote(c.Note), italic}))
		}
		return out
	}
	for _, part := range []run{{c.Before, nil}, {c.Quote, bold}, {c.After, nil}} {
		for _, text := range chat.Split(part.text, longestBlock, length) {
			out = append(out, quote(run{text, part.style}))
		}
	}
	return out
}

// actionFeedback names the pair of feedback buttons; every other button is named
// by its own token, since names must differ within a block.
const actionFeedback = "feedback"

// cardButtons are those for c alone. What stands in context is not offered in context
// again.
func cardButtons(r chat.Reply, c chat.Card) []slack.BlockElement {
	var pressed []slack.BlockElement
	for _, b := range r.CardButtons(c) {
		if b.Kind != chat.Context || c.Before == "" && c.After == "" {
			pressed = append(pressed, button(b))
		}
	}
	return pressed
}

// buttons returns the buttons below r.
func buttons(r chat.Reply) []block {
	var pressed []slack.BlockElement
	judged := make(map[chat.Kind]string)
	for _, b := range r.Buttons {
		switch b.Kind {
		case chat.Helpful, chat.Unhelpful:
			judged[b.Kind] = b.Token
		case chat.More, chat.Publish, chat.Desk, chat.Make, chat.Clear:
			pressed = append(pressed, button(b))
		}
	}
	out := row(pressed)
	if len(judged) == 2 {
		good := slack.NewFeedbackButton(plainText(chat.Helpful.Label()), judged[chat.Helpful])
		bad := slack.NewFeedbackButton(plainText(chat.Unhelpful.Label()), judged[chat.Unhelpful])
		out = append(out, block{slack.NewContextActionsBlock("", slack.NewFeedbackButtonsBlockElement(actionFeedback, good, bad)), 2 * longestLabel})
	}
	return out
}

// row returns a block of a few buttons, or none.
func row(pressed []slack.BlockElement) []block {
	if len(pressed) == 0 {
		return nil
	}
	return []block{{slack.NewActionBlock("", pressed...), len(pressed) * longestLabel}}
}

func button(b chat.Button) *slack.ButtonBlockElement {
	shown := slack.NewButtonBlockElement(b.Token, b.Token, plainText(b.Kind.Label()))
	if b.Kind == chat.Clear {
		shown = shown.WithStyle(slack.StyleDanger).WithConfirm(slack.NewConfirmationBlockObject(
			plainText(b.Kind.Label()), plainText(askClear), plainText(b.Kind.Label()), plainText(labelCancel)))
	}
	return shown
}

// plainText is text in which Slack looks for nothing, emoji included.
func plainText(text string) *slack.TextBlockObject { return plainTextOf(text, longestLabel) }

// plainTextOf is the same of more than a label.
func plainTextOf(text string, most int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, chat.Shorten(text, most), false, false)
}
