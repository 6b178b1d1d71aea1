package main

import (
	"encoding/json"
	"io"
	"time"

	"rapporteur/corpus"
	"rapporteur/retrieval/answer"
)

// The JSON that the commands print, one object a line. Others read it by these
// names: a change here breaks them.

// An answerShape is one answer of `bot ask --json`.
type answerShape struct {
	ID         string          `json:"id"`
	Question   string          `json:"question"`
	Standalone string          `json:"standalone"`
	Answered   bool            `json:"answered"`
	Confidence float64         `json:"confidence"`
	Text       string          `json:"text"`
	Citations  []citationShape `json:"citations"`
	Hits       []hitShape      `json:"hits"`
	Millis     float64         `json:"ms"`
}

// A placeShape says where in the documents words stand.
type placeShape struct {
	Passage   string   `json:"passage"`
	Document  string   `json:"document"`
	Title     *string  `json:"title,omitempty"` // nil: not given, as with passages
	Section   []string `json:"section"`         // never null
	Page      *int     `json:"page"`            // null: the source has no pages
	PageLabel string   `json:"page_label"`      // as printed
	Paragraph int      `json:"paragraph"`       // in its section, from 1
	Start     int      `json:"start"`           // bytes of the source file,
	End       int      `json:"end"`             // the end not included
}

type citationShape struct {
	N int `json:"n"`
	placeShape
	Quote   string `json:"quote"`   // repaired, whitespace folded
	Printed string `json:"printed"` // source[start:end]
}

type hitShape struct {
	Passage string  `json:"passage"`
	Start   int     `json:"start"`
	End     int     `json:"end"`
	Score   float64 `json:"score"`
}

// A passageShape is one passage of `bot passages --json`.
type passageShape struct {
	placeShape
	Text    string `json:"text"`
	Printed string `json:"printed"`
}

// shapeAnswer shapes the answer to q, which took so long.
func shapeAnswer(q asked, a answer.Answer, took time.Duration) answerShape {
	out := answerShape{
		ID: q.ID, Question: q.Text, Standalone: a.Standalone,
		Answered: a.Answered, Confidence: a.Confidence, Text: a.Text,
		Citations: make([]citationShape, len(a.Citations)),
		Hits:      make([]hitShape, len(a.Hits)),
		Millis:    float64(took.Microseconds()) / 1000,
	}
	for i, c := range a.Citations {
		place := shapePlace(c.Passage, c.Place, c.Span)
		place.Title = &c.Passage.Doc.Title
		out.Citations[i] = citationShape{c.N, place, c.Quote, c.Printed}
	}
	for i, h := range a.Hits {
		out.Hits[i] = hitShape{h.ID, h.Source.Start, h.Source.End, h.Score}
	}
	return out
}

// shapeRefusal shapes what is said to a question that cannot be asked.
func shapeRefusal(q asked, why error) answerShape {
	return answerShape{ID: q.ID, Question: q.Text, Standalone: q.Text, Text: why.Error(), Citations: []citationShape{}, Hits: []hitShape{}}
}

func shapePassage(d *corpus.Document, p corpus.Passage) passageShape {
	return passageShape{shapePlace(p, p.Place, p.Source), p.Text, d.Printed(p.Source)}
}

func shapePlace(p corpus.Passage, at corpus.Place, span corpus.Span) placeShape {
	out := placeShape{
		Passage: p.ID, Document: p.Doc.File, Section: p.Section,
		PageLabel: at.Label, Paragraph: at.Para, Start: span.Start, End: span.End,
	}
	if out.Section == nil {
		out.Section = []string{}
	}
	if at.Page > 0 {
		out.Page = &at.Page
	}
	return out
}

// newEncoder returns an encoder of one object a line that leaves <, > and & as
// they are, since no browser reads it.
func newEncoder(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}
