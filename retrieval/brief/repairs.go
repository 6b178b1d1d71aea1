package brief

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// markRepairs puts square brackets around the words of text that its printed form
// does not have: those that were misread, and are repaired. Words with nothing
// between them share their brackets. A word that the print breaks at the end of a line is
// the same word.
func markRepairs(text, printed string) string {
	words := strings.Fields(text)
	kept := common(words, printedWords(printed, words))
	var b strings.Builder
	open := false
	for i, w := range words {
		before, core, after := bare(w)
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(before)
		if !kept[i] && !open {
			b.WriteByte('[')
		}
		b.WriteString(core)
		open = !kept[i] && after == "" && i+1 < len(words) && !kept[i+1] && opensBare(words[i+1])
		if !kept[i] && !open {
			b.WriteByte(']')
		}
		b.WriteString(after)
	}
	return b.String()
}

// opensBare reports whether no mark stands before a word.
func opensBare(w string) bool {
	before, _, _ := bare(w)
	return before == ""
}

// bare parts a word from the marks before and behind it. What is but marks is kept
// together.
func bare(w string) (before, core, after string) {
	isWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	first, last := strings.IndexFunc(w, isWord), strings.LastIndexFunc(w, isWord)
	if first < 0 {
		return "", w, ""
	}
	_, n := utf8.DecodeRuneInString(w[last:])
	return w[:first], w[first : last+n], w[last+n:]
}

// printedWords are the words of printed. A word broken at the end of a line is
// joined as words has it: with its hyphen or without.
func printedWords(printed string, words []string) []string {
	known := make(map[string]bool, len(words))
	for _, w := range words {
		known[w] = true
	}
	var out []string
	broken := false
	for line := range strings.SplitSeq(strings.ReplaceAll(printed, "\u00ad", ""), "\n") {
		fields := strings.FieldsFunc(line, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
		if len(fields) == 0 {
			continue // a page may end between the halves of a word
		}
		if broken {
			first := out[len(out)-1]
			if joined := strings.TrimSuffix(first, "-") + fields[0]; known[joined] {
				out[len(out)-1] = joined
			} else {
				out[len(out)-1] = first + fields[0]
			}
			fields = fields[1:]
		}
		out = append(out, fields...)
		broken = strings.HasSuffix(out[len(out)-1], "-")
	}
	return out
}

// common says of each word of a whether it is part of the longest common
// subsequence of a and b (Wagner and Fischer 1974).
func common(a, b []string) []bool {
	lengths := make([][]int, len(a)+1)
	for i := range lengths {
		lengths[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				lengths[i][j] = lengths[i+1][j+1] + 1
			} else {
				lengths[i][j] = max(lengths[i+1][j], lengths[i][j+1])
			}
		}
	}
	kept := make([]bool, len(a))
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			kept[i] = true
			i, j = i+1, j+1
		case lengths[i+1][j] >= lengths[i][j+1]:
			i++
		default:
			j++
		}
	}
	return kept
}
