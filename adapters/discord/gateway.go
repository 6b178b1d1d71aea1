package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"rapporteur/adapters/chat"
)

// Close codes of the gateway after which connecting anew is in vain (docs.discord.com,
// Gateway Close Event Codes), and what to do.
const (
	closeAuthentication = 4004
	closeIntents        = 4014
)

var hopeless = map[int]string{
	closeAuthentication: "Discord does not accept the bot's token: copy it again from the Developer Portal, under Bot, and restart",
	4010:                "Discord refuses the shard: update the bot",
	4011:                "the bot is in more servers than one connection may serve (2,500), and it makes one: let it leave some, or run another application's bot for the rest",
	4012:                "Discord no longer speaks this version of its gateway: update the bot",
	4013:                "Discord does not know the intents that were asked for: update the bot",
	closeIntents:        "Discord refuses the intents that were asked for: see under Bot in the Developer Portal that the bot is not restricted",
}

// A line is a session with the gateway, over one connection after another.
type line struct {
	a       *Adapter
	session *discordgo.Session
	up      chan struct{} // READY or RESUMED came
	down    chan struct{} // the connection ended
	resumed atomic.Bool   // the connection goes on with the session of an earlier one
	// resumeAt is where Discord wants the session to be gone on with, nil for where
	// the API says; discordgo does not know of that.
	resumeAt atomic.Pointer[url.URL]

	mu      sync.Mutex
	attempt context.Context // done when the connection that is being made is no longer wanted
	conn    *connection     // under way; nil until the gateway's host is reached
}

// newLine returns a line that will introduce itself anew.
func (a *Adapter) newLine(content bool) *line {
	l := &line{a: a, up: make(chan struct{}, 1), down: make(chan struct{}, 1)}
	s, _ := discordgo.New("Bot " + a.options.Token) // it fails for no token
	s.Client, s.State, s.LogLevel = a.client, a.state, silent
	// The line itself connects again, since discordgo never gives up and does not
	// tell why a connection ended.
	s.ShouldReconnectOnError = false
	s.Compress = false
	s.SyncEvents = true // in the order in which they came
	s.Identify.Intents = discordgo.IntentGuilds | discordgo.IntentGuildMessages | discordgo.IntentDirectMessages
	if content {
		s.Identify.Intents |= discordgo.IntentMessageContent
	}
	s.Dialer = &websocket.Dialer{HandshakeTimeout: a.waits.open, NetDialContext: l.dial, Proxy: l.toGateway}
	l.session = s
	l.listen()
	return l
}

// toGateway sets the address of a handshake right, and returns the proxy that the
// environment asks for. discordgo adds a slash to the path, whatever server is
// configured, and a second query.
func (l *line) toGateway(r *http.Request) (*url.URL, error) {
	to := l.resumeAt.Load()
	if configured := l.a.options.GatewayURL; configured != "" {
		var err error
		if to, err = url.Parse(configured); err != nil {
			return nil, fmt.Errorf("reading the gateway's address: %w", err)
		}
	}
	if to != nil {
		query := to.Query()
		for name, value := range map[string]string{"v": discordgo.APIVersion, "encoding": "json"} {
			if !query.Has(name) {
				query.Set(name, value)
			}
		}
		r.Host, r.URL.Host = to.Host, to.Host
		r.URL.Path, r.URL.RawPath, r.URL.RawQuery = cmp.Or(to.Path, "/"), to.RawPath, query.Encode()
	}
	return http.ProxyFromEnvironment(r)
}

// noteResume keeps where Discord wants the session that begins with READY to be gone on
// with.
func (l *line) noteResume(ready json.RawMessage) {
	var told struct {
		URL string `json:"resume_gateway_url"`
	}
	if json.Unmarshal(ready, &told) != nil {
		return
	}
	if to, err := url.Parse(told.URL); err == nil && to.Host != "" {
		l.resumeAt.Store(to)
	}
}

// listen says what is done about each kind of event.
func (l *line) listen() {
	a := l.a
	l.session.AddHandler(func(_ *discordgo.Session, r *discordgo.Ready) {
		a.guard(func() { a.welcome(r) })
		l.resumed.Store(false)
		signal(l.up)
	})
	l.session.AddHandler(func(*discordgo.Session, *discordgo.Resumed) {
		l.resumed.Store(true)
		signal(l.up)
	})
	l.session.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) {
		if e.Type == "READY" {
			l.noteResume(e.RawData)
		}
	})
	l.session.AddHandler(func(*discordgo.Session, *discordgo.Disconnect) { signal(l.down) })
	l.session.AddHandler(func(_ *discordgo.Session, e *discordgo.MessageCreate) { a.guard(func() { a.created(e.Message) }) })
	l.session.AddHandler(func(_ *discordgo.Session, e *discordgo.MessageUpdate) { a.guard(func() { a.edited(e.Message) }) })
	l.session.AddHandler(func(_ *discordgo.Session, e *discordgo.MessageDelete) { a.guard(func() { a.deleted(e.Message) }) })
	l.session.AddHandler(func(_ *discordgo.Session, e *discordgo.MessageDeleteBulk) {
		for _, id := range e.Messages {
			a.guard(func() { a.deleted(&discordgo.Message{ID: id, ChannelID: e.ChannelID, GuildID: e.GuildID}) })
		}
	})
	l.session.AddHandler(func(_ *discordgo.Session, e *discordgo.InteractionCreate) {
		a.aside(func(ctx context.Context) { a.interact(ctx, e.Interaction, a.callback(e.Interaction)) })
	})
	l.session.AddHandler(func(_ *discordgo.Session, e *discordgo.GuildDelete) { a.guard(func() { a.left(e.Guild) }) })
}

// signal leaves word on c, unless there is some already.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// dial connects to the gateway's host, unless the connection is not wanted any more.
func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	l.mu.Lock()
	attempt := l.attempt
	l.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(attempt, cancel)()
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := attempt.Err(); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	l.conn = &connection{Conn: conn, answered: make(chan struct{})}
	return l.conn, nil
}

// cut ends the connection without a word.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		l.conn.Close()
	}
}

// reached reports whether the gateway's host was, since the connection was asked for.
func (l *line) reached() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn != nil
}

var errSilent = errors.New("the gateway said neither READY nor RESUMED in time")

// open connects, and returns when the gateway has accepted the line.
func (l *line) open(ctx context.Context) error {
	for _, c := range []chan struct{}{l.up, l.down} { // word of an earlier connection
		select {
		case <-c:
		default:
		}
	}
	attempt, giveUp := context.WithCancel(ctx)
	defer giveUp()
	l.mu.Lock()
	l.attempt, l.conn = attempt, nil
	l.mu.Unlock()
	opened := make(chan error, 1)
	go func() { opened <- l.session.Open() }()
	late := time.NewTimer(l.a.waits.open)
	defer late.Stop()
	for {
		select {
		case err := <-opened:
			if err != nil {
				return err
			}
			opened = nil // an invalid session is followed by a READY of its own
		case <-l.up:
			if opened != nil {
				if err := <-opened; err != nil {
					return err
				}
			}
			return nil
		case <-l.down:
			select {
			case <-l.up: // it ended as soon as it was accepted
				signal(l.down)
				return nil
			default:
				return errors.New("the gateway ended the connection before it was accepted")
			}
		case <-late.C:
			giveUp()
			l.cut()
			if !l.reached() { // the line is used again, when this attempt is over
				select {
				case <-opened:
				case <-ctx.Done():
				}
			}
			return errSilent
		case <-ctx.Done():
			l.cut()
			return ctx.Err()
		}
	}
}

// hangUp ends the session, so that the bot is seen to be gone at once.
func (l *line) hangUp() {
	l.mu.Lock()
	conn := l.conn
	l.mu.Unlock()
	if conn == nil {
		return
	}
	conn.leaving.Store(true)
	go l.session.Close()
	select {
	case <-conn.answered:
	case <-time.After(l.a.waits.goodby):
	}
	l.cut()
}

// stayConnected keeps a line until ctx is done, or Discord will not have the bot.
func (a *Adapter) stayConnected(ctx context.Context) error {
	defer a.connected.Store(false)
	content := a.options.MessageContent
	l := a.newLine(content)
	for wait := a.waits.again; ; {
		err := l.open(ctx)
		if err == nil {
			a.content.Store(content)
			since := time.Now()
			if a.stayUp(ctx, l); ctx.Err() != nil {
				return nil
			}
			if time.Since(since) > a.waits.open {
				wait = a.waits.again
				continue // to resume
			}
			// One that ends as soon as it is made must not be made over and over. A
			// session may be gone on with as often as need be; only so many may be begun
			// in a day.
			if l.resumed.Load() {
				wait = a.waits.again
			}
			if !pause(ctx, wait/2+rand.N(wait)) {
				return nil
			}
			wait = min(2*wait, a.waits.most)
			continue
		}
		if ctx.Err() != nil {
			return nil
		}
		var closed *websocket.CloseError
		if errors.As(err, &closed) && closed.Code == closeIntents && content {
			a.log.Error(saidIntentRefused)
			content = false
			l = a.newLine(content)
			continue
		}
		if closed != nil && hopeless[closed.Code] != "" {
			return fmt.Errorf("connecting to Discord: %s (close code %d)", hopeless[closed.Code], closed.Code)
		}
		a.log.Warn(saidUnreached, "error", err, "again_in", wait)
		if !pause(ctx, wait/2+rand.N(wait)) {
			return nil
		}
		wait = min(2*wait, a.waits.most)
		// Whatever was wrong with a session, a new one has none of it. When the gateway
		// was not reached, and what stands before it may have answered in its place,
		// only the address was wrong: where to go on with the session, perhaps.
		if l.reached() && !errors.Is(err, websocket.ErrBadHandshake) {
			l = a.newLine(content)
		}
		l.resumeAt.Store(nil)
	}
}

// stayUp returns when an accepted line has ended, by itself or since ctx is done.
func (a *Adapter) stayUp(ctx context.Context, l *line) {
	a.connected.Store(true)
	a.log.Info(saidConnected)
	look := time.NewTicker(a.waits.open / 4)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			l.hangUp()
			return
		case <-l.down:
			a.connected.Store(false)
			a.log.Info(saidReconnecting)
			return
		case <-look.C:
			if l.deaf() {
				l.cut()
			}
		}
	}
}

// deaf reports whether the gateway does not answer heartbeats. discordgo lets five go
// unanswered, some three and a half minutes; when it sent the last cannot be read while
// it may be writing that down.
func (l *line) deaf() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn.silence() > l.a.waits.open
}

// welcome takes note of who the bot is, sees to its commands, and takes up what was
// left unanswered.
func (a *Adapter) welcome(r *discordgo.Ready) {
	if r.User == nil {
		return
	}
	me := &identity{user: r.User.ID, application: r.User.ID} // of newer applications the ids are the same
	if r.Application != nil {
		me.application = cmp.Or(r.Application.ID, me.application)
	}
	before := a.self.Swap(me)
	if !a.registered.Load() {
		a.aside(a.register)
	}
	if before.application == me.application {
		return
	}
	a.aside(a.count)
	a.aside(func(context.Context) {
		// Not before now: a reply that is there already is known by its author.
		a.bot.Attach(platform, func(chat.Message) (chat.Surface, bool) { return &desk{a: a}, true })
	})
}

// count says when Discord would have the bot make more connections than one.
func (a *Adapter) count(ctx context.Context) {
	var told discordgo.GatewayBotResponse
	if err := a.call(ctx, "GET", discordgo.EndpointGatewayBot, "gateway", nil, &told); err != nil {
		a.log.Debug(saidNoAdvice, "error", err)
		return
	}
	if told.Shards > 1 {
		a.log.Warn(saidShards, "asked_for", told.Shards)
	}
}

// left forgets what was kept of a server that the bot was removed from. One that is
// only out of order comes back.
func (a *Adapter) left(g *discordgo.Guild) {
	if g == nil || g.Unavailable || g.ID == "" {
		return
	}
	a.aside(func(ctx context.Context) {
		if err := a.bot.ForgetTeam(ctx, platform, g.ID); err != nil {
			a.log.Error(saidNotForgotten, "server", g.ID, "error", err)
			return
		}
		a.log.Info(saidLeft, "server", g.ID)
	})
}
