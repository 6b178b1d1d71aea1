package slack

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// A link is a run that leads to an address.
type link struct {
	run
	to string
}

func (l link) element() (slack.RichTextSectionElement, int) {
	return slack.NewRichTextSectionLinkElement(l.to, l.text, l.style), length(l.text) + length(l.to)
}

// A citation is Slack's own element for one: a mark that leads to its source, and shows
// what that is when it is pointed at.
type citation struct{ card chat.Card }

func (c citation) element() (slack.RichTextSectionElement, int) {
	details := slack.NewRichTextCitationWebDetails(chat.Shorten(c.card.Title, longestLabel))
	title := chat.Shorten(c.card.Reference(), longestItem)
	details.Title = &title
	e := slack.NewRichTextSectionCitationElement(c.card.Link, mark(c.card.N), float64(c.card.N), details)
	return e, length(e.Text) + length(e.URL) + length(details.DisplayName) + length(title)
}

// marks are those of s: each a citation of its card, or bold where that leads nowhere.
func marks(s chat.Sentence, cards []chat.Card) []piece {
	var all []piece
	for _, n := range s.Marks {
		var m piece = run{mark(n), bold}
		if i := slices.IndexFunc(cards, func(c chat.Card) bool { return c.N == n && c.Link != "" }); i >= 0 {
			m = citation{cards[i]}
		}
		all = append(all, run{" ", nil}, m)
	}
	return all
}

// titled is part of c's title, which leads to where the card's words stand.
func titled(c chat.Card, part string) piece {
	if c.Link == "" || part == "" {
		return run{part, bold}
	}
	return link{run{part, bold}, c.Link}
}

// uncite puts marks in the place of citations, and reports whether there were any.
func uncite(forms []form) (any bool) {
	for _, f := range forms {
		for _, b := range f.blocks {
			text, _ := b.(*slack.RichTextBlock)
			if text == nil {
				continue
			}
			for _, part := range text.Elements {
				section, _ := part.(*slack.RichTextSection)
				if section == nil {
					continue
				}
				for i, e := range section.Elements {
					if c, ok := e.(*slack.RichTextSectionCitationElement); ok {
						section.Elements[i], any = slack.NewRichTextSectionTextElement(c.Text, bold), true
					}
				}
			}
		}
	}
	return any
}

// inForm shows r by the first of its forms that Slack takes: with Slack's own citations,
// with links alone, as text alone. show shows all messages of a form, or returns an error.
// Slack documents the citation element and does not say who takes it; a workspace that
// refuses it is spared it from then on.
func (w *workspace) inForm(ctx context.Context, r chat.Reply, show func([]form) error) error {
	forms := w.forms(ctx, r)
	err := show(forms)
	if !malformed(err) || forms[0].blocks == nil {
		return err
	}
	if uncite(forms) {
		because := err
		if err = show(forms); err == nil {
			w.uncited.Store(true)
			w.adapter.log.Warn(saidUncited, "team", w.team, "error", because)
		}
		if !malformed(err) {
			return err
		}
	}
	w.adapter.log.Error(saidPlainer, "team", w.team, "error", err)
	return show(plainForms(r))
}

// malformed reports whether a post was refused for its form. A response URL has no codes:
// it answers 400 (github.com/slackapi/java-slack-sdk/issues/1017).
func malformed(err error) bool {
	var answer slack.StatusCodeError
	return has(err, codesForm) || errors.As(err, &answer) && answer.Code == http.StatusBadRequest
}

// withoutLinks is r with cards that lead nowhere.
func withoutLinks(r chat.Reply) chat.Reply {
	r.Cards = slices.Clone(r.Cards)
	for i := range r.Cards {
		r.Cards[i].Link = ""
	}
	return r
}
