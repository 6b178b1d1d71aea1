package slack

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// upload hands a file to Slack, which does not show it yet, and returns its id, "" for
// no file. It may be done twice without harm. The error wraps chat.ErrNoFile.
func (w *workspace) upload(ctx context.Context, f *chat.File) (id string, err error) {
	const attempts = 2
	if f == nil {
		return "", nil
	}
	if !w.offered(callUpload) {
		return "", fmt.Errorf("uploading a file: %w: Slack does not offer %s to the app", chat.ErrNoFile, callUpload)
	}
	ctx, cancel := context.WithTimeout(ctx, w.adapter.waits.upload)
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
// its effect, the file is looked for, and shown again only when it is not there.
func (w *workspace) share(ctx context.Context, file, channel, thread string) error {
	const attempts = 2
	within, cancel := context.WithTimeout(ctx, w.adapter.waits.share)
	defer cancel()
	for attempt := 1; ; attempt++ {
		err := w.inTurn(within, channel, func() error {
			_, err := w.write.CompleteUploadExternalContext(within, slack.CompleteUploadExternalParameters{
				Files: []slack.FileSummary{{ID: file}}, Channel: channel, ThreadTimestamp: thread,
			})
			return err
		})
		if uncertain(err) && w.shared(ctx, file, channel, thread) {
			return nil
		}
		if !uncertain(err) || attempt == attempts {
			return w.failed("showing a file", err)
		}
	}
}

// shared reports whether a file is shown in a thread.
func (w *workspace) shared(ctx context.Context, file, channel, thread string) bool {
	all, err := w.thread(ctx, channel, thread, "")
	if err != nil {
		w.note("looking whether a file is there", err)
	}
	return slices.ContainsFunc(all, func(s slack.Message) bool {
		return slices.ContainsFunc(s.Files, func(f slack.File) bool { return f.ID == file })
	})
}
