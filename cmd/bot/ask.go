package main

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"rapporteur/retrieval/answer"
)

// askFlags are the flags of `bot ask`.
type askFlags struct {
	json      bool
	questions string // a file, "-" for standard input, "" for none
	corpus    []string
}

func askCommand(a *app) *cobra.Command {
	var f askFlags
	c := &cobra.Command{
		Use:               "ask QUESTION...",
		Short:             shortAsk,
		Long:              longAsk,
		Example:           exampleAsk,
		ValidArgsFunction: cobra.NoFileCompletions,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case f.questions == "" && len(args) == 0:
				return errNoQuestion
			case f.questions != "" && len(args) > 0:
				return errTwoQuestions
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := a.configure(); err != nil {
				return err
			}
			if f.questions != "" {
				return a.askAll(c.Context(), f)
			}
			return a.askOne(c.Context(), f, strings.Join(args, " "))
		},
	}
	c.Flags().BoolVar(&f.json, "json", false, usageAskJSON)
	c.Flags().StringVar(&f.questions, "questions", "", usageAskQuestions)
	c.Flags().StringArrayVar(&f.corpus, "corpus", nil, usageCorpus)
	return c
}

// askOne answers the question on the command line.
func (a *app) askOne(ctx context.Context, f askFlags, text string) error {
	q := asked{Text: text}
	if !utf8.ValidString(text) {
		return badUse(errQuestionUTF8)
	}
	if err := answer.Check(text); err != nil {
		return badQuestion(err)
	}
	answerer, _, err := a.assisted(ctx, f.corpus)
	if err != nil {
		return err
	}
	s := newScreen(a.out, a.getenv)
	told := 0
	tell := func(st answer.Statement) {
		if !f.json && writeStatement(s, st) == nil {
			told++
		}
	}
	given, took, err := a.ask(ctx, answerer, q, tell)
	if err != nil {
		return badQuestion(err)
	}
	if f.json {
		return newEncoder(a.out).Encode(shapeAnswer(q, given, took))
	}
	return writeAnswer(s, given, told)
}

// askAll answers a file of questions, each as soon as it is read.
func (a *app) askAll(ctx context.Context, f askFlags) error {
	file, err := a.openQuestions(ctx, f.questions)
	if err != nil {
		return err
	}
	defer file.Close()
	answerer, _, err := a.assisted(ctx, f.corpus)
	if err != nil {
		return err
	}
	write := a.entryWriter(f.json)
	for q, err := range readAsked(file) {
		if err != nil {
			return badUse(sayQuestions(f.questions, err))
		}
		given, took, err := a.ask(ctx, answerer, q, nil)
		var refused answer.QuestionError
		switch {
		case errors.As(err, &refused):
			// One bad question does not cost the others their answers, nor the
			// lines their order.
			a.log.Warn(sayQuestionRefused(f.questions, q.Line, refused))
		case err != nil:
			return err
		}
		if err := write(q, given, refused, took); err != nil {
			return err
		}
	}
	return nil
}

// entryWriter returns what writes the answer to one of many questions, or why
// it was refused.
func (a *app) entryWriter(asJSON bool) func(asked, answer.Answer, answer.QuestionError, time.Duration) error {
	if asJSON {
		out := newEncoder(a.out)
		return func(q asked, given answer.Answer, refused answer.QuestionError, took time.Duration) error {
			if refused != "" {
				return out.Encode(shapeRefusal(q, refused))
			}
			return out.Encode(shapeAnswer(q, given, took))
		}
	}
	s := newScreen(a.out, a.getenv)
	return func(q asked, given answer.Answer, refused answer.QuestionError, _ time.Duration) error {
		return writeEntry(s, q, func() error {
			if refused != "" {
				return s.put(0, plain, s.wrap(string(refused), 0)...)
			}
			return writeAnswer(s, given, 0)
		})
	}
}

// ask returns the answer to q and the time it took, from the question in memory
// to the answer in memory. tell is told of each sentence that a language model
// writes; nil: nobody is.
func (a *app) ask(ctx context.Context, answerer *answer.Answerer, q asked, tell func(answer.Statement)) (answer.Answer, time.Duration, error) {
	start := time.Now()
	given, err := answerer.Ask(ctx, answer.Question{Text: q.Text, History: q.History, Told: tell})
	took := time.Since(start)
	if err == nil {
		a.log.Debug(saidAnswered, "searched", given.Standalone, "confidence", given.Confidence, "answered", given.Answered, "took", took)
		if given.ModelErr != nil {
			a.log.Warn(saidWithoutModel, "why", given.ModelErr)
		}
	}
	return given, took, err
}

// badQuestion marks err as a wrong use when the question is to blame for it.
func badQuestion(err error) error {
	var refused answer.QuestionError
	if errors.As(err, &refused) {
		return badUse(err)
	}
	return err
}
