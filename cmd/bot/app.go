package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/adapters/chat"
	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/embed/remote"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
	"rapporteur/retrieval/answer/llm"
	"rapporteur/retrieval/brief"
)

// An app is what the commands share: where they read and write, what the flags
// for all of them say, and the configuration once one of them has asked for it.
type app struct {
	in          io.Reader
	out         io.Writer
	diagnostics io.Writer
	getenv      func(string) string

	configPath string
	verbose    bool
	started    bool // flags and arguments were understood, and a command runs

	config Config
	log    *slog.Logger
}

func newApp(in io.Reader, out, diagnostics io.Writer, getenv func(string) string) *app {
	return &app{in: in, out: out, diagnostics: diagnostics, getenv: getenv}
}

// rootCommand puts the commands together.
func rootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "bot",
		Short:         shortRoot,
		Long:          longRoot,
		Example:       exampleRoot,
		SilenceErrors: true, // run reports them
		SilenceUsage:  true,
		Args:          onlyCommands,

		PersistentPreRun:  func(*cobra.Command, []string) { a.started = true },
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := root.PersistentFlags()
	flags.StringVar(&a.configPath, "config", "", usageConfig)
	flags.BoolVarP(&a.verbose, "verbose", "v", false, usageVerbose)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return sayFlag(c.CommandPath(), err) })
	root.AddCommand(askCommand(a), briefCommand(a), chatCommand(a), forgetCommand(a), passagesCommand(a), indexCommand(a), evalCommand(a), configCommand(a), serveCommand(a), checkCommand(a), slackCommand(a), discordCommand(a), versionCommand(a))
	root.InitDefaultHelpCmd()
	if help, _, err := root.Find([]string{"help"}); err == nil {
		help.Args = helpArguments
	}
	return root
}

// helpArguments refuses a topic that is no command, for which cobra would show the
// help of the command above it.
func helpArguments(help *cobra.Command, args []string) error {
	c, rest, err := help.Root().Find(args)
	if err != nil {
		return err
	}
	return onlyCommands(c, rest)
}

// onlyCommands refuses an argument where the name of a command is wanted.
func onlyCommands(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	c.SuggestionsMinimumDistance = 2 // letters between a mistyped name and the one meant
	return sayNoCommand(c.CommandPath(), args, c.SuggestionsFor(args[0]))
}

// noArguments refuses arguments, and says where they may have been meant to go.
func noArguments(hint string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return sayNoArguments(c.CommandPath(), args[0], hint)
	}
}

// configure reads the configuration. Commands that need none do not ask, so
// that help and completion work when it is wrong.
func (a *app) configure() error {
	config, err := LoadConfig(a.configPath, a.getenv)
	if err != nil {
		return badUse(err)
	}
	level := config.LogLevel()
	if a.verbose {
		level = slog.LevelDebug
	}
	a.config, a.log = config, slog.New(newHandler(a.diagnostics, level))
	return nil
}

// embedder makes the configured embedder.
func (a *app) embedder() (embed.Embedder, error) {
	c := a.config.Embedder
	if c.Kind == kindE5 {
		return e5.New(), nil
	}
	e, err := remote.New(remote.Config{Protocol: remote.Protocol(c.Kind), BaseURL: c.URL, Model: c.Model, Key: c.Key.reveal()})
	return e, badUse(err)
}

// sources finds what is asked: the files and folders at paths, else the
// configured ones, else the built-in proceedings.
func (a *app) sources(paths []string) ([]corpus.Source, error) {
	paths = a.paths(paths)
	if len(paths) == 0 {
		return []corpus.Source{retrieval.Builtin()}, nil
	}
	if slices.Contains(paths, "") {
		return nil, badUse(errEmptyPath)
	}
	sources, refused, err := corpus.Find(paths)
	if err != nil {
		return nil, badUse(err)
	}
	const most = 10
	for _, r := range refused[:min(most, len(refused))] {
		a.log.Warn(sayPassedOver(r))
	}
	if more := len(refused) - most; more > 0 {
		a.log.Warn(sayMorePassedOver(more))
	}
	return sources, nil
}

// paths returns the files and folders that are named, or else configured.
func (a *app) paths(named []string) []string {
	if len(named) == 0 {
		return a.config.Corpus.Paths
	}
	return named
}

// shelf returns where indexes are kept. Without a folder for it they are not.
func (a *app) shelf() retrieval.Shelf {
	folder, err := a.config.IndexFolder()
	if err != nil {
		a.log.Warn(saidNoFolder, "error", err)
	}
	return retrieval.Shelf{Folder: folder, Log: a.log}
}

// open returns the index of sources, built if need be, which a bar on the
// terminal shows.
func (a *app) open(ctx context.Context, shelf retrieval.Shelf, sources []corpus.Source, e embed.Embedder) (*retrieval.Index, error) {
	bar := newBar(a.diagnostics, saidIndexing)
	defer bar.clear()
	start := time.Now()
	x, err := shelf.Open(ctx, sources, e5.Words(), e, bar.show)
	if err != nil {
		return nil, readable(err)
	}
	a.log.Debug(saidOpened, "model", e.Model(), "documents", len(x.Documents()), "passages", x.Len(), "took", time.Since(start))
	return x, nil
}

// readable marks err as a wrong use when a source is to blame for it.
func readable(err error) error {
	for _, cause := range []error{corpus.ErrEmpty, corpus.ErrBinary, corpus.ErrUTF8, corpus.ErrFormat} {
		if errors.Is(err, cause) {
			return badUse(err)
		}
	}
	return err
}

// library is what people converse with: answerer's answers, and briefings, from x.
func (a *app) library(answerer *answer.Answerer, x *retrieval.Index) chat.Library {
	l := chat.NewLibrary(answerer, x)
	l.Briefer = brief.New(a.log, x, answerer)
	var err error
	if l.Font, err = a.font(); err != nil {
		a.log.Warn(err.Error()) // which is no reason not to answer
	}
	return l
}

// answerer opens what is needed to answer questions from the files at paths.
func (a *app) answerer(ctx context.Context, paths []string) (*answer.Answerer, *retrieval.Index, error) {
	sources, err := a.sources(paths)
	if err != nil {
		return nil, nil, err
	}
	e, err := a.embedder()
	if err != nil {
		return nil, nil, err
	}
	x, err := a.open(ctx, a.shelf(), sources, e)
	if err != nil {
		return nil, nil, err
	}
	threshold := answer.DefaultThreshold
	if t := a.config.Answer.Threshold; t != nil {
		threshold = *t
	}
	return answer.New(a.log, x, threshold).WithLexicon(e5.Words()), x, nil
}

// model makes the client of the configured language model; nil: none is.
func (a *app) model() (*llm.Model, error) {
	c := a.config.Model
	if c.Name == "" {
		return nil, nil
	}
	m, err := llm.New(llm.Config{BaseURL: c.URL, Model: c.Name, Key: c.Key.reveal()})
	return m, badUse(err)
}

// assisted is answerer with the language model that is configured, if one is.
func (a *app) assisted(ctx context.Context, paths []string) (*answer.Answerer, *retrieval.Index, error) {
	m, err := a.model()
	if err != nil {
		return nil, nil, err
	}
	answerer, x, err := a.answerer(ctx, paths)
	if err == nil && m != nil {
		answerer = answerer.WithModel(m, time.Duration(a.config.Model.TimeoutSeconds)*time.Second)
	}
	return answerer, x, err
}
