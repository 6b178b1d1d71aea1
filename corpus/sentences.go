package corpus

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// abbreviations end in a full stop without ending a sentence.
var abbreviations = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "messrs": true, "dr": true, "prof": true, "rev": true, "hon": true, "gen": true,
	"amb": true, "st": true, "sr": true, "jr": true, "mme": true, "mlle": true, "no": true, "nos": true, "para": true,
	"paras": true, "art": true, "arts": true, "sect": true, "chap": true, "vol": true, "p": true, "pp": true, "ed": true,
	"eds": true, "fig": true, "cf": true, "e.g": true, "i.e": true, "viz": true, "vs": true, "ca": true, "approx": true,
	"u.s": true, "u.n": true, "u.k": true, "add": true, "rev.1": true, "corr": true, "res": true,
}

// always are those among them that a sentence does not end with even when a
// capital follows: what they introduce is a name or a number.
var always = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "messrs": true, "dr": true, "prof": true, "hon": true, "amb": true, "mme": true,
	"mlle": true, "e.g": true, "i.e": true, "cf": true, "viz": true, "vs": true, "gen": true, "rev": true, "st": true,
	"u.s": true, "u.n": true, "u.k": true,
}

// SentenceEnds returns the offsets in text, which is one paragraph, at which
// sentences end, the last of them len(text).
func SentenceEnds(text string) []int { return sentenceEnds(text, 0) }

// sentenceEnds returns the offsets in text at which sentences end, the last of
// them len(text). from is where the first sentence may end at the earliest: a
// paragraph's own number is not a sentence.
func sentenceEnds(text string, from int) []int {
	var ends []int
	for i := from; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '.' || c == '?' || c == '!':
		case c == 0xE3 && strings.HasPrefix(text[i:], "。"), c == 0xEF && (strings.HasPrefix(text[i:], "？") || strings.HasPrefix(text[i:], "！")):
			ends = append(ends, i+3)
			continue
		default:
			continue
		}
		end := i + 1
		for end < len(text) { // closing quotes and brackets belong to it
			r, n := utf8.DecodeRuneInString(text[end:])
			if !strings.ContainsRune(`"'”’»).?!`, r) {
				break
			}
			end += n
		}
		if end < len(text) && (text[end] != ' ' || !opensSentence(text[end+1:])) {
			continue
		}
		if c == '.' && end < len(text) && !stops(text[:i], text[end+1:]) {
			continue
		}
		ends = append(ends, end)
		i = end - 1
	}
	if len(ends) == 0 || ends[len(ends)-1] < len(text) {
		ends = append(ends, len(text))
	}
	return ends
}

func opensSentence(rest string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, `"'“‘«([•– `))
	return unicode.IsUpper(r) || unicode.IsDigit(r) || r > 0x2E80 || unicode.IsLetter(r) && !unicode.IsLower(r)
}

// stops reports whether the full stop after before ends a sentence when rest
// follows.
func stops(before, rest string) bool {
	i := strings.LastIndexAny(before, " (“‘—\"")
	word := before
	if i >= 0 {
		_, n := utf8.DecodeRuneInString(before[i:])
		word = before[i+n:]
	}
	if utf8.RuneCountInString(word) == 1 {
		r, _ := utf8.DecodeRuneInString(word)
		if unicode.IsUpper(r) && r != 'I' {
			return false // an initial: "E. B. Lucas"
		}
	}
	lower := strings.ToLower(word)
	if always[lower] {
		return false
	}
	first, _ := utf8.DecodeRuneInString(rest)
	if abbreviations[lower] {
		return !unicode.IsDigit(first) && len(word) > 3 || unicode.IsUpper(first) && len(word) > 3
	}
	return true
}

// verbs that show a short opening to be a sentence rather than a run-in title.
var finiteVerb = regexp.MustCompile(`(?i)\b(is|are|was|were|be|been|has|have|had|do|does|did|will|would|shall|should|can|could|may|might|must|noted|said|welcomed|agreed|asked|recalled|thank|think|know|want|hope|believe|let)\b`)

// A piece is a sentence inside a block's text.
type piece struct{ start, end int }

// pieces cuts a block's text into sentences. Run-in titles stay with the
// sentence that they open, one- and two-word sentences with the one before,
// and what is longer than a passage may be is cut at clauses.
func (b *block) pieces() []piece {
	text := b.text.text
	at := 0
	if strings.HasPrefix(text, "• ") {
		at = len("• ")
	}
	from := at
	if b.marker != "" && b.marker != "•" && strings.HasPrefix(text[at:], b.marker) {
		from = at + len(b.marker) + 1
	}
	var out []piece
	ends := sentenceEnds(text, min(from, len(text)))
	for i, end := range ends {
		for at < end && text[at] == ' ' {
			at++
		}
		if at >= end {
			continue
		}
		s := text[at:end]
		if i == 0 && len(ends) > 2 && wordCount(s) <= 9 && !finiteVerb.MatchString(s) && strings.HasSuffix(s, ".") {
			continue // a run-in title: the next sentence takes it along
		}
		if n := len(out); n > 0 && wordCount(s) <= 2 {
			out[n-1].end = end
		} else {
			out = append(out, piece{at, end})
		}
		at = end
	}
	var cut []piece
	for _, p := range out {
		cut = append(cut, cutLong(text, p)...)
	}
	return cut
}

const (
	longestSentence = 200  // words
	longestBytes    = 3000 // a page of base64 is one word
)

// cutLong cuts a piece that is longer than a passage may be: at semicolons if
// that is enough, else at commas, else at spaces, else anywhere.
func cutLong(text string, p piece) []piece {
	if fits(text[p.start:p.end]) {
		return []piece{p}
	}
	mid := (p.start + p.end) / 2
	for _, mark := range []string{"; ", ", ", " "} {
		if at := nearest(text, p, mark, mid); at > 0 {
			left := piece{p.start, at + len(strings.TrimRight(mark, " "))}
			right := piece{at + len(mark), p.end}
			if mark == " " {
				left.end = at
			}
			return append(cutLong(text, left), cutLong(text, right)...)
		}
	}
	for mid < p.end && !utf8.RuneStart(text[mid]) {
		mid++
	}
	if mid <= p.start || mid >= p.end {
		return []piece{p}
	}
	return append(cutLong(text, piece{p.start, mid}), cutLong(text, piece{mid, p.end})...)
}

func fits(s string) bool { return len(s) <= longestBytes && wordCount(s) <= longestSentence }

// nearest returns where mark stands nearest to mid, well inside p; 0: nowhere.
func nearest(text string, p piece, mark string, mid int) int {
	margin := (p.end - p.start) / 10
	best := 0
	for at := p.start + margin; at < p.end-margin; {
		i := strings.Index(text[at:p.end-margin], mark)
		if i < 0 {
			break
		}
		at += i
		if best == 0 || abs(at-mid) < abs(best-mid) {
			best = at
		}
		at += len(mark)
	}
	return best
}

func abs(n int) int { return max(n, -n) }
