package wordpiece

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A Token is one word piece of a text.
type Token struct {
	ID         int32
	Start, End int // the bytes [Start, End) of the text as it was given
}

// maxWord is the length in characters above which a word is not cut up but
// becomes [UNK], as in BERT's own tokenizer.
const maxWord = 100

// Tokenize appends the tokens of text to out and returns it, at most limit of
// them: the beginning of a longer text. It adds no [CLS] or [SEP], and takes
// these and their like in the text for ordinary characters.
//
// A text is cleaned of control characters, cut at spaces, around punctuation
// and around each Chinese character, stripped of accents and put in lower case;
// then each word is cut from the left into the longest pieces there are.
// Tokens are in order and do not overlap. Bytes that are not UTF-8 are skipped.
func (v *Vocabulary) Tokenize(text string, limit int, out []Token) []Token {
	s := scanner{vocabulary: v, limit: len(out) + limit, out: out}
	for at := 0; at < len(text) && len(s.out) < s.limit; {
		r, size := rune(text[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[at:])
		}
		s.add(r, at, at+size)
		at += size
	}
	s.flush()
	return s.out
}

// A scanner gathers the characters of a word.
type scanner struct {
	vocabulary *Vocabulary
	limit      int
	out        []Token

	length int // characters in the word; those after maxWord are not kept
	chars  [maxWord]char
	size   int // bytes used in word
	word   [maxWord * utf8.UTFMax]byte
	end    int // where the word ends in the text
}

// A char is one character of a normalized word.
type char struct {
	at         int // in the scanner's word
	start, end int // in the text
}

// add takes the text's next character, which lies at [start, end).
func (s *scanner) add(r rune, start, end int) {
	switch {
	case r < utf8.RuneSelf:
		s.addASCII(r, start, end)
	case isRemoved(r):
	case unicode.IsSpace(r):
		s.flush()
	case isChinese(r):
		s.flush()
		s.addDecomposed(r, start, end)
		s.flush()
	default:
		s.addDecomposed(r, start, end)
	}
}

func (s *scanner) addASCII(r rune, start, end int) {
	switch {
	case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
		s.keep(r, start, end)
	case 'A' <= r && r <= 'Z':
		s.keep(r+'a'-'A', start, end)
	case r == ' ' || r == '\t' || r == '\n' || r == '\r':
		s.flush()
	case r < ' ' || r == 0x7f:
	default: // punctuation
		s.flush()
		s.keep(r, start, end)
		s.flush()
	}
}

// addDecomposed takes a character apart into its base and accents, drops the
// accents and puts the rest in lower case.
func (s *scanner) addDecomposed(r rune, start, end int) {
	var buffer [utf8.UTFMax]byte
	n := utf8.EncodeRune(buffer[:], r)
	parts := norm.NFD.Properties(buffer[:n]).Decomposition()
	if isHangul(r) {
		parts = norm.NFD.Bytes(buffer[:n])
	}
	if parts == nil {
		parts = buffer[:n]
	}
	for len(parts) > 0 {
		part, size := utf8.DecodeRune(parts)
		parts = parts[size:]
		switch {
		case isPunct(part):
			s.flush()
			s.keep(part, start, end)
			s.flush()
		case isAccent(part):
			// An accent belongs to the letter before it, so that a quotation
			// of the token's bytes does not lose it.
			if s.length > 0 {
				s.end = end
				s.chars[min(s.length, maxWord)-1].end = end
			}
		default:
			s.keep(unicode.ToLower(part), start, end)
		}
	}
}

func (s *scanner) keep(r rune, start, end int) {
	if s.length < maxWord {
		s.chars[s.length] = char{at: s.size, start: start, end: end}
		s.size += utf8.EncodeRune(s.word[s.size:], r)
	}
	s.length++
	s.end = end
}

// flush cuts the word gathered so far into pieces.
func (s *scanner) flush() {
	if s.length == 0 {
		return
	}
	before := len(s.out)
	whole := Token{ID: Unknown, Start: s.chars[0].start, End: s.end}
	if s.length > maxWord || !s.cut() {
		s.out = append(s.out[:before], whole)
	}
	s.out = s.out[:min(len(s.out), s.limit)]
	s.length, s.size = 0, 0
}

// cut appends the pieces of the word, or reports false where a part of it is
// in no piece.
func (s *scanner) cut() bool {
	for from := 0; from < s.length; {
		id, to := s.longest(from)
		if id < 0 {
			return false
		}
		s.out = append(s.out, Token{ID: int32(id), Start: s.chars[from].start, End: s.chars[to-1].end})
		from = to
	}
	return true
}

// longest returns the id of the longest piece that the word has at its
// character from, and the character it ends before. The id is −1 where there is
// none.
func (s *scanner) longest(from int) (id, to int) {
	prefix := ""
	if from > 0 {
		prefix = continued
	}
	var hashes [maxWord]uint32
	h := hashString(prefix)
	start := s.chars[from].at
	to = from
	for ; to < s.length; to++ {
		end := s.charEnd(to)
		if len(prefix)+end-start > s.vocabulary.longest {
			break
		}
		for _, b := range s.word[s.chars[to].at:end] {
			h = hashByte(h, b)
		}
		hashes[to] = h
	}
	for ; to > from; to-- {
		if id := s.vocabulary.find(hashes[to-1], prefix, s.word[start:s.charEnd(to-1)]); id >= 0 {
			return id, to
		}
	}
	return -1, from
}

// charEnd returns where the i-th character ends in the word's bytes.
func (s *scanner) charEnd(i int) int {
	if i+1 < s.length {
		return s.chars[i+1].at
	}
	return s.size
}

// isRemoved reports whether a character outside ASCII is left out of a text:
// control and format characters, private ones, and the replacement character,
// which also stands for bytes that are not UTF-8.
func isRemoved(r rune) bool {
	return r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co) && !unicode.Is(later, r)
}

// isPunct reports whether a character is a word of its own. Of ASCII that is
// all that is neither letter nor digit.
func isPunct(r rune) bool {
	if r < utf8.RuneSelf {
		return '!' <= r && r <= '/' || ':' <= r && r <= '@' || '[' <= r && r <= '`' || '{' <= r && r <= '~'
	}
	// Two have been put in other classes since BERT's tables were made.
	return unicode.IsPunct(r) && !unicode.Is(later, r) || r == 0x166d || r == 0x111c9
}

// isAccent reports whether a character only marks the one before it.
func isAccent(r rune) bool {
	return unicode.Is(unicode.Mn, r) && !unicode.Is(later, r) || r == 0x1734 // in another class by now
}

// isChinese reports whether BERT's tokenizer sets a character apart as a word:
// the blocks of CJK ideographs, but not Japanese or Korean script.
func isChinese(r rune) bool {
	return 0x4E00 <= r && r <= 0x9FFF ||
		0x3400 <= r && r <= 0x4DBF ||
		0x20000 <= r && r <= 0x2A6DF ||
		0x2A700 <= r && r <= 0x2B73F ||
		0x2B740 <= r && r <= 0x2B81F ||
		0x2B920 <= r && r <= 0x2CEAF ||
		0xF900 <= r && r <= 0xFAFF ||
		0x2F800 <= r && r <= 0x2FA1F
}

// isHangul reports whether a character is a Korean syllable, which is taken
// apart by arithmetic and not by the tables.
func isHangul(r rune) bool { return 0xAC00 <= r && r <= 0xD7A3 }
