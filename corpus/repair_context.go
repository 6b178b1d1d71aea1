package corpus

import (
	"math"
	"strings"
)

// mistaken proposes repairs for words that are known, but stand for others by
// one of the slips that the document shows over and over: "of al migrants".
func (w *words) mistaken(signs map[string]int) []proposal {
	var ps []proposal
	cache := make(map[int32][]reading)
	for k := range w.tokens {
		t := &w.tokens[k]
		f := &w.forms[t.form]
		if t.fixed || t.shape > inTitle || w.foreign[t.text] || len(f.word) < 2 || isQuote(t.before) || t.after == '.' || t.after == '-' {
			continue
		}
		if t.spaced && setPhrase[w.forms[w.tokens[k-1].form].word] {
			continue
		}
		if f.lex == 0 && (len(f.word) > 2 || t.shape != inLower) {
			continue
		}
		rs, ok := cache[t.form]
		if !ok {
			rs = w.stronger(f, signs)
			cache[t.form] = rs
		}
		best := math.Inf(-1)
		var pick *reading
		for i := range rs {
			if s := rs[i].score + w.fit(k, rs[i].word); s > best {
				best, pick = s, &rs[i]
			}
		}
		if pick == nil || best < 0.7 {
			continue
		}
		ps = append(ps, proposal{text: t.text, edit: Edit{t.start, t.end, recase(pick.word, t.shape)},
			sign: pick.sign, score: best, word: f.word})
	}
	return ps
}

// spacedOut proposes "also" for "a so" and the like, where the l that the document
// keeps losing after an a was taken for a space. Only an article that stands
// before a word of grammar is taken for such.
func (w *words) spacedOut(signs map[string]int) []proposal {
	var ps []proposal
	if signs["a+l"] < 4 {
		return nil
	}
	for k := 1; k < len(w.tokens); k++ {
		a, b := &w.tokens[k-1], &w.tokens[k]
		second := w.forms[b.form].word
		if !b.spaced || a.shape > inTitle || b.shape != inLower || w.forms[a.form].word != "a" || b.after == '-' ||
			!functionWords[second] || w.foreign[a.text] {
			continue
		}
		if whole := "al" + second; functionWords[whole] && w.count(whole) > 2 {
			ps = append(ps, proposal{text: a.text, edit: Edit{a.start, b.end, recase(whole, a.shape)}, sign: "_", score: sureScore, word: whole})
		}
	}
	return ps
}

// setPhrase are the words after which a rare word that looks like a commoner
// one is right: et al., per capita, inter alia.
var setPhrase = setOf("et per inter pro ad ex in de el la al")

// stronger returns the words that the document uses far oftener than f and
// that f is by one of its frequent slips.
func (w *words) stronger(f *form, signs map[string]int) []reading {
	var found []reading
	own, least := math.Max(f.lex, 1e-6), 3
	if f.lex <= derivedShare {
		least = 1
	}
	for i := 1; i <= len(f.word); i++ {
		for _, lost := range [...]string{"l", "i", "t", "f"} {
			sign := f.word[i-1:i] + "+" + lost
			if signs[sign] < 4 {
				continue
			}
			meant := f.word[:i] + lost + f.word[i:]
			if n := w.count(meant); n < least*f.count || n < least {
				continue
			}
			if share, _ := w.share(meant); share == 0 {
				continue
			}
			found = append(found, reading{word: meant, sign: sign,
				score: log10(w.prob(meant)) - log10(0.5*own) + thinWeight + w.learned[sign]})
		}
	}
	return found
}

// appendPossessives puts the space back that an apostrophe and s hide:
// "woman’slife".
func (w *words) appendPossessives(ps []proposal) []proposal {
	for k := range w.tokens {
		t := &w.tokens[k]
		f := &w.forms[t.form]
		if t.before != '’' && t.before != '\'' || f.lex > 0 || len(f.word) < 4 || f.word[0] != 's' || t.fixed {
			continue
		}
		if share, derived := w.share(f.word[1:]); share > 0 && !derived {
			p := markAt(t.text, t.start, t.end, "s "+w.texts[t.text][t.start+1:t.end])
			p.score += 3
			ps = append(ps, p)
		}
	}
	return ps
}

// appendAcronyms repairs an acronym in brackets that the words before it do
// not spell, where they spell another that the document uses: "General
// Agreement on Trade in Services (GATYS)".
func (w *words) appendAcronyms(ps []proposal) []proposal {
	for k := 4; k < len(w.tokens); k++ {
		t := &w.tokens[k]
		if t.shape != inUpper || t.before != '(' || t.after != ')' || t.end-t.start < 4 || t.fixed {
			continue
		}
		var initials []byte
		for j := k - 1; j >= 0 && k-j < 12 && w.tokens[j].text == t.text; j-- {
			if w.tokens[j].shape == inTitle {
				initials = append([]byte{w.texts[t.text][w.tokens[j].start]}, initials...)
				if len(initials) == t.end-t.start-1 {
					break
				}
			} else if !functionWords[w.forms[w.tokens[j].form].word] {
				break
			}
		}
		printed := w.texts[t.text][t.start:t.end]
		spelt := string(initials)
		if len(spelt) == len(printed)-1 && w.count(strings.ToLower(spelt)) > w.forms[t.form].count && oneMore(printed, spelt) {
			ps = append(ps, markAt(t.text, t.start, t.end, spelt))
		}
	}
	return ps
}

// oneMore reports whether long is short with one letter put in.
func oneMore(long, short string) bool {
	for i := range long {
		if long[:i]+long[i+1:] == short {
			return true
		}
	}
	return false
}

// joinedArticles parts an article from the word after it where the two happen
// to make a derivation: "alikely" is no way of being alike in a document that
// has "likely" three times and articles joined all over.
func (w *words) joinedArticles() []proposal {
	if !w.often("a|") {
		return nil
	}
	var ps []proposal
	for k := range w.tokens {
		t := &w.tokens[k]
		f := &w.forms[t.form]
		if f.word[0] != 'a' || f.lex != derivedShare || f.count > 1 || t.shape != inLower || t.fixed || w.foreign[t.text] {
			continue
		}
		if rest := f.word[1:]; w.count(rest) >= 3 && w.listed(rest) > 0 && article("a", rest) {
			p := markAt(t.text, t.start, t.end, "a "+rest)
			p.score = takenScore // behind any other reading
			ps = append(ps, p)
		}
	}
	return ps
}

// joinedCompounds finds an article that was joined to a compound which the
// document has elsewhere: "along-term" beside "long-term".
func (w *words) joinedCompounds() []proposal {
	if w.learned["a|"] == 0 {
		return nil
	}
	var ps []proposal
	compounds := make(map[string]int)
	key := func(k int) (string, bool) {
		a, b := &w.tokens[k-1], &w.tokens[k]
		if a.text != b.text || a.after != '-' || b.start != a.end+1 {
			return "", false
		}
		return w.forms[a.form].word + "-" + w.forms[b.form].word, true
	}
	for k := 1; k < len(w.tokens); k++ {
		if c, ok := key(k); ok {
			compounds[c]++
		}
	}
	for k := 1; k < len(w.tokens); k++ {
		c, ok := key(k)
		if !ok || c[0] != 'a' || w.tokens[k-1].shape != inLower || w.forms[w.tokens[k-1].form].lex == 0 || len(c) < 2 {
			continue
		}
		if compounds[c] == 1 && compounds[c[1:]] > 1 {
			p := markAt(w.tokens[k].text, w.tokens[k-1].start, w.tokens[k-1].end, "a "+w.forms[w.tokens[k-1].form].word[1:])
			ps = append(ps, p)
		}
	}
	return ps
}
