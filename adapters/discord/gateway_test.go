package discord_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/discord"
	"rapporteur/adapters/discord/discordtest"
)

// A session is gone on with where Discord wants that, unless another address of the
// gateway is configured.
func TestResumeAddress(t *testing.T) {
	t.Parallel()
	for _, configured := range []bool{false, true} {
		fake := discordtest.New(t)
		o := discord.Options{}
		if configured {
			o.GatewayURL = fake.GatewayURL()
		}
		runAt(t, fake, chattest.NewBot(t, chat.Options{}), o, discord.Hurry)
		fake.Connected()
		fake.CloseGateway(4000)
		fake.Connected()
		if got := fake.ResumedWhereTold(); got == configured {
			t.Errorf("with a configured address %v the session is gone on with where READY says: %v", configured, got)
		}
	}
}

// Where nobody is to be found there, it is gone on with where the API says.
func TestResumeAddressGone(t *testing.T) {
	t.Parallel()
	fake := discordtest.New(t)
	fake.SetMood(discordtest.Mood{Astray: true})
	runAt(t, fake, chattest.NewBot(t, chat.Options{}), discord.Options{}, discord.Hurry)
	fake.Connected()
	fake.CloseGateway(4000)
	fake.Connected()
	if identifies, resumes := fake.Greeted(); identifies != 1 || resumes != 1 {
		t.Errorf("%d identifies and %d resumes, want one each", identifies, resumes)
	}
}

// However often Discord ends a connection, the bot is soon back, and goes on with its
// session.
func TestManyCloses(t *testing.T) {
	t.Parallel()
	fake := discordtest.New(t)
	run(t, fake, chattest.NewBot(t, chat.Options{}), discord.Options{})
	fake.Connected()
	const closes = 20
	for range closes {
		fake.CloseGateway(4000)
		fake.Connected()
	}
	if identifies, resumes := fake.Greeted(); identifies != 1 || resumes != closes {
		t.Errorf("%d identifies and %d resumes, want 1 and %d", identifies, resumes, closes)
	}
}

// A connection over which heartbeats are not answered is left, and the session gone on
// with over another.
func TestDeafGateway(t *testing.T) {
	t.Parallel()
	fake := discordtest.New(t)
	runAt(t, fake, chattest.NewBot(t, chat.Options{}), discord.Options{GatewayURL: fake.GatewayURL()}, discord.Hurry, discord.GiveUpSoon)
	fake.Connected()
	fake.SetMood(discordtest.Mood{Deaf: true})
	fake.CloseGateway(4000)
	fake.Roundly("the deaf connection is left", func() bool { _, resumes := fake.Greeted(); return resumes > 1 })
	fake.SetMood(discordtest.Mood{})
	fake.Say(discordtest.Said{Text: honey, Mention: true})
	fake.Roundly("it is answered", func() bool { return len(fake.Messages()) == 1 })
}

// An attempt to connect that is given up does not succeed behind the bot's back.
func TestLateAddress(t *testing.T) {
	t.Parallel()
	fake := discordtest.New(t)
	api, err := url.Parse(fake.APIURL())
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: api.Scheme, Host: api.Host}) }}
	var asked atomic.Bool
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/gateway") && !asked.Swap(true) {
			time.Sleep(4 * time.Second) // longer than the bot waits
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(slow.Close)
	var said lockedBuffer
	a, err := discord.New(slog.New(slog.NewTextHandler(&said, nil)), chattest.NewBot(t, chat.Options{}), discord.Options{Token: discordtest.Token, APIURL: slow.URL + api.Path})
	if err != nil {
		t.Fatal(err)
	}
	discord.Hurry(a)
	discord.GiveUpSoon(a)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	fake.Roundly("the bot is connected", a.Ready)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	// Each attempt but those that were given up may have begun a session, and the first
	// was given up before.
	attempts := strings.Count(said.String(), "again_in=") + 1
	if identifies, _ := fake.Greeted(); attempts < 2 || identifies > attempts-1 {
		t.Errorf("%d sessions are begun by %d attempts, the first of which is given up", identifies, attempts)
	}
}

// While the gateway's host cannot be reached the session is kept, so that nothing which
// is said in the meantime is lost.
func TestOutage(t *testing.T) {
	t.Parallel()
	fake := discordtest.New(t)
	host, path, _ := strings.Cut(strings.TrimPrefix(fake.GatewayURL(), "ws://"), "/")
	way := newWay(t, host)
	a := runAt(t, fake, chattest.NewBot(t, chat.Options{}), discord.Options{GatewayURL: "ws://" + way.address + "/" + path}, discord.Hurry)
	fake.Roundly("the bot is connected", a.Ready)
	way.close()
	fake.Say(discordtest.Said{Text: honey, Mention: true})
	fake.Roundly("the bot notices", func() bool { return !a.Ready() })
	time.Sleep(100 * time.Millisecond) // some attempts are in vain
	way.open()
	fake.Roundly("it is answered", func() bool { return len(fake.Messages()) == 1 })
	if identifies, resumes := fake.Greeted(); identifies != 1 || resumes != 1 {
		t.Errorf("%d identifies and %d resumes, want one each", identifies, resumes)
	}
}

// Nor is the session lost while what stands before the gateway answers in its place.
func TestOutageOfGateway(t *testing.T) {
	t.Parallel()
	fake := discordtest.New(t)
	host, path, _ := strings.Cut(strings.TrimPrefix(fake.GatewayURL(), "ws://"), "/")
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: host})
	var out atomic.Int32 // so many attempts to connect are in vain
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if out.Add(-1) >= 0 {
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	a := runAt(t, fake, chattest.NewBot(t, chat.Options{}), discord.Options{GatewayURL: "ws" + strings.TrimPrefix(front.URL, "http") + "/" + path}, discord.Hurry)
	fake.Roundly("the bot is connected", a.Ready)
	out.Store(math.MaxInt32)
	fake.CloseGateway(0)
	fake.Roundly("the bot notices, and tries in vain", func() bool { return !a.Ready() && out.Load() < math.MaxInt32 })
	out.Store(3)
	fake.Say(discordtest.Said{Text: honey, Mention: true})
	fake.Roundly("it is answered", func() bool { return len(fake.Messages()) == 1 })
	if identifies, resumes := fake.Greeted(); identifies != 1 || resumes != 1 {
		t.Errorf("%d identifies and %d resumes, want one each", identifies, resumes)
	}
}

// A way leads to a host, and can be closed.
type way struct {
	t             *testing.T
	address, host string

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
}

// newWay returns a way that is open, at a port that no system gives to who asks for any:
// while the way is closed, nobody else has it.
func newWay(t *testing.T, host string) *way {
	t.Helper()
	const first, ports, tries = 10_000, 20_000, 100
	w := &way{t: t, host: host}
	for range tries {
		l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", first+rand.N(ports)))
		if err == nil {
			w.serve(l)
			t.Cleanup(w.close)
			return w
		}
	}
	t.Fatal("no port is to be had")
	return nil
}

// open opens the way again.
func (w *way) open() {
	w.t.Helper()
	l, err := net.Listen("tcp", w.address)
	if err != nil {
		w.t.Fatal(err)
	}
	w.serve(l)
}

// serve leads whoever comes to l.
func (w *way) serve(l net.Listener) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listener, w.address = l, l.Addr().String()
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			w.lead(from)
		}
	}()
}

// lead passes on what comes, either way.
func (w *way) lead(from net.Conn) {
	to, err := net.Dial("tcp", w.host)
	if err != nil {
		from.Close()
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = append(w.conns, from, to)
	go io.Copy(to, from)
	go io.Copy(from, to)
}

// close ends all connections; none is taken from then on.
func (w *way) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listener.Close()
	for _, c := range w.conns {
		c.Close()
	}
}
