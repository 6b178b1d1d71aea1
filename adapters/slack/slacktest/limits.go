package slacktest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// OverLimits lists in which way arguments are beyond what Slack takes
// (docs.slack.dev/reference/block-kit; the total of all blocks was measured, see
// github.com/slackapi/bolt-js/issues/2509).
func OverLimits(args map[string]any) []string {
	var wrong []string
	complain := func(is bool, format string, a ...any) {
		if is {
			wrong = append(wrong, fmt.Sprintf(format, a...))
		}
	}
	text, _ := args["text"].(string)
	complain(size(text) > 4000, "the text has %d characters, more than the 4,000 that are advised", size(text))
	blocks, _ := args["blocks"].([]any)
	most := 50
	if view, ok := args["view"].(map[string]any); ok {
		blocks, _ = view["blocks"].([]any)
		most = 100
		for _, name := range []string{"title", "submit", "close"} {
			label, _ := view[name].(map[string]any)
			text, _ := label["text"].(string)
			complain(size(text) > 24, "the %s has %d characters, 25 are too many", name, size(text))
		}
		input := slices.ContainsFunc(blocks, func(b any) bool { object, _ := b.(map[string]any); return object["type"] == "input" })
		complain(input && view["submit"] == nil, "there are inputs, and nothing to send them with")
		metadata, _ := view["private_metadata"].(string)
		complain(len(metadata) > 3000, "the private metadata have %d bytes, 3,001 are too many", len(metadata))
	}
	complain(len(blocks) > most, "there are %d blocks, %d are too many", len(blocks), most+1)
	total, names := 0, make(map[string]bool)
	for i, b := range blocks {
		object, _ := b.(map[string]any)
		name, _ := object["block_id"].(string)
		complain(size(name) > 255, "a block_id of %d characters", size(name))
		complain(name != "" && names[name], "the block_id %s twice", name)
		names[name] = true
		total += checkBlock(b, func(is bool, format string, a ...any) { complain(is, "block %d: "+format, append([]any{i}, a...)...) })
	}
	complain(total > 13_200, "the blocks have %d characters, 13,200 are too many", total)
	return wrong
}

// checkBlock complains of a block, and returns how many characters it has.
func checkBlock(b any, complain func(is bool, format string, a ...any)) (total int) {
	object, _ := b.(map[string]any)
	kind, _ := object["type"].(string)
	elements, _ := object["elements"].([]any)
	switch kind {
	case "actions":
		complain(len(elements) == 0 || len(elements) > 25, "%d actions", len(elements))
	case "context_actions":
		complain(len(elements) == 0 || len(elements) > 5, "%d context actions", len(elements))
	case "context":
		complain(len(elements) == 0 || len(elements) > 10, "%d elements of a context", len(elements))
	}
	fields, _ := object["fields"].([]any)
	complain(len(fields) > 10, "%d fields", len(fields))
	if kind == "input" {
		object = maps.Clone(object)
		for _, name := range []string{"label", "hint"} {
			inner, _ := object[name].(map[string]any)
			text, _ := inner["text"].(string)
			complain(size(text) > 2000, "a %s of %d characters", name, size(text))
			delete(object, name)
		}
	}
	names := make(map[string]bool)
	walk(object, func(parent map[string]any) {
		if text, ok := parent["text"].(string); ok {
			n := size(text)
			total += n
			complain(n == 0, "an empty text")
			complain(n > 3000, "a text of %d characters", n)
			complain(kind == "header" && n > 150, "a header of %d characters", n)
			complain(parent["type"] == "plain_text" && kind != "section" && kind != "header" && n > 75, "a label of %d characters", n)
		}
		to, _ := parent["url"].(string)
		complain(len(to) > 3000, "an address of %d bytes", len(to))
		id, _ := parent["action_id"].(string)
		complain(len(id) > 255, "an action_id of %d bytes", len(id))
		complain(id != "" && names[id], "the action_id %s twice", id)
		names[id] = true
		checkChoice(parent, complain)
		checkInput(parent, complain)
		value, _ := parent["value"].(string)
		complain(len(value) > 2000, "a value of %d bytes", len(value))
	})
	return total
}

// checkChoice complains of an element to choose from.
func checkChoice(element map[string]any, complain func(is bool, format string, a ...any)) {
	options, ok := element["options"].([]any)
	complain(ok && len(options) == 0 || len(options) > 100, "%d options", len(options))
	for _, o := range options {
		option, _ := o.(map[string]any)
		value, _ := option["value"].(string)
		complain(value == "" || size(value) > 150, "an option's value of %d characters", size(value))
	}
	first, ok := element["initial_option"]
	complain(ok && !slices.ContainsFunc(options, func(o any) bool { return reflect.DeepEqual(o, first) }), "what is chosen at first is no option")
}

// checkInput complains of an input for text.
func checkInput(element map[string]any, complain func(is bool, format string, a ...any)) {
	if element["type"] != "plain_text_input" {
		return
	}
	longest, ok := element["max_length"].(float64)
	complain(ok && (longest < 1 || longest > 3000), "an input for %v characters", longest)
	if !ok {
		longest = 3000
	}
	text, _ := element["initial_value"].(string)
	complain(size(text) > int(longest), "%d characters in an input for %v", size(text), longest)
}

// walk visits every object in v.
func walk(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v)
		for _, inner := range v {
			walk(inner, visit)
		}
	case []any:
		for _, inner := range v {
			walk(inner, visit)
		}
	}
}

func size(text string) int { return len(utf16.Encode([]rune(text))) }

// Read returns all that a person can read in m, and names what Slack would act on
// in it, beyond the app's own buttons and links and citations that lead to an address
// which begins with one of origins.
func (m Message) Read(origins ...string) (text, live string) {
	var b strings.Builder
	for _, block := range m.Blocks {
		object, _ := block.(map[string]any)
		readInto(&b, object, &live, origins)
		b.WriteByte('\n')
	}
	if len(m.Blocks) == 0 {
		b.WriteString(visible(m.Text))
	}
	if live == "" {
		live = LiveText(m.Text)
	}
	return b.String(), live
}

// Links are the addresses that elements of m of a type lead to: "link" or "citation".
func (m Message) Links(kind string) []string {
	var all []string
	walk(m.Blocks, func(object map[string]any) {
		if to, ok := object["url"].(string); ok && object["type"] == kind {
			all = append(all, to)
		}
	})
	return all
}

// readInto reads a block, or a part of one.
func readInto(b *strings.Builder, v map[string]any, live *string, origins []string) {
	kind, _ := v["type"].(string)
	to, _ := v["url"].(string)
	leads := slices.ContainsFunc(origins, func(origin string) bool { return strings.HasPrefix(to, origin) })
	switch kind {
	case "link", "citation":
		if !leads {
			*live = fmt.Sprintf("a %s to %q", kind, to)
		}
	case "user", "usergroup", "channel", "broadcast", "emoji", "team":
		*live = "an element of type " + kind
	case "mrkdwn":
		text, _ := v["text"].(string)
		if found := LiveText(text); found != "" {
			*live = found
		}
		b.WriteString(visible(text))
		return
	case "plain_text":
		if v["emoji"] == true {
			*live = "emoji are looked for"
		}
	}
	if _, ok := v["url"]; ok && !leads {
		*live = "an address"
	}
	if text, ok := v["text"].(string); ok {
		b.WriteString(text)
	} else if inner, ok := v["text"].(map[string]any); ok {
		readInto(b, inner, live, origins)
	}
	for _, name := range []string{"elements", "fields"} {
		inner, _ := v[name].([]any)
		for _, e := range inner {
			if object, ok := e.(map[string]any); ok {
				readInto(b, object, live, origins)
			}
		}
	}
	for _, name := range []string{"positive_button", "negative_button", "accessory"} {
		if inner, ok := v[name].(map[string]any); ok {
			readInto(b, inner, live, origins)
		}
	}
	if strings.HasPrefix(kind, "rich_text_") || kind == "button" || kind == "feedback_buttons" {
		b.WriteByte('\n')
	}
}

// visible is what a person sees of a text in which Slack looks for markup.
func visible(text string) string {
	return strings.NewReplacer("\u2060", "", "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}

// LiveText names what Slack would act on in such a text.
func LiveText(text string) string {
	for _, sign := range []string{"<", ">", "**", "@everyone", "@here", "@channel", "https://", "http://"} {
		if strings.Contains(text, sign) {
			return fmt.Sprintf("%q in a text", sign)
		}
	}
	for i, r := range text {
		// What is followed by space or nothing begins no format; a backtick may.
		next, size := utf8.DecodeRuneInString(text[min(i+1, len(text)):])
		begins := size > 0 && !unicode.IsSpace(next) && next != '\u2060'
		if r == '`' && next != '\u2060' || strings.ContainsRune("*_~", r) && begins {
			return fmt.Sprintf("%q in a text", r)
		}
		if r < ' ' && r != '\n' || r == '\u202e' {
			return fmt.Sprintf("the character %U", r)
		}
	}
	return ""
}
