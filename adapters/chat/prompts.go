package chat

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"rapporteur/retrieval/answer"
)

// mostPrompts is how many questions to try are found; Slack takes no more.
const mostPrompts = 4

// Prompts returns questions to try, made from the documents' own headings: at most
// n, and never more than four, each of at most 75 characters, spread over the
// documents. They are such as the documents answer, where that can be told soon.
func (b *Bot) Prompts(n int) []string {
	s := b.library.Load()
	s.try.Do(func() { s.prompts = s.tried(b.base) })
	return s.prompts[:min(n, len(s.prompts))]
}

// tried returns prompts that are answered, or else any.
func (l *Library) tried(ctx context.Context) []string {
	const patience, most = 2 * time.Second, 30
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	all := l.candidates(most)
	var good []string
	for i := 0; i < len(all) && len(good) < mostPrompts; i++ {
		given, err := l.Asker.Ask(ctx, answer.Question{Text: all[i]})
		if err != nil {
			break
		}
		if given.Answered {
			good = append(good, all[i])
		}
	}
	if good == nil {
		return all[:min(mostPrompts, len(all))]
	}
	return good
}

// A heading that names a part of any meeting, and no topic.
var formal = regexp.MustCompile(`(?i)^(annex|appendix|agenda|contents|table of contents|introduction|opening|closing|adoption|list of|organization of|other matters|conclusions?|summary|report of|references|notes?|participants|abbreviations|foreword|preface|background|any other)\b`)

// A heading's own number: "IV. ", "2.1 ", "(a) ".
var numbering = regexp.MustCompile(`^(\(?[0-9ivxlcIVXLC]+(\.[0-9]+)*[.)]|\(?[A-Za-z][.)]|[0-9]+)\s+`)

// candidates returns at most n prompts, the first of each document first.
func (l *Library) candidates(n int) []string {
	const longest = 75 // Slack's and Discord's buttons and choices hold about that
	var perDocument [][]string
	for _, d := range l.Documents {
		var good []string
		for _, h := range d.Outline {
			title := numbering.ReplaceAllString(folded(h.Title), "")
			prompt := sayPrompt(title)
			words := len(strings.Fields(title))
			if words < 2 || formal.MatchString(title) || utf8.RuneCountInString(prompt) > longest || title == folded(d.Card.Title) || slices.Contains(good, prompt) {
				continue
			}
			good = append(good, prompt)
		}
		// Titles of some length name a topic best: "Remittances and development".
		slices.SortStableFunc(good, func(a, b string) int { return cmp.Compare(distanceFrom(a), distanceFrom(b)) })
		perDocument = append(perDocument, good)
	}
	var out []string
	for i := 0; len(out) < n; i++ {
		before := len(out)
		for _, good := range perDocument {
			if i < len(good) && len(out) < n {
				out = append(out, good[i])
			}
		}
		if len(out) == before {
			break
		}
	}
	return out
}

// distanceFrom is how far a prompt is from the length that reads best.
func distanceFrom(prompt string) int {
	const best = 48
	d := utf8.RuneCountInString(prompt) - best
	return max(d, -d)
}
