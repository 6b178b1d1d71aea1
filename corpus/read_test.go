package corpus_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
)

const proceedingsFile = "third-coordination-meeting-2004.txt"

func proceedings(t testing.TB) *corpus.Document {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("proceedings", proceedingsFile))
	if err != nil {
		t.Fatal(err)
	}
	return read(t, proceedingsFile, string(src))
}

func read(t testing.TB, file, src string) *corpus.Document {
	t.Helper()
	d, err := corpus.Read(corpus.Card{ID: strings.TrimSuffix(file, filepath.Ext(file)), File: file}, []byte(src), e5.Words())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// lineOf returns the line, counted from 1, on which the byte at offset at stands.
func lineOf(src []byte, at int) int { return bytes.Count(src[:at], []byte("\n")) + 1 }

func TestOutlineOfProceedings(t *testing.T) {
	d := proceedings(t)
	var got []string
	for _, s := range d.Outline {
		got = append(got, fmt.Sprintf("%d\t%d\t%s", lineOf(d.Source, s.Source.Start), s.Level, s.Title))
	}
	file, err := os.Open("testdata/outline.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var want []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if !strings.HasPrefix(lines.Text(), "#") {
			want = append(want, lines.Text())
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outline (-true +found):\n%s", diff)
	}
	if got, want := d.Card.Title, "Third Coordination Meeting on International Migration"; got != want {
		t.Errorf("title %q, want %q", got, want)
	}
	bylines := make(map[string]string)
	for _, s := range d.Outline {
		if s.Byline != "" {
			bylines[s.Title] = s.Byline
		}
	}
	if diff := cmp.Diff(map[string]string{
		"Women and International Migration":            "Division for the Advancement of Women, Department of Economic and Social Affairs, United Nations",
		"Social Dimensions of International Migration": "Division for Social Policy and Development, Department of Economic and Social Affairs, United Nations",
	}, bylines); diff != "" {
		t.Errorf("bylines (-want +got):\n%s", diff)
	}
}

// The lines on which the scan's pages begin, and the page numbers that may be
// told from the single printed one, 37.
func TestPagesOfProceedings(t *testing.T) {
	d := proceedings(t)
	starts := []int{1, 29, 79, 131, 184, 236, 288, 341, 393, 446, 498, 551, 601, 650, 690, 738, 788, 839, 846, 896, 947, 995, 1046, 1098, 1113, 1169}
	if d.Pages != len(starts) {
		t.Errorf("%d pages, want %d", d.Pages, len(starts))
	}
	for _, p := range d.Passages {
		for _, s := range p.Sentences {
			line := lineOf(d.Source, s.Source.Start)
			page, found := slices.BinarySearch(starts, line)
			if found {
				page++
			}
			if s.Page != page {
				t.Errorf("line %d: page %d, want %d: %q", line, s.Page, page, s.Text)
			}
			label := ""
			if page >= 19 {
				label = fmt.Sprint(page + 12)
			}
			if s.Label != label {
				t.Errorf("line %d: printed page %q, want %q", line, s.Label, label)
			}
		}
	}
}

func TestPlaces(t *testing.T) {
	d := proceedings(t)
	for _, test := range []struct {
		begins  string
		section string
		page    int
		para    int
		number  string
	}{
		{"In response to General Assembly Resolution", "Preface", 1, 1, ""},
		{"Fifty-two participants", "Report of the Meeting", 3, 3, ""},
		{"The Berne Agenda included", "VII. Recent Activities on International Migration and Development", 14, 6, ""},
		{"The circulation of human capital", "Key issues for the high-level dialogue", 7, 4, ""},
		{"(c) To review and analyze", "Recommendations", 25, 5, "12 (c)"},
		{"65. The Forum recommends", "Recommendations", 25, 7, "65"},
	} {
		found := false
		for _, p := range d.Passages {
			for _, s := range p.Sentences {
				if !strings.HasPrefix(s.Text, test.begins) {
					continue
				}
				found = true
				if got := p.Section[len(p.Section)-1]; got != test.section || s.Page != test.page || s.Para != test.para || s.Number != test.number {
					t.Errorf("%q: %s, page %d, paragraph %d %q; want %+v", test.begins, got, s.Page, s.Para, s.Number, test)
				}
			}
		}
		if !found {
			t.Errorf("no sentence begins %q", test.begins)
		}
	}
}

// Every word of the source stands in exactly one passage, but for headings,
// mastheads, bylines and page numbers.
func TestNoWordIsLostOrToldTwice(t *testing.T) {
	d := proceedings(t)
	covered := make([]int, len(d.Source))
	for _, p := range d.Passages {
		for i := p.Source.Start; i < p.Source.End; i++ {
			covered[i]++
		}
	}
	for _, s := range d.Outline {
		for i := s.Source.Start; i < s.Source.End; i++ {
			covered[i]++
		}
	}
	at := 0
	for n, line := range bytes.SplitAfter(d.Source, []byte("\n")) {
		set := n+1 >= 29 && n+1 <= 33 || n+1 >= 692 && n+1 <= 694 || n+1 >= 848 && n+1 <= 850 || n+1 == 1165
		for i, c := range line {
			want := 1
			if set {
				want = 0
			}
			if c != ' ' && c != '\n' && covered[at+i] != want {
				t.Errorf("line %d, byte %d is covered %d times, want %d: %q", n+1, i, covered[at+i], want, line)
				break
			}
		}
		at += len(line)
	}
}

func TestPassagesOfProceedings(t *testing.T) {
	d := proceedings(t)
	invariants(t, d)
	for _, p := range d.Passages {
		last := p.Sentences[len(p.Sentences)-1].Text
		if !strings.ContainsAny(last[len(last)-1:], ".;:?”\"") && !strings.HasSuffix(last, "migration") && !strings.HasSuffix(last, "issues") {
			t.Errorf("%s ends inside a sentence: …%q", p.ID, last)
		}
		if len(p.Section) == 0 {
			t.Errorf("%s stands in no section", p.ID)
		}
	}
}

// invariants checks what holds of every document, whatever its bytes.
func invariants(t testing.TB, d *corpus.Document) {
	t.Helper()
	ids := make(map[string]bool)
	at := 0
	for _, p := range d.Passages {
		if ids[p.ID] {
			t.Errorf("two passages are called %s", p.ID)
		}
		ids[p.ID] = true
		if p.Source.Start < at || p.Source.End < p.Source.Start || p.Source.End > len(d.Source) {
			t.Fatalf("%s: span %v after offset %d of %d", p.ID, p.Source, at, len(d.Source))
		}
		if n := len(strings.Fields(p.Text)); n > 220 {
			t.Errorf("%s: %d words", p.ID, n)
		}
		if folded := strings.Join(strings.Fields(p.Text), " "); folded != p.Text {
			t.Errorf("%s: white space is not folded: %q", p.ID, p.Text)
		}
		for _, s := range p.Sentences {
			if s.Source.Start < at || s.Source.End < s.Source.Start || s.Source.End > p.Source.End {
				t.Fatalf("%s: sentence span %v after offset %d", p.ID, s.Source, at)
			}
			if s.Para < 1 && !p.Contents {
				t.Errorf("%s: paragraph %d", p.ID, s.Para)
			}
			if !strings.Contains(p.Text, s.Text) || s.Text == "" {
				t.Errorf("%s: sentence %q is not in the passage", p.ID, s.Text)
			}
			at = s.Source.End
		}
		at = p.Source.End
	}
}

func TestRead(t *testing.T) {
	for _, test := range []struct {
		name, file, src string
		title           string
		outline         []string // "level title"
		passages        []string // "section > … | text"
	}{
		{
			"a single line", "a.txt", "Only one line.",
			"a", nil, []string{"| Only one line."},
		},
		{
			"Markdown", "a.md", "# The Report\n\nFirst words here.\n\n## Findings\n\n* one finding of many\n* another finding\n\n# Annexes\n\nLast words.\n",
			"The Report",
			[]string{"1 The Report", "2 Findings", "1 Annexes"},
			[]string{"The Report | First words here.", "The Report > Findings | • one finding of many • another finding", "Annexes | Last words."},
		},
		{
			"the bullets of a PDF's symbol font", "a.txt", "Two things were agreed:\n\uf0b7 one finding of\nmany\n\uf0a7 another finding\n",
			"a", nil, []string{"| Two things were agreed: • one finding of many • another finding"},
		},
		{
			"rows of a table", "a.txt", "DOCUMENTS\n\nThese documents are planned.\n\n9. The Advisory Committee on Questions\n\n2\n2\n\n10. The Fifth Committee\n\n1\n1\n",
			"Documents", []string{"1 Documents"}, []string{"Documents | These documents are planned. 9. The Advisory Committee on Questions 2 2 10. The Fifth Committee 1 1"},
		},
		{
			"lines broken at hyphens", "a.txt", "The inter-\nnational meeting of high-\nlevel experts was held.\nIt was long.\n",
			"a", nil, []string{"| The international meeting of high-level experts was held. It was long."},
		},
		{
			"CRLF, byte order mark, non-breaking spaces", "a.txt", "\ufeffThe first\u00a0line\r\ngoes on here.\r\n\r\nThe second paragraph.\r\n",
			"a", nil, []string{"| The first line goes on here. The second paragraph."},
		},
		{
			"form feeds, running headers and page numbers", "a.txt",
			"Report of 2004\n\nThe first page says one thing and\n1\n\fReport of 2004\n\nthen goes on.\n2\n\fReport of 2004\n\nThe third page.\n3\n",
			"a", nil, []string{"| The first page says one thing and then goes on. The third page."},
		},
		{
			"page numbers that a text without pages has kept", "a.txt",
			"The reform is of the organ charged with the\n9\n\nmaintenance of peace. In May there were some\n12\nthousand of them in Asia. The rows of this table are\n\n3\n\nfour.\n",
			"a", nil, []string{"| The reform is of the organ charged with the maintenance of peace. In May there were some 12 thousand of them in Asia. The rows of this table are 3 four."},
		},
		{
			"page numbers between sentences", "a.txt",
			strings.Repeat("They met.\n", 25) + "7\n\n" + strings.Repeat("They went.\n", 25) + "8\n\nThe end.\n",
			"a", nil, []string{"| " + strings.Repeat("They met. ", 25) + strings.Repeat("They went. ", 25) + "The end."},
		},
		{
			"numbers on lines of their own", "a.txt",
			"5. PROJECTS OF THE WMO\n\n5.1\nThe WMO noted that the projects\nwent on.\n\n5.2\n\nThe WMO asked for a report on 2.5 million\nrecords.\n\n6.\n\nCLOSURE OF THE MEETING\n\n6.1 It was closed.\n",
			"a",
			[]string{"1 5. Projects of the WMO", "1 6. Closure of the Meeting"},
			[]string{
				"5. Projects of the WMO | 5.1 The WMO noted that the projects went on. 5.2 The WMO asked for a report on 2.5 million records.",
				"6. Closure of the Meeting | 6.1 It was closed.",
			},
		},
		{
			"nothing but titles", "a.txt", "ANNUAL REPORT\n\nFINDINGS\n",
			"Annual Report", nil, []string{"| ANNUAL REPORT FINDINGS"},
		},
		{
			"no spaces between words", "a.txt", "会议通过了建议。建议涉及移民。",
			"a", nil, []string{"| 会议通过了建议。建议涉及移民。"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := read(t, test.file, test.src)
			invariants(t, d)
			if d.Card.Title != test.title {
				t.Errorf("title %q, want %q", d.Card.Title, test.title)
			}
			var outline, passages []string
			for _, s := range d.Outline {
				outline = append(outline, fmt.Sprintf("%d %s", s.Level, s.Title))
			}
			for _, p := range d.Passages {
				passages = append(passages, strings.TrimSpace(strings.Join(p.Section, " > ")+" | "+p.Text))
			}
			if diff := cmp.Diff(test.outline, outline); diff != "" {
				t.Errorf("outline (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.passages, passages); diff != "" {
				t.Errorf("passages (-want +got):\n%s", diff)
			}
		})
	}
}

// What stands on two short pages, as of a talk, is no running header, though it is
// all at their edges; and what is nothing but furniture is the text.
func TestShortPages(t *testing.T) {
	slides := "Council of Bonn\nThe council met in June.\n"
	for name, src := range map[string]string{
		"twice":     slides + "\fWhat it costs:\nTen crowns.\n\f" + slides + "\fWhat comes next:\nWork begins in July.\n",
		"furniture": slides + "\f" + slides + "\f" + slides + "\f" + slides,
	} {
		met := 0
		for _, p := range read(t, "a.txt", src).Passages {
			met += strings.Count(p.Text, "The council met in June.")
		}
		if want := strings.Count(src, "The council met in June."); met != want {
			t.Errorf("%s: it is said %d times, want %d", name, met, want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, test := range []struct {
		name, src string
		want      error
		says      string
	}{
		{"nothing", "", corpus.ErrEmpty, "Put some text in it"},
		{"white space", " \n\n\t\n", corpus.ErrEmpty, "Put some text in it"},
		{"a zero byte", "text\x00text", corpus.ErrBinary, "offset 4"},
		{"Latin-1", "caf\xe9", corpus.ErrUTF8, "offset 3"},
		{"UTF-16", "\xff\xfet\x00", corpus.ErrUTF8, "iconv -f UTF-16"},
	} {
		_, err := corpus.Read(corpus.Card{ID: "a", File: "a.txt"}, []byte(test.src), e5.Words())
		if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), "a.txt") {
			t.Errorf("%s: %v; want %v and %q", test.name, err, test.want, test.says)
		}
	}
}

// A document of numbered paragraphs: their numbers are told from those of a
// list inside one of them.
func TestParagraphNumbers(t *testing.T) {
	src := "I. Opening\n\n"
	for n := 1; n <= 9; n++ {
		src += fmt.Sprintf("%d. The Committee considered item number %d of its agenda at some length, and decided to go on.\n\n", n, n)
		if n == 4 {
			src += "1. Adoption of the agenda;\n\n2. Election of officers:\n\n(a) Chair;\n\n5. Other matters.\n\n"
		}
	}
	var got []string
	for _, p := range read(t, "a.txt", src).Passages {
		for _, s := range p.Sentences {
			got = append(got, s.Number)
		}
	}
	want := []string{"1", "2", "3", "4", "4", "4", "4", "4", "5", "6", "7", "8", "9"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzRead(f *testing.F) {
	src, err := os.ReadFile(filepath.Join("proceedings", proceedingsFile))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(src[:3000]), true)
	f.Add(string(src[len(src)-3000:]), false)
	for _, s := range []string{
		"I. OPENING\n\nText.\n\n\n\nMore text\n\n\n\ngoes on.", " A\n\n B\n \n", "1. a\n2. b\n(a) c;\n• d\n* e\n- f", "# a\n\n## b\n\nc\n===",
		"Annex\n\nTitle of it\n\nText.", "a-\nb\u00ad\nc", "\f1\n\f2\n\f3", "Contents\nA\t1\nB\t2\n\nText.", "UNITED NATIONS\n\nREPORT\n\nAuthor Name\nUnited Nations\n\nText here.",
		strings.Repeat("word ", 500), strings.Repeat("x", 9000), "。" + strings.Repeat("字", 700), "\u2028\u0085\v", "e Word\no Word\n» \n•",
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, src string, markdown bool) {
		file := "a.txt"
		if markdown {
			file = "a.md"
		}
		d, err := corpus.Read(corpus.Card{ID: "a", File: file}, []byte(src), e5.Words())
		if err != nil {
			return
		}
		invariants(t, d)
		again, err := corpus.Read(corpus.Card{ID: "a", File: file}, []byte(src), e5.Words())
		if err != nil || !cmp.Equal(d.Passages, again.Passages) {
			t.Errorf("reading twice differs: %v", err)
		}
	})
}

// What a citation prints of a paragraph's number is whole, though the scan has
// "(8 That" for "(a) That".
func TestNumbersAreWhole(t *testing.T) {
	whole, seen := regexp.MustCompile(`^\d+( \([a-z]\))?$`), map[string]bool{}
	for _, p := range proceedings(t).Passages {
		for _, s := range p.Sentences {
			seen[s.Number] = true
			if s.Number != "" && !whole.MatchString(s.Number) {
				t.Errorf("%q is the number of %q", s.Number, s.Text)
			}
		}
	}
	if !seen["13 (a)"] || !seen["12 (d)"] {
		t.Errorf("numbers read: %v", seen)
	}
}
