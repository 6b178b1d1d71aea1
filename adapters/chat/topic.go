package chat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval/answer"
)

// A Topic is a document, or a section of one, to which a question can be confined.
type Topic struct {
	ID       string // for Message.About: 16 hexadecimal digits, the same as long as the headings are
	Title    string // of the section, or of the whole document
	Document string // the document's title; "" when that is the Title

	doc  string   // the document's id
	path []string // the headings, from the outermost inwards; none: the whole document
}

// Name is the title, with the document's where the topic is a section.
func (t Topic) Name() string {
	if t.Document == "" {
		return t.Title
	}
	return t.Title + ", " + t.Document
}

// holds reports whether p belongs to the topic.
func (t Topic) holds(p corpus.Passage) bool {
	return p.Doc.ID == t.doc && len(p.Section) >= len(t.path) && slices.Equal(p.Section[:len(t.path)], t.path)
}

// Topics returns at most n topics whose title holds what was typed: those that begin
// with it first, else in reading order, each document before its sections.
func (b *Bot) Topics(typed string, n int) []Topic {
	found := b.library.Load().find(typed)
	return found[:min(n, len(found))]
}

// find returns the topics whose title holds words, those that begin with it first.
func (l *Library) find(words string) []Topic {
	words = strings.ToLower(folded(words))
	var first, others []Topic
	for _, t := range l.topics() {
		switch title := strings.ToLower(t.Title); {
		case strings.HasPrefix(title, words), strings.HasPrefix(strings.ToLower(numbering.ReplaceAllString(t.Title, "")), words):
			first = append(first, t)
		case strings.Contains(title, words):
			others = append(others, t)
		}
	}
	return append(first, others...)
}

// topic returns what about means: a Topic's ID, or words of its title as a person
// wrote them.
func (l *Library) topic(about string) (Topic, bool) {
	all := l.topics()
	for _, is := range []func(Topic) bool{
		func(t Topic) bool { return t.ID == about },
		func(t Topic) bool { return strings.EqualFold(t.Title, folded(about)) },
	} {
		if i := slices.IndexFunc(all, is); i >= 0 {
			return all[i], true
		}
	}
	if found := l.find(about); len(found) > 0 && folded(about) != "" {
		return found[0], true
	}
	return Topic{}, false
}

// topics lists the documents and those of their sections that hold passages, in
// reading order.
func (l *Library) topics() []Topic {
	var all []Topic
	for _, d := range l.Documents {
		title := folded(d.Card.Title)
		all = append(all, newTopic(Topic{Title: title, doc: d.Card.ID}))
		var open []corpus.Section // the headings that the reader is below
		seen := make(map[string]bool)
		for _, h := range d.Outline {
			for len(open) > 0 && open[len(open)-1].Level >= h.Level {
				open = open[:len(open)-1]
			}
			open = append(open, h)
			t := Topic{Title: folded(h.Title), Document: title, doc: d.Card.ID}
			for _, o := range open {
				t.path = append(t.path, o.Title)
			}
			if t = newTopic(t); t.Title != title && !seen[t.ID] && slices.ContainsFunc(d.Passages, t.holds) {
				seen[t.ID] = true
				all = append(all, t)
			}
		}
	}
	return all
}

// newTopic returns t with its ID.
func newTopic(t Topic) Topic {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{t.doc}, t.path...), "\x00")))
	t.ID = hex.EncodeToString(sum[:8])
	return t
}

// confine says in q what j's message confines its question to: what it names itself,
// else what its thread is about. What is to be said about that is returned.
func (b *Bot) confine(ctx context.Context, l *Library, j *job, q *answer.Question) (within, notice string) {
	about := j.m.About
	if about == "" && j.m.Thread != "" {
		t, err := b.store.Thread(ctx, j.m.place(), j.m.Thread)
		if err != nil {
			b.log.Error("A thread could not be looked up.", b.about(j.m, "error", err)...)
		}
		about = t.About
	}
	if about == "" {
		return "", ""
	}
	t, ok := l.topic(about)
	if !ok {
		return "", saidNoTopic
	}
	j.about, q.Only = t.ID, t.holds
	return t.Name(), ""
}
