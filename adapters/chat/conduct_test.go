package chat_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/chat/store"
	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

const (
	honey = "How many barrels of honey did the hives give in 1903?"
	moths = "Who asked the keepers to burn the boxes?"
)

// patience bounds every wait for what happens in the background; it is spent on failing
// alone.
const patience = time.Minute

var index = sync.OnceValue(func() *retrieval.Index {
	source := corpus.Source{Card: corpus.Card{ID: "bees", File: "bees.txt", Title: "On bees"}, Path: "/bees.txt", Bytes: []byte(chattest.Text)}
	x, err := retrieval.Shelf{}.Open(context.Background(), []corpus.Source{source}, e5.Words(), embed.Quote(), nil)
	if err != nil {
		panic(err)
	}
	return x
})

// An asker answers for real, after its gate has opened, and counts.
type asker struct {
	gate  chan struct{} // nil: always open
	asked atomic.Int32
	past  atomic.Value // []string: the last question's history
}

func (a *asker) Ask(ctx context.Context, q answer.Question) (answer.Answer, error) {
	a.asked.Add(1)
	a.past.Store(q.History)
	if a.gate != nil {
		select {
		case <-a.gate:
		case <-ctx.Done():
			return answer.Answer{}, ctx.Err()
		}
	}
	return answer.New(slog.New(slog.DiscardHandler), index(), 0).Ask(ctx, q)
}

// A clock stands still until it is moved.
type clock struct{ ms atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.ms.Store(1_750_000_000_000)
	return c
}

func (c *clock) now() time.Time       { return time.UnixMilli(c.ms.Load()) }
func (c *clock) move(d time.Duration) { c.ms.Add(d.Milliseconds()) }

func openStore(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// newBot makes a bot that is closed with the test.
func newBot(t testing.TB, a chat.Asker, s *store.Store, o chat.Options, log *slog.Logger) *chat.Bot {
	t.Helper()
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	b := chat.New(log, chat.NewLibrary(a, index()), s, o)
	t.Cleanup(func() { shut(t, b) })
	return b
}

// shut closes a bot when all in hand is done.
func shut(t testing.TB, b *chat.Bot) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := b.Close(ctx); err != nil {
		t.Error(err)
	}
}

// kill closes a bot at once, whatever is in hand.
func kill(b *chat.Bot) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	b.Close(ctx)
}

// settle waits until what was said is no longer in hand.
func settle(t *testing.T, b *chat.Bot, r *room, ids ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, id := range ids {
		if err := b.Wait(ctx, r.message(id)); err != nil {
			t.Fatal(err)
		}
	}
}

func until(t *testing.T, what string, true func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !true(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// setup is one bot in one room.
func setup(t *testing.T, a *asker, o chat.Options) (*chat.Bot, *room) {
	b := newBot(t, a, openStore(t, filepath.Join(t.TempDir(), "chat.db")), o, nil)
	return b, newRoom(t, b)
}

func mention(text string) chattest.Line { return chattest.Line{Text: text, Mention: true} }

// Two replicas share a store, and each gets every event.
func TestReplicasOnOneStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	a := new(asker)
	one, two := newBot(t, a, openStore(t, path), chat.Options{}, nil), newBot(t, a, openStore(t, path), chat.Options{}, nil)
	r := newRoom(t, nil)
	var wg sync.WaitGroup
	for i := range 40 {
		m := chat.Message{Platform: "room", Team: "t", Channel: "general", ID: fmt.Sprint(i), User: "ada", Text: honey, Mention: true}
		for _, b := range []*chat.Bot{one, two} {
			wg.Go(func() {
				if err := b.Handle(context.Background(), m, desk{r}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	shut(t, one)
	shut(t, two)
	if n := len(r.Shown()); n != 40 {
		t.Errorf("%d replies to 40 messages", n)
	}
	// A thread that one answered in is followed by the other.
	three := newBot(t, a, openStore(t, path), chat.Options{}, nil)
	r.bot = three
	settle(t, three, r, r.Say(chattest.Line{Text: moths, Thread: "0"}))
	if n := len(r.Shown()); n != 41 {
		t.Errorf("%d replies, want 41: the follow-up was not answered", n)
	}
}

// Replicas with a store each know nothing of one another; a retry is answered only
// when the platform has no reply yet.
func TestReplicasOnTwoStores(t *testing.T) {
	r := newRoom(t, nil)
	a := new(asker)
	one, _ := setup(t, a, chat.Options{})
	two, _ := setup(t, a, chat.Options{})
	r.bot = one
	id := r.Say(mention(honey))
	settle(t, one, r, id)
	r.bot = two
	r.Again(id)
	settle(t, two, r, id)
	if n := len(r.Shown()); n != 1 {
		t.Errorf("%d replies, want 1", n)
	}
	// One that nobody handled is answered, though it comes as a retry.
	r.hand(chat.Message{Platform: "room", Team: "t", Channel: "general", ID: "lost", User: "ada", Text: honey, Mention: true, Retry: true})
	settle(t, two, r, "lost")
	if n := len(r.Shown()); n != 2 {
		t.Errorf("%d replies, want 2", n)
	}
}

// What a killed process had in hand is answered after the next start, once.
func TestKilledInHand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	stuck := &asker{gate: make(chan struct{})}
	first := newBot(t, stuck, openStore(t, path), chat.Options{Workers: 1}, nil)
	r := newRoom(t, first)
	for range 3 { // one is worked on, two are queued
		r.Say(mention(honey))
	}
	until(t, "the first is worked on", func() bool { return stuck.asked.Load() == 1 })
	kill(first)
	if n := len(r.Shown()); n != 0 {
		t.Fatalf("%d replies by a killed bot", n)
	}
	second := newBot(t, new(asker), openStore(t, path), chat.Options{}, nil)
	r.bot = second
	second.Attach("room", func(chat.Message) (chat.Surface, bool) { return desk{r}, true })
	settle(t, second, r, "m1", "m2", "m3")
	if n := len(r.Shown()); n != 3 {
		t.Errorf("%d replies, want 3", n)
	}
	second.Attach("room", func(chat.Message) (chat.Surface, bool) { return desk{r}, true })
	shut(t, second)
	if n := len(r.Shown()); n != 3 {
		t.Errorf("%d replies after another look, want 3", n)
	}
}

// A stuckBot works on messages, m1 and so on, until its gate opens.
type stuckBot struct {
	*chat.Bot
	kept *store.Store
	room *room // in which they were said
	gate chan struct{}
}

// stuck is a bot on the store at path that works on n messages.
func stuck(t *testing.T, path string, now *clock, n int) stuckBot {
	t.Helper()
	a := &asker{gate: make(chan struct{})}
	kept := openStore(t, path)
	b := newBot(t, a, kept, chat.Options{Now: now.now}, nil)
	r := newRoom(t, b)
	for range n {
		r.Say(mention(honey))
	}
	until(t, "they are worked on", func() bool { return int(a.asked.Load()) == n })
	return stuckBot{b, kept, r, a.gate}
}

// die lets the bot give no more sign of life: it renews no claim, as it does from time to
// time by the real clock.
func (b stuckBot) die(t *testing.T) {
	t.Helper()
	if err := b.kept.Close(); err != nil {
		t.Fatal(err)
	}
}

// What a process has in hand nobody else takes up while it lives, however long it
// takes; once it has died, that is taken up soon.
func TestClaimsOfTheLiving(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	now := newClock()
	first := stuck(t, path, now, 1)
	r := first.room
	second := newBot(t, new(asker), openStore(t, path), chat.Options{Now: now.now}, nil)
	attach := func() {
		second.Attach("room", func(chat.Message) (chat.Surface, bool) { return desk{r}, true })
		settle(t, second, r, "m1")
	}
	for range 12 {
		now.move(10 * time.Second)
		first.Renew()
		attach()
	}
	if n := len(r.Shown()); n != 0 {
		t.Fatalf("%d replies by another, want none", n)
	}
	first.die(t)
	now.move(20 * time.Second)
	attach()
	if n := len(r.Shown()); n != 1 {
		t.Errorf("%d replies 20 s after the last sign of life, want 1", n)
	}
	kill(first.Bot)
}

// A process that was stopped for so long that another answered what it had in hand does
// not reply as well when it goes on.
func TestStoppedForLong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	now := newClock()
	first := stuck(t, path, now, 1)
	r := first.room
	second := newBot(t, new(asker), openStore(t, path), chat.Options{Now: now.now}, nil)
	until(t, "another answers", func() bool { // unless the first renews its claim just then
		now.move(30 * time.Second)
		second.Attach("room", func(chat.Message) (chat.Surface, bool) { return desk{r}, true })
		settle(t, second, r, "m1")
		return len(r.Shown()) == 1
	})
	first.Renew()
	close(first.gate)
	settle(t, first.Bot, r, "m1")
	if n := len(r.Shown()); n != 1 {
		t.Errorf("%d replies, want 1", n)
	}
}

// Where a reply was begun by a process that died, its successor is told.
func TestBegun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	now := newClock()
	first := stuck(t, path, now, 2)
	r := first.room
	for _, id := range []string{"m1", "m2"} {
		if err := first.Begin(t.Context(), r.message(id), "on the door, "+id); err != nil {
			t.Fatal(err)
		}
	}
	first.die(t)
	now.move(20 * time.Second)
	second := newBot(t, new(asker), openStore(t, path), chat.Options{Now: now.now}, nil)
	r.bot = second
	r.Again("m1") // the platform delivers it once more; nobody does so with the other
	second.Attach("room", func(chat.Message) (chat.Surface, bool) { return desk{r}, true })
	settle(t, second, r, "m1", "m2")
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.posts) != 2 {
		t.Fatalf("%d replies, want 2", len(r.posts))
	}
	for _, p := range r.posts {
		if want := "on the door, " + p.to.ID; p.to.Begun != want {
			t.Errorf("%s was begun %q, want %q", p.to.ID, p.to.Begun, want)
		}
	}
	kill(first.Bot)
}

// A process that died after posting and before writing that down does not lead to
// a second reply.
func TestDiedAfterPosting(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "chat.db"))
	now := newClock()
	r := newRoom(t, nil)
	m := chat.Message{Platform: "room", Team: "t", Channel: "general", ID: "1", User: "ada", Text: honey, Mention: true}
	if _, _, err := s.Claim(t.Context(), store.Event{Place: store.Place{Platform: "room", Team: "t", Channel: "general"}, ID: "1", Person: "ada", Owner: "dead", Message: []byte(`{"Platform":"room","Team":"t","Channel":"general","ID":"1","User":"ada","Text":"honey?","Mention":true}`)}, now.now(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if _, err := (desk{r}).Post(t.Context(), m, chat.Reply{Notice: "an answer"}); err != nil {
		t.Fatal(err)
	}
	b := newBot(t, new(asker), s, chat.Options{Now: now.now}, nil)
	r.bot = b
	r.hand(m) // the other may still be at it
	settle(t, b, r, "1")
	now.move(2 * time.Minute)
	b.Attach("room", func(chat.Message) (chat.Surface, bool) { return desk{r}, true })
	settle(t, b, r, "1")
	r.Again("1")
	settle(t, b, r, "1")
	if n := len(r.Shown()); n != 1 {
		t.Errorf("%d replies, want 1", n)
	}
	if e, err := s.Event(t.Context(), store.Place{Platform: "room", Team: "t", Channel: "general"}, "1"); err != nil || e.State != store.Answered || e.Message != nil {
		t.Errorf("event %+v, %v: want it answered, and its text gone", e, err)
	}
}

// Nobody waits for an answer for hours.
func TestTooOldToAnswer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	now := newClock()
	first := newBot(t, &asker{gate: make(chan struct{})}, openStore(t, path), chat.Options{Now: now.now}, nil)
	r := newRoom(t, first)
	r.Say(mention(honey))
	kill(first)
	now.move(2 * time.Hour)
	second := newBot(t, new(asker), openStore(t, path), chat.Options{Now: now.now}, nil)
	second.Attach("room", func(chat.Message) (chat.Surface, bool) { return desk{r}, true })
	shut(t, second)
	if n := len(r.Shown()); n != 0 {
		t.Errorf("%d replies after two hours", n)
	}
}

// A post whose acknowledgement was lost is there all the same.
func TestPostedThoughItFailed(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	r.lost = 1
	id := r.Say(mention(honey))
	settle(t, b, r, id)
	if shown := r.Shown(); len(shown) != 1 || !strings.Contains(shown[0].Text, "[1]") {
		t.Errorf("got %+v", shown)
	}
}

// While nothing at all can be posted, a question is kept and tried again.
func TestOutage(t *testing.T) {
	now := newClock()
	b, r := setup(t, new(asker), chat.Options{Now: now.now})
	r.Break(2)
	id := r.Say(mention(honey))
	settle(t, b, r, id)
	if n := len(r.Shown()); n != 0 {
		t.Fatalf("%d replies in an outage", n)
	}
	now.move(2 * time.Minute)
	b.Attach("room", func(chat.Message) (chat.Surface, bool) { return desk{r}, true })
	settle(t, b, r, id)
	if shown := r.Shown(); len(shown) != 1 || !strings.Contains(shown[0].Text, "[1]") {
		t.Errorf("got %+v", shown)
	}
}

// The bot takes on nothing after Close, so that the event can be delivered again.
func TestClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	b := newBot(t, new(asker), openStore(t, path), chat.Options{}, nil)
	shut(t, b)
	r := newRoom(t, b)
	m := chat.Message{Platform: "room", Channel: "general", ID: "1", User: "ada", Text: honey, Mention: true}
	if err := b.Handle(t.Context(), m, desk{r}); !errors.Is(err, chat.ErrClosed) {
		t.Fatalf("got %v, want %v", err, chat.ErrClosed)
	}
	again := newBot(t, new(asker), openStore(t, path), chat.Options{}, nil)
	r.bot = again
	r.hand(m)
	settle(t, again, r, "1")
	if n := len(r.Shown()); n != 1 {
		t.Errorf("%d replies, want 1", n)
	}
}

// What a restart must not lose: history comes from the platform, buttons from the
// store.
func TestRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	first := newBot(t, new(asker), openStore(t, path), chat.Options{}, nil)
	r := newRoom(t, first)
	id := r.Say(mention(honey))
	settle(t, first, r, id)
	shut(t, first)
	second := newBot(t, new(asker), openStore(t, path), chat.Options{}, nil)
	r.bot = second
	if got := r.Press(r.Shown()[0], chat.Context, 1); !strings.Contains(got, "Rain spoilt the month of June.") {
		t.Errorf("in context: %q", got)
	}
	follow := r.Say(chattest.Line{Text: "And what did they ask for?", Thread: r.Shown()[0].Thread})
	settle(t, second, r, follow)
	if got := r.replies(); len(got) != 2 || got[1].Understood != honey+" And what did they ask for?" {
		t.Errorf("got %+v", got)
	}
}

// Of what was said before, only what may have been a question goes into history.
func TestHistory(t *testing.T) {
	a := new(asker)
	b, r := setup(t, a, chat.Options{})
	settle(t, b, r, r.Say(mention(honey)))
	for _, l := range []chattest.Line{{Text: "Thanks!"}, {Text: "I am a bot", Bot: true}, {Text: moths}, {Text: "  "}, {Text: "help", Mention: true}} {
		l.Thread = "m1"
		settle(t, b, r, r.Say(l))
	}
	settle(t, b, r, r.Say(chattest.Line{Text: "And then?", Thread: "m1"}))
	if got, want := fmt.Sprintf("%q", a.past.Load()), fmt.Sprintf("%q", []string{honey, moths}); got != want {
		t.Errorf("history %s, want %s", got, want)
	}
}

// forgetful is a desk that cannot tell what was said before.
type forgetful struct{ desk }

func (forgetful) Before(context.Context, chat.Message) ([]chat.Line, error) {
	return nil, errors.New("missing_scope")
}

func TestHistoryFails(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	m := chat.Message{Platform: "room", Channel: "general", Thread: "th", ID: "1", User: "ada", Text: honey, Mention: true}
	if err := b.Handle(t.Context(), m, forgetful{desk{r}}); err != nil {
		t.Fatal(err)
	}
	if err := b.Wait(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got := r.replies(); len(got) != 1 || !strings.Contains(got[0].Notice, "could not read what was said before") || len(got[0].Cards) == 0 {
		t.Errorf("got %+v", got)
	}
}

// An edit or a deletion while the question is worked on takes its place.
func TestChangedInHand(t *testing.T) {
	a := &asker{gate: make(chan struct{})}
	b, r := setup(t, a, chat.Options{})
	edited, deleted := r.Say(mention(honey)), r.Say(mention(honey))
	until(t, "both are worked on", func() bool { return a.asked.Load() == 2 })
	r.Edit(edited, moths)
	r.Delete(deleted)
	close(a.gate)
	settle(t, b, r, edited, deleted)
	shut(t, b)
	got := r.replies()
	if len(got) != 1 || got[0].Question != moths || !strings.Contains(got[0].Sentences[0].Text, "burn the boxes") {
		t.Errorf("got %+v, want the answer to the edited question alone", got)
	}
}

// An edit that changes no word, as the unfurling of a link does, changes nothing;
// an edit that adds the mention asks for an answer; one of what was never for the
// bot does not.
func TestEdits(t *testing.T) {
	a := new(asker)
	b, r := setup(t, a, chat.Options{})
	id := r.Say(mention(honey))
	settle(t, b, r, id)
	r.Edit(id, honey+" ")
	settle(t, b, r, id)
	if n := a.asked.Load(); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
	idle := r.Say(chattest.Line{Text: honey})
	r.Edit(idle, moths)
	settle(t, b, r, idle)
	if n := len(r.Shown()); n != 1 {
		t.Fatalf("%d replies, want 1", n)
	}
	m := r.message(idle)
	m.Change, m.Mention = chat.Edited, true
	r.hand(m)
	settle(t, b, r, idle)
	if n := len(r.Shown()); n != 2 {
		t.Errorf("%d replies, want 2", n)
	}
}

// A deleted question is not answered when it is delivered again.
func TestDeletedStaysDeleted(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	id := r.Say(mention(honey))
	settle(t, b, r, id)
	said := r.message(id)
	r.Delete(id)
	settle(t, b, r, id)
	said.Retry = true
	r.hand(said)
	settle(t, b, r, id)
	if n := len(r.Shown()); n != 0 {
		t.Errorf("%d replies, want none", n)
	}
}

// "Stop" cancels what is in hand in its thread, and nothing else.
func TestStopInHand(t *testing.T) {
	a := &asker{gate: make(chan struct{})}
	b, r := setup(t, a, chat.Options{})
	here, there := r.Say(mention(honey)), r.Say(mention(honey))
	until(t, "both are worked on", func() bool { return a.asked.Load() == 2 })
	stop := r.Say(chattest.Line{Text: "Stop, please.", Thread: here, Mention: true})
	settle(t, b, r, stop, here)
	close(a.gate)
	settle(t, b, r, there)
	var notices, answers int
	for _, reply := range r.replies() {
		if reply.Answer != "" {
			answers++
		} else if strings.Contains(reply.Notice, "I have stopped") {
			notices++
		}
	}
	if notices != 1 || answers != 1 {
		t.Errorf("%d notices and %d answers, want one of each", notices, answers)
	}
}

// What is said in the thread that a reply will stand in is said to the bot before the
// reply is there, and so is a "stop".
func TestThreadOfWhatIsToCome(t *testing.T) {
	a := &asker{gate: make(chan struct{})}
	b, r := setup(t, a, chat.Options{})
	id := r.Say(mention(honey))
	until(t, "it is worked on", func() bool { return a.asked.Load() == 1 })
	b.Open(r.message(id), "of its own")
	b.Open(chat.Message{Platform: "room", Team: "t", Channel: "general", ID: "another"}, "of another")
	r.Say(chattest.Line{Text: moths, Thread: "of another"})
	follow := r.Say(chattest.Line{Text: moths, Thread: "of its own"})
	until(t, "the follow-up is worked on", func() bool { return a.asked.Load() == 2 })
	settle(t, b, r, r.Say(chattest.Line{Text: "stop", Thread: "of its own"}), id, follow)
	close(a.gate)
	shut(t, b)
	if got := r.replies(); len(got) != 1 || !strings.Contains(got[0].Notice, "I have stopped") {
		t.Errorf("got %+v, want a notice alone", got)
	}
}

// Stop in a direct conversation does not silence the bot there.
func TestStopDirect(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	settle(t, b, r, r.Say(chattest.Line{Text: "stop", Direct: true}))
	settle(t, b, r, r.Say(chattest.Line{Text: honey, Direct: true}))
	if n := len(r.Shown()); n != 2 {
		t.Errorf("%d replies, want 2", n)
	}
}

func TestLimits(t *testing.T) {
	now := newClock()
	b, r := setup(t, new(asker), chat.Options{PerPerson: 2, PerChannel: 3, Now: now.now})
	said := func(lines ...chattest.Line) string {
		t.Helper()
		before := len(r.Shown())
		for _, l := range lines {
			settle(t, b, r, r.Say(l))
		}
		kinds := ""
		for _, reply := range r.replies()[before:] {
			switch {
			case reply.Answer != "":
				kinds += "answer "
			case !reply.Private:
				kinds += "public "
			case strings.Contains(reply.Notice, "You ask faster"):
				kinds += "person "
			case strings.Contains(reply.Notice, "slow down"):
				kinds += "channel "
			}
		}
		return strings.TrimSpace(kinds)
	}
	ada, bob := mention(honey), mention(honey)
	bob.Person = "bob"
	direct := chattest.Line{Text: honey, Direct: true, Person: "eve"}
	for _, step := range []struct {
		name  string
		after time.Duration
		lines []chattest.Line
		want  string
	}{
		{"over the person's", 0, []chattest.Line{ada, ada, ada, ada}, "answer answer person"},
		{"over the channel's", 0, []chattest.Line{bob, bob}, "answer channel"},
		{"direct has no channel's", 0, []chattest.Line{direct}, "answer"},
		{"both again, and told again", 30 * time.Second, []chattest.Line{ada, ada}, "answer person"},
		{"a minute later", time.Minute, []chattest.Line{ada, ada}, "answer answer"},
	} {
		now.move(step.after)
		if got := said(step.lines...); got != step.want {
			t.Errorf("%s: got %q, want %q", step.name, got, step.want)
		}
	}
}

// A redelivery costs nothing.
func TestRedeliveryIsNotCounted(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{PerPerson: 2})
	id := r.Say(mention(honey))
	for range 5 {
		r.Again(id)
	}
	settle(t, b, r, id)
	settle(t, b, r, r.Say(mention(honey)))
	for _, reply := range r.replies() {
		if reply.Answer == "" {
			t.Errorf("got %+v", reply)
		}
	}
}

// Events that bring one message at the same moment count once, and lose nothing.
func TestOneMessageByTwoEvents(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{PerPerson: 2, Now: newClock().now})
	for i := range 4 { // two are answered, one is told of the limit, one is passed over
		m := chat.Message{Platform: "room", Team: "t", Channel: "general", ID: fmt.Sprint(i), User: "ada", Text: honey, Mention: true}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := b.Handle(context.Background(), m, desk{r}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if err := b.Wait(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	shut(t, b)
	var answers, told int
	for _, r := range r.replies() { // in any order: a notice waits for no turn
		switch {
		case r.Answer != "":
			answers++
		case strings.Contains(r.Notice, "You ask faster"):
			told++
		}
	}
	if n := len(r.Shown()); n != 3 || answers != 2 || told != 1 {
		t.Errorf("%d replies, %d answers, told of the limit %d times:\n%v", n, answers, told, r.replies())
	}
}

func TestRefusals(t *testing.T) {
	now := newClock()
	b, r := setup(t, new(asker), chat.Options{Access: chat.Access{BarPeople: []string{"ada"}}, Now: now.now})
	for range 3 {
		settle(t, b, r, r.Say(mention(honey)))
	}
	settle(t, b, r, r.Say(chattest.Line{Text: honey, Mention: true, Person: "bob"}))
	now.move(time.Hour)
	settle(t, b, r, r.Say(mention(honey)))
	got := r.replies()
	if len(got) != 3 || !got[0].Private || got[0].Answer != "" || got[1].Answer == "" || got[2].Answer != "" {
		t.Errorf("got %+v, want a private refusal, an answer, a refusal an hour later", got)
	}
}

func TestSettings(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	team, general := chat.Place{Platform: "room", Team: "t"}, chat.Place{Platform: "room", Team: "t", Channel: "general"}
	set := func(at chat.Place, s chat.Settings) {
		t.Helper()
		if err := b.SetSettings(t.Context(), at, s); err != nil {
			t.Fatal(err)
		}
	}
	get := func(at chat.Place) chat.Settings {
		t.Helper()
		s, err := b.Settings(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	// A server may be muted but for one channel.
	set(team, chat.Settings{Muted: true, CoolDown: time.Minute, Roles: []string{"members"}})
	open := get(general)
	open.Muted = false
	set(general, open)
	if s := get(general); s.Muted || s.CoolDown != time.Minute || len(s.Roles) != 1 {
		t.Errorf("got %+v", s)
	}
	// What is set for the team later reaches the channel, where that says nothing else.
	set(team, chat.Settings{Muted: true, CoolDown: time.Hour, Roles: []string{"members"}})
	if s := get(general); s.Muted || s.CoolDown != time.Hour {
		t.Errorf("got %+v", s)
	}
	m := chat.Message{Platform: "room", Team: "t", Channel: "general", User: "ada", Text: honey, Mention: true, Roles: []string{"members"}}
	ask := func(change func(*chat.Message)) chat.Reply {
		t.Helper()
		m := m
		m.ID = fmt.Sprint("s", len(r.order))
		change(&m)
		before := len(r.replies())
		r.hand(m)
		settle(t, b, r, m.ID)
		if got := r.replies(); len(got) > before {
			return got[before]
		}
		return chat.Reply{}
	}
	if got := ask(func(*chat.Message) {}); got.Answer == "" {
		t.Errorf("a member: %+v", got)
	}
	if got := ask(func(*chat.Message) {}); !strings.Contains(got.Notice, "You ask faster") || !strings.Contains(got.Notice, "60 minutes") {
		t.Errorf("in the cool-down: %+v", got)
	}
	if got := ask(func(m *chat.Message) { m.User, m.Roles = "bob", nil }); !strings.Contains(got.Notice, "I may not answer you here") {
		t.Errorf("not a member: %+v", got)
	}
	if got := ask(func(m *chat.Message) { m.User, m.Channel = "eve", "elsewhere" }); !strings.Contains(got.Notice, "I have been asked not to answer here") {
		t.Errorf("a muted channel: %+v", got)
	}
	// A forum post is answered unasked only where that is set.
	opens := func(m *chat.Message) { m.User, m.Mention, m.Opens = "kim", false, true }
	if got := ask(opens); got.To != "" {
		t.Errorf("a forum post: %+v", got)
	}
	set(general, chat.Settings{AutoAnswer: true})
	if got := ask(opens); got.Answer == "" {
		t.Errorf("a forum post with auto-answer: %+v", got)
	}
}

func TestBadMessages(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	whole := chat.Message{Platform: "room", Channel: "c", ID: "1", User: "u", Text: honey, Mention: true}
	for name, change := range map[string]func(*chat.Message){
		"Platform": func(m *chat.Message) { m.Platform = "" },
		"Channel":  func(m *chat.Message) { m.Channel = "" },
		"ID":       func(m *chat.Message) { m.ID = "" },
		"User":     func(m *chat.Message) { m.User = "" },
	} {
		m := whole
		change(&m)
		if err := b.Handle(t.Context(), m, desk{r}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
	for i, text := range []string{strings.Repeat("honey ", 2000), strings.Repeat("é", 70_000), "\xff\xfe", "?", strings.Repeat("(", 5000)} {
		m := whole
		m.ID, m.Text = fmt.Sprint("long", i), text
		r.hand(m)
		settle(t, b, r, m.ID)
		if n := len(r.Shown()); n != i+1 {
			t.Fatalf("%d replies after %.10q, want %d", n, text, i+1)
		}
	}
}

// Nothing that a person wrote is logged, unless it was asked for.
func TestLog(t *testing.T) {
	for _, text := range []bool{false, true} {
		var buffer bytes.Buffer
		var mu sync.Mutex
		log := slog.New(slog.NewTextHandler(lockedWriter{&mu, &buffer}, &slog.HandlerOptions{Level: slog.LevelDebug}))
		fails := chat.AskerFunc(func(_ context.Context, q answer.Question) (answer.Answer, error) {
			if strings.Contains(q.Text, "panic") {
				panic("on purpose")
			}
			return answer.Answer{}, errors.New("failed")
		})
		b := newBot(t, fails, openStore(t, filepath.Join(t.TempDir(), "chat.db")), chat.Options{LogText: text}, log)
		r := newRoom(t, b)
		for _, q := range []string{"a secret failure", "a secret panic"} {
			settle(t, b, r, r.Say(mention(q)))
		}
		shut(t, b)
		if got := strings.Count(buffer.String(), "a secret"); text != (got == 2) || !text && got > 0 {
			t.Errorf("with LogText %v the log has the words %d times:\n%s", text, got, &buffer)
		}
		if !strings.Contains(buffer.String(), "stack=") {
			t.Error("the log does not say where it panicked")
		}
	}
}

type lockedWriter struct {
	mu *sync.Mutex
	w  *bytes.Buffer
}

func (l lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// When the store fails in the middle, people are answered all the same.
func TestStoreFails(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "chat.db"))
	b := newBot(t, new(asker), s, chat.Options{}, nil)
	r := newRoom(t, b)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	id := r.Say(mention(honey))
	settle(t, b, r, id)
	shown := r.replies()
	if len(shown) != 1 || len(shown[0].Cards) == 0 || len(shown[0].Buttons) != 0 {
		t.Errorf("got %+v, want an answer without buttons", shown)
	}
}

// A dry run says nothing, and logs what it would.
func TestDry(t *testing.T) {
	var buffer bytes.Buffer
	b := newBot(t, new(asker), openStore(t, filepath.Join(t.TempDir(), "chat.db")), chat.Options{Dry: true}, slog.New(slog.NewTextHandler(&buffer, nil)))
	r := newRoom(t, b)
	settle(t, b, r, r.Say(mention(honey)))
	shut(t, b)
	if n := len(r.Shown()); n != 0 || !strings.Contains(buffer.String(), "forty barrels of honey in 1903") {
		t.Errorf("%d replies, log %s", n, &buffer)
	}
}

// 1,000 messages at once: each is answered once, by no more than the workers there
// are, and what waits is small.
func TestThousandAtOnce(t *testing.T) {
	const many, workers = 1000, 4
	var busy, most atomic.Int32
	slow := chat.AskerFunc(func(ctx context.Context, q answer.Question) (answer.Answer, error) {
		n := busy.Add(1)
		defer busy.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		return answer.Answer{Searched: 1}, nil
	})
	b := newBot(t, slow, openStore(t, filepath.Join(t.TempDir(), "chat.db")), chat.Options{Workers: workers}, nil)
	r := newRoom(t, b)
	before := runtime.NumGoroutine()
	var goroutines int
	var wg sync.WaitGroup
	for i := range many {
		wg.Go(func() {
			m := chat.Message{Platform: "room", Team: "t", Channel: fmt.Sprint("c", i%7), ID: fmt.Sprint(i), User: fmt.Sprint("u", i), Text: honey, Mention: true}
			for range 2 { // delivered twice
				if err := b.Handle(context.Background(), m, desk{r}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	goroutines = runtime.NumGoroutine()
	shut(t, b)
	answered := make(map[string]int)
	for _, reply := range r.replies() {
		answered[reply.To]++
	}
	for i := range many {
		if n := answered[fmt.Sprint(i)]; n != 1 {
			t.Errorf("message %d got %d replies", i, n)
		}
	}
	if most.Load() > workers {
		t.Errorf("%d were worked on at once by %d workers", most.Load(), workers)
	}
	if goroutines > before+many/10 { // not one for each that waits
		t.Errorf("%d goroutines more while messages wait", goroutines-before)
	}
}

// A full queue makes Handle wait, and gives the message back when that takes too
// long.
func TestFullQueue(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a queue of a thousand")
	}
	gate := make(chan struct{})
	stuck := chat.AskerFunc(func(context.Context, answer.Question) (answer.Answer, error) {
		<-gate
		return answer.Answer{}, nil
	})
	b := newBot(t, stuck, openStore(t, filepath.Join(t.TempDir(), "chat.db")), chat.Options{Workers: 1}, nil)
	r := newRoom(t, b)
	say := func(ctx context.Context, i int) error {
		return b.Handle(ctx, chat.Message{Platform: "room", Channel: "c", ID: fmt.Sprint(i), User: "u", Text: honey, Mention: true}, desk{r})
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for !b.Full() && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel() // one that waits, or that comes next
	}()
	full := -1
	for i := range 2000 {
		if err := say(ctx, i); err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			full = i
			break
		}
	}
	if full < 0 {
		t.Fatal("2,000 messages were taken on at once")
	}
	close(gate)
	if err := say(t.Context(), full); err != nil { // delivered again
		t.Fatal(err)
	}
	shut(t, b)
	if n := len(r.Shown()); n != full+1 {
		t.Errorf("%d replies to %d messages", n, full+1)
	}
}

func BenchmarkEventToPost(b *testing.B) {
	bot := newBot(b, new(asker), openStore(b, filepath.Join(b.TempDir(), "chat.db")), chat.Options{}, nil)
	r := newRoom(nil, bot)
	for i := 0; b.Loop(); i++ {
		m := chat.Message{Platform: "room", Channel: "c", ID: fmt.Sprint(i), User: "u", Text: honey, Mention: true}
		if err := bot.Handle(context.Background(), m, desk{r}); err != nil {
			b.Fatal(err)
		}
		if err := bot.Wait(context.Background(), m); err != nil {
			b.Fatal(err)
		}
	}
}

// Whoever follows up as soon as a reply is to be seen is answered, though it is not yet
// written down that the bot takes part in the thread.
func TestFollowUpAtOnce(t *testing.T) {
	b, r := setup(t, new(asker), chat.Options{})
	var follow string
	r.onPost(func(thread string) {
		follow = r.Say(chattest.Line{Text: "And what did they ask for?", Thread: thread})
	})
	settle(t, b, r, r.Say(mention(honey)))
	settle(t, b, r, follow)
	if n := len(r.Shown()); n != 2 {
		t.Errorf("%d replies, want 2: the follow-up is not answered", n)
	}
}
