package chat

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/brief"
	"rapporteur/retrieval/brief/cite"
	"rapporteur/retrieval/brief/export"
)

// A Brief is a briefing that a person wants. The Message that has it may confine it
// to a document, by its About.
type Brief struct {
	Topic  string // what it is about; "": the excerpts that the person collected
	Style  string // by the name of a citation style; "": the first there is
	Format string // by the name of a file format; "": docx
}

// mostBriefed is how many of a briefing's excerpts are shown beside its file.
const mostBriefed = 8

// A Briefer makes briefings; *brief.Maker does.
type Briefer interface {
	// Make makes the briefing that r asks for; progress may be nil. The error is an
	// answer.QuestionError when it cannot be made.
	Make(ctx context.Context, r brief.Request, progress brief.Progress) (brief.Briefing, error)
}

// Styles lists the citation styles, the one used unasked first: name and title.
func Styles() []Choice {
	var all []Choice
	for _, s := range cite.Styles {
		all = append(all, Choice{s.Name, s.Title})
	}
	return all
}

// Formats lists the file formats, the one used unasked first: name and title.
func Formats() []Choice {
	return []Choice{{"docx", "Word (DOCX)"}, {"pdf", "PDF"}, {"html", "Web page (HTML)"}, {"md", "Markdown"}}
}

// A Choice is one of several that a form offers.
type Choice struct{ Name, Title string }

// brief makes the briefing that j wants, as a file and with its first excerpts as
// cards, which are kept for their buttons.
func (b *Bot) brief(j *job) (Reply, error) {
	style, format, err := j.m.Brief.form()
	if err != nil {
		return notice(j.m, sayNoSuchForm(err)), nil
	}
	ctx, leave, err := b.sit(j)
	if err != nil {
		return Reply{}, err
	}
	defer leave()
	library := b.library.Load()
	if library.Briefer == nil {
		return notice(j.m, saidNoBriefings), nil
	}
	request, err := b.request(ctx, j.m)
	if err != nil {
		return Reply{}, err
	}
	var within, note string
	if j.m.Brief.topic() != "" { // what was collected is not searched for
		var q answer.Question
		within, note = b.confine(ctx, &library.Library, j, &q)
		request.Only = q.Only
	}
	made, err := library.Briefer.Make(ctx, request, nil)
	if err != nil {
		return Reply{}, err
	}
	excerpts, certain := excerptsOf(made)
	if len(excerpts) == 0 {
		return notice(j.m, sayNothingBriefed(made.Searched.Passages)), nil
	}
	var file bytes.Buffer
	err = format.Write(&file, made, brief.Form{Style: style, Font: library.Font})
	var missing *export.MissingError
	if errors.As(err, &missing) {
		note = joinNotices(note, sayMissing(missing))
	} else if err != nil {
		return Reply{}, err
	}
	r := notice(j.m, sayBriefed(made.Title, len(excerpts), min(mostBriefed, certain)))
	r.Answer, r.Answered, r.Within, r.Notice = newAnswerID(), true, within, joinNotices(note, r.Notice)
	r.File = &File{fileName(made.Title) + format.Extension, file.Bytes()}
	for i, e := range excerpts[:min(mostBriefed, certain)] {
		r.Cards = append(r.Cards, b.newCard(i+1, e.Citation.Citation, Plain(e.Quote)))
	}
	if folded(Plain(j.m.Brief.Topic)) == "" {
		r.Buttons = []Button{{Desk, token(Desk, 0, "")}} // where what was collected is arranged
	}
	k := kept{Reply: r, About: j.about}
	b.keep(ctx, j.m, &k, library.Stamp)
	return k.Reply, nil
}

// topic is what the briefing is about, "" where it is what was collected.
func (w Brief) topic() string { return folded(Plain(w.Topic)) }

// form returns the style and format that are wanted.
func (w Brief) form() (cite.Style, brief.Format, error) {
	style, format := cite.Styles[0], Formats()[0].Name
	if w.Format != "" {
		format = w.Format
	}
	f, err := brief.FormatNamed(format)
	if err == nil && w.Style != "" {
		style, err = cite.StyleNamed(w.Style)
	}
	return style, f, err
}

// request says what the briefing that m wants is made of.
func (b *Bot) request(ctx context.Context, m Message) (brief.Request, error) {
	if topic := m.Brief.topic(); topic != "" {
		if len(topic) > LongestTopic {
			return brief.Request{}, answer.QuestionError(saidLongTopic)
		}
		return brief.About(topic), nil
	}
	collected, err := b.store.Excerpts(ctx, m.owner())
	if err != nil {
		return brief.Request{}, err
	}
	if len(collected) == 0 {
		return brief.Request{}, answer.QuestionError(saidNothingCollected)
	}
	var picks []brief.Pick
	for _, e := range collected {
		picks = append(picks, brief.Pick{Passage: e.Passage, Span: corpus.Span{Start: e.Start, End: e.End}, Note: e.Note})
	}
	return brief.Collect(saidCollectedTitle, picks), nil
}

// LongestTopic is the number of bytes beyond which a topic is none.
const LongestTopic = 300

// Refusal says why no briefing can be made of what m wants, as far as that is known
// before it is made, for a form to show; else it is "".
func (b *Bot) Refusal(ctx context.Context, m Message) string {
	if _, _, err := m.Brief.form(); err != nil {
		return sayNoSuchForm(err)
	}
	var refused answer.QuestionError
	if _, err := b.request(ctx, m); errors.As(err, &refused) {
		return refused.Error()
	}
	return ""
}

// excerptsOf lists a briefing's excerpts in their order, and says how many come before
// those that were found by other words than the topic's, which the file alone explains.
func excerptsOf(b brief.Briefing) (all []brief.Excerpt, certain int) {
	for _, p := range b.Parts {
		all = append(all, p.Excerpts...)
		if len(p.Wordings) == 0 {
			certain = len(all)
		}
	}
	return all, certain
}

var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// fileName names a file by its title, in [a-z0-9-] alone.
func fileName(title string) string {
	const longest = 60
	name := notInName.ReplaceAllString(strings.ToLower(title), "-")
	if name = strings.Trim(name[:min(longest, len(name))], "-"); name == "" {
		return "briefing"
	}
	return name
}

// withoutFile is r where the platform does not take its file.
func withoutFile(r Reply) Reply {
	r.File = nil
	r.Notice = joinNotices(r.Notice, saidNoFile)
	return r
}
