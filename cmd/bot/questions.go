package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"unicode/utf8"
)

// longestLine bounds a line of a questions file, in bytes, so that a wrong file
// does not fill the memory. A question itself may be much shorter.
const longestLine = 1 << 20

// An asked question is a line of a questions file, or the one on the command
// line.
type asked struct {
	ID      string
	Text    string
	History []string // earlier questions of the same person, oldest first
	Line    int      // of the file, from 1; 0: from the command line
}

// readAsked reads one JSON object a line, with "question" and perhaps "id" and
// "history"; other fields and blank lines are passed over. Questions come as
// soon as their line is read, so that a program may wait for one answer before
// it asks on. It ends with the first line that is none, whose error names it.
func readAsked(r io.Reader) iter.Seq2[asked, error] {
	return func(yield func(asked, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, longestLine)
		n := 0
		for lines.Scan() {
			n++
			line := lines.Bytes()
			if n == 1 {
				line = bytes.TrimPrefix(line, []byte("\ufeff")) // some editors begin a file with it
			}
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			q, err := parseAsked(line)
			if err != nil {
				yield(asked{}, fmt.Errorf("line %d: %w", n, err))
				return
			}
			q.Line = n
			if !yield(q, nil) {
				return
			}
		}
		if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
			yield(asked{}, fmt.Errorf("line %d: %w", n+1, errLineLength))
		} else if err != nil {
			yield(asked{}, sayUnread(n, err))
		}
	}
}

func parseAsked(line []byte) (asked, error) {
	if !utf8.Valid(line) {
		return asked{}, errLineUTF8
	}
	var fields struct {
		ID       string   `json:"id"`
		Question *string  `json:"question"` // nil: not given, which an empty one is
		History  []string `json:"history"`
	}
	if err := json.Unmarshal(line, &fields); err != nil {
		return asked{}, sayNotQuestion(err)
	}
	if fields.Question == nil {
		return asked{}, errLineQuestion
	}
	return asked{ID: fields.ID, Text: *fields.Question, History: fields.History}, nil
}

// openQuestions opens a file of questions by name; "-" is standard input.
func (a *app) openQuestions(ctx context.Context, name string) (io.ReadCloser, error) {
	f, err := a.openFile(ctx, name)
	if err != nil {
		return nil, badUse(sayNoQuestions(err))
	}
	return f, nil
}

// openFile opens a file by name; "-" is standard input, which ends with ctx's error
// when ctx is done.
func (a *app) openFile(ctx context.Context, name string) (io.ReadCloser, error) {
	if name == "-" {
		return until(ctx, a.in), nil
	}
	return os.Open(name)
}

// until reads r until ctx is done. A read that waits, for a person to type or for
// another program, is left behind then.
func until(ctx context.Context, r io.Reader) io.ReadCloser {
	out, in := io.Pipe()
	context.AfterFunc(ctx, func() { in.CloseWithError(ctx.Err()) })
	go func() {
		_, err := io.Copy(in, r)
		in.CloseWithError(err)
	}()
	return out
}
