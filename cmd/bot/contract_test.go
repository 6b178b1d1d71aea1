package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/rogpeppe/go-internal/testscript"

	"rapporteur/corpus/proceedings"
)

// The objects of the contract, written down a second time: the program's own
// types would agree with themselves whatever they were.
type (
	wantPlace struct {
		Passage   string   `json:"passage"`
		Document  string   `json:"document"`
		Section   []string `json:"section"`
		Page      *int     `json:"page"`
		PageLabel string   `json:"page_label"`
		Paragraph int      `json:"paragraph"`
		Start     int      `json:"start"`
		End       int      `json:"end"`
		Printed   string   `json:"printed"`
	}
	wantAnswer struct {
		ID         string  `json:"id"`
		Question   string  `json:"question"`
		Standalone string  `json:"standalone"`
		Answered   bool    `json:"answered"`
		Confidence float64 `json:"confidence"`
		Text       string  `json:"text"`
		Citations  []struct {
			wantPlace
			N     int    `json:"n"`
			Title string `json:"title"`
			Quote string `json:"quote"`
		} `json:"citations"`
		Hits []struct {
			Passage string  `json:"passage"`
			Start   int     `json:"start"`
			End     int     `json:"end"`
			Score   float64 `json:"score"`
		} `json:"hits"`
		Millis float64 `json:"ms"`
	}
	wantPassage struct {
		wantPlace
		Text string `json:"text"`
	}
)

// The keys that each object has, no more and no fewer.
var (
	placeKeys    = []string{"passage", "document", "section", "page", "page_label", "paragraph", "start", "end", "printed"}
	answerKeys   = []string{"id", "question", "standalone", "answered", "confidence", "text", "citations", "hits", "ms"}
	citationKeys = append([]string{"n", "title", "quote"}, placeKeys...)
	hitKeys      = []string{"passage", "start", "end", "score"}
	passageKeys  = append([]string{"text"}, placeKeys...)
)

// checkAnswers holds a file of answers against the contract: answers FILE N
// [FOLDER], where N is how many there must be and FOLDER holds the documents
// that were asked; without it they are the built-in proceedings.
func checkAnswers(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: answers FILE N [FOLDER]")
	}
	lines := jsonLines(ts, args[0])
	if n := number(ts, args[1]); len(lines) != n {
		ts.Fatalf("%d answers, want %d", len(lines), n)
	}
	source := sourceIn(ts, args[2:])
	for i, line := range lines {
		if err := checkAnswer(line, source); err != nil {
			ts.Fatalf("answer %d: %v\n%s", i+1, err, line)
		}
	}
}

func checkAnswer(line []byte, source func(string) []byte) error {
	var a wantAnswer
	if err := strict(line, &a); err != nil {
		return err
	}
	if err := checkKeys(line); err != nil {
		return err
	}
	switch {
	case !(a.Confidence >= 0 && a.Confidence <= 1):
		return fmt.Errorf("confidence %v", a.Confidence)
	case a.Text == "", a.Millis < 0:
		return errors.New("no text, or a negative time")
	case len(a.Hits) > 10:
		return fmt.Errorf("%d hits", len(a.Hits))
	case a.Answered && len(a.Citations) == 0:
		return errors.New("answered without a citation")
	}
	for i, c := range a.Citations {
		if err := checkPlace(c.wantPlace, source); err != nil {
			return fmt.Errorf("citation %d: %w", i+1, err)
		}
		switch mark := fmt.Sprintf("[%d]", i+1); {
		case c.N != i+1 || !strings.Contains(a.Text, mark):
			return fmt.Errorf("citation %d is numbered %d, or its mark is not in the text", i+1, c.N)
		case c.Title == "":
			return fmt.Errorf("citation %d has no title", c.N)
		case !sameWords(c.Quote, c.Printed):
			return fmt.Errorf("citation %d quotes other words than it prints:\n%s\n%s", c.N, c.Quote, c.Printed)
		}
	}
	for i, h := range a.Hits {
		if h.Passage == "" || h.Start >= h.End {
			return fmt.Errorf("hit %d has no name or no words", i+1)
		}
		if i > 0 && h.Score > a.Hits[i-1].Score {
			return fmt.Errorf("hit %d is better than the one before", i+1)
		}
	}
	return nil
}

// checkPassages holds a file of passages against the contract: passages FILE N
// [FOLDER], as with answers, but that N may be "many", for a document whose
// cutting is tested elsewhere. They must stand in order and may not overlap.
func checkPassages(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: passages FILE N [FOLDER]")
	}
	lines := jsonLines(ts, args[0])
	if args[1] == "many" {
		if len(lines) < 20 {
			ts.Fatalf("only %d passages", len(lines))
		}
	} else if n := number(ts, args[1]); len(lines) != n {
		ts.Fatalf("%d passages, want %d", len(lines), n)
	}
	source := sourceIn(ts, args[2:])
	end := map[string]int{}
	for i, line := range lines {
		var p wantPassage
		err := strict(line, &p)
		if err == nil {
			err = hasKeys(line, passageKeys)
		}
		if err == nil {
			err = checkPlace(p.wantPlace, source)
		}
		if err == nil && (p.Start < end[p.Document] || !sameWords(p.Text, p.Printed)) {
			err = errors.New("it begins before the last one ends, or its text is not what it prints")
		}
		if err != nil {
			ts.Fatalf("passage %d: %v\n%s", i+1, err, line)
		}
		end[p.Document] = p.End
	}
}

// checkPlace checks that the words printed are those of the source.
func checkPlace(p wantPlace, source func(string) []byte) error {
	src := source(p.Document)
	switch {
	case p.Passage == "" || p.Section == nil || p.Paragraph < 1:
		return errors.New("it has no name, no section or no paragraph")
	case p.Page != nil && *p.Page < 1:
		return fmt.Errorf("page %d", *p.Page)
	case p.Start < 0 || p.Start >= p.End || p.End > len(src):
		return fmt.Errorf("bytes %d to %d of %q, which has %d", p.Start, p.End, p.Document, len(src))
	case p.Printed != string(src[p.Start:p.End]):
		return fmt.Errorf("printed is not what stands at bytes %d to %d", p.Start, p.End)
	}
	return nil
}

// sameWords reports whether two texts have the same letters but for those that
// a scan may have misread: nine in ten, counted as pairs of neighbours.
func sameWords(a, b string) bool {
	pairs := func(s string) map[string]int {
		letters := strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, s)
		out := map[string]int{}
		for i := range max(0, len(letters)-1) {
			out[letters[i:i+2]]++
		}
		return out
	}
	inA, inB := pairs(a), pairs(b)
	shared, all := 0, 0
	for pair := range maps.Keys(merged(inA, inB)) {
		shared += min(inA[pair], inB[pair])
		all += max(inA[pair], inB[pair])
	}
	return 10*shared >= 9*all
}

func merged(a, b map[string]int) map[string]int {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// checkKeys checks the keys of an answer and of all that is in it.
func checkKeys(line []byte) error {
	if err := hasKeys(line, answerKeys); err != nil {
		return err
	}
	var parts struct{ Citations, Hits []json.RawMessage }
	if err := json.Unmarshal(line, &parts); err != nil {
		return err
	}
	if parts.Citations == nil || parts.Hits == nil {
		return errors.New("citations or hits are null")
	}
	for _, c := range parts.Citations {
		if err := hasKeys(c, citationKeys); err != nil {
			return err
		}
	}
	for _, h := range parts.Hits {
		if err := hasKeys(h, hitKeys); err != nil {
			return err
		}
	}
	return nil
}

func hasKeys(object []byte, keys []string) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(object, &fields); err != nil {
		return err
	}
	got, want := slices.Sorted(maps.Keys(fields)), slices.Sorted(slices.Values(keys))
	if !slices.Equal(got, want) {
		return fmt.Errorf("the keys are %v, want %v", got, want)
	}
	return nil
}

// strict decodes one object that has no field unknown to v.
func strict(line []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows the object")
	}
	return nil
}

func jsonLines(ts *testscript.TestScript, file string) [][]byte {
	text := strings.TrimSuffix(ts.ReadFile(file), "\n")
	var lines [][]byte
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, []byte(line))
	}
	return lines
}

// sourceIn returns what reads a document by its path: in the folder that args
// name, or the one that is built in.
func sourceIn(ts *testscript.TestScript, args []string) func(string) []byte {
	return func(document string) []byte {
		if len(args) == 0 {
			if document != proceedings.File {
				ts.Fatalf("a document %q was not asked", document)
			}
			return proceedings.Source()
		}
		data, err := os.ReadFile(filepath.Join(ts.MkAbs(args[0]), filepath.FromSlash(document)))
		ts.Check(err)
		return data
	}
}

func number(ts *testscript.TestScript, text string) int {
	n, err := strconv.Atoi(text)
	ts.Check(err)
	return n
}
