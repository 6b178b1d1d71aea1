package chat

import (
	"strings"
	"unicode"
)

// Plain makes text of unknown origin safe to show: what is not UTF-8 or a control
// character becomes the replacement character U+FFFD, characters that turn the
// direction of writing or cannot be seen are dropped, and every kind of line end
// becomes a newline. Markup stays; each platform escapes its own.
func Plain(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, string(unicode.ReplacementChar)), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return unicode.ReplacementChar
		case r == '\u200d' || r == '\u200c':
			return r // they join or part letters in Persian and Indic words, and emoji
		case unicode.Is(unicode.Cf, r) || r == '\u2800' || r == '\u3164' || r == '\u115f' || r == '\u1160':
			return -1 // unseen: overrides of direction, tags, fillers
		}
		return r
	}, text)
}

// folded is text as Plain makes it, in one line.
func folded(text string) string { return strings.Join(strings.Fields(Plain(text)), " ") }
