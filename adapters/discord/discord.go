// Package discord lets the bot answer on Discord. It translates and nothing more:
// an event becomes a chat.Message, a chat.Reply becomes components. Who is
// answered, and with what words, is decided in package chat.
//
//	gateway ─▶ gateway.go ─▶ message.go ─────┐                  surface.go
//	                     └─▶ interaction.go ─┼─▶ Message ─▶ Bot ─▶ Reply ─▶ render.go ─▶ rest.go ─▶ Discord
//	HTTP ────▶ http.go ────▶ interaction.go ─┘
//
// No privileged intent is needed: mentions, replies to the bot, direct messages and
// commands all reach it without. Only [Options.MessageContent] asks for one.
package discord

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/adapters/chat"
)

// platform is the name under which the Bot knows Discord.
const platform = "discord"

// Options say how Discord is reached.
type Options struct {
	// Token is the bot's token, without "Bot " before it.
	Token string
	// PublicKey is the application's, with which Discord's signatures on the HTTP
	// interactions endpoint are checked; only ServeHTTP needs it.
	PublicKey ed25519.PublicKey
	// APIURL stands in for https://discord.com/api. An address without a path, or
	// without a version at its end, is given the version that the adapter speaks.
	APIURL string
	// GatewayURL stands in for the gateway's address that the API tells.
	GatewayURL string
	// MessageContent asks for the privileged message content intent. Without it the
	// bot reads what is said to it and nothing else, hence answers no forum post
	// and follows no thread unless it is mentioned.
	MessageContent bool
	// Dry lets nothing be shown on Discord: no call is made that changes anything.
	Dry bool
}

// An Adapter connects a Bot with Discord. It may be used by many goroutines.
type Adapter struct {
	log     *slog.Logger
	bot     *chat.Bot
	options Options
	client  *http.Client
	rest    *discordgo.Session // for calls alone: it is never opened
	state   *discordgo.State   // the channels and threads that the gateway told of
	waits   waits

	connected atomic.Bool
	content   atomic.Bool // the message content intent was granted
	self      atomic.Pointer[identity]
	// registered says that Discord has the commands. Otherwise it is tried again with
	// the next session.
	registered atomic.Bool
	places     places
	seen       seen
	crowd      crowd
	turns      [64]sync.Mutex                // held while a message's button changes it
	lanes      [8]chan func(context.Context) // messages, those of one channel in order
	stopped    chan struct{}                 // closed when Run takes on nothing more

	// Interactions and registration go on beside all else. They are counted by
	// hand, since one may begin while Wait waits.
	mu     sync.Mutex
	beside int       // works under way
	idle   sync.Cond // that beside became 0
}

// An identity is who the bot is on Discord.
type identity struct{ user, application string }

// waits are how long the adapter waits for what; tests wait less long.
type waits struct {
	open   time.Duration // for READY or RESUMED, after which the line counts as dead
	again  time.Duration // before the second try to connect; it doubles
	most   time.Duration // the longest of these; Discord takes 1,000 new sessions a day
	goodby time.Duration // for the gateway to answer a close
	retry  time.Duration // before a failed call is made again; it doubles
	crowd  time.Duration // for others to be acknowledged before somebody is answered
	silent time.Duration // for an acknowledgement over HTTP; Discord waits 3 seconds
}

// New returns an adapter for bot. It connects to nothing before Run.
func New(log *slog.Logger, bot *chat.Bot, o Options) (*Adapter, error) {
	if o.Token == "" {
		return nil, errors.New("starting Discord: there is no bot token")
	}
	transport, err := newTransport(o)
	if err != nil {
		return nil, err
	}
	a := &Adapter{
		log: log, bot: bot, options: o, stopped: make(chan struct{}),
		client: &http.Client{Timeout: 20 * time.Second, Transport: transport},
		waits:  waits{open: 20 * time.Second, again: time.Second, most: 2 * time.Minute, goodby: 1500 * time.Millisecond, retry: 250 * time.Millisecond, crowd: time.Second, silent: 2500 * time.Millisecond},
	}
	if a.rest, err = discordgo.New("Bot " + o.Token); err != nil {
		return nil, fmt.Errorf("starting Discord: %w", err)
	}
	for i := range a.lanes {
		a.lanes[i] = make(chan func(context.Context), 256)
	}
	a.rest.Client, a.rest.LogLevel = a.client, silent
	a.state = discordgo.NewState()
	a.state.TrackMembers, a.state.TrackPresences, a.state.TrackVoice = false, false, false
	a.state.TrackEmojis, a.state.TrackStickers, a.state.TrackThreadMembers = false, false, false
	a.self.Store(&identity{})
	a.idle.L = &a.mu
	return a, nil
}

// silent keeps discordgo from writing to the standard log: what matters is logged
// here.
const silent = -1

// Run stays connected with the gateway until ctx is done, and returns when what
// was received is handed to the Bot. The error says why Discord will not have the
// bot, and what to do. It is called once.
func (a *Adapter) Run(ctx context.Context) error {
	// What was received is handed on though ctx is done, hence a context of its own.
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var lanes sync.WaitGroup
	for i := range a.lanes {
		lanes.Go(func() { a.keep(work, a.lanes[i]) })
	}
	a.log.Info(sayIntents(a.options.MessageContent))
	err := a.stayConnected(ctx)
	close(a.stopped)
	lanes.Wait()
	a.Wait()
	return err
}

// keep does what comes along a lane, and at the end what has come.
func (a *Adapter) keep(ctx context.Context, lane <-chan func(context.Context)) {
	for {
		select {
		case do := <-lane:
			a.guard(func() { do(ctx) })
		case <-a.stopped:
			if len(lane) == 0 {
				return
			}
		}
	}
}

// Ready reports whether the gateway's line is up.
func (a *Adapter) Ready() bool { return a.connected.Load() }

// Wait returns when what was begun beside an acknowledgement is done.
func (a *Adapter) Wait() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.beside > 0 {
		a.idle.Wait()
	}
}

// turn is held while a message's button changes it; some messages share one.
func (a *Adapter) turn(message string) *sync.Mutex {
	return &a.turns[hash(message)%uint32(len(a.turns))]
}

// hash spreads ids.
func hash(id string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(id))
	return h.Sum32()
}

// inOrder does what a channel's event asks for, after those before it.
func (a *Adapter) inOrder(channel string, do func(context.Context)) {
	select {
	case a.lanes[hash(channel)%uint32(len(a.lanes))] <- do:
	case <-a.stopped:
	}
}

// aside does work beside all else.
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
		ctx, cancel := context.WithTimeout(context.Background(), longest)
		defer cancel()
		a.guard(func() { work(ctx) })
	}()
}

// guard does work, and logs when it panics.
func (a *Adapter) guard(work func()) {
	defer func() {
		if p := recover(); p != nil {
			a.log.Error(saidDefect, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	work()
}
