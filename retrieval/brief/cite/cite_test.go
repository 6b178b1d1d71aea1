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
	outerSpace = Work{Author: "United Nations", Title: "Report of the Third United Nations Conference on the Exploration and Peaceful Uses of Outer Space", MeetingPlace: "Vienna", MeetingDate: "19-30 July 1999", Publisher: "United Nations publication, Sales No. E.00.I.3"}
	ageing     = Work{Author: "United Nations", Title: "Report of the Second World Assembly on Ageing", MeetingPlace: "Madrid", MeetingDate: "8-12 April 2002", Publisher: "United Nations publication, Sales No. E.02.IV.4"}
	records    = Work{Author: "United Nations", Title: "Official Records of the General Assembly, Fifty-seventh Session, Supplement No. 20", Publisher: "A/57/20"}
	council    = Work{Author: "United Nations", Title: "Official Records of the Economic and Social Council, 1994, Supplement No. 7", Publisher: "E/1994/27"}

	swingTime = Work{Author: "Zadie Smith", Short: "Smith", Title: "Swing Time", City: "New York", Publisher: "Penguin Press", Year: "2016"}
	poverty   = Work{Author: "Samuel A. Morley", Short: "Morley", Title: "Poverty and Inequality in Latin America: The Impact of Adjustment and Recovery", City: "Baltimore", Publisher: "Johns Hopkins University Press", Year: "1995"}
	battle    = Work{Author: "Brendan Phibbs", Short: "Phibbs", Title: "Herrlisheim: Diary of a Battle", In: &Work{Title: "The Other Side of Time: A Combat Surgeon in World War II", City: "Boston", Publisher: "Little, Brown", Year: "1987"}}

	institute = Work{Author: "National Institute of Mental Health", Short: "NIMH", Title: "Title", Year: "2020"}

	volume  = Work{ID: "v", Author: "United Nations, Department of Economic and Social Affairs, Population Division", Short: "United Nations", Title: "Third Coordination Meeting on International Migration", MeetingPlace: "New York", MeetingDate: "27–28 October 2004", Language: "en"}
	paper   = Work{ID: "p", Author: "Division for the Advancement of Women, DESA, United Nations", Short: "Division for the Advancement of Women", Title: "Women and International Migration", In: &volume, Language: "en"}
	bare    = Work{ID: "b", Title: "On bees"}
	inBare  = Work{ID: "i", Title: "Their honey", In: &bare}
	asking  = Work{Author: "A body", Title: "Who asks?", In: &Work{Title: "Why not?", Author: "B."}}
	section = Locator{Sections: []string{"Report of the Meeting", "V. Aspects", "Key issues"}, Page: "scan p. 9", Paragraph: "tenth paragraph"}
)

// What a guide prints beside its examples, and a Work has no field for, is left out
// of them: addresses.
func TestReference(t *testing.T) {
	for _, test := range []struct {
		source string // where the example is published; "": ours
		style  string
		work   Work
		at     Locator
		first  bool
		want   string
	}{
		{"United Nations document A/AC.105/799 (2002), note 1", "un", outerSpace, Locator{Sections: []string{"Chapter I", "Resolution 1", "Annex"}, Paragraph: "para. 32 (b)"}, true,
			"*Report of the Third United Nations Conference on the Exploration and Peaceful Uses of Outer Space*, Vienna, 19-30 July 1999 (United Nations publication, Sales No. E.00.I.3), chap. I, resolution 1, annex, para. 32 (b)."},
		{"the same, note 4", "un", records, Locator{Paragraph: "para. 54"}, true,
			"*Official Records of the General Assembly, Fifty-seventh Session, Supplement No. 20* (A/57/20), para. 54."},
		{"United Nations document E/CN.6/1995/2 (1995), note 1", "un", council, Locator{Sections: []string{"Chapter I", "C. Matters"}}, true,
			"*Official Records of the Economic and Social Council, 1994, Supplement No. 7* (E/1994/27), chap. I, sect. C."},
		{"United Nations document A/C.3/65/L.8/Rev.1 (2010), note 1", "un", ageing, Locator{Sections: []string{"Chapter I", "Resolution 1", "Annex I"}}, true,
			"*Report of the Second World Assembly on Ageing*, Madrid, 8-12 April 2002 (United Nations publication, Sales No. E.02.IV.4), chap. I, resolution 1, annex I."},
		{"", "un", volume, section, true, "*Third Coordination Meeting on International Migration*, New York, 27–28 October 2004, “Report of the Meeting”, sect. V, “Key issues”, tenth paragraph, scan p. 9."},
		{"", "un", volume, section, false, "*Third Coordination Meeting*, “Report of the Meeting”, sect. V, “Key issues”, tenth paragraph, scan p. 9."},
		{"", "un", paper, Locator{Sections: []string{"B. Health", "1. Care"}, Page: "p. 37", Paragraph: "para. 12"}, true,
			"Division for the Advancement of Women, DESA, United Nations, “Women and International Migration”, in *Third Coordination Meeting on International Migration*, New York, 27–28 October 2004, sect. B.1, para. 12, p. 37."},
		{"", "un", paper, Locator{Page: "p. 37"}, false, "Division for the Advancement of Women, “Women and International Migration”, p. 37."},
		{"", "un", bare, Locator{Paragraph: "first paragraph"}, true, "*On bees*, first paragraph."},
		{"", "un", inBare, Locator{}, true, "“Their honey”, in *On bees*."},
		{"", "un", asking, Locator{Sections: []string{"The “asymmetry” of migration"}}, true, "A body, “Who asks?”, in *Why not?*, “The ‘asymmetry’ of migration”."},

		{"Chicago-Style Citation Quick Guide, notes and bibliography, 17th ed., Book", "chicago", swingTime, Locator{Page: "pp. 315–16"}, true,
			"Zadie Smith, *Swing Time* (New York: Penguin Press, 2016), 315–16."},
		{"the same", "chicago", swingTime, Locator{Page: "p. 320"}, false, "Smith, *Swing Time*, 320."},
		{"the same, E-book", "chicago", Work{Author: "Jane Austen", Short: "Austen", Title: "Pride and Prejudice"}, Locator{Sections: []string{"Chapter 14"}}, false, "Austen, *Pride and Prejudice*, chap. 14."},
		{"The Chicago Manual of Style, 17th ed., 14.30", "chicago", poverty, Locator{Page: "pp. 24–25"}, true,
			"Samuel A. Morley, *Poverty and Inequality in Latin America: The Impact of Adjustment and Recovery* (Baltimore: Johns Hopkins University Press, 1995), 24–25."},
		{"the same", "chicago", poverty, Locator{Page: "p. 43"}, false, "Morley, *Poverty and Inequality*, 43."},
		{"the same", "chicago", Work{Author: "Ernest Kaiser", Short: "Kaiser", Title: "The Literature of Harlem", In: &Work{Title: "Harlem: A Community in Transition"}}, Locator{Page: "pp. 189, 140"}, false, "Kaiser, “Literature of Harlem,” 189, 140."},
		{"the same, 14.106", "chicago", battle, Locator{Page: "pp. 117–63"}, true,
			"Brendan Phibbs, “Herrlisheim: Diary of a Battle,” in *The Other Side of Time: A Combat Surgeon in World War II* (Boston: Little, Brown, 1987), 117–63."},
		{"The Chicago Manual of Style Online, Q&A, Documentation, on 14.160", "chicago", Work{Author: "Matthew Shindell", Short: "Shindell", Title: "Mars"}, Locator{Sections: []string{"Chapter 5", "Mars after Detente"}}, false,
			"Shindell, *Mars*, chap. 5, under “Mars after Detente.”"},
		{"biblatex-chicago, cms-notes-sample, note 286", "chicago", Work{Author: "Eleanor Roosevelt", Short: "Roosevelt", Title: "Is America Facing World Leadership?", In: &bare}, Locator{}, false,
			"Roosevelt, “Is America Facing World Leadership?”"},
		{"", "chicago", volume, section, true, "United Nations, Department of Economic and Social Affairs, Population Division, *Third Coordination Meeting on International Migration*, meeting held in New York, 27–28 October 2004, under “Report of the Meeting,” sec. V, under “Key issues,” scan p. 9, tenth paragraph."},
		{"", "chicago", paper, Locator{Page: "p. 37", Paragraph: "para. 12"}, true,
			"Division for the Advancement of Women, DESA, United Nations, “Women and International Migration,” in *Third Coordination Meeting on International Migration*, by United Nations, Department of Economic and Social Affairs, Population Division, meeting held in New York, 27–28 October 2004, 37, para. 12."},
		{"", "chicago", paper, Locator{Sections: []string{"B. Health"}, Page: "p. 37"}, false, "Division for the Advancement of Women, “Women and International Migration,” sec. B, p. 37."},
		{"", "chicago", inBare, Locator{}, false, "“Their honey.”"},
		{"", "chicago", bare, Locator{Sections: []string{"Wax"}}, true, "*On bees*, under “Wax.”"},
		{"", "chicago", asking, Locator{Sections: []string{"Who answers?"}, Page: "p. 3"}, false, "A body, “Who asks?,” under “Who answers?,” p. 3."},

		{"Publication Manual, 7th ed., 8.13", "apa", Work{Author: "Centers for Disease Control and Prevention", Title: "x", Year: "2019"}, Locator{Page: "p. 10"}, true, "(Centers for Disease Control and Prevention, 2019, p. 10)"},
		{"the same", "apa", Work{Author: "Shimamura", Title: "x", Year: "2017"}, Locator{Sections: []string{"Chapter 3"}}, true, "(Shimamura, 2017, Chapter 3)"},
		{"the same", "apa", Work{Author: "Armstrong", Title: "x", Year: "2015"}, Locator{Page: "pp. 3–17"}, true, "(Armstrong, 2015, pp. 3–17)"},
		{"the same", "apa", Work{Author: "Shadid", Title: "x", Year: "2020"}, Locator{Paragraph: "paras. 2–3"}, true, "(Shadid, 2020, paras. 2–3)"},
		{"the same", "apa", Work{Author: "Aristotle", Title: "x", Year: "ca. 350 B.C.E./1994"}, Locator{Sections: []string{"Part IV"}}, true, "(Aristotle, ca. 350 B.C.E./1994, Part IV)"},
		{"the same, 8.14", "apa", Work{Title: "Interpersonal Skills", Year: "2019"}, Locator{}, true, "(*Interpersonal Skills*, 2019)"},
		{"the same", "apa", Work{Title: "Understanding Sensory Memory", In: &Work{Title: "x", Year: "2018"}}, Locator{}, true, "(“Understanding Sensory Memory,” 2018)"},
		{"the same, table 8.1", "apa", institute, Locator{}, true, "(National Institute of Mental Health [NIMH], 2020)"},
		{"the same", "apa", institute, Locator{}, false, "(NIMH, 2020)"},
		{"the same", "apa", Work{Author: "Stanford University", Title: "x", Year: "2020"}, Locator{}, false, "(Stanford University, 2020)"},
		{"the same, 8.19", "apa", Work{Author: "Judge & Kammeyer-Mueller", Title: "x", Year: "2012", Letter: "b"}, Locator{}, true, "(Judge & Kammeyer-Mueller, 2012b)"},
		{"the same", "apa", Work{Author: "Sifuentes", Title: "x", Letter: "a"}, Locator{}, true, "(Sifuentes, n.d.-a)"},
		{"Publication Manual, 6th ed., 6.05", "apa", Work{Author: "Beutler", Title: "x", Year: "2000"}, Locator{Sections: []string{"Conclusion"}, Paragraph: "para. 1"}, true, "(Beutler, 2000, Conclusion section, para. 1)"},
		{"", "apa", paper, Locator{Page: "scan p. 17", Paragraph: "third paragraph"}, true, "(Division for the Advancement of Women, DESA, United Nations [Division for the Advancement of Women], n.d., scan p. 17, third paragraph)"},
		{"", "apa", volume, section, false, "(United Nations, n.d., Report of the Meeting section, Section V, Key issues section, scan p. 9, tenth paragraph)"},
		{"", "apa", bare, Locator{Sections: []string{"IV. Wax", "How the Bees Make It and How They Use It"}}, true, "(*On bees*, n.d., Section IV, “How the Bees Make” section)"},
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
		{"United Nations Editorial Manual Online, Footnotes and other references, X.A", "un",
			Work{Author: "Milanovic, Branko", Title: "Worlds Apart: Measuring International and Global Inequality", City: "Princeton, New Jersey", Publisher: "Princeton University Press", Year: "2005"},
			"Milanovic, Branko (2005). *Worlds Apart: Measuring International and Global Inequality*. Princeton, New Jersey: Princeton University Press."},
		{"", "un", ageing, "United Nations. *Report of the Second World Assembly on Ageing*, Madrid, 8-12 April 2002. United Nations publication, Sales No. E.02.IV.4."},
		{"", "un", paper, "Division for the Advancement of Women, DESA, United Nations. Women and International Migration. In *Third Coordination Meeting on International Migration*, New York, 27–28 October 2004."},
		{"", "un", bare, "*On bees*."},
		{"", "un", asking, "A body. Who asks? In *Why not?*"},
		{"", "un", Work{Title: "Honey", Year: "2001"}, "*Honey* (2001)."},

		{"Chicago-Style Citation Quick Guide, notes and bibliography, 17th ed., Book", "chicago", Work{Author: "Smith, Zadie", Title: "Swing Time", City: "New York", Publisher: "Penguin Press", Year: "2016"}, "Smith, Zadie. *Swing Time*. New York: Penguin Press, 2016."},
		{"Turabian, A Manual for Writers, 7th ed., Publications of international bodies", "chicago",
			Work{Author: "General Agreement on Tariffs and Trade", Title: "The Results of the Uruguay Round of Multilateral Trade Negotiations: The Legal Texts", City: "Geneva", Publisher: "GATT Secretariat", Year: "1994"},
			"General Agreement on Tariffs and Trade. *The Results of the Uruguay Round of Multilateral Trade Negotiations: The Legal Texts*. Geneva: GATT Secretariat, 1994."},
		{"", "chicago", paper, "Division for the Advancement of Women, DESA, United Nations. “Women and International Migration.” In *Third Coordination Meeting on International Migration*, by United Nations, Department of Economic and Social Affairs, Population Division. Meeting held in New York, 27–28 October 2004."},
		{"", "chicago", bare, "*On bees*."},
		{"", "chicago", asking, "A body. “Who asks?” In *Why not?*, by B."},

		{"apastyle.apa.org, Book/Ebook References", "apa", Work{Author: "Sapolsky, R. M.", Title: "Behave: The biology of humans at our best and worst", Publisher: "Penguin Books", Year: "2017"}, "Sapolsky, R. M. (2017). *Behave: The biology of humans at our best and worst*. Penguin Books."},
		{"Publication Manual, 7th ed., 10.2, example 21", "apa", Work{Author: "Burgess, R.", Title: "Rethinking global health: Frameworks of power", Publisher: "Routledge", Year: "2019"}, "Burgess, R. (2019). *Rethinking global health: Frameworks of power*. Routledge."},
		{"the same, 10.3, example 49", "apa", Work{Title: "List of oldest companies", In: &Work{Title: "Wikipedia", Year: "2019, January 13"}}, "List of oldest companies. (2019, January 13). In *Wikipedia*."},
		{"the same, 10.4, example 53", "apa", Work{Author: "British Cardiovascular Society Working Group", Title: "British Cardiovascular Society Working Group report: Out-of-hours cardiovascular care: Management of cardiac emergencies and hospital in-patients", Publisher: "British Cardiovascular Society", Year: "2016"},
			"British Cardiovascular Society Working Group. (2016). *British Cardiovascular Society Working Group report: Out-of-hours cardiovascular care: Management of cardiac emergencies and hospital in-patients*. British Cardiovascular Society."},
		{"the same, example 54", "apa", Work{Author: "U.S. Securities and Exchange Commission", Title: "Agency financial report: Fiscal year 2017", Publisher: "U.S. Securities and Exchange Commission", Year: "2017"},
			"U.S. Securities and Exchange Commission. (2017). *Agency financial report: Fiscal year 2017*."},
		{"apastyle.apa.org, Webpage on a Website References", "apa", Work{Author: "National Aeronautics and Space Administration", Title: "Climate change: How do we know?"}, "National Aeronautics and Space Administration. (n.d.). *Climate change: How do we know?*"},
		{"", "apa", volume, "United Nations, Department of Economic and Social Affairs, Population Division. (n.d.). *Third Coordination Meeting on International Migration* [Meeting held in New York, 27–28 October 2004]."},
		{"", "apa", paper, "Division for the Advancement of Women, DESA, United Nations. (n.d.). Women and International Migration. In United Nations, Department of Economic and Social Affairs, Population Division, *Third Coordination Meeting on International Migration* [Meeting held in New York, 27–28 October 2004]."},
		{"", "apa", bare, "*On bees*. (n.d.)."},
		{"", "apa", asking, "A body. (n.d.). Who asks? In B., *Why not?*"},
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

func TestApart(t *testing.T) {
	in := []Work{
		{ID: "1", Author: "Board, North", Short: "Board", Title: "A"},
		{ID: "2", Author: "Board, North", Short: "Board", Title: "B"},
		{ID: "3", Author: "Board, North", Short: "Board", Title: "C", Year: "2012"},
		{ID: "4", Author: "Board, South", Short: "Board", Title: "D"},
		{ID: "5", Author: "Office, North", Short: "Office", Title: "E"},
		{ID: "6", Author: "Office, North", Short: "Office", Title: "F", In: &Work{Year: "2012"}},
		{ID: "7", Title: "G"},
		{ID: "8", Title: "H"},
	}
	apa, _ := StyleNamed("apa")
	want := []string{
		"(Board, North, n.d.-a)", "(Board, North, n.d.-b)", "(Board, North, 2012)", "(Board, South, n.d.)",
		"(Office, n.d.)", "(Office, 2012)", "(*G*, n.d.)", "(*H*, n.d.)",
	}
	for i, w := range Apart(in) {
		if got := shown(apa.Reference(w, Locator{}, false)); got != want[i] {
			t.Errorf("%s: got %s, want %s", w.ID, got, want[i])
		}
	}
	if in[0].Letter != "" {
		t.Error("the works given are changed")
	}
	many := make([]Work, 28)
	for i := range many {
		many[i].Author = "Board"
	}
	if many = Apart(many); many[25].Letter != "z" || many[26].Letter != "aa" || many[27].Letter != "bb" {
		t.Errorf("%q %q %q", many[25].Letter, many[26].Letter, many[27].Letter)
	}
}
