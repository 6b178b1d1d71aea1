package brief

import (
	"cmp"
	"fmt"
	"slices"
)

// grouped parts the excerpts on a topic by where they stand: by document where
// there are several, by the parts of a document and, where one of these has
// several sections with excerpts, by section. Strongest first, groups and excerpts
// alike.
func grouped(p Part, byDocument bool) []Part {
	if len(p.Excerpts) == 0 {
		return []Part{p}
	}
	headings := func(e Excerpt) []string {
		titles := e.Passage.Section
		if byDocument {
			titles = append([]string{e.Passage.Doc.Title}, titles...)
		}
		return titles
	}
	parts := split(p.Excerpts, headings, 0)
	var out []Part
	if len(p.Summary) > 0 {
		out = append(out, Part{Title: "Summary", Level: 1, Summary: p.Summary})
	}
	for _, top := range parts {
		sections := split(top.Excerpts, headings, 1)
		if len(sections) == 1 {
			sections[0].Title, sections[0].Level = top.Title, 1
			out = append(out, sections[0])
			continue
		}
		// What stands under the heading itself comes before its sections.
		if i := slices.IndexFunc(sections, func(s Part) bool { return s.Title == "" }); i >= 0 {
			top.Excerpts = sections[i].Excerpts
			sections = slices.Delete(sections, i, i+1)
		} else {
			top.Excerpts = nil
		}
		out = append(append(out, top), sections...)
	}
	last := &out[len(out)-1]
	last.More, last.AtLeast, last.Elsewhere, last.Lacking = p.More, p.AtLeast, p.Elsewhere, p.Lacking
	return out
}

// split parts excerpts by their heading of one level, counted from 0, in the order
// in which the headings come first.
func split(excerpts []Excerpt, headings func(Excerpt) []string, level int) []Part {
	var out []Part
	for _, e := range excerpts {
		title := ""
		if titles := headings(e); level < len(titles) {
			title = titles[level]
		}
		i := slices.IndexFunc(out, func(p Part) bool { return p.Title == title })
		if i < 0 {
			i = len(out)
			out = append(out, Part{Title: title, Level: level + 1})
		}
		out[i].Excerpts = append(out[i].Excerpts, e)
	}
	return out
}

// listed brings the items of a list together, in their order, where the strongest of
// them stands, so that the words that the list opens with are read once.
func listed(excerpts []Excerpt) []Excerpt {
	var out []Excerpt
	done := make(map[string]bool)
	for i, e := range excerpts {
		lead := e.leadIn()
		if lead == "" {
			out = append(out, e)
			continue
		}
		opening := fmt.Sprint(e.Passage.Doc.File, " ", e.Context[0].Span)
		if done[opening] {
			continue
		}
		done[opening] = true
		items := []Excerpt{e}
		for _, o := range excerpts[i+1:] {
			if o.leadIn() != "" && o.Passage.Doc.File == e.Passage.Doc.File && o.Context[0].Span == e.Context[0].Span {
				items = append(items, o)
			}
		}
		slices.SortStableFunc(items, func(a, b Excerpt) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
		out = append(out, items...)
	}
	return out
}
