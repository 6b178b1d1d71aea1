package brief

import (
	"slices"
	"strings"

	"rapporteur/retrieval"
)

// What counts as speaking to a topic. A briefing is to miss nothing, so that it
// reads deeper than an answer does; chosen by reading what came of topics of the
// proceedings, of a session report and of speeches.
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

// A find is a sentence that speaks to a query.
type find struct {
	text     *text
	sentence int
	strength float64 // how much it does; comparable within a query
	partly   bool    // it holds some of the topic's words
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

// matching finds the sentences of hits that speak to q: those that hold its
// words, or stand under a heading that does, and, where the documents seem to answer
// it, those that say it in other words: with some of its own, beside one of these in
// its paragraph or, when these are few, by themselves. When these are few, a section
// of the topic's name speaks to it too. Nearness alone is no reason: something is
// nearest always.
func (m *Maker) matching(q topic, query string, hits []retrieval.Hit, answered bool) []find {
	best := bestOf(hits)
	otherwise := answered && !q.named && !q.one && !strings.ContainsAny(query, "0123456789")
	var c candidates
	for _, h := range hits {
		t := m.texts()[h.Doc]
		around, headings := m.read(t, h.Text), m.read(t, strings.Join(h.Section, " "))
		heading, titled := q.held(headings, headings), m.titled(q, t, h.Section)
		for j, s := range h.Passage.Sentences {
			i := t.first[h.ID] + j
			if len(strings.Fields(s.Text)) < fewest || t.isTitle(i) {
				continue
			}
			near := best.near(h.Sentences[j])
			r := m.read(t, s.Text)
			share := q.held(r, around)
			f := find{text: t, sentence: i, strength: share + near + best.score(h), partly: share >= holdsSome}
			switch {
			case q.speaks(share, near) || q.continues(heading, q.share(r.found), near):
				c.said = append(c.said, f)
			case otherwise && q.calls(r) && near >= nearZ && h.Tokens >= nearTokens*best.tokens:
				c.meant = append(c.meant, f)
			case titled:
				c.under = append(c.under, f)
			}
		}
	}
	return c.chosen()
}

// Candidates are sentences that may speak to a topic, by what speaks for that.
type candidates struct {
	said  []find // they hold its words
	meant []find // they are so near that they may say it in other words
	under []find // they stand in a section of its name
}

// chosen returns those that do, given what there is of the others.
func (c candidates) chosen() []find {
	if len(c.said) == 0 {
		return c.under
	}
	chosen, few := c.said, len(c.said) < enough
	paragraphs := make(map[paragraph]bool)
	for _, f := range c.said {
		paragraphs[f.paragraph()] = true
	}
	for _, f := range c.meant {
		if few || f.partly || paragraphs[f.paragraph()] {
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
			m.z = max(m.z, s.Z)
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
