package answer

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
)

// Each makes another statement of a sentence, or "" where it cannot.
var twists = map[string]func(s, next string) string{
	"a number changed": func(s, _ string) string {
		done := false
		return changed(s, regexp.MustCompile(`\d+`).ReplaceAllStringFunc(s, func(n string) string {
			v, err := strconv.Atoi(n)
			if err != nil || done {
				return n
			}
			done = true
			return strconv.Itoa(v + 1)
		}))
	},
	"two names swapped": func(s, _ string) string {
		words := strings.Fields(s)
		var names []int
		for i, w := range words {
			if i > 0 && startsUpper(w) && len(w) > 3 {
				names = append(names, i)
			}
		}
		if len(names) < 2 {
			return ""
		}
		i, j := names[0], names[len(names)-1]
		words[i], words[j] = words[j], words[i]
		return changed(s, strings.Join(words, " "))
	},
	"negated": func(s, _ string) string {
		return changed(s, regexp.MustCompile(` (is|are|was|were|may|would|could|should|can|will) `).ReplaceAllString(s, " $1 not "))
	},
	"a negation lost": func(s, _ string) string {
		return changed(s, regexp.MustCompile(`(?i) (not|no|never|without) `).ReplaceAllString(s, " "))
	},
	"a hedge lost": func(s, _ string) string {
		return changed(s, regexp.MustCompile(` (may|might|could|would|should|often|usually|generally|only|most|mainly) `).ReplaceAllString(s, " "))
	},
	"two words swapped": func(s, _ string) string {
		words := strings.Fields(s)
		i := len(words) / 2
		for ; i+1 < len(words) && (light[words[i]] || light[words[i+1]]); i++ {
		}
		if i+1 >= len(words) {
			return ""
		}
		words[i], words[i+1] = words[i+1], words[i]
		return changed(s, strings.Join(words, " "))
	},
	"the end of the next sentence": func(s, next string) string {
		a, b := strings.Fields(s), strings.Fields(next)
		if len(a) < 6 || len(b) < 6 {
			return ""
		}
		return strings.Join(append(a[:len(a)/2:len(a)/2], b[len(b)/2:]...), " ")
	},
	"its subject before the next one's deed": func(s, next string) string {
		a, b := strings.Fields(s), strings.Fields(next)
		if len(a) < 6 || len(b) < 6 {
			return ""
		}
		return strings.Join(append(a[:3:3], b[3:]...), " ")
	},
	"cut in the middle": func(s, _ string) string {
		words := strings.Fields(s)
		if len(words) < 12 {
			return ""
		}
		return strings.Join(append(words[:4:4], words[len(words)-4:]...), " ")
	},
}

// changed is after, or "" where it says the same as before.
func changed(before, after string) string {
	if letters(before) == letters(after) {
		return ""
	}
	a, b := tokenize(before), tokenize(after)
	if len(a) == len(b) {
		same := true
		for i := range a {
			same = same && a[i].stem == b[i].stem
		}
		if same {
			return ""
		}
	}
	return after
}

// TestTwisted twists every sentence of the built-in proceedings in every way above:
// none of what comes out may be supported by the sentence itself or by the next, and
// every sentence as it stands must be.
func TestTwisted(t *testing.T) {
	x, err := retrieval.Shelf{}.Open(t.Context(), []corpus.Source{retrieval.Builtin()}, e5.Words(), e5.New(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range x.Documents()[0].Passages {
		for _, s := range p.Sentences {
			all = append(all, s.Text)
		}
	}
	count := make(map[string]int)
	for i, s := range all[:len(all)-1] {
		next := all[i+1]
		if _, ok := supports(s, s); !ok && len(tokenize(s)) >= fewestTokens && !pronouns[strings.ToLower(firstWord(s))] {
			t.Errorf("not supported by itself: %s", s)
		}
		for name, twist := range twists {
			twisted := twist(s, next)
			if twisted == "" {
				continue
			}
			count[name]++
			for _, source := range []string{s, next} {
				if _, ok := supports(twisted, source); ok && letters(twisted) != letters(source) {
					t.Errorf("%s:\n%s\n%s", name, twisted, source)
				}
			}
		}
	}
	for name := range twists {
		if count[name] < 10 {
			t.Errorf("%s: tried %d times", name, count[name])
		}
	}
	t.Logf("twisted %d sentences: %v", len(all), count)
}
