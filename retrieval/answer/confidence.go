package answer

import (
	_ "embed"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/retrieval"
)

// DefaultThreshold is the confidence from which a question counts as answered.
// It is set where nine in ten of the questions that a text answers are.
const DefaultThreshold = 0.3

// weightsFile holds the weights of a logistic regression by the name of the
// signal, "bias" among them. It is made by package calibrate.
//
//go:embed confidence.json
var weightsFile []byte

var weights = func() map[string]float64 {
	var w map[string]float64
	if err := json.Unmarshal(weightsFile, &w); err != nil {
		panic("answer: the program was built with a damaged confidence.json: " + err.Error())
	}
	return w
}()

// confidence is the probability that the question is answered, by logistic
// regression on its signals.
func confidence(signals map[string]float64) float64 {
	if signals == nil {
		return 0
	}
	sum := weights["bias"]
	for name, value := range signals {
		sum += weights[name] * value
	}
	return 1 / (1 + math.Exp(-sum))
}

// questionWords say what kind of answer is wanted, and little of its topic.
var questionWords = func() map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(`what which who whom whose when where why how many much did does do is are was were
		be been has have had can could should will would may might about there their they he she his her i you we can't
		any some tell me say said says according`) {
		m[w] = true
	}
	return m
}()

// Signals measures what speaks for the question being answered by the hits; nil
// when there are none. The names are those in confidence.json.
func Signals(x *retrieval.Index, question string, hits []retrieval.Hit) map[string]float64 {
	if len(hits) == 0 {
		return nil
	}
	var cosines []float64
	for _, h := range hits {
		for _, s := range h.Sentences {
			cosines = append(cosines, s.Cosine)
		}
	}
	slices.Sort(cosines)
	slices.Reverse(cosines)
	best := hits[0]
	held := make(map[string]bool)
	for _, t := range x.Terms(best.Doc.Title + " " + strings.Join(best.Section, " ") + " " + best.Text) {
		held[t.Text] = true
	}
	var all, found, rarest, names, numbers float64
	terms := make(map[string]bool)
	for _, t := range x.Terms(question) {
		word := wordAt(question, t.Start)
		if terms[t.Text] || questionWords[strings.ToLower(word)] {
			continue
		}
		terms[t.Text] = true
		all += t.Rarity
		if held[t.Text] {
			found += t.Rarity
			continue
		}
		rarest = max(rarest, t.Rarity)
		first, _ := utf8.DecodeRuneInString(word)
		switch {
		case unicode.IsDigit(first):
			numbers++
		case unicode.IsUpper(first) && t.Start > 0:
			names++
		}
	}
	signals := map[string]float64{
		"sentence":        cosines[0],                                   // cosine of the nearest sentence
		"passage":         best.Cosine,                                  // cosine of the best passage
		"lead":            cosines[0] - cosines[min(5, len(cosines)-1)], // of the nearest sentence over the sixth
		"missing names":   min(names, 3),
		"missing numbers": min(numbers, 3),
		"length":          math.Log(1 + float64(len(terms))), // of the question in content words
		"rarest missing":  rarest / math.Log(1+float64(x.Len())),
	}
	if all > 0 {
		signals["found"] = found / all // share of the question's words, by rarity
	}
	return signals
}

// wordAt returns the word of text that begins at offset at.
func wordAt(text string, at int) string {
	rest := text[at:]
	end := strings.IndexFunc(rest, func(r rune) bool { return !isWordRune(r) && r != '\'' && r != '’' })
	if end < 0 {
		return rest
	}
	return rest[:end]
}
