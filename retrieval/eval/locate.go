package eval

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Span is a stretch of a source file: of a hit the whole passage, of a
// citation the quoted words.
type Span struct {
	Document   string // as in the keys of the sources given to Score
	Start, End int    // bytes [Start, End) of the source
}

// folded is a source with each run of whitespace made one space, so that a quote
// is found though its lines break elsewhere.
type folded struct {
	document string
	text     []byte
	origin   []int // for each byte of text the byte of the source it came from
}

// fold folds the whitespace of source.
func fold(document string, source []byte) folded {
	f := folded{document: document}
	space := false
	for i := 0; i < len(source); {
		r, size := utf8.DecodeRune(source[i:])
		if !unicode.IsSpace(r) {
			for j := range size {
				f.text = append(f.text, source[i+j])
				f.origin = append(f.origin, i+j)
			}
		} else if !space {
			f.text = append(f.text, ' ')
			f.origin = append(f.origin, i)
		}
		space = unicode.IsSpace(r)
		i += size
	}
	return f
}

// find returns every place of quote, left to right and none overlapping the one
// before. A quote of whitespace alone has no place.
func (f folded) find(quote string) []Span {
	words := []byte(strings.Join(strings.Fields(quote), " "))
	if len(words) == 0 {
		return nil
	}
	var places []Span
	for from := 0; ; {
		i := bytes.Index(f.text[from:], words)
		if i < 0 {
			return places
		}
		first, last := from+i, from+i+len(words)-1
		places = append(places, Span{Document: f.document, Start: f.origin[first], End: f.origin[last] + 1})
		from = last + 1
	}
}

// evidence is a gold question's quotes where they stand in the sources.
type evidence struct {
	any    bool     // one quote is enough
	places [][]Span // for each quote every place it stands; each is as good as the others
}

// locate finds the quotes of every gold question in the sources, whichever
// document they stand in. A quote that is nowhere is an error, since it would
// silently count against every answer.
func locate(questions []Question, sources map[string][]byte) ([]evidence, error) {
	var documents []folded
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		documents = append(documents, fold(name, sources[name]))
	}
	found := make([]evidence, len(questions))
	for i, q := range questions {
		if q.Gold == nil {
			return nil, fmt.Errorf(`question %q has no gold answer: add "answerable" and its "evidence"`, label(q, i))
		}
		found[i].any = q.Gold.Any
		for _, quote := range q.Gold.Quotes {
			var places []Span
			for _, d := range documents {
				places = append(places, d.find(quote)...)
			}
			if len(places) == 0 {
				return nil, fmt.Errorf("question %q: its quote %q stands in none of the %d documents: copy it as it is printed",
					label(q, i), quote, len(documents))
			}
			found[i].places = append(found[i].places, places)
		}
	}
	return found, nil
}

// label is what an error calls the i-th question.
func label(q Question, i int) string {
	if q.ID != "" {
		return q.ID
	}
	return fmt.Sprintf("number %d", i+1)
}

// heldBy reports whether spans together hold what the question rests on: one of
// its quotes, or all of them. The spans count as one cover, so that a quote which
// straddles two passages is held once both are there.
func (e evidence) heldBy(spans []Span) bool {
	for _, places := range e.places {
		held := slices.ContainsFunc(places, func(gold Span) bool { return holds(spans, gold) })
		if held && e.any {
			return true
		}
		if !held && !e.any {
			return false
		}
	}
	return !e.any && len(e.places) > 0
}

// shareHeldBy is the share of the question's quotes that spans together hold: 0 or
// 1 where one quote is enough, 0 where there is none.
func (e evidence) shareHeldBy(spans []Span) float64 {
	if e.any || len(e.places) == 0 {
		if e.heldBy(spans) {
			return 1
		}
		return 0
	}
	held := 0
	for _, places := range e.places {
		if slices.ContainsFunc(places, func(gold Span) bool { return holds(spans, gold) }) {
			held++
		}
	}
	return float64(held) / float64(len(e.places))
}

// touches reports whether span holds any quote of the question, by itself.
func (e evidence) touches(span Span) bool {
	e.any = true // of this copy alone
	return e.heldBy([]Span{span})
}

// overlaps reports whether span shares at least n bytes with a quote.
func (e evidence) overlaps(span Span, n int) bool {
	for _, places := range e.places {
		for _, gold := range places {
			if covered([]Span{span}, gold) >= n {
				return true
			}
		}
	}
	return false
}

// holds reports whether spans cover 60 % of gold's bytes or more: a sentence cut
// a little short still says its thing, half of one does not.
func holds(spans []Span, gold Span) bool {
	return 100*covered(spans, gold) >= 60*(gold.End-gold.Start)
}

// covered returns how many bytes of gold at least one of spans covers.
func covered(spans []Span, gold Span) int {
	var parts []Span
	for _, s := range spans {
		s.Start, s.End = max(s.Start, gold.Start), min(s.End, gold.End)
		if s.Document == gold.Document && s.Start < s.End {
			parts = append(parts, s)
		}
	}
	slices.SortFunc(parts, func(a, b Span) int { return a.Start - b.Start })
	bytes, end := 0, gold.Start
	for _, s := range parts {
		if s.End > end {
			bytes += s.End - max(s.Start, end)
			end = s.End
		}
	}
	return bytes
}
