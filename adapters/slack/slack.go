// Package slack lets the bot answer in Slack. It translates and nothing more: an
// event becomes a chat.Message, a chat.Reply becomes blocks. Who is answered, and
// with what words, is decided in package chat.
//
//	Socket Mode ─▶ socket.go ┐                 event.go               surface.go
//	                         ├─▶ receive.go ─▶ chat.Message ─▶ Bot ─▶ chat.Reply ─▶ blocks.go ─▶ Slack
//	HTTP Events ─▶ http.go ──┘   press.go                                            file.go
//
// What a language model writes is shown sentence by sentence, until the reply takes its
// place (stream.go).
//
// Forms are in form.go: why an answer did not help (reason.go), what a briefing is to be
// like (brief.go), and the desk on which its excerpts are arranged (desk.go). Where a
// briefing is shown, and finished if it was begun before, is in stand.go.
//
// What of Slack is used, and with which scopes, is listed in manifest.go, from
// which the app's manifest is made.
package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// platform is the name under which the Bot knows Slack.
const platform = "slack"

// Options say how Slack is reached.
type Options struct {
	// BotTokens are the bot tokens (xoxb-…), one for each workspace.
	BotTokens []string
	// AppToken is the app-level token (xapp-…) of Socket Mode. Run needs it; an
	// adapter that serves HTTP Events alone does not.
	AppToken string
	// SigningSecret is that with which Slack signs HTTP requests; only ServeHTTP
	// needs it.
	SigningSecret string
	// APIURL is where the Web API is; "" is Slack's own.
	APIURL string
	// Client carries out the calls; nil is one that waits at most 30 seconds.
	Client *http.Client
	// Guests and Shared say that guests, and channels shared with other
	// organizations, are answered, so that nobody need look who is one.
	Guests, Shared bool
	// Dry lets nothing be shown to anybody: calls that would show something are
	// logged.
	Dry bool
}

// An Adapter connects a Bot with Slack. It may be used by many goroutines.
type Adapter struct {
	log     *slog.Logger
	bot     *chat.Bot
	options Options
	waits   waits

	mu         sync.Mutex
	workspaces map[string]*workspace // by team id
	connected  atomic.Bool           // Slack can reach the adapter

	// What goes on beside the acknowledgement of an event. Slack cuts off an app
	// that takes long to acknowledge, hence the bound is on the work alone.
	// It is counted by hand, since it may begin while Wait waits.
	beside int       // works under way; guarded by mu
	idle   sync.Cond // that beside became 0
	room   chan struct{}
}

// waits are how long the adapter waits at most for what Slack tells or takes while
// people wait too; tests wait longer, since their machine may be busy with others.
type waits struct {
	guest  time.Duration // for who is a guest: Slack waits 3 seconds for the acknowledgement
	past   time.Duration // for what was said before: Slack may ask to wait for a minute, and the answer waits too
	upload time.Duration // for a file to be taken: the briefing must still be shown in its time without it
	share  time.Duration // for a file to be shown
	tell   time.Duration // for a sentence to be shown: the reply waits for it
}

// mostBeside bounds the presses and views that are worked on at once.
const mostBeside = 64

// New returns an adapter for bot. It connects to nothing before Start.
func New(log *slog.Logger, bot *chat.Bot, o Options) *Adapter {
	if o.APIURL == "" {
		o.APIURL = slack.APIURL
	}
	if !strings.HasSuffix(o.APIURL, "/") {
		o.APIURL += "/"
	}
	if o.Client == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = mostBeside
		o.Client = &http.Client{Timeout: 30 * time.Second, Transport: transport}
	}
	a := &Adapter{log: log, bot: bot, options: o, workspaces: make(map[string]*workspace), room: make(chan struct{}, mostBeside)}
	a.waits = waits{guest: 2 * time.Second, past: 5 * time.Second, upload: 15 * time.Second, share: 10 * time.Second, tell: 10 * time.Second}
	a.idle.L = &a.mu
	return a
}

// Start finds out which workspace each token is of, and takes up what was left
// unanswered there. A token that Slack refuses is logged with what to do, and the
// others are used; when none is left, or ctx is done, that is an error. A Slack
// that cannot be reached is waited for.
func (a *Adapter) Start(ctx context.Context) error {
	if len(a.options.BotTokens) == 0 {
		return errors.New("starting Slack: there is no bot token")
	}
	var refused error
	for _, token := range a.options.BotTokens {
		w, err := a.join(ctx, token)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			refused = errors.Join(refused, err)
			a.log.Error(saidTokenRefused, "error", explain(err))
			continue
		}
		a.mu.Lock()
		a.workspaces[w.team] = w
		a.mu.Unlock()
		a.log.Info(saidJoined, "workspace", w.name, "team", w.team)
	}
	if refused != nil && len(a.teams()) == 0 {
		return fmt.Errorf("starting Slack: no bot token is accepted: %w", explain(refused))
	}
	a.bot.Attach(platform, func(m chat.Message) (chat.Surface, bool) {
		w, ok := a.workspace(m.Team)
		return w, ok
	})
	return nil
}

// join asks Slack whose token it is, again and again until Slack answers.
func (a *Adapter) join(ctx context.Context, token string) (*workspace, error) {
	const first, longest = 500 * time.Millisecond, time.Minute
	for wait := first; ; wait = min(2*wait, longest) {
		w, err := a.identify(ctx, token)
		var refused slack.SlackErrorResponse
		if err == nil || errors.As(err, &refused) {
			return w, err
		}
		a.log.Warn(saidUnreached, "error", err, "again_in", wait)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// identify returns the workspace that token is of.
func (a *Adapter) identify(ctx context.Context, token string) (*workspace, error) {
	w := newWorkspace(a, token)
	who, err := w.read.AuthTestContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("trying a bot token: %w", err)
	}
	w.team, w.enterprise, w.name = who.TeamID, who.EnterpriseID, who.Team
	w.user, w.scopes = who.UserID, who.Header.Get("X-OAuth-Scopes")
	return w, nil
}

// Ready reports whether Slack can reach the adapter.
func (a *Adapter) Ready() bool { return a.connected.Load() && len(a.teams()) > 0 }

// SetReachable says whether Slack can reach the adapter over HTTP. In Socket Mode
// the adapter knows by itself.
func (a *Adapter) SetReachable(is bool) { a.connected.Store(is) }

// Wait returns when nothing is under way that was begun beside an acknowledgement
// or a reply.
func (a *Adapter) Wait() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.beside > 0 {
		a.idle.Wait()
	}
}

// workspace returns the workspace with that team id, unless the bot was stopped
// there.
func (a *Adapter) workspace(team string) (*workspace, bool) {
	return a.installed(installation{team: team})
}

// An installation is what something that Slack sends is for.
type installation struct {
	team       string // id
	enterprise string // id of the organization when all of it has the app, else ""
}

// installed returns the workspace that i means, unless the bot was stopped there. An
// installation for a whole organization is one, whichever team of it i names. Where
// there is one workspace alone, nothing need be named.
func (a *Adapter) installed(i installation) (*workspace, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if w, ok := a.workspaces[i.team]; ok {
		return w, true
	}
	for _, w := range a.workspaces {
		if i.enterprise != "" && w.enterprise == i.enterprise || len(a.workspaces) == 1 && (w.team == "" || i == installation{}) {
			return w, true
		}
	}
	return nil, false
}

// teams lists the workspaces that are served.
func (a *Adapter) teams() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []string
	for team := range a.workspaces {
		all = append(all, team)
	}
	return all
}

// leave stops serving a workspace; the others go on.
func (a *Adapter) leave(team string) (left bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, left = a.workspaces[team]
	delete(a.workspaces, team)
	return left
}

// aside does work beside an acknowledgement, when there is room for it.
func (a *Adapter) aside(work func(context.Context)) {
	const longest = 60 * time.Second
	a.mu.Lock()
	a.beside++
	a.mu.Unlock()
	go func() {
		defer func() {
			a.mu.Lock()
			defer a.mu.Unlock()
			if a.beside--; a.beside == 0 {
				a.idle.Broadcast()
			}
		}()
		a.room <- struct{}{}
		defer func() { <-a.room }()
		defer func() {
			if p := recover(); p != nil {
				a.log.Error(saidDefect, "panic", fmt.Sprint(p))
			}
		}()
		ctx, cancel := context.WithTimeout(context.Background(), longest)
		defer cancel()
		work(ctx)
	}()
}

// ours reports whether address is Slack's, or lies where the Web API was said to
// be. No other is ever written to, whatever an event names.
func (a *Adapter) ours(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	api, err := url.Parse(a.options.APIURL)
	return err == nil && (u.Scheme == "https" && u.Host == "hooks.slack.com" || u.Scheme == api.Scheme && u.Hostname() == api.Hostname())
}
