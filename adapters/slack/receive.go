package slack

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// receive takes in an event, whichever way it came. When the error is nil it may be
// acknowledged; else Slack should deliver it again.
func (a *Adapter) receive(ctx context.Context, raw []byte, retry bool) error {
	var p payload
	if err := json.Unmarshal(raw, &p); err != nil {
		a.log.Warn(saidUnreadable, "error", err)
		return nil // it will not be better the next time
	}
	if p.Type == "app_rate_limited" {
		a.log.Error(saidRateLimited, "team", p.Team)
		return nil
	}
	kind, err := typeOf(p.Event)
	if err != nil {
		a.log.Warn(saidUnreadable, "error", err)
		return nil
	}
	known := handled()
	i := slices.IndexFunc(known, func(h ability) bool { return h.event == kind })
	if i < 0 {
		return nil // none that was asked for
	}
	var e event
	if err := json.Unmarshal(p.Event, &e); err != nil {
		a.log.Warn(saidUnreadable, "type", kind, "error", err)
		return nil
	}
	w, ok := a.installed(p.installed())
	if !ok {
		a.log.Warn(saidUnknownTeam, "team", p.installed().team, "type", kind)
		return nil
	}
	return known[i].handle(w, ctx, e, p.Shared, retry)
}

// hear hands on what a person said.
func (w *workspace) hear(ctx context.Context, e event, shared, retry bool) error {
	m, ok := w.message(e, shared, retry)
	if !ok {
		return nil
	}
	return w.hand(ctx, m)
}

// hand hands m to the Bot.
func (w *workspace) hand(ctx context.Context, m chat.Message) error {
	if m.Change != chat.Deleted && !m.Bot && (m.Direct || m.Mention || m.Command || m.Thread != "") {
		guest, err := w.guest(ctx, m.User)
		m.Guest, m.Unsure = guest, err != nil
	}
	return w.adapter.bot.Handle(ctx, m, w)
}

// guest reports whether a person is a guest, where that matters. Where Slack has no
// such lookup, or the app lacks the scope for it, nobody is known as one, which the
// log tells. The error means that it is not known just now.
func (w *workspace) guest(ctx context.Context, user string) (bool, error) {
	if w.adapter.options.Guests || !w.offered(callUser) {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, w.adapter.waits.guest)
	defer cancel()
	p, err := w.person(ctx, user)
	switch {
	case err == nil:
		return p.guest, nil
	case has(err, codesStranger):
		return true, nil
	case w.missing(callUser, err):
		w.adapter.log.Error(saidNoGuestLookup, "team", w.team, "error", w.failed("looking a person up", err))
		return false, nil
	}
	err = w.failed("looking a person up", err)
	w.adapter.log.Warn(saidNotLookedUp, "team", w.team, "error", err)
	return false, err
}

// stop stops what a person stopped in the agent's pane.
func (w *workspace) stop(_ context.Context, e event, _, _ bool) error {
	w.adapter.bot.Stop(chat.Place{Platform: platform, Team: w.team, Channel: e.Channel}, e.Thread, e.User)
	// Slack shows the session as being worked on until the app says otherwise.
	w.adapter.aside(func(ctx context.Context) {
		w.note("ending a stopped session", w.optional(ctx, callSession, func() error {
			_, err := w.write.SetAgentSessionStatusContext(ctx, slack.AgentSessionSetStatusParameters{ChannelID: e.Channel, ThreadTS: e.Thread, Status: "active"})
			return err
		}))
	})
	return nil
}

// uninstalled deletes what is kept of the workspace.
func (w *workspace) uninstalled(ctx context.Context, _ event, _, _ bool) error {
	if err := w.adapter.bot.ForgetTeam(ctx, platform, w.team); err != nil {
		w.adapter.log.Error(saidNotForgotten, "workspace", w.name, "team", w.team, "error", err)
		return err // it is tried again when the event is delivered again
	}
	w.adapter.leave(w.team)
	w.adapter.log.Warn(saidUninstalled, "workspace", w.name, "team", w.team)
	return nil
}

// tokensRevoked stops serving the workspace when the bot's own token is among those
// revoked.
func (w *workspace) tokensRevoked(_ context.Context, e event, _, _ bool) error {
	if slices.Contains(e.Tokens.Bot, w.user) {
		w.revoked(errors.New("tokens_revoked"))
	}
	return nil
}

// note logs that something could not be shown that is no reply.
func (w *workspace) note(what string, err error) {
	if err != nil {
		w.adapter.log.Warn(saidNotShown, "team", w.team, "error", w.failed(what, err))
	}
}
