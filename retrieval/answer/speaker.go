package answer

import (
	"regexp"
	"slices"
	"strings"

	"rapporteur/retrieval"
)

// "What did the World Bank report?" is answered only where the World Bank reports
// something. What others reported is near to the question, and so is a passage that
// names the World Bank for another reason; both together answer nothing.

// says are the verbs by which a text gives what somebody said, thought or decided.
const says = `sa(?:y|ys|id)|stat(?:e|es|ed)|not(?:e|es|ed|ing)|argu(?:e|es|ed|ing)|conclud\w+|propos\w+|describ\w+|explain\w*|` +
	`present\w*|suggest\w*|recommend\w*|mention\w*|remark\w*|warn\w*|claim\w*|inform\w*|stress\w*|announc\w*|add(?:s|ed|ing)?|` +
	`report\w*|point\w* (?:out|to)|underlin\w+|underscor\w+|emphasi\w+|recall\w*|observ\w+|indicat\w+|call\w*|urg\w+|express\w*|` +
	`summari\w+|highlight\w*|introduc\w+|welcom\w+|request\w*|invit\w+|believ\w+|consider\w*|maintain\w*|insist\w*|declar\w+|` +
	`outlin\w+|f(?:ind|inds|ound)|show\w*|tell\w*|told|ask\w*|gave|giv\w+|think\w*|thought|support\w*|reaffirm\w*|affirm\w*|` +
	`reiterat\w+|oppos\w+|reject\w*|accept\w*|agree\w*|hop(?:e|es|ed|ing)|wish\w*|want\w*|thank\w*|closed|closing|opened|opening|address\w*|` +
	`cautioned|acknowledg\w+|encourag\w+|appeal\w*|demand\w*|commend\w*|condemn\w*|regret\w*|view|views|opinion`

var (
	// asksWhatOneSaid recognizes a question that asks what its subject said; the group
	// holds the subject.
	asksWhatOneSaid = regexp.MustCompile(`\b(?:do|does|did|has|have|had) (.{1,80}?) (?:` + accountVerbs + `|state|add|report)\b`)
	// saysBehind recognizes what follows the name of a speaker: a verb, behind where they
	// are from and few words more; a colon, as in a record; or what is theirs.
	saysBehind = regexp.MustCompile(`(?i)^\)?(?: \([^)]*\))?(?: of [^,;]{1,120}?)?(?:, [^.;:]{1,100}?,?)?(?: [\pL’'-]+){0,3}? (?:` + says + `)\b` +
		`|^[^.]{0,20}:|^['’]s? (?:views?|statement|remarks?|presentation|report)\b`)
	// saysBefore recognizes what stands before it.
	saysBefore = regexp.MustCompile(`(?i)\b(?:by|according to|asked?|told|view of|statement of|presentation of|chaired by) (?:the )?(?:representatives? of (?:the )?)?$`)
)

// subjectSilent is 1 when a question asks what somebody of that name said and the hits
// have the name but nowhere as that of one who says something.
func subjectSilent(question string, hits []retrieval.Hit) float64 {
	name := speakerAsked(question)
	if name == "" {
		return 0
	}
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
	named := false
	for _, h := range hits {
		if strings.Contains(h.Doc.Title+"\n"+strings.Join(h.Section, "\n"), name) {
			return 0
		}
		for _, s := range h.Passage.Sentences {
			for _, at := range word.FindAllStringIndex(s.Text, -1) {
				named = true
				if saysBefore.MatchString(s.Text[:at[0]]) || saysBehind.MatchString(s.Text[at[1]:]) {
					return 0
				}
			}
		}
	}
	if named {
		return 1
	}
	return 0
}

// speakerAsked returns the name of whoever question asks the words of, a person's last
// name alone; "" where it does not ask for words, or names nobody or several.
func speakerAsked(question string) string {
	m := asksWhatOneSaid.FindStringSubmatch(question)
	if m == nil {
		return ""
	}
	subject := m[1]
	found := names("did " + subject)
	if len(found) != 1 || !strings.HasSuffix(subject, strings.TrimPrefix(found[0], "the ")) || slices.Contains(strings.Fields(subject), "and") {
		return ""
	}
	name := strings.TrimPrefix(found[0], "the ")
	if person.MatchString(name) {
		words := strings.Fields(name)
		name = words[len(words)-1]
	}
	return name
}
