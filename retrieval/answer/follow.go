package answer

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/retrieval"
)

var (
	// Words with which a question goes on from the one before.
	goesOn = regexp.MustCompile(`(?i)^(and|but|so|or|then|also|what about|how about|what else|who else|where else|why not|why so|why is that|how so|anything else|any others?)\b`)
	// Words that stand for something said before.
	pronoun = regexp.MustCompile(`(?i)\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|ones?|the same|the former|the latter|such)\b`)
	// The same words where they stand for nothing said before.
	idle = regexp.MustCompile(`(?i)\b(` + strings.Join([]string{
		`(is|was|be|been) it [a-z]+ that`, `it (is|was|be|been|has been) [a-z]+ that`, // it is true that
		`(is|was|be) it ` + judged + `( for .+)? to`, `it (is|was|be) ` + judged + `( for .+)? to`, // it is possible for women to
		`(is|are|was|were|be) there`, `there (is|are|was|were|will|be)`, `theres?`,
		`\w+ that (the|a|an|is|are|was|were|has|have|had|can|will|would|should|fail\w*)`,                     // countries that fail
		`(` + clauses + `|people|countries|issues|things|ways|steps|\w+(tion|ment|ness|ies|ers)s?) that \w+`, // evidence that remittances
		`(measures|policies|rules|laws) that \w+`,
		`those (who|that|whose|with|in|of)`, `such as`, `(no|any ?|every ?|some ?)one`, `one (of|day|year|per|in|third|half|quarter)`,
		`this (report|document|meeting|volume|publication|paper|book|text|year|century)`, `these (proceedings|documents|reports|minutes|papers)`,
	}, "|") + `)\b`)
	// A plural subject of its own that "they" and "their" go back to: "how do
	// migrants send money to their families".
	ownPlural = regexp.MustCompile(`(?i)\b(do|did|can|could|should|would|will|have|had|may|must|might) ((many|most|some|all|few|more|other|young|old|poor|rich) )?[a-z-]+ ?[a-z-]*s\b.*\b(they|them|their|theirs)\b`)
)

// What a clause says of what follows it: "is it possible to tax".
const judged = `(not )?(possible|necessary|hard|difficult|easy|important|better|best|wise|sensible|fair|legal|usual|common)`

// Words behind which "that" opens a clause.
const clauses = `evidence|signs?|ideas?|views?|facts?|claims?|so|said|says?|thinks?|thought|argued?|argues|believed?|noted?|stressed|shows?|shown|proved?|proven|means?|true|clear|likely|known`

// standalone returns the question in a form that needs no earlier one. A
// question that leans on what came before is made whole from it where that can
// be done safely, and else put behind the one that it leans on; any other is a
// new topic and stays as it is.
func standalone(q Question) string {
	text := strings.Join(strings.Fields(q.Text), " ")
	n := len(q.History)
	if n == 0 || !leans(text) {
		return text
	}
	before := standalone(Question{Text: q.History[n-1], History: q.History[:n-1]})
	if before == "" {
		return text
	}
	if whole, ok := replaced(text, before); ok {
		return whole
	}
	whole, ok := referred(text, before)
	if ok && spent(before) {
		return whole
	}
	return before + " " + whole
}

// spent reports whether a question says little beside the name that it is
// about, so that it adds nothing to one that has the name: "What is the Berne
// Initiative?".
func spent(text string) bool {
	const most = 2
	for _, name := range names(text) {
		text = strings.Replace(text, name, " ", 1)
	}
	left := 0
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !isWordRune(r) }) {
		if len(w) > 3 && !questionWords[w] {
			left++
		}
	}
	return left <= most && !strings.Contains(strings.TrimRight(text, "? "), "?")
}

// leans reports whether a question cannot be understood without an earlier one.
func leans(text string) bool {
	if text == strings.ToUpper(text) {
		text = strings.ToLower(text) // where all is in capitals, none tells a name
	}
	if goesOn.MatchString(text) {
		return true
	}
	bare := idle.ReplaceAllString(text, " ")
	if ownPlural.MatchString(bare) {
		return false
	}
	at := pronoun.FindStringIndex(bare)
	if at == nil {
		return len(strings.Fields(text)) <= 3 && !named(text)
	}
	// "What did Mr. Lucas say about his work?" names whom it speaks of.
	return !named(bare[:at[0]])
}

// named reports whether text names someone or something: a word with a capital
// that is not its first.
func named(text string) bool {
	for i, w := range strings.Fields(text) {
		first, _ := utf8.DecodeRuneInString(w)
		if i > 0 && unicode.IsUpper(first) && w != "I" {
			return true
		}
	}
	return false
}

// How a follow-up is searched: with what came before, which says what it is
// about, and by itself, which says what is new.
const (
	followDepth = 20  // hits of the question that stands alone
	newDepth    = 50  // hits of the follow-up by itself
	newShare    = 0.5 // weight of the follow-up by itself
)

// find searches for a question, and for a follow-up by itself too.
func (a *Answerer) find(ctx context.Context, q Question, standalone string) ([]retrieval.Hit, error) {
	if strings.Join(strings.Fields(q.Text), " ") == standalone {
		return a.index.Search(ctx, standalone, retrieval.Options{Only: q.Only})
	}
	hits, err := a.index.Search(ctx, standalone, retrieval.Options{Limit: followDepth, Only: q.Only})
	if err != nil {
		return nil, err
	}
	alone, err := a.index.Search(ctx, q.Text, retrieval.Options{Limit: newDepth, Only: q.Only})
	if err != nil {
		return nil, err
	}
	byID := make(map[string]retrieval.Hit, len(alone))
	for _, h := range alone {
		byID[h.ID] = h
	}
	for i := range hits {
		h, ok := byID[hits[i].ID]
		if !ok {
			continue
		}
		hits[i].Score += newShare * h.Score
		hits[i].Tokens = blend(hits[i].Tokens, h.Tokens)
		for j := range hits[i].Sentences {
			s := &hits[i].Sentences[j]
			s.Z += newShare * h.Sentences[j].Z
			s.Tokens = blend(s.Tokens, h.Sentences[j].Tokens)
		}
	}
	slices.SortStableFunc(hits, func(a, b retrieval.Hit) int { return cmp.Compare(b.Score, a.Score) })
	const most = 10
	return hits[:min(most, len(hits))], nil
}

// blend weighs what the tokens of the whole say against those of the follow-up by
// itself; 0 means that they were not looked at.
func blend(whole, alone float64) float64 {
	if whole == 0 || alone == 0 {
		return whole
	}
	return (whole + newShare*alone) / (1 + newShare)
}
