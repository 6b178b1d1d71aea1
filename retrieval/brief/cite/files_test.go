package cite

import (
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func write(t *testing.T, f func(io.Writer, []Work) error, works ...Work) string {
	t.Helper()
	var b strings.Builder
	if err := f(&b, works); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCSLJSON(t *testing.T) {
	got := write(t, CSLJSON, paper, swingTime, bare)
	for _, want := range []string{
		`"type": "chapter"`, `"container-title": "Third Coordination Meeting on International Migration"`, `"note": "Meeting held in New York, 27–28 October 2004"`,
		`"type": "book"`, `"publisher-place": "New York"`, `"type": "document"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	for year, want := range map[string]string{"2016": `{"date-parts":[[2016]]}`, "1998/99": `{"literal":"1998/99"}`} {
		if got, err := json.Marshal(cslDateOf(year)); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v, want %s", year, got, err, want)
		}
	}
	// What is not known is not there.
	if got := write(t, CSLJSON, bare); strings.Count(got, ":") != 3 {
		t.Errorf("a bare work has more than id, type and title:\n%s", got)
	}
	if got := write(t, CSLJSON); got != "[]\n" {
		t.Errorf("no works: %q", got)
	}
}

// readRIS reads RIS into tags and values, as its specification has it.
func readRIS(t *testing.T, file string) [][2]string {
	t.Helper()
	var out [][2]string
	line := regexp.MustCompile(`^([A-Z][A-Z0-9])  - (.*)$`)
	for l := range strings.SplitSeq(file, "\r\n") {
		if l == "" {
			continue
		}
		m := line.FindStringSubmatch(l)
		if m == nil {
			t.Fatalf("not a line of RIS: %q", l)
		}
		out = append(out, [2]string{m[1], m[2]})
	}
	return out
}

func TestRIS(t *testing.T) {
	got := readRIS(t, write(t, RIS, paper))
	want := [][2]string{
		{"TY", "CHAP"}, {"ID", "p"},
		{"AU", "Division for the Advancement of Women. DESA. United Nations,"}, {"TI", "Women and International Migration"},
		{"T2", "Third Coordination Meeting on International Migration"}, {"N1", "The volume is by United Nations, Department of Economic and Social Affairs, Population Division"},
		{"N1", "Meeting held in New York, 27–28 October 2004"}, {"LA", "en"}, {"ER", ""},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := readRIS(t, write(t, RIS, swingTime, bare)); !slices.Contains(got, [2]string{"PY", "2016"}) || !slices.Contains(got, [2]string{"TY", "GEN"}) {
		t.Errorf("got %q", got)
	}
}

// readBibTeX reads entries as BibTeX does: a value ends with the brace that
// balances its first, whatever stands before a brace.
func readBibTeX(t *testing.T, file string) []map[string]string {
	t.Helper()
	var out []map[string]string
	head := regexp.MustCompile(`^\s*@([a-z]+)\{([^,\s]*)`)
	field := regexp.MustCompile(`^,\s*([a-z]+) = \{`)
	for strings.TrimSpace(file) != "" {
		m := head.FindStringSubmatch(file)
		if m == nil {
			t.Fatalf("no entry: %q", file)
		}
		entry := map[string]string{"@": m[1], "key": m[2]}
		file = file[len(m[0]):]
		for f := field.FindStringSubmatch(file); f != nil; f = field.FindStringSubmatch(file) {
			file = file[len(f[0]):]
			depth, end := 1, 0
			for ; end < len(file) && depth > 0; end++ {
				switch file[end] {
				case '{':
					depth++
				case '}':
					depth--
				}
			}
			entry[f[1]] = untex(file[:end-1])
			file = file[end:]
		}
		if !strings.HasPrefix(file, "\n}\n") {
			t.Fatalf("the entry does not end: %q", file)
		}
		file = file[3:]
		out = append(out, entry)
	}
	return out
}

// untex is what TeX prints for a value.
func untex(value string) string {
	value = strings.TrimSuffix(strings.TrimPrefix(value, "{"), "}")
	return strings.NewReplacer(
		`\textbackslash{}`, `\`, `\textbraceleft{}`, "{", `\textbraceright{}`, "}", `\textasciicircum{}`, "^", `\textasciitilde{}`, "~",
		`\$`, "$", `\&`, "&", `\#`, "#", `\%`, "%", `\_`, "_",
	).Replace(value)
}

func TestBibTeX(t *testing.T) {
	odd := Work{ID: "odd", Author: `A {B} & C_D`, Title: `100 % of $5 \alpha # ^ ~ }{`, Year: "2016"}
	got := readBibTeX(t, write(t, BibTeX, paper, odd, swingTime))
	if len(got) != 3 {
		t.Fatalf("%d entries", len(got))
	}
	for _, test := range []struct{ got, want string }{
		{got[0]["@"], "incollection"}, {got[0]["key"], "p"}, {got[0]["author"], paper.Author}, {got[0]["booktitle"], volume.Title}, {got[0]["bookauthor"], volume.Author},
		{got[0]["note"], "Meeting held in New York, 27–28 October 2004"}, {got[0]["year"], ""},
		{got[1]["@"], "misc"}, {got[1]["author"], odd.Author}, {got[1]["title"], odd.Title},
		{got[2]["@"], "book"}, {got[2]["address"], "New York"}, {got[2]["publisher"], "Penguin Press"}, {got[2]["year"], "2016"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

// FuzzFiles reads back what is written, whatever titles and names hold.
func FuzzFiles(f *testing.F) {
	f.Add("A body, and its part", "Title: a {subtitle} & more", "New York", "2004")
	f.Add("x\r\nTY  - BOOK", "\\}{", "ER  - ", "%\x00\u2028")
	f.Fuzz(func(t *testing.T, author, title, place, date string) {
		for _, s := range []string{author, title, place, date} {
			if !utf8.ValidString(s) {
				return // a document is UTF-8, or it is not read
			}
		}
		w := Work{ID: "w", Author: author, Title: title, MeetingPlace: place, MeetingDate: date}
		part := Work{ID: "c", Author: title, Title: author, In: &w}
		folded := func(s string) string { return strings.Join(strings.Fields(s), " ") }

		var items []cslItem
		if err := json.Unmarshal([]byte(write(t, CSLJSON, w, part)), &items); err != nil {
			t.Fatal(err)
		}
		if items[0].Title != title || items[1].ContainerTitle != title {
			t.Fatalf("CSL-JSON: %q became %+v", title, items)
		}

		records := readRIS(t, write(t, RIS, w, part))
		ends := 0
		for _, r := range records {
			if r[0] == "ER" {
				ends++
			}
			if r[0] == "T2" && r[1] != folded(title) {
				t.Fatalf("RIS: %q became %q", title, r[1])
			}
		}
		if ends != 2 {
			t.Fatalf("RIS: %d records of 2: %q", ends, records)
		}

		entries := readBibTeX(t, write(t, BibTeX, w, part))
		if len(entries) != 2 || entries[0]["title"] != folded(title) || entries[0]["author"] != folded(author) {
			t.Fatalf("BibTeX: %q by %q became %q", title, author, entries)
		}
	})
}

// FuzzStyles holds each style to what it is given: nothing that is known is lost
// in a first reference or in the list, and nothing makes it stumble.
func FuzzStyles(f *testing.F) {
	f.Add("A body", "Title", "IV. Heading", "p. 3", true)
	f.Add("", "", "", "", false)
	f.Fuzz(func(t *testing.T, author, title, heading, page string, first bool) {
		w := Work{ID: "w", Author: author, Title: title}
		for _, s := range Styles {
			for _, work := range []Work{w, {ID: "c", Author: title, Title: author, In: &w}} {
				got := shown(s.Reference(work, Locator{Sections: []string{heading}, Page: page}, first))
				if !strings.Contains(got, strings.TrimPrefix(strings.TrimPrefix(page, "pp. "), "p. ")) {
					t.Fatalf("%s lost %q: %s", s.Name, page, got)
				}
				if entry := shown(s.Source(work)); !strings.Contains(entry, title) {
					t.Fatalf("%s lost %q: %s", s.Name, title, entry)
				}
			}
		}
	})
}
