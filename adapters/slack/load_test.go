package slack_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/chat/store"
	"rapporteur/adapters/slack"
	"rapporteur/adapters/slack/slacktest"
	"rapporteur/corpus"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

func nopLog() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// A thousand mentions at once are each answered once, in their own threads, and
// memory stays bounded.
func TestThousandMentions(t *testing.T) {
	many := 1000
	if testing.Short() {
		many = 100
	}
	s := slacktest.Start(t, slack.Scopes()...)
	bot := chattest.NewBot(t, chat.Options{})
	a := slack.New(nopLog(), bot, slack.Options{BotTokens: []string{slacktest.BotToken("T1")}, AppToken: slacktest.AppToken, APIURL: s.URL})
	slack.BePatient(a)
	must(t, a.Start(t.Context()))
	listen(t, a)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var said sync.Map
	var saying sync.WaitGroup
	for i := range many {
		saying.Go(func() {
			l := slacktest.Line{Channel: fmt.Sprint("C", i%20), User: fmt.Sprint("U", i), Text: slacktest.Mention("T1") + " " + honey}
			ts, err := s.Say(l)
			for retry := 1; err != nil && retry < 4; retry++ { // as Slack does
				err = s.Redeliver(ts, retry)
			}
			if err != nil {
				t.Error(err)
			}
			said.Store(ts, true)
		})
	}
	saying.Wait()
	for n := many / 10; n <= many; n += many / 10 { // how fast it goes is the benchmarks' to tell
		s.Await(n)
	}
	finish(t, bot)
	runtime.GC()
	runtime.ReadMemStats(&after)
	in := make(map[string]int)
	for _, m := range s.Shown() {
		in[m.Thread]++
	}
	said.Range(func(ts, _ any) bool {
		if in[ts.(string)] != 1 {
			t.Errorf("%s has %d replies", ts, in[ts.(string)])
		}
		return true
	})
	const most = 128 << 20 // most of it what the fake remembers
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > most {
		t.Errorf("the heap has grown by %d MiB", grown>>20)
	}
}

const question = "What did the ILO conclude about migrant workers?"

// proceedings starts a Slack in which the built-in model answers from the built-in
// proceedings.
func proceedings(b *testing.B) *slacktest.Server {
	b.Helper()
	x, err := retrieval.Shelf{}.Open(b.Context(), []corpus.Source{retrieval.Builtin()}, e5.Words(), e5.New(), nil)
	if err != nil {
		b.Fatal(err)
	}
	kept, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "chat.db"))
	if err != nil {
		b.Fatal(err)
	}
	bot := chat.New(nopLog(), chat.NewLibrary(answer.New(nopLog(), x, answer.DefaultThreshold), x), kept, chat.Options{})
	b.Cleanup(func() {
		if err := errors.Join(bot.Close(context.Background()), kept.Close()); err != nil {
			b.Error(err)
		}
	})
	s := slacktest.Start(b, slack.Scopes()...)
	a := slack.New(nopLog(), bot, slack.Options{BotTokens: []string{slacktest.BotToken("T1")}, AppToken: slacktest.AppToken, APIURL: s.URL})
	if err := a.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	listen(b, a)
	return s
}

// BenchmarkThousandAtOnce measures how long the last of a thousand mentions waits for
// its acknowledgement, for which Slack gives three seconds, and for its answer.
func BenchmarkThousandAtOnce(b *testing.B) {
	const many = 1000
	s := proceedings(b)
	var acknowledged, answered time.Duration
	n := 0
	for b.Loop() {
		began := time.Now()
		var saying sync.WaitGroup
		for i := range many {
			n++
			saying.Go(func() {
				_, err := s.Say(slacktest.Line{Channel: fmt.Sprint("C", i%20), User: fmt.Sprint("U", i), Text: slacktest.Mention("T1") + " " + question})
				if err != nil {
					b.Error(err)
				}
			})
		}
		saying.Wait()
		acknowledged = max(acknowledged, time.Since(began))
		s.Await(n)
		answered = max(answered, time.Since(began))
	}
	b.ReportMetric(float64(acknowledged.Milliseconds()), "ms-acknowledged")
	b.ReportMetric(float64(answered.Milliseconds()), "ms-answered")
}

// BenchmarkReply measures the time from an event to its posted answer on loopback,
// at 50 events a second, with the built-in model and proceedings.
func BenchmarkReply(b *testing.B) {
	s := proceedings(b)
	began := make(map[string]time.Time)
	var mu sync.Mutex
	var saying sync.WaitGroup
	tick := time.NewTicker(time.Second / 50)
	defer tick.Stop()
	n := 0
	for b.Loop() {
		<-tick.C
		n++
		saying.Go(func() {
			at := time.Now()
			ts, err := s.Say(slacktest.Line{Channel: fmt.Sprint("C", n%20), User: asker, Text: slacktest.Mention("T1") + " " + question})
			if err != nil {
				b.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			began[ts] = at
		})
	}
	saying.Wait()
	var took []time.Duration
	for _, m := range s.Await(n) {
		took = append(took, m.At.Sub(began[m.Thread]))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms-p95")
}
