package cite

import (
	"cmp"
	"regexp"
	"strings"
)

var (
	// numbered recognizes a heading by its number: "IV. ", "B. ", "2.1 ", "(a) ".
	numbered = regexp.MustCompile(`^(?:([IVXLC]+|[A-Z]|\d{1,3}(?:\.\d{1,3})*)\.|(\d{1,3}(?:\.\d{1,3})+)|\(([a-z]{1,3})\))\s`)
	// named recognizes one that says what it heads: "Chapter IV. Health", "Annex II".
	named = regexp.MustCompile(`^(?i:(chapter|part|section|annex|appendix|resolution))\s+([IVXLC]+|[A-Z]|\d{1,3}(?:\.\d{1,3})*)(?:$|[.:]|\s+(?:[–—-]+\s|\p{Lu}))`)
	// added recognizes the only annex or appendix of a work: "Annex: Recommendations".
	added = regexp.MustCompile(`^(?i:(annex|appendix))(?:$|[.:])`)
)

// part is what a heading heads, "chapter", and its number there, "IV"; "" of one
// that says neither, whose words are all that there is to name it by.
func part(heading string) (name, number string) {
	if m := numbered.FindStringSubmatch(heading); m != nil {
		return "section", m[1] + m[2] + m[3]
	}
	if m := named.FindStringSubmatch(heading); m != nil {
		return strings.ToLower(m[1]), m[2]
	}
	if m := added.FindStringSubmatch(heading); m != nil {
		return strings.ToLower(m[1]), ""
	}
	return "", ""
}

// sections names the parts that headings head: "sect. IV", "sect. B.1", "annex".
// word is what a style calls a part, and words how it names a heading without a
// number.
func sections(headings []string, word, words func(string) string) []string {
	var out []string
	var outer string // the number of the section that the last one names
	for _, heading := range headings {
		name, number := part(heading)
		switch {
		case name == "":
			out = append(out, words(heading))
		case name == "section" && outer != "":
			if !strings.HasPrefix(number, outer+".") {
				number = outer + "." + number
			}
			out[len(out)-1] = word(name) + " " + number
		default:
			out = append(out, joined(" ", word(name), number))
		}
		outer = ""
		if name == "section" {
			outer = number
		}
	}
	return out
}

// abbreviated calls parts by a style's abbreviations, and others by their names.
func abbreviated(words map[string]string) func(string) string {
	return func(name string) string { return cmp.Or(words[name], name) }
}
