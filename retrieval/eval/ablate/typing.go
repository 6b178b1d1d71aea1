package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"unicode"

	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/eval"
)

// mistype prints what typing errors cost on one set, and what putting them right
// saves of that.
func mistype(ctx context.Context, w io.Writer, s set) error {
	var reports [3]eval.Report
	for i, spell := range []func(string) string{
		func(query string) string { return query },
		mistyped,
		func(query string) string { return s.index.Correct(mistyped(query), e5.Words()) },
	} {
		ranked := make([][]retrieval.Hit, len(s.queries))
		for n, query := range s.queries {
			var err error
			if ranked[n], err = s.index.Search(ctx, spell(query), retrieval.Options{Limit: depth}); err != nil {
				return fmt.Errorf("%s: searching for %q: %w", s.name, spell(query), err)
			}
		}
		var err error
		if reports[i], err = s.score(ranked); err != nil {
			return err
		}
	}
	for _, row := range []struct {
		name          string
		before, after eval.Report
	}{
		{"with typing errors", reports[0], reports[1]},
		{"with typing errors put right", reports[0], reports[2]},
		{"the same, against typing errors left", reports[1], reports[2]},
	} {
		change, err := eval.Compare(row.before, row.after, eval.Mean(eval.ReciprocalRank))
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "  %-44s %+.3f [%+.3f, %+.3f]\n", row.name, change.Change, change.Low, change.High); err != nil {
			return err
		}
	}
	return nil
}

// mistyped returns text with a typing error in one of its longer words, or in two
// where it has more than four, the same each time.
func mistyped(text string) string {
	const fewestLetters = 5
	words := strings.Fields(text)
	var longer []int
	for i, w := range words {
		if letters := strings.TrimRight(w, ".,;:?!"); len(letters) >= fewestLetters && strings.IndexFunc(letters, notLetter) < 0 {
			longer = append(longer, i)
		}
	}
	random := rand.New(rand.NewPCG(uint64(len(text)), uint64(len(words))))
	random.Shuffle(len(longer), func(i, j int) { longer[i], longer[j] = longer[j], longer[i] })
	for _, i := range longer[:min((len(longer)+3)/4, 2)] {
		letters := strings.TrimRight(words[i], ".,;:?!")
		words[i] = slipped(letters, random) + words[i][len(letters):]
	}
	return strings.Join(words, " ")
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// slipped returns word with a letter left out, doubled, replaced by another, or
// changed with its neighbour. The first stays: people seldom err in it.
func slipped(word string, random *rand.Rand) string {
	letters := []rune(word)
	i := 1 + random.IntN(len(letters)-2)
	before, behind := string(letters[:i]), string(letters[i+1:])
	switch random.IntN(4) {
	case 0:
		return before + behind
	case 1:
		return before + string(letters[i]) + string(letters[i]) + behind
	case 2:
		return before + string('a'+rune(random.IntN(26))) + behind
	}
	return before + string(letters[i+1]) + string(letters[i]) + string(letters[i+2:])
}
