package answer

import (
	"fmt"
	"strings"
)

// Reference says where the quotation stands, for a person who opens the
// document: title, section, page and paragraph. "p. 37" is a printed page
// number, "scan p. 25" a counted one; "para. 12" is a printed paragraph number,
// "third paragraph" a counted one. What is not known is left out.
func (c Citation) Reference() string {
	parts := []string{c.Passage.Doc.Title}
	for _, title := range c.Passage.Section {
		if title != c.Passage.Doc.Title {
			parts = append(parts, title)
		}
	}
	if page := c.PageName(); page != "" {
		parts = append(parts, page)
	}
	return strings.Join(append(parts, c.ParagraphName()), ", ")
}

// PageName is "p. 37", "scan p. 25" or, where the source has no pages, "".
func (c Citation) PageName() string {
	switch {
	case c.Label != "":
		return "p. " + c.Label
	case c.Page > 0:
		return fmt.Sprintf("scan p. %d", c.Page)
	}
	return ""
}

// ParagraphName is "para. 12" or "third paragraph".
func (c Citation) ParagraphName() string {
	if c.Number != "" {
		return "para. " + c.Number
	}
	return ordinal(c.Para) + " paragraph"
}

func ordinal(n int) string {
	words := []string{"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
	if n > 0 && n < len(words) {
		return words[n]
	}
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprint(n, suffix)
}
