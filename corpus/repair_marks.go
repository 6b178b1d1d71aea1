package corpus

import (
	"regexp"
	"strings"
)

// Punctuation has no lexicon: these are the few marks that OCR adds, doubles
// or turns, each recognized by what stands around it.

// A mark is a pattern whose first group is replaced. A group that matches
// nothing is where something is put in.
type mark struct {
	find *regexp.Regexp
	with string
	sign string // stands in every text where the pattern matches, and names it
	hint bool   // rare enough in clean text to be a hint of damage
}

var markPatterns = []mark{
	{regexp.MustCompile(`[\pL\d)](::)(?: |$)`), ":", "::", true},
	{regexp.MustCompile(`\pL('’|’')`), "’", "'", true},
	{regexp.MustCompile(`(?:^|[ (])“( )[\pL\d]`), "", "“ ", true},
	{regexp.MustCompile(`(?:^|[ (])[a-z]{1,12}()“\pL`), " ", "“", true},
	{regexp.MustCompile(`\pL([*~|^])“`), " ", "“", true},
	{regexp.MustCompile(`\pL( [~^]) \pL`), "", " ", false},
	{regexp.MustCompile(`[\pL’”)]( )[,.;](?: |$)`), "", " ", false},
}

// marks proposes repairs of punctuation and numerals.
func (w *words) marks() []proposal {
	var ps []proposal
	for n, text := range w.texts {
		if w.foreign[n] || strings.Count(text, "|") > 2 { // a row of a table
			continue
		}
		for _, m := range markPatterns {
			if !strings.Contains(text, m.sign) {
				continue
			}
			for _, at := range m.find.FindAllStringSubmatchIndex(text, -1) {
				p := markAt(n, at[2], at[3], m.with)
				p.word, p.hint = m.sign, m.hint
				ps = append(ps, p)
			}
		}
		ps = appendOrdinals(ps, n, text)
		ps = appendQuotes(ps, n, text)
		ps = w.appendBars(ps, n)
		ps = w.appendDigits(ps, n)
	}
	ps = w.appendNumerals(ps)
	ps = w.appendStops(ps)
	ps = w.appendPossessives(ps)
	ps = w.appendItems(ps)
	ps = w.appendAcronyms(ps)
	ps = w.appendArticles(ps)
	return w.appendCompounds(ps)
}

func markAt(text, start, end int, with string) proposal {
	return proposal{text: text, edit: Edit{start, end, with}, sign: "mark", score: sureScore + 1}
}

var ordinal = regexp.MustCompile(`(?:^|[^\d.,])(\d{1,4})(™)`)

// appendOrdinals reads the raised st, nd, rd and th that OCR takes for a
// trade mark.
func appendOrdinals(ps []proposal, n int, text string) []proposal {
	if !strings.Contains(text, "™") {
		return ps
	}
	for _, at := range ordinal.FindAllStringSubmatchIndex(text, -1) {
		p := markAt(n, at[4], at[5], ordinalEnding(text[at[2]:at[3]]))
		p.word, p.hint = "™", true
		ps = append(ps, p)
	}
	return ps
}

func ordinalEnding(digits string) string {
	if n := len(digits); n < 2 || digits[n-2] != '1' {
		switch digits[n-1] {
		case '1':
			return "st"
		case '2':
			return "nd"
		case '3':
			return "rd"
		}
	}
	return "th"
}

var unclosed = regexp.MustCompile(`“[^“”’]{1,80}(’)(?:[),.;:]|$)`)

// appendQuotes closes with ” what “ opened, where no ” comes before
// the next “.
func appendQuotes(ps []proposal, n int, text string) []proposal {
	if !strings.Contains(text, "“") {
		return ps
	}
	for _, at := range unclosed.FindAllStringSubmatchIndex(text, -1) {
		rest := text[at[3]:]
		if i := strings.IndexAny(rest, "“”"); i < 0 || strings.HasPrefix(rest[i:], "“") {
			ps = append(ps, markAt(n, at[2], at[3], "”"))
		}
	}
	return ps
}

var (
	numeral   = regexp.MustCompile(`\b(Part|Annex|Chapter|Volume|Section|Article|Title|Appendix|Book|Phase) ([1lI|]{1,3}|[2-9]|1\d)(?:[ ,.;:)]|$)`)
	letterBar = regexp.MustCompile(`(?:^|[ (])(\| ?)([a-z]+)`)
)

// appendNumerals reads as Roman the numerals of parts and annexes whose strokes
// were taken for bars, small l and ones: "Part |" always, and "Part 11" where
// the document numbers its parts by strokes and none by another figure.
func (w *words) appendNumerals(ps []proposal) []proposal {
	type place struct{ text, start, end int }
	ones := make(map[string][]place)
	roman, arabic := make(map[string]bool), make(map[string]bool)
	for n, text := range w.texts {
		if w.foreign[n] || strings.Count(text, "|") > 2 {
			continue
		}
		for _, at := range numeral.FindAllStringSubmatchIndex(text, -1) {
			noun, figure := text[at[2]:at[3]], text[at[4]:at[5]]
			switch {
			case strings.Trim(figure, "1lI|") != "":
				arabic[noun] = true
			case strings.Trim(figure, "I") == "":
				roman[noun] = true
			case strings.Contains(figure, "|"):
				roman[noun] = true
				ps = append(ps, markAt(n, at[4], at[5], strings.Repeat("I", len(figure))))
			default:
				ones[noun] = append(ones[noun], place{n, at[4], at[5]})
			}
		}
	}
	for noun, places := range ones {
		if !roman[noun] || arabic[noun] {
			continue
		}
		for _, p := range places {
			ps = append(ps, markAt(p.text, p.start, p.end, strings.Repeat("I", p.end-p.start)))
		}
	}
	return ps
}

// appendBars reads | as the l that it was: "| eft".
func (w *words) appendBars(ps []proposal, n int) []proposal {
	text := w.texts[n]
	if strings.IndexByte(text, '|') < 0 {
		return ps
	}
	for _, at := range letterBar.FindAllStringSubmatchIndex(text, -1) {
		word := text[at[4]:at[5]]
		if share, _ := w.share(word); share > 0 {
			continue
		}
		if share, derived := w.share("l" + word); share > 0 && !derived {
			p := markAt(n, at[2], at[5], "l"+word)
			p.score += 3 // ahead of a reading of the rest alone
			ps = append(ps, p)
		}
	}
	return ps
}

var withDigit = regexp.MustCompile(`(?:^|[ (“])(\pL*[10|]\pL[\pL10|]*|\pL+[10|][\pL10|]*)(?:[ ),.;:”]|$)`)

// appendDigits reads 1 and 0 inside a word as the letters they were: l or o
// among small letters, I or O among capitals.
func (w *words) appendDigits(ps []proposal, n int) []proposal {
	text := w.texts[n]
	if !strings.ContainsAny(text, "10|") {
		return ps
	}
	for _, at := range withDigit.FindAllStringSubmatchIndex(text, -1) {
		word := text[at[2]:at[3]]
		if with, ok := w.spell(word); ok {
			p := markAt(n, at[2], at[3], with)
			p.score += 3
			ps = append(ps, p)
		}
	}
	return ps
}

var (
	smallDigits   = strings.NewReplacer("1", "l", "|", "l", "0", "o")
	capitalDigits = strings.NewReplacer("1", "I", "|", "I", "0", "O")
)

// spell returns word with its digits as letters, if that makes a word that is
// known: to the language in small letters, to the document in capitals.
func (w *words) spell(word string) (string, bool) {
	if len(word) < 3 {
		return "", false
	}
	if strings.ToUpper(word) == word {
		with := capitalDigits.Replace(word)
		return with, len(word) > 4 && w.capitals(with)
	}
	with := smallDigits.Replace(word)
	share, derived := w.share(strings.ToLower(with))
	return with, share > 0 && !derived && strings.ToLower(word[1:]) == word[1:]
}

// capitals reports whether the document has word in capitals.
func (w *words) capitals(word string) bool {
	id, ok := w.ids[strings.ToLower(word)]
	if !ok {
		return false
	}
	for k := range w.tokens {
		if t := &w.tokens[k]; t.form == id && t.shape == inUpper && !t.fixed {
			return true
		}
	}
	return false
}

// appendStops puts the space back after a full stop, comma or semicolon that
// known words crowd: "destination.Gender".
func (w *words) appendStops(ps []proposal) []proposal {
	for k := 1; k < len(w.tokens); k++ {
		a, b := &w.tokens[k-1], &w.tokens[k]
		if a.text != b.text || b.start != a.end+1 || a.fixed || b.fixed || w.foreign[a.text] {
			continue
		}
		switch w.texts[a.text][a.end] {
		case '.':
			if b.shape != inTitle {
				continue
			}
		case ',', ';':
			if b.shape != inLower {
				continue
			}
		default:
			continue
		}
		first, second := &w.forms[a.form], &w.forms[b.form]
		if a.shape == inLower && len(first.word) > 2 && len(second.word) > 1 &&
			second.lex > 0 && (first.lex > 0 || functionWords[second.word]) {
			ps = append(ps, markAt(a.text, b.start, b.start, " "))
		}
	}
	return ps
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

var (
	brokenItem = regexp.MustCompile(`^\(([0-9])\)? \p{Lu}`)
	nextItem   = regexp.MustCompile(`^\(([b-z])\) \p{Lu}`)
)

// appendItems reads the figure that an item of a list begins with as the
// letter before that of the item after it: "(8 That" before "(b) That".
func (w *words) appendItems(ps []proposal) []proposal {
	for n := 0; n+1 < len(w.texts); n++ {
		broken := brokenItem.FindStringSubmatchIndex(w.texts[n])
		if broken == nil || strings.HasPrefix(w.texts[n][broken[3]:], ")") {
			continue
		}
		if next := nextItem.FindStringSubmatch(w.texts[n+1]); next != nil {
			ps = append(ps, markAt(n, broken[2], broken[3], string(next[1][0]-1)+")"))
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

// appendArticles parts an article from the word after it where the two happen
// to make a derivation: "alikely" is no way of being alike in a document that
// has "likely" three times and articles joined all over.
func (w *words) appendArticles(ps []proposal) []proposal {
	if !w.often("a|") {
		return ps
	}
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

// appendCompounds finds an article that was joined to a compound which the
// document has elsewhere: "along-term" beside "long-term".
func (w *words) appendCompounds(ps []proposal) []proposal {
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
		if compounds[c] == 1 && compounds[c[1:]] > 1 && w.learned["a|"] > 0 {
			p := markAt(w.tokens[k].text, w.tokens[k-1].start, w.tokens[k-1].end, "a "+w.forms[w.tokens[k-1].form].word[1:])
			ps = append(ps, p)
		}
	}
	return ps
}
