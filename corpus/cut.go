package corpus

import (
	"fmt"
	"math"
	"strings"
)

// The sizes of a passage in words. Measured on the proceedings with questions
// from outside: passages of about 130 words that end where paragraphs end find
// more than fixed windows of 200 words or of 1,000 characters.
const (
	idealWords   = 125
	longestWords = 220
)

// A unit is a sentence on its way into a passage.
type unit struct {
	Sentence
	words int
	sect  int
	toc   bool
	lead  bool // ends in a colon: what follows belongs to it
	glyph int  // bytes of the source before it that are a bullet's glyph
}

// cut packs the sentences of one section into passages: of all ways to cut the
// section it takes the one whose passages are nearest to the ideal length while
// cutting at the ends of paragraphs.
func cut(units []unit) [][]unit {
	n := len(units)
	best := make([]float64, n+1)
	from := make([]int, n+1)
	for end := 1; end <= n; end++ {
		best[end] = math.Inf(1)
		words := 0
		for start := end - 1; start >= 0; start-- {
			words += units[start].words
			if words > longestWords && start < end-1 {
				break
			}
			if cost := best[start] + misfit(words) + seam(units, end); cost < best[end] {
				best[end], from[end] = cost, start
			}
		}
	}
	var out [][]unit
	for end := n; end > 0; end = from[end] {
		out = append(out, units[from[end]:end])
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// misfit is the cost of a passage of so many words: the square of how far it is
// from the ideal, as a share of the ideal.
func misfit(words int) float64 {
	d := float64(words-idealWords) / idealWords
	return d * d
}

// seam is the cost of a passage that ends before units[at].
func seam(units []unit, at int) float64 {
	switch {
	case at >= len(units):
		return 0
	case units[at-1].lead:
		return 0.5 // a lead-in would be parted from its list
	case !units[at].Opens:
		return 0.25
	case units[at].Item && units[at-1].Item:
		return 0.02
	}
	return 0
}

// passages cuts the units of a document, section by section.
func passages(card *Card, outline []Section, units []unit) []Passage {
	var out []Passage
	for start := 0; start < len(units); {
		end := start + 1
		for end < len(units) && units[end].sect == units[start].sect && units[end].toc == units[start].toc {
			end++
		}
		path, byline := sectionPath(outline, units[start].sect)
		for _, part := range cut(units[start:end]) {
			p := Passage{
				Place:    part[0].Place,
				ID:       fmt.Sprintf("%s/%04d", card.ID, len(out)+1),
				Doc:      card,
				Section:  path,
				Byline:   byline,
				Source:   Span{part[0].Source.Start - part[0].glyph, part[len(part)-1].Source.End},
				Contents: part[0].toc,
			}
			var text strings.Builder
			for i, u := range part {
				if i > 0 && part[i-1].Source.End < u.Source.Start-u.glyph {
					text.WriteByte(' ')
				}
				if u.glyph > 0 {
					text.WriteString("• ")
				}
				text.WriteString(u.Text)
				p.Sentences = append(p.Sentences, u.Sentence)
			}
			p.Text = text.String()
			out = append(out, p)
		}
		start = end
	}
	return out
}

// sectionPath returns the titles from the outermost heading to outline[i], and
// the byline of the innermost of them that has one.
func sectionPath(outline []Section, i int) (path []string, byline string) {
	level := math.MaxInt
	for ; i >= 0; i-- {
		if s := outline[i]; s.Level < level {
			level = s.Level
			path = append([]string{s.Title}, path...)
			if byline == "" {
				byline = s.Byline
			}
		}
	}
	return path, byline
}
