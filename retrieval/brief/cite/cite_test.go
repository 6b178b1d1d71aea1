package cite

import (
	"strings"
	"testing"

	"rapporteur/retrieval/brief/export"
)

// shown is runs as text, with italics between asterisks.
func shown(runs []export.Run) string {
	var b strings.Builder
	for _, r := range runs {
		if r.Italic {
			b.WriteString("*" + r.Text + "*")
		} else {
			b.WriteString(r.Text)
		}
	}
	return b.String()
}

var (
	swingTime = Work{Author: "Zadie Smith", Short: "Smith", Title: "Swing Time", City: "New York", Publisher: "Penguin Press", Year: "2016"}
	cairo     = Work{Author: "United Nations", Title: "Report of the International Conference on Population and Development", MeetingPlace: "Cairo", MeetingDate: "5–13 September 1994", Publisher: "United Nations publication, Sales No. E.95.XIII.18"}
	volume    = Work{ID: "v", Author: "United Nations, Department of Economic and Social Affairs, Population Division", Short: "United Nations", Title: "Third Coordination Meeting on International Migration", MeetingPlace: "New York", MeetingDate: "27–28 October 2004", Language: "en"}
	paper     = Work{ID: "p", Author: "Division for the Advancement of Women, DESA, United Nations", Short: "Division for the Advancement of Women", Title: "Women and International Migration", In: &volume, Language: "en"}
	bare      = Work{ID: "b", Title: "On bees"}
	inBare    = Work{ID: "i", Title: "Their honey", In: &bare}
	section   = Locator{Sections: []string{"Report of the Meeting", "V. Aspects", "Key issues"}, Page: "scan p. 9", Paragraph: "tenth paragraph"}
)

func TestReference(t *testing.T) {
	for _, test := range []struct {
		source string // where the example is published; "": ours
		style  string
		work   Work
		at     Locator
		first  bool
		want   string
	}{
		{"as resolutions of the General Assembly cite the Cairo conference", "un",
			cairo, Locator{Paragraph: "chap. I, resolution 1, annex"}, true,
			"*Report of the International Conference on Population and Development*, Cairo, 5–13 September 1994 (United Nations publication, Sales No. E.95.XIII.18), chap. I, resolution 1, annex."},
		{"", "un", volume, section, true, "*Third Coordination Meeting on International Migration*, New York, 27–28 October 2004, “Report of the Meeting”, sect. V, “Key issues”, tenth paragraph, scan p. 9."},
		{"", "un", volume, section, false, "*Third Coordination Meeting*, “Report of the Meeting”, sect. V, “Key issues”, tenth paragraph, scan p. 9."},
		{"", "un", paper, Locator{Sections: []string{"B. Health", "1. Care"}, Page: "p. 37", Paragraph: "para. 12"}, true,
			"Division for the Advancement of Women, DESA, United Nations, “Women and International Migration”, in *Third Coordination Meeting on International Migration*, New York, 27–28 October 2004, sect. B.1, para. 12, p. 37."},
		{"", "un", paper, Locator{Page: "p. 37"}, false, "Division for the Advancement of Women, “Women and International Migration”, p. 37."},
		{"", "un", bare, Locator{Paragraph: "first paragraph"}, true, "*On bees*, first paragraph."},
		{"", "un", inBare, Locator{}, true, "“Their honey”, in *On bees*."},

		{"Chicago-Style Citation Quick Guide, notes and bibliography, 17th ed., Book", "chicago", swingTime, Locator{Page: "pp. 315–16"}, true,
			"Zadie Smith, *Swing Time* (New York: Penguin Press, 2016), 315–16."},
		{"the same", "chicago", swingTime, Locator{Page: "p. 320"}, false, "Smith, *Swing Time*, 320."},
		{"", "chicago", volume, section, true, "United Nations, Department of Economic and Social Affairs, Population Division, *Third Coordination Meeting on International Migration*, meeting held in New York, 27–28 October 2004, “Report of the Meeting,” sec. V, “Key issues,” scan p. 9, tenth paragraph."},
		{"", "chicago", paper, Locator{Page: "p. 37", Paragraph: "para. 12"}, true,
			"Division for the Advancement of Women, DESA, United Nations, “Women and International Migration,” in *Third Coordination Meeting on International Migration*, meeting held in New York, 27–28 October 2004, 37, para. 12."},
		{"", "chicago", paper, Locator{Sections: []string{"B. Health"}, Page: "p. 37"}, false, "Division for the Advancement of Women, “Women and International Migration,” sec. B, p. 37."},
		{"", "chicago", inBare, Locator{}, false, "“Their honey.”"},
		{"", "chicago", bare, Locator{Sections: []string{"Wax"}}, true, "*On bees*, “Wax.”"},

		{"apastyle.apa.org, Quotations", "apa", Work{Author: "Ervin et al.", Title: "x", Year: "2018"}, Locator{Page: "p. 470"}, true, "(Ervin et al., 2018, p. 470)"},
		{"Publication Manual, 7th ed., 8.28", "apa", Work{Author: "Chamberlin", Title: "x", Year: "2014"}, Locator{Paragraph: "para. 1"}, true, "(Chamberlin, 2014, para. 1)"},
		{"", "apa", paper, Locator{Page: "scan p. 17", Paragraph: "third paragraph"}, true, "(Division for the Advancement of Women, n.d., scan p. 17, third paragraph)"},
		{"", "apa", bare, Locator{Sections: []string{"IV. Wax"}}, true, "(*On bees*, n.d., Section IV)"},
		{"", "apa", inBare, Locator{}, true, "(“Their honey,” n.d.)"},
	} {
		s, err := StyleNamed(test.style)
		if err != nil {
			t.Fatal(err)
		}
		if got := shown(s.Reference(test.work, test.at, test.first)); got != test.want {
			t.Errorf("%s %s\n got %s\nwant %s", test.style, test.source, got, test.want)
		}
	}
}

func TestSource(t *testing.T) {
	for _, test := range []struct {
		source, style string
		work          Work
		want          string
	}{
		{"the same", "un", cairo, "*Report of the International Conference on Population and Development*, Cairo, 5–13 September 1994 (United Nations publication, Sales No. E.95.XIII.18)."},
		{"", "un", paper, "Division for the Advancement of Women, DESA, United Nations, “Women and International Migration”, in *Third Coordination Meeting on International Migration*, New York, 27–28 October 2004."},
		{"Chicago-Style Citation Quick Guide, notes and bibliography, 17th ed., Book", "chicago", Work{Author: "Smith, Zadie", Title: "Swing Time", City: "New York", Publisher: "Penguin Press", Year: "2016"}, "Smith, Zadie. *Swing Time*. New York: Penguin Press, 2016."},
		{"", "chicago", paper, "Division for the Advancement of Women, DESA, United Nations. “Women and International Migration.” In *Third Coordination Meeting on International Migration*, by United Nations, Department of Economic and Social Affairs, Population Division. Meeting held in New York, 27–28 October 2004."},
		{"", "chicago", bare, "*On bees*."},
		{"apastyle.apa.org, Book/Ebook References", "apa", Work{Author: "Sapolsky, R. M.", Title: "Behave: The biology of humans at our best and worst", Publisher: "Penguin Books", Year: "2017"}, "Sapolsky, R. M. (2017). *Behave: The biology of humans at our best and worst*. Penguin Books."},
		{"", "apa", volume, "United Nations, Department of Economic and Social Affairs, Population Division. (n.d.). *Third Coordination Meeting on International Migration* [Meeting held in New York, 27–28 October 2004]."},
		{"", "apa", paper, "Division for the Advancement of Women, DESA, United Nations. (n.d.). Women and International Migration. In United Nations, Department of Economic and Social Affairs, Population Division, *Third Coordination Meeting on International Migration* [Meeting held in New York, 27–28 October 2004]."},
		{"", "apa", bare, "*On bees*. (n.d.)."},
	} {
		s, err := StyleNamed(test.style)
		if err != nil {
			t.Fatal(err)
		}
		if got := shown(s.Source(test.work)); got != test.want {
			t.Errorf("%s %s\n got %s\nwant %s", test.style, test.source, got, test.want)
		}
	}
}

func TestShort(t *testing.T) {
	for title, want := range map[string]string{
		"Swing Time": "Swing Time",
		"The Civil War on the Mississippi: Union Sailors, Gunboat Captains, and the Campaign to Control the River": "Civil War on the Mississippi",
		"Political Economy and the ‘Modern View’ as Reflected in the History of Economic Thought":                  "Political Economy",
		"Third Coordination Meeting on International Migration":                                                    "Third Coordination Meeting",
		"One Two Three Four Five Six": "One Two Three Four",
		"国际移徙":                        "国际移徙",
		"A":                           "A",
		"":                            "",
	} {
		if got := short(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}

func TestStyleNamed(t *testing.T) {
	if s, err := StyleNamed("APA"); err != nil || s.Name != "apa" {
		t.Errorf("APA: %v, %v", s.Name, err)
	}
	if _, err := StyleNamed("mla"); err == nil || err.Error() != `there is no style "mla": choose one of un, chicago, apa` {
		t.Errorf("mla: %v", err)
	}
}

func TestSorted(t *testing.T) {
	got := Sorted([]Work{volume, bare, paper})
	if got[0].ID != "p" || got[1].ID != "b" || got[2].ID != "v" {
		t.Errorf("got %s %s %s", got[0].ID, got[1].ID, got[2].ID)
	}
}
