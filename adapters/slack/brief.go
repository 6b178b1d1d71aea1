package slack

import (
	"cmp"
	"context"
	"crypto/rand"
	"math"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// Names in the form that asks what a briefing is to be like.
const (
	formBrief   = "briefing"
	inputTopic  = "topic"
	inputAbout  = "document"
	inputStyle  = "style"
	inputFormat = "format"
	inputSeen   = "seen"

	seenByAll = "all"
	seenByOne = "one"
	anywhere  = "-"
)

// order opens the form for a briefing, with the topic that m says filled in. pushed
// says that it goes on top of another form. Where it cannot be opened, since its
// trigger was good for three seconds only or Slack has no forms, the briefing is
// made as it usually is. What a person collected for themselves they alone are shown
// then.
func (w *workspace) order(ctx context.Context, m chat.Message, trigger string, pushed bool) {
	if w.open(ctx, trigger, w.briefForm(ctx, m), pushed) {
		return
	}
	m.Brief, m.Private = &chat.Brief{Topic: m.Text}, m.Text == ""
	w.note("making a briefing without a form", w.hand(ctx, m))
}

// briefForm asks what the briefing that m wants is to be like.
func (w *workspace) briefForm(ctx context.Context, m chat.Message) slack.ModalViewRequest {
	collected, err := w.adapter.bot.CollectedCount(ctx, m)
	if err != nil { // it is found out again when the briefing is made
		w.note("counting what a person collected", err)
	}
	topic := slack.NewPlainTextInputBlockElement(nil, inputTopic).WithMaxLength(chat.LongestTopic)
	if m.Text != "" {
		topic = topic.WithInitialValue(chat.Shorten(m.Text, chat.LongestTopic))
	}
	blocks := []slack.Block{slack.NewInputBlock(inputTopic, plainText(labelTopic), plainTextOf(sayTopicHint(collected), longestHint), topic).WithOptional(collected > 0)}
	blocks = append(blocks, documents(w.adapter.bot.Topics("", math.MaxInt))...)
	blocks = append(blocks, choose(inputStyle, labelStyle, "", chat.Styles()), choose(inputFormat, labelFormat, "", chat.Formats()))
	if !m.Direct {
		blocks = append(blocks, choose(inputSeen, labelSeen, "", []chat.Choice{{Name: seenByAll, Title: labelSeenByAll}, {Name: seenByOne, Title: labelSeenByOne}}))
	}
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: formBrief, PrivateMetadata: origin{Channel: m.Channel, Thread: m.Thread, Address: m.Ticket}.encode(),
		Title: plainText(labelBrief), Submit: plainText(labelMake), Close: plainText(labelClose), Blocks: slack.Blocks{BlockSet: blocks},
	}
}

// documents asks where to search: in all documents, or in one of them. Where there is
// one alone nothing need be asked.
func documents(topics []chat.Topic) []slack.Block {
	const most = 99 // of a select's 100 options, the first is for all documents
	about, n := []chat.Choice{{Name: anywhere, Title: labelAnywhere}}, 0
	for _, t := range topics {
		if t.Document != "" {
			continue // a section
		}
		if n++; n <= most {
			about = append(about, chat.Choice{Name: t.ID, Title: t.Title})
		}
	}
	switch {
	case n < 2:
		return nil
	case n > most:
		return []slack.Block{choose(inputAbout, labelAbout, sayFirst(most, n), about)}
	}
	return []slack.Block{choose(inputAbout, labelAbout, "", about)}
}

// choose is a select with that name, on which the first choice stands at first. The
// hint may be empty.
func choose(name, label, hint string, choices []chat.Choice) slack.Block {
	var options []*slack.OptionBlockObject
	for _, c := range choices {
		options = append(options, slack.NewOptionBlockObject(c.Name, plainText(c.Title), nil))
	}
	var below *slack.TextBlockObject
	if hint != "" {
		below = plainTextOf(hint, longestHint)
	}
	return slack.NewInputBlock(name, plainText(label), below, slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, name, options...).WithInitialOption(options[0]))
}

// wanted hands on the briefing that a person asked for by the form, and returns what
// is to become of the form. Slack may deliver it more than once: the view's id tells.
func (w *workspace) wanted(ctx context.Context, user string, v view) (any, error) {
	o, ok := readOrigin(v.Metadata)
	if !ok {
		w.adapter.log.Warn(saidUnreadable, "form", v.Callback)
		return nil, nil
	}
	m := w.privately(o.Channel, user, "briefing "+cmp.Or(v.ID, rand.Text()), v.value(inputTopic), o.Address)
	m.Thread, m.Direct, m.Private = o.Thread, direct(o.Channel), v.value(inputSeen) == seenByOne
	if about := v.value(inputAbout); about != anywhere {
		m.About = about
	}
	m.Brief = &chat.Brief{Topic: m.Text, Style: v.value(inputStyle), Format: v.value(inputFormat)}
	if why := w.adapter.bot.Refusal(ctx, m); why != "" {
		return formErrors{"errors", map[string]string{inputTopic: why}}, nil
	}
	return formEnds{"clear"}, w.hand(ctx, m)
}
