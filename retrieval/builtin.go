package retrieval

import (
	"bytes"

	"rapporteur/corpus"
	"rapporteur/corpus/proceedings"
	"rapporteur/embed"
)

// Builtin returns the proceedings that are built in. A Shelf opens them from the
// index that is built in, too, unless another model is asked for.
func Builtin() corpus.Source {
	return corpus.Source{
		Card: corpus.Card{
			ID:       proceedings.ID,
			File:     proceedings.File,
			Title:    proceedings.Title,
			Body:     proceedings.Body,
			Place:    proceedings.Place,
			Date:     proceedings.Date,
			Language: proceedings.Language,
		},
		Path:  "built in",
		Bytes: proceedings.Source(),
	}
}

// prebuilt returns the built-in index if it is one of sources; else nil.
func prebuilt(sources []corpus.Source, e embed.Embedder) *Index {
	if len(sources) != 1 || sources[0].Card.ID != proceedings.ID {
		return nil
	}
	file := proceedings.Index()
	x, err := Load(bytes.NewReader(file), int64(len(file)), map[string][]byte{sources[0].Card.File: sources[0].Bytes}, e)
	if err != nil {
		return nil // another text of that name, or another model: indexed like any other
	}
	x.built = proceedings.Indexed
	return x
}
