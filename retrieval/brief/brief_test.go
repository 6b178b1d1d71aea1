package brief_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/brief"
	"rapporteur/retrieval/brief/cite"
	"rapporteur/retrieval/brief/export"
)

var update = flag.Bool("update", false, "renew the golden files")

var quiet = slog.New(slog.DiscardHandler)

// minutes returns a maker over a small document, by an embedder that compares words.
func minutes(t testing.TB) *brief.Maker {
	t.Helper()
	return maker(t, embed.Quote(), harbour(t))
}

func harbour(t testing.TB) corpus.Source {
	t.Helper()
	data, err := os.ReadFile("testdata/minutes.txt")
	if err != nil {
		t.Fatal(err)
	}
	card := corpus.Card{ID: "minutes", File: "minutes.txt", Title: "Minutes of the Harbour Board", Body: "Harbour Board", Place: "Strand", Date: "3 May 1911", Language: "en"}
	return corpus.Source{Card: card, Path: "/minutes.txt", Bytes: data}
}

// proceedings returns a maker over the built-in proceedings.
func proceedings(t testing.TB) *brief.Maker {
	t.Helper()
	return maker(t, e5.New(), retrieval.Builtin())
}

func maker(t testing.TB, e embed.Embedder, sources ...corpus.Source) *brief.Maker {
	t.Helper()
	x := open(t, e, sources...)
	return brief.New(quiet, x, answer.New(quiet, x, answer.DefaultThreshold))
}

func open(t testing.TB, e embed.Embedder, sources ...corpus.Source) *retrieval.Index {
	t.Helper()
	x, err := retrieval.Shelf{}.Open(context.Background(), sources, e5.Words(), e, nil)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func briefing(t testing.TB, m *brief.Maker, r brief.Request) brief.Briefing {
	t.Helper()
	b, err := m.Make(context.Background(), r, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func written(t testing.TB, b brief.Briefing, format string, f brief.Form) string {
	t.Helper()
	o, err := brief.FormatNamed(format)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := o.Write(&out, b, f); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var day = time.Date(2026, time.November, 25, 0, 0, 0, 0, time.UTC)

func TestGolden(t *testing.T) {
	m := minutes(t)
	outline, err := brief.Outline(strings.NewReader("# The harbour\n\n## The lighthouse\nWhat would a new lighthouse cost?\nWho opened the meeting?\n\n## Birds\n\n## Whales\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]brief.Request{
		"topic":   brief.About("the new lighthouse"),
		"outline": outline,
		"nothing": brief.About("nuclear physics"),
	} {
		b := briefing(t, m, r)
		b.Searched.Built = time.Time{} // today
		for _, s := range cite.Styles {
			f := brief.Form{Style: s, Date: day, AsPrinted: name == "outline"}
			golden(t, fmt.Sprintf("%s_%s.txt", name, s.Name), shown(b.Paper(f)))
		}
		if name == "topic" {
			for _, format := range []string{"csl-json", "ris", "bib"} {
				golden(t, name+"."+format, written(t, b, format, brief.Form{}))
			}
		}
	}
}

// shown is a paper as plain text: how a format writes one is export's to test.
// Marked words stand between « and », and notes between { and }.
func shown(p export.Paper) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\nheader %q, language %q, date %s\n", p.Title, p.Subtitle, p.Header, p.Language, p.Date.Format(time.DateOnly))
	for _, block := range p.Blocks {
		kind := fmt.Sprintf("%v%.d %s", block.Kind, block.Level, block.Anchor)
		fmt.Fprintf(&b, "\n%s\n%s\n", strings.TrimSpace(kind), runs(block.Runs))
	}
	return b.String()
}

func runs(all []export.Run) string {
	var b strings.Builder
	for _, r := range all {
		text := r.Text
		switch {
		case r.Marked:
			text = "«" + text + "»"
		case r.Italic:
			text = "*" + text + "*"
		case r.Link != "":
			text += "(" + r.Link + ")"
		}
		b.WriteString(text)
		if r.Note != nil {
			b.WriteString("{" + runs(r.Note) + "}")
		}
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// What is missing is said, and never denied to be in the documents.
func TestNothingFound(t *testing.T) {
	got := shown(briefing(t, minutes(t), brief.About("nuclear physics")).Paper(brief.Form{}))
	if !strings.Contains(got, "Nothing was found on this in the ") || strings.Contains(got, "do not mention") {
		t.Errorf("got\n%s", got)
	}
	if strings.Contains(got, "\nSources\n") {
		t.Error("there are sources of nothing")
	}
}

func TestCollect(t *testing.T) {
	m := minutes(t)
	found := briefing(t, m, brief.About("the new lighthouse"))
	var picks []brief.Pick
	for _, e := range found.Parts[0].Excerpts {
		picks = append(picks, brief.Pick{Passage: e.Passage.ID, Span: e.Span, Note: "see it"})
	}
	// The other way about, to see that the order is the person's.
	picks = append([]brief.Pick{{Passage: "minutes/0001", Span: corpus.Span{Start: 1, End: 2}}, {Passage: "gone/0001"}}, picks...)
	b := briefing(t, m, brief.Collect("What I found", picks))
	part := b.Parts[0]
	if len(part.Lost) != 2 || part.Lost[1].Passage != "gone/0001" {
		t.Errorf("lost: %v", part.Lost)
	}
	if len(part.Excerpts) != len(picks)-2 {
		t.Fatalf("%d excerpts of %d picks", len(part.Excerpts), len(picks))
	}
	for i, e := range part.Excerpts {
		if p := picks[i+2]; e.Passage.ID != p.Passage || e.Span != p.Span || e.Note != p.Note {
			t.Errorf("excerpt %d is %s %v %q, picked was %v", i, e.Passage.ID, e.Span, e.Note, p)
		}
	}
	got := shown(b.Paper(brief.Form{Date: day}))
	for _, want := range []string{"What I found\n", "chosen from the 5 passages", "Note: see it", "2 excerpts that were chosen no longer stand in the documents, and are left out."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// A clerk is a language model that writes one sentence that the documents bear out,
// and one that they do not.
type clerk struct{}

var numbered = regexp.MustCompile(`\[(\d+)\] [^\n]*four million crowns`)

func (clerk) Complete(_ context.Context, _, text string, _ int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if m := numbered.FindStringSubmatch(text); m != nil {
			yield(fmt.Sprintf("A new lighthouse would cost four million crowns [%[1]s]. It was built by seven giants in 1850 [%[1]s].", m[1]), nil)
		}
	}
}

func TestSummary(t *testing.T) {
	x := open(t, embed.Quote(), harbour(t))
	m := brief.New(quiet, x, answer.New(quiet, x, 0).WithModel(clerk{}, time.Minute))
	for name, r := range map[string]brief.Request{
		"topic":    brief.About("what would a new lighthouse cost"),
		"question": brief.Ask("Costs", []string{"What would a new lighthouse cost?"}),
	} {
		for _, s := range cite.Styles {
			got := shown(briefing(t, m, r).Paper(brief.Form{Style: s}))
			if !strings.Contains(got, "A language model wrote this summary") || !strings.Contains(got, "A new lighthouse would cost four million crowns.") {
				t.Errorf("%s, %s: no summary in\n%s", name, s.Name, got)
			}
			if strings.Contains(got, "giants") {
				t.Errorf("%s, %s: what nothing bears out stands in\n%s", name, s.Name, got)
			}
		}
	}
	if got := shown(briefing(t, m, brief.About("nuclear physics")).Paper(brief.Form{})); strings.Contains(got, "language model") {
		t.Errorf("there is a summary of nothing:\n%s", got)
	}
}

func TestStopped(t *testing.T) {
	m := minutes(t)
	var queries []string
	for i := range brief.MostHeadings {
		queries = append(queries, fmt.Sprintf("What is said about the lighthouse, part %d?", i))
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	calls := 0
	b, err := m.Make(ctx, brief.Ask("Many", queries), func(done, total int) {
		calls++
		if done != calls || total != len(queries) {
			t.Errorf("call %d: %d of %d", calls, done, total)
		}
		if done == 3 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) || len(b.Parts) != 3 || b.Missing != len(queries)-3 {
		t.Errorf("%d parts, %d missing, %v", len(b.Parts), b.Missing, err)
	}
	if got := shown(b.Paper(brief.Form{})); !strings.Contains(got, "This briefing is not whole: the work was stopped, and 497 headings were not looked up.") {
		t.Errorf("it does not say that it is not whole:\n%s", got)
	}
}

func TestRefused(t *testing.T) {
	m := minutes(t)
	many := brief.Ask("Too many", make([]string, brief.MostHeadings+1))
	for name, r := range map[string]brief.Request{
		"nothing":    brief.About(" \n"),
		"only marks": brief.About("?!"),
		"huge":       brief.About(strings.Repeat("lighthouse ", 3000)),
		"no query":   brief.Ask("Title", nil),
		"too many":   many,
		"zero":       {},
	} {
		_, err := m.Make(context.Background(), r, nil)
		var refused answer.QuestionError
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// One bad question among others costs only itself.
	b := briefing(t, m, brief.Ask("Two", []string{strings.Repeat("light ", 5000), "terns on the island"}))
	if b.Parts[0].Refused == "" || b.Parts[0].Empty() || len(b.Parts[1].Excerpts) == 0 {
		t.Errorf("refused %q; %d excerpts of the other", b.Parts[0].Refused, len(b.Parts[1].Excerpts))
	}
}

// The same request gives the same bytes, whatever the order in which maps are read.
func TestSameBytes(t *testing.T) {
	first := written(t, briefing(t, minutes(t), brief.About("the new lighthouse")), "md", brief.Form{})
	for range 5 {
		if again := written(t, briefing(t, minutes(t), brief.About("the new lighthouse")), "md", brief.Form{}); again != first {
			t.Fatal(cmp.Diff(first, again))
		}
	}
}

func TestOnly(t *testing.T) {
	r := brief.About("the new lighthouse")
	r.Only = func(p corpus.Passage) bool { return p.Section[0] == "Birds of the Harbour" }
	b := briefing(t, minutes(t), r)
	if b.Searched.Passages != 1 || b.Searched.Documents[0].Passages != 1 || len(b.Parts) != 1 || b.Parts[0].Title != "Birds of the Harbour" {
		t.Errorf("searched %+v, found %d parts", b.Searched, len(b.Parts))
	}
}

// What stands in a briefing already is referred to, and not quoted again.
func TestQuotedAbove(t *testing.T) {
	b := briefing(t, minutes(t), brief.Ask("Twice", []string{"terns and a new lighthouse", "terns nest on the island"}))
	got := shown(b.Paper(brief.Form{}))
	if strings.Count(got, "\nquote minutes-0005-") != 1 || !strings.Contains(got, "Quoted above: “Terns nest on the island every spring, and a new lighthouse must …”(#minutes-0005-") {
		t.Errorf("got\n%s", got)
	}
}

// Of several documents, each has a heading with its sections beneath.
func TestDocuments(t *testing.T) {
	other := corpus.Source{
		Card: corpus.Card{ID: "letters/1912", File: "letters/1912.txt", Title: "Letters"}, Path: "/letters/1912.txt",
		Bytes: []byte("The new lighthouse was lit for the first time on the last day of the year.\n"),
	}
	b := briefing(t, maker(t, embed.Quote(), harbour(t), other), brief.About("the new lighthouse"))
	var headings []string
	for _, p := range b.Parts {
		headings = append(headings, fmt.Sprint(p.Level, " ", p.Title, " ", len(p.Excerpts)))
	}
	slices.Sort(headings)
	want := []string{"1 Letters 1", "1 Minutes of the Harbour Board 0", "2 Birds of the Harbour 1", "2 Report of the Meeting 2"}
	if diff := cmp.Diff(want, headings); diff != "" {
		t.Errorf("headings (-want +got):\n%s", diff)
	}
	if got := shown(b.Paper(brief.Form{})); !strings.Contains(got, "in the 6 passages of 2 documents") || strings.Count(got, "SHA-256 ") != 2 {
		t.Errorf("got\n%s", got)
	}
	for _, p := range b.Parts {
		for _, e := range p.Excerpts {
			if e.Passage.Doc.ID == "letters/1912" && !regexp.MustCompile(`^letters-1912-[0-9a-f]{8}-0001-0-74$`).MatchString(e.Anchor) {
				t.Errorf("anchor %s", e.Anchor)
			}
		}
	}
}

// Where many documents were searched, those that are quoted are listed.
func TestManyDocuments(t *testing.T) {
	sources := []corpus.Source{harbour(t)}
	for i := range 30 {
		name := fmt.Sprintf("letter%d", i)
		sources = append(sources, corpus.Source{Card: corpus.Card{ID: name, File: name + ".txt", Title: name}, Path: "/" + name, Bytes: []byte("It rained all day, and nobody went out to sea.\n")})
	}
	got := shown(briefing(t, maker(t, embed.Quote(), sources...), brief.About("the new lighthouse")).Paper(brief.Form{}))
	if !strings.Contains(got, "30 further documents, of which nothing is quoted.") || strings.Count(got, "SHA-256 ") != 1 {
		t.Errorf("got\n%s", got)
	}
}

func TestFormats(t *testing.T) {
	for _, known := range brief.Formats() {
		f, err := brief.FormatNamed(strings.ToUpper(known.Name))
		if err != nil || f.Extension == "" {
			t.Errorf("%s: %+v, %v", known.Name, f, err)
		}
		if err := f.Write(fullDisk{}, brief.Briefing{Title: "None"}, brief.Form{}); !errors.Is(err, errFull) {
			t.Errorf("%s: a full disk gives %v", known.Name, err)
		}
	}
	_, err := brief.FormatNamed("odt")
	if err == nil || err.Error() != `there is no format "odt": choose one of md, html, docx, pdf, csl-json, ris, bib` {
		t.Errorf("odt: %v", err)
	}
}

var errFull = errors.New("no space left")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }
