package answer

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Verify shows that a citation's quotation is what the source prints at its
// span. The printed bytes must be the source's, and the quotation must be
// these, repaired: the same letters in the same order but for a few.
func Verify(c Citation, source []byte) error {
	if c.Span.Start < 0 || c.Span.End > len(source) || c.Span.Start >= c.Span.End {
		return fmt.Errorf("bytes %d to %d are not in the source of %d bytes", c.Span.Start, c.Span.End, len(source))
	}
	if printed := string(source[c.Span.Start:c.Span.End]); c.Printed != printed {
		return errors.New("the printed words are not the source's")
	}
	quoted, allowed := letters(c.Quote), 0
	for _, text := range readings(c.Printed) {
		printed := letters(text)
		if printed == quoted {
			return nil
		}
		// A scan loses or swaps perhaps one letter in a hundred; a page number
		// inside the span is left out of the quotation.
		allowed = 4 + len(printed)/12
		if distance(printed, quoted, allowed) <= allowed {
			return nil
		}
	}
	return fmt.Errorf("the quotation differs from the source in more than %d letters", allowed)
}

// readings are printed as it is and, where a page ends in it, without the lines that
// may be a running header or footer: the first of each new page, the last of each
// old one, and both.
func readings(printed string) []string {
	pages := strings.Split(printed, "\f")
	out := []string{printed}
	if len(pages) == 1 {
		return out
	}
	for _, leave := range []struct{ header, footer bool }{{true, false}, {false, true}, {true, true}} {
		var kept []string
		for i, page := range pages {
			page = strings.TrimSpace(page)
			if i > 0 && leave.header {
				_, page, _ = strings.Cut(page, "\n")
			}
			if i < len(pages)-1 && leave.footer {
				page = page[:max(0, strings.LastIndexByte(page, '\n'))]
			}
			kept = append(kept, page)
		}
		out = append(out, strings.Join(kept, "\n"))
	}
	return out
}

// letters is s in lower case without anything but letters and digits.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// distance is the edit distance of a and b in bytes (Levenshtein 1966), or
// more than limit once it is more; only cells within limit of the diagonal are
// looked at (Ukkonen 1985).
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); max(d, -d) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		lo, hi := max(1, i-limit), min(len(b), i+limit)
		diagonal := row[lo-1]
		if lo == 1 {
			row[0] = i
		} else {
			row[lo-1] = limit + 1
		}
		best := row[lo-1]
		for j := lo; j <= hi; j++ {
			above := limit + 1
			if j < i+limit {
				above = row[j]
			}
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost = 1 + min(diagonal, above, row[j-1])
			}
			diagonal, row[j] = above, cost
			best = min(best, cost)
		}
		if best > limit {
			return limit + 1
		}
	}
	return min(row[len(b)], limit+1)
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
