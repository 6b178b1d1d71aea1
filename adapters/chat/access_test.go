package chat

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"rapporteur/adapters/chat/store"
)

// Whatever the message, the lists and the settings: nobody is answered who is
// barred or not allowed, nobody is passed over who is allowed and speaks to the
// bot, and no bot is ever answered (lessons, number 6).
func TestDecide(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	flip := func() bool { return r.IntN(2) == 0 }
	rarely := func() bool { return r.IntN(8) == 0 }
	list := func(names ...string) (some []string) {
		for _, n := range names {
			if r.IntN(3) == 0 {
				some = append(some, n)
			}
		}
		return some
	}
	texts := []string{"What of honey?", "thanks", "", "ok!", "stop"}
	counts := make(map[verdict]int)
	for range 60_000 {
		m := Message{
			Team: []string{"t1", "t2"}[r.IntN(2)], Channel: []string{"c1", "c2"}[r.IntN(2)], User: []string{"u1", "u2"}[r.IntN(2)],
			Roles: list("r1", "r2"), Text: texts[r.IntN(len(texts))], Direct: rarely(), Mention: flip(), Command: rarely(), Opens: rarely(),
			ToOthers: rarely(), Own: rarely(), Bot: rarely(), Guest: rarely(), Unsure: rarely(), Shared: rarely(),
		}
		a := Access{Guests: flip(), Shared: flip()}
		if flip() {
			a = Access{list("t1", "t2"), list("c1", "c2"), list("u1", "u2"), list("t1"), list("c1"), list("u1"), flip(), flip()}
		}
		s := Settings{Muted: rarely(), AutoAnswer: flip(), Roles: list("r1"), BarRoles: list("r2")}
		th := store.Thread{Known: flip(), Quiet: rarely()}
		v, why := decide(m, a, s, th)
		counts[v]++

		in := func(all []string, one string) bool { return slices.Contains(all, one) }
		allowed := (len(a.Teams) == 0 || in(a.Teams, m.Team)) && !in(a.BarTeams, m.Team) &&
			(len(a.Channels) == 0 || in(a.Channels, m.Channel)) && !in(a.BarChannels, m.Channel) &&
			(len(a.People) == 0 || in(a.People, m.User)) && !in(a.BarPeople, m.User) &&
			(!m.Guest && !m.Unsure || a.Guests) && (!m.Shared || a.Shared) && !s.Muted
		for _, role := range m.Roles {
			allowed = allowed && !in(s.BarRoles, role)
		}
		allowed = allowed && (len(s.Roles) == 0 || in(m.Roles, "r1"))
		addressed := m.Direct || m.Mention || m.Command
		switch {
		case m.Bot && v != ignore:
			t.Fatalf("a bot gets verdict %d: %+v", v, m)
		case v == accept && !allowed:
			t.Fatalf("answered, though not allowed: %+v %+v %+v", m, a, s)
		case !m.Bot && addressed && allowed && v != accept:
			t.Fatalf("not answered, though allowed and asked: %+v %+v %+v", m, a, s)
		case !m.Bot && addressed && !allowed && v != refuse:
			t.Fatalf("not told why not: %+v %+v %+v", m, a, s)
		case v == refuse && (why == "" || !addressed):
			t.Fatalf("refused with %q: %+v", why, m)
		case v == accept && !addressed && (m.ToOthers || th.Quiet || !th.Known && !m.Own && !(m.Opens && s.AutoAnswer)):
			t.Fatalf("answered unasked: %+v %+v %+v", m, s, th)
		}
	}
	for _, v := range []verdict{ignore, refuse, accept} {
		if counts[v] < 1000 {
			t.Errorf("verdict %d came %d times: the test shows little", v, counts[v])
		}
	}
}

func TestCourtesyAndStop(t *testing.T) {
	for text, want := range map[string]string{
		"Thanks!": "courtesy", "thank you so much": "courtesy", "ok, thanks": "courtesy", "👍": "", "Great.": "courtesy",
		"ok and in 2004?": "", "Thanks, but what about remittances?": "", "no": "courtesy", "Is that good?": "",
		"stop": "stop", "Stop!": "stop", "please stop": "stop", "stop it now": "stop", "Stop, please": "stop", "cancel": "stop",
		"stop the boats?": "", "What stops migrants?": "", "How do I cancel a visa?": "",
		"help": "help", "Hello!": "help", "What can you do?": "help", "help migrants": "",
	} {
		got := ""
		switch {
		case courtesy.MatchString(text):
			got = "courtesy"
		case stopWords.MatchString(text):
			got = "stop"
		case helpWords.MatchString(text):
			got = "help"
		}
		if got != want {
			t.Errorf("%q is taken for %q, want %q", text, got, want)
		}
	}
}

func TestLimiter(t *testing.T) {
	l := newLimiter()
	now := time.UnixMilli(0)
	r := perMinute(2)
	for i, step := range []struct {
		after time.Duration
		wait  time.Duration
		first bool
	}{
		{0, 0, false}, {0, 0, false},
		{0, 30 * time.Second, true}, {10 * time.Second, 20 * time.Second, false},
		{20 * time.Second, 0, false}, {0, 30 * time.Second, true},
		{-time.Hour, 30 * time.Second, false}, // the clock was set back
		{24 * time.Hour, 0, false}, {0, 0, false}, {0, 30 * time.Second, true},
	} {
		now = now.Add(step.after)
		if wait, first := l.take(now, "k", r); wait != step.wait || first != step.first {
			t.Errorf("step %d: wait %v, first %v, want %v, %v", i, wait, first, step.wait, step.first)
		}
	}
	if wait, _ := l.take(now, "other", r); wait != 0 {
		t.Errorf("another key waits %v", wait)
	}
	if wait, _ := l.take(now, "k", rate{}); wait != 0 {
		t.Errorf("without a limit it waits %v", wait)
	}
	for i := range 30_000 {
		l.take(now.Add(time.Duration(i)*time.Second), string(rune(i)), r)
	}
	if n := len(l.buckets); n > 10_001 {
		t.Errorf("%d buckets are kept", n)
	}
}

func TestSayWait(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "a second", time.Millisecond: "a second", 1001 * time.Millisecond: "2 seconds", 59 * time.Second: "59 seconds",
		time.Minute: "1 minute", 61 * time.Second: "2 minutes", time.Hour: "60 minutes",
	} {
		if got := sayWait(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
