package corpus_test

import (
	"strings"
	"testing"
)

func TestTitle(t *testing.T) {
	const text = "\n\nThe session was opened by the Chair, who welcomed all of those present to it.\n"
	contents := "Contents\n\nI. Opening ........ 1\n\nII. Matters ....... 2\n\nIII. Closure ...... 3\n\nI. Opening" + text
	for _, test := range []struct{ name, src, want string }{
		{"a masthead", "UNITED NATIONS\nPOPULATION DIVISION\n\nTHIRD MEETING ON MIGRATION\n\nEXECUTIVE SUMMARY" + text, "Third Meeting on Migration"},
		{"behind a preface", "PREFACE" + text + text + "\fUNITED NATIONS\n\nTHIRD MEETING\n\nSUMMARY" + text + text, "Third Meeting"},
		{"a title page that goes on", "COMITÉ DE DÉMOLITION\n\nPROCÈS-VERBAL\n\nSéance tenue le 20 juin" + text, "Comité de Démolition, Procès-Verbal"},
		{"a letterhead far inside", strings.Repeat("The meeting said a few words.\n\n", 200) + "EXAMPLE TWO\n\nA LETTER\n\nDear Sir.\n", "a"},
		{"a first line", "Minutes of the board" + text, "Minutes of the board"},
		{"a first line that says too little", "Proposed rules" + text, "a"},
		{"above the contents", "The Body\n\nReport of the Body on its fortieth session\n\n" + contents, "Report of the Body on its fortieth session"},
		{"a sentence above the contents", "The Body met, and this is its report.\n\n" + contents, "a"},
		{"a table's row above the contents", "| A body | A/1 | 2014 |\n\n" + contents, "a"},
	} {
		if got := read(t, "a.txt", test.src).Card.Title; got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	if got := read(t, "minutes\n\x1b[1m.txt", "Some words of text.").Card.Title; got != "minutes  [1m" {
		t.Errorf("a hostile file name: %q", got)
	}
}
