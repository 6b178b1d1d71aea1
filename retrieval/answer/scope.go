package answer

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// A question may say where its answer stands: "What does the executive summary say
// about remittances?", "according to the paper on women", "What does Iceland say?"
// among the speeches of many countries. What is found in the section or document of
// that name comes first.

// A scope is where a question says that its answer stands.
type scope struct {
	in   func(corpus.Passage) bool // nil: it does not say
	rest string                    // the question to put there
}

// ownTitle are the kinds of parts that are titles by themselves: a section is called
// "Conclusion", and none "Paper".
const ownTitle = `preface|foreword|introduction|summary|conclusions?|annex|appendix`

var (
	// namedPart recognizes a part of a document: the words before what kind of part
	// it is, the kind, and what it is about.
	namedPart  = regexp.MustCompile(`(?i)\bthe ((?:[\pL'’-]+ ){0,3}?)(` + ownTitle + `|paper|report|presentation|speech)\b(?: (?:on|of|about) ((?:[\pL'’-]+ ?){1,5}))?`)
	isOwnTitle = regexp.MustCompile(`(?i)^(?:` + ownTitle + `)$`)
	// kindsOfPart say nothing of which part is meant.
	kindsOfPart = wordSet(`the a an of on about paper report presentation speech part`)
)

// scopeOf returns where question says that its answer stands: in a part of a document
// that it names, if it names one, or else in what its subject says.
func scopeOf(x *retrieval.Index, question string) scope {
	named := namedPart.FindAllStringSubmatch(question, -1)
	switch len(named) {
	case 0:
		return subjectOf(x, question)
	case 1:
		return scope{partNamed(x, named[0][1], named[0][2], strings.Fields(named[0][3])), question}
	}
	return scope{rest: question}
}

// partNamed returns which passages stand in the part of that name; nil: none do.
func partNamed(x *retrieval.Index, before, kind string, about []string) func(corpus.Passage) bool {
	if isOwnTitle.MatchString(kind) {
		before += kind
	}
	// What it is about ends where the question goes on: no title has the next word.
	for n := len(about); n > 0; n-- {
		if in := titled(x, before+" "+strings.Join(about[:n], " ")); in != nil {
			return in
		}
	}
	return titled(x, before)
}

// titled returns which passages have all words in the titles above them; nil: none
// has, or all, or the words say nothing.
func titled(x *retrieval.Index, words string) func(corpus.Passage) bool {
	var wanted []string
	for _, w := range strings.Fields(words) {
		if !kindsOfPart[strings.ToLower(w)] {
			wanted = append(wanted, termsOf(x, w)...)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	known := make(map[string]bool) // by titles: whether they have all words
	in := func(p corpus.Passage) bool {
		titles := p.Doc.Title + "\n" + strings.Join(p.Section, "\n")
		has, ok := known[titles]
		if !ok {
			has = every(wanted, termsOf(x, titles))
			known[titles] = has
		}
		return has
	}
	if n := x.Count(in); n == 0 || n == x.Len() {
		return nil
	}
	return in
}

func termsOf(x *retrieval.Index, text string) []string {
	var out []string
	for _, t := range x.Terms(text) {
		out = append(out, t.Text)
	}
	return out
}

// beforeSubject are the words before a name that make it what the question is about:
// what it says or does.
var beforeSubject = wordSet(`did does do has have had is are was were will would can could should to by what which how`)

// mostSubjects are looked for in the documents, each of which is read for it.
const mostSubjects = 8

// subjectOf returns the document in which the subject of question speaks, if among
// several documents there is one. Where it speaks of itself as "we", its name would
// lead to the passages that say it rather than to those that answer.
func subjectOf(x *retrieval.Index, question string) scope {
	if len(x.Documents()) < 2 {
		return scope{rest: question}
	}
	all := names(question)
	for _, name := range all[:min(mostSubjects, len(all))] {
		name = strings.TrimPrefix(name, "the ")
		own, ok := inOwnWords(question, name)
		if !ok {
			continue
		}
		if d := ownDocument(x, name); d != nil {
			if !saysWe(d) {
				own = question
			}
			return scope{func(p corpus.Passage) bool { return p.Doc == d.Card }, own}
		}
	}
	return scope{rest: question}
}

// inOwnWords returns question as its subject of that name would put it, with "we" and
// "our"; false where the name is not its subject.
func inOwnWords(question, name string) (string, bool) {
	before, behind, _ := strings.Cut(question, name)
	before = strings.TrimSuffix(before, "the ")
	if owned, ok := strings.CutPrefix(strings.Replace(behind, "’", "'", 1), "'s "); ok {
		return before + "our " + owned, true
	}
	words := strings.Fields(before)
	if len(words) == 0 || !beforeSubject[strings.ToLower(words[len(words)-1])] {
		return "", false
	}
	return before + "we" + behind, true
}

var we = regexp.MustCompile(`\b([Ww]e|[Oo]urs?)\b`)

// saysWe reports whether d is somebody's own words: a quarter of its passages or more
// say "we".
func saysWe(d *corpus.Document) bool {
	n := 0
	for _, p := range d.Passages {
		if we.MatchString(p.Text) {
			n++
		}
	}
	return 4*n >= len(d.Passages)
}

// ownDocument returns the document that speaks of name all along, in a quarter of its
// passages, and far more than any other; nil: none does.
func ownDocument(x *retrieval.Index, name string) *corpus.Document {
	const (
		fewest = 3 // passages
		times  = 3 // as many as the next document has
		share  = 4 // one passage in so many
	)
	var best *corpus.Document
	most, second := 0, 0
	for _, d := range x.Documents() {
		n := 0
		for _, p := range d.Passages {
			if strings.Contains(p.Text, name) {
				n++
			}
		}
		if n > most {
			best, most, second = d, n, most
		} else {
			second = max(second, n)
		}
	}
	if most < fewest || most < times*second || share*most < len(best.Passages) {
		return nil
	}
	return best
}

// scopedFirst puts in front of hits what is found within s.
func (a *Answerer) scopedFirst(ctx context.Context, s scope, hits []retrieval.Hit, only func(corpus.Passage) bool) ([]retrieval.Hit, error) {
	if s.in == nil {
		return hits, nil
	}
	both := func(p corpus.Passage) bool { return s.in(p) && (only == nil || only(p)) }
	found, err := a.index.Search(ctx, s.rest, retrieval.Options{Only: both})
	if err != nil {
		return nil, err
	}
	return filled(found, hits, len(hits)), nil
}

// filled returns hits with those of others behind them that it lacks, as far as most
// together; scores stay in order.
func filled(hits, others []retrieval.Hit, most int) []retrieval.Hit {
	for _, h := range others {
		if len(hits) >= most || slices.ContainsFunc(hits, func(o retrieval.Hit) bool { return o.ID == h.ID }) {
			continue
		}
		if len(hits) > 0 {
			h.Score = min(h.Score, hits[len(hits)-1].Score)
		}
		hits = append(hits, h)
	}
	return hits
}
