package chat

import (
	"regexp"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Split cuts text into parts of at most limit each, as size measures them; size
// must not shrink when text is added, and may be nil for runes. Words, marks such
// as [2] with the word before them, and quotations in “ ” stay whole where they can
// be: a part ends at a paragraph, else a line, a sentence, a space, and only in a
// word that is too long by itself anywhere. A code fence that has to be cut is
// closed and opened again. Nothing but space is lost. A limit of less than 1 counts
// as 1.
func Split(text string, limit int, size func(string) int) []string {
	if size == nil {
		size = utf8.RuneCountInString
	}
	limit = max(1, limit)
	var parts []string
	rest, opener := strings.TrimSpace(text), "" // opener: the fence that rest is inside of
	for rest != "" {
		if size(opener+rest) <= limit {
			return append(parts, opener+rest)
		}
		part, inside := cut(rest, opener, limit, size)
		body := strings.TrimRight(part, " \n")
		rest = strings.TrimLeft(rest[len(part):], " \n")
		if inside != "" {
			body, rest = body+closing, strings.TrimPrefix(rest, "\n")
		}
		if strings.TrimSpace(body) != "" {
			parts = append(parts, opener+body)
		}
		opener = inside
	}
	return parts
}

const (
	fence   = "```"
	closing = "\n" + fence
)

// cut returns the first part of rest, which is inside the fence that opener opens,
// and the opener of the fence that the cut is inside of.
func cut(rest, opener string, limit int, size func(string) int) (part, inside string) {
	fences := 4*size(closing) <= limit // else a fence is text like any other
	most := func(room int) int {
		end := room // doubled, so that a long rest is not measured over and over
		for end < len(rest) && size(opener+rest[:end]) <= room {
			end *= 2
		}
		// The least n at which one more byte is too many.
		return max(1, sort.Search(min(end, len(rest)), func(n int) bool { return size(opener+rest[:n+1]) > room }))
	}
	outside, inFence := most(limit), 0
	if inFence = outside; fences {
		inFence = most(limit - size(closing))
	}
	var best breakAt
	for _, least := range []int{outside / 3, 0} { // a part that is nearly empty only if need be
		for _, b := range breaks(rest, outside, opener) {
			if b.at > least && b.class >= best.class && (b.inside == "" || b.at <= inFence) {
				best = b
			}
		}
		if best.at > 0 {
			break
		}
	}
	if best.at == 0 {
		best = breakAt{at: wholeRunes(rest, inFence), inside: opener}
	}
	if !fences || 2*size(best.inside) > limit {
		best.inside = ""
	}
	return rest[:best.at], best.inside
}

// A breakAt is a place where text may be cut.
type breakAt struct {
	at     int
	class  int    // the higher the better
	inside string // opener of the fence that it is inside of
}

const longestMark = 32 // bytes that are looked at, space included

var markAhead = regexp.MustCompile(`^\s*\[\d+\]`)

// breaks lists where text may be cut at fits or before.
func breaks(text string, fits int, opener string) []breakAt {
	const space, sentence, line, paragraph = 2, 3, 4, 5
	var all []breakAt
	inside, quoted, lineStart, fenceLine := opener, 0, true, -1
	for i, r := range text {
		if i > fits {
			break
		}
		if lineStart && strings.HasPrefix(text[i:], fence) {
			first, _, _ := strings.Cut(text[i:], "\n")
			fenceLine = i + len(first)
			if inside == "" {
				inside = first + "\n"
			} else {
				inside = ""
			}
		}
		lineStart = r == '\n'
		switch r {
		case '“':
			quoted++
		case '”':
			quoted = max(0, quoted-1)
		}
		if r != ' ' && r != '\n' || i == 0 || markAhead.MatchString(text[i:min(i+longestMark, len(text))]) {
			continue
		}
		if inside != "" && (i <= fenceLine || strings.HasPrefix(text[i:], closing)) {
			continue // it would leave a fence with nothing in it
		}
		class := space
		switch before, _ := utf8.DecodeLastRuneInString(text[:i]); {
		case strings.HasPrefix(text[i:], "\n\n"):
			class = paragraph
		case r == '\n':
			class = line
		case strings.ContainsRune(".!?…”]", before):
			class = sentence
		}
		if inside != "" || quoted > 0 {
			class -= paragraph // better anywhere outside
		}
		all = append(all, breakAt{i, class + paragraph, inside})
	}
	return all
}

// wholeRunes returns the place at or before n, but not 0, that parts no rune, nor a
// letter from its accents.
func wholeRunes(text string, n int) int {
	at := n
	for at > 0 && at < len(text) {
		if r, _ := utf8.DecodeRuneInString(text[at:]); utf8.RuneStart(text[at]) && !unicode.Is(unicode.Mn, r) && r != '\u200d' {
			return at
		}
		at--
	}
	_, first := utf8.DecodeRuneInString(text)
	return max(first, at)
}

// Pack puts items, in order, into groups of at most most items and at most limit
// in all, as size measures them: messages of a platform that bounds both. An item
// larger than limit has a group to itself.
func Pack[T any](items []T, most, limit int, size func(T) int) [][]T {
	var groups [][]T
	room := 0
	for _, item := range items {
		n := size(item)
		if last := len(groups) - 1; last >= 0 && len(groups[last]) < most && n <= room {
			groups[last] = append(groups[last], item)
		} else {
			groups = append(groups, []T{item})
			room = limit
		}
		room -= n
	}
	return groups
}

// Shorten returns text in one line, cut to at most limit runes at a word, with "…"
// where something was left out: for a title, never for a quotation.
func Shorten(text string, limit int) string {
	text = folded(text)
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	if limit < 2 {
		return ""
	}
	return strings.TrimRight(Split(text, limit-1, nil)[0], " ,;:.-–") + "…"
}
