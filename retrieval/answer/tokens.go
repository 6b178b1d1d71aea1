package answer

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
)

// A token is a word, number or sign of a sentence, as sentences are compared: in
// lower case and without its ending, numbers in digits.
type token struct {
	stem string
	// anchor says that it is a name, a number or a sign of money or percentage:
	// what a sentence cannot lose unnoticed.
	anchor bool
	// turns says that leaving it out may turn what is said: "not", "may", "if".
	turns bool
	// condition says that it turns what stands before it too.
	condition bool
	// What stands between it and the token before: a comma or the like (stop: one
	// that ends a clause for good), "and" or "but", "that". The first token of a
	// sentence has a stop before it.
	comma, stop, and, that bool
	bracket                int    // how many brackets it stands in
	opener                 string // of a sentence's first token: its first word, in lower case
	word                   string // as it was written
}

// light are words that a sentence may lose or gain without saying another thing.
var light = wordSet(`the a an this these those that which who whom of and but also as it its they their he his she her
	has have had having do does did there such both moreover furthermore additionally`)

// turning are words without which a sentence says another thing: that it is not so,
// or only may be, or for some.
var turning = wordSet(`not no never nor neither none nothing nobody without cannot hardly scarcely barely rarely seldom few
	little less least only or either may might could would should ought whether perhaps possibly probably likely unlikely
	potentially allegedly reportedly supposedly most almost nearly generally usually mostly mainly partly largely often
	sometimes occasionally respectively despite false untrue wrong`)

// attitudes are the stems of verbs that do the same: that it is only somebody's
// wish, claim or fear.
var attitudes = stemSet(`claim allege deny doubt dispute fail refuse reject oppose propose suggest recommend plan intend
	expect hope attempt try seek request urge consider question avoid lack cease stop prevent
	argue believe think assert contend fear feel assume presume suppose speculate imply seem appear wish want warn maintain
	insist criticize`)

// conditions turn what stands before them too.
var conditions = wordSet(`if unless except only although though until without`)

// prepositions open a phrase that a sentence may lose where it ends.
var prepositions = wordSet(`in on at to from by for with into onto over under above below before after during since
	between among through throughout against about towards toward within across per via`)

// introductions are words with which a phrase before the subject begins: "in 2004,
// the council met".
var introductions = wordSet(`in on at to by for with during since after before from under among between within throughout
	as while when where because according given following regarding concerning however therefore thus finally lastly
	first firstly second secondly third thirdly similarly likewise consequently accordingly meanwhile`)

// idleAdverbs are those that a sentence may lose.
var idleAdverbs = wordSet(`currently recently now then already still again therefore thus hence indeed clearly notably
	importantly accordingly consequently finally thereby however particularly especially`)

// pronouns stand for something said before when a sentence begins with them.
var pronouns = wordSet(`he she it they this these those such his her its their him them`)

// forms of "to be" are one word.
var being = wordSet(`is are was were be been being am`)

func wordSet(list string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

func stemSet(list string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(list) {
		m[stem(w)] = true
	}
	return m
}

// stem takes the ending off a lower-case word (Porter's English stemmer of 2001).
func stem(word string) string {
	env := snowballstem.NewEnv(word)
	english.Stem(env)
	return env.Current()
}

// Numbers in words. Tens and units are joined; larger ones stay by themselves.
var numerals = func() map[string]string {
	m := map[string]string{"zero": "0", "hundred": "hundred", "thousand": "thousand", "million": "million", "billion": "billion", "trillion": "trillion", "dozen": "dozen", "half": "half", "percent": "%"}
	for i, w := range strings.Fields(`one two three four five six seven eight nine ten eleven twelve thirteen fourteen
		fifteen sixteen seventeen eighteen nineteen`) {
		m[w] = strconv.Itoa(i + 1)
	}
	for i, w := range strings.Fields("twenty thirty forty fifty sixty seventy eighty ninety") {
		m[w] = strconv.Itoa((i + 2) * 10)
	}
	for i, w := range strings.Fields(`first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
		thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth`) {
		m[w] = ordinalForm(i + 1)
	}
	for i, w := range strings.Fields("thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth") {
		m[w] = ordinalForm((i + 3) * 10)
	}
	return m
}()

// ordinalForm is the form in which ordinal numbers are compared: "21th".
func ordinalForm(n int) string { return strconv.Itoa(n) + "th" }

// lexeme finds words (with dots in "U.S." and apostrophes), numbers and the signs
// that belong to them.
var lexeme = regexp.MustCompile(`(?:\p{L}\.){2,}|\p{N}+(?:[.,]\p{N}+)*(?:(?:st|nd|rd|th)\b)?|\p{L}[\p{L}\p{M}]*(?:['’]\p{L}+)*|[$€£¥%]`)

// groups are the commas in 80,000.
var groups = regexp.MustCompile(`,(\p{N}{3})\b`)

// tokenize cuts a sentence into tokens. Light words leave only what they say about
// the place: that a phrase begins there.
func tokenize(sentence string) []token {
	var out []token
	at, bracket := 0, 0
	next := token{comma: true, stop: true}
	opener := ""
	for _, span := range lexeme.FindAllStringIndex(sentence, -1) {
		between, word := sentence[at:span[0]], sentence[span[0]:span[1]]
		at = span[1]
		bracket = max(0, bracket+strings.Count(between, "(")+strings.Count(between, "[")-strings.Count(between, ")")-strings.Count(between, "]"))
		next.comma = next.comma || strings.ContainsAny(between, ",;:.!?()[]–—\"“”«»") || strings.Contains(between, " - ")
		next.stop = next.stop || strings.ContainsAny(between, ";:.!?")
		lower := strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "’s"))
		if opener == "" {
			opener = lower
		}
		switch {
		case light[lower] && !acronym(word):
			next.and = next.and || lower == "and" || lower == "but"
			next.that = next.that || lower == "that"
			if n := len(out); lower == "that" && n > 0 && out[n-1].stem == stem("provided") {
				out[n-1].stem, out[n-1].turns, out[n-1].condition = "if", true, true
			}
			continue
		case lower == "cent" && len(out) > 0 && out[len(out)-1].stem == "per":
			out[len(out)-1].stem, out[len(out)-1].anchor = "%", true
			continue
		case between == "-" && len(out) > 0 && joins(&out[len(out)-1], lower):
			continue
		}
		next.bracket, next.word = bracket, word
		next.stem, next.anchor = normal(lower)
		next.anchor = next.anchor || acronym(word) || len(out) > 0 && startsUpper(word)
		next.condition = conditions[lower]
		next.turns = next.condition || turning[lower] || attitudes[next.stem] || strings.HasSuffix(lower, "n't") || strings.HasSuffix(lower, "n’t")
		if len(out) == 0 {
			next.opener = opener
		}
		out = append(out, next)
		next = token{}
	}
	return out
}

// normal is the stem of a word in lower case, and whether it is a number or sign.
func normal(lower string) (stemmed string, number bool) {
	switch first := rune(lower[0]); {
	case being[lower]:
		return "be", false
	case strings.ContainsRune("$%", first) || strings.HasPrefix(lower, "€") || strings.HasPrefix(lower, "£") || strings.HasPrefix(lower, "¥"):
		return lower, true
	case strings.IndexFunc(lower, unicode.IsDigit) == 0:
		digits := groups.ReplaceAllString(lower, "$1")
		for _, ending := range []string{"st", "nd", "rd", "th"} {
			if cut, ok := strings.CutSuffix(digits, ending); ok {
				return cut + "th", true
			}
		}
		return digits, true
	}
	if n, ok := numerals[lower]; ok {
		return n, lower != "one" && lower != "second"
	}
	if one, ok := numerals[strings.TrimSuffix(lower, "s")]; ok && len(one) > 2 {
		return one, true // "millions"
	}
	return stem(strings.ReplaceAll(lower, ".", "")), false
}

// joins makes "fifty-two" one number.
func joins(tens *token, unit string) bool {
	n, err := strconv.Atoi(tens.stem)
	u, ok := numerals[unit]
	if err != nil || !ok || n < 20 || n > 90 || n%10 != 0 || numerals[strings.ToLower(tens.word)] == "" {
		return false
	}
	units, isOrdinal := strings.CutSuffix(u, "th")
	m, err := strconv.Atoi(units)
	if err != nil || m > 9 {
		return false
	}
	tens.stem = strconv.Itoa(n + m)
	if isOrdinal {
		tens.stem = ordinalForm(n + m)
	}
	tens.anchor = true
	return true
}

// number reports whether t is one in digits.
func (t token) number() bool { return t.stem != "" && t.stem[0] >= '0' && t.stem[0] <= '9' }

// acronym reports whether word has two capitals: "ILO", "GCIM", "US".
func acronym(word string) bool {
	capitals := 0
	for _, r := range word {
		if unicode.IsUpper(r) {
			capitals++
		}
	}
	return capitals > 1
}

func startsUpper(word string) bool {
	for _, r := range word {
		return unicode.IsUpper(r)
	}
	return false
}
