package store_test

import (
	"fmt"
	"strings"
	"testing"

	"rapporteur/adapters/chat/store"
)

func TestExcerpts(t *testing.T) {
	s := fresh(t)
	ada, bob := store.Owner{Platform: "slack", Team: "T1", Person: "ada"}, store.Owner{Platform: "slack", Team: "T1", Person: "bob"}
	add := func(o store.Owner, id string, start int) (int, bool) {
		t.Helper()
		n, added, err := s.AddExcerpt(t.Context(), store.Excerpt{ID: id, Owner: o, Passage: "d/0001", Start: start, End: start + 9, Content: []byte(id), At: noon}, 4)
		must(t, err)
		return n, added
	}
	order := func(o store.Owner) string {
		t.Helper()
		all, err := s.Excerpts(t.Context(), o)
		must(t, err)
		var ids []string
		for _, e := range all {
			ids = append(ids, strings.TrimSpace(e.ID+" "+e.Note))
			if string(e.Content) != e.ID || !e.At.Equal(noon) || e.Owner != o {
				t.Errorf("kept as %+v", e)
			}
		}
		return strings.Join(ids, ", ")
	}
	for i, id := range []string{"a", "b", "c"} {
		if n, added := add(ada, id, 10*i); n != i+1 || !added {
			t.Errorf("%s: %d excerpts, added %v", id, n, added)
		}
	}
	add(bob, "x", 0)
	if n, added := add(ada, "again", 10); n != 3 || added {
		t.Errorf("the same words again: %d excerpts, added %v", n, added)
	}
	add(ada, "d", 30)
	if n, added := add(ada, "e", 40); n != 4 || added {
		t.Errorf("one too many: %d excerpts, added %v", n, added)
	}
	for _, step := range []struct {
		name string
		do   func() error
		want string
	}{
		{"nothing", func() error { return nil }, "a, b, c, d"},
		{"raised", func() error { return s.RaiseExcerpt(t.Context(), ada, "c") }, "a, c, b, d"},
		{"the first raised", func() error { return s.RaiseExcerpt(t.Context(), ada, "a") }, "a, c, b, d"},
		{"another's raised", func() error { return s.RaiseExcerpt(t.Context(), bob, "b") }, "a, c, b, d"},
		{"noted", func() error { return s.NoteExcerpt(t.Context(), ada, "b", "see p. 3") }, "a, c, b see p. 3, d"},
		{"another's noted", func() error { return s.NoteExcerpt(t.Context(), bob, "b", "mine") }, "a, c, b see p. 3, d"},
		{"dropped", func() error { return s.DropExcerpt(t.Context(), ada, "c") }, "a, b see p. 3, d"},
		{"another's dropped", func() error { return s.DropExcerpt(t.Context(), bob, "a") }, "a, b see p. 3, d"},
		{"raised over the gap", func() error { return s.RaiseExcerpt(t.Context(), ada, "b") }, "b see p. 3, a, d"},
		{"all dropped", func() error { return s.DropExcerpts(t.Context(), ada) }, ""},
	} {
		must(t, step.do())
		if got := order(ada); got != step.want {
			t.Errorf("%s: %q, want %q", step.name, got, step.want)
		}
	}
	if got := order(bob); got != "x" {
		t.Errorf("another's: %q", got)
	}
}

// However many presses come at once, each excerpt has a place of its own.
func TestCollectAtOnce(t *testing.T) {
	s := fresh(t)
	o := store.Owner{Platform: "slack", Person: "ada"}
	done := make(chan error)
	for i := range 20 {
		go func() {
			_, _, err := s.AddExcerpt(t.Context(), store.Excerpt{ID: fmt.Sprint(i), Owner: o, Start: i, Content: []byte("{}"), At: noon}, 100)
			done <- err
		}()
	}
	for range 20 {
		must(t, <-done)
	}
	all, err := s.Excerpts(t.Context(), o)
	must(t, err)
	if len(all) != 20 {
		t.Errorf("%d excerpts, want 20", len(all))
	}
}
