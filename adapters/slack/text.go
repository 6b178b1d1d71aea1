package slack

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// control is what stands between < and > in a message: a mention, a link, a
// channel, a date.
var control = regexp.MustCompile(`<([^<>]*)>`)

var unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// readText returns what a person wrote as they see it, without the mention of the
// bot itself, and whether there was one. others reports whether it begins by
// speaking to somebody else.
func readText(text, bot string) (plain string, mentioned, others bool) {
	for {
		// A mention that begins the message belongs to no sentence.
		trimmed := strings.TrimLeft(text, " \n\t")
		rest, ok := cutMention(trimmed, bot)
		if !ok {
			others = !mentioned && strings.HasPrefix(trimmed, "<@")
			break
		}
		mentioned, text = true, strings.TrimLeft(rest, " :,")
	}
	plain = control.ReplaceAllStringFunc(text, func(part string) string {
		if rest, ok := cutMention(part, bot); ok && rest == "" {
			mentioned = true
			return ""
		}
		return readControl(part[1 : len(part)-1])
	})
	return strings.TrimSpace(unescaper.Replace(plain)), mentioned, others && !mentioned
}

// leadingMention is the id of whom text begins by mentioning, or "".
func leadingMention(text string) string {
	rest, ok := strings.CutPrefix(strings.TrimLeft(text, " \n\t"), "<@")
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(rest, ">")
	id, _, _ = strings.Cut(id, "|")
	return id
}

// cutMention cuts the mention of a user off the beginning of text.
func cutMention(text, user string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(text, "<@"+user)
	if !ok || user == "" {
		return text, false
	}
	_, rest, closed := strings.Cut(rest, ">")
	inside := text[len("<@"+user) : len(text)-len(rest)]
	if !closed || inside != ">" && !strings.HasPrefix(inside, "|") {
		return text, false
	}
	return rest, true
}

// readControl returns what a person sees of what stands between < and >.
func readControl(inside string) string {
	target, label, labelled := strings.Cut(inside, "|")
	kind := ""
	if target != "" {
		kind = target[:1]
	}
	switch {
	case kind == "@" && labelled:
		return "@" + strings.TrimPrefix(label, "@")
	case kind == "@":
		return "@someone"
	case kind == "#" && labelled && label != "":
		return "#" + label
	case kind == "#":
		return "#channel"
	case kind == "!" && labelled:
		return label
	case kind == "!":
		name, _, _ := strings.Cut(target[1:], "^")
		return "@" + name
	case labelled && label != "":
		return label
	}
	return strings.TrimPrefix(target, "mailto:")
}

// inert returns text as it must be written where Slack looks for markup: nothing in
// it pings, links or formats. The three characters that Slack escapes become
// entities; behind the others that it gives a meaning goes a word joiner (U+2060),
// which nobody sees, unless space follows: then they begin nothing.
func inert(text string) string {
	const joiner = "\u2060"
	var b strings.Builder
	for i, r := range text {
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;" + joiner)
		case '>':
			b.WriteString(joiner + "&gt;") // at the beginning of a line it would be a quotation
		case '`':
			b.WriteString(string(r) + joiner)
		case '*', '_', '~', '@', '#', ':':
			b.WriteRune(r)
			if next, size := utf8.DecodeRuneInString(text[i+1:]); size > 0 && !unicode.IsSpace(next) {
				b.WriteString(joiner)
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// inertMarkdown is the same for Markdown, for one paragraph of it: beyond what inert
// does, nothing in it is a link, an escape, a list, a heading, a table or a rule.
func inertMarkdown(text string) string {
	const joiner = "\u2060"
	var b strings.Builder
	b.WriteString(joiner) // what follows does not begin the line
	text = inert(strings.Join(strings.Fields(text), " "))
	for i, r := range text {
		b.WriteRune(r)
		next, size := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		if size > 0 && strings.ContainsRune(`]\.|`, r) && !unicode.IsSpace(next) {
			b.WriteString(joiner)
		}
	}
	return b.String()
}

// length is that of text as Slack counts it: in UTF-16, as its clients do. Where
// Slack counts runes it is more than enough.
func length(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}
