package main

import (
	"context"

	"github.com/spf13/cobra"

	"rapporteur/retrieval/eval"
)

// evalFlags are the flags of `bot eval`.
type evalFlags struct {
	json      bool
	questions string // a file, "-" for standard input, "" for those built in
	corpus    []string
}

func evalCommand(a *app) *cobra.Command {
	var f evalFlags
	c := &cobra.Command{
		Use:     "eval",
		Short:   shortEval,
		Long:    longEval,
		Example: exampleEval,
		Args:    noArguments(hintQuestions),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := a.configure(); err != nil {
				return err
			}
			return a.eval(c.Context(), f)
		},
	}
	c.Flags().StringVar(&f.questions, "questions", "", usageEvalQuestions)
	c.Flags().BoolVar(&f.json, "json", false, usageEvalJSON)
	c.Flags().StringArrayVar(&f.corpus, "corpus", nil, usageCorpus)
	return c
}

// eval asks gold questions and prints the figures.
func (a *app) eval(ctx context.Context, f evalFlags) error {
	questions, err := a.gold(f)
	if err != nil {
		return err
	}
	if f.questions == "" {
		a.config.Corpus.Paths = nil // the built-in questions are about the built-in proceedings
	}
	answerer, x, err := a.answerer(ctx, f.corpus)
	if err != nil {
		return err
	}
	outcomes, err := eval.Run(ctx, answerer, questions)
	if err != nil {
		return badQuestion(err)
	}
	sources := make(map[string][]byte)
	for _, d := range x.Documents() {
		sources[d.Card.File] = d.Source
	}
	report, err := eval.Score(questions, outcomes, sources)
	if err != nil {
		return badUse(sayNotScored(f.questions, err))
	}
	if f.json {
		return report.WriteJSON(a.out)
	}
	if err := report.WriteText(a.out); err != nil {
		return err
	}
	// Not with the report, which is the same each time and may be compared.
	say(a.diagnostics, sayMedian(report))
	return nil
}

// gold reads the gold questions.
func (a *app) gold(f evalFlags) ([]eval.Question, error) {
	if f.questions == "" {
		if len(f.corpus) > 0 {
			return nil, badUse(errNoGold)
		}
		return eval.Dev()
	}
	file, err := a.openQuestions(f.questions)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	questions, err := eval.ReadQuestions(file)
	if err != nil {
		return nil, badUse(sayQuestions(f.questions, err))
	}
	if len(questions) == 0 {
		return nil, badUse(sayQuestions(f.questions, errNoQuestions))
	}
	return questions, nil
}
