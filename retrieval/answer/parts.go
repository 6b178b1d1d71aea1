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
	mostInSide   = 6  // words of one of the sides that are named together
	partWords    = 80 // of an answer to one part
	partCount    = 3  // sentences of the same, list items aside
)

// parts returns the questions that a compound question asks, nil for a simple one.
func parts(question string) []string {
	question = strings.Join(strings.Fields(question), " ")
	if at := secondClause.FindStringSubmatchIndex(question); at != nil {
		first, second := question[:at[0]], question[at[2]:]
		if len(strings.Fields(first)) < fewestInPart || len(strings.Fields(second)) < fewestInPart {
			return nil
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
	opensSides = strings.Fields("in by from between compare compared do does did for to with among at")
	// Words behind the last of them.
	closesSides = strings.Fields("each both respectively differ say said describe agree mention think see address treat have had")
)

// sides returns the question with each of those that it names together by itself,
// "in the report and in the annex" or "between Iran and Iraq"; nil where it names
// none. All must be named alike, with "the" or with a capital: "skills and
// experience" are one thing.
func sides(question string) []string {
	words := strings.Fields(strings.TrimRight(question, "?. "))
	and := len(words) - 1
	for and > 0 && words[and] != "and" {
		and--
	}
	if and < 2 {
		return nil
	}
	end := and + 1
	for end < len(words) && !slices.Contains(closesSides, words[end]) {
		end++
	}
	open := and - 1
	for open >= 0 && !slices.Contains(opensSides, strings.ToLower(words[open])) {
		open--
	}
	if open < 0 || end == and+1 {
		return nil
	}
	named := strings.Split(strings.Join(words[open+1:and], " "), ",")
	named = append(named, strings.Join(words[and+1:end], " "))
	before, behind := strings.Join(words[:open+1], " "), strings.Join(words[end:], " ")
	var out []string
	for i, side := range named {
		side = strings.TrimSpace(side)
		if first, rest, _ := strings.Cut(side, " "); i > 0 && slices.Contains(opensSides, first) {
			side = rest
		}
		if side == "" && i == len(named)-2 {
			continue // "the first, the second, and the third"
		}
		n := len(strings.Fields(side))
		if n == 0 || n > mostInSide || kindOfSide(side) == "" || i > 0 && kindOfSide(side) != kindOfSide(strings.TrimSpace(named[0])) {
			return nil
		}
		out = append(out, strings.TrimSpace(before+" "+side+" "+strings.TrimPrefix(strings.TrimPrefix(behind, "each "), "both ")))
	}
	if len(out) < 2 || len(out) > mostParts {
		return nil
	}
	return out
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

// findParts searches for each part of a compound question. A follow-up is taken
// as one: its parts by themselves would lack what it leans on.
func (a *Answerer) findParts(ctx context.Context, q Question, standalone string) ([]subquestion, error) {
	if standalone != strings.Join(strings.Fields(q.Text), " ") {
		return nil, nil
	}
	var found []subquestion
	for _, question := range parts(standalone) {
		hits, err := a.index.Search(ctx, question, retrieval.Options{Only: q.Only})
		if err != nil {
			return nil, err
		}
		found = append(found, subquestion{question, hits})
	}
	return found, nil
}

// withBestOf puts the best passage of each part behind the best of all, where it
// is not among the hits that far; scores stay in order.
func withBestOf(parts []subquestion, hits []retrieval.Hit) []retrieval.Hit {
	if len(hits) == 0 {
		return hits
	}
	out := hits[:1:1]
	add := func(h retrieval.Hit) {
		if len(out) < len(hits) && !slices.ContainsFunc(out, func(o retrieval.Hit) bool { return o.ID == h.ID }) {
			h.Score = min(h.Score, out[len(out)-1].Score)
			out = append(out, h)
		}
	}
	for _, p := range parts {
		if len(p.hits) > 0 {
			add(p.hits[0])
		}
	}
	for _, h := range hits {
		add(h)
	}
	return out
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
