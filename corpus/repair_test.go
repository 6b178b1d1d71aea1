package corpus_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shared is the folder of files that nobody on this project wrote; only some
// checkouts have it.
const shared = "../../shared"

// lines is a text file as Repairs wants it, with the way back to its lines.
type lines struct {
	texts []string
	text  []int // the text that holds each line, from 0; -1 for none
}

// paragraphs joins the lines of src into paragraphs at blank lines: what
// layout does, but for lists, headings and pages.
func paragraphs(src string) lines {
	var l lines
	open := false
	for line := range strings.SplitSeq(src, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		n := len(l.texts) - 1
		switch {
		case line == "":
			open = false
			l.text = append(l.text, -1)
			continue
		case !open || strings.HasPrefix(line, "("):
			l.texts = append(l.texts, line)
			n++
		case strings.HasSuffix(l.texts[n], "-"):
			l.texts[n] += line
		default:
			l.texts[n] += " " + line
		}
		open = true
		l.text = append(l.text, n)
	}
	return l
}

// applied returns text with edits made.
func applied(text string, edits []corpus.Edit) string {
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.WriteString(text[at:e.Start] + e.With)
		at = e.End
	}
	return b.String() + text[at:]
}

func repaired(texts []string) ([]string, int) {
	out, n := make([]string, len(texts)), 0
	for i, edits := range corpus.Repairs(texts, e5.Words()) {
		out[i] = applied(texts[i], edits)
		n += len(edits)
	}
	return out, n
}

func readLines(t testing.TB, path ...string) lines {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return paragraphs(string(src))
}

// table reads the rows of a file of tab-separated fields.
func table(t testing.TB, file string) [][]string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", "repair", file))
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(src)) {
		rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	return rows
}

// elsewhere reports damages that are repaired before Repairs or after it: the
// numerals of headings by the outline, the glyphs of lists by the layout.
func elsewhere(printed string) bool {
	for _, s := range []string{"I1. ", "I11. ", "V. ", "V1. ", "VIIl. ", "e Irregular", "e The"} {
		if strings.HasPrefix(printed, s) {
			return true
		}
	}
	return false
}

// TestRepairsDamage holds the share of the known damages of the proceedings
// that are repaired: a sample, and the full list of those found by reading.
func TestRepairsDamage(t *testing.T) {
	l := readLines(t, "proceedings", proceedingsFile)
	out, edits := repaired(l.texts)
	t.Logf("%d edits", edits)
	for _, list := range []struct {
		file string
		min  float64
	}{{"damage.tsv", 0.95}, {"full.tsv", 0.95}} {
		total, done := 0, 0
		for _, row := range table(t, list.file) {
			var line int
			fmt.Sscan(row[0], &line)
			printed, corrected := row[1], row[2]
			if elsewhere(printed) {
				continue
			}
			total++
			n := l.text[line-1]
			before, after := l.texts[n], out[n]
			if !strings.Contains(before, printed) {
				t.Errorf("%s:%d: %q is not printed there", list.file, line, printed)
			}
			if strings.Contains(after, corrected) && whole(after, printed) < max(1, whole(before, printed)) {
				done++
			} else {
				t.Logf("%s:%d: %q is left", list.file, line, printed)
			}
		}
		t.Logf("%s: %d of %d repaired", list.file, done, total)
		if share := float64(done) / float64(total); share < list.min {
			t.Errorf("%s: %.3f repaired, want %.2f", list.file, share, list.min)
		}
	}
}

// whole counts the places where words stands in text without a letter to
// either side.
func whole(text, words string) int {
	n := 0
	for at := 0; ; {
		i := strings.Index(text[at:], words)
		if i < 0 {
			return n
		}
		at += i + len(words)
		before, _ := utf8.DecodeLastRuneInString(text[:at-len(words)])
		after, _ := utf8.DecodeRuneInString(text[at:])
		if !unicode.IsLetter(before) && !unicode.IsLetter(after) {
			n++
		}
	}
}

// TestRepairsKeep holds what must stay as printed: names, the author's own
// slips, either spelling.
func TestRepairsKeep(t *testing.T) {
	l := readLines(t, "proceedings", proceedingsFile)
	out, _ := repaired(l.texts)
	for _, row := range table(t, "keep.tsv") {
		var line int
		fmt.Sscan(row[0], &line)
		n := l.text[line-1]
		if was, is := strings.Count(l.texts[n], row[1]), strings.Count(out[n], row[1]); is < was || was == 0 {
			t.Errorf("line %d: %q stands %d times in what was printed, %d times in what was repaired", line, row[1], was, is)
		}
	}
}

// TestRepairsGolden lists every edit made to the proceedings, so that none is
// made unseen.
func TestRepairsGolden(t *testing.T) {
	l := readLines(t, "proceedings", proceedingsFile)
	var got []string
	for i, edits := range corpus.Repairs(l.texts, e5.Words()) {
		for _, e := range edits {
			from, to := max(0, e.Start-12), min(len(l.texts[i]), e.End+12)
			got = append(got, fmt.Sprintf("%d\t%q\t%q\t%q", slices.Index(l.text, i)+1, l.texts[i][e.Start:e.End], e.With, l.texts[i][from:to]))
		}
	}
	file := filepath.Join("testdata", "repair", "edits.golden")
	text := strings.Join(got, "\n") + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("edits (-want +got):\n%s", diff)
	}
}

func TestRepairsTwice(t *testing.T) {
	once, _ := repaired(readLines(t, "proceedings", proceedingsFile).texts)
	if _, n := repaired(once); n > 0 {
		t.Errorf("%d more edits to what is repaired already", n)
	}
}

// section is one text of a script, headed "-- name --".
type section struct{ name, body string }

// script cuts a txtar file into its sections.
func script(t testing.TB, file string) []section {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", "repair", file))
	if err != nil {
		t.Fatal(err)
	}
	var out []section
	for line := range strings.Lines(string(src)) {
		if name, ok := strings.CutPrefix(line, "-- "); ok {
			out = append(out, section{name: strings.TrimSuffix(name, " --\n")})
		} else if len(out) > 0 {
			out[len(out)-1].body += line
		}
	}
	return out
}

// TestRepairsExcerpts repairs short documents, each damaged in its own way.
func TestRepairsExcerpts(t *testing.T) {
	sections := script(t, "excerpts.txtar")
	for i := 0; i+1 < len(sections); i += 2 {
		in, want := sections[i], sections[i+1]
		name := strings.TrimSuffix(in.name, ".in")
		t.Run(name, func(t *testing.T) {
			if want.name != name+".out" {
				t.Fatalf("%s is followed by %s", in.name, want.name)
			}
			got, _ := repaired(paragraphs(in.body).texts)
			if diff := cmp.Diff(paragraphs(want.body).texts, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRepairsCleanTexts leaves alone what no OCR has touched, in any language.
func TestRepairsCleanTexts(t *testing.T) {
	for _, s := range script(t, "clean.txtar") {
		texts := paragraphs(s.body).texts
		if got, n := repaired(texts); n > 0 {
			t.Errorf("%s: %s", s.name, cmp.Diff(texts, got))
		}
	}
}

// collection is a set of clean documents from outside.
type collection struct {
	name string
	docs [][]string
}

// collections returns the clean documents of the shared folder; abstracts and
// articles both each for itself and two hundred to a document.
func collections(t testing.TB) []collection {
	t.Helper()
	if _, err := os.Stat(filepath.Join(shared, "data")); err != nil {
		t.Skip("no shared data beside this checkout")
	}
	out := []collection{{"report", [][]string{readLines(t, shared, "data", "docs", "06_unfccc_sbi_2014_8_report.txt").texts}}}
	speeches, err := filepath.Glob(filepath.Join(shared, "data", "docs", "ungdc_session59_2004", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	c := collection{name: "speeches"}
	for _, s := range speeches {
		c.docs = append(c.docs, readLines(t, s).texts)
	}
	out = append(out, c)
	for _, name := range []string{"scifact", "xquad-en", "xquad-es", "squad2-dev-half"} {
		each, batch := collection{name: name}, collection{name: name + " by 200"}
		for _, doc := range passages(t, filepath.Join(shared, "data", "ir", name, "corpus.jsonl")) {
			if len(each.docs)%200 == 0 {
				batch.docs = append(batch.docs, nil)
			}
			each.docs = append(each.docs, doc)
			last := len(batch.docs) - 1
			batch.docs[last] = append(batch.docs[last], doc...)
		}
		out = append(out, each, batch)
	}
	return out
}

// passages reads a collection in BEIR's format, a title and a text each.
func passages(t testing.TB, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var docs [][]string
	rows := bufio.NewScanner(f)
	rows.Buffer(nil, 1<<22)
	for rows.Scan() {
		var row struct{ Title, Text string }
		if err := json.Unmarshal(rows.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		docs = append(docs, []string{
			strings.Join(strings.Fields(row.Title), " "), strings.Join(strings.Fields(row.Text), " "),
		})
	}
	return docs
}

func TestRepairsCleanCollections(t *testing.T) {
	if testing.Short() {
		t.Skip("reads ten million words")
	}
	for _, c := range collections(t) {
		words, changed := 0, 0
		for k, doc := range c.docs {
			for i, edits := range corpus.Repairs(doc, e5.Words()) {
				words += len(strings.Fields(doc[i]))
				changed += len(edits)
				for _, e := range edits {
					t.Logf("%s %d: %q to %q", c.name, k, doc[i][e.Start:e.End], e.With)
				}
			}
		}
		t.Logf("%s: %d of %d words changed", c.name, changed, words)
		if changed*10_000 > words {
			t.Errorf("%s: more than one word in 10,000 changed", c.name)
		}
	}
}

// misreader damages clean text as a scanner with one bad habit or another
// would. It is a test of generality: the habits are not those of one document.
type misreader struct {
	*rand.Rand
	habits [][2]string // what is printed, and what is read
	rate   float64     // share of words
}

// read returns text misread, and what each damaged stretch was and became.
func (m misreader) read(text string) (string, [][2]string) {
	var out []string
	var damage [][2]string
	words := strings.Fields(text)
	for i := 0; i < len(words); i++ {
		was, is := words[i], ""
		if !plain(was) || m.Float64() > m.rate {
			out = append(out, was)
			continue
		}
		switch h := m.habits[m.IntN(len(m.habits))]; {
		case len(was) > 5 && strings.Contains(was, h[0]):
			is = strings.Replace(was, h[0], h[1], 1)
		case len(was) > 7 && m.IntN(2) == 0:
			at := 3 + m.IntN(len(was)-5)
			is = was[:at] + " " + was[at:]
		case (was == "a" || was == "the" || strings.HasSuffix(was, "s")) && i+1 < len(words) && plain(words[i+1]):
			is = was + words[i+1]
			was += " " + words[i+1]
			i++
		default:
			out = append(out, was)
			continue
		}
		out = append(out, is)
		damage = append(damage, [2]string{was, is})
	}
	return strings.Join(out, " "), damage
}

func plain(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLower(r) || r > 'z' }) < 0
}

func TestRepairsOtherDocuments(t *testing.T) {
	const report = shared + "/data/docs/06_unfccc_sbi_2014_8_report.txt"
	if _, err := os.Stat(report); err != nil {
		t.Skip("no shared data beside this checkout")
	}
	clean := readLines(t, report).texts
	for name, habits := range map[string][][2]string{
		"tall letters": {{"al", "a"}, {"st", "gt"}, {"al", "d"}, {"sl", "d"}, {"qu", "gu"}},
		"touching":     {{"rn", "m"}, {"m", "rn"}, {"li", "h"}, {"cl", "d"}, {"ri", "n"}},
		"look-alikes":  {{"c", "e"}, {"e", "c"}, {"h", "b"}, {"l", "i"}, {"i", "l"}, {"l", "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := misreader{rand.New(rand.NewPCG(1, 2)), habits, 0.04}
			damaged := make([]string, len(clean))
			lists := make([][][2]string, len(clean))
			for i, text := range clean {
				damaged[i], lists[i] = m.read(text)
			}
			total, done, wrong := 0, 0, 0
			for i, edits := range corpus.Repairs(damaged, e5.Words()) {
				got := applied(damaged[i], edits)
				for _, d := range lists[i] {
					total++
					if strings.Contains(got, d[0]) && !strings.Contains(" "+got+" ", " "+d[1]+" ") {
						done++
					}
				}
				for _, e := range edits {
					if !strings.Contains(clean[i], e.With) {
						wrong++
						t.Logf("wrongly %q to %q", damaged[i][e.Start:e.End], e.With)
					}
				}
			}
			t.Logf("%d of %d repaired, %d wrongly", done, total, wrong)
			if float64(done) < 0.8*float64(total) || wrong*100 > total {
				t.Errorf("want four in five repaired, and at most one in a hundred wrongly")
			}
		})
	}
}

func FuzzRepairs(f *testing.F) {
	src, err := os.ReadFile(filepath.Join("proceedings", proceedingsFile))
	if err != nil {
		f.Fatal(err)
	}
	for part := range slices.Chunk(src, 4000) {
		f.Add(string(part))
	}
	f.Add("Part | of “ a’) :: 92™ | eft\n(8 That\n(b) That")
	f.Add("\xff\xfe ’’s “\u00e9 aso\x00aso a so  ")
	f.Fuzz(func(t *testing.T, src string) {
		for _, texts := range [][]string{strings.Split(src, "\n"), paragraphs(src).texts} {
			edits := corpus.Repairs(texts, e5.Words())
			if len(edits) != len(texts) {
				t.Fatalf("edits for %d texts of %d", len(edits), len(texts))
			}
			for i := range edits {
				at := 0
				for _, e := range edits[i] {
					if e.Start < at || e.End < e.Start || e.End > len(texts[i]) {
						t.Fatalf("edit %+v of %q after byte %d", e, texts[i], at)
					}
					at = e.End
				}
			}
			if diff := cmp.Diff(edits, corpus.Repairs(texts, e5.Words())); diff != "" {
				t.Errorf("not the same twice: %s", diff)
			}
		}
	})
}

func BenchmarkRepairs(b *testing.B) {
	for _, c := range []struct {
		name   string
		copies int
	}{{"proceedings", 1}, {"megabyte", 11}} {
		texts := slices.Repeat(readLines(b, "proceedings", proceedingsFile).texts, c.copies)
		size := 0
		for _, t := range texts {
			size += len(t)
		}
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				corpus.Repairs(texts, e5.Words())
			}
		})
	}
}
