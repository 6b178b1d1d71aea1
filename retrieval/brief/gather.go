package brief

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

// gather adds to part the excerpts that speak to its query, strongest first and at
// most limit, how many more there are, and what a language model makes of them. A
// query on which nothing is found is looked up once more without its typing errors. It
// returns what was found.
func (m *Maker) gather(ctx context.Context, part *Part, only func(corpus.Passage) bool, limit int) (finding, error) {
	found, err := m.look(ctx, part.Query, only)
	if err != nil {
		return finding{}, err
	}
	if other := m.corrected(part.Query); len(found.excerpts) == 0 && other != part.Query {
		if again, err := m.look(ctx, other, only); err != nil {
			return finding{}, err
		} else if len(again.excerpts) > 0 {
			found = again
		}
	}
	if found.query != part.Query {
		part.Read = found.query
	}
	if found.given.ModelErr != nil {
		m.log.Info("A heading has no summary by the language model.", "error", found.given.ModelErr)
	}
	if len(found.excerpts) > 0 {
		part.Summary = m.summary(found.given)
	}
	if len(found.excerpts) > limit {
		part.More, part.AtLeast = len(found.excerpts)-limit, found.cut
		part.Elsewhere = elsewhere(found.excerpts[:limit], found.excerpts[limit:])
		found.excerpts = found.excerpts[:limit]
	}
	if isQuestion(found.query) {
		part.Unsure = !found.given.Answered && len(found.excerpts) > 0
	} else {
		m.noteLacking(part, found, only == nil)
	}
	part.Excerpts = append(part.Excerpts, found.excerpts...)
	return found, nil
}

// A finding is what was found on a query, as it was read.
type finding struct {
	query    string
	given    answer.Answer
	topic    topic
	hits     []retrieval.Hit
	finds    []find
	excerpts []Excerpt // of these, strongest first
	cut      bool      // passages that were not looked at may speak to it too
}

// look finds what the documents say on query.
func (m *Maker) look(ctx context.Context, query string, only func(corpus.Passage) bool) (finding, error) {
	given, err := m.answerer.Ask(ctx, answer.Question{Text: query, Only: only})
	if err != nil {
		return finding{}, err
	}
	query = given.Standalone
	hits, err := m.index.Search(ctx, query, retrieval.Options{Limit: depth, Only: only})
	if err != nil {
		return finding{}, err
	}
	q := m.topicOf(query, hits, given.Answered)
	finds := m.matching(q, query, hits, given.Answered)
	if given.Answered && isQuestion(query) && q.nowhere < foreign {
		finds = append(m.answering(q, given), finds...)
	}
	// Where the last of very many passages still speak to it, others may.
	cut := len(hits) == depth && len(m.matching(q, query, hits[depth-depth/10:], false)) > 0
	return finding{query, given, q, hits, finds, listed(fold(m.excerpts(finds))), cut}, nil
}

// elsewhere lists the titles of the documents that further excerpts are from, and none
// that are quoted, in the order in which they come.
func elsewhere(quoted, further []Excerpt) []string {
	seen := make(map[string]bool)
	for _, e := range quoted {
		seen[e.Passage.Doc.File] = true
	}
	var titles []string
	for _, e := range further {
		if !seen[e.Passage.Doc.File] {
			seen[e.Passage.Doc.File] = true
			titles = append(titles, e.Passage.Doc.Title)
		}
	}
	return titles
}

// inQuestion is what a topic is put behind to be read without its typing errors: by
// itself it has no grammar to tell its language by.
const inQuestion = "What is said in the documents about "

// corrected returns query without its typing errors.
func (m *Maker) corrected(query string) string {
	if isQuestion(query) {
		return m.answerer.Correct(query)
	}
	if topic, ok := strings.CutPrefix(m.answerer.Correct(inQuestion+query), inQuestion); ok {
		return topic
	}
	return query
}

// noteLacking says in part which words of a topic are missing in what was found and in
// the headings above, or, where nothing was, what there is of them. everywhere says
// that all passages were searched.
func (m *Maker) noteLacking(part *Part, f finding, everywhere bool) {
	held, found := make(map[string]bool), len(f.excerpts) > 0
	for _, e := range f.excerpts {
		said := strings.Join(append([]string{e.Quote}, e.Passage.Section...), "\n")
		for term := range m.read(m.texts()[e.Passage.Doc], said).found {
			held[term] = true
		}
	}
	terms := m.index.Terms(f.query)
	var lacking []string
	for _, t := range terms {
		if found && !held[t.Text] || !found && m.nowhere(t) {
			lacking = append(lacking, wordAt(f.query, t.Start))
		}
	}
	if len(lacking) > mostLacking {
		return
	}
	if !found {
		lacking = m.unprinted(lacking)
	}
	switch {
	case !found && len(lacking) == len(terms): // no wonder
	case !found && len(lacking) == 0:
		part.Apart = everywhere && len(terms) > 1
	default:
		part.Lacking = lacking
	}
}

// mostLacking are named: of a text that lacks more words nobody wants to know them.
const mostLacking = 20

// unprinted returns those of words that stand in no passage, not even within another,
// as in "l’avis", where it is searched as one.
func (m *Maker) unprinted(words []string) []string {
	for _, t := range m.texts() {
		for _, p := range t.doc.Passages {
			if len(words) == 0 {
				return nil
			}
			text := strings.ToLower(p.Text)
			words = slices.DeleteFunc(words, func(word string) bool { return strings.Contains(text, strings.ToLower(word)) })
		}
	}
	return words
}

// wordAt is the word of text that begins at a byte.
func wordAt(text string, start int) string {
	word := text[start:]
	if end := strings.IndexFunc(word, func(r rune) bool { return !isWordRune(r) }); end >= 0 {
		return word[:end]
	}
	return word
}

// summary is what a language model wrote in answer; nil when none did.
func (m *Maker) summary(given answer.Answer) []Statement {
	var out []Statement
	for _, w := range given.Written {
		s := Statement{Text: w.Text}
		for _, n := range w.Marks {
			c := given.Citations[n-1]
			s.Sources = append(s.Sources, m.texts()[c.Passage.Doc].cited(c))
		}
		out = append(out, s)
	}
	return out
}

// ofAnswer is a strength beyond that of any other find, less one for each quotation
// that stands before it in the answer.
const ofAnswer = 1000

// foreign is the share of a topic's weight from which on, when no passage holds it,
// the question is taken for one in another language, whose answer is by chance.
const foreign = 0.75

// answering finds the sentences that an answer quotes, before all others. Where some
// of its quotations hold a word of the topic, those that hold none are left out.
func (m *Maker) answering(q topic, given answer.Answer) []find {
	var holding, all []find
	for _, c := range given.Citations {
		t := m.texts()[c.Passage.Doc]
		r := m.read(t, c.Quote)
		holds := q.held(r, r) > 0
		for j, s := range c.Passage.Sentences {
			if s.Source.Start >= c.Span.Start && s.Source.End <= c.Span.End {
				f := find{text: t, sentence: t.first[c.Passage.ID] + j, strength: ofAnswer - float64(c.N)}
				all = append(all, f)
				if holds {
					holding = append(holding, f)
				}
			}
		}
	}
	if len(holding) > 0 {
		return holding
	}
	return all
}

// picked makes excerpts of what a person chose. lost are those that the documents
// do not hold, or no longer.
func (m *Maker) picked(picks []Pick) (excerpts []Excerpt, lost []Pick) {
	for _, p := range picks {
		e, err := m.pick(p)
		if err != nil {
			m.log.Warn("A chosen excerpt was left out.", "error", err)
			lost = append(lost, p)
			continue
		}
		excerpts = append(excerpts, e)
	}
	return excerpts, lost
}

func (m *Maker) pick(p Pick) (Excerpt, error) {
	for _, t := range m.texts() {
		first, ok := t.first[p.Passage]
		if !ok {
			continue
		}
		var quoted []int
		for i := first; i < len(t.sentences) && t.sentences[i].Source.Start < p.Span.End; i++ {
			if s := t.sentences[i].Source; s.Start >= p.Span.Start && s.End <= p.Span.End {
				quoted = append(quoted, i)
			}
		}
		if len(quoted) == 0 {
			return Excerpt{}, fmt.Errorf("passage %s: no sentence stands in bytes %d to %d", p.Passage, p.Span.Start, p.Span.End)
		}
		e, err := t.excerpt(quoted)
		e.Note = p.Note
		return e, err
	}
	return Excerpt{}, fmt.Errorf("passage %s: there is none in these documents", p.Passage)
}
