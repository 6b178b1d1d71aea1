package chat

import (
	"encoding/json"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval/answer"
)

// mostFurther is how many passages "More passages" shows.
const mostFurther = 5

// A kept answer is what the buttons below a reply need.
type kept struct {
	Reply   Reply  `json:"reply"`
	Further []Card `json:"further"` // passages found but not cited
	// About is the id of the Topic that the question was confined to, or "".
	About string `json:"about,omitempty"`
}

// card returns the card with mark n.
func (k kept) card(n int) (Card, bool) {
	for _, cards := range [][]Card{k.Reply.Cards, k.Further} {
		for _, c := range cards {
			if c.N == n {
				return c, true
			}
		}
	}
	return Card{}, false
}

func (k kept) encode() []byte {
	data, _ := json.Marshal(k) // strings, numbers and lists alone: it cannot fail
	return data
}

// compose turns an answer into the reply to m, and what is to be kept of it.
func (b *Bot) compose(m Message, a answer.Answer) kept {
	r := Reply{To: m.ID, Answer: newAnswerID(), Private: m.Private, Answered: a.Answered, Question: folded(m.Text)}
	if asked := folded(a.Standalone); asked != "" && asked != r.Question {
		r.Understood = asked
	}
	if !a.Answered {
		r.Notice = sayNothing(a.Searched, len(a.Citations) > 0)
	}
	if a.ModelErr != nil {
		r.Notice = joinNotices(sayWithoutModel(a.ModelErr), r.Notice)
	}
	for _, s := range a.Written {
		r.Sentences, r.Written = append(r.Sentences, statement(s)), true
	}
	cited := make(map[string]bool)
	for _, c := range a.Citations {
		quote := Plain(join(within(c.Passage, c.Span)))
		if folded(quote) == "" {
			quote = Plain(c.Quote)
		}
		if c.Repeats == 0 && a.Written == nil {
			r.Sentences = append(r.Sentences, Sentence{quote, []int{c.N}})
		}
		r.Cards = append(r.Cards, b.newCard(c.N, c, quote))
		cited[c.Passage.ID] = true
	}
	k := kept{Reply: r}
	for _, h := range a.Hits {
		if cited[h.ID] || len(k.Further) == mostFurther {
			continue
		}
		whole := answer.Citation{Place: h.Place, Passage: h.Passage, Span: h.Source}
		k.Further = append(k.Further, b.newCard(len(r.Cards)+len(k.Further)+1, whole, Plain(join(h.Passage.Sentences))))
	}
	k.Reply.Buttons = k.buttons(m.Direct)
	return k
}

// statement is a sentence that a language model wrote.
func statement(s answer.Statement) Sentence { return Sentence{Plain(s.Text), s.Marks} }

// buttons are those that make sense below the answer, given directly or in a channel.
func (k kept) buttons(direct bool) []Button {
	b := []Button{k.Reply.button(Helpful), k.Reply.button(Unhelpful)}
	if len(k.Further) > 0 {
		b = append(b, k.Reply.button(More))
	}
	if k.Reply.Private && !direct {
		b = append(b, k.Reply.button(Publish))
	}
	return b
}

// newCard returns the card of a citation.
func (b *Bot) newCard(n int, c answer.Citation, quote string) Card {
	card := Card{
		N: n, Title: folded(c.Passage.Doc.Title), Body: folded(c.Passage.Doc.Body), Date: folded(c.Passage.Doc.Date),
		Page: folded(c.PageName()), Paragraph: folded(c.ParagraphName()), Quote: quote,
		Document: c.Passage.Doc.File, Passage: c.Passage.ID, Span: c.Span,
		Link: b.options.Links.To(c.Passage.Doc.File, c.Page),
	}
	for _, title := range c.Passage.Section {
		if title != c.Passage.Doc.Title {
			card.Section = append(card.Section, folded(title))
		}
	}
	return card
}

// within returns the sentences of p that lie in span.
func within(p corpus.Passage, span corpus.Span) []corpus.Sentence {
	var in []corpus.Sentence
	for _, s := range p.Sentences {
		if s.Source.Start >= span.Start && s.Source.End <= span.End {
			in = append(in, s)
		}
	}
	return in
}

// help says what the bot is for, with questions to try.
func (b *Bot) help(m Message) Reply {
	r := b.Help()
	r.To, r.Private = m.ID, m.Private
	return r
}

// Help says what the bot is for, with questions to try.
func (b *Bot) Help() Reply {
	r := Reply{Notice: SaidHelp, Prompts: b.Prompts(mostPrompts)}
	if len(r.Prompts) > 0 {
		r.Notice += " " + saidTry
	}
	return r
}

// notice is a reply to m in the bot's own words.
func notice(m Message, text string) Reply {
	return Reply{To: m.ID, Private: m.Private, Notice: Plain(strings.TrimSpace(text))}
}
