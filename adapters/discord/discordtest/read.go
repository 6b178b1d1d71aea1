package discordtest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A component is one of a message's, whatever its type.
type component struct {
	Type       int    `json:"type"`
	Content    string `json:"content"`
	CustomID   string `json:"custom_id"`
	Label      string `json:"label"`
	Disabled   bool   `json:"disabled"`
	File       struct{ URL string }
	Components []component `json:"components"`
}

func (m Message) components() []component {
	var all []component
	json.Unmarshal(m.Components, &all) // checked when it was sent
	return all
}

// walk visits the components of a message, and those within them.
func (m Message) walk(visit func(component)) {
	var walk func([]component)
	walk = func(cs []component) {
		for _, c := range cs {
			visit(c)
			walk(c.Components)
		}
	}
	walk(m.components())
}

// Buttons are the ids of a message's buttons, without those that cannot be pressed.
func (m Message) Buttons() []string {
	var all []string
	m.walk(func(c component) {
		if c.CustomID != "" && !c.Disabled {
			all = append(all, c.CustomID)
		}
	})
	return all
}

// files are the addresses of the files that a message of components shows.
func (m Message) files() []string {
	var all []string
	m.walk(func(c component) {
		if c.File.URL != "" {
			all = append(all, c.File.URL)
		}
	})
	return all
}

// markdown is all that a message says, as it was sent.
func (m Message) markdown() string {
	parts := []string{m.Content}
	m.walk(func(c component) { parts = append(parts, c.Content) })
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

var (
	escaped = regexp.MustCompile(`\\([^0-9A-Za-z\s])`)
	subtext = regexp.MustCompile(`(?m)^-# `)
)

// Text is what a person reads: Discord's formatting carried out.
func (m Message) Text() string {
	const open, shut = 0xE000, 0xE800 // escaped characters, out of formatting's reach
	text := escaped.ReplaceAllStringFunc(m.markdown(), func(pair string) string { return string(rune(open + int(pair[1]))) })
	text = subtext.ReplaceAllString(strings.ReplaceAll(text, "**", ""), "")
	return strings.Map(func(r rune) rune {
		if r >= open && r < shut {
			return r - open
		}
		return r
	}, text)
}

var live = regexp.MustCompile("<[@#:a/t]|https?://|@everyone|@here|\\]\\(|[_~`|]|\\|\\||(?m:^\\s*(>|#|[-+*]\\s|\\d+\\.\\s))")

// masked is a link behind a label, in text whose escaped characters are gone.
var masked = regexp.MustCompile(`\[([^\[\]]*)\]\(([^\s()]*)\)`)

// Links are the addresses that a message's masked links lead to.
func (m Message) Links() []string {
	var all []string
	for _, found := range masked.FindAllStringSubmatch(escaped.ReplaceAllString(m.markdown(), "x"), -1) {
		all = append(all, found[2])
	}
	return all
}

// Live names what Discord would act on in a message, "" when there is nothing beyond
// masked links to addresses that begin with one of origins.
func (m Message) Live(origins ...string) string {
	if string(m.Allowed) != `{"parse":[],"replied_user":false}` {
		return fmt.Sprintf("allowed_mentions is %s", m.Allowed)
	}
	if m.Flags&flagSuppressEmbeds == 0 {
		return "embeds are not suppressed"
	}
	text := escaped.ReplaceAllString(m.markdown(), "x")
	text = subtext.ReplaceAllString(text, "")
	text = strings.ReplaceAll(text, "**", "")
	text = masked.ReplaceAllStringFunc(text, func(link string) string {
		parts := masked.FindStringSubmatch(link)
		if slices.ContainsFunc(origins, func(o string) bool { return strings.HasPrefix(parts[2], o) }) {
			return parts[1]
		}
		return link
	})
	if found := live.FindString(text); found != "" {
		return found
	}
	if strings.Contains(text, "*") {
		return "*"
	}
	return ""
}
