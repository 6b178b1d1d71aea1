package brief

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"rapporteur/corpus"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/brief/cite"
)

// A Citation is a quotation with what a style needs to cite it.
type Citation struct {
	answer.Citation
	Work cite.Work
	At   cite.Locator
}

// cited adds to c what a style needs.
func (t *text) cited(c answer.Citation) Citation {
	work, headings := t.work(c.Passage)
	return Citation{c, work, cite.Locator{Sections: headings, Page: c.PageName(), Paragraph: c.ParagraphName()}}
}

// work returns the work that a passage is cited from, and the headings within it:
// the paper that a byline signs, else the whole document.
func (t *text) work(p corpus.Passage) (cite.Work, []string) {
	card := t.doc.Card
	volume := cite.Work{
		ID: slug(card.ID), Author: card.Body, Short: firstPart(card.Body), Title: card.Title,
		MeetingPlace: card.Place, MeetingDate: card.Date, Language: card.Language,
	}
	if i := slices.IndexFunc(p.Section, func(title string) bool { return p.Byline != "" && t.signed[title] == p.Byline }); i >= 0 {
		title := p.Section[i]
		paper := cite.Work{ID: volume.ID + "-" + slug(title), Author: p.Byline, Short: firstPart(p.Byline), Title: title, In: &volume, Language: card.Language}
		return paper, p.Section[i+1:]
	}
	return volume, slices.DeleteFunc(slices.Clone(p.Section), func(title string) bool { return title == card.Title })
}

// firstPart is a body without those that it is part of, or that are part of it.
func firstPart(body string) string {
	first, _, _ := strings.Cut(body, ", ")
	return first
}

// Works returns the works that b quotes, in the order of a list of sources, and told
// apart there.
func (b Briefing) Works() []cite.Work {
	var all []cite.Work
	add := func(citations ...Citation) {
		for _, c := range citations {
			if !slices.ContainsFunc(all, func(w cite.Work) bool { return w.ID == c.Work.ID }) {
				all = append(all, c.Work)
			}
		}
	}
	for _, p := range b.Parts {
		for _, s := range p.Summary {
			add(s.Sources...)
		}
		for _, e := range p.Excerpts {
			add(e.Citation)
			add(e.Same...)
		}
	}
	return cite.Apart(cite.Sorted(all))
}

var notInSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slug names a text by [a-z0-9-] alone. A name that says too little of it, since it
// lost letters or is cut, takes some of the text's sum along.
func slug(text string) string {
	const longest = 60
	lower := strings.ToLower(text)
	name := strings.Trim(notInSlug.ReplaceAllString(lower, "-"), "-")
	foreign := strings.IndexFunc(lower, func(r rune) bool { return r >= utf8.RuneSelf && isWordRune(r) }) >= 0
	if foreign || name == "" || len(name) > longest {
		return strings.TrimPrefix(strings.Trim(name[:min(longest, len(name))], "-")+"-"+sumOf(text), "-")
	}
	return name
}

// sumOf tells a text from others.
func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}

// anchor names a quotation by its passage and bytes. An ID that loses characters
// takes some of its sum along, so that no two are the same.
func anchor(c answer.Citation) string {
	document, passage := "", c.Passage.ID
	if at := strings.LastIndexByte(passage, '/'); at >= 0 {
		document, passage = passage[:at], passage[at+1:]
	}
	name := slug(document)
	if name != document && !strings.HasSuffix(name, sumOf(document)) {
		name += "-" + sumOf(document)
	}
	return fmt.Sprintf("%s-%s-%d-%d", name, passage, c.Span.Start, c.Span.End)
}
