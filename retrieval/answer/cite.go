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

// PageName is "p. 37", "scan p. 25", "pp. 36–37" where the quotation runs over
// pages or, where the source has none, "".
func (c Citation) PageName() string {
	first, last := c.Place, c.Last
	switch {
	case first.Label != "" && last.Page > first.Page && last.Label != "":
		return "pp. " + first.Label + "–" + last.Label
	case first.Label != "":
		return "p. " + first.Label
	case first.Page > 0 && last.Page > first.Page:
		return fmt.Sprintf("scan pp. %d–%d", first.Page, last.Page)
	case first.Page > 0:
		return fmt.Sprintf("scan p. %d", first.Page)
	}
	return ""
}

// ParagraphName is "para. 12", "third paragraph", or both ends where the
// quotation runs over paragraphs: "paras. 12 to 14", "third and fourth
// paragraphs".
func (c Citation) ParagraphName() string {
	first, last := c.Place, c.Last
	between := " to "
	if last.Para == first.Para+1 {
		between = " and "
	}
	switch {
	case first.Number != "" && last.Number != "" && last.Number != first.Number:
		return "paras. " + first.Number + between + last.Number
	case first.Number != "":
		return "para. " + first.Number
	case last.Para > first.Para:
		return ordinal(first.Para) + between + ordinal(last.Para) + " paragraphs"
	}
	return ordinal(first.Para) + " paragraph"
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
