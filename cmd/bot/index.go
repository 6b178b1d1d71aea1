package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
)

func indexCommand(a *app) *cobra.Command {
	var paths []string
	var rebuild bool
	c := &cobra.Command{
		Use:     "index",
		Short:   shortIndex,
		Long:    longIndex,
		Example: exampleIndex,
		Args:    noArguments(hintCorpus),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := a.configure(); err != nil {
				return err
			}
			return a.index(c.Context(), paths, rebuild)
		},
	}
	c.Flags().StringArrayVar(&paths, "corpus", nil, usageCorpus)
	c.Flags().BoolVar(&rebuild, "rebuild", false, usageRebuild)
	return c
}

// index builds or refreshes the index of the files at paths and says what came
// of it.
func (a *app) index(ctx context.Context, paths []string, rebuild bool) error {
	sources, err := a.sources(paths)
	if err != nil {
		return err
	}
	if !rebuild && len(sources) == 1 && sources[0].Path == retrieval.Builtin().Path && a.config.Embedder.Kind == kindE5 {
		_, err := fmt.Fprintln(a.out, saidBuiltin)
		return err
	}
	shelf, err := a.writableShelf()
	if err != nil {
		return err
	}
	e, err := a.embedder()
	if err != nil {
		return err
	}
	start := time.Now()
	bar, built := newBar(a.diagnostics, saidIndexing), false
	defer bar.clear()
	open := shelf.Open
	if rebuild {
		open = shelf.Rebuild
	}
	x, err := open(ctx, sources, e5.Words(), e, func(done, total int) {
		built = true
		bar.show(done, total)
	})
	if err != nil {
		return readable(err)
	}
	took := time.Since(start)
	bar.clear()
	if built {
		if err := readBack(ctx, shelf, sources, e); err != nil {
			return err
		}
	}
	return writeIndexed(newScreen(a.out, a.getenv), x, shelf.Folder, built, took)
}

// writableShelf returns the shelf once it is known that it can be written:
// embedding may take long, and would be for nothing.
func (a *app) writableShelf() (retrieval.Shelf, error) {
	folder, err := a.config.IndexFolder()
	if err != nil {
		return retrieval.Shelf{}, badUse(err)
	}
	err = os.MkdirAll(folder, 0o755)
	if err == nil {
		var f *os.File
		if f, err = os.CreateTemp(folder, "try.*.part"); err == nil {
			err = errors.Join(f.Close(), os.Remove(f.Name()))
		}
	}
	if err != nil {
		return retrieval.Shelf{}, badUse(sayNotWritable(folder, err))
	}
	return retrieval.Shelf{Folder: folder, Log: a.log}, nil
}

// errNotKept says that an index was not found where it was put.
var errNotKept = errors.New("the index was not kept")

// readBack opens the index of sources once more, to show that it lies on the
// shelf and is whole: a full disk is no error to the shelf, whose index is used
// from memory all the same, but here keeping it is all that was asked.
func readBack(ctx context.Context, shelf retrieval.Shelf, sources []corpus.Source, e embed.Embedder) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	shelf.Log = slog.New(slog.DiscardHandler) // it has said all when the index was put there
	_, err := shelf.Open(ctx, sources, e5.Words(), e, func(int, int) { stop(errNotKept) })
	if errors.Is(context.Cause(ctx), errNotKept) {
		return sayNotKept(shelf.Folder)
	}
	return err
}
