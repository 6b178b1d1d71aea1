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
	// "That" and "there" that stand for nothing said before: "is it true that",
	// "is there a".
	idle = regexp.MustCompile(`(?i)\b(is it (true|possible|likely|clear|known)( that)?|it is (true|said|possible)( that)?|is there|are there|was there|were there|there (is|are|was|were|will)|theres?|\w+ that (the|a|an|is|are|was|were|has|have|had|can|will|would|should|fail\w*)|said that|say that|one of|those (who|that|whose|with|in|of))\b`)
)

// standalone returns the question in a form that needs no earlier one: a
// question that leans on what came before is put behind the one that it leans
// on; any other is a new topic and stays as it is.
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
	return before + " " + text
}

// leans reports whether a question cannot be understood without an earlier one.
func leans(text string) bool {
	if goesOn.MatchString(text) {
		return true
	}
	bare := idle.ReplaceAllString(text, " ")
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
		for j := range hits[i].Sentences {
			hits[i].Sentences[j].Z += newShare * h.Sentences[j].Z
		}
	}
	slices.SortStableFunc(hits, func(a, b retrieval.Hit) int { return cmp.Compare(b.Score, a.Score) })
	const most = 10
	return hits[:min(most, len(hits))], nil
}
