package discord_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/chat/store"
	"rapporteur/adapters/discord"
	"rapporteur/adapters/discord/discordtest"
	"rapporteur/retrieval/answer"
)

// flood lets so many people ask at once, and returns how long each waited for its
// acknowledgement and its answer, in order. Each is answered once.
func flood(t testing.TB, fake *discordtest.Server, many int) (acked, answered []time.Duration) {
	t.Helper()
	before := len(fake.Messages())
	ids := fake.CommandMany(many, ask(honey))
	for n := many / 10; n <= many; n += many / 10 {
		fake.Roundly(fmt.Sprint(n, " are answered"), func() bool { return len(fake.Messages())-before >= n })
	}
	for _, id := range ids {
		i := fake.Interaction(id)
		if i.AckedAt.IsZero() || i.AnsweredAt.IsZero() {
			t.Fatalf("interaction %s is acknowledged at %v, answered at %v", id, i.AckedAt, i.AnsweredAt)
		}
		acked, answered = append(acked, i.AckedAt.Sub(i.At)), append(answered, i.AnsweredAt.Sub(i.At))
	}
	if n := len(fake.Messages()) - before; n != many {
		t.Errorf("%d replies to %d questions", n, many)
	}
	slices.Sort(acked)
	slices.Sort(answered)
	return acked, answered
}

// A thousand at once are each acknowledged and answered once. In what time,
// BenchmarkFlood measures.
func TestThousandAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("a load")
	}
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	acked, answered := flood(t, fake, 1000)
	t.Logf("acknowledged: p50 %v, p95 %v, last %v; answered: p50 %v, p95 %v, last %v", acked[500], acked[950], acked[999], answered[500], answered[950], answered[999])
}

// BenchmarkFlood measures a thousand questions at once, each answered at no cost, so
// that what is measured is the adapter, the Bot's store and the fake.
func BenchmarkFlood(b *testing.B) {
	const many = 1000
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "chat.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	asker := chat.AskerFunc(func(context.Context, answer.Question) (answer.Answer, error) { return answer.Answer{Searched: 1}, nil })
	bot := chat.New(slog.New(slog.DiscardHandler), chat.Library{Asker: asker}, s, chat.Options{})
	defer bot.Close(context.Background())
	fake, _ := start(b, bot, discord.Options{})
	var acked, answered []time.Duration
	for b.Loop() {
		acked, answered = flood(b, fake, many)
	}
	for name, d := range map[string]time.Duration{
		"ack-p50-ms": acked[many/2], "ack-p95-ms": acked[many*95/100], "answer-p50-ms": answered[many/2], "answer-p95-ms": answered[many*95/100],
	} {
		b.ReportMetric(float64(d.Microseconds())/1000, name)
	}
}

// Where many come at once, none is answered before all are acknowledged.
func TestAcknowledgedFirst(t *testing.T) {
	fake, _ := start(t, chattest.NewBot(t, chat.Options{}), discord.Options{})
	fake.Roundly("the commands are registered", func() bool { return len(fake.Requests("PUT", "/commands")) == 1 })
	fake.Fail(discordtest.Fault{Method: "POST", Path: "/callback", Status: 429, Body: `{"message":"slow","retry_after":0.3}`, Left: 1})
	first := fake.Command(discordtest.Act{}, ask(honey))
	fake.Roundly("the first is hindered", func() bool { return len(fake.Requests("POST", "/callback")) == 1 })
	second := fake.Command(discordtest.Act{}, ask(honey))
	fake.ReplyTo(first)
	fake.ReplyTo(second)
	if acked, answered := fake.Interaction(first).AckedAt, fake.Interaction(second).AnsweredAt; answered.Before(acked) {
		t.Errorf("an interaction is acknowledged %v after another was answered", acked.Sub(answered))
	}
}
