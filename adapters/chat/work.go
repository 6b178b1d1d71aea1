package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"rapporteur/adapters/chat/store"
	"rapporteur/retrieval/answer"
)

// A job is a message in hand.
type job struct {
	m         Message
	to        Surface
	reply     *Reply // what to say, where that is settled already
	quiet     bool   // the thread is quiet from then on
	about     string // id of the Topic that the question is confined to
	recovered bool   // another took it on before, and may have replied
	thread    string // that the reply is begun in, where m is in none; guarded by the Bot's mu

	ctx    context.Context
	cancel context.CancelCauseFunc
	next   *job          // the edit or deletion that came in the meantime
	done   chan struct{} // closed when neither it nor what came after it is in hand
}

// Why a job is cancelled.
var (
	errSuperseded = errors.New("the message was changed")
	errStopped    = errors.New("the person said stop")
)

// take puts j in hand. A message that is in hand already is not taken twice; a
// change to it takes the place of what was begun.
func (b *Bot) take(ctx context.Context, j *job) error {
	j.ctx, j.cancel = context.WithCancelCause(b.base)
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return b.giveBack(ctx, j, ErrClosed)
	}
	if before := b.jobs[j.m.key()]; before != nil {
		if j.m.Change != Said {
			j.done = before.done
			before.next = j
			before.cancel(errSuperseded)
		}
		b.mu.Unlock()
		return nil
	}
	j.done = make(chan struct{})
	b.jobs[j.m.key()] = j
	b.inHand.Add(1)
	b.mu.Unlock()
	select {
	case b.queue <- j:
		return nil
	case <-ctx.Done():
		b.forgo(j)
		return b.giveBack(ctx, j, ctx.Err())
	case <-b.base.Done():
		b.forgo(j)
		return b.giveBack(ctx, j, ErrClosed)
	}
}

// forgo takes j out of hand before it was begun.
func (b *Bot) forgo(j *job) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drop(j)
}

// drop takes j out of hand; b.mu is held.
func (b *Bot) drop(j *job) {
	delete(b.jobs, j.m.key())
	b.inHand.Done()
	close(j.done)
}

// Wait returns when m, which Handle took on, is no longer in hand: replied to, or
// found to need no reply. It returns ctx's error when ctx is done before.
func (b *Bot) Wait(ctx context.Context, m Message) error {
	b.mu.Lock()
	j := b.jobs[m.key()]
	b.mu.Unlock()
	if j == nil {
		return nil
	}
	select {
	case <-j.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// giveBack gives up the claim on j, so that its message is taken on when it is
// delivered again, and returns why.
func (b *Bot) giveBack(ctx context.Context, j *job, why error) error {
	if j.m.Change != Said {
		return why
	}
	return errors.Join(why, b.store.Release(context.WithoutCancel(ctx), j.m.place(), j.m.ID, b.owner))
}

// Stop cancels what is in hand for a thread; without one, for a person in a
// channel. Nothing is said.
func (b *Bot) Stop(at Place, thread, person string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for k, j := range b.jobs {
		if k.Place == at && (thread == "" && j.m.User == person || thread != "" && j.inThread(thread)) {
			j.cancel(errStopped)
		}
	}
}

// inThread reports whether j belongs to a thread. The message that a thread hangs
// from does not stand in it, but on Slack and Discord gives it its id.
func (j *job) inThread(thread string) bool {
	return j.m.Thread == thread || j.m.ID == thread || j.thread == thread
}

// work carries out jobs until the Bot is closed.
func (b *Bot) work() {
	for {
		select {
		case j := <-b.queue:
			for j != nil {
				b.run(j)
				j = b.finish(j)
			}
		case <-b.base.Done():
			// What is still queued keeps its claim, and is taken up after the next
			// start.
			for {
				select {
				case j := <-b.queue:
					b.later(j.m, 0)
					b.forgo(j)
				default:
					return
				}
			}
		}
	}
}

// finish takes j out of hand, and returns what came for its message meanwhile.
func (b *Bot) finish(j *job) *job {
	j.cancel(nil)
	b.mu.Lock()
	defer b.mu.Unlock()
	if j.next == nil {
		b.drop(j)
		return nil
	}
	b.jobs[j.m.key()] = j.next
	return j.next
}

// run carries j out. Whatever panics below is a defect; the person is told that
// something went wrong, and the log has the stack.
func (b *Bot) run(j *job) {
	defer func() {
		if p := recover(); p != nil {
			b.log.Error("A message could not be handled: this is a defect, please report it.", b.about(j.m, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))...)
			defer func() {
				if p := recover(); p != nil {
					b.log.Error("The person could not be told either.", b.about(j.m, "panic", fmt.Sprint(p))...)
				}
			}()
			b.show(j, notice(j.m, saidWentWrong))
		}
	}()
	switch j.m.Change {
	case Said:
		b.answerNew(j)
	case Edited:
		b.answerAnew(j)
	case Deleted:
		b.remove(j)
	}
}

// answerNew replies to something newly said, unless that was done already.
func (b *Bot) answerNew(j *job) {
	// The claim is renewed, since j may have waited; by then another may have
	// taken it over.
	if granted, err := b.reclaim(j); err == nil && !granted {
		return
	}
	if j.m.Retry || j.recovered {
		if posted, ok := b.find(j); ok {
			b.record(j, posted, "")
			return
		}
	}
	r, ok := b.replyTo(j)
	if !ok {
		b.abandon(j)
		return
	}
	if b.lost(j) {
		b.log.Warn("Another bot took over a message that this one was answering: it had not renewed its claim for too long. The other's reply stands.", b.about(j.m)...)
		return // what was told of the reply is for the other to finish
	}
	b.show(j, r)
}

// lost reports whether another took j over while it was worked on. So it is after the
// process was stopped for longer than a claim holds, or the clock was put forward.
func (b *Bot) lost(j *job) bool {
	held, err := b.store.Hold(b.base, j.m.place(), j.m.ID, b.owner, b.options.Now().Add(claimed))
	if err != nil || held {
		return false // rather a reply twice than none
	}
	e, err := b.store.Event(b.base, j.m.place(), j.m.ID)
	return err == nil && e.State != store.Unknown // else it could not be written down in the first place
}

// reclaim renews the claim on j at a desk: what has begun must not keep the store from
// what comes in and waits to be acknowledged.
func (b *Bot) reclaim(j *job) (granted bool, err error) {
	ctx, leave, err := b.sit(j)
	if err != nil {
		return false, err
	}
	defer leave()
	_, granted, err = b.claim(ctx, j.m)
	return granted, err
}

// abandon leaves j without a reply, for the reason that its context gives.
func (b *Bot) abandon(j *job) {
	switch {
	case b.base.Err() != nil:
		b.later(j.m, 0)
		return
	case errors.Is(context.Cause(j.ctx), errSuperseded):
		return // its claim goes on to what superseded it
	}
	if err := b.settle(b.base, j.m); err != nil {
		b.log.Error("It could not be written down that a message needs no reply.", b.about(j.m, "error", err)...)
	}
}

// later lets j be taken up again after so long, by whoever looks first.
func (b *Bot) later(m Message, wait time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), posting)
	defer cancel()
	if err := b.store.Postpone(ctx, m.place(), m.ID, b.owner, b.options.Now().Add(wait)); err != nil {
		b.log.Error("A message could not be put off.", b.about(m, "error", err)...)
	}
}

// find asks the platform for a reply to j that may be there already.
func (b *Bot) find(j *job) (Posted, bool) {
	f, ok := j.to.(Finder)
	if !ok {
		return Posted{}, false
	}
	ctx, cancel := context.WithTimeout(b.base, posting)
	defer cancel()
	posted, found, err := f.Find(ctx, j.m)
	if err != nil {
		b.log.Warn("It could not be found out whether a message was answered already; it is answered.", b.about(j.m, "error", err)...)
	}
	return posted, found && err == nil
}

// replyTo returns the reply to j; ok is false when nothing is to be said any more.
func (b *Bot) replyTo(j *job) (r Reply, ok bool) {
	if j.ctx.Err() != nil {
		return Reply{}, false
	}
	m := j.m
	switch {
	case j.reply != nil:
		return *j.reply, true
	case m.Unreadable:
		return notice(m, saidUnreadable), true
	case m.Brief != nil:
		return b.say(j, b.brief)
	case folded(m.Text) == "", helpWords.MatchString(m.Text):
		return b.help(m), true
	case courtesy.MatchString(m.Text) && !m.Command:
		return notice(m, saidWelcome), true
	}
	return b.say(j, b.ask)
}

// say returns what make makes as the reply to j, and where it fails what to say of
// that; ok is false when nothing is to be said any more.
func (b *Bot) say(j *job, make func(*job) (Reply, error)) (r Reply, ok bool) {
	settled := b.showWorking(j)
	defer settled()
	r, err := make(j)
	var refused answer.QuestionError
	switch {
	case err == nil:
		return r, true
	case j.ctx.Err() != nil:
		b.untell(j)
		return Reply{}, false
	case errors.As(err, &refused):
		return notice(j.m, refused.Error()), true
	case errors.Is(err, context.DeadlineExceeded):
		b.log.Warn("A message took too long to answer.", b.about(j.m, "timeout", b.options.Timeout)...)
		return notice(j.m, saidTookTooLong), true
	}
	b.log.Error("A message could not be answered.", b.about(j.m, "error", err)...)
	return notice(j.m, saidWentWrong), true
}

// ask answers j's question and keeps the answer for its buttons.
func (b *Bot) ask(j *job) (Reply, error) {
	past, pastErr := b.past(j)
	ctx, leave, err := b.sit(j)
	if err != nil {
		return Reply{}, err
	}
	defer leave()
	library := b.library.Load()
	start := b.options.Now()
	q := answer.Question{Text: Plain(j.m.Text), History: past, Told: b.teller(ctx, j)}
	within, note := b.confine(ctx, &library.Library, j, &q)
	given, err := library.Asker.Ask(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	if given.ModelErr != nil {
		b.log.Warn("The language model is not in an answer.", b.about(j.m, "why", given.ModelErr)...)
	}
	k := b.compose(j.m, given)
	k.About, k.Reply.Within, k.Reply.Notice = j.about, within, joinNotices(note, k.Reply.Notice)
	if pastErr != nil {
		k.Reply.Notice = joinNotices(saidWithoutPast, k.Reply.Notice)
	}
	b.keep(ctx, j.m, &k, library.Stamp)
	b.log.Debug("A question was worked out.", b.about(j.m, "answered", given.Answered, "confidence", given.Confidence, "took", b.options.Now().Sub(start))...)
	return k.Reply, nil
}

// keep keeps an answer for its buttons. One that cannot be kept has none.
func (b *Bot) keep(ctx context.Context, m Message, k *kept, stamp string) {
	err := b.store.SaveAnswer(ctx, store.Answer{
		ID: k.Reply.Answer, Place: m.place(), Person: m.User, Private: m.Private,
		Question: k.Reply.Question, Stamp: stamp, Content: k.encode(), At: b.options.Now(),
	})
	if err != nil {
		b.log.Error("An answer could not be kept; it is given without buttons.", b.about(m, "error", err)...)
		k.Reply.Answer, k.Reply.Buttons = "", nil
	}
}

// sit waits for a desk, and returns the context in which j is worked on there, until
// leave. Waiting for one's turn is no part of the time that an answer may take.
func (b *Bot) sit(j *job) (ctx context.Context, leave func(), err error) {
	select {
	case b.desks <- struct{}{}:
	case <-j.ctx.Done():
		return nil, nil, j.ctx.Err()
	}
	ctx, cancel := context.WithTimeout(j.ctx, b.options.Timeout)
	return ctx, func() { cancel(); <-b.desks }, nil
}

// teller returns what shows the sentences of a language model as they come, nil
// where the surface does not.
func (b *Bot) teller(ctx context.Context, j *job) func(answer.Statement) {
	t, ok := j.to.(Teller)
	if !ok || b.options.Dry {
		return nil
	}
	return func(s answer.Statement) { t.Tell(ctx, j.m, statement(s)) }
}

// untell takes away what was told of the reply to j, in time of its own: that of j is
// over.
func (b *Bot) untell(j *job) {
	t, ok := j.to.(Teller)
	if !ok || b.options.Dry {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), posting)
	defer cancel()
	t.Untell(ctx, j.m)
}

func joinNotices(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n" + b
}

// past returns what was asked before j, oldest first, where it stands in a
// conversation and the platform can tell.
func (b *Bot) past(j *job) ([]string, error) {
	const most = 10
	ctx, cancel := context.WithTimeout(j.ctx, posting)
	defer cancel()
	r, ok := j.to.(Reader)
	if !ok || j.m.Thread == "" && !j.m.Direct {
		return nil, nil
	}
	lines, err := r.Before(ctx, j.m)
	if err != nil {
		b.log.Warn("What was said before could not be read; the question is taken by itself.", b.about(j.m, "error", err)...)
		return nil, err
	}
	var asked []string
	for _, l := range lines {
		text := folded(l.Text)
		if l.Bot || text == "" || len(text) > answer.LongestQuestion || courtesy.MatchString(text) || helpWords.MatchString(text) || stopWords.MatchString(text) {
			continue
		}
		asked = append(asked, text)
	}
	return asked[max(0, len(asked)-most):], nil
}

// showWorking shows that the bot is at work, if that takes longer than a person
// notices. What it returns waits until the platform has been told, so that this
// does not overtake the reply.
func (b *Bot) showWorking(j *job) (settled func()) {
	const noticed = 400 * time.Millisecond
	const patience = 3 * time.Second // a reply must not wait long for it
	w, ok := j.to.(Worker)
	if !ok || b.options.Dry {
		return func() {}
	}
	done := make(chan struct{})
	timer := time.AfterFunc(noticed, func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				b.log.Error("Showing that the bot is at work failed: this is a defect, please report it.", b.about(j.m, "panic", fmt.Sprint(p))...)
			}
		}()
		ctx, cancel := context.WithTimeout(j.ctx, patience)
		defer cancel()
		if err := w.Working(ctx, j.m); err != nil && j.ctx.Err() == nil {
			b.log.Warn("It could not be shown that the bot is at work.", b.about(j.m, "error", err)...)
		}
	})
	return func() {
		if !timer.Stop() {
			<-done
		}
	}
}

// show posts r, and when that fails says at least so; when that fails too, j is
// tried again later.
func (b *Bot) show(j *job, r Reply) {
	if b.options.Dry {
		b.log.Info("This would be said.", b.about(j.m, "reply", r.String())...)
		b.record(j, Posted{Thread: j.m.Thread}, r.Answer)
		return
	}
	posted, err := b.post(j, r)
	if r.File != nil && errors.Is(err, ErrNoFile) {
		b.log.Warn("A file was not taken; what it says is shown without it.", b.about(j.m, "error", err)...)
		posted, err = b.post(j, withoutFile(r))
	}
	if err != nil && !errors.Is(err, ErrUnreachable) && !errors.Is(err, ErrCrowded) && b.base.Err() == nil {
		b.log.Error("A reply could not be shown; the person is told so.", b.about(j.m, "error", err)...)
		// It may be there all the same: an answer to the post was lost, say.
		if found, ok := b.find(j); ok {
			posted, err = found, nil
		} else {
			posted, err = b.post(j, notice(j.m, saidCannotShow))
		}
	}
	switch {
	case err == nil:
		b.record(j, posted, r.Answer)
	case errors.Is(err, ErrUnreachable):
		b.log.Warn("A message cannot be replied to any more.", b.about(j.m, "error", err)...)
		b.abandon(j)
	case b.base.Err() != nil:
		b.later(j.m, 0)
	case errors.Is(err, ErrCrowded):
		b.log.Warn("A reply cannot be shown yet; it is tried again later.", b.about(j.m, "error", err)...)
		b.later(j.m, retrying)
	default:
		b.log.Error("Nothing can be shown; it is tried again later.", b.about(j.m, "error", err)...)
		b.later(j.m, retrying)
	}
}

// post shows r on the platform, in time of its own: a timeout of answering must not
// hinder that people are told of it.
func (b *Bot) post(j *job, r Reply) (Posted, error) {
	ctx, cancel := context.WithTimeout(b.base, posting)
	defer cancel()
	return j.to.Post(ctx, j.m, r)
}

// record remembers that j was replied to.
func (b *Bot) record(j *job, posted Posted, answerID string) {
	ctx, cancel := context.WithTimeout(context.Background(), posting)
	defer cancel()
	now := b.options.Now()
	var err error
	if posted.Thread != "" && !j.m.Direct {
		about := j.about
		if j.m.Private {
			about = "" // what one person asks alone is not what the thread is about
		}
		err = b.join(ctx, j.m.place(), posted.Thread, j.quiet, about)
	}
	err = errors.Join(err, b.store.Finish(ctx, store.Event{Place: j.m.place(), ID: j.m.ID, State: store.Answered, Digest: digest(j.m.Text), Post: posted.ID, Answer: answerID}, now))
	if err != nil {
		b.log.Error("A reply could not be written down. It may come twice if the message is delivered again. See that the state folder can be written.", b.about(j.m, "error", err)...)
	}
}

// join remembers a thread that the bot takes part in, and what it is about.
func (b *Bot) join(ctx context.Context, at Place, thread string, quiet bool, about string) error {
	err := b.store.JoinThread(ctx, at, thread, quiet, b.options.Now())
	if about != "" {
		err = errors.Join(err, b.store.SetAbout(ctx, at, thread, about))
	}
	return err
}

// makeRounds looks after what time brings, until the Bot is closed: messages that
// a dead process left, and what was kept long enough.
func (b *Bot) makeRounds() {
	tick := time.NewTicker(rounds)
	defer tick.Stop()
	for n := 0; ; n++ {
		if n%int(time.Hour/rounds) == 0 {
			if err := b.store.Sweep(b.base, b.options.Now().Add(-b.options.Retention)); err != nil && b.base.Err() == nil {
				b.log.Error("What was kept long enough could not be deleted.", "error", err)
			}
		}
		select {
		case <-b.base.Done():
			return
		case <-tick.C:
		}
		b.mu.Lock()
		platforms := make(map[string]func(Message) (Surface, bool), len(b.attached))
		for name, surface := range b.attached {
			platforms[name] = surface
		}
		b.mu.Unlock()
		for name, surface := range platforms {
			b.resume(b.base, name, surface)
		}
	}
}

// keepClaims renews the claims on what is in hand, until the Bot is closed. Once a
// process has died, its claims run out.
func (b *Bot) keepClaims() {
	tick := time.NewTicker(renewal)
	defer tick.Stop()
	for {
		select {
		case <-b.base.Done():
			return
		case <-tick.C:
			b.renew()
		}
	}
}

// renew renews the claims on what is in hand.
func (b *Bot) renew() {
	b.mu.Lock()
	idle := len(b.jobs) == 0
	b.mu.Unlock()
	if idle {
		return
	}
	if err := b.store.Renew(b.base, b.owner, b.options.Now().Add(claimed)); err != nil && b.base.Err() == nil {
		b.log.Error("It could not be written down that messages are still in hand. Where several bots share the state folder, another may take them over. See that it can be written.", "error", err)
	}
}

// resume takes up the messages of a platform that were left unanswered.
func (b *Bot) resume(ctx context.Context, platform string, surface func(Message) (Surface, bool)) {
	left, err := b.store.Abandoned(ctx, platform, b.options.Now())
	if err != nil && ctx.Err() == nil {
		b.log.Error("Messages that were left unanswered could not be looked for.", "platform", platform, "error", err)
	}
	for _, e := range left {
		var m Message
		if err := json.Unmarshal(e.Message, &m); err != nil || b.options.Now().Sub(e.At) > tooOld {
			if to, ok := surface(m); ok && m.Begun != "" {
				b.untell(&job{m: m, to: to})
			}
			if err := b.store.Finish(ctx, store.Event{Place: e.Place, ID: e.ID, State: store.Settled}, b.options.Now()); err != nil {
				b.log.Error("A message that is too old to answer could not be put aside.", "platform", platform, "error", err)
			}
			continue
		}
		to, ok := surface(m)
		if !ok {
			continue
		}
		if v, _ := b.decide(ctx, m); v != accept {
			continue // it was refused, or is not welcome any more
		}
		if err := b.take(ctx, &job{m: m, to: to, recovered: true}); err != nil {
			return
		}
	}
}
