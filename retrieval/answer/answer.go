// Package answer answers questions in the documents' own words.
//
// It needs no language model: the sentences that answer are chosen from the
// passages that were found (choose.go), as many as the kind of question wants
// (wants.go) and none that says what another does (gist.go), of each part of a
// compound one (parts.go), first from where the question says that its answer stands
// (scope.go), and beginning where it is said who speaks (named.go). Each is cited to
// its bytes, page and paragraph (cite.go) and checked against the source before anyone
// sees it (verify.go). How sure it is that the question is answered at all is a number
// (confidence.go); below a threshold it says that it found nothing and shows what came
// nearest.
//
// A question is read without its typing errors, where a lexicon is at hand. One that
// leans on an earlier one is first made to stand alone (follow.go), by what its
// pronouns refer to where that is plain (refer.go).
//
// A language model may be attached (model.go). It is given the sentences that were
// found (prompt.go) and writes an answer from them (write.go), which is taken apart
// (written.go) and of which only those sentences stand that the cited ones say in
// the same words (support.go, tokens.go). It may also make a follow-up stand alone
// (rewrite.go).
package answer

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// A Question is what a person asks.
type Question struct {
	Text string
	// History holds the same person's earlier questions, oldest first.
	History []string
	// Only says in which passages to search; nil: in all.
	Only func(corpus.Passage) bool
	// Told is called with each sentence that a language model wrote as soon as it
	// is found to be supported; nil: nobody wants to know. Too little may be left
	// in the end, and the answer then is another.
	Told func(Statement)
}

// An Answer is what is said to a question.
type Answer struct {
	// Standalone is the question as it was searched: without typing errors, and
	// after following up.
	Standalone string
	// Answered says that the documents answer the question, as far as can be
	// told: Confidence reached the threshold.
	Answered bool
	// Confidence is from 0 to 1 and comparable between questions.
	Confidence float64
	// Text is the answer with a mark [n] after each quotation, and more than one
	// where the same is said in several places. When not
	// Answered it says so, and in how many passages was searched.
	Text string
	// Citations belong to the marks, in order. When not Answered they show what
	// came nearest, and may be none.
	Citations []Citation
	// Hits are the passages found, best first, at most 10, also when not
	// Answered.
	Hits []retrieval.Hit
	// Searched is the number of passages that were searched.
	Searched int
	// Written is what a language model wrote, where Text is that; nil: Text is
	// quotations alone.
	Written []Statement
	// ModelErr says why a language model had no part in the answer, or none in
	// following up, though one is attached.
	ModelErr error
}

// A Citation is a quotation and where it stands.
type Citation struct {
	N            int          // its mark in the text, counted from 1
	Repeats      int          // the mark of the citation before that says the same; 0: none
	corpus.Place              // of its first sentence
	Last         corpus.Place // of its last sentence
	Passage      corpus.Passage
	Quote        string      // repaired, whitespace folded
	Span         corpus.Span // the quoted bytes of the source
	Printed      string      // those bytes
}

// LongestQuestion is the number of bytes beyond which a question is refused: a
// question of that length is a document.
const LongestQuestion = 20_000

// A QuestionError says why a question cannot be asked, in words for the person
// who asked it.
type QuestionError string

func (e QuestionError) Error() string { return string(e) }

// An Answerer answers questions from one index. It may be used by many
// goroutines at once.
type Answerer struct {
	log       *slog.Logger
	index     *retrieval.Index
	threshold float64
	lexicon   corpus.Lexicon // nil: typing errors stand
	assistant *assistant     // nil: there is no language model
}

// New returns an answerer that answers when its confidence is threshold or
// more; DefaultThreshold is the calibrated one.
func New(log *slog.Logger, index *retrieval.Index, threshold float64) *Answerer {
	return &Answerer{log: log, index: index, threshold: threshold}
}

// WithLexicon returns an answerer that reads questions without their typing errors
// (see [retrieval.Index.Correct]); lex knows the words that are none.
func (a *Answerer) WithLexicon(lex corpus.Lexicon) *Answerer {
	out := *a
	out.lexicon = lex
	return &out
}

// Correct returns the text of a question without its typing errors, as Ask reads it.
func (a *Answerer) Correct(text string) string {
	if a.lexicon == nil {
		return text
	}
	return a.index.Correct(text, a.lexicon)
}

// spelt returns q and the questions before it without their typing errors.
func (a *Answerer) spelt(q Question) Question {
	q.Text = a.Correct(q.Text)
	q.History = slices.Clone(q.History)
	for i, text := range q.History {
		q.History[i] = a.Correct(text)
	}
	return q
}

// Ask answers q. The error is a QuestionError when q cannot be asked.
func (a *Answerer) Ask(ctx context.Context, q Question) (Answer, error) {
	if err := Check(q.Text); err != nil {
		return Answer{}, err
	}
	model, cancel := a.budget(ctx)
	defer cancel()
	q = a.spelt(q)
	q.Text = entitled(a.index, q.Text, q.Only)
	out := Answer{Standalone: standalone(q), Searched: a.index.Count(q.Only)}
	if err := a.search(ctx, model, q, &out); err != nil {
		return Answer{}, fmt.Errorf("answering: %w", err)
	}
	several, err := a.searchApart(ctx, q, &out)
	if err != nil {
		return Answer{}, fmt.Errorf("answering: %w", err)
	}
	chosen := continued(a.index, choose(q.Text, out.Hits))
	if len(several) > 0 {
		chosen, out.Hits = completed(chosen, several), withBestOf(several, out.Hits)
	}
	out.Answered = out.Confidence >= a.threshold && len(chosen) > 0
	if !out.Answered {
		chosen = nearest(out.Hits)
	}
	for _, c := range chosen {
		n := a.add(&out, c, 0)
		for _, echo := range c.echoes {
			if n > 0 {
				a.add(&out, echo, n)
			}
		}
	}
	out.Answered = out.Answered && len(out.Citations) > 0
	out.Text = compose(out)
	if out.Answered && a.assistant != nil {
		a.write(model, q, &out, chosen)
	}
	return out, ctx.Err()
}

// search finds the passages for q and says how surely they answer it. A language
// model may make a follow-up stand alone, by which passages are found; but it may
// not make a question count as answered that would not count so without it.
func (a *Answerer) search(ctx, model context.Context, q Question, out *Answer) error {
	plain := out.Standalone
	hits, err := a.find(ctx, q, plain)
	if err != nil {
		return err
	}
	if hits, err = a.meaningFirst(ctx, plain, hits, q.Only); err != nil {
		return err
	}
	out.Hits, out.Confidence = hits, confidence(Gather(a.index, plain, hits))
	if a.assistant == nil || plain == strings.Join(strings.Fields(q.Text), " ") {
		return nil
	}
	out.Standalone, out.ModelErr = a.rewrite(model, q, plain)
	if out.Standalone == plain {
		return nil
	}
	if out.Hits, err = a.find(ctx, q, out.Standalone); err != nil {
		return err
	}
	out.Confidence = min(out.Confidence, confidence(Gather(a.index, out.Standalone, out.Hits)))
	return nil
}

// searchApart searches for each part of a compound question, and for any other where
// it says that its answer stands. A follow-up is taken as it is: its parts by
// themselves would lack what it leans on. What speaks for an answer is weaker where
// the whole question is looked for in all documents, so that the better counts.
func (a *Answerer) searchApart(ctx context.Context, q Question, out *Answer) ([]subquestion, error) {
	if out.Standalone != strings.Join(strings.Fields(q.Text), " ") {
		return nil, nil
	}
	several, err := a.findParts(ctx, q, out.Standalone)
	if err != nil || len(several) > 0 {
		out.Confidence = max(out.Confidence, a.confidenceOf(several))
		return several, err
	}
	s := scopeOf(a.index, out.Standalone)
	if s.in == nil {
		return nil, nil
	}
	hits, err := a.scopedFirst(ctx, s, out.Hits, q.Only)
	if err != nil {
		return nil, err
	}
	out.Confidence = max(out.Confidence, confidence(Gather(a.index, s.rest, hits)))
	if len(out.Hits) > 0 && s.in(out.Hits[0].Passage) {
		hits = filled(out.Hits[:1:1], hits, len(hits)) // it stood first, and rightly
	}
	out.Hits = hits
	return nil, nil
}

// add cites c and returns its mark. It returns 0 when the quotation cannot be
// shown to stand in the source: that was never seen on an index that fits its
// sources, but then it is not given, whatever the reason.
func (a *Answerer) add(out *Answer, c choice, repeats int) int {
	citation := a.cite(c)
	if err := Verify(citation, a.index.Source(citation.Passage.Doc.File)); err != nil {
		a.log.Error("A quotation was left out, since it does not stand in the source.", "passage", citation.Passage.ID, "error", err)
		return 0
	}
	citation.N, citation.Repeats = len(out.Citations)+1, repeats
	out.Citations = append(out.Citations, citation)
	return citation.N
}

// Check returns a QuestionError when the text of a question cannot be asked.
func Check(text string) error {
	switch {
	case len(text) > LongestQuestion:
		return QuestionError(fmt.Sprintf("The question is %d characters long; at most %d can be read. Ask about one thing at a time.", len(text), LongestQuestion))
	case strings.IndexFunc(text, isWordRune) < 0:
		return QuestionError("There is no question to answer. Ask one in words, for example: What was said about remittances?")
	}
	return nil
}

// cite makes the citation of a choice.
func (a *Answerer) cite(c choice) Citation {
	sentences := c.hit.Passage.Sentences[c.first : c.last+1]
	var quote strings.Builder
	for i, s := range sentences {
		if i > 0 && sentences[i-1].Source.End < s.Source.Start {
			quote.WriteByte(' ')
		}
		quote.WriteString(s.Text)
	}
	span := corpus.Span{Start: sentences[0].Source.Start, End: sentences[len(sentences)-1].Source.End}
	citation := Citation{Place: sentences[0].Place, Last: sentences[len(sentences)-1].Place, Passage: c.hit.Passage, Quote: quote.String(), Span: span}
	if src := a.index.Source(c.hit.Doc.File); span.Start >= 0 && span.Start <= span.End && span.End <= len(src) {
		citation.Printed = string(src[span.Start:span.End])
	}
	return citation
}

// compose puts the answer's text together.
func compose(a Answer) string {
	var b strings.Builder
	if !a.Answered {
		fmt.Fprintf(&b, "I found nothing that answers this in the %d passages that I searched.", a.Searched)
		if len(a.Citations) > 0 {
			b.WriteString(" The nearest:")
		}
	}
	for _, c := range a.Citations {
		if c.Repeats > 0 {
			fmt.Fprintf(&b, " [%d]", c.N)
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s [%d]", c.Lines(), c.N)
	}
	return b.String()
}

// Lines is the quotation with each paragraph and list item on a line of its own.
func (c Citation) Lines() string { return c.Passage.Lines(c.Span) }
