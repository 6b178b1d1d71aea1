package corpus

import (
	"math"
	"sort"
	"strings"
)

// A slip is what went wrong between the page and the text.
type slip uint8

const (
	letters slip = iota // letters dropped, added or taken for others
	joined              // a space lost
	parted              // a space put into a word
	marks               // punctuation and numerals
	slips
)

// A reading is what a damaged word may have been, with the weight of the slip
// in log10 of the chance that it happens to a given word.
type reading struct {
	word   string // lower case; with spaces where spaces were lost
	slip   slip
	sign   string // names the slip in detail, so that its kind can be counted
	weight float64
	usual  bool    // a slip that OCR is known for, rather than any typing error
	score  float64 // log10 of the odds against word being right as printed
}

// A confusion is a letter group that OCR takes for another: print that nearly
// touches (rn, cl, li), ascenders beside s and a (st, sl, al) and look-alikes.
type confusion struct{ read, meant string }

var confusions = func() map[string][]string {
	m := make(map[string][]string)
	for _, c := range [...]confusion{
		{"g", "st"}, {"gt", "st"}, {"g", "q"}, {"q", "g"}, {"d", "al"}, {"d", "sl"}, {"d", "cl"}, {"d", "a"}, {"di", "sl"},
		{"sd", "s"}, {"gq", "q"}, {"gj", "aj"}, {"cl", "d"}, {"al", "d"}, {"rn", "m"}, {"m", "rn"},
		{"vv", "w"}, {"w", "vv"}, {"ri", "n"}, {"n", "ri"}, {"li", "h"}, {"h", "li"}, {"ii", "u"},
		{"u", "ii"}, {"ni", "m"}, {"m", "in"}, {"in", "m"}, {"nn", "m"}, {"h", "b"}, {"b", "h"},
		{"e", "c"}, {"c", "e"}, {"o", "a"}, {"a", "o"}, {"o", "e"}, {"e", "o"}, {"a", "e"}, {"e", "a"},
		{"e", "s"}, {"u", "n"}, {"n", "u"}, {"i", "l"}, {"l", "i"}, {"t", "l"}, {"l", "t"}, {"f", "t"},
		{"t", "f"}, {"i", "t"}, {"t", "i"}, {"v", "y"}, {"y", "v"}, {"j", "i"}, {"i", "j"}, {"s", "a"},
		{"a", "s"}, {"tl", "d"}, {"q", "s"}, {"c", "o"}, {"o", "c"}, {"r", "t"}, {"t", "r"}, {"n", "h"}, {"h", "n"},
		{"ti", "h"}, {"fi", "h"}, {"lii", "m"}, {"iii", "m"}, {"iu", "m"}, {"ui", "m"},
	} {
		m[c.read] = append(m[c.read], c.meant)
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
	oddWeight     = -4.4 // any letter for any other
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
		r.score += r.weight + w.learned[r.sign] - genuine
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

// respell adds the words that are one slip of letters away from word.
func (w *words) respell(found []reading, word string) []reading {
	buf := make([]byte, 0, len(word)+2)
	try := func(i, j int, meant string, weight float64, usual bool, sign string) {
		buf = append(append(append(buf[:0], word[:i]...), meant...), word[j:]...)
		if p := w.candidate(buf, usual); p > 0 {
			found = append(found, reading{string(buf), letters, sign, weight, usual, log10(p)})
		}
	}
	for i := 0; i <= len(word); i++ {
		w.restore(word, i, try)
		if i == len(word) {
			break
		}
		if i > 0 && i < len(word)-1 { // at the ends it is a lost space, or an inflection
			try(i, i+1, "", addedWeight, false, "-"+word[i:i+1])
		}
		if len(word) > 7 && i < len(word)-2 {
			for c := byte('a'); c <= 'z'; c++ {
				if c != word[i] {
					try(i, i+1, string(c), oddWeight, false, "odd")
				}
			}
		}
		for n := 1; n <= 3 && i+n <= len(word); n++ {
			for _, meant := range confusions[word[i:i+n]] {
				try(i, i+n, meant, usualWeight, true, word[i:i+n]+">"+meant)
			}
		}
	}
	return found
}

// restore tries each letter that may have been lost before word[i:].
func (w *words) restore(word string, i int, try func(i, j int, meant string, weight float64, usual bool, sign string)) {
	prev := "^"
	if i > 0 {
		prev = word[i-1 : i]
	}
	for c := byte('a'); c <= 'z'; c++ {
		usual := strings.IndexByte("litfrj", c) >= 0
		if i == len(word) && c != 'l' && c != 't' && c != 'f' {
			continue // an s, d or r more at the end is an inflection
		}
		weight := lostWeight
		if usual {
			weight = thinWeight
		}
		try(i, i, string(c), weight, usual, prev+"+"+string(c))
	}
}

// candidate is prob for what a damaged word may have been. A usual slip may
// lead to any word that the language or the document knows; another only to
// one that the document bears out.
func (w *words) candidate(word []byte, usual bool) float64 {
	s, ok := w.known[string(word)]
	if !ok {
		s, _ = w.share(string(word))
	}
	n := 0
	if id, ok := w.ids[string(word)]; ok {
		n = w.forms[id].count
	}
	switch {
	case s == 0 && n < 3, !usual && (n < 2 || s <= derivedShare):
		return 0
	}
	return 0.5*float64(n)/float64(len(w.tokens)+1) + 0.5*s
}

// affixed are the function words that are also common beginnings of words, as
// in "ascertain" and "inflow".
var affixed = setOf("in to as at by on or for be if no from any we he so up an our his her all")

// divide adds the ways of reading word as two or three known words.
func (w *words) divide(found []reading, word string) []reading {
	if lookalikes[word] {
		return found
	}
	for i := 1; i < len(word)-1; i++ {
		l, r := word[:i], word[i:]
		if p, weight, ok := w.parts(l, r); ok {
			found = append(found, reading{l + " " + r, joined, joint(l, r), weight, true, p})
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
				found = append(found, reading{l + " " + m + " " + e, joined, joint(m, e), w1 + w2, true, p1 + p2 - log10(w.prob(m))})
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
// elsewhere in the document and derived, or long.
func (w *words) solid(part string) bool {
	s, derived := w.share(part)
	return s > 0 && (!derived || w.count(part) > 0 || len(part) > 6)
}

// parts weighs reading l and r as two words.
func (w *words) parts(l, r string) (prob, weight float64, ok bool) {
	if !w.solid(l) || !w.solid(r) {
		return 0, 0, false
	}
	seen := w.together(l, r)
	weight = joinedWeight
	last := l[len(l)-1]
	switch {
	case l == "a" && (len(r) < 3 || strings.IndexByte("aeiou", r[0]) >= 0), len(l) == 1 && l != "a":
		return 0, 0, false
	case functionWords[l] && (len(r) > 2 || functionWords[r] && r != "a"):
		if affixed[l] && seen == 0 {
			weight -= 0.7
		}
	case functionWords[r] && len(l) > 2 && r != "a":
		if last != 's' && len(r) < 4 {
			weight -= 1 // the ends of album-in and cut-is
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
