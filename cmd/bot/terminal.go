package main

import (
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"rapporteur/adapters/terminal"
)

// The widths of text, in columns.
const (
	widest  = 100 // longer lines are hard to read
	narrow  = 40  // shorter ones leave no room beside the indents
	unknown = 80  // of a file or a pipe
)

const (
	escDim   = "\x1b[2m"
	escBold  = "\x1b[1m"
	escReset = "\x1b[0m"
)

// noBreak is the no-break space.
const noBreak = "\u00a0"

// A screen is where text for people is written.
type screen struct {
	w      io.Writer
	width  int  // in columns
	colour bool // escape sequences are understood
}

// newScreen finds out what w can show. Colour needs a terminal that is not
// "dumb", and no NO_COLOR (no-color.org).
func newScreen(w io.Writer, getenv func(string) string) *screen {
	s := &screen{w: w, width: unknown}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return s
	}
	s.colour = getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
	if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 {
		s.width = max(narrow, min(columns, widest))
	}
	return s
}

// dim and bold return s set off, where the screen can.
func (s *screen) dim(text string) string  { return s.style(escDim, text) }
func (s *screen) bold(text string) string { return s.style(escBold, text) }

func (s *screen) style(escape, text string) string {
	if !s.colour || text == "" {
		return text
	}
	return escape + text + escReset
}

// wrap returns text as lines that fit the screen behind an indent of so many
// columns, without what would steer the terminal.
func (s *screen) wrap(text string, indent int) []string {
	parts := strings.Split(text, "\n")
	for i, part := range parts {
		parts[i] = clean(part)
	}
	return terminal.Wrap(strings.Join(parts, "\n"), s.width-indent)
}

// clean makes text of unknown origin fit for a terminal. Control characters may
// move the cursor, set the title or answer in the user's name, and those for
// the direction of writing may show words in another order than they stand; all
// of them become the replacement character, and whitespace becomes a space.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(text, string(unicode.ReplacementChar)))
}

// A bar shows how far a work is. It is nothing where there is no terminal, and is
// drawn from the first call of show on.
type bar struct {
	w    *os.File // nil: no terminal
	work string   // what is done: "indexing"
	bar  *progressbar.ProgressBar
}

func newBar(w io.Writer, work string) *bar {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &bar{}
	}
	return &bar{w: f, work: work}
}

// show draws that done of total are done. It is a retrieval.Progress and a
// brief.Progress.
func (b *bar) show(done, total int) {
	if b.w == nil {
		return
	}
	if b.bar == nil {
		b.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(b.w),
			progressbar.OptionSetDescription(b.work),
			progressbar.OptionSetWidth(30),
			progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionClearOnFinish())
	}
	b.bar.Set(done)
}

// clear takes the bar off the screen.
func (b *bar) clear() {
	if b.bar != nil {
		b.bar.Clear()
		b.bar = nil
	}
}
