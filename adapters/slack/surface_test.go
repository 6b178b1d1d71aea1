package slack

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
	"rapporteur/adapters/slack/slacktest"
)

// inWorkspace returns a workspace of a fresh Slack.
func inWorkspace(t *testing.T) (*slacktest.Server, *workspace) {
	t.Helper()
	s := slacktest.Start(t, Scopes()...)
	a := New(slog.New(slog.NewTextHandler(io.Discard, nil)), chattest.NewBot(t, chat.Options{}), Options{APIURL: s.URL})
	w, err := a.identify(t.Context(), slacktest.BotToken("T1"))
	if err != nil {
		t.Fatal(err)
	}
	return s, w
}

// long is a reply that takes n messages.
func long(n int) chat.Reply {
	var r chat.Reply
	for i := range n {
		sentence := fmt.Sprintf("Part %d. %s", i+1, strings.TrimSpace(strings.Repeat("word ", 2000)))
		r.Sentences = append(r.Sentences, chat.Sentence{Text: sentence, Marks: []int{i + 1}})
	}
	return r
}

// shows checks that n messages are shown, which hold the parts of long(n).
func shows(t *testing.T, s *slacktest.Server, n int) {
	t.Helper()
	shown := s.Shown()
	if len(shown) != n {
		t.Fatalf("%d messages are shown, want %d", len(shown), n)
	}
	all := ""
	for _, m := range shown {
		text, _ := m.Read()
		all += text
	}
	for i := range n {
		if !strings.Contains(all, fmt.Sprintf("Part %d.", i+1)) {
			t.Errorf("part %d is not shown", i+1)
		}
	}
}

// A reply of several messages is changed, found and taken away as one.
func TestSeveralMessages(t *testing.T) {
	s, w := inWorkspace(t)
	ts, err := s.Say(slacktest.Line{Channel: "C1", User: "U1", Text: "x", Quietly: true})
	if err != nil {
		t.Fatal(err)
	}
	m := chat.Message{Platform: platform, Team: "T1", Channel: "C1", ID: ts, User: "U1"}
	posted, err := w.Post(t.Context(), m, long(3))
	if err != nil {
		t.Fatal(err)
	}
	shows(t, s, 3)
	if found, ok, err := w.Find(t.Context(), m); !ok || err != nil || found != posted {
		t.Errorf("found %v, %v, %v, want %v", found, ok, err, posted)
	}
	for _, n := range []int{1, 4, 2, 5} {
		if err := w.Edit(t.Context(), m, posted.ID, long(n)); err != nil {
			t.Fatal(err)
		}
		shows(t, s, n)
	}
	if err := w.Remove(t.Context(), m, posted.ID); err != nil {
		t.Fatal(err)
	}
	shows(t, s, 0)
}

// A reply of several messages takes the place of what was told of it; when one of them
// cannot be posted, that goes, and nothing is left.
func TestSeveralMessagesTold(t *testing.T) {
	s, w := inWorkspace(t)
	ts, err := s.Say(slacktest.Line{Channel: "C1", User: "U1", Text: "x", Quietly: true})
	if err != nil {
		t.Fatal(err)
	}
	m := chat.Message{Platform: platform, Team: "T1", Channel: "C1", ID: ts, User: "U1"}
	w.Tell(t.Context(), m, chat.Sentence{Text: "Part 1.", Marks: []int{1}})
	first := s.Await(1)[0].TS
	posted, err := w.Post(t.Context(), m, long(3))
	if err != nil || !strings.HasPrefix(posted.ID, first+",") || posted.Thread != ts {
		t.Fatalf("posted %v, %v", posted, err)
	}
	shows(t, s, 3)
	if found, ok, err := w.Find(t.Context(), m); !ok || err != nil || found != posted {
		t.Errorf("found %v, %v, %v, want %v", found, ok, err, posted)
	}
	if err := w.Remove(t.Context(), m, posted.ID); err != nil {
		t.Fatal(err)
	}
	w.Tell(t.Context(), m, chat.Sentence{Text: "Part 1.", Marks: []int{1}})
	s.Await(1)
	s.Fail("chat.postMessage", slacktest.Failure{Code: "never_heard_of"}, slacktest.Failure{Code: "never_heard_of"})
	if _, err := w.Post(t.Context(), m, long(3)); err == nil {
		t.Error("the failure is not reported")
	}
	shows(t, s, 0)
	if len(w.streams) > 0 {
		t.Errorf("%d streams are remembered", len(w.streams))
	}
}

// When a later one of several messages is refused for its citations, those before it are
// taken back, and all are posted without.
func TestCitationsRefusedLater(t *testing.T) {
	s, w := inWorkspace(t)
	s.RefuseCitations()
	ts, err := s.Say(slacktest.Line{Channel: "C1", User: "U1", Text: "x", Quietly: true})
	if err != nil {
		t.Fatal(err)
	}
	m := chat.Message{Platform: platform, Team: "T1", Channel: "C1", ID: ts, User: "U1"}
	const to = "https://docs.example.org/bees.txt"
	r := long(3)
	r.Cards = []chat.Card{{N: 3, Title: "On bees", Quote: r.Sentences[2].Text, Link: to}}
	for range 2 {
		posted, err := w.Post(t.Context(), m, r)
		if err != nil {
			t.Fatal(err)
		}
		shows(t, s, 3)
		last := s.Shown()[2]
		if _, live := last.Read(to); live != "" || len(last.Links("link")) != 1 {
			t.Errorf("live: %s; the title leads to %v", live, last.Links("link"))
		}
		if err := w.Remove(t.Context(), m, posted.ID); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.Calls("chat.postMessage")); n != 3+3+3 {
		t.Errorf("%d posts, want 9: the second reply is spared what was refused", n)
	}
}

// When one of several messages cannot be posted, those before it are taken back,
// so that nobody reads half an answer.
func TestAllOrNothing(t *testing.T) {
	s, w := inWorkspace(t)
	ts, err := s.Say(slacktest.Line{Channel: "C1", User: "U1", Text: "x", Quietly: true})
	if err != nil {
		t.Fatal(err)
	}
	m := chat.Message{Platform: platform, Team: "T1", Channel: "C1", ID: ts, User: "U1"}
	s.Fail("chat.postMessage", slacktest.Failure{After: true}, slacktest.Failure{Code: "never_heard_of"})
	if _, err := w.Post(t.Context(), m, long(3)); err == nil {
		t.Error("the failure is not reported")
	}
	shows(t, s, 0)
	if _, ok, err := w.Find(t.Context(), m); ok || err != nil {
		t.Errorf("half a reply is found: %v, %v", ok, err)
	}
}

// successor is the workspace as a process knows it that comes after w's.
func successor(t *testing.T, w *workspace) *workspace {
	t.Helper()
	next, err := w.adapter.identify(t.Context(), slacktest.BotToken("T1"))
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// What a process that died has told of a reply the next one finishes in its place, or
// takes away.
func TestToldByTheDead(t *testing.T) {
	s, w := inWorkspace(t)
	for _, finished := range []bool{true, false} {
		ts, err := s.Say(slacktest.Line{Channel: "C1", User: "U1", Text: "x", Quietly: true})
		if err != nil {
			t.Fatal(err)
		}
		m := chat.Message{Platform: platform, Team: "T1", Channel: "C1", ID: ts, User: "U1"}
		w.Tell(t.Context(), m, chat.Sentence{Text: "Half a reply.", Marks: []int{1}})
		half := s.Await(1)[0]
		m.Begun = half.TS
		next := successor(t, w)
		next.Tell(t.Context(), m, chat.Sentence{Text: "The beginning again.", Marks: []int{1}})
		if !finished {
			next.Untell(t.Context(), m)
			shows(t, s, 0)
			continue
		}
		posted, err := next.Post(t.Context(), m, long(2))
		if err != nil {
			t.Fatal(err)
		}
		shows(t, s, 2)
		if first := s.Shown()[0]; first.TS != half.TS || first.Streaming {
			t.Errorf("the reply begins in %s, which is streaming: %v; want it in %s", first.TS, first.Streaming, half.TS)
		}
		if found, ok, err := next.Find(t.Context(), m); !ok || err != nil || found != posted {
			t.Errorf("found %v, %v, %v, want %v", found, ok, err, posted)
		}
		if err := next.Remove(t.Context(), m, posted.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// A briefing that a process began and did not finish, or did not write down, is neither
// begun again nor shown twice.
func TestBriefingOfTheDead(t *testing.T) {
	for _, private := range []bool{false, true} {
		s, w := inWorkspace(t)
		m := chat.Message{Platform: platform, Team: "T1", Channel: "C1", ID: "briefing V1", User: "U1", Command: true, Private: private, Brief: &chat.Brief{Topic: "honey"}}
		r := long(1)
		r.Answer, r.Answered, r.File = "a1", true, &chat.File{Name: "honey.md", Data: []byte("# Honey")}
		counted := func(when string, want int, found bool) {
			t.Helper()
			if n := len(s.Shown()); n != want {
				t.Errorf("private: %v, %s: %d messages are shown, want %d", private, when, n, want)
			}
			if _, ok, err := successor(t, w).Find(t.Context(), m); ok != found || err != nil {
				t.Errorf("private: %v, %s: found %v, %v, want %v", private, when, ok, err, found)
			}
		}
		at, err := w.stand(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		m.Begun = at.encode()
		counted("begun", 1, false)
		file, err := w.upload(t.Context(), r.File)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.share(t.Context(), file, at.Channel, at.thread); err != nil {
			t.Fatal(err)
		}
		counted("its file is there", 2, false)
		if _, err := successor(t, w).Post(t.Context(), m, r); err != nil {
			t.Fatal(err)
		}
		counted("finished", 3, true)
	}
}

// Nothing hangs in a channel of a briefing that was begun, by this process or one that
// died, and that finds nothing or does not come any more.
func TestBriefingGivenUp(t *testing.T) {
	for _, test := range []struct{ died, stopped bool }{{false, false}, {false, true}, {true, false}, {true, true}} {
		s, w := inWorkspace(t)
		m := chat.Message{Platform: platform, Team: "T1", Channel: "C1", ID: "briefing V1", User: "U1", Command: true, Brief: &chat.Brief{Topic: "honey"}}
		at, err := w.stand(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		s.Await(1)
		if test.died {
			m.Begun, w = at.encode(), successor(t, w)
		}
		if test.stopped {
			w.Untell(t.Context(), m)
		} else if _, err := w.Post(t.Context(), m, chat.Reply{Notice: "Nothing was found."}); err != nil {
			t.Fatal(err)
		}
		for _, left := range s.Shown() {
			if left.For == "" {
				t.Errorf("%+v: %q is left", test, left.Text)
			}
		}
	}
}

// The app asks for the scopes that its calls take, and for no others.
func TestLeastScopes(t *testing.T) {
	used := map[string]bool{"commands": true}
	for _, h := range handled() {
		for _, scope := range h.scopes {
			used[scope] = true
		}
	}
	for method, scopes := range slacktest.ScopesOf() {
		if scopes != nil && !slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(Scopes(), s) }) {
			t.Errorf("%s takes one of %v", method, scopes)
		}
		for _, scope := range scopes {
			used[scope] = true
		}
	}
	for _, scope := range Scopes() {
		if !used[scope] {
			t.Errorf("nothing takes the scope %s", scope)
		}
	}
	for scope, methods := range called {
		for _, method := range methods {
			if known, ok := slacktest.ScopesOf()[method]; scope != "commands" && (!ok || !slices.Contains(known, scope)) {
				t.Errorf("%s is said to take %s", method, scope)
			}
		}
	}
}

// What Slack sends finds the workspace that it is for, and no other.
func TestInstalled(t *testing.T) {
	serve := func(all ...*workspace) *Adapter {
		a := New(slog.New(slog.DiscardHandler), nil, Options{})
		for _, w := range all {
			a.workspaces[w.team] = w
		}
		return a
	}
	alone, second := &workspace{team: "T1"}, &workspace{team: "T2", enterprise: "E1"}
	whole, nameless := &workspace{team: "E9", enterprise: "E9"}, &workspace{}
	for name, test := range map[string]struct {
		a    *Adapter
		i    installation
		want *workspace
	}{
		"by team":                      {serve(alone, second), organization("T2", "", false), second},
		"another team":                 {serve(alone), organization("T7", "", false), nil},
		"another team of several":      {serve(alone, second), organization("T7", "", false), nil},
		"no team, one workspace":       {serve(alone), organization("", "", false), alone},
		"no team, several":             {serve(alone, second), organization("", "", false), nil},
		"all of an organization":       {serve(alone, whole), organization("T7", "E9", true), whole},
		"all of another organization":  {serve(alone, whole), organization("T7", "E8", true), nil},
		"a team in an organization":    {serve(alone, second), organization("T7", "E1", false), nil},
		"a workspace that has no name": {serve(nameless), organization("T7", "", false), nameless},
	} {
		if got, ok := test.a.installed(test.i); got != test.want || ok != (test.want != nil) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}
