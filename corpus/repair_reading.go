package corpus

import (
	"math"
	"sort"
	"strings"
)

// A reading is what a damaged word may have been, with the weight of the slip
// in log10 of the chance that it happens to a given word.
type reading struct {
	word    string // lower case; with spaces where spaces were lost
	joined  bool   // spaces were lost, rather than letters
	sign    string // names the slip in detail, so that its kind can be counted
	weight  float64
	usual   bool    // a slip that OCR is known for, rather than any typing error
	content bool    // a space lost between two words of matter, as in any compound
	score   float64 // log10 of the odds against word being right as printed
}

// confusions are the letter groups that OCR takes for others, each read with
// what may have been meant: print that nearly touches (rn, cl, li), tall
// letters beside s and a (st, sl, al), and look-alikes.
var confusions = func() map[string][]string {
	m := make(map[string][]string)
	for _, line := range strings.Split(`g q st y
		gt st
		q g s
		d al sl cl a tl
		di sl
		sd s
		gq q
		gj aj
		gl sl
		cl d
		al d
		rn m
		m rn in ni
		vv w
		w vv
		ri n
		n ri u h
		li h u
		h li b n
		ii u n
		u ii n
		ni m
		in m
		nn m
		iii m
		ui m
		b h
		e c o a
		c e o
		o a e c
		a o e
		s e
		i l t j
		l i t
		t l i f r
		f t
		r t
		j i
		v y
		y v
		ti h
		fi h
		ln in
		lii m`, "\n") {
		group := strings.Fields(line)
		m[group[0]] = group[1:]
	}
	return m
}()

// Weights of the slips before the document has shown which it suffers from:
// log10 of the chance that a word of a damaged document has it.
const (
	usualWeight   = -2.6 // a confusion from the table
	thinWeight    = -2.4 // a thin letter lost: l, i, t, f, r, j
	lostWeight    = -3.4 // another letter lost
	addedWeight   = -3.4 // a letter too many
	firstWeight   = -1.0 // more when it is the first letter, since readers and fonts take care of it
	joinedWeight  = -2.0 // a space lost beside a function word
	contentWeight = -2.6 // a space lost between other words
	partedWeight  = -2.4 // a space put in
)

// readings returns what an unknown form may have been, best first, weighed
// without regard to its neighbours.
func (w *words) readings(word string) []reading {
	var found []reading
	if n := len(word); n >= 3 && n <= 30 {
		found = w.respell(found, word)
	}
	if len(word) <= 40 {
		found = w.divide(found, word)
	}
	genuine := w.genuine(word)
	best := make(map[string]int, len(found))
	kept := found[:0]
	for _, r := range found {
		r.score += r.weight + math.Max(w.learned[r.sign], w.learned[coarse(r.sign)]/2) - genuine
		if k, ok := best[r.word]; ok {
			if kept[k].score < r.score {
				kept[k] = r
			}
			continue
		}
		best[r.word] = len(kept)
		kept = append(kept, r)
	}
	sort.Slice(kept, func(i, j int) bool {
		if kept[i].score != kept[j].score {
			return kept[i].score > kept[j].score
		}
		return kept[i].word < kept[j].word
	})
	if len(kept) > 4 {
		kept = kept[:4]
	}
	return kept
}

// genuine returns log10 of the chance that a running word is just this unknown
// one: that it is a word beyond the lexicon, and then that it has these
// letters. Each letter more makes that ten times less likely, which leaves
// short words in doubt and long ones hardly; of the very short, prose has few.
func (w *words) genuine(word string) float64 {
	p := log10(w.unknown) - float64(len(word))
	switch {
	case len(word) <= 3:
		p -= 0.7
	case len(word) == 4:
		p -= 0.3
	}
	return p
}

// respell adds the words that are one slip of letters away from word: while
// evidence is gathered, one usual slip only.
func (w *words) respell(found []reading, word string) []reading {
	r := respeller{w, word, make([]byte, 0, len(word)+2), found}
	for i := 0; i <= len(word); i++ {
		r.restore(i)
		if i == len(word) {
			break
		}
		// At the ends, what may be a letter too many is a lost space or an inflection.
		if w.learned != nil && i > 0 && i < len(word)-1 && !variant(word, i) {
			r.try(i, i+1, "", addedWeight, false)
		}
		weight := usualWeight
		if i == 0 {
			weight += firstWeight
		}
		for n := 1; n <= 3 && i+n <= len(word); n++ {
			for _, meant := range confusions[word[i:i+n]] {
				r.try(i, i+n, meant, weight, true)
			}
		}
	}
	return r.found
}

// A respeller collects the known words near one that is not.
type respeller struct {
	w     *words
	word  string
	buf   []byte
	found []reading
}

// try keeps the word that has meant in place of word[i:j], if it is one.
func (r *respeller) try(i, j int, meant string, weight float64, usual bool) {
	r.buf = append(append(append(r.buf[:0], r.word[:i]...), meant...), r.word[j:]...)
	p := r.w.candidate(r.buf, usual)
	if p == 0 && usual && r.w.learned[r.sign(i, j, meant)] > 0 && isPlain(string(r.buf), r.w.lex) {
		p = 0.5 * derivedShare // a derivation, by a slip that the document has shown
	}
	if p > 0 {
		r.found = append(r.found, reading{word: string(r.buf), sign: r.sign(i, j, meant), weight: weight, usual: usual, score: log10(p)})
	}
}

// sign names the slip that made word[i:j] of meant: "a+l" for an l lost after
// an a, "-e" for an e too many, "d>al" for al read as d.
func (r *respeller) sign(i, j int, meant string) string {
	switch {
	case i < j && meant == "":
		return "-" + r.word[i:j]
	case i < j:
		return r.word[i:j] + ">" + meant
	case i == 0:
		return "^+" + meant
	}
	return r.word[i-1:i] + "+" + meant
}

// alphabet holds the letters, each to be cut out as a string.
const alphabet = "abcdefghijklmnopqrstuvwxyz"

// restore tries each letter that may have been lost before word[i:].
func (r *respeller) restore(i int) {
	for k := range alphabet {
		lost := alphabet[k : k+1]
		usual := strings.Contains("litfrj", lost)
		if !usual && r.w.learned == nil {
			continue
		}
		if i == len(r.word) && !strings.Contains("ltf", lost) {
			continue // an s, d or r more at the end is an inflection
		}
		weight := lostWeight
		if usual {
			weight = thinWeight
		}
		if i == 0 {
			weight += firstWeight
		}
		if doubles(r.word, i, lost[0]) && i > 2 && !strings.HasSuffix(r.word, "aly") && !r.w.often(r.sign(i, i, lost)) {
			continue // fulfilment, panelist: a matter of spelling
		}
		r.try(i, i, lost, weight, usual)
	}
}

// variant reports whether the letter word[i] is one that British spelling has
// and American has not: leukaemia, foetus, tumour, neurone.
func variant(word string, i int) bool {
	return word[i+1] == 'e' && (word[i] == 'a' || word[i] == 'o') || word[i] == 'u' && word[i-1] == 'o' ||
		word[i] == 'e' && word[i-1] == 'n' || word[i] == word[i+1] || word[i] == word[i-1]
}

// doubles reports whether c put in before word[i:] would stand beside another c.
func doubles(word string, i int, c byte) bool {
	return i > 0 && word[i-1] == c || i < len(word) && word[i] == c
}

// candidate is prob for what a damaged word may have been. A usual slip may
// lead to any word that the language lists or the document uses; another only
// to a listed word that the document bears out.
func (w *words) candidate(word []byte, usual bool) float64 {
	n, s := 0, 0.0
	if id, ok := w.ids[string(word)]; ok {
		f := &w.forms[id]
		n, s = f.count, f.lex
		if s == 0 && n >= 5 && f.titled*2 >= n {
			s = derivedShare // a name of the document's own
		}
	} else if usual {
		s = w.listed(string(word))
	}
	if s == 0 || !usual && (n < 2 || s <= derivedShare) {
		return 0
	}
	return 0.5*float64(n)/float64(len(w.tokens)+1) + 0.5*s
}

// often reports whether the document has shown a slip in four words or more.
func (w *words) often(sign string) bool { return w.learned[sign] >= log10(5) }

// coarse names a lost letter without regard to where it stood.
func coarse(sign string) string {
	if i := strings.IndexByte(sign, '+'); i > 0 {
		return sign[i:]
	}
	return ""
}

// affixed are the function words that are also common beginnings of words, as
// in "ascertain" and "inflow".
var affixed = setOf("in by on or for be if no from any we he so with an our his her all can but")

// divide adds the ways of reading word as two or three known words.
func (w *words) divide(found []reading, word string) []reading {
	if lookalikes[word] {
		return found
	}
	for i := 1; i < len(word); i++ {
		l, r := word[:i], word[i:]
		if p, weight, ok := w.parts(l, r); ok {
			found = append(found, reading{word: l + " " + r, joined: true, sign: joint(l, r), weight: weight, usual: true,
				content: weight == contentWeight, score: p})
		}
		if !functionWords[l] || len(r) < 4 {
			continue
		}
		for j := 2; j < len(r)-1; j++ { // itsfirstand
			m, e := r[:j], r[j:]
			if !functionWords[e] || len(m) < 4 {
				continue
			}
			p1, w1, ok1 := w.parts(l, m)
			p2, w2, ok2 := w.parts(m, e)
			if ok1 && ok2 {
				found = append(found, reading{word: l + " " + m + " " + e, joined: true, sign: joint(m, e), weight: w1 + w2, usual: true,
					score: p1 + p2 - log10(w.prob(m))})
			}
		}
	}
	if i := strings.Index(word, "ii"); i > 0 { // concernsiit
		for _, r := range w.divide(nil, word[:i]+word[i+1:]) {
			r.weight += addedWeight + 1
			found = append(found, r)
		}
	}
	return found
}

// joint names a lost space by what stood before it.
func joint(l, r string) string {
	if functionWords[l] {
		return l + "|"
	}
	return l[len(l)-1:] + "|"
}

// solid reports whether a part is a word in its own right: listed, or used
// elsewhere in the document.
func (w *words) solid(part string) bool {
	s, derived := w.share(part)
	return s > 0 && (!derived || w.count(part) > 0)
}

// parts weighs reading l and r as two words.
func (w *words) parts(l, r string) (prob, weight float64, ok bool) {
	if !w.solid(l) || !w.solid(r) || !article(l, r) {
		return 0, 0, false
	}
	seen := w.together(l, r)
	last := l[len(l)-1]
	switch {
	case r == "a":
		if last != 's' || len(l) < 2 {
			return 0, 0, false
		}
		weight = joinedWeight
	case functionWords[l] && functionWords[r]:
		weight = joinedWeight
	case functionWords[l] && len(r) > 2:
		weight = joinedWeight
		if affixed[l] && seen == 0 {
			weight--
			if w.count(r) < 2 {
				return 0, 0, false // withstood, infusion
			}
		}
	case functionWords[r] && len(l) > 2:
		weight = joinedWeight
		if last != 's' && len(r) < 4 {
			weight-- // the ends of album-in and Iraq-is
		}
	case len(l) > 3 && len(r) > 3 && (seen > 0 || last == 's' && w.count(r) > 0):
		weight = contentWeight
	default:
		return 0, 0, false
	}
	p := w.prob(l) * w.prob(r)
	if seen > 0 {
		p = math.Max(p, 0.5*float64(seen)/float64(len(w.tokens)))
	}
	return log10(p), weight, true
}

// article reports whether l may stand before r as far as articles go: "a"
// before a consonant, "an" before a vowel, and no single letter else.
func article(l, r string) bool {
	vowel := strings.IndexByte("aeiou", r[0]) >= 0
	switch {
	case l == "a":
		return !vowel && len(r) > 2
	case l == "an":
		return vowel || r[0] == 'h'
	}
	return len(l) > 1 && (len(r) > 1 || r == "a")
}

// lookalikes are English words that read as two words run together and are too
// rare for a small lexicon.
var lookalikes = setOf(`ascertain ascertained ascribe ascribed askew asunder inroad inroads inflow inflows
	influx inborn inbound inlay instep infirm infolding indecision inaction inform forbear forgo forgoing forsake forswear
	befit befall befitting behold beset bestow belated bemoan attune attuned atone atonement attest
	onset onlooker onlookers onrush onslaught orate ordain overt tofu totem akin aloof amiss anew
	apiece askance astray awash averse ablaze aground ajar amoral apolitical atypical asexual asocial
	asymmetry asymmetric asymmetrical astride aback afloat afresh aghast isotope itself item anon
	notable nowhere allot allay ally wherein therein herein hereby thereby whereas ofttimes whosoever
	ahistorical acellular asymptomatic avascular asynchronous aseptic`)
