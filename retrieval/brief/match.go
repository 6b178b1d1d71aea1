package brief

import (
	"slices"
	"strings"

	"rapporteur/retrieval"
)

// What counts as speaking to a topic. A briefing is to miss nothing, so that it
// reads deeper than an answer does. The values were chosen by reading what came of
// topics of the proceedings, of a session report and of speeches. What their neighbours
// do was read on 53 such topics, on which 279 sentences are quoted: how many come or go,
// and how many of these do speak to their topic.
//
//	fewest      6: none
//	holdsAll    0.8: none
//	holdsMost   0.6: 14 come (11 do)    0.7: 2 go (2 do)
//	nearThird   0.2: 4 come (0 do)      0.4: 7 go (4 do)
//	holdsHalf   0.45: 11 come (4 do)    0.55: 15 go (10 do)
//	nearMost    0.5: 15 come (9 do)     0.7: 18 go (14 do)
//	holdsSome   0.2: 1 comes (it does)  0.5: 2 go (2 do)
//	nearHalf    0.35: 3 come (2 do)     0.55: none
//	nearTokens  0.55: 2 come (1 does)   0.75: 10 go (3 do)
//	nearZ       0.6: 27 come (8 do)     0.8: 15 go (7 do)
//	enough      16: 1 comes (it does)   4: 10 go (3 do)
const (
	depth      = 1000 // passages that are looked at
	fewest     = 4    // words of a sentence that is found by itself
	holdsAll   = 0.9  // share of the topic in a sentence that speaks to it, however far it is
	holdsName  = 0.85 // the same of a name, which may lose a small word of several
	holdsMost  = 0.65 // the same, in one that is not far:
	nearThird  = 0.3  // as a share of the best sentence's nearness
	holdsHalf  = 0.5  // the same, in one that is near:
	nearMost   = 0.6  // as a share of the best sentence's nearness
	holdsSome  = 0.3  // the same, in one under a heading that names the topic, or else:
	nearHalf   = 0.45 // as a share of the best sentence's nearness
	nearTokens = 0.65 // of the best passage's tokens, for one that says it in other words
	nearZ      = 0.7  // of the best sentence's nearness, the same
	enough     = 8    // sentences that say it in its words, from which on no others are needed
)

// likeTokens is how like the topic's words those of a sentence are that is found by its
// nearness alone, as a share of the sentence whose words are most like them. Of 111 such
// sentences on 111 topics, 22 of the 57 with less spoke to their topic, and 30 of the others.
const likeTokens = 0.7

// A find is a sentence that speaks to a query.
type find struct {
	text     *text
	sentence int
	strength float64 // how much it does; comparable within a query
	partly   bool    // it holds some of the topic's words
	close    bool    // its words are like them
}

// A paragraph is named by its first sentence.
type paragraph struct {
	text  *text
	first int
}

func (f find) paragraph() paragraph {
	first, _ := f.text.paragraph(f.sentence)
	return paragraph{f.text, first}
}

// matching finds the sentences of hits that speak to q: those that hold its words, or
// stand under a heading that does, and, where there are such, those that have another
// word for one of its words ("climate" for "warming"). Where the documents seem to answer
// it, so do those that say it in other words: with some of its own, beside one of these
// in its paragraph or, when these are few, by themselves. When these are few, a section
// of the topic's name speaks to it too. Nearness alone is no reason: something is
// nearest always.
func (m *Maker) matching(q topic, query string, hits []retrieval.Hit, answered bool) []find {
	best := bestOf(hits)
	rewordable, asked := q.rewordable(query), isQuestion(query)
	words := m.piecesOf(query, hits)
	var c candidates
	for _, h := range hits {
		t := m.texts()[h.Doc]
		around, headings := m.read(t, h.Text), m.read(t, strings.Join(h.Section, " "))
		heading, titled := q.held(headings, headings), m.titled(q, t, h.Section)
		for j, s := range h.Passage.Sentences {
			i := t.first[h.ID] + j
			if len(strings.Fields(s.Text)) < fewest || t.isTitle(i) || q.figure && !figure.MatchString(unnumbered(s.Text)) {
				continue
			}
			near := best.near(h.Sentences[j])
			r := m.read(t, s.Text)
			share := q.held(r, around)
			f := find{text: t, sentence: i, strength: share + near + best.score(h), partly: share >= holdsSome}
			switch {
			case q.speaks(share, near) || q.continues(heading, q.share(r.found), near):
				c.said = append(c.said, f)
			case rewordable && !asked && q.calls(r) && near >= nearThird && q.speaks(q.held(words.alike(r, h.Sentences[j]), around), near):
				c.other = append(c.other, f)
			case rewordable && answered && !q.one && q.calls(r) && near >= nearZ && h.Tokens >= nearTokens*best.tokens:
				f.close = asked || h.Sentences[j].Tokens >= likeTokens*best.sentence
				c.meant = append(c.meant, f)
			case titled:
				c.under = append(c.under, f)
			}
		}
	}
	return c.chosen()
}

// rewordable reports whether what a query asks for may be said in other words: it is no
// name, and has no number.
func (q topic) rewordable(query string) bool {
	return !q.named && !strings.ContainsAny(query, "0123456789")
}

// Candidates are sentences that may speak to a topic, by what speaks for that.
type candidates struct {
	said  []find // they hold its words
	other []find // they do, with another word for some
	meant []find // they are so near that they may say it in other words
	under []find // they stand in a section of its name
}

// chosen returns those that do, given what there is of the others.
func (c candidates) chosen() []find {
	if len(c.said) == 0 {
		return c.under
	}
	chosen := slices.Concat(c.said, c.other)
	paragraphs := make(map[paragraph]bool)
	for _, f := range chosen {
		paragraphs[f.paragraph()] = true
	}
	few := len(c.said) < enough
	for _, f := range c.meant {
		if f.close && (few || f.partly) || paragraphs[f.paragraph()] {
			chosen = append(chosen, f)
		}
	}
	for _, f := range c.under {
		if few && !paragraphs[f.paragraph()] {
			chosen = append(chosen, f)
		}
	}
	return chosen
}

// speaks reports whether a sentence speaks to the topic, of which it holds a share,
// and to which it is so near.
func (q topic) speaks(share, near float64) bool {
	switch {
	case q.named:
		return share >= holdsName
	case q.one:
		return share >= holdsMost && near >= nearMost
	}
	return share >= holdsAll || share >= holdsMost && near >= nearThird || share >= holdsHalf && near >= nearMost
}

// continues reports whether a sentence goes on with the topic, of which the headings
// above it hold a share, and it itself another.
func (q topic) continues(heading, share, near float64) bool {
	switch {
	case q.named:
		return heading >= holdsName && share >= holdsSome
	case q.one:
		return false
	}
	return heading >= holdsMost && (share >= holdsSome || near >= nearHalf)
}

// titled reports whether one of the titles above is the topic's name, so that all below
// it belongs to the topic, whatever its words.
func (m *Maker) titled(q topic, t *text, section []string) bool {
	return slices.ContainsFunc(section, func(title string) bool {
		r := m.read(t, titleOf(title))
		named := 0
		for _, term := range r.order {
			if q.weight[term] > 0 {
				named++
			}
		}
		return q.held(r, r) >= holdsAll && 3*named >= 2*len(r.order)
	})
}

// A measure is the best that was found, against which the rest is held.
type measure struct {
	z, tokens float64
	sentence  float64
	high, low float64 // scores of passages
}

func bestOf(hits []retrieval.Hit) measure {
	var m measure
	for i, h := range hits {
		if i == 0 {
			m.high, m.low = h.Score, h.Score
		}
		m.high, m.low, m.tokens = max(m.high, h.Score), min(m.low, h.Score), max(m.tokens, h.Tokens)
		for _, s := range h.Sentences {
			m.z, m.sentence = max(m.z, s.Z), max(m.sentence, s.Tokens)
		}
	}
	return m
}

// near is how near a sentence is to the query, as a share of the nearest one's.
func (m measure) near(s retrieval.Nearness) float64 {
	if m.z <= 0 {
		return 0
	}
	return s.Z / m.z
}

// score is a passage's rank, from 0 for the last to 1 for the best.
func (m measure) score(h retrieval.Hit) float64 {
	if m.high <= m.low {
		return 0
	}
	return (h.Score - m.low) / (m.high - m.low)
}
