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
	{regexp.MustCompile(`\pL( ~) \pL`), "", " ~ ", false},
	{regexp.MustCompile(`\pL( \^) \pL`), "", " ^ ", false},
	{regexp.MustCompile(`[\pL’”)]( ),(?: |$)`), "", " ,", false},
	{regexp.MustCompile(`[\pL’”)]( )\.(?: |$)`), "", " .", false},
	{regexp.MustCompile(`[\pL’”)]( );(?: |$)`), "", " ;", false},
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
	return w.appendAcronyms(ps)
}

func markAt(text, start, end int, with string) proposal {
	return proposal{text: text, edit: Edit{start, end, with}, sign: "mark", score: sureScore + 1}
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
