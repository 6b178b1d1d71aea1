package discord

import (
	"regexp"
	"strings"
	"unicode/utf16"

	"rapporteur/adapters/chat"
)

// What Discord would take for formatting, a mention, a custom emoji or a link. A
// colon is one of these before a letter, as in ":smile:", or before a slash, since an
// address is a link by its "://" alone; round brackets never are, since a link's are
// behind square ones. A backslash before any of these is not shown.
var markup = regexp.MustCompile("[\\\\*_~`|<>@#\\[\\]]|:[0-9A-Za-z/+-]")

// What Discord would take for a list where a line begins.
var listMark = regexp.MustCompile(`(?m)^(\s*)([-+]|\d+\.)(\s|$)`)

// escape returns text in Discord's markdown, so that it reads as it stands.
func escape(text string) string {
	text = markup.ReplaceAllString(text, `\$0`)
	return listMark.ReplaceAllStringFunc(text, func(mark string) string {
		parts := listMark.FindStringSubmatch(mark)
		body := parts[2]
		return parts[1] + body[:len(body)-1] + `\` + body[len(body)-1:] + parts[3]
	})
}

var escapes = regexp.MustCompile("\\\\([\\\\*_~`|<>@#\\[\\]:.+-])")

// unescape undoes escape.
func unescape(text string) string { return escapes.ReplaceAllString(text, "$1") }

// width is the length of text as Discord counts it at the most: in UTF-16 units, of
// which there are never fewer than characters.
func width(text string) int {
	n := 0
	for _, r := range text {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// split cuts escaped text into parts of at most limit each. A backslash stays with
// what it escapes.
func split(text string, limit int) []string {
	parts := chat.Split(text, limit-1, width)
	for i := range parts[:max(0, len(parts)-1)] {
		bare := strings.TrimRight(parts[i], `\`)
		if (len(parts[i])-len(bare))%2 == 1 {
			parts[i] = parts[i][:len(parts[i])-1]
			parts[i+1] = `\` + parts[i+1]
		}
	}
	return parts
}
