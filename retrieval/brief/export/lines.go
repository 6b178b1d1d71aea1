package export

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// A textLook is how a span of text is set. Lengths are in points throughout.
type textLook struct {
	bold, italic, marked bool
	size, rise           float64 // above the line on which the others stand
	gray                 bool
	link                 string // where it leads: "#" and a name, or an address; "": nowhere
	name                 string // by which links find it; "": none
}

// A span is a text of one look.
type span struct {
	text string
	look textLook
}

// A glyph is a character as it is set.
type glyph struct {
	char  rune
	width float64
	face  *face
	look  *textLook
}

// A typesetter turns text into glyphs and glyphs into lines.
type typesetter struct {
	faces   map[[2]bool]*face // by bold and italic
	extra   *face             // has what they lack; nil: none
	missing []Missing
	known   map[rune]int // the place of a character in missing
}

func newTypesetter(extra *Font) *typesetter {
	t := &typesetter{faces: map[[2]bool]*face{}, known: map[rune]int{}}
	for look, f := range builtIn() {
		t.faces[look] = &face{Font: f, widths: map[rune]int{}}
	}
	if extra != nil {
		t.extra = &face{Font: extra, widths: map[rune]int{}}
	}
	return t
}

// glyphs sets a text. Letters and their accents are one character where Unicode
// has it, since accents that stand alone are not placed.
func (t *typesetter) glyphs(spans []span) []glyph {
	var out []glyph
	for i := range spans {
		look := &spans[i].look
		text := norm.NFC.String(spans[i].text)
		for at, r := range text {
			if invisible(r) {
				continue
			}
			f := t.face(r, look)
			if f == nil {
				t.miss(r, text, at)
				r, f = utf8.RuneError, t.own(look)
			}
			g := glyph{char: r, face: f, look: look}
			if r != '\n' {
				g.width = float64(f.width(r)) * look.size / 1000
			}
			out = append(out, g)
		}
	}
	return out
}

// own returns the font of a look.
func (t *typesetter) own(look *textLook) *face { return t.faces[[2]bool{look.bold, look.italic}] }

// face returns the font that has a character, nil when none has, or its script
// needs more than that.
func (t *typesetter) face(r rune, look *textLook) *face {
	switch own := t.own(look); {
	case needsShaping(r):
		return nil
	case r == '\n' || own.width(r) != lacking:
		return own
	case t.extra != nil && t.extra.width(r) != lacking:
		return t.extra
	}
	return nil
}

// miss notes a character that stands in text and that no font has.
func (t *typesetter) miss(r rune, text string, at int) {
	i, ok := t.known[r]
	if !ok {
		i = len(t.missing)
		t.known[r] = i
		t.missing = append(t.missing, Missing{Character: r, Around: around(text, at)})
	}
	t.missing[i].Count++
}

// around returns the words about a place in a text.
func around(text string, at int) string {
	const reach = 24 // bytes to either side
	start, end := max(0, at-reach), min(len(text), at+reach)
	for start > 0 && !utf8.RuneStart(text[start]) {
		start--
	}
	for end < len(text) && !utf8.RuneStart(text[end]) {
		end++
	}
	return strings.Join(strings.Fields(text[start:end]), " ")
}

// lines breaks glyphs where Unicode allows (UAX 14), so that none is wider than
// width; a word that is wider by itself is broken anywhere. The number of a note
// stays with what it is called by.
func lines(glyphs []glyph, width float64) [][]glyph {
	const joiner = '\u2060' // beside which no line ends
	var text strings.Builder
	for _, g := range glyphs {
		if g.look.rise > 0 {
			g.char = joiner
		}
		text.WriteRune(g.char)
	}
	var out [][]glyph
	start, at, x := 0, 0, 0.0 // of the line, of what is not yet placed, of the pen
	end := func(next int) {
		out = append(out, glyphs[start:next])
		start, x = next, 0
	}
	for rest, state := text.String(), -1; rest != ""; {
		var segment string
		var must bool
		segment, rest, must, state = uniseg.FirstLineSegmentInString(rest, state)
		next := at + utf8.RuneCountInString(segment)
		if at > start && x+widthOf(unspaced(glyphs[at:next])) > width {
			end(at)
		}
		for ; at < next; at++ {
			g := glyphs[at]
			if at > start && g.char != ' ' && x+g.width > width && g.width > 0 {
				end(at)
			}
			x += g.width
		}
		if must && strings.HasSuffix(segment, "\n") {
			end(at)
		}
	}
	if start < len(glyphs) || len(out) == 0 {
		end(len(glyphs))
	}
	for i := range out {
		out[i] = unspaced(out[i])
	}
	return out
}

// unspaced returns glyphs without the white space at their end.
func unspaced(glyphs []glyph) []glyph {
	for len(glyphs) > 0 && (glyphs[len(glyphs)-1].char == ' ' || glyphs[len(glyphs)-1].char == '\n') {
		glyphs = glyphs[:len(glyphs)-1]
	}
	return glyphs
}

func widthOf(glyphs []glyph) float64 {
	var out float64
	for _, g := range glyphs {
		out += g.width
	}
	return out
}

// A box is a piece of a line that is drawn at one stroke.
type box struct {
	text     string
	x, width float64
	face     *face
	look     *textLook
}

// boxes joins the glyphs of a line that begins at x.
func boxes(line []glyph, x float64) []box {
	var out []box
	for start := 0; start < len(line); {
		first := line[start]
		b := box{x: x, face: first.face, look: first.look}
		var text strings.Builder
		for ; start < len(line) && line[start].face == first.face && line[start].look == first.look; start++ {
			text.WriteRune(line[start].char)
			b.width += line[start].width
		}
		b.text = text.String()
		x += b.width
		out = append(out, b)
	}
	return out
}
