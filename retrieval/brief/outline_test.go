package brief_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/brief"
)

func TestOutline(t *testing.T) {
	heading := func(level int, title, query string) brief.Heading {
		return brief.Heading{Level: level, Title: title, Query: query}
	}
	for name, test := range map[string]struct {
		outline, title string
		want           []brief.Heading
	}{
		"Markdown": {
			"# My paper\n\n## Money\n- What are remittances worth?\n- their use\n\n## People ##\n1. who came\n",
			"My paper",
			[]brief.Heading{
				heading(1, "Money", ""), heading(2, "What are remittances worth?", "What are remittances worth?"), heading(2, "Their use", "their use"),
				heading(1, "People", ""), heading(2, "Who came", "who came"),
			},
		},
		"headings alone are looked up": {
			"# Money\n# People\n## Women\n## Children\n", "",
			[]brief.Heading{heading(1, "Money", "Money"), heading(1, "People", ""), heading(2, "Women", "Women"), heading(2, "Children", "Children")},
		},
		"plain text": {
			"\ufeffMoney\n  remittances\n  taxes\n\nPeople\n• women\n(a) children\n", "",
			[]brief.Heading{
				heading(1, "Money", ""), heading(2, "Remittances", "remittances"), heading(2, "Taxes", "taxes"),
				heading(1, "People", ""), heading(2, "Women", "women"), heading(2, "Children", "children"),
			},
		},
		"lines alone": {
			"remittances\n\nWho came?\n---\n", "",
			[]brief.Heading{heading(1, "Remittances", "remittances"), heading(1, "Who came?", "Who came?")},
		},
		"one heading": {"# Remittances", "", []brief.Heading{heading(1, "Remittances", "Remittances")}},
		"no depth beyond two": {
			"# A\n# B\n## C\n### D\n#### E\nwho?\n", "",
			[]brief.Heading{heading(1, "A", "A"), heading(1, "B", ""), heading(2, "C", ""), heading(2, "D", ""), heading(2, "E", ""), heading(2, "Who?", "who?")},
		},
		"Windows": {"# A\r\n- b\r\n# C\r\n", "", []brief.Heading{heading(1, "A", ""), heading(2, "B", "b"), heading(1, "C", "C")}},
	} {
		got, err := brief.Outline(strings.NewReader(test.outline))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got.Title != test.title {
			t.Errorf("%s: title %q, want %q", name, got.Title, test.title)
		}
		if diff := cmp.Diff(test.want, got.Headings, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestOutlineRefused(t *testing.T) {
	for name, outline := range map[string]string{
		"empty":     "",
		"marks":     "# \n---\n***\n",
		"not UTF-8": "caf\xe9",
		"too long":  strings.Repeat("remittances and their use\n", 50_000),
		"too many":  strings.Repeat("- remittances\n", brief.MostHeadings+1),
	} {
		var refused answer.QuestionError
		if _, err := brief.Outline(strings.NewReader(outline)); !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever is read, each heading has a title and a level, and something is looked
// up.
func FuzzOutline(f *testing.F) {
	f.Add("# My paper\n## Money\n- What are remittances worth?\n\n## People\n")
	f.Add("Money\n  taxes\n")
	f.Fuzz(func(t *testing.T, outline string) {
		r, err := brief.Outline(strings.NewReader(outline))
		if err != nil {
			return
		}
		queries := 0
		for _, h := range r.Headings {
			if strings.TrimSpace(h.Title) == "" || h.Level < 1 || h.Level > 2 || !utf8.ValidString(h.Title) || strings.Contains(h.Title, "\n") {
				t.Fatalf("%q gives %+v", outline, h)
			}
			if h.Query != "" {
				queries++
			}
		}
		if queries == 0 {
			t.Fatalf("%q gives nothing to look up: %+v", outline, r)
		}
	})
}
