package answer

import (
	"regexp"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// Who asks a report of a meeting "When was the meeting held?" means that meeting. By
// itself "the meeting" is near to all that was said there.

// asksWhen recognizes a question for when or where a meeting was, and nothing else about
// it; the second group is the meeting, the third what kind of meeting it is.
var asksWhen = regexp.MustCompile(`(?i)^((?:and )?(?:when|where|when and where|(?:on |in |at )?(?:which|what) (?:day|date|month|year|city|country|place|venue)s?) (?:was|is|did|were) )` +
	`((?:the|this) (meeting|conference|session|workshop|seminar|symposium|congress|summit|assembly|forum|hearing))` +
	`( (?:held|take place|happen|convened?|begin|start|open|meet|organi[sz]ed))?(\W*$|,? (?:and|who|what|how|why) .*$)`)

// ofReport is what a title says of a report before it names the meeting, and behind it.
var ofReport = regexp.MustCompile(`(?i)^(?:(?:final |summary )?(?:report|proceedings|minutes|records?) (?:of|on) )?(?:the )?(.*?)(?:,? held .*|,? \d.*)?$`)

// entitled returns question with "the meeting" called as the document is, where the
// question asks when or where that was and all that it is put to is one document whose
// title tells what kind of meeting it was.
func entitled(x *retrieval.Index, question string, only func(corpus.Passage) bool) string {
	m := asksWhen.FindStringSubmatch(question)
	if m == nil {
		return question
	}
	title := onlyTitle(x, only)
	if !slices.Contains(strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !isWordRune(r) }), strings.ToLower(m[3])) {
		return question
	}
	return m[1] + "the " + ofReport.FindStringSubmatch(title)[1] + m[4] + m[5]
}

// onlyTitle returns the title of the one document that only says yes to passages of;
// "" where there are more.
func onlyTitle(x *retrieval.Index, only func(corpus.Passage) bool) string {
	title := ""
	for _, d := range x.Documents() {
		if only != nil && !slices.ContainsFunc(d.Passages, only) {
			continue
		}
		if title != "" {
			return ""
		}
		title = d.Card.Title
	}
	return title
}
