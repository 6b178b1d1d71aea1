package retrieval

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"rapporteur/corpus"
)

// What counts as a typing error. Four in five are one letter too many, too few,
// wrong, or changed with its neighbour (Damerau 1964); in a long word two of these
// still leave little doubt which word was meant, in a short one already one does not.
const (
	oneEditFrom  = 5 // letters of a word in which one edit is put right
	twoEditsFrom = 9 // the same, of two
	mostUnknown  = 3 // one word in so many: beyond that the question is in another language
	fewWords     = 6 // of a question that may do without English grammar
	nameShare    = 2 // a word may be a name that has a capital one time in so many
	clearly      = 2 // times as frequent a word must be to be preferred to another
)

// grammar are words that an English question has, and hardly one in another language.
var grammar = strings.Fields(`the of and to is are were what who whom whose which how why when where did does do has
	have had can could should would may with from for by that this these those there their they it not`)

// spelling holds the words of the documents as they are spelt. They are gathered
// when they are first needed.
type spelling struct {
	once  sync.Once
	words [][]spelt // by their number of letters
}

// A spelt word is one of the documents', in lower case.
type spelt struct {
	letters  []rune
	mask     uint32 // which letters it has, as maskOf says
	count    int    // how often it occurs
	capitals int    // how often with a capital
}

// Correct returns question with its typing errors put right. A word is changed when
// neither the documents nor lex know it, and one word of the documents is so like it
// that it must be meant. Abbreviations, short words, and what has digits or letters
// beyond the 26 stay as they are, and so does a question that seems to be in another
// language than English.
func (x *Index) Correct(question string, lex corpus.Lexicon) string {
	words := wordsIn(question)
	var unknown []span
	for _, w := range words {
		if !x.knows(strings.ToLower(question[w.start:w.end]), lex) {
			unknown = append(unknown, w)
		}
	}
	if foreign(question, words, len(unknown)) {
		return question
	}
	shouted := question == strings.ToUpper(question)
	var out strings.Builder
	end := 0
	for _, w := range unknown {
		word := question[w.start:w.end]
		style := caseOf(word)
		if style == inMixed || style == inCapitals && !shouted || !ascii(word) {
			continue
		}
		meant := x.meant(strings.ToLower(word), style == inTitle && w != words[0])
		if meant == "" {
			continue
		}
		out.WriteString(question[end:w.start] + style.put(meant))
		end = w.end
	}
	return out.String() + question[end:]
}

// foreign reports whether a question seems to be in another language than English:
// too many of its words are unknown, or none is of English grammar.
func foreign(question string, words []span, unknown int) bool {
	english := slices.ContainsFunc(words, func(w span) bool {
		return slices.Contains(grammar, strings.ToLower(question[w.start:w.end]))
	})
	return unknown*mostUnknown > len(words) || !english && len(words) > fewWords
}

// knows reports whether a lower-case word, or one that differs by its ending alone,
// occurs in the documents or is known to lex.
func (x *Index) knows(word string, lex corpus.Lexicon) bool {
	for _, t := range x.words.analyze.Analyze([]byte(word)) {
		if x.words.holders[string(t.Term)] > 0 {
			return true
		}
	}
	return corpus.Knows(lex, word)
}

// meant returns the word of the documents that a misspelt one stands for, "" when
// that cannot be told. name says that it is written as a name is.
func (x *Index) meant(word string, name bool) string {
	letters := []rune(word)
	edits := 0
	switch n := len(letters); {
	case n >= twoEditsFrom:
		edits = 2
	case n >= oneEditFrom:
		edits = 1
	default:
		return ""
	}
	x.spelling.once.Do(func() { x.spelling.words = gatherSpelling(x.passages) })
	var guesses []guess
	mask := maskOf(letters)
	for n := len(letters) - edits; n <= len(letters)+edits && n < len(x.spelling.words); n++ {
		for i := range x.spelling.words[n] {
			s := &x.spelling.words[n][i]
			// An edit takes one letter away and brings one in at most.
			if bits.OnesCount32(mask^s.mask) > 2*edits || !mayStart(letters, s.letters) || name && !s.mayBeName(letters) {
				continue
			}
			if d := distance(letters, s.letters); d <= edits {
				guesses = append(guesses, guess{s, d})
			}
		}
	}
	if len(guesses) == 0 {
		return ""
	}
	slices.SortFunc(guesses, guess.compare)
	best := guesses[0]
	for _, other := range guesses[1:] {
		if best.rivals(other) && !x.sameStem(string(best.letters), string(other.letters)) {
			return ""
		}
	}
	return string(best.letters)
}

// mayStart reports whether a word that begins as b does may have been meant with a:
// people seldom err in the first letter (Yannakoudakis and Fawthrop 1983), but by
// changing it with the next.
func mayStart(a, b []rune) bool {
	return a[0] == b[0] || len(a) == len(b) && a[0] == b[1] && a[1] == b[0]
}

// mayBeName reports whether a word written as a name may stand for s. There are names
// beyond all lists, and they differ by little: in a short one only such slips are
// put right as leave it sounding nearly the same, or its letters the same.
func (s *spelt) mayBeName(letters []rune) bool {
	if len(letters) >= twoEditsFrom {
		return true
	}
	return s.capitals*nameShare >= s.count && (sound(letters) == sound(s.letters) || sorted(letters) == sorted(s.letters))
}

// sound is how a word sounds, roughly: its consonants, those that are alike in one
// class, and doubled ones once (Soundex, Russell 1918; not cut after the third).
func sound(letters []rune) string {
	//               abcdefghijklmnopqrstuvwxyz
	const classes = "-123-12--22455-12623-1-2-2"
	code := []byte{}
	last := byte('-')
	for _, r := range letters {
		class := byte('-')
		if 'a' <= r && r <= 'z' {
			class = classes[r-'a']
		}
		if class != '-' && class != last {
			code = append(code, class)
		}
		last = class
	}
	return string(code)
}

func sorted(letters []rune) string {
	return string(slices.Sorted(slices.Values(letters)))
}

// A guess is a word that another may stand for.
type guess struct {
	*spelt
	distance int // in edits
}

// compare is negative where g is the better guess.
func (g guess) compare(o guess) int {
	return cmp.Or(g.distance-o.distance, o.count-g.count, slices.Compare(g.letters, o.letters))
}

// rivals reports whether o, which is no better, is as good as g.
func (g guess) rivals(o guess) bool {
	return g.distance == o.distance && g.count < clearly*o.count
}

// sameStem reports whether two words differ by their endings alone.
func (x *Index) sameStem(a, b string) bool {
	stems := x.words.analyze.Analyze([]byte(a + " " + b))
	return len(stems) == 2 && string(stems[0].Term) == string(stems[1].Term)
}

// gatherSpelling returns the words of passages, by their number of letters.
func gatherSpelling(passages []corpus.Passage) [][]spelt {
	written := make(map[string]int)
	for _, p := range passages {
		for _, w := range wordsIn(p.Text) {
			if w.end-w.start >= oneEditFrom-1 {
				written[p.Text[w.start:w.end]]++
			}
		}
	}
	all := make(map[string]spelt)
	for word, count := range written {
		lower := strings.ToLower(word)
		s := all[lower]
		s.count += count
		if lower != word {
			s.capitals += count
		}
		all[lower] = s
	}
	var byLength [][]spelt
	for word, s := range all {
		s.letters = []rune(word)
		s.mask = maskOf(s.letters)
		for len(byLength) <= len(s.letters) {
			byLength = append(byLength, nil)
		}
		byLength[len(s.letters)] = append(byLength[len(s.letters)], s)
	}
	return byLength
}

// maskOf has a bit for each letter that a word has; letters beyond the 26 share
// them.
func maskOf(letters []rune) uint32 {
	mask := uint32(0)
	for _, r := range letters {
		mask |= 1 << (r % 32)
	}
	return mask
}

// distance is the number of edits between two words: letters inserted, left out or
// replaced, and neighbours changed with each other (Damerau 1964; no letter is
// edited twice).
func distance(a, b []rune) int {
	// Rows of the table that Wagner and Fischer fill in: of a's letters up to i−2,
	// i−1 and i, against each beginning of b.
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			replaced := above[j]
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(replaced, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}

// A span is the bytes of a word in a text.
type span struct{ start, end int }

// wordsIn returns the runs of letters in text, but those that stand together with
// what no word has: digits, and the marks of addresses.
func wordsIn(text string) []span {
	var out []span
	for start := 0; start < len(text); {
		size := strings.IndexFunc(text[start:], unicode.IsSpace)
		if size < 0 {
			size = len(text) - start
		}
		if chunk := text[start : start+size]; !strings.ContainsAny(strings.Trim(chunk, ".,:"), "0123456789@_\\=.:") {
			out = append(out, lettersIn(chunk, start)...)
		}
		_, space := utf8.DecodeRuneInString(text[start+size:])
		start += size + space
	}
	return out
}

// lettersIn returns the runs of letters in chunk, which begins at offset.
func lettersIn(chunk string, offset int) []span {
	var out []span
	start := -1
	for i, r := range chunk {
		letter := unicode.IsLetter(r) || unicode.IsMark(r)
		if letter && start < 0 {
			start = i
		}
		if !letter && start >= 0 {
			out = append(out, span{offset + start, offset + i})
			start = -1
		}
	}
	if start >= 0 {
		out = append(out, span{offset + start, offset + len(chunk)})
	}
	return out
}

// ascii reports whether a word has English letters only.
func ascii(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// letterCase is how a word is written.
type letterCase int

const (
	inSmall letterCase = iota
	inTitle
	inCapitals
	inMixed
)

func caseOf(word string) letterCase {
	_, n := utf8.DecodeRuneInString(word)
	rest := word[n:]
	switch lower := strings.ToLower(word); {
	case word == lower:
		return inSmall
	case word == strings.ToUpper(word):
		return inCapitals
	case rest == strings.ToLower(rest):
		return inTitle
	}
	return inMixed
}

// put writes a lower-case word in that case.
func (c letterCase) put(word string) string {
	switch c {
	case inCapitals:
		return strings.ToUpper(word)
	case inTitle:
		r, n := utf8.DecodeRuneInString(word)
		return string(unicode.ToUpper(r)) + word[n:]
	}
	return word
}
