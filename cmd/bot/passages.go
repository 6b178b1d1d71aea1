package main

import (
	"bufio"
	"encoding/json"

	"github.com/spf13/cobra"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
)

func passagesCommand(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "passages [FILE...]",
		Short:   shortPassages,
		Long:    longPassages,
		Example: examplePassages,
		RunE: func(_ *cobra.Command, args []string) error {
			if err := a.configure(); err != nil {
				return err
			}
			return a.passages(args, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, usagePassagesJSON)
	return c
}

// passages prints every passage of the sources at paths in reading order. It
// reads them anew and needs no index.
func (a *app) passages(paths []string, asJSON bool) error {
	sources, err := a.sources(paths)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(a.out)
	write := passageWriter(out, newScreen(a.out, a.getenv), asJSON)
	for _, source := range sources {
		d, err := corpus.Read(source.Card, source.Bytes, e5.Words())
		if err != nil {
			return readable(err)
		}
		for _, p := range d.Passages {
			if err := write(d, p); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

// passageWriter returns what writes one passage: as JSON, or as text for the
// screen.
func passageWriter(out *bufio.Writer, s *screen, asJSON bool) func(*corpus.Document, corpus.Passage) error {
	if asJSON {
		var e *json.Encoder = newEncoder(out)
		return func(d *corpus.Document, p corpus.Passage) error { return e.Encode(shapePassage(d, p)) }
	}
	onto := *s
	onto.w = out
	return func(_ *corpus.Document, p corpus.Passage) error { return writePassage(&onto, p) }
}
