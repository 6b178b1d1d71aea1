package slack

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// postBrief shows a briefing, with its file: in the thread that it was asked for in, or
// else below a message of its own. It goes to the person alone who wanted it so, or
// where the channel may not be posted in. Why there is none is said to the person
// alone in any case.
func (w *workspace) postBrief(ctx context.Context, m chat.Message, r chat.Reply) (chat.Posted, error) {
	if !r.Answered {
		return w.tell(ctx, m, r)
	}
	file, err := w.upload(ctx, r.File)
	if err != nil {
		return chat.Posted{}, err
	}
	if m.Direct || r.Private {
		return w.layApart(ctx, m, r, file)
	}
	err = w.abroad(ctx, m.Channel)
	if err == nil {
		var posted chat.Posted
		if posted, err = w.lay(ctx, m, r, file); !has(err, codesAbsent) {
			return posted, err
		}
	}
	w.note("posting a briefing in its channel; it goes to its person alone", err)
	r.Notice = saidElsewhere + "\n" + r.Notice
	return w.layApart(ctx, m, r, file)
}

// tell shows r to m's person alone, wherever that can be done.
func (w *workspace) tell(ctx context.Context, m chat.Message, r chat.Reply) (chat.Posted, error) {
	if m.Direct {
		return w.show(ctx, m, m.Thread, r)
	}
	err := w.whisper(ctx, m, r)
	if has(err, codesAbsent) {
		return w.show(ctx, apart(m), "", r)
	}
	return chat.Posted{}, err
}

// apart is m as if it were said to the bot alone: what is posted to a person's id goes
// to their conversation with the bot.
func apart(m chat.Message) chat.Message {
	if !m.Direct {
		m.Channel, m.Thread, m.Direct = m.User, "", true
	}
	return m
}

// layApart shows a briefing to its person alone. No thread is to be followed there,
// since all that is said there is for the bot.
func (w *workspace) layApart(ctx context.Context, m chat.Message, r chat.Reply, file string) (chat.Posted, error) {
	posted, err := w.lay(ctx, apart(m), r, file)
	posted.Thread = ""
	return posted, err
}

// lay shows a briefing where m says, with the file of that id, "" for none: all of it
// but perhaps its excerpts, or nothing.
func (w *workspace) lay(ctx context.Context, m chat.Message, r chat.Reply, file string) (chat.Posted, error) {
	channel, thread, head := m.Channel, m.Thread, []string(nil)
	if thread == "" {
		var err error
		if channel, thread, err = w.head(ctx, m, r); err != nil {
			return chat.Posted{}, w.failed("posting a briefing", err)
		}
		head = []string{thread}
	}
	if file != "" {
		if err := w.share(ctx, file, channel, thread); err != nil {
			return chat.Posted{}, errors.Join(fmt.Errorf("%w: %w", chat.ErrNoFile, err), w.takeBack(channel, head))
		}
	}
	m.Channel = channel
	posted, err := w.show(ctx, m, thread, r)
	switch {
	case err != nil && file == "":
		return chat.Posted{}, errors.Join(err, w.takeBack(channel, head))
	case err != nil: // the file has them too
		w.note("posting a briefing's excerpts", err)
	}
	posted.ID = strings.Trim(strings.Join(head, ",")+","+posted.ID, ",")
	return chat.Posted{ID: posted.ID, Thread: thread}, nil
}

// head posts the message that a briefing's thread hangs from.
func (w *workspace) head(ctx context.Context, m chat.Message, r chat.Reply) (channel, ts string, err error) {
	name := ""
	if p, err := w.person(ctx, m.User); err == nil {
		name = chat.Plain(p.name)
	}
	said := sayBriefing(name, chat.Shorten(chat.Plain(m.Brief.Topic), chat.LongestTopic))
	f := form{[]slack.Block{section(run{said, nil}).Block}, inert(said)}
	err = w.inTurn(ctx, m.Channel, func() (err error) {
		channel, ts, err = w.write.PostMessageContext(ctx, m.Channel, f.public("")...)
		return err
	})
	return cmp.Or(channel, m.Channel), ts, err
}

// upload hands a file to Slack, which does not show it yet, and returns its id, "" for
// no file. It may be done twice without harm. The error wraps chat.ErrNoFile.
func (w *workspace) upload(ctx context.Context, f *chat.File) (id string, err error) {
	const attempts, patience = 2, 15 * time.Second // the briefing must still be shown in its time without it
	if f == nil {
		return "", nil
	}
	if !w.offered(callUpload) {
		return "", fmt.Errorf("uploading a file: %w: Slack does not offer %s to the app", chat.ErrNoFile, callUpload)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for attempt := 1; ; attempt++ {
		err = patiently(ctx, func() error {
			var err error
			id, err = w.handOver(ctx, f)
			return err
		})
		if !uncertain(err) || attempt == attempts {
			break
		}
	}
	if err != nil {
		w.missing(callUpload, err)
		return "", fmt.Errorf("%w: %w", chat.ErrNoFile, w.failed("uploading a file", err))
	}
	return id, nil
}

// handOver asks for an address and sends the file there. The library sends nothing to
// an address that is neither Slack's nor where the Web API is.
func (w *workspace) handOver(ctx context.Context, f *chat.File) (id string, err error) {
	to, err := w.write.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: f.Name, FileSize: len(f.Data)})
	if err != nil {
		return "", err
	}
	return to.FileID, hide(w.write.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: to.UploadURL, Reader: bytes.NewReader(f.Data), Filename: f.Name}))
}

// share shows an uploaded file in a thread. When it cannot be known whether that had
// its effect, the file is looked for.
func (w *workspace) share(ctx context.Context, file, channel, thread string) error {
	const patience = 10 * time.Second
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := w.inTurn(within, channel, func() error {
		_, err := w.write.CompleteUploadExternalContext(within, slack.CompleteUploadExternalParameters{
			Files: []slack.FileSummary{{ID: file}}, Channel: channel, ThreadTimestamp: thread,
		})
		return err
	})
	if uncertain(err) {
		all, findErr := w.thread(ctx, channel, thread, "")
		if findErr != nil {
			w.note("looking whether a file is there", findErr)
		}
		if slices.ContainsFunc(all, func(s slack.Message) bool {
			return slices.ContainsFunc(s.Files, func(f slack.File) bool { return f.ID == file })
		}) {
			return nil
		}
	}
	return w.failed("showing a file", err)
}
