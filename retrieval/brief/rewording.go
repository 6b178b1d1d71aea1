package brief

import (
	"context"
	"math"
	"slices"

	"rapporteur/corpus"
)

// What a topic is called in other words: phrases of the documents that come near to it
// in meaning, as "social protection" to "social security". Single words are not taken:
// an "appetite" is not hunger. On 103 topics of the proceedings, a session report and
// speeches they bring 30 sentences, of which 27 speak to their topic; 2.4 deviations bring
// 22 more (11 do), 3.2 lose 24 (22 do), 15 sentences lose 16 (15 do), and 40 bring 16 (6).
const (
	nearest   = 25  // sentences, those nearest to the topic, whose phrases are looked at
	asNear    = 2.8 // standard deviations by which a phrase is nearer than the mean of these
	leastSeen = 50  // phrases, of which a mean tells something
	mostSeen  = 400 // phrases; the sentences mostly have 100 to 250
	mostWords = 3   // of a topic that two words may stand for
)

// otherwise adds to a topic on which part has few excerpts those that have another
// wording for it, as a part of their own. Of those that say what one of part does, it
// names the places there.
func (m *Maker) otherwise(ctx context.Context, found finding, part *Part) (Part, error) {
	other := Part{Title: "In other words", Level: 1}
	room := enough - len(part.Excerpts)
	if room <= 0 || !found.rewordable() {
		return other, nil
	}
	phrases, err := m.wordings(ctx, found)
	if err != nil {
		return other, err
	}
	n := len(part.Excerpts)
	all := foldInto(part.Excerpts, m.excerpts(m.worded(phrases, found, part.Excerpts)))
	part.Excerpts, all = all[:n:n], listed(all[n:])
	other.Excerpts = all[:min(room, len(all))]
	for _, p := range phrases {
		if slices.ContainsFunc(other.Excerpts, func(e Excerpt) bool { return p.stands(m.read(m.texts()[e.Passage.Doc], e.Quote)) }) {
			other.Wordings = append(other.Wordings, p.text)
		}
	}
	return other, nil
}

// rewordable reports whether phrases may stand for the topic: where something was found
// by its own words, of which there are few, and the embedder tells them apart.
func (f finding) rewordable() bool {
	n := len(f.topic.weight)
	return len(f.excerpts) > 0 && !isQuestion(f.query) && f.topic.rewordable(f.query) && len(f.topic.names) == 0 &&
		f.topic.sides == nil && n > 1 && n <= mostWords && len(f.hits[0].Query) > 0
}

// wordings returns the phrases that may be said for a topic: each is far nearer to it
// than most, nearer than to any word of it, and has a word of its own.
func (m *Maker) wordings(ctx context.Context, found finding) ([]phrase, error) {
	all := m.nearPhrases(found.hits)
	if len(all) < leastSeen {
		return nil, nil
	}
	asked := []string{found.query}
	for _, t := range m.index.Terms(found.query) {
		asked = append(asked, wordAt(found.query, t.Start))
	}
	var texts []string
	for _, p := range all {
		texts = append(texts, p.text)
	}
	rows, err := m.index.Likeness(ctx, asked, texts)
	if err != nil {
		return nil, err
	}
	whole, words := rows[0], rows[1:]
	least := above(whole, asNear)
	var out []phrase
	for i, p := range all {
		nearer := func(word []float64) bool { return word[i] > whole[i] }
		if whole[i] >= least && found.topic.replaces(p) && !slices.ContainsFunc(words, nearer) {
			out = append(out, p)
		}
	}
	return out, nil
}

// replaces reports whether p has a word of its own for some of the topic, and of the
// topic's words either none or one that tells: "poor countries" are no rich ones.
func (q topic) replaces(p phrase) bool {
	found := make(map[string]bool)
	own := false
	for _, term := range p.terms {
		found[term] = true
		own = own || q.weight[term] == 0
	}
	share := q.share(found)
	return own && (share == 0 || share >= holdsSome && share < 1)
}

// above is the value that lies so many standard deviations above the mean of all.
func above(all []float64, deviations float64) float64 {
	mean, square := 0.0, 0.0
	for _, x := range all {
		mean += x / float64(len(all))
	}
	for _, x := range all {
		square += (x - mean) * (x - mean) / float64(len(all))
	}
	return mean + deviations*math.Sqrt(square)
}

// worded finds the sentences that have one of the phrases, are not far from the topic,
// and are not shown with the excerpts that there are.
func (m *Maker) worded(phrases []phrase, found finding, excerpts []Excerpt) []find {
	type place struct {
		file string
		span corpus.Span
	}
	shown := make(map[place]bool)
	for _, e := range excerpts {
		for _, s := range e.Context {
			shown[place{e.Passage.Doc.File, s.Span}] = true
		}
	}
	best := bestOf(found.hits)
	var finds []find
	for _, h := range found.hits {
		t := m.texts()[h.Doc]
		for j, s := range h.Passage.Sentences {
			near := best.near(h.Sentences[j])
			f := find{text: t, sentence: t.first[h.ID] + j, strength: near + best.score(h)}
			if near < nearThird || t.isTitle(f.sentence) || shown[place{h.Doc.File, s.Source}] {
				continue
			}
			r := m.read(t, s.Text)
			if slices.ContainsFunc(phrases, func(p phrase) bool { return p.stands(r) }) {
				finds = append(finds, f)
			}
		}
	}
	return finds
}
