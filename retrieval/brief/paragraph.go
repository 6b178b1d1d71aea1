package brief

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"rapporteur/corpus"
	"rapporteur/retrieval/answer"
)

// A text is the sentences of a document in reading order, whatever passages they
// were cut into.
type text struct {
	doc       *corpus.Document
	sentences []sentence
	first     map[string]int    // by passage ID: where its sentences begin
	signed    map[string]string // by heading: the byline below it
	acronyms  []acronym
	people    map[string]string // by a person's title and last name: the full name
	titles    map[string]bool   // those of its sections, as titleOf has them
}

// A sentence is one of a text.
type sentence struct {
	corpus.Sentence
	passage *corpus.Passage
}

func newText(d *corpus.Document) *text {
	t := &text{doc: d, first: make(map[string]int), signed: make(map[string]string), people: make(map[string]string), titles: make(map[string]bool)}
	for _, s := range d.Outline {
		t.titles[titleOf(s.Title)] = true
		if s.Byline != "" {
			t.signed[s.Title] = s.Byline
		}
	}
	for i := range d.Passages {
		p := &d.Passages[i]
		t.first[p.ID] = len(t.sentences)
		t.meet(p.Text)
		for _, s := range p.Sentences {
			t.sentences = append(t.sentences, sentence{s, p})
		}
	}
	return t
}

// paragraph returns the sentences [from, to) of the paragraph or list item that
// sentence i stands in.
func (t *text) paragraph(i int) (from, to int) {
	from, to = i, i+1
	for from > 0 && !t.sentences[from].Opens && t.together(from-1, from) {
		from--
	}
	for to < len(t.sentences) && !t.sentences[to].Opens && t.together(to-1, to) {
		to++
	}
	return from, to
}

// together reports whether sentences i and j stand in the same section.
func (t *text) together(i, j int) bool {
	return slices.Equal(t.sentences[i].passage.Section, t.sentences[j].passage.Section)
}

// leadIn returns the sentence with which the list opens whose item sentence i
// stands in; -1 when there is none. A list within a list may open with an item of
// the other: "13. The Forum recommends:", and then "(a)".
func (t *text) leadIn(i int) int {
	if !t.sentences[i].Item {
		return -1
	}
	mark := t.mark(i)
	for n := i - 1; n >= 0 && t.together(n, i); n-- {
		s := t.sentences[n]
		switch opens := opens(s.Text); {
		case !s.Item && !opens:
			return -1
		case opens && (!s.Item || t.mark(n) != mark):
			return n
		}
	}
	return -1
}

// longestList is how many words of a list are quoted because of the sentence that it
// opens with: of a longer one each item speaks for itself. The proceedings and a session
// report have 22 lists, 19 of them shorter, and three of 270 to 420 words.
const longestList = 200

// list returns the sentences of the list that sentence i opens; none when there is no
// list, it is long, or it holds another.
func (t *text) list(i int) []int {
	if !opens(t.sentences[i].Text) {
		return nil
	}
	var items []int
	for n := i + 1; n < len(t.sentences) && t.together(i, n) && t.leadIn(n) == i; n++ {
		if opens(t.sentences[n].Text) {
			return nil
		}
		items = append(items, n)
	}
	if t.words(i, i+1+len(items)) > longestList {
		return nil
	}
	return items
}

// opens reports whether a list follows a sentence.
func opens(sentence string) bool { return strings.HasSuffix(strings.TrimRight(sentence, " •"), ":") }

// mark is the kind of mark that the item opens with in which sentence i stands:
// 'a' for a letter, '1' for a number, '•' for a bullet, 0 for none.
func (t *text) mark(i int) rune {
	first, _ := t.paragraph(i)
	for _, r := range bullet.FindString(t.sentences[first].Text) {
		switch {
		case unicode.IsLetter(r):
			return 'a'
		case unicode.IsDigit(r):
			return '1'
		case r != '(':
			return '•'
		}
	}
	return 0
}

// longestContext is how many words of a paragraph are shown around a quotation;
// of a longer one only the sentences beside it.
const longestContext = 150

// excerpt makes the excerpt that quotes the sentences quoted, in order. The error says
// that something that would be shown does not stand in the source.
func (t *text) excerpt(quoted []int) (Excerpt, error) {
	first, last := quoted[0], quoted[len(quoted)-1]
	c := t.citation(first, last)
	e := Excerpt{Citation: t.cited(c), Speaker: t.speakerOf(quoted), Anchor: anchor(c)}
	before := -1
	for _, i := range t.around(quoted, e.Speaker) {
		if err := t.verify(i); err != nil {
			return Excerpt{}, fmt.Errorf("passage %s: %w", t.sentences[i].passage.ID, err)
		}
		s := t.sentences[i]
		e.Context = append(e.Context, Sentence{
			Text: s.Text, Span: s.Source, Printed: t.doc.Printed(s.Source), Opens: s.Opens,
			Quoted: slices.Contains(quoted, i), Gap: before >= 0 && i > before+1,
		})
		before = i
	}
	return e, nil
}

// around returns the sentences that are shown for a quotation, itself among them:
// its paragraph, and for a list item the sentence that the list opens with. What
// leans on words before it has these too, from the paragraph before if need be.
func (t *text) around(quoted []int, speaker string) []int {
	from, _ := t.paragraph(quoted[0])
	_, to := t.paragraph(quoted[len(quoted)-1])
	whole := t.words(from, to) <= longestContext
	var shown []int
	for i := from; i < to; i++ {
		if whole || near(quoted, i) {
			shown = append(shown, i)
		}
	}
	for range mostBefore {
		if before := shown[0] - 1; before >= 0 && t.together(before, shown[0]) && t.leans(shown[0], speaker) {
			shown = slices.Insert(shown, 0, before)
		}
	}
	if lead := t.leadIn(from); lead >= 0 && lead < shown[0] {
		shown = slices.Insert(shown, 0, lead)
	}
	return shown
}

// mostBefore is how many sentences are shown before the paragraph of a quotation, or
// before those beside it, where one leans on another.
const mostBefore = 2

// leaning recognizes a sentence that cannot be understood without the one before:
// "This was agreed.", "On that occasion", "He added". "It was noted" can.
var (
	leaning = regexp.MustCompile(`^(?:(?:However|Nevertheless|Nonetheless|Furthermore|Moreover|In addition|Therefore|Thus|Hence|Consequently|Similarly|Likewise|Also|Instead|Nor)\b|(?:(?:In|On|At|For|To|With|By|From|Of|Under|Against|All|Both|Some|Most|Many|None) (?:of )?)?(?:[Tt]his|[Tt]hat|[Tt]hese|[Tt]hose|[Ss]uch|[Tt]hem|[Tt]hey|[Tt]heir)\b|(?:He|She|It|Its|His|Her|The former|The latter)\b)`)
	saysIt  = regexp.MustCompile(`^It (?:is|was|has been|had been|would be|might be|may be|should be|will be|must be|can be|could be|seems|appears)\b`)
	spoken  = regexp.MustCompile(`^(?:[\pL ]+, )?(?:He|She)\b`)
)

// leans reports whether sentence i cannot be understood without the one before. Where
// it is told who speaks, "he" can.
func (t *text) leans(i int, speaker string) bool {
	s := t.sentences[i].Text
	return leaning.MatchString(s) && !saysIt.MatchString(s) && (speaker == "" || !spoken.MatchString(s))
}

// near reports whether sentence i is quoted or stands beside one that is.
func near(quoted []int, i int) bool {
	for _, q := range quoted {
		if max(q-i, i-q) <= 1 {
			return true
		}
	}
	return false
}

// words counts those of the sentences [from, to).
func (t *text) words(from, to int) int {
	n := 0
	for _, s := range t.sentences[from:to] {
		n += len(strings.Fields(s.Text))
	}
	return n
}

// citation cites the sentences first to last.
func (t *text) citation(first, last int) answer.Citation {
	a, b := t.sentences[first], t.sentences[last]
	span := corpus.Span{Start: a.Source.Start, End: b.Source.End}
	var quote strings.Builder
	for i := first; i <= last; i++ {
		if i > first && t.sentences[i-1].Source.End < t.sentences[i].Source.Start {
			quote.WriteByte(' ')
		}
		quote.WriteString(t.sentences[i].Text)
	}
	return answer.Citation{Place: a.Place, Last: b.Place, Passage: *a.passage, Quote: quote.String(), Span: span, Printed: t.doc.Printed(span)}
}

// verify shows that sentence i stands in the source.
func (t *text) verify(i int) error {
	return answer.Verify(t.citation(i, i), t.doc.Source)
}

// isTitle reports whether sentence i is but a title: that of a section, as an agenda
// has them, or a few words without a full stop.
func (t *text) isTitle(i int) bool {
	s := t.sentences[i]
	if !s.Opens || i+1 < len(t.sentences) && !t.sentences[i+1].Opens {
		return false
	}
	bare := titleOf(s.Text)
	return t.titles[bare] || !s.Item && len(strings.Fields(bare)) <= longestTitle && !stops.MatchString(s.Text)
}

// longestTitle is the number of words of a line without a full stop that may be a
// title; longer ones say something.
const longestTitle = 16

// titleOf is a title without its number and full stop, in lower case.
func titleOf(text string) string {
	return strings.ToLower(strings.TrimRight(unnumbered(text), ".;: "))
}

// unnumbered is a text without the number or mark that it begins with.
func unnumbered(text string) string {
	return bullet.ReplaceAllString(numeral.ReplaceAllString(text, ""), "")
}

// stops recognizes a text that ends as a sentence or an item of a list does.
var stops = regexp.MustCompile(`[.;:,?!…]["”’)]*(?: and| or)?$`)

// numeral is the number of a section.
var numeral = regexp.MustCompile(`^(?:[IVXLC]+|[A-Z]|\d{1,3}(?:\.\d{1,3})*)\.?\s+`)
