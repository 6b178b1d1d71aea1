package cite

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// quoted is a title between quotation marks, and those within it are single ones.
// mark is what stands before the closing one.
func quoted(title, mark string) string {
	return "“" + strings.NewReplacer("“", "‘", "”", "’").Replace(title) + mark + "”"
}

// ended says that text ends as a sentence does.
func ended(text string) bool {
	return strings.HasSuffix(text, ".") || strings.HasSuffix(text, "?") || strings.HasSuffix(text, "!")
}

// capital is text with its first letter in upper case.
func capital(text string) string {
	first, n := utf8.DecodeRuneInString(text)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[n:]
}

// short is a title as a short form has it: without a subtitle or the article before
// it, and of a long one only the first words.
func short(title string) string {
	title, _, _ = strings.Cut(title, ": ")
	if article, rest, ok := strings.Cut(title, " "); ok && slices.Contains([]string{"a", "an", "the"}, strings.ToLower(article)) {
		title = rest
	}
	return firstWords(title)
}

// firstWords is a title of at most five words, and of a longer one the first four,
// or as far as the first small word that follows a great one: "Poverty and
// Inequality" in Latin America. A title that has hardly a great word but its first
// stays whole: where it may be cut cannot be told.
func firstWords(title string) string {
	const longest, most = 5, 4
	words := strings.Fields(title)
	great, end := 0, most
	for i, w := range words {
		if strings.ToLower(w) != w {
			great++
		} else if i > 1 && i < end && strings.ToLower(words[i-1]) != words[i-1] {
			end = i
		}
	}
	if len(words) <= longest || end == most && great <= most {
		end = len(words)
	}
	return strings.Join(words[:end], " ")
}
