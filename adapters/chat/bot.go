package chat

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"rapporteur/adapters/chat/store"
)

// Options say how the Bot conducts itself.
type Options struct {
	Access    Access
	Timeout   time.Duration // for one answer; 0: 30 seconds
	Workers   int           // questions answered at once; 0: 8
	PerPerson int           // questions a minute; 0: no limit
	// PerChannel is for a channel's questions together, a minute; 0: no limit.
	// Conversations with the bot alone have the person's limit only.
	PerChannel int
	Retention  time.Duration // how long messages' ids, answers and feedback are kept; 0: 90 days
	LogText    bool          // log questions too; else what people write is in no log
	Links      Links         // where documents can be opened; the zero Links: nowhere
	Dry        bool          // log what would be said, and say nothing
	Now        func() time.Time
}

const (
	queued      = 1000             // messages that wait for a worker; more wait at Handle
	workers     = 64               // messages worked on at once, most of which wait for a platform
	longestText = 64 << 10         // bytes of a message that are read
	posting     = 30 * time.Second // for showing one reply
	retrying    = time.Minute      // until a reply that could not be shown is tried again
	tooOld      = time.Hour        // after which nobody waits for an answer any more
	rounds      = 5 * time.Second  // between looks for abandoned messages
	claimed     = 15 * time.Second // a claim holds, so that what a dead process had in hand does not wait for long
	renewal     = 5 * time.Second  // between renewals of the claims on what is in hand
)

// A Bot conducts conversations. It may be used by many goroutines, and several
// Bots may share one store.
type Bot struct {
	log     *slog.Logger
	store   *store.Store
	options Options
	library atomic.Pointer[shelf]
	owner   string // names this Bot among those that share the store
	limits  *limiter

	queue  chan *job
	desks  chan struct{}   // one taken for each question that is being answered
	base   context.Context // done when work in hand is to be dropped
	end    context.CancelFunc
	chores sync.WaitGroup // workers, rounds and renewals

	mu        sync.Mutex
	closed    bool
	jobs      map[key]*job // in hand: queued or worked on
	beginning map[key]bool // about to be in hand
	inHand    sync.WaitGroup
	attached  map[string]func(Message) (Surface, bool)
}

// ErrClosed says that the Bot takes on nothing more.
var ErrClosed = errors.New("the bot is stopping")

// New returns a Bot that answers from l and remembers in s. Close stops it.
func New(log *slog.Logger, l Library, s *store.Store, o Options) *Bot {
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Workers <= 0 {
		o.Workers = 8
	}
	if o.Retention <= 0 {
		o.Retention = 90 * 24 * time.Hour
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	b := &Bot{
		log: log, store: s, options: o, owner: rand.Text(), limits: newLimiter(),
		queue: make(chan *job, queued), desks: make(chan struct{}, o.Workers), jobs: make(map[key]*job), beginning: make(map[key]bool), attached: make(map[string]func(Message) (Surface, bool)),
	}
	b.library.Store(&shelf{Library: l})
	b.base, b.end = context.WithCancel(context.Background())
	for range workers {
		b.chores.Go(b.work)
	}
	b.chores.Go(b.makeRounds)
	b.chores.Go(b.keepClaims)
	return b
}

// SetLibrary lets the Bot answer from l from now on; what is in hand is answered
// from before.
func (b *Bot) SetLibrary(l Library) { b.library.Store(&shelf{Library: l}) }

// Close takes on nothing more and returns when all that was taken on is answered,
// or when ctx is done; what is left then is dropped, and answered after the next
// start, or by another Bot on the same store. The store stays open.
func (b *Bot) Close(ctx context.Context) error {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	finished := make(chan struct{})
	go func() {
		b.inHand.Wait()
		close(finished)
	}()
	var err error
	select {
	case <-finished:
	case <-ctx.Done():
		err = fmt.Errorf("stopping: questions in hand were left for later: %w", ctx.Err())
	}
	b.end()
	b.chores.Wait()
	return err
}

// Attach tells the Bot how to reach a platform's messages that were taken on and
// never answered, by this process before a restart or by one that died: surface
// returns where to reply to m, false where that cannot be done any more. They are
// looked for now and from time to time.
func (b *Bot) Attach(platform string, surface func(Message) (Surface, bool)) {
	b.mu.Lock()
	b.attached[platform] = surface
	b.mu.Unlock()
	b.resume(b.base, platform, surface)
}

// Handle takes m on; see [Handler]. It waits when more is in hand than memory
// should hold, until ctx is done.
func (b *Bot) Handle(ctx context.Context, m Message, to Surface) error {
	if err := m.check(); err != nil {
		return err
	}
	m.Text = strings.ToValidUTF8(m.Text[:min(len(m.Text), longestText)], "")
	switch m.Change {
	case Deleted:
		return b.withdraw(ctx, m, to)
	case Edited:
		return b.revise(ctx, m, to)
	}
	return b.receive(ctx, m, to)
}

// receive takes on something newly said.
func (b *Bot) receive(ctx context.Context, m Message, to Surface) error {
	v, why := b.decide(ctx, m)
	if v == ignore {
		return nil
	}
	if !b.begin(m.key()) {
		return nil // in hand, or another event brings it at this moment
	}
	defer b.begun(m.key())
	before, granted, err := b.claim(ctx, m)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		// Better an answer that may come twice than none.
		b.log.Error("A message could not be written down. It is answered all the same, but perhaps twice if it is delivered again. See that the state folder can be written.", b.about(m, "error", err)...)
	case !granted:
		return nil // answered, or in another's hands
	}
	if before.State == store.Claimed {
		m.Begun = begunFor(before)
	}
	j := &job{m: m, to: to, recovered: before.State == store.Claimed}
	if v == refuse {
		wait, _ := b.limits.take(b.options.Now(), "refuse "+m.Platform+" "+m.Team+" "+m.User, rate{time.Hour, 1})
		if wait > 0 && why != saidUnsure { // they know
			return b.settle(ctx, m)
		}
		m.Private = true
		j.reply = ref(notice(m, why))
		return b.take(ctx, j)
	}
	if j.reply, err = b.limit(ctx, m); err != nil {
		return b.settle(ctx, m)
	}
	switch {
	case stopWords.MatchString(m.Text) && j.reply == nil:
		b.obey(ctx, j)
	case m.addressed():
		b.hush(ctx, m, false)
	}
	return b.take(ctx, j)
}

// obey carries out the "stop" that j says.
func (b *Bot) obey(ctx context.Context, j *job) {
	m := j.m
	b.Stop(m.place(), m.Thread, m.User)
	if m.Direct {
		j.reply = ref(notice(m, saidStoppedDirect))
		return
	}
	j.reply, j.quiet = ref(notice(m, saidStopped)), true
	b.hush(ctx, m, true)
}

// hush writes down whether m's thread wants quiet. That is done when m comes and
// not when it is replied to, since the reply to an earlier message may still be
// under way.
func (b *Bot) hush(ctx context.Context, m Message, quiet bool) {
	if m.Thread == "" || m.Direct {
		return
	}
	if err := b.store.SetThread(ctx, m.place(), m.Thread, quiet, b.options.Now()); err != nil {
		b.log.Error("It could not be written down whether a thread wants quiet.", b.about(m, "error", err)...)
	}
}

// answersIn reports whether a message of a thread is in hand: its reply may be there
// for people to see before it is written down.
func (b *Bot) answersIn(at Place, thread string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for k, j := range b.jobs {
		if k.Place == at && j.inThread(thread) {
			return true
		}
	}
	return false
}

// begin reports whether a message is neither in hand nor being taken on; it is being
// taken on until begun. Slack brings a mention by two events at once, and only one
// of them may count against the limits.
func (b *Bot) begin(k key) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.jobs[k] != nil || b.beginning[k] {
		return false
	}
	b.beginning[k] = true
	return true
}

func (b *Bot) begun(k key) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.beginning, k)
}

var (
	// What stops the bot, when it is all that is said.
	stopWords = regexp.MustCompile(`(?i)^\W*(please\s+)?(stop|stop it|stop answering|cancel|be quiet|quiet|shut up|halt)([\s,]+(please|now))?\W*$`)
	// What asks for no answer, when it is all that is said.
	courtesy = regexp.MustCompile(`(?i)^\W*((many )?thanks?( you)?( (so|very) much)?( a lot)?( all| everyone| both)?|ok(ay)?|great|perfect|cool|nice|good|got it|i see|lol|\+1|yes|no|yep|nope|sure|agreed|done)((\s|\W)+(thanks?( you)?( so much)?|all|everyone))?\W*$`)
	// What asks for help, when it is all that is said.
	helpWords = regexp.MustCompile(`(?i)^\W*(help|help me|hi|hello|hey|good (morning|afternoon|evening)|what can you do|how does this work)\W*$`)
)

// decide finds out what decide needs to know. When the store cannot tell, it is as
// if nothing were known.
func (b *Bot) decide(ctx context.Context, m Message) (verdict, string) {
	var t store.Thread
	var s Settings
	var err error
	if m.Bot || !m.addressed() && m.Thread == "" && !m.Opens {
		return ignore, "" // most of what a busy channel brings: not worth a look on disk
	}
	if m.Thread != "" {
		// In this order: what is in hand is written down first and let go then, so that
		// it is never missed in both places.
		inHand := b.answersIn(m.place(), m.Thread)
		if t, err = b.store.Thread(ctx, m.place(), m.Thread); err != nil {
			b.log.Error("A thread could not be looked up.", b.about(m, "error", err)...)
		}
		t.Known = t.Known || inHand
	}
	if concerns(m, Settings{AutoAnswer: true}, t) {
		if s, err = b.Settings(ctx, m.place()); err != nil {
			b.log.Error("The settings of a channel could not be read; the usual ones hold.", b.about(m, "error", err)...)
		}
	}
	return decide(m, b.options.Access, s, t)
}

var errOverLimit = errors.New("over the limit, and told so")

// limit counts m against the limits. It returns what to say to the first message
// over one, and errOverLimit for those after it.
func (b *Bot) limit(ctx context.Context, m Message) (*Reply, error) {
	s, err := b.Settings(ctx, m.place())
	if err != nil {
		s = Settings{} // logged when it was decided
	}
	type limit struct {
		key  string
		rate rate
		say  func(time.Duration) string
	}
	limits := []limit{
		{"person " + m.Platform + " " + m.Team + " " + m.User, perMinute(b.options.PerPerson), sayPersonLimit},
		{"cool down " + m.Platform + " " + m.Team + " " + m.User, rate{s.CoolDown, 1}, sayPersonLimit},
	}
	if !m.Direct {
		limits = append(limits, limit{"channel " + m.Platform + " " + m.Team + " " + m.Channel, perMinute(b.options.PerChannel), sayChannelLimit})
	}
	for _, l := range limits {
		wait, first := b.limits.take(b.options.Now(), l.key, l.rate)
		if wait > 0 && !first {
			return nil, errOverLimit
		}
		if wait > 0 {
			m.Private = true // nobody else need read it
			return ref(notice(m, l.say(wait))), nil
		}
	}
	return nil, nil
}

// claim takes m on in the store, and says how it stood there before.
func (b *Bot) claim(ctx context.Context, m Message) (store.Event, bool, error) {
	encoded, _ := json.Marshal(m) // strings and truth values alone: it cannot fail
	e := store.Event{Place: m.place(), ID: m.ID, Person: m.User, Owner: b.owner, Message: encoded, Digest: digest(m.Text)}
	return b.store.Claim(ctx, e, b.options.Now(), claimed)
}

// Begin notes down that a Surface has begun to show the reply to m, in its own words of
// where; "" takes that back. Whoever takes m up after this process has died is told by
// m.Begun.
func (b *Bot) Begin(ctx context.Context, m Message, where string) error {
	m.Begun = where
	encoded, _ := json.Marshal(m)
	return b.store.Rewrite(ctx, m.place(), m.ID, b.owner, encoded)
}

// Open notes that the reply to m will stand in a thread of its own, where people may
// speak before it is there.
func (b *Bot) Open(m Message, thread string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if j := b.jobs[m.key()]; j != nil {
		j.thread = thread
	}
}

// begunFor returns what Begin was told of a message that is claimed, "" for nothing.
func begunFor(e store.Event) string {
	var m Message
	if json.Unmarshal(e.Message, &m) != nil {
		return "" // it is answered as if it were new
	}
	return m.Begun
}

// settle records that m gets no reply.
func (b *Bot) settle(ctx context.Context, m Message) error {
	return b.store.Finish(ctx, store.Event{Place: m.place(), ID: m.ID, State: store.Settled, Digest: digest(m.Text)}, b.options.Now())
}

// digest tells whether a text changed without keeping it.
func digest(text string) string {
	sum := sha256.Sum256([]byte(folded(text)))
	return hex.EncodeToString(sum[:8])
}

// about is what a log record says of m. What people write is left out, unless it
// was asked for.
func (b *Bot) about(m Message, more ...any) []any {
	attrs := []any{"platform", m.Platform, "team", m.Team, "channel", m.Channel, "message", m.ID}
	if b.options.LogText {
		attrs = append(attrs, "text", m.Text)
	}
	return append(attrs, more...)
}

func ref[T any](v T) *T { return &v }
