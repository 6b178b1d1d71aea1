package answer

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/retrieval"
)

// A question that needs two places is one question for each: "What does the
// report say about trafficking, and who asked for it?", "How is it dealt with in
// the report and in the annex?". Each part is searched by itself too, and what
// answers it best is added to the answer where that lacks it.

// secondClause recognizes where a second question begins.
var secondClause = regexp.MustCompile(`(?i)(?:[?.;,]|[,;]?\s+and)\s+((?:what|which|who|whom|whose|when|where|why|how|did|does|do|is|are|was|were|has|have|can|could|should|will|would)\s)`)

const (
	fewestInPart = 4  // words of a part
	mostParts    = 4  // of one question
	mostInSide   = 8  // words of one of the sides that are named together
	partWords    = 80 // of an answer to one part
	partCount    = 3  // sentences of the same, list items aside
)

// parts returns the questions that a compound question asks, nil for a simple one.
func parts(question string) []string {
	question = strings.Join(strings.Fields(question), " ")
	if at := secondClause.FindStringSubmatchIndex(question); at != nil {
		first, second := question[:at[0]], question[at[2]:]
		if len(strings.Fields(first)) < fewestInPart || len(strings.Fields(second)) < fewestInPart {
			return sides(question)
		}
		if leans(second) {
			second = first + "? " + second
		}
		if all := append(orItself(first), orItself(second)...); len(all) <= mostParts {
			return all
		}
		return []string{first, second}
	}
	return sides(question)
}

// orItself returns the sides of a clause, or the clause.
func orItself(clause string) []string {
	if s := sides(clause); s != nil {
		return s
	}
	return []string{clause}
}

var (
	// Words before the first of several that are named together.
	opensSides = strings.Fields("in by from between compare compared do does did for to with among at what how of")
	// Words behind the last of them.
	closesSides = strings.Fields("each both respectively differ say said describe agree mention think see address treat have had will would should can could")
	// Those of them that say that several are asked about, however they are named.
	apiece = strings.Fields("each both respectively")
)

// sides returns the question with each of those that it names together by itself,
// "in the report and in the annex" or "between Iran and Iraq"; nil where it names
// none. All must be named alike, with "the" or with a capital: "skills and
// experience" are one thing. Only where the question says "each" may they differ.
func sides(question string) []string {
	words := strings.Fields(strings.TrimRight(question, "?. "))
	for and := len(words) - 2; and > 1; and-- {
		if words[and] != "and" {
			continue
		}
		if s := sidesAt(words, and); s != nil {
			return s
		}
	}
	return nil
}

// sidesAt is sides for those on both sides of words[and].
func sidesAt(words []string, and int) []string {
	const farthest = mostParts * (mostInSide + 1) // from "and": each side has a word such as "in" before it
	end := and + 1
	for end < min(and+farthest, len(words)) && !slices.Contains(closesSides, words[end]) && !behindName(words, and+1, end) {
		end++
	}
	for open := and - 1; open >= max(0, and-farthest); open-- {
		if beforeSides(words, open) {
			if s := sidesWithin(words, open, and, end); s != nil {
				return s
			}
		}
	}
	return nil
}

// beforeSides reports whether words[i] stands before the first of several that are named
// together. "The Department of Economic and Social Affairs" is one.
func beforeSides(words []string, i int) bool {
	word := strings.ToLower(words[i])
	return slices.Contains(opensSides, word) && (word != "of" || i > 0 && weighed.MatchString(words[i-1]))
}

// weighed recognizes what of several may be compared.
var weighed = regexp.MustCompile(`(?i)^(views?|positions?|opinions?|attitudes?|approach(es)?|roles?|stances?)$`)

// sidesWithin returns a question for each of what words[open+1:end] name, apart by
// commas and words[and]; nil where they do not name several.
func sidesWithin(words []string, open, and, end int) []string {
	named := strings.Split(strings.Join(words[open+1:and], " "), ",")
	named = append(named, strings.Join(words[and+1:end], " "))
	before, behind := words[:open+1], words[end:]
	if strings.EqualFold(words[0], "compare") {
		before = slices.Concat([]string{"What", "about"}, before[1:])
	}
	differ := len(behind) > 0 && slices.Contains(apiece, behind[0])
	if differ {
		behind = behind[1:]
	}
	var out []string
	for i, side := range named {
		side = strings.TrimSpace(side)
		if first, rest, _ := strings.Cut(side, " "); i > 0 && slices.Contains(opensSides, first) {
			side = rest
		}
		if side == "" && i == len(named)-2 {
			continue // "the first, the second, and the third"
		}
		n, kind := len(strings.Fields(side)), kindOfSide(side)
		if n == 0 || n > mostInSide || kind == "" || !differ && kind != kindOfSide(strings.TrimSpace(named[0])) {
			return nil
		}
		out = append(out, strings.Join(slices.Concat(before, []string{side}, behind), " "))
	}
	if len(out) < 2 || len(out) > mostParts {
		return nil
	}
	return out
}

// behindName reports whether words[at] follows a name that began at words[start]:
// "Iceland want".
func behindName(words []string, start, at int) bool {
	upper := func(i int) bool { return i < len(words) && kindOfSide(words[i]) == "name" }
	return at > start && upper(start) && !upper(at) && !((words[at] == "of" || words[at] == "the") && (upper(at+1) || upper(at+2)))
}

// kindOfSide is how a side is named: "the", "name", or "" for neither.
func kindOfSide(side string) string {
	first, _ := utf8.DecodeRuneInString(side)
	switch {
	case strings.HasPrefix(side, "the "):
		return "the"
	case unicode.IsUpper(first):
		return "name"
	}
	return ""
}

// A subquestion is one question of several, and what was found for it.
type subquestion struct {
	question string
	hits     []retrieval.Hit
}

// findParts searches for each part of a compound question.
func (a *Answerer) findParts(ctx context.Context, q Question, standalone string) ([]subquestion, error) {
	var found []subquestion
	for _, question := range parts(standalone) {
		hits, err := a.index.Search(ctx, question, retrieval.Options{Only: q.Only})
		if err != nil {
			return nil, err
		}
		s := scopeOf(a.index, question)
		if hits, err = a.scopedFirst(ctx, s, hits, q.Only); err != nil {
			return nil, err
		}
		found = append(found, subquestion{s.rest, hits})
	}
	return found, nil
}

// confidenceOf is the mean of what each part is answered with. No passage holds all
// that a question about several places names, so that taken as one it looks less
// answered than it is.
func (a *Answerer) confidenceOf(parts []subquestion) float64 {
	sum := 0.0
	for _, p := range parts {
		sum += confidence(Gather(a.index, p.question, p.hits))
	}
	return sum / float64(max(1, len(parts)))
}

// withBestOf puts the best passage of each part behind the best of all, where it
// is not among the hits that far; scores stay in order.
func withBestOf(parts []subquestion, hits []retrieval.Hit) []retrieval.Hit {
	if len(hits) == 0 {
		return hits
	}
	first := hits[:1:1]
	for _, p := range parts {
		first = filled(first, p.hits[:min(1, len(p.hits))], len(hits))
	}
	return filled(first, hits, len(hits))
}

// completed returns chosen with the best of what answers each part and is not
// there yet.
func completed(chosen []choice, parts []subquestion) []choice {
	for _, p := range parts {
		more := chooseWithin(p.question, p.hits, partWords, partCount)
		if len(more) > 0 && !slices.ContainsFunc(chosen, more[0].within) {
			chosen = append(chosen, more[0])
		}
	}
	return chosen
}

// within reports whether o quotes all that c does, or says the same.
func (c choice) within(o choice) bool {
	if c.hit.ID == o.hit.ID {
		return c.first >= o.first && c.last <= o.last
	}
	return slices.ContainsFunc(o.echoes, c.within)
}
