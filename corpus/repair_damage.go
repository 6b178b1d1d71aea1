package corpus

import (
	"math"
	"slices"
	"sort"
	"strings"
)

// A proposal is an edit with the reason for it.
type proposal struct {
	text  int
	edit  Edit
	sign  string
	score float64
	word  string // what is repaired, lower case: the same word twice is one piece of evidence
	sure  bool   // counts as evidence that the document is damaged
	hint  bool   // counts a little
}

// sureScore is the score from which a usual slip counts as evidence, at odds
// of a hundred to one before anything is known of the document.
const sureScore = 2.0

// takenScore is the score from which a repair is made in a damaged document,
// and leadScore how far it must lie ahead of the next reading.
const (
	takenScore = 0.5
	leadScore  = 0.5
)

// evidence returns the signs of damage among ps, each with the number of
// different words that show it, and how much that amounts to: one for each word
// that is sure, and hintWeight for each that merely may be.
func evidence(ps []proposal) (signs map[string]int, total float64) {
	sort.SliceStable(ps, func(i, j int) bool { return ps[i].sure && !ps[j].sure })
	signs = make(map[string]int)
	seen := make(map[string]bool)
	for i := range ps {
		p := &ps[i]
		if seen[p.word] || !p.sure && !p.hint {
			continue
		}
		seen[p.word] = true
		if !p.sure {
			total += hintWeight
			continue
		}
		total++
		signs[p.sign]++
		if c := coarse(p.sign); c != "" {
			signs[c]++
		}
	}
	return signs, total
}

const hintWeight = 0.4

// damaged reports whether the evidence is that of a misread page rather than
// of the look-alikes and misprints that clean prose has too. Of 5,183 clean
// abstracts three come to two or more, of 192 clean speeches none; misread
// pages come to one in a hundred words.
func damaged(total float64, tokens int) bool {
	return total >= 2+0.0008*float64(tokens)
}

// learn turns the evidence into weights, log10 of one plus the number of
// words that show a sign, and estimates the share of genuine unknown words.
func (w *words) learn(signs map[string]int, strangers int) {
	w.learned = make(map[string]float64, len(signs))
	for s, n := range signs {
		w.learned[s] = math.Log10(1 + float64(n))
	}
	n := float64(len(w.tokens) + 1)
	w.unknown = math.Min(0.1, math.Max(0.002, (float64(strangers)+1)/n))
}

// misread proposes repairs for the words that are unknown, and counts the
// unknown words that nothing explains.
func (w *words) misread() (ps []proposal, strangers int) {
	cache := make(map[int32][]reading)
	for k := range w.tokens {
		t := &w.tokens[k]
		f := &w.forms[t.form]
		if f.lex > 0 || !w.respellable(k) {
			continue
		}
		rs, ok := cache[t.form]
		if !ok {
			rs = w.readings(f.word)
			cache[t.form] = rs
			if len(rs) == 0 || rs[0].score < takenScore || !rs[0].usual {
				strangers++
			}
		}
		if p, ok := w.choose(k, rs); ok {
			ps = append(ps, p)
		}
	}
	return ps, strangers
}

// respellable reports whether token k is a plain word that may be respelled.
func (w *words) respellable(k int) bool {
	t := &w.tokens[k]
	if t.fixed || t.shape == inMixed || t.shape == inUpper && !w.shouted[t.text] || w.foreign[t.text] {
		return false
	}
	if t.end-t.start < 3 || isQuote(t.before) && len(w.forms[t.form].word) < 4 {
		return false
	}
	return t.after != '.' || t.end-t.start > 4 // "approx." and "resp." are short for something
}

func isQuote(r rune) bool { return r == '’' || r == '\'' }

// choose picks the reading of token k that its neighbours agree with best.
func (w *words) choose(k int, rs []reading) (proposal, bool) {
	t := &w.tokens[k]
	f := &w.forms[t.form]
	cased := t.shape == inTitle && (!t.opens || f.titled > 0)
	best, second, at := math.Inf(-1), math.Inf(-1), -1
	for i := range rs {
		score := rs[i].score + w.fit(k, rs[i].word)
		if cased {
			score -= w.nameCost(&rs[i])
		}
		if score > best {
			best, second, at = score, best, i
		} else if score > second {
			second = score
		}
	}
	if at < 0 || best < takenScore || best-second < leadScore {
		return proposal{}, false
	}
	r := &rs[at]
	if !w.outnumbered(f, r) {
		return proposal{}, false
	}
	credible := w.credible(r, best)
	if !credible && w.learned != nil {
		return proposal{}, false
	}
	return proposal{
		text:  t.text,
		edit:  Edit{t.start, t.end, recase(r.word, t.shape)},
		sign:  r.sign,
		score: best,
		word:  f.word,
		hint:  r.usual && !r.content && w.bornOut(r.word),
		sure:  credible && r.usual && !r.content && best >= sureScore && w.bornOut(r.word),
	}, true
}

// bornOut reports whether all the words of a reading are listed or derived and
// used elsewhere.
func (w *words) bornOut(reading string) bool {
	for _, s := range strings.Fields(reading) {
		if share, derived := w.share(s); share == 0 || derived && w.count(s) == 0 {
			return false
		}
	}
	return true
}

// credible reports whether a reading of letters stands on more than its score.
// A slip that other words of the document show may lead to any known word;
// another only to a word that the document uses too, or one that nothing else
// comes near.
func (w *words) credible(r *reading, score float64) bool {
	if r.joined {
		return !r.content || w.learned == nil || w.often(r.sign)
	}
	n := w.count(r.word)
	share, derived := w.share(r.word)
	switch {
	case w.often(r.sign):
		return true
	case w.shown(r.sign):
		return !derived || n > 0 || score >= sureScore+1
	case !r.usual:
		return score >= sureScore && n > 2
	case vowelForVowel(r.sign):
		return score >= sureScore && n > 1
	case share > veryCommon && len(r.word) > 5 && score > takenScore+1:
		return true
	}
	return n > 2 || n > 1 && score >= sureScore || score >= sureScore+1
}

// shown reports whether another word of the document has the same slip, or
// many have lost the same letter.
func (w *words) shown(sign string) bool {
	return w.learned[sign] >= log10(3) || w.learned[coarse(sign)] >= log10(7)
}

// vowelForVowel reports whether a sign takes one vowel for another, which
// makes a word of a word more easily than any other slip.
func vowelForVowel(sign string) bool {
	const vowels = "aeo"
	return len(sign) == 3 && sign[1] == '>' && strings.IndexByte(vowels, sign[0]) >= 0 && strings.IndexByte(vowels, sign[2]) >= 0
}

// commonShare is the share of running words from which a word is common, one of
// the first 4,000 of the lexicon, and veryCommon that of the first 2,000.
const (
	commonShare = 0.1 / 4000
	veryCommon  = 0.1 / 2000
)

// outnumbered reports whether an unknown form is rare enough beside what it
// is said to be a slip for: a word that comes back again and again is meant.
func (w *words) outnumbered(f *form, r *reading) bool {
	n := w.count(r.word)
	share, _ := w.share(r.word)
	switch {
	case f.count == 1 || r.joined:
		return true
	case !r.usual:
		return false
	case w.learned == nil || w.shown(r.sign):
		return n >= f.count || f.count < 5 && share > derivedShare
	}
	return n >= 2*f.count || f.count < 3 && share > commonShare
}

// nameCost is what a capital inside a sentence weighs against a reading, since
// names are spelt as they please: little when the document capitalizes the
// reading too.
func (w *words) nameCost(r *reading) float64 {
	first, last, two := strings.Cut(r.word, " ")
	if !r.usual || two && functionWords[last] && !strings.HasSuffix(first, "s") {
		return math.Inf(1) // Iraqi-s, Michels-on
	}
	if id, ok := w.ids[first]; ok && w.forms[id].titled > 0 {
		return 0
	}
	return 2
}

// fit returns how much better (log10) reading suits the neighbours of token k
// than chance would have it, by the document's own pairs of words.
func (w *words) fit(k int, reading string) float64 {
	first, last := reading, reading
	if i := strings.IndexByte(reading, ' '); i >= 0 {
		first, last = reading[:i], reading[strings.LastIndexByte(reading, ' ')+1:]
	}
	fit := 0.0
	if w.tokens[k].spaced {
		fit += w.affinity(w.forms[w.tokens[k-1].form].word, first)
	}
	if k+1 < len(w.tokens) && w.tokens[k+1].spaced {
		fit += w.affinity(last, w.forms[w.tokens[k+1].form].word)
	}
	return fit
}

// affinity returns log10 of how much oftener b follows a than it would by
// chance, within one to ten either way.
func (w *words) affinity(a, b string) float64 {
	seen := float64(w.together(a, b))
	expected := float64(w.count(a)) * float64(w.count(b)) / float64(len(w.tokens)+1)
	return math.Max(-1, math.Min(1, math.Log10((seen+0.5)/(expected+0.5))))
}

// recase gives a reading the shape of what was printed.
func recase(reading string, s shape) string {
	switch s {
	case inUpper:
		return strings.ToUpper(reading)
	case inTitle:
		return strings.ToUpper(reading[:1]) + reading[1:]
	}
	return reading
}

// parted proposes to close the spaces that were put into words.
func (w *words) parted() []proposal {
	var ps []proposal
	for k := 1; k < len(w.tokens); k++ {
		a, b := &w.tokens[k-1], &w.tokens[k]
		if !b.spaced || a.fixed || b.fixed || w.foreign[a.text] || a.shape == inMixed ||
			b.shape == inMixed || isQuote(a.before) || isQuote(b.after) && b.end-b.start == 1 {
			continue
		}
		if b.shape != inLower && !(b.shape == inUpper && a.shape == inUpper && w.shouted[b.text]) {
			continue
		}
		if p, ok := w.close(a, b); ok {
			ps = append(ps, p)
		}
	}
	return ps
}

// close weighs reading a and b as one word.
func (w *words) close(a, b *token) (proposal, bool) {
	fa, fb := &w.forms[a.form], &w.forms[b.form]
	aKnown := fa.lex > 0 && !(a.shape == inUpper && len(fa.word) == 1 && fb.lex == 0)
	bKnown := fb.lex > 0
	if aKnown && bKnown || len(fb.word) == 1 && fb.word != "s" && len(fa.word) == 1 {
		return proposal{}, false
	}
	if aKnown && fb.count > w.together(fa.word, fb.word) || bKnown && fa.count > w.together(fa.word, fb.word) && len(fa.word) > 1 {
		return proposal{}, false // the other part is a word of the document's own
	}
	whole := fa.word + fb.word
	if len(fa.word) == 1 && bKnown && w.prob(whole) < 10*w.prob(fb.word) {
		return proposal{}, false // C over
	}
	share, derived := w.share(whole)
	if share == 0 || derived && w.count(whole) == 0 && len(whole) < 8 {
		return proposal{}, false
	}
	if derived && w.count(whole) == 0 && (aKnown || bKnown) {
		return proposal{}, false
	}
	score := log10(w.prob(whole)) + partedWeight + w.learned["_"]
	for _, f := range [...]*form{fa, fb} {
		if f.lex > 0 {
			score -= log10(f.lex)
		} else {
			score -= w.genuine(f.word) + 0.5
		}
	}
	if score < takenScore {
		return proposal{}, false
	}
	sh := a.shape
	if sh == inUpper && len(fa.word) == 1 && b.shape == inLower {
		sh = inTitle
	}
	return proposal{
		text: a.text, edit: Edit{a.start, b.end, recase(whole, sh)}, sign: "_",
		score: score, word: whole, sure: score >= sureScore && !derived,
	}, true
}

// settle keeps the best of the proposals that overlap, and returns them as
// edits for each text.
func settle(n int, ps []proposal) [][]Edit {
	sort.SliceStable(ps, func(i, j int) bool { return ps[i].score > ps[j].score })
	out := make([][]Edit, n)
	for i := range ps {
		e, edits := ps[i].edit, out[ps[i].text]
		at := sort.Search(len(edits), func(k int) bool { return edits[k].Start >= e.Start })
		if at > 0 && edits[at-1].End > e.Start || at < len(edits) && (edits[at].Start < e.End || edits[at].Start == e.Start) {
			continue
		}
		out[ps[i].text] = slices.Insert(edits, at, e)
	}
	return out
}
