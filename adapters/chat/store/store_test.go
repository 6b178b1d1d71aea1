package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rapporteur/adapters/chat/store"
)

var (
	noon    = time.UnixMilli(1_750_000_000_000)
	general = store.Place{Platform: "slack", Team: "T1", Channel: "C1"}
)

func open(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func fresh(t testing.TB) *store.Store { return open(t, filepath.Join(t.TempDir(), "chat.db")) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestClaim(t *testing.T) {
	s := fresh(t)
	claim := func(owner string, now time.Time) (store.State, bool) {
		t.Helper()
		before, granted, err := s.Claim(t.Context(), store.Event{Place: general, ID: "1", Person: "U1", Owner: owner, Message: []byte("{}")}, now, time.Minute)
		must(t, err)
		return before.State, granted
	}
	for _, step := range []struct {
		owner   string
		after   time.Duration
		state   store.State
		granted bool
	}{
		{"a", 0, store.Unknown, true},
		{"b", 0, store.Claimed, false},               // a is at it
		{"a", 30 * time.Second, store.Claimed, true}, // a goes on
		{"b", 80 * time.Second, store.Claimed, false},
		{"b", 90 * time.Second, store.Claimed, true}, // a is dead
		{"a", 91 * time.Second, store.Claimed, false},
	} {
		if state, granted := claim(step.owner, noon.Add(step.after)); state != step.state || granted != step.granted {
			t.Errorf("%s after %v: state %d, granted %v, want %d, %v", step.owner, step.after, state, granted, step.state, step.granted)
		}
	}
	must(t, s.Finish(t.Context(), store.Event{Place: general, ID: "1", State: store.Answered, Digest: "d", Post: "p", Answer: "x"}, noon))
	if state, granted := claim("b", noon.Add(time.Hour)); state != store.Answered || granted {
		t.Errorf("an answered message: state %d, granted %v", state, granted)
	}
	got, err := s.Event(t.Context(), general, "1")
	must(t, err)
	want := store.Event{Place: general, ID: "1", Person: "U1", State: store.Answered, Owner: "b", Digest: "d", Post: "p", Answer: "x", At: noon}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

// Of many who claim at once, through files opened apart, one gets it.
func TestClaimAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	const replicas, messages = 4, 25
	var granted [messages]atomic.Int32
	var wg sync.WaitGroup
	for r := range replicas {
		s := open(t, path)
		wg.Go(func() {
			for i := range messages {
				_, ok, err := s.Claim(context.Background(), store.Event{Place: general, ID: fmt.Sprint(i), Owner: fmt.Sprint(r)}, noon, time.Minute)
				if err != nil {
					t.Error(err)
				}
				if ok {
					granted[i].Add(1)
				}
			}
		})
	}
	wg.Wait()
	for i := range granted {
		if n := granted[i].Load(); n != 1 {
			t.Errorf("message %d was granted %d times", i, n)
		}
	}
}

func TestAbandoned(t *testing.T) {
	s := fresh(t)
	for i, owner := range []string{"a", "a", "b", "a"} {
		_, _, err := s.Claim(t.Context(), store.Event{Place: general, ID: fmt.Sprint(i), Owner: owner, Message: []byte{byte(i)}}, noon.Add(time.Duration(i)*time.Second), time.Minute)
		must(t, err)
	}
	must(t, s.Finish(t.Context(), store.Event{Place: general, ID: "1", State: store.Settled}, noon))
	must(t, s.Postpone(t.Context(), general, "2", "b", noon))
	must(t, s.Postpone(t.Context(), general, "3", "b", noon)) // not b's
	left := func(now time.Time) (ids string) {
		t.Helper()
		all, err := s.Abandoned(t.Context(), "slack", now)
		must(t, err)
		for _, e := range all {
			ids += e.ID
		}
		return ids
	}
	for after, want := range map[time.Duration]string{0: "2", time.Minute: "02", 2 * time.Minute: "023"} {
		if got := left(noon.Add(after)); got != want {
			t.Errorf("after %v messages %q are left, want %q", after, got, want)
		}
	}
	must(t, s.Renew(t.Context(), "a", noon.Add(3*time.Minute)))
	for after, want := range map[time.Duration]string{2 * time.Minute: "2", 3 * time.Minute: "023"} {
		if got := left(noon.Add(after)); got != want {
			t.Errorf("after %v and a renewal messages %q are left, want %q", after, got, want)
		}
	}
	if all, err := s.Abandoned(t.Context(), "discord", noon.Add(time.Hour)); err != nil || len(all) > 0 {
		t.Errorf("on another platform %v, %v", all, err)
	}
	for id, want := range map[string]bool{"0": true, "1": false, "2": false, "9": false} { // "1" is settled, "2" was b's, there is no "9"
		if held, err := s.Hold(t.Context(), general, id, "a", noon.Add(4*time.Minute)); err != nil || held != want {
			t.Errorf("message %s is a's: %v, %v, want %v", id, held, err, want)
		}
	}
	if got := left(noon.Add(3 * time.Minute)); got != "23" {
		t.Errorf("messages %q are left while one is held, want 23", got)
	}
	must(t, s.Release(t.Context(), general, "0", "b")) // not b's
	must(t, s.Release(t.Context(), general, "3", "a"))
	if got := left(noon.Add(time.Hour)); got != "02" {
		t.Errorf("messages %q are left, want 02", got)
	}
}

func TestThread(t *testing.T) {
	s := fresh(t)
	for _, want := range []store.Thread{{}, {Known: true}, {Known: true, Quiet: true}, {Known: true}} {
		if want.Known {
			must(t, s.SetThread(t.Context(), general, "th", want.Quiet, noon))
		}
		if got, err := s.Thread(t.Context(), general, "th"); err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
		// A reply that was under way when it was told to stop changes nothing.
		if want.Known {
			must(t, s.JoinThread(t.Context(), general, "th", !want.Quiet, noon))
		}
		if got, err := s.Thread(t.Context(), general, "th"); err != nil || got != want {
			t.Errorf("after joining: got %+v, %v, want %+v", got, err, want)
		}
	}
	must(t, s.JoinThread(t.Context(), general, "new", true, noon))
	if got, err := s.Thread(t.Context(), general, "new"); err != nil || !got.Known || !got.Quiet {
		t.Errorf("a new thread: %+v, %v", got, err)
	}
}

func TestPublishOnce(t *testing.T) {
	s := fresh(t)
	must(t, s.SaveAnswer(t.Context(), store.Answer{ID: "x", Place: general, Person: "U1", Private: true, Content: []byte("{}"), At: noon}))
	for i, want := range []bool{true, false} {
		if got, err := s.Publish(t.Context(), "x"); err != nil || got != want {
			t.Errorf("time %d: %v, %v", i, got, err)
		}
	}
	must(t, s.Unpublish(t.Context(), "x"))
	if a, ok, err := s.Answer(t.Context(), "x"); err != nil || !ok || !a.Private {
		t.Errorf("got %+v, %v, %v", a, ok, err)
	}
	if ok, err := s.Publish(t.Context(), "none"); err != nil || ok {
		t.Errorf("published what is not there: %v", err)
	}
}

func TestFeedback(t *testing.T) {
	s := fresh(t)
	f := store.Feedback{Answer: "x", Place: general, Person: "U2", Asker: "U1", Helpful: false, Reason: "too short", Question: "q", Citations: "[]", Stamp: "s", At: noon}
	must(t, s.SaveFeedback(t.Context(), f))
	// The same button once more, without a reason, keeps the reason.
	again := f
	again.Reason, again.At = "", noon.Add(time.Second)
	must(t, s.SaveFeedback(t.Context(), again))
	f.At = again.At
	got, err := s.Feedback(t.Context(), noon)
	must(t, err)
	if diff := cmp.Diff([]store.Feedback{f}, got); diff != "" {
		t.Errorf("feedback (-want +got):\n%s", diff)
	}
	// A change of mind does not.
	again.Helpful = true
	must(t, s.SaveFeedback(t.Context(), again))
	if got, err = s.Feedback(t.Context(), noon); err != nil || len(got) != 1 || !got[0].Helpful || got[0].Reason != "" {
		t.Errorf("got %+v, %v", got, err)
	}
}

// fill puts one row of each kind for a person into a team.
func fill(t *testing.T, s *store.Store, team, person string, at time.Time) {
	t.Helper()
	place := store.Place{Platform: "slack", Team: team, Channel: "C1"}
	_, _, err := s.Claim(t.Context(), store.Event{Place: place, ID: person, Person: person, Owner: "a", Message: []byte("words of " + person)}, at, time.Minute)
	must(t, err)
	must(t, s.SetThread(t.Context(), place, person, false, at))
	must(t, s.SaveAnswer(t.Context(), store.Answer{ID: team + person, Place: place, Person: person, Question: "question of " + person, Content: []byte("{}"), At: at}))
	must(t, s.SaveFeedback(t.Context(), store.Feedback{Answer: team + person, Place: place, Person: "judge", Asker: person, Question: "question of " + person, At: at}))
	must(t, s.SaveFeedback(t.Context(), store.Feedback{Answer: "other " + team, Place: place, Person: person, Asker: "else", At: at}))
	must(t, s.SetSettings(t.Context(), place, map[string]string{"muted": "true"}))
	_, _, err = s.AddExcerpt(t.Context(), store.Excerpt{ID: team + person, Owner: store.Owner{Platform: "slack", Team: team, Person: person}, Content: []byte("{}"), Note: "note of " + person, At: at}, 9)
	must(t, err)
}

// kept counts the rows of a person in a team: event, answer, feedback, excerpt.
func kept(t *testing.T, s *store.Store, team, person string) (n int) {
	t.Helper()
	place := store.Place{Platform: "slack", Team: team, Channel: "C1"}
	e, err := s.Event(t.Context(), place, person)
	must(t, err)
	if e.State != store.Unknown {
		n++
	}
	answers, err := s.Recent(t.Context(), "slack", team, person, 10)
	must(t, err)
	n += len(answers)
	all, err := s.Feedback(t.Context(), time.UnixMilli(0))
	must(t, err)
	for _, f := range all {
		if f.Team == team && (f.Person == person || f.Asker == person) {
			n++
		}
	}
	excerpts, err := s.Excerpts(t.Context(), store.Owner{Platform: "slack", Team: team, Person: person})
	must(t, err)
	return n + len(excerpts)
}

func TestForget(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	s := open(t, path)
	for _, team := range []string{"T1", "T2"} {
		for _, person := range []string{"ada", "bob"} {
			fill(t, s, team, person, noon)
		}
	}
	check := func(when string, want map[string]int) {
		t.Helper()
		for who, n := range want {
			team, person, _ := strings.Cut(who, " ")
			if got := kept(t, s, team, person); got != n {
				t.Errorf("%s: %d rows of %s, want %d", when, got, who, n)
			}
		}
	}
	check("before", map[string]int{"T1 ada": 5, "T1 bob": 5, "T2 ada": 5, "T2 bob": 5})
	must(t, s.ForgetPerson(t.Context(), "slack", "T1", "ada"))
	check("one team", map[string]int{"T1 ada": 0, "T1 bob": 5, "T2 ada": 5, "T2 bob": 5})
	must(t, s.ForgetPerson(t.Context(), "slack", "", "ada"))
	check("every team", map[string]int{"T1 ada": 0, "T1 bob": 5, "T2 ada": 0, "T2 bob": 5})
	for _, name := range []string{path, path + "-wal"} {
		data, err := os.ReadFile(name)
		must(t, err)
		if bytes.Contains(data, []byte("of ada")) {
			t.Errorf("what was forgotten still stands in %s", filepath.Base(name))
		}
	}
	must(t, s.ForgetTeam(t.Context(), "slack", "T2"))
	check("a team", map[string]int{"T1 bob": 5, "T2 bob": 0})
	if all, err := s.Settings(t.Context(), store.Place{Platform: "slack", Team: "T2", Channel: "C1"}); err != nil || len(all) > 0 {
		t.Errorf("settings of a forgotten team: %v, %v", all, err)
	}
	if got, err := s.Thread(t.Context(), store.Place{Platform: "slack", Team: "T2", Channel: "C1"}, "bob"); err != nil || got.Known {
		t.Errorf("a thread of a forgotten team: %v, %v", got, err)
	}
}

func TestSweep(t *testing.T) {
	s := fresh(t)
	fill(t, s, "T1", "old", noon)
	fill(t, s, "T1", "new", noon.Add(time.Hour))
	must(t, s.Sweep(t.Context(), noon.Add(time.Minute)))
	if old, now := kept(t, s, "T1", "old"), kept(t, s, "T1", "new"); old != 0 || now != 5 {
		t.Errorf("%d rows of the old and %d of the new are kept, want 0 and 5", old, now)
	}
	if all, err := s.Settings(t.Context(), general); err != nil || len(all) != 1 {
		t.Errorf("settings: %v, %v", all, err)
	}
}

// What is wrong with the file is said when it is opened, with the next step.
func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(folder, name)
		must(t, os.WriteFile(path, data, 0o600))
		return path
	}
	whole := filepath.Join(folder, "whole.db")
	s := open(t, whole)
	for i := range 200 {
		must(t, s.SaveAnswer(t.Context(), store.Answer{ID: fmt.Sprint(i), Question: strings.Repeat("q", 500), Content: []byte("{}"), At: noon}))
	}
	must(t, s.ForgetTeam(t.Context(), "none", "none")) // empties the log into the file
	data, err := os.ReadFile(whole)
	must(t, err)
	damaged := bytes.Clone(data)
	for i := len(damaged) / 2; i < len(damaged); i++ {
		damaged[i] ^= 0x5a
	}
	newer := filepath.Join(folder, "newer.db")
	db, err := sql.Open("sqlite", newer)
	must(t, err)
	_, err = db.Exec("PRAGMA user_version = 99")
	must(t, err)
	must(t, db.Close())
	for name, test := range map[string]struct{ path, want string }{
		"no database":  {file("text.db", bytes.Repeat([]byte("no database "), 100)), "move it away"},
		"damaged":      {file("damaged.db", damaged), "move it away"},
		"cut short":    {file("short.db", data[:len(data)/2]), "move it away"},
		"newer":        {newer, "later version of the program (schema 99"},
		"a folder":     {folder, "set chat.folder"},
		"below a file": {filepath.Join(whole, "chat.db"), "set chat.folder"},
	} {
		s, err := store.Open(t.Context(), test.path)
		if err == nil {
			s.Close()
			t.Errorf("%s: opened", name)
		} else if !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "opening the store") {
			t.Errorf("%s: %v, want in it %q", name, err, test.want)
		}
	}
}

// A file that is whole is not to be moved away because the disk is full, or another
// program holds it.
func TestOpenSparesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "full.db")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=max_page_count(2)")
	must(t, err)
	defer db.Close()
	_, full := db.Exec("CREATE TABLE a (b); CREATE TABLE c (d); CREATE TABLE e (f)")
	_, err = db.Exec("BEGIN EXCLUSIVE")
	must(t, err)
	other, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(0)")
	must(t, err)
	defer other.Close()
	_, held := other.Exec("BEGIN IMMEDIATE")
	reader, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "none.db")+"?mode=ro")
	must(t, err)
	defer reader.Close()
	_, missing := reader.Exec("SELECT * FROM sqlite_schema")
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"a full disk": {full, "make room"},
		"held":        {held, "another program holds the file"},
		"not there":   {missing, "can be written"},
	} {
		if test.err == nil {
			t.Errorf("%s: nothing failed", name)
			continue
		}
		said := store.Explain("chat.db", test.err).Error()
		if !strings.Contains(said, test.want) || strings.Contains(said, "move it away") {
			t.Errorf("%s: %q, want in it %q and nothing of moving the file away", name, said, test.want)
		}
	}
}

// A path may hold what means something in the address that SQLite is given.
func TestOpenOddPaths(t *testing.T) {
	for _, name := range []string{"a b", "100%", "who?", "c#", "é&x=1"} {
		path := filepath.Join(t.TempDir(), name, "chat.db")
		s := open(t, path)
		must(t, s.SetThread(t.Context(), general, "th", true, noon))
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
		if s.Path() != path {
			t.Errorf("path %s, want %s", s.Path(), path)
		}
	}
}

// All is there after the file is opened again.
func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	s, err := store.Open(t.Context(), path)
	must(t, err)
	fill(t, s, "T1", "ada", noon)
	must(t, s.Close())
	if got := kept(t, open(t, path), "T1", "ada"); got != 5 {
		t.Errorf("%d rows, want 5", got)
	}
}

func BenchmarkClaimAndFinish(b *testing.B) {
	s := fresh(b)
	for i := 0; b.Loop(); i++ {
		e := store.Event{Place: general, ID: fmt.Sprint(i), Owner: "a", Message: []byte(`{"Text":"a question of usual length, more or less"}`)}
		if _, ok, err := s.Claim(context.Background(), e, noon, time.Minute); !ok || err != nil {
			b.Fatal(ok, err)
		}
		e.State = store.Answered
		must(b, s.Finish(context.Background(), e, noon))
	}
}
