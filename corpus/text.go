package corpus

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A mapped text remembers for each stretch which bytes of the source it was
// made from. Literal stretches map byte for byte; others, such as a folded
// line break or a repaired word, only as a whole.
type mapped struct {
	text    string
	strands []strand // in order, covering text without gaps
}

type strand struct {
	at      int  // where it begins in the text
	src     Span // what it was made from
	literal bool
}

func (m mapped) end(i int) int {
	if i+1 < len(m.strands) {
		return m.strands[i+1].at
	}
	return len(m.text)
}

// source returns the bytes that text[start:end] was made from. A stretch that
// maps only as a whole is taken whole.
func (m mapped) source(start, end int) Span {
	if len(m.strands) == 0 {
		return Span{}
	}
	first := m.strandAt(start)
	s := m.strands[first]
	out := s.src
	if s.literal {
		out.Start += start - s.at
	}
	last := first
	if end > start {
		last = m.strandAt(end - 1)
	}
	s = m.strands[last]
	out.End = s.src.End
	if s.literal {
		out.End = s.src.Start + end - s.at
	}
	return out
}

// strandAt returns the index of the strand that holds text[at].
func (m mapped) strandAt(at int) int {
	i := sort.Search(len(m.strands), func(i int) bool { return m.strands[i].at > at })
	return max(0, i-1)
}

// from returns the text that was made from bytes of s.
func (m mapped) from(s Span) string {
	var b strings.Builder
	for i, st := range m.strands {
		if st.src.Start >= s.Start && st.src.Start < s.End {
			b.WriteString(m.text[st.at:m.end(i)])
		}
	}
	return b.String()
}

// slice returns text[start:end] with its mapping.
func (m mapped) slice(start, end int) mapped {
	var b mappedBuilder
	for i, s := range m.strands {
		lo, hi := max(start, s.at), min(end, m.end(i))
		if lo >= hi {
			continue
		}
		if s.literal {
			b.literal(m.text[lo:hi], s.src.Start+lo-s.at)
		} else {
			b.replace(m.text[lo:hi], s.src)
		}
	}
	return b.done()
}

// edit returns m with the edits applied. Edits that overlap an earlier one or
// reach outside the text are left out: a repair is never worth a broken text.
func (m mapped) edit(edits []Edit) mapped {
	if len(edits) == 0 {
		return m
	}
	var b mappedBuilder
	at := 0
	for _, e := range edits {
		if e.Start < at || e.End < e.Start || e.End > len(m.text) {
			continue
		}
		b.append(m.slice(at, e.Start))
		if e.End > e.Start {
			b.replace(e.With, m.source(e.Start, e.End))
		} else if e.With != "" {
			here := m.source(e.Start, e.Start)
			b.replace(e.With, Span{here.Start, here.Start})
		}
		at = e.End
	}
	b.append(m.slice(at, len(m.text)))
	return b.done()
}

// A mappedBuilder puts a mapped text together from left to right.
type mappedBuilder struct {
	text    strings.Builder
	strands []strand
}

func (b *mappedBuilder) literal(text string, src int) {
	if text == "" {
		return
	}
	if n := len(b.strands); n > 0 {
		last := &b.strands[n-1]
		if last.literal && last.src.End == src {
			last.src.End += len(text)
			b.text.WriteString(text)
			return
		}
	}
	b.strands = append(b.strands, strand{b.text.Len(), Span{src, src + len(text)}, true})
	b.text.WriteString(text)
}

func (b *mappedBuilder) replace(text string, src Span) {
	if text == "" {
		return
	}
	b.strands = append(b.strands, strand{b.text.Len(), src, false})
	b.text.WriteString(text)
}

func (b *mappedBuilder) append(m mapped) {
	for i, s := range m.strands {
		if s.literal {
			b.literal(m.text[s.at:m.end(i)], s.src.Start)
		} else {
			b.replace(m.text[s.at:m.end(i)], s.src)
		}
	}
}

func (b *mappedBuilder) done() mapped { return mapped{b.text.String(), b.strands} }

// fold adds src[span] with every run of white space and control characters
// folded to one space, none at either end.
func (b *mappedBuilder) fold(src []byte, span Span) {
	at, gap := span.Start, -1
	for at < span.End {
		r, n := utf8.DecodeRune(src[at:span.End])
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u200b' || r == '\ufeff':
			if gap < 0 {
				gap = at
			}
		case r == '\u00ad': // a soft hyphen inside a line is never meant to be seen
		default:
			if gap >= 0 && b.text.Len() > 0 {
				b.replace(" ", Span{gap, at})
			}
			gap = -1
			if r == utf8.RuneError && n == 1 {
				b.replace("\uFFFD", Span{at, at + 1})
			} else {
				b.literal(string(src[at:at+n]), at)
			}
		}
		at += n
	}
}

// wordCount counts words as a reader would: runs of non-space, and each
// character of a script that is written without spaces. What is longer than any
// word, such as encoded data, counts as several.
func wordCount(s string) int {
	const longest = 50 // characters
	n, length := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			length = 0
		case r > 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			n++
			length = 0
		default:
			if length%longest == 0 {
				n++
			}
			length++
		}
	}
	return n
}
