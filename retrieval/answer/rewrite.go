package answer

import (
	"context"
	"strings"
	"unicode"
)

// rewrite lets the model make a follow-up stand alone, and returns plain, which
// does so without it, when the model fails or changes what is asked.
func (a *Answerer) rewrite(ctx context.Context, q Question, plain string) (string, error) {
	if len(harmless(q.Text)) > mostAsked {
		return plain, ErrLongQuestion
	}
	var b strings.Builder
	for piece, err := range a.assistant.ask(ctx, rewriting, rewritingPrompt(q), mostRewrite) {
		if err != nil {
			return plain, err
		}
		if b.WriteString(piece); b.Len() > mostAsked {
			break
		}
	}
	rewritten := strings.Trim(strings.TrimSpace(b.String()), `"“”`)
	if !sameQuestion(rewritten, q) {
		return plain, nil
	}
	return fold(rewritten), nil
}

// sameQuestion reports whether rewritten asks what q asks: one line, each of its
// words from the question or an earlier one, and none of the question's own words
// lost but for those that stand for others.
func sameQuestion(rewritten string, q Question) bool {
	if len(rewritten) > mostAsked || strings.ContainsFunc(rewritten, unicode.IsControl) || !strings.HasSuffix(rewritten, "?") || len(rewritten) < len("Why?") {
		return false
	}
	own := stems(q.Text)
	known := stems(strings.Join(append([]string{q.Text}, q.History...), "\n"))
	now := stems(rewritten)
	for s := range now {
		if !known[s] && !asking[s] {
			return false
		}
	}
	for s := range own {
		if !now[s] && !asking[s] {
			return false
		}
	}
	return true
}

// asking are words that a question may gain or lose and still ask the same: those
// that go on from another, stand for something, or only ask.
var asking = func() map[string]bool {
	m := stemSet(`what which who whom whose when where why how be did do does about then so also else other same one ones
		former latter me you we us i in on at to for from by with please tell say more`)
	for w := range pronouns {
		m[stem(w)] = true
	}
	return m
}()

func stems(text string) map[string]bool {
	m := make(map[string]bool)
	for _, t := range tokenize(text) {
		m[t.stem] = true
	}
	return m
}
