package answer

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/retrieval"
)

// Evidence measures what speaks for a question being answered, and not only its
// topic occurring.
type Evidence struct {
	By string // what was compared: ByTokens or ByWords
	// Signals are the measurements by name, as in confidence.json; nil when
	// nothing was found.
	Signals map[string]float64
}

// The kinds of evidence. Where the embedder tells tokens apart these say far
// more; with any other, whose cosines may lie anywhere, there is only what does
// not depend on their scale.
const (
	ByTokens = "tokens"
	ByWords  = "words"
)

// Gather measures the evidence in the hits of a search for question.
func Gather(x *retrieval.Index, question string, hits []retrieval.Hit) Evidence {
	switch {
	case len(hits) == 0:
		return Evidence{By: ByWords}
	case len(hits[0].Query) == 0:
		return Evidence{ByWords, signalsByWords(x, question, hits)}
	}
	return Evidence{ByTokens, signalsByTokens(x, question, hits)}
}

// Where evidence is sought.
const (
	sentenceDepth = 5     // hits, for the sentence that answers
	wordDepth     = 3     // hits, for the words of the question
	nearness      = 0.005 // in cosine: a sentence so much farther than the nearest counts a third of it
)

// How much the length of a question may count: the more words it has, the less
// the weakest of them tells. Beyond what was seen in fitting it is no evidence.
const (
	mostWeight = 6  // the sum of its words' rarities
	mostTerms  = 10 // the number of its words
	usualTerms = 4  // the number of words that tell in a question of which more is known than its topic
)

// signalsByTokens compares the question with what was found word by word.
//
// The question word says most. The encoder reads it in its question, so that it
// stands for what is asked for, and lies near what answers it: "how many" near
// "fifty-two". In the sentences nearest to a question that is answered it comes
// near to something; where only the topic occurs, it does not.
func signalsByTokens(x *retrieval.Index, question string, hits []retrieval.Hit) map[string]float64 {
	words := queryWords(x, hits[0].Query)
	weight, weakest, few := measureWords(words, hits[:min(wordDepth, len(hits))])
	nearest, at := mostAlike(hits[:min(sentenceDepth, len(hits))])
	signals := map[string]float64{
		"weakest word":    weakest,                                                           // of the question: what is found of it, a common one's lack weighing less
		"weight":          min(weight, mostWeight),                                           // of the question's words: the sum of their rarities
		"missing numbers": missingNumbers(question, hits),                                    // 0 or 1
		"sentence":        nearest.Sentences[at].Cosine,                                      // of the sentence most like the question word by word
		"no figure":       lacksFigure(question, nearest, at),                                // 1: a figure is asked for, and there is none in or beside that sentence
		"missing word":    missingWord(x, question, texts(hits[:min(wordDepth, len(hits))])), // how rare the rarest word is that is not found, from 0 to 1
		"spelt out":       spellsOut(question, hits),                                         // 0 or 1
		"subject silent":  subjectSilent(question, hits),                                     // 0 or 1
		// Words by themselves, such as "coffee prices 2003", ask for nothing, and there
		// may be as few of them as one likes.
		"no question":   1,
		"question word": 0, // how like it something is in the sentences nearest to the question
		"few words":     0, // how many words are lacking to a question of usual length
	}
	asks := slices.DeleteFunc(words, func(w queryWord) bool { return !w.asks })
	if len(asks) == 0 {
		return signals
	}
	signals["no question"] = 0
	signals["question word"] = asked(asks, hits[:min(sentenceDepth, len(hits))])
	signals["few words"] = few
	return signals
}

// measureWords measures the words that say what the question is about, as the signals of
// these names do.
func measureWords(words []queryWord, hits []retrieval.Hit) (weight, weakest, few float64) {
	weakest, few = 1, usualTerms
	for _, w := range words {
		if !w.tells {
			continue
		}
		best := -1.0
		for _, h := range hits {
			best = max(best, w.cosine(h.Matches))
		}
		weakest = min(weakest, 1-w.rarity*(1-best))
		weight += w.rarity
		few = max(0, few-1)
	}
	return weight, weakest, few
}

// asked is the cosine of the question word with what is most like it in the
// sentences nearest to the question; the nearer a sentence, the more it counts.
func asked(asks []queryWord, hits []retrieval.Hit) float64 {
	nearest := -1.0
	for _, h := range hits {
		nearest = max(nearest, h.Nearest())
	}
	var sum, total float64
	for _, h := range hits {
		for _, s := range h.Sentences {
			best := -1.0
			for _, w := range asks {
				best = max(best, w.cosine(s.Matches))
			}
			share := math.Exp((s.Cosine - nearest) / nearness)
			sum += share * best
			total += share
		}
	}
	if total == 0 {
		return -1
	}
	return sum / total
}

// mostAlike returns the sentence of hits that is most like the question word by word:
// the hit, and where in it the sentence stands.
func mostAlike(hits []retrieval.Hit) (best retrieval.Hit, at int) {
	most := -2.0
	for _, h := range hits {
		for j, s := range h.Sentences {
			if s.Tokens > most {
				best, at, most = h, j, s.Tokens
			}
		}
	}
	return best, at
}

// wantsFigure recognizes a question that a figure answers.
var wantsFigure = regexp.MustCompile(`(?i)\bhow (many|much|old|high|large|long|big|tall)\b|\b(what|which) (share|proportion|percentage|per ?cent|number|amount|sum|year|price|size|budget)\b`)

// figureWords are the words for numbers, and for no exact number.
var figureWords = wordSet(`one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
	sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million
	billion trillion half dozen several many few no none`)

// lacksFigure is 1 when question wants a figure, and neither the sentence of h at that
// index nor one beside it has any that the question has not itself.
func lacksFigure(question string, h retrieval.Hit, at int) float64 {
	if !wantsFigure.MatchString(question) {
		return 0
	}
	given := numbers(question)
	for _, s := range h.Passage.Sentences[max(0, at-1):min(at+2, len(h.Passage.Sentences))] {
		for _, n := range numbers(s.Text) {
			if !slices.Contains(given, n) {
				return 0
			}
		}
		for _, w := range strings.FieldsFunc(strings.ToLower(s.Text), func(r rune) bool { return !unicode.IsLetter(r) }) {
			if figureWords[w] {
				return 0
			}
		}
	}
	return 1
}

// texts returns what the hits say, together.
func texts(hits []retrieval.Hit) string {
	var b strings.Builder
	for _, h := range hits {
		b.WriteString(h.Text)
		b.WriteByte('\n')
	}
	return b.String()
}

// A queryWord is a word of the question.
type queryWord struct {
	text   string
	tokens []int   // its pieces, by index
	asks   bool    // it asks: "who", "how"
	tells  bool    // it says what the question is about
	rarity float64 // from 0 to 1, where no passage holds it
}

// cosine is the mean of the word's pieces among matches, -1 where these are of
// another question.
func (w queryWord) cosine(matches []float64) float64 {
	sum := 0.0
	for _, i := range w.tokens {
		if i >= len(matches) {
			return -1
		}
		sum += matches[i]
	}
	return sum / float64(len(w.tokens))
}

// queryWords joins the pieces of words. Where there is no word but marks, they
// count as words, and where no word says what the question is about, all do.
func queryWords(x *retrieval.Index, tokens []retrieval.QueryToken) []queryWord {
	var words []queryWord
	end := -1
	for i, t := range tokens {
		first, _ := utf8.DecodeRuneInString(t.Text)
		switch {
		case !unicode.IsLetter(first) && !unicode.IsDigit(first):
			continue
		case t.Start == end:
			last := &words[len(words)-1]
			last.text += t.Text
			last.tokens = append(last.tokens, i)
		default:
			words = append(words, queryWord{text: t.Text, tokens: []int{i}})
		}
		end = t.End
	}
	if len(words) == 0 {
		for i, t := range tokens {
			words = append(words, queryWord{text: t.Text, tokens: []int{i}})
		}
	}
	told := false
	for i := range words {
		w := &words[i]
		word := strings.ToLower(w.text)
		w.asks = interrogatives[word]
		for _, t := range x.Terms(word) {
			w.tells = !questionWords[word]
			w.rarity = max(w.rarity, t.Rarity/rarity(x))
		}
		told = told || w.tells
	}
	for i := range words {
		words[i].tells = words[i].tells || !told
	}
	return words
}

// interrogatives are the words that ask.
var interrogatives = wordSet(`what which who whom whose when where why how`)

// questionWords say what kind of answer is wanted, and little of its topic.
var questionWords = wordSet(`what which who whom whose when where why how many much did does do is are was were
	be been has have had can could should will would may might about there their they he she his her i you we can't
	any some tell me say said says according`)

// missingNumbers is 1 when a number of the question stands in none of the hits.
func missingNumbers(question string, hits []retrieval.Hit) float64 {
	for _, n := range numbers(question) {
		held := false
		for _, h := range hits {
			held = held || holdsNumber(h.Text, n)
		}
		if !held {
			return 1
		}
	}
	return 0
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// numbers returns the runs of digits in text.
func numbers(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !isDigit(r) })
}

// holdsNumber reports whether n stands in text, and not within a longer number.
func holdsNumber(text, n string) bool {
	for {
		i := strings.Index(text, n)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(n):])
		if !isDigit(before) && !isDigit(after) {
			return true
		}
		text = text[i+len(n):]
	}
}

// missingWord is how rare the rarest word of question is that does not stand in text:
// from 0, none is missing, to 1, no passage has it.
func missingWord(x *retrieval.Index, question, text string) float64 {
	held := make(map[string]bool)
	for _, t := range x.Terms(text) {
		held[t.Text] = true
	}
	rarest := 0.0
	for _, t := range topic(x, question) {
		if !held[t.Text] {
			rarest = max(rarest, t.Rarity)
		}
	}
	return rarest / rarity(x)
}

// topic returns the terms of question that say what it is about, and not what kind of
// answer is wanted, or that somebody said it.
func topic(x *retrieval.Index, question string) []retrieval.Term {
	return slices.DeleteFunc(x.Terms(question), func(t retrieval.Term) bool {
		word := strings.ToLower(wordAt(question, t.Start))
		return questionWords[word] || wantsAccount.MatchString(word)
	})
}

// signalsByWords looks for the question's words in the best passage.
func signalsByWords(x *retrieval.Index, question string, hits []retrieval.Hit) map[string]float64 {
	best := hits[0]
	terms := make(map[string]bool)
	for _, t := range topic(x, question) {
		terms[t.Text] = true
	}
	nearest, hit, at := 0.0, best, 0
	for _, h := range hits {
		for j, s := range h.Sentences {
			if s.Z > nearest {
				nearest, hit, at = s.Z, h, j
			}
		}
	}
	return map[string]float64{
		"missing word":    missingWord(x, question, best.Doc.Title+" "+strings.Join(best.Section, " ")+" "+best.Text),
		"missing numbers": missingNumbers(question, hits),
		"no figure":       lacksFigure(question, hit, at),
		"spelt out":       spellsOut(question, hits),
		"subject silent":  subjectSilent(question, hits),
		"length":          math.Log(1 + min(float64(len(terms)), mostTerms)), // of the question, in words
		"sentence":        min(nearest, 10),                                  // the nearest, in standard deviations above the mean
	}
}

// rarity is that of a word which no passage holds.
func rarity(x *retrieval.Index) float64 { return math.Log(1 + (float64(x.Len())+0.5)/0.5) }

// wordAt returns the word of text that begins at offset at.
func wordAt(text string, at int) string {
	rest := text[at:]
	end := strings.IndexFunc(rest, func(r rune) bool { return !isWordRune(r) && r != '\'' && r != '’' })
	if end < 0 {
		return rest
	}
	return rest[:end]
}
