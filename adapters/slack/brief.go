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

	seenByAll  = "all"
	seenByOne  = "one"
	anywhere   = "-"
	mostChoice = 100 // options of a select
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
	if about := w.documents(); len(about) > 2 {
		blocks = append(blocks, choose(inputAbout, labelAbout, about))
	}
	blocks = append(blocks, choose(inputStyle, labelStyle, options(chat.Styles())), choose(inputFormat, labelFormat, options(chat.Formats())))
	if !m.Direct {
		blocks = append(blocks, choose(inputSeen, labelSeen, []*slack.OptionBlockObject{option(seenByAll, labelSeenByAll), option(seenByOne, labelSeenByOne)}))
	}
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: formBrief, PrivateMetadata: origin{Channel: m.Channel, Thread: m.Thread, Address: m.Ticket}.encode(),
		Title: plainText(labelBrief), Submit: plainText(labelMake), Close: plainText(labelClose), Blocks: slack.Blocks{BlockSet: blocks},
	}
}

// documents are the options for where to search: all documents, or one.
func (w *workspace) documents() []*slack.OptionBlockObject {
	all := []*slack.OptionBlockObject{option(anywhere, labelAnywhere)}
	for _, t := range w.adapter.bot.Topics("", math.MaxInt) {
		if t.Document == "" && len(all) < mostChoice {
			all = append(all, option(t.ID, t.Title))
		}
	}
	return all
}

// options are the options for c.
func options(c []chat.Choice) []*slack.OptionBlockObject {
	var all []*slack.OptionBlockObject
	for _, choice := range c {
		all = append(all, option(choice.Name, choice.Title))
	}
	return all
}

func option(value, text string) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(value, plainText(text), nil)
}

// choose is a select with that name, on which the first option stands at first.
func choose(name, label string, o []*slack.OptionBlockObject) slack.Block {
	return slack.NewInputBlock(name, plainText(label), nil, slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, name, o...).WithInitialOption(o[0]))
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
