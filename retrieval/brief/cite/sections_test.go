package cite

import (
	"strings"
	"testing"
)

func TestSections(t *testing.T) {
	for _, test := range []struct{ headings, un, chicago, apa string }{
		{"2. Health|2.1 Care", "sect. 2.1", "sec. 2.1", "Section 2.1"},
		{"V. Rights|B. Health|(a) Care", "sect. V.B.a", "sec. V.B.a", "Section V.B.a"},
		{"PART TWO|CHAPTER IV|B. Health", "“PART TWO”|chap. IV|sect. B", "under “PART TWO”|chap. IV|sec. B", "PART TWO section|Chapter IV|Section B"},
		{"Part II. Work|Chapter 3 Health", "part II|chap. 3", "pt. II|chap. 3", "Part II|Chapter 3"},
		{"CHAPTER 1 -- INTRODUCTION|Appendix II: Concept", "chap. 1|appendix II", "chap. 1|app. II", "Chapter 1|Appendix II"},
		{"Annex: Recommendations|1. Health", "annex|sect. 1", "annex|sec. 1", "Annex|Section 1"},
		{"Appendix A – Tables", "appendix A", "app. A", "Appendix A"},
		{"Part of the answer|Annexation|Section 5 of the Act", "“Part of the answer”|“Annexation”|“Section 5 of the Act”",
			"under “Part of the answer”|under “Annexation”|under “Section 5 of the Act”", "Part of the answer section|Annexation section|Section 5 of the Act section"},
	} {
		headings := strings.Split(test.headings, "|")
		for _, got := range []struct {
			style, got, want string
		}{
			{"un", strings.Join(sections(headings, unPart, unHeading), "|"), test.un},
			{"chicago", strings.Join(sections(headings, chicagoPart, chicagoHeading), "|"), test.chicago},
			{"apa", strings.Join(sections(headings, capital, apaHeading), "|"), test.apa},
		} {
			if got.got != got.want {
				t.Errorf("%s %s:\n got %s\nwant %s", got.style, test.headings, got.got, got.want)
			}
		}
	}
}
