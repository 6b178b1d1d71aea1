package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// mostReceived bounds the events that are being taken in at once; Slack waits with
// more.
const mostReceived = 64

// Listen takes in events in Socket Mode until ctx is done, which is no error. It
// connects anew whenever the connection ends. The error is one that trying again
// does not mend: Slack refuses the app-level token.
func (a *Adapter) Listen(ctx context.Context) error {
	defer a.connected.Store(false)
	client := socketmode.New(slack.New("", slack.OptionAppLevelToken(a.options.AppToken),
		slack.OptionAPIURL(a.options.APIURL), slack.OptionHTTPClient(a.options.Client)), socketmode.OptionReadLimit(longestFrame), socketmode.OptionPingInterval(longestSilence))
	done := make(chan error, 1)
	go func() {
		for {
			// The library returns the cancelling of a connection that it ended
			// itself; that is a reason to connect, as any other end is.
			err := client.RunContext(ctx)
			if ctx.Err() != nil || !errors.Is(err, context.Canceled) {
				done <- err
				return
			}
		}
	}()
	// Events that are being taken in when ctx is done still are acknowledged by
	// their effect: they are on disk, and not taken twice.
	var taking sync.WaitGroup
	defer taking.Wait()
	room := make(chan struct{}, mostReceived)
	for {
		select {
		case err := <-done:
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("connecting to Slack: %w", explain(err))
		case e := <-client.Events:
			if ctx.Err() != nil || a.state(e) {
				continue
			}
			room <- struct{}{}
			taking.Go(func() {
				defer func() { <-room }()
				a.take(ctx, client, e)
			})
		}
	}
}

// longestSilence is how long the server may send no ping. Slack's come every few
// seconds; whatever else speaks as Slack does may send none, and a dead connection is
// noticed by TCP itself before.
const longestSilence = 5 * time.Minute

// longestFrame is the most of a message on the socket that is read, in bytes.
const longestFrame = 4 << 20

// state notes what e tells of the connection itself; false when it tells of
// something else.
func (a *Adapter) state(e socketmode.Event) bool {
	switch e.Type {
	case socketmode.EventTypeHello:
		a.connected.Store(true)
		a.log.Info(saidConnected)
	case socketmode.EventTypeConnecting:
		if a.connected.Swap(false) {
			a.log.Info(saidReconnecting)
		}
	case socketmode.EventTypeConnectionError:
		if failed, ok := e.Data.(*slack.ConnectionErrorEvent); ok {
			a.log.Warn(saidUnreached, "error", explain(failed.ErrorObj), "again_in", failed.Backoff)
		}
	default:
		return false
	}
	return true
}

// take takes in what came over the socket, and acknowledges it.
func (a *Adapter) take(ctx context.Context, client *socketmode.Client, e socketmode.Event) {
	defer func() {
		if p := recover(); p != nil {
			a.log.Error(saidDefect, "panic", fmt.Sprint(p))
		}
	}()
	request := e.Request
	if bad, ok := e.Data.(*socketmode.ErrorBadMessage); ok {
		// An event of a kind that the library does not know. If nobody
		// acknowledges it, Slack sends it again and again.
		request = new(socketmode.Request)
		if json.Unmarshal(bad.Message, request) != nil {
			a.log.Warn(saidUnreadable)
			return
		}
	}
	if request == nil || request.EnvelopeID == "" {
		return
	}
	said, err := a.accepted(ctx, request)
	if err != nil {
		a.log.Warn(saidNotTaken, "error", err)
		return
	}
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := client.AckCtx(ctx, request.EnvelopeID, said); err != nil {
		a.log.Warn(saidNotTaken, "error", err)
	}
}

// accepted takes in the content of an envelope; without an error it may be
// acknowledged, with what is returned.
func (a *Adapter) accepted(ctx context.Context, r *socketmode.Request) (any, error) {
	ctx = context.WithoutCancel(ctx) // what was begun is finished
	switch r.Type {
	case socketmode.RequestTypeSlashCommands:
		var c command
		if err := json.Unmarshal(r.Payload, &c); err != nil {
			a.log.Warn(saidUnreadable, "error", err)
			return nil, nil
		}
		return nil, a.command(ctx, c)
	case socketmode.RequestTypeInteractive:
		return a.interaction(ctx, r.Payload)
	case socketmode.RequestTypeEventsAPI:
		return nil, a.receive(ctx, r.Payload, r.RetryAttempt > 0)
	}
	return nil, nil
}
