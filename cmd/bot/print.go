package main

import (
	"fmt"
	"strings"
	"time"

	"rapporteur/corpus"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

// The indents, in columns, that set a quotation off from what is said about it.
const (
	quoteIndent     = 2
	referenceIndent = 6
)

// put writes lines behind an indent, each styled.
func (s *screen) put(indent int, style func(string) string, lines ...string) error {
	for _, line := range lines {
		if line != "" {
			line = strings.Repeat(" ", indent) + style(line)
		}
		if _, err := fmt.Fprintln(s.w, line); err != nil {
			return err
		}
	}
	return nil
}

// plain is the style of what is not set off.
func plain(text string) string { return text }

// writeAnswer writes an answer for people: what a language model wrote, but for so
// many sentences that were told already; the quotations, each with its mark and,
// below it, where it stands.
func writeAnswer(s *screen, a answer.Answer, told int) error {
	for i, st := range a.Written {
		if i < told {
			continue
		}
		if err := writeStatement(s, st); err != nil {
			return err
		}
	}
	if !a.Answered {
		preface, _, _ := strings.Cut(a.Text, "\n")
		if err := s.put(0, plain, s.wrap(preface, 0)...); err != nil {
			return err
		}
	}
	for i, c := range a.Citations {
		if c.Repeats > 0 {
			also := sayAlso(c.N, together(c.Reference()))
			if err := s.put(referenceIndent, s.dim, s.wrap(also, referenceIndent)...); err != nil {
				return err
			}
			continue
		}
		if i > 0 || !a.Answered || told > 0 || len(a.Written) > 0 {
			if err := s.put(0, plain, ""); err != nil {
				return err
			}
		}
		if err := writeCitation(s, c); err != nil {
			return err
		}
	}
	return nil
}

// writeStatement writes a sentence of a language model's.
func writeStatement(s *screen, st answer.Statement) error {
	return s.put(0, plain, s.wrap(st.String(), 0)...)
}

func writeCitation(s *screen, c answer.Citation) error {
	mark := fmt.Sprintf("[%d]", c.N)
	lines := s.wrap(c.Lines()+" "+mark, quoteIndent)
	last := len(lines) - 1
	lines[last] = strings.TrimSuffix(lines[last], mark) + s.bold(mark)
	if err := s.put(quoteIndent, plain, lines...); err != nil {
		return err
	}
	return s.put(referenceIndent, s.dim, s.wrap(together(c.Reference()), referenceIndent)...)
}

// together keeps the number of a page or a paragraph on the line of its name.
func together(reference string) string {
	return strings.NewReplacer(" scan p. ", " scan"+noBreak+"p."+noBreak, " p. ", " p."+noBreak, " para. ", " para."+noBreak).Replace(reference)
}

// writeEntry writes a question of a file, what is said to it by write, and an
// empty line before the next one.
func writeEntry(s *screen, q asked, write func() error) error {
	heading := q.Text
	if q.ID != "" {
		heading = q.ID + ": " + q.Text
	}
	if err := s.put(0, s.bold, s.wrap(heading, 0)...); err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	return s.put(0, plain, "")
}

// writePassage writes a passage for people: its name, where it stands, its
// words.
func writePassage(s *screen, p corpus.Passage) error {
	at := answer.Citation{Place: p.Place, Passage: p}
	if err := s.put(0, s.bold, clean(p.ID)); err != nil {
		return err
	}
	if err := s.put(quoteIndent, s.dim, s.wrap(together(at.Reference()), quoteIndent)...); err != nil {
		return err
	}
	return s.put(quoteIndent, plain, append(s.wrap(p.Lines(p.Source), quoteIndent), "")...)
}

// writeIndexed says what stands in an index, and where it lies.
func writeIndexed(s *screen, x *retrieval.Index, folder string, built bool, took time.Duration) error {
	passages, repairs := 0, 0
	for _, d := range x.Documents() {
		passages += len(d.Passages)
		repairs += d.Repairs
	}
	return s.put(0, plain, sayIndexed(len(x.Documents()), passages, repairs, clean(folder), built, took)...)
}
