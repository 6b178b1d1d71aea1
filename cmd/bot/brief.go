package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"rapporteur/retrieval/brief"
	"rapporteur/retrieval/brief/cite"
	"rapporteur/retrieval/brief/export"
)

// briefFlags are the flags of `bot brief`.
type briefFlags struct {
	questions string // a file, "-" for standard input, "" for none
	outline   string // the same
	corpus    []string
	format    string // "": by the ending of out, else md
	style     string
	repairs   bool
	printed   bool
	date      string // "": when the index was built
	out       string // a file, "-" for standard output, "" for a name made from the title or, for text, standard output
}

func briefCommand(a *app) *cobra.Command {
	var f briefFlags
	c := &cobra.Command{
		Use:               "brief [TOPIC...]",
		Short:             shortBrief,
		Long:              longBrief,
		Example:           exampleBrief,
		ValidArgsFunction: cobra.NoFileCompletions,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case f.questions != "" && f.outline != "":
				return errTwoLists
			case f.questions == "" && f.outline == "" && len(args) == 0:
				return errNoTopic
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := a.configure(); err != nil {
				return err
			}
			return a.brief(c.Context(), f, strings.Join(args, " "))
		},
	}
	c.Flags().StringVar(&f.questions, "questions", "", usageBriefQuestions)
	c.Flags().StringVar(&f.outline, "outline", "", usageBriefOutline)
	c.Flags().StringArrayVar(&f.corpus, "corpus", nil, usageCorpus)
	c.Flags().StringVar(&f.format, "format", "", usageBriefFormat)
	c.Flags().StringVar(&f.style, "style", cite.Styles[0].Name, usageBriefStyle)
	c.Flags().BoolVar(&f.repairs, "mark-repairs", false, usageBriefRepairs)
	c.Flags().BoolVar(&f.printed, "as-printed", false, usageBriefPrinted)
	c.Flags().StringVar(&f.date, "date", "", usageBriefDate)
	c.Flags().StringVarP(&f.out, "output", "o", "", usageBriefOut)
	for _, err := range []error{
		c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(names(brief.Formats(), func(f brief.Format) string { return f.Name }), cobra.ShellCompDirectiveNoFileComp)),
		c.RegisterFlagCompletionFunc("style", cobra.FixedCompletions(names(cite.Styles, func(s cite.Style) string { return s.Name }), cobra.ShellCompDirectiveNoFileComp)),
	} {
		if err != nil {
			panic(err) // a flag that is not there
		}
	}
	return c
}

func names[T any](all []T, name func(T) string) []string {
	var out []string
	for _, x := range all {
		out = append(out, name(x))
	}
	return out
}

// brief makes a briefing and writes it. All that may be wrong with how it was asked
// for is found before the work begins.
func (a *app) brief(ctx context.Context, f briefFlags, topic string) error {
	format, form, err := f.form()
	if err != nil {
		return badUse(err)
	}
	if form.Font, err = a.font(); err != nil {
		return err
	}
	request, err := a.request(ctx, f, topic)
	if err != nil {
		return badQuestion(err)
	}
	answerer, index, err := a.assisted(ctx, f.corpus)
	if err != nil {
		return err
	}
	path, err := outputPath(f.out, format, request.Title)
	if err == nil && path != "" && amongDocuments(path, a.paths(f.corpus)) {
		err = sayAmongDocuments(path)
	}
	if err != nil {
		return badUse(sayNoOutput(err))
	}
	bar := newBar(a.diagnostics, saidLookingUp)
	defer bar.clear()
	made, stopped := brief.New(a.log, index, answerer).Make(ctx, request, func(done, total int) {
		a.log.Debug(saidLookedUp, "done", done, "of", total)
		bar.show(done, total)
	})
	bar.clear()
	if stopped != nil && len(made.Parts) == 0 {
		return badQuestion(stopped)
	}
	if stopped != nil {
		if path, err = sparing(path); err != nil {
			return err
		}
	}
	err = a.writeOutput(path, func(w io.Writer) error { return a.whole(format.Write(w, made, form)) })
	if err != nil {
		return err
	}
	if stopped != nil {
		a.log.Warn(sayNotWhole(made.Missing))
	}
	if path != "" {
		a.log.Info(sayBriefed(path, made))
	}
	return stopped
}

// font reads the font that is configured for PDFs, if any.
func (a *app) font() (*export.Font, error) {
	if a.config.Brief.Font == "" {
		return nil, nil
	}
	return export.LoadFont(a.config.Brief.Font)
}

// whole passes over err when it but says that a font lacks characters: the file is
// whole otherwise.
func (a *app) whole(err error) error {
	var missing *export.MissingError
	if errors.As(err, &missing) {
		a.log.Warn(missing.Error())
		return nil
	}
	return err
}

// formatNamed is the format that is named, or else that of files which end as the
// output does.
func (f briefFlags) formatNamed() (brief.Format, error) {
	ending := strings.ToLower(filepath.Ext(f.out))
	switch {
	case f.format != "":
		return brief.FormatNamed(f.format)
	case len(ending) < 2:
		return brief.FormatNamed("md")
	}
	for _, known := range brief.Formats() {
		if known.Extension == ending {
			return known, nil
		}
	}
	format, err := brief.FormatNamed(ending[1:])
	if err != nil {
		err = sayNoFormat(f.out, err)
	}
	return format, err
}

// form says how the briefing is to be written.
func (f briefFlags) form() (brief.Format, brief.Form, error) {
	form := brief.Form{MarkRepairs: f.repairs, AsPrinted: f.printed}
	format, err := f.formatNamed()
	if err != nil {
		return format, form, err
	}
	if form.Style, err = cite.StyleNamed(f.style); err != nil {
		return format, form, err
	}
	if f.date != "" {
		if form.Date, err = time.Parse(time.DateOnly, f.date); err != nil {
			return format, form, errDate
		}
	}
	return format, form, nil
}

// request says what the briefing is to be about.
func (a *app) request(ctx context.Context, f briefFlags, topic string) (brief.Request, error) {
	if !utf8.ValidString(topic) {
		return brief.Request{}, badUse(errQuestionUTF8)
	}
	switch {
	case f.questions != "":
		queries, err := a.queries(ctx, f.questions)
		if err != nil {
			return brief.Request{}, badUse(sayQuestions(f.questions, err))
		}
		return brief.Ask(cmp.Or(topic, titleBriefing), distinct(queries)), nil
	case f.outline != "":
		file, err := a.openFile(ctx, f.outline)
		if err != nil {
			return brief.Request{}, badUse(sayNoOutline(err))
		}
		defer file.Close()
		request, err := brief.Outline(file)
		request.Title = cmp.Or(topic, request.Title, titleBriefing)
		return request, err
	}
	return brief.About(topic), nil
}

// queries reads the questions or topics in a file: one a line, as text or as a JSON
// object like those of `bot ask`.
func (a *app) queries(ctx context.Context, name string) ([]string, error) {
	file, err := a.openFile(ctx, name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, longestLine+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > longestLine:
		return nil, errListLength
	case !utf8.Valid(data):
		return nil, errLineUTF8
	}
	text := strings.TrimSpace(strings.TrimPrefix(string(data), "\ufeff"))
	if strings.HasPrefix(text, "[") && json.Valid([]byte(text)) {
		return nil, errJSONList
	}
	if !strings.HasPrefix(text, "{") {
		lines := strings.Split(text, "\n")
		return slices.DeleteFunc(lines, func(line string) bool { return strings.TrimSpace(line) == "" }), nil
	}
	var queries []string
	for q, err := range readAsked(strings.NewReader(text)) {
		if err != nil {
			return nil, err
		}
		queries = append(queries, q.Text)
	}
	return queries, nil
}

// distinct returns queries without those that ask the same in the same words.
func distinct(queries []string) []string {
	seen := make(map[string]bool)
	return slices.DeleteFunc(queries, func(q string) bool {
		q = strings.ToLower(strings.Join(strings.Fields(q), " "))
		again := seen[q]
		seen[q] = true
		return again
	})
}
