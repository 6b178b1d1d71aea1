// Package brief makes briefings: excerpts on a topic, quoted to the word and
// cited, so that they can go straight into a paper.
//
// A [Request] says what is wanted: what is found on a topic, answers to questions
// or to an outline (outline.go), or excerpts that a person chose. A [Maker] gathers
// the excerpts (gather.go): it weighs the words of a topic (topic.go), finds the
// sentences that speak to it (match.go) by the words that they hold (terms.go), names
// and acronyms among them (names.go, acronyms.go), and by words that are like these
// (alike.go) or phrases that stand for all of them (rewording.go, phrase.go), quotes those of one paragraph
// together and folds what is said twice (unit.go), shows the paragraph around them
// (paragraph.go), groups them under headings (group.go), and says who speaks where the
// text tells (speaker.go). What comes of it, a [Briefing], is laid out as a paper
// (paper.go) of certain works (works.go), says of itself what was searched and what
// was not found (remarks.go), may have words marked that were misread (repairs.go),
// and is written to a file (format.go).
package brief

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"rapporteur/corpus"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

// The bounds of a briefing. Beyond them nobody reads it.
const (
	MostHeadings  = 500 // in a request; more are refused
	topicExcerpts = 40  // on a topic
	queryExcerpts = 8   // on a question, and on each of several topics
)

// A Request says what a briefing is to be about. About, Ask, Outline and Collect
// make one.
type Request struct {
	Title    string
	Headings []Heading
	// Only says in which passages to search; nil: in all.
	Only func(corpus.Passage) bool
	// topic says that the one heading is a topic, under which headings are to be
	// made from what is found.
	topic bool
}

// A Heading is a heading of the briefing that is wanted, and what belongs under
// it.
type Heading struct {
	Title string
	Level int    // 1 or 2
	Query string // a question or topic to search for; "": nothing
	Picks []Pick // excerpts that were chosen, in their order
}

// A Pick is an excerpt that a person chose, for example from an answer's card.
type Pick struct {
	Passage string      // the ID of the passage
	Span    corpus.Span // the quoted bytes of its source
	Note    string      // what the person says about it; "": nothing
}

// About requests what is found on a topic, under headings made from it.
func About(topic string) Request {
	topic = strings.Join(strings.Fields(topic), " ")
	return Request{Title: capital(topic), Headings: []Heading{{Query: topic}}, topic: true}
}

// Ask requests answers to questions, or what is found on topics, each under its
// own heading.
func Ask(title string, queries []string) Request {
	r := Request{Title: title}
	for _, q := range queries {
		q = strings.Join(strings.Fields(q), " ")
		r.Headings = append(r.Headings, Heading{Title: capital(q), Level: 1, Query: q})
	}
	return r
}

// Collect requests the excerpts that were chosen, in their order.
func Collect(title string, picks []Pick) Request {
	return Request{Title: title, Headings: []Heading{{Picks: picks}}}
}

// A Briefing is what was found.
type Briefing struct {
	Title    string
	Parts    []Part
	Searched Searched
	// Missing is how many of the requested headings were not looked up, since the
	// work was stopped; 0: it is whole.
	Missing int

	topic  string // what all of it is about; "": several things
	typed  string // the topic as it was asked for, where it had typing errors
	unsure bool   // the topic is a question, which the documents may not answer
}

// Searched says where was searched.
type Searched struct {
	Documents []Document
	Passages  int
	Built     time.Time // when the index was built; zero: not known
}

// A Document is one that was searched.
type Document struct {
	Card     corpus.Card
	SHA256   string // of its bytes, in hexadecimal
	Passages int    // of it that were searched
}

// A Part is a heading with the excerpts under it, strongest first.
type Part struct {
	Title    string      // "": the excerpts stand under no heading of their own
	Level    int         // 1 or 2
	Query    string      // what was searched for; "": nothing was
	Read     string      // what was searched for in its place, without typing errors; "": itself
	Refused  string      // why it could not be; "": it could
	Summary  []Statement // by a language model, where the answerer has one
	Excerpts []Excerpt
	// Wordings are the phrases by which the excerpts were found, where these do not have
	// the topic's own words.
	Wordings []string
	// Unsure says that a question was looked up which the documents may not answer, and
	// that the excerpts come nearest to it.
	Unsure bool
	// More is how many further paragraphs speak to it, and were left out for length:
	// AtLeast so many, where passages that were not looked at may do so too. Elsewhere
	// are the titles of the documents that they alone are from.
	More      int
	AtLeast   bool
	Elsewhere []string
	Lost      []Pick // picks that the documents no longer hold
	// Lacking are words of a topic that no excerpt quotes; without excerpts, those
	// that stand nowhere while others do.
	Lacking []string
	Apart   bool // nothing was found, and all words of the topic stand somewhere
}

// A Statement is a sentence that a language model wrote, with the quotations that it
// was found to be borne out by.
type Statement struct {
	Text    string
	Sources []Citation
}

// Empty reports that something was searched for and nothing was found.
func (p Part) Empty() bool { return p.Query != "" && p.Refused == "" && len(p.Excerpts) == 0 }

// An Excerpt is a quotation within the paragraph that it stands in.
type Excerpt struct {
	// Citation is the quotation, from the first quoted sentence to the last.
	Citation
	// Anchor names the excerpt, [a-z0-9-] alone. It is the same as long as the
	// source is.
	Anchor  string
	Context []Sentence // what is shown, in reading order
	Speaker string     // who said it, where the text tells; else ""
	Same    []Citation // where else the same is said
	Note    string     // what the person who chose it says about it
}

// A Sentence is one that is shown.
type Sentence struct {
	Text    string      // repaired, white space folded
	Span    corpus.Span // the bytes of the source
	Printed string      // those bytes
	Quoted  bool        // it is part of the quotation; else of its context
	Gap     bool        // words of the source are left out before it
	Opens   bool        // it is the first of its paragraph or list item
}

// Quotations returns how many quotations b holds, each of which was found in its
// source to the letter, repairs aside, before it was taken in.
func (b Briefing) Quotations() int {
	n := 0
	for _, p := range b.Parts {
		for _, e := range p.Excerpts {
			n += 1 + len(e.Same)
		}
	}
	return n
}

// Progress is told how many headings of how many are done.
type Progress func(done, total int)

// A Maker makes briefings from one index. It may be used by many goroutines at
// once.
type Maker struct {
	log      *slog.Logger
	index    *retrieval.Index
	answerer *answer.Answerer
	texts    func() map[*corpus.Card]*text // gathered when first asked for: a bot may never make a briefing
}

// New returns a maker of briefings from index, whose questions answerer answers.
func New(log *slog.Logger, index *retrieval.Index, answerer *answer.Answerer) *Maker {
	return &Maker{log, index, answerer, sync.OnceValue(func() map[*corpus.Card]*text {
		texts := make(map[*corpus.Card]*text)
		for _, d := range index.Documents() {
			t := newText(d)
			t.acronyms = acronyms(d, index.Terms)
			texts[d.Card] = t
		}
		return texts
	})}
}

// Make makes the briefing that r asks for; progress may be nil. When ctx is done
// before it is, Make returns what was found until then, with Missing set, and
// ctx's error. An answer.QuestionError says that what is wanted cannot be searched
// for.
func (m *Maker) Make(ctx context.Context, r Request, progress Progress) (Briefing, error) {
	if err := r.check(); err != nil {
		return Briefing{}, err
	}
	b := Briefing{Title: r.Title, Searched: m.searched(r.Only)}
	if r.topic {
		b.topic = r.Headings[0].Query
	}
	for i, h := range r.Headings {
		if err := m.add(ctx, &b, r, h); err != nil {
			b.Missing = len(r.Headings) - i
			return b, fmt.Errorf("making the briefing: %w", err)
		}
		if progress != nil {
			progress(i+1, len(r.Headings))
		}
	}
	return b, nil
}

// check returns an answer.QuestionError when nothing can come of r.
func (r Request) check() error {
	switch {
	case len(r.Headings) == 0:
		return answer.QuestionError("There is nothing to look up. Give a topic, or at least one question.")
	case len(r.Headings) > MostHeadings:
		return answer.QuestionError(fmt.Sprintf("There are %d headings and questions; at most %d fit in one briefing. Make several of them.", len(r.Headings), MostHeadings))
	case r.topic:
		return answer.Check(r.Headings[0].Query)
	}
	return nil
}

// add looks up one heading and adds what comes of it to b.
func (m *Maker) add(ctx context.Context, b *Briefing, r Request, h Heading) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	part := Part{Title: h.Title, Level: cmp.Or(h.Level, 1), Query: h.Query}
	part.Excerpts, part.Lost = m.picked(h.Picks)
	var found finding
	if h.Query != "" {
		limit := queryExcerpts
		if r.topic && !isQuestion(h.Query) {
			limit = topicExcerpts
		}
		var refused answer.QuestionError
		var err error
		if found, err = m.gather(ctx, &part, r.Only, limit); errors.As(err, &refused) {
			part.Refused = refused.Error()
		} else if err != nil {
			return err
		}
	}
	if r.topic {
		return m.addTopic(ctx, b, part, found)
	}
	b.Parts = append(b.Parts, part)
	return nil
}

// addTopic makes b of what was found on its topic.
func (m *Maker) addTopic(ctx context.Context, b *Briefing, part Part, found finding) error {
	if part.Read != "" {
		b.Title, b.topic, b.typed = capital(part.Read), part.Read, b.topic
	}
	b.unsure = part.Unsure
	other, err := m.otherwise(ctx, found, &part)
	if err != nil {
		return err
	}
	b.Parts = append(b.Parts, grouped(part, len(m.texts()) > 1)...)
	if len(other.Excerpts) > 0 {
		b.Parts = append(b.Parts, other)
	}
	return nil
}

// searched says where a search that only narrows looks.
func (m *Maker) searched(only func(corpus.Passage) bool) Searched {
	s := Searched{Passages: m.index.Count(only), Built: m.index.Built()}
	sums := make(map[string]string)
	for _, source := range m.index.Stamp().Sources {
		sums[source.File] = source.SHA256
	}
	for _, d := range m.index.Documents() {
		n := 0
		for _, p := range d.Passages {
			if !p.Contents && (only == nil || only(p)) {
				n++
			}
		}
		if n > 0 {
			s.Documents = append(s.Documents, Document{*d.Card, sums[d.Card.File], n})
		}
	}
	return s
}
