package corpus

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A shape says how a word is cased.
type shape uint8

const (
	inLower shape = iota
	inTitle
	inUpper
	inMixed // iPhone, or letters beyond a-z: never respelled
)

// A token is one run of letters in one text.
type token struct {
	text       int
	start, end int
	form       int32 // index into words.forms
	shape      shape
	opens      bool // first word of a sentence, a quotation or a text
	spaced     bool // exactly one space parts it from the token before
	fixed      bool // part of an address, a code or a formula: never respelled
	before     rune // the rune before, 0 at the start
	after      rune // the rune after, 0 at the end
}

// A form is a word as the document uses it, lower case.
type form struct {
	word   string
	count  int
	titled int     // how often it stands with a capital inside a sentence
	lex    float64 // share of all words that the language gives it, 0 when it is unknown
}

// words is one document read as words: what repair knows of its own usage.
type words struct {
	texts   []string
	lex     Lexicon
	tokens  []token
	forms   []form
	ids     map[string]int32
	pairs   map[uint64]int32 // neighbours parted by one space
	known   map[string]float64
	unknown float64            // share of running words that are genuine and beyond the lexicon
	foreign []bool             // texts in another language than the lexicon's
	shouted []bool             // texts set in capitals
	learned map[string]float64 // what the document's own damage adds to a slip's weight
}

// readWords cuts texts into tokens and counts forms and neighbours.
func readWords(texts []string, lex Lexicon) *words {
	size := 0
	for _, t := range texts {
		size += len(t)
	}
	w := &words{
		texts:   texts,
		lex:     lex,
		tokens:  make([]token, 0, size/6),
		ids:     make(map[string]int32, 256+size/40),
		pairs:   make(map[uint64]int32, size/8),
		known:   make(map[string]float64, 256+size/40),
		unknown: 0.01,
	}
	for i := range texts {
		w.readText(i)
	}
	for i := range w.forms {
		f := &w.forms[i]
		f.lex, _ = w.share(f.word)
	}
	w.judgeTexts()
	return w
}

// judgeTexts finds the texts that are in another language, and those in
// capitals, where a word in capitals is no acronym.
func (w *words) judgeTexts() {
	w.foreign = make([]bool, len(w.texts))
	w.shouted = make([]bool, len(w.texts))
	for k := 0; k < len(w.tokens); {
		text, n, upper, grammar := w.tokens[k].text, 0, 0, 0
		for ; k < len(w.tokens) && w.tokens[k].text == text; k++ {
			n++
			if w.tokens[k].shape == inUpper {
				upper++
			}
			if functionWords[w.forms[w.tokens[k].form].word] {
				grammar++
			}
		}
		w.shouted[text] = n >= 2 && upper*10 >= n*7
		w.foreign[text] = n >= 12 && grammar*10 < n
	}
}

// inLanguage reports whether the document is prose in the lexicon's language:
// at least an eighth of its words carry grammar, and most are known.
func (w *words) inLanguage() bool {
	grammar, known := 0, 0
	for i := range w.tokens {
		f := &w.forms[w.tokens[i].form]
		if functionWords[f.word] {
			grammar++
		}
		if f.lex > 0 {
			known++
		}
	}
	n := len(w.tokens)
	return n > 0 && grammar*8 >= n && known*4 >= n*3
}

// readText appends the tokens of texts[n].
func (w *words) readText(n int) {
	text := w.texts[n]
	first := len(w.tokens)
	opens, chunk, chunkEnd, fixed := true, 0, 0, false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if i >= chunkEnd {
			chunk, chunkEnd = i, i+wordLength(text[i:])
			fixed = isCode(text[chunk:chunkEnd])
		}
		if !unicode.IsLetter(r) {
			switch {
			case strings.ContainsRune(".!?:;“(•»*", r):
				opens = true
			case unicode.IsDigit(r):
				opens = false
			}
			i += size
			continue
		}
		end, sh := lettersEnd(text, i)
		t := token{text: n, start: i, end: end, shape: sh, opens: opens, fixed: fixed}
		t.before, _ = utf8.DecodeLastRuneInString(text[:i])
		if i == 0 {
			t.before = 0
		}
		t.after, _ = utf8.DecodeRuneInString(text[end:])
		if end == len(text) {
			t.after = 0
		}
		if k := len(w.tokens); k > first && w.tokens[k-1].end == i-1 && text[i-1] == ' ' {
			t.spaced = true
		}
		w.add(t, text[i:end])
		opens = false
		i = end
	}
}

// wordLength returns how many bytes of s come before its first space.
func wordLength(s string) int {
	if i := strings.IndexByte(s, ' '); i > 0 {
		return i
	} else if i == 0 {
		return 1
	}
	return len(s)
}

// lettersEnd returns the end of the run of letters at text[i:] and its shape.
func lettersEnd(text string, i int) (int, shape) {
	lower, upper, beyond, j := 0, 0, 0, i
	for j < len(text) {
		c := text[j]
		switch {
		case 'a' <= c && c <= 'z':
			lower++
			j++
			continue
		case 'A' <= c && c <= 'Z':
			upper++
			j++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[j:])
		if c < utf8.RuneSelf || !unicode.IsLetter(r) {
			break
		}
		beyond++
		j += size
	}
	first := text[i]
	switch {
	case beyond > 0:
		return j, inMixed
	case upper == 0:
		return j, inLower
	case upper == 1 && 'A' <= first && first <= 'Z':
		return j, inTitle
	case lower == 0:
		return j, inUpper
	}
	return j, inMixed
}

// isCode reports whether a stretch without spaces is an address, a symbol or a
// formula rather than prose, such as www.un.org, A/59/325, p53 or x_1.
func isCode(chunk string) bool {
	for i := 0; i < len(chunk); i++ {
		c := chunk[i]
		switch {
		case c == '@' || c == '_' || c == '\\' || c == '=' || c == '+' || c == '<' || c == '>' || c == '^':
			return true
		case c == ':' && strings.HasPrefix(chunk[i:], "://"):
			return true
		case '0' <= c && c <= '9':
			if i > 0 && isASCIILetter(chunk[i-1]) || i+1 < len(chunk) && isASCIILetter(chunk[i+1]) {
				return true
			}
		case c == '.' && i > 0 && i+1 < len(chunk) && isASCIILetter(chunk[i-1]) && 'a' <= chunk[i+1] && chunk[i+1] <= 'z':
			return true
		}
	}
	return false
}

func isASCIILetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// add counts t, whose letters are printed, and appends it.
func (w *words) add(t token, printed string) {
	word := printed
	if t.shape != inLower {
		word = strings.ToLower(printed)
	}
	id, ok := w.ids[word]
	if !ok {
		id = int32(len(w.forms))
		w.ids[word] = id
		w.forms = append(w.forms, form{word: word})
	}
	f := &w.forms[id]
	f.count++
	if t.shape == inTitle && !t.opens {
		f.titled++
	}
	t.form = id
	if t.spaced {
		w.pairs[pair(w.tokens[len(w.tokens)-1].form, id)]++
	}
	w.tokens = append(w.tokens, t)
}

func pair(a, b int32) uint64 { return uint64(uint32(a))<<32 | uint64(uint32(b)) }

// count returns how often the document has a word.
func (w *words) count(word string) int {
	if id, ok := w.ids[word]; ok {
		return w.forms[id].count
	}
	return 0
}

// together returns how often the document has b right after a.
func (w *words) together(a, b string) int {
	i, ok := w.ids[a]
	if !ok {
		return 0
	}
	j, ok := w.ids[b]
	if !ok {
		return 0
	}
	return int(w.pairs[pair(i, j)])
}

// derivedShare is the share of running words that a word gets which the
// lexicon lacks but whose parts it knows: rarer than the rarest listed word
// (rank 22,000 has about 0.1/22,000 = 5e-6).
const derivedShare = 5e-7

// share returns the share of running words that the language gives word, 0.1
// over its rank by Zipf's law, and whether it is known only as a derivation.
// It is 0 for a word that is unknown.
func (w *words) share(word string) (float64, bool) {
	if s, ok := w.known[word]; ok {
		return s, s == derivedShare
	}
	var s float64
	switch n := len(word); {
	case n == 1:
		if word == "a" || word == "i" {
			s = 0.01
		}
	case n == 2:
		// An uncased lexicon is full of initials and foreign articles.
		if rank := w.lex.Rank(word); rank > 0 && twoLetterWords[word] {
			s = 0.1 / float64(rank)
		}
	default:
		if s = w.listed(word); s == 0 && isDerived(word, w.lex, 2) {
			s = derivedShare
		}
	}
	w.known[word] = s
	return s, s == derivedShare
}

// listed is share for the words of three letters and more that the lexicon
// holds.
func (w *words) listed(word string) float64 {
	if rank := w.lex.Rank(word); rank > 0 && len(word) > 2 {
		return 0.1 / float64(rank)
	}
	return 0
}

// prob mixes the document's own usage with the language's.
func (w *words) prob(word string) float64 {
	s, _ := w.share(word)
	return 0.5*float64(w.count(word))/float64(len(w.tokens)+1) + 0.5*s
}

var twoLetterWords = setOf("am an as at be by do go he if in is it me my no of oh ok on or so to up us vs we")

// functionWords are the commonest words of English that carry grammar rather
// than matter: a third and more of any English prose, and hardly any of
// another language's.
var functionWords = setOf(`a an the in to of as at by is it its on and or for be if no not that this
	with from are was were has have had but which who their they there these those such also than
	into been will would can could may more all any our we he she his her you i so do
	them when where what towards`)

func setOf(list string) map[string]bool {
	set := make(map[string]bool)
	for _, s := range strings.Fields(list) {
		set[s] = true
	}
	return set
}

func log10(x float64) float64 {
	if x <= 0 {
		return math.Inf(-1)
	}
	return math.Log10(x)
}
