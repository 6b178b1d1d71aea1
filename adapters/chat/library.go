package chat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"rapporteur/corpus"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/brief/export"
)

// An Asker answers questions; *answer.Answerer does.
type Asker interface {
	// Ask answers q. The error is an answer.QuestionError when q cannot be asked.
	// It may be called by many goroutines at once, and heeds ctx.
	Ask(ctx context.Context, q answer.Question) (answer.Answer, error)
}

// AskerFunc makes a function an Asker.
type AskerFunc func(ctx context.Context, q answer.Question) (answer.Answer, error)

// Ask calls f.
func (f AskerFunc) Ask(ctx context.Context, q answer.Question) (answer.Answer, error) {
	return f(ctx, q)
}

// A Library is what is asked.
type Library struct {
	Asker     Asker
	Briefer   Briefer      // nil: no briefings are made
	Font      *export.Font // for what the font of a PDF lacks; nil: none
	Documents []*corpus.Document
	Stamp     string // of the index; feedback is kept with it
}

// NewLibrary returns the documents of x, asked by a.
func NewLibrary(a Asker, x *retrieval.Index) Library {
	stamp, _ := json.Marshal(x.Stamp()) // strings and numbers alone: it cannot fail
	sum := sha256.Sum256(stamp)
	return Library{Asker: a, Documents: x.Documents(), Stamp: hex.EncodeToString(sum[:8])}
}

// A shelf is the library in use, with what is found out about it once.
type shelf struct {
	Library
	try     sync.Once
	prompts []string
}

// A Source is a document that can be asked.
type Source struct {
	Title, Body, Date, File string
	Headings                []string // in reading order
	Passages                int
}

// Sources lists the documents that can be asked.
func (b *Bot) Sources() []Source {
	var all []Source
	for _, d := range b.library.Load().Documents {
		s := Source{Title: folded(d.Card.Title), Body: folded(d.Card.Body), Date: folded(d.Card.Date), File: folded(d.Card.File), Passages: len(d.Passages)}
		for _, h := range d.Outline {
			s.Headings = append(s.Headings, folded(h.Title))
		}
		all = append(all, s)
	}
	return all
}

// inContext returns c with what stands before and after it in its passage and the
// neighbouring passages of its section; ok is false when the documents no longer
// hold c as it was quoted.
func (l *Library) inContext(c Card) (Card, bool) {
	for _, d := range l.Documents {
		for i, p := range d.Passages {
			if p.ID != c.Passage {
				continue
			}
			var before, quote, after []corpus.Sentence
			if i > 0 && slices.Equal(d.Passages[i-1].Section, p.Section) {
				before = append(before, d.Passages[i-1].Sentences...)
			}
			for _, s := range p.Sentences {
				switch {
				case s.Source.End <= c.Span.Start:
					before = append(before, s)
				case s.Source.Start >= c.Span.End:
					after = append(after, s)
				default:
					quote = append(quote, s)
				}
			}
			if i+1 < len(d.Passages) && slices.Equal(d.Passages[i+1].Section, p.Section) {
				after = append(after, d.Passages[i+1].Sentences...)
			}
			if folded(join(quote)) != folded(c.Quote) {
				return c, false
			}
			c.Before, c.After = Plain(join(before)), Plain(join(after))
			return c, true
		}
	}
	return c, false
}

// join puts sentences together as they are read: each paragraph and each list item
// begins a line.
func join(sentences []corpus.Sentence) string {
	var b strings.Builder
	for _, s := range sentences {
		if b.Len() > 0 {
			if s.Opens {
				b.WriteByte('\n')
			} else {
				b.WriteByte(' ')
			}
		}
		b.WriteString(s.Text)
	}
	return b.String()
}
