package corpus

import (
	"regexp"
	"strings"
)

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

var (
	numeral   = regexp.MustCompile(`^ ([1lI|]{1,3}|[2-9]|1\d)(?:[ ,.;:)]|$)`)
	letterBar = regexp.MustCompile(`(?:^|[ (])(\| ?)([a-z]+)`)
)

// numbered are the nouns that numerals follow.
var numbered = setOf("part annex chapter volume section article title appendix book phase")

// appendNumerals reads as Roman the numerals of parts and annexes whose strokes
// were taken for bars, small l and ones: "Part |" always, and "Part 11" where
// the document numbers its parts by strokes and none by another figure.
func (w *words) appendNumerals(ps []proposal) []proposal {
	type place struct{ text, start, end int }
	ones := make(map[string][]place)
	roman, arabic := make(map[string]bool), make(map[string]bool)
	for k := range w.tokens {
		t := &w.tokens[k]
		noun, text := w.forms[t.form].word, w.texts[t.text]
		if t.shape != inTitle || !numbered[noun] || w.foreign[t.text] {
			continue
		}
		at := numeral.FindStringSubmatchIndex(text[t.end:])
		if at == nil {
			continue
		}
		start, end := t.end+at[2], t.end+at[3]
		switch figure := text[start:end]; {
		case strings.Trim(figure, "1lI|") != "":
			arabic[noun] = true
		case strings.Trim(figure, "I") == "":
			roman[noun] = true
		case strings.Contains(figure, "|"):
			if strings.Count(text, "|") < 3 { // no row of a table
				roman[noun] = true
				ps = append(ps, markAt(t.text, start, end, strings.Repeat("I", len(figure))))
			}
		default:
			ones[noun] = append(ones[noun], place{t.text, start, end})
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
	if !digitBesideLetter(text) {
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

// digitBesideLetter reports whether a 1, 0 or | touches a letter, which is
// quicker to find than a word with one in it.
func digitBesideLetter(text string) bool {
	for i := 0; i < len(text); i++ {
		if c := text[i]; (c == '1' || c == '0' || c == '|') &&
			(i > 0 && isASCIILetter(text[i-1]) || i+1 < len(text) && isASCIILetter(text[i+1])) {
			return true
		}
	}
	return false
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
