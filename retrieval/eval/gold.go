package eval

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// maxLine bounds a line of a question file, in bytes. The longest gold question
// has about 1,300; the bound keeps a wrong file from filling memory.
const maxLine = 1 << 20

// A Question is one line of a question file.
type Question struct {
	ID      string   // names the question in reports; may be empty where Gold is nil
	Type    string   // what makes it hard: "fact", "followup", "typo", …; may be empty
	Text    string   // the question as asked, never blank
	History []string // earlier questions of the same person, oldest first
	Gold    *Gold    // what is known of its answer; nil: nothing
}

// Gold says what a right answer to a question rests on.
type Gold struct {
	Answerable bool     // the documents hold the answer
	Answer     string   // the answer in a person's words; for reading, never compared
	Any        bool     // one of the quotes is evidence enough; else it takes them all
	Quotes     []string // the evidence, word for word as printed; empty when not Answerable
}

//go:embed gold/dev.jsonl
var dev []byte

// Dev returns the built-in gold questions: 68 that the proceedings of the Third
// Coordination Meeting answer and 37 that they do not. Weights and thresholds
// may be chosen by them, so that they tell how a change works, and not how the
// bot does on questions nobody has seen.
func Dev() ([]Question, error) {
	questions, err := ReadQuestions(bytes.NewReader(dev))
	if err != nil {
		return nil, fmt.Errorf("reading the built-in gold questions: %w", err)
	}
	return questions, nil
}

// line is a question as the file spells it. Answerable is a pointer since its
// presence is what tells a gold question from a bare one.
type line struct {
	ID         string   `json:"id"`
	Type       string   `json:"type"`
	Question   string   `json:"question"`
	History    []string `json:"history"`
	Answerable *bool    `json:"answerable"`
	Answer     string   `json:"answer"`
	Any        bool     `json:"any"`
	Evidence   []struct {
		Quote string `json:"quote"`
	} `json:"evidence"`
}

// ReadQuestions reads one JSON object a line: gold questions, told by the field
// "answerable", and bare ones with "question" and perhaps "id" and "history".
// Other fields are ignored, as are blank lines. A gold question needs an id that
// no other gold question has, and evidence exactly when it is answerable. Errors
// name the line, counted from 1.
func ReadQuestions(r io.Reader) ([]Question, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxLine)
	var questions []Question
	lineOf := map[string]int{} // of each gold id
	n := 0
	for scanner.Scan() {
		n++
		text := scanner.Bytes()
		if n == 1 {
			text = bytes.TrimPrefix(text, []byte("\ufeff")) // some editors begin a file with it
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		q, err := parseLine(text)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if q.Gold != nil {
			if first, ok := lineOf[q.ID]; ok {
				return nil, fmt.Errorf("line %d: the id %q stands on line %d already: give each gold question its own", n, q.ID, first)
			}
			lineOf[q.ID] = n
		}
		questions = append(questions, q)
	}
	if err := scanner.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("line %d: longer than %d bytes: write one JSON object a line", n+1, maxLine)
	} else if err != nil {
		return nil, fmt.Errorf("after line %d: %w", n, err)
	}
	return questions, nil
}

// parseLine reads the question of one line and checks that it is whole.
func parseLine(text []byte) (Question, error) {
	if !utf8.Valid(text) {
		return Question{}, errors.New("not UTF-8: save the file as UTF-8")
	}
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return Question{}, fmt.Errorf("not a question in JSON: %w", err)
	}
	if strings.TrimSpace(l.Question) == "" {
		return Question{}, errors.New(`no "question", or a blank one`)
	}
	q := Question{ID: l.ID, Type: l.Type, Text: l.Question, History: l.History}
	if l.Answerable == nil {
		return q, nil
	}
	q.Gold = &Gold{Answerable: *l.Answerable, Answer: l.Answer, Any: l.Any}
	for _, e := range l.Evidence {
		if strings.TrimSpace(e.Quote) == "" {
			return Question{}, errors.New(`"evidence" with no "quote", or a blank one`)
		}
		q.Gold.Quotes = append(q.Gold.Quotes, e.Quote)
	}
	switch {
	case strings.TrimSpace(q.ID) == "":
		return Question{}, errors.New(`a gold question (it has "answerable") needs an "id"`)
	case q.Gold.Answerable && len(q.Gold.Quotes) == 0:
		return Question{}, errors.New(`"answerable" is true, but there is no "evidence"`)
	case !q.Gold.Answerable && len(q.Gold.Quotes) > 0:
		return Question{}, errors.New(`"answerable" is false, but there is "evidence"`)
	}
	return q, nil
}
