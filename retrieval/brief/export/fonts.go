package export

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The fonts that are built in; fonts/README.md tells where they come from.
var (
	//go:embed fonts/regular.ttf
	regularTTF []byte
	//go:embed fonts/bold.ttf
	boldTTF []byte
	//go:embed fonts/italic.ttf
	italicTTF []byte
	//go:embed fonts/bold-italic.ttf
	boldItalicTTF []byte
)

// A Font is a font that a PDF can be set in.
type Font struct {
	name     string // within a PDF
	data     []byte
	outlines *sfnt.Font
}

// builtIn returns the fonts that are built in, by whether they are bold and
// italic.
var builtIn = sync.OnceValue(func() map[[2]bool]*Font {
	out := map[[2]bool]*Font{}
	for _, b := range []struct {
		bold, italic bool
		name         string
		data         []byte
	}{
		{false, false, "NotoSerif", regularTTF},
		{true, false, "NotoSerif-Bold", boldTTF},
		{false, true, "NotoSerif-Italic", italicTTF},
		{true, true, "NotoSerif-BoldItalic", boldItalicTTF},
	} {
		f, err := newFont(b.name, b.data)
		if err != nil {
			panic(fmt.Sprintf("the built-in font %s: %v", b.name, err)) // a defect of this package
		}
		out[[2]bool{b.bold, b.italic}] = f
	}
	return out
})

// LoadFont reads a font from which PDF takes the characters that the built-in
// fonts lack. It must be a TrueType file; fonts of which PostScript draws the
// outlines (OpenType, .otf) and collections (.ttc) are refused.
func LoadFont(path string) (*Font, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the font: %w", err)
	}
	f, err := newFont("configured", data)
	if err == nil {
		err = f.try()
	}
	if err != nil {
		return nil, fmt.Errorf("the font %s cannot be used: %w: name a TrueType file, such as those that end in .ttf", filepath.Base(path), err)
	}
	return f, nil
}

// newFont reads a font.
func newFont(name string, data []byte) (*Font, error) {
	if !bytes.HasPrefix(data, []byte{0, 1, 0, 0}) && !bytes.HasPrefix(data, []byte("true")) {
		return nil, errors.New("it is no TrueType font")
	}
	outlines, err := sfnt.Parse(data)
	if err != nil {
		return nil, err
	}
	return &Font{name, data, outlines}, nil
}

// try sets a letter in the font, since fpdf is less careful than sfnt with what
// it reads.
func (f *Font) try() (err error) {
	defer f.recovered(&err)
	pdf := fpdf.New("P", "pt", "A4", "")
	pdf.AddUTF8FontFromBytes(f.name, "", f.data)
	pdf.AddPage()
	pdf.SetFont(f.name, "", 10)
	pdf.Text(0, 0, "A")
	return pdf.Output(io.Discard)
}

// recovered turns a panic over a damaged font into an error.
func (f *Font) recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("it is damaged: %v", r)
	}
}

// A face is a font in use, with what is known of its characters so far.
type face struct {
	*Font
	buffer sfnt.Buffer
	widths map[rune]int
}

// lacking is the width of a character that a font does not have.
const lacking = -1

// width returns how wide a character is, in thousandths of the font's size.
func (f *face) width(r rune) int {
	w, ok := f.widths[r]
	if !ok {
		w = f.measure(r)
		f.widths[r] = w
	}
	return w
}

// measure looks a character up in the font. Those beyond the first 65,536 count
// as lacking, since fpdf cannot write them.
func (f *face) measure(r rune) int {
	if r > 0xFFFF {
		return lacking
	}
	glyph, err := f.outlines.GlyphIndex(&f.buffer, r)
	if err != nil || glyph == 0 {
		return lacking
	}
	units := f.outlines.UnitsPerEm()
	advance, err := f.outlines.GlyphAdvance(&f.buffer, glyph, fixed.I(int(units)), font.HintingNone)
	if err != nil {
		return lacking
	}
	return (advance.Round()*1000 + int(units)/2) / int(units)
}

// A MissingError says which characters a PDF shows as � since no font has them.
// The file is whole all the same.
type MissingError struct {
	Missing []Missing // by where they first stand
}

// Missing is a character that no font has.
type Missing struct {
	Character rune
	Count     int    // times
	Around    string // the words in which it first stands
}

// Characters returns how many characters are shown as �.
func (e *MissingError) Characters() int {
	n := 0
	for _, m := range e.Missing {
		n += m.Count
	}
	return n
}

// Error names the first of the characters.
func (e *MissingError) Error() string {
	const shown = 5
	var names []string
	advice := "configure a font file that has them"
	if slices.ContainsFunc(e.Missing, func(m Missing) bool { return needsShaping(m.Character) }) {
		advice = "write docx or html, since a PDF is not set in all scripts"
	}
	for i, m := range e.Missing {
		if i == shown {
			names = append(names, fmt.Sprintf("%d more", len(e.Missing)-shown))
			break
		}
		names = append(names, fmt.Sprintf("%c (%U, in “%s”)", m.Character, m.Character, m.Around))
	}
	return fmt.Sprintf("the fonts of the PDF lack %s, and � stands there: %s", strings.Join(names, ", "), advice)
}

// shaped are the scripts, beside those read from right to left, whose letters
// change or move with their neighbours (Unicode Standard 16, chapters 12, 13 and
// 16).
var shaped = []*unicode.RangeTable{
	unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu,
	unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Tibetan, unicode.Mongolian, unicode.Myanmar, unicode.Khmer,
}

// needsShaping reports whether a character alone, one behind the other, is not how
// its script is set, so that a PDF would show something else than was written.
func needsShaping(r rune) bool { return directionOf(r) == leftward || unicode.In(r, shaped...) }

// invisible reports whether a character shows nothing of its own, so that it is
// left out: joiners, directions, soft hyphens and what chooses between forms.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) || unicode.Is(unicode.Variation_Selector, r)
}
