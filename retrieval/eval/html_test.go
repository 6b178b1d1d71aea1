package eval

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestHTML(t *testing.T) {
	questions, outcomes := exampleQuestions(), exampleOutcomes()
	questions[0].Text = `<script>alert("who?")</script>`
	questions[0].History = []string{"Who came?"}
	outcomes[0].Text, outcomes[0].Standalone = opened+" [1]", "Who came and opened?"
	r, err := Score(questions, outcomes, exampleSources)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := WriteHTML(&got, r, questions, outcomes, exampleSources); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(got.String(), "<script") {
		t.Error("a question became markup")
	}
	golden(t, "testdata/page.html", got.Bytes())
}

func TestHTMLRefuses(t *testing.T) {
	questions, outcomes := exampleQuestions(), exampleOutcomes()
	r, err := Score(questions, outcomes, exampleSources)
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteHTML(&bytes.Buffer{}, r, questions[1:], outcomes, exampleSources); err == nil || !strings.Contains(err.Error(), "5 questions") {
		t.Errorf("of other questions: error %v", err)
	}
	full := errors.New("no space left")
	if err := WriteHTML(failingWriter{full}, r, questions, outcomes, exampleSources); !errors.Is(err, full) {
		t.Errorf("a full disk: error %v", err)
	}
}

// failingWriter is a disk that is full.
type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }
