package discord_test

import (
	"io"
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
		runAt(t, fake, chattest.NewBot(t, chat.Options{}), o)
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
	runAt(t, fake, chattest.NewBot(t, chat.Options{}), discord.Options{})
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
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
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
	a := runAt(t, fake, chattest.NewBot(t, chat.Options{}), discord.Options{APIURL: slow.URL + api.Path})
	fake.Roundly("the bot is connected", a.Ready)
	if identifies, _ := fake.Greeted(); identifies != 1 {
		t.Errorf("%d sessions are begun, want 1", identifies)
	}
}

// While the gateway's host cannot be reached the session is kept, so that nothing which
// is said in the meantime is lost.
func TestOutage(t *testing.T) {
	t.Parallel()
	fake := discordtest.New(t)
	host, path, _ := strings.Cut(strings.TrimPrefix(fake.GatewayURL(), "ws://"), "/")
	way := newWay(t, host)
	a := runAt(t, fake, chattest.NewBot(t, chat.Options{}), discord.Options{GatewayURL: "ws://" + way.address + "/" + path})
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
	a := runAt(t, fake, chattest.NewBot(t, chat.Options{}), discord.Options{GatewayURL: "ws" + strings.TrimPrefix(front.URL, "http") + "/" + path})
	fake.Roundly("the bot is connected", a.Ready)
	out.Store(3)
	fake.CloseGateway(0)
	fake.Roundly("the bot notices", func() bool { return !a.Ready() })
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

func newWay(t *testing.T, host string) *way {
	w := &way{t: t, address: "127.0.0.1:0", host: host}
	w.open()
	t.Cleanup(w.close)
	return w
}

func (w *way) open() {
	w.t.Helper()
	l, err := net.Listen("tcp", w.address)
	if err != nil {
		w.t.Fatal(err)
	}
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
