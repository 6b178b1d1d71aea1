package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/eval"
)

// evalFlags are the flags of `bot eval`.
type evalFlags struct {
	json      bool
	questions string // a file, "-" for standard input, "" for those built in
	corpus    []string
	beir      string // a folder; "": gold questions
	html      string // a file for the page; "": none
	compare   string // a file with an earlier report; "": none
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
			if f.beir != "" {
				return a.beir(c.Context(), f.beir)
			}
			return a.eval(c.Context(), f)
		},
	}
	c.Flags().StringVar(&f.questions, "questions", "", usageEvalQuestions)
	c.Flags().BoolVar(&f.json, "json", false, usageEvalJSON)
	c.Flags().StringVar(&f.beir, "beir", "", usageEvalBEIR)
	c.Flags().StringArrayVar(&f.corpus, "corpus", nil, usageCorpus)
	c.Flags().StringVar(&f.html, "html", "", usageEvalHTML)
	c.Flags().StringVar(&f.compare, "compare", "", usageEvalCompare)
	c.MarkFlagsMutuallyExclusive("json", "compare")
	c.MarkFlagsMutuallyExclusive("beir", "html")
	c.MarkFlagsMutuallyExclusive("beir", "compare")
	c.MarkFlagsMutuallyExclusive("beir", "questions")
	c.MarkFlagsMutuallyExclusive("beir", "corpus")
	c.MarkFlagsMutuallyExclusive("beir", "json")
	return c
}

// eval asks gold questions and prints the figures.
func (a *app) eval(ctx context.Context, f evalFlags) error {
	questions, err := a.gold(ctx, f)
	if err != nil {
		return err
	}
	var before eval.Report
	if f.compare != "" {
		if before, err = readReport(f.compare); err != nil {
			return badUse(err)
		}
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
	if f.html != "" {
		err := writeFile(f.html, func(w io.Writer) error {
			return eval.WriteHTML(w, report, questions, outcomes, sources)
		})
		if err != nil {
			return err
		}
	}
	switch {
	case f.json:
		return report.WriteJSON(a.out)
	case f.compare != "":
		if err := eval.WriteComparison(a.out, before, report); err != nil {
			return badUse(sayNotCompared(f.compare, err))
		}
	default:
		if err := report.WriteText(a.out); err != nil {
			return err
		}
	}
	// Not with the report, which is the same each time and may be compared.
	say(a.diagnostics, sayMedian(report))
	return nil
}

// readReport reads a report that --json printed.
func readReport(path string) (eval.Report, error) {
	file, err := os.Open(path)
	if err != nil {
		return eval.Report{}, err
	}
	defer file.Close()
	r, err := eval.ReadReport(file)
	if err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// gold reads the gold questions.
func (a *app) gold(ctx context.Context, f evalFlags) ([]eval.Question, error) {
	if f.questions == "" {
		if len(f.corpus) > 0 {
			return nil, badUse(errNoGold)
		}
		return eval.Dev()
	}
	file, err := a.openQuestions(ctx, f.questions)
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

// beir ranks the documents of a test collection for its queries.
func (a *app) beir(ctx context.Context, folder string) error {
	c, err := eval.ReadBEIR(folder, e5.Words())
	if err != nil {
		return badUse(err)
	}
	e, err := a.embedder()
	if err != nil {
		return err
	}
	bar := newBar(a.diagnostics, saidIndexing)
	defer bar.clear()
	start := time.Now()
	x, err := retrieval.Build(ctx, c.Documents, e, bar.show)
	if err != nil {
		return err
	}
	bar.clear()
	built := time.Now()
	ndcg, err := c.NDCG(ctx, x)
	if err != nil {
		return err
	}
	ranked := time.Now()
	held, err := c.Holding(ctx, answer.New(a.log, x, 0)) // whatever the confidence
	if err != nil {
		return err
	}
	said := sayNDCG(c, ndcg, built.Sub(start), ranked.Sub(built))
	if held.Questions > 0 {
		said = append(said, sayHeld(held))
	}
	return newScreen(a.out, a.getenv).put(0, plain, said...)
}
