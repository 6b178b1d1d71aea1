package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadAsked(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []asked
		err        string // part of the error that ends the file; "": none
	}{
		{"nothing", "", nil, ""},
		{"blank lines", "\n \n", nil, ""},
		{"all fields", `{"id":"a","question":"Who?","history":["What?"],"else":{}}`, []asked{{"a", "Who?", []string{"What?"}, 1}}, ""},
		{"a question alone, after a byte order mark", "\ufeff{\"question\":\"Who?\"}", []asked{{Text: "Who?", Line: 1}}, ""},
		{"an empty question is one", "\n{\"question\":\"\"}\r\n", []asked{{Line: 2}}, ""},
		{"no question", `{"id":"a"}`, nil, `line 1: no "question"`},
		{"not JSON", "{\"question\":\"Who?\"}\nWho?", []asked{{Text: "Who?", Line: 1}}, "line 2: not a question in JSON"},
		{"of another type", `{"question":["Who?"]}`, nil, "line 1: not a question in JSON: \"question\" may not be of type array"},
		{"an id that is a number", `{"id":1,"question":"Who?"}`, nil, "line 1: not a question in JSON: \"id\" may not be of type number"},
		{"a number", `1`, nil, "line 1: not a question in JSON but of type number: write lines like {\"id\": "},
		{"not UTF-8", "{\"question\":\"caf\xe9\"}", nil, "line 1: not UTF-8"},
		{"too long", strings.Repeat("x", longestLine+1), nil, "line 1: longer than"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := collect(test.text)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			switch {
			case test.err == "" && err != nil:
				t.Errorf("error %v", err)
			case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
				t.Errorf("error %v, want one with %q", err, test.err)
			}
		})
	}
}

func FuzzReadAsked(f *testing.F) {
	f.Add("{\"question\":\"Who?\"}\n\n{\"id\":\"b\",\"question\":\"\",\"history\":[\"x\"]}")
	f.Add("\ufeff{}\n[")
	f.Fuzz(func(t *testing.T, text string) {
		questions, err := collect(text)
		lines := strings.Count(text, "\n") + 1
		for i, q := range questions {
			if q.Line < 1 || q.Line > lines || i > 0 && q.Line <= questions[i-1].Line {
				t.Errorf("question %d is on line %d of %d", i, q.Line, lines)
			}
		}
		if err != nil && !strings.Contains(err.Error(), "line ") {
			t.Errorf("error %q names no line", err)
		}
	})
}

func collect(text string) (all []asked, err error) {
	for q, err := range readAsked(strings.NewReader(text)) {
		if err != nil {
			return all, err
		}
		all = append(all, q)
	}
	return all, nil
}
