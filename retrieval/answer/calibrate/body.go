package main

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"strings"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/eval"
)

//go:embed questions/*.jsonl
var questionFiles embed.FS

// A body is documents and questions about them.
type body struct {
	name      string
	documents []*corpus.Document
	questions []eval.Question
}

// readBodies reads the documents in folder and the questions about them.
func readBodies(folder string) ([]body, error) {
	questions, err := eval.Dev()
	if err != nil {
		return nil, err
	}
	builtin := retrieval.Builtin()
	d, err := corpus.Read(builtin.Card, builtin.Bytes, e5.Words())
	if err != nil {
		return nil, err
	}
	short, err := readQuestions("proceedings")
	if err != nil {
		return nil, err
	}
	bodies := []body{{"proceedings", []*corpus.Document{d}, append(questions, short...)}}
	for _, b := range []struct {
		name  string
		files []string
	}{
		{"sbi-40", []string{"06_unfccc_sbi_2014_8_report.txt"}},
		{"speeches-2004", []string{
			"ungdc_session59_2004/KEN_59_2004.txt", "ungdc_session59_2004/NOR_59_2004.txt", "ungdc_session59_2004/NZL_59_2004.txt",
			"ungdc_session59_2004/PHL_59_2004.txt", "ungdc_session59_2004/TUV_59_2004.txt",
		}},
	} {
		next, err := readBody(folder, b.name, b.files)
		if err != nil {
			return nil, err
		}
		bodies = append(bodies, next)
	}
	return bodies, nil
}

func readBody(folder, name string, files []string) (body, error) {
	b := body{name: name}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(file)))
		if err != nil {
			return b, fmt.Errorf("reading a document that questions are about: %w", err)
		}
		id := strings.TrimSuffix(path.Base(file), path.Ext(file))
		d, err := corpus.Read(corpus.Card{ID: id, File: file}, text, e5.Words())
		if err != nil {
			return b, err
		}
		b.documents = append(b.documents, d)
	}
	var err error
	b.questions, err = readQuestions(name)
	return b, err
}

// readQuestions reads the questions of that name which lie here.
func readQuestions(name string) ([]eval.Question, error) {
	data, err := questionFiles.ReadFile("questions/" + name + ".jsonl")
	if err != nil {
		return nil, err
	}
	questions, err := eval.ReadQuestions(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("questions/%s.jsonl: %w", name, err)
	}
	return questions, nil
}

// An example is the evidence for a question and whether it is answered.
type example struct {
	body       string
	id         string
	answerable bool
	leftOut    bool // what answers the question was left out
	evidence   map[string]answer.Evidence
}

// measure asks every question, and those that are answered once more without the
// passages that answer them.
func (b body) measure(ctx context.Context) ([]example, error) {
	x, err := retrieval.Build(ctx, b.documents, e5.New(), nil)
	if err != nil {
		return nil, err
	}
	var examples []example
	for _, q := range b.questions {
		e, err := b.ask(ctx, x, q, nil)
		if err != nil {
			return nil, err
		}
		e.answerable = q.Gold.Answerable
		examples = append(examples, e)
		if !q.Gold.Answerable {
			continue
		}
		e, err = b.ask(ctx, x, q, func(p corpus.Passage) bool { return !touches(p, x.Source(p.Doc.File), q.Gold.Quotes) })
		if err != nil {
			return nil, err
		}
		e.leftOut = true
		examples = append(examples, e)
	}
	return examples, nil
}

// ask gathers the evidence for q as in answering it, by tokens and as if the
// index had none.
func (b body) ask(ctx context.Context, x *retrieval.Index, q eval.Question, only func(corpus.Passage) bool) (example, error) {
	answerer := answer.New(slog.New(slog.DiscardHandler), x, answer.DefaultThreshold)
	a, err := answerer.Ask(ctx, answer.Question{Text: q.Text, History: q.History, Only: only})
	if err != nil {
		return example{}, fmt.Errorf("question %q: %w", q.ID, err)
	}
	e := example{body: b.name, id: q.ID, evidence: map[string]answer.Evidence{answer.ByTokens: answer.Gather(x, a.Standalone, a.Hits)}}
	for i := range a.Hits {
		a.Hits[i].Query = nil
	}
	e.evidence[answer.ByWords] = answer.Gather(x, a.Standalone, a.Hits)
	return e, nil
}

// touches reports whether p, a passage of source, holds half of a quote or more
// in one piece: a quote that straddles two passages is in both.
func touches(p corpus.Passage, source []byte, quotes []string) bool {
	text := folded(string(source[p.Source.Start:p.Source.End]))
	for _, q := range quotes {
		q = folded(q)
		if half := len(q) / 2; strings.Contains(text, q[:half]) || strings.Contains(text, q[len(q)-half:]) {
			return true
		}
	}
	return false
}

func folded(text string) string { return strings.Join(strings.Fields(text), " ") }
