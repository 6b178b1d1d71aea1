package retrieval

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"rapporteur/corpus"
	"rapporteur/embed"
)

// A Shelf is the folder in which indexes are kept. The zero Shelf keeps none:
// every index is then built in memory.
type Shelf struct {
	Folder string
	Log    *slog.Logger
}

// Open returns the index of sources: the built-in one or the one on the shelf if
// it fits, else a new one, which is put there. lex is for reading the sources; progress may be
// nil. A shelf that cannot be written is no error: the index is used from
// memory, and a warning says so.
func (s Shelf) Open(ctx context.Context, sources []corpus.Source, lex corpus.Lexicon, e embed.Embedder, progress Progress) (*Index, error) {
	if x := prebuilt(sources, e); x != nil {
		return x, nil
	}
	if x := s.take(s.Path(sources, e.Model()), sources, e); x != nil {
		return x, nil
	}
	return s.Rebuild(ctx, sources, lex, e, progress)
}

// Rebuild is Open without looking for an index that is already there.
func (s Shelf) Rebuild(ctx context.Context, sources []corpus.Source, lex corpus.Lexicon, e embed.Embedder, progress Progress) (*Index, error) {
	docs := make([]*corpus.Document, len(sources))
	for i, source := range sources {
		d, err := corpus.Read(source.Card, source.Bytes, lex)
		if err != nil {
			return nil, err
		}
		docs[i] = d
	}
	tellApart(docs)
	x, err := Build(ctx, docs, e, progress)
	if err != nil {
		return nil, err
	}
	if path := s.Path(sources, e.Model()); path != "" {
		kept, err := x.keep(path, sources, e)
		if err == nil {
			s.prune()
			return kept, nil
		}
		s.Log.Warn("The index could not be kept; it is used from memory and will be built again next time. Set index.folder to a folder that can be written.", "error", err)
	}
	return x, nil
}

// tellApart puts the path of a document behind its title where another has the same:
// the minutes of each year may be called no more than that, and a reader must find
// the one that is cited.
func tellApart(docs []*corpus.Document) {
	bearers := make(map[string]int)
	for _, d := range docs {
		bearers[d.Card.Title]++
	}
	for _, d := range docs {
		if bearers[d.Card.Title] > 1 {
			d.Card.Title += " (" + d.Card.File + ")"
		}
	}
}

// Path is where the index of sources lies, "" on the zero Shelf: one file for each set of sources
// and model, so that a changed source replaces its own index and no other.
func (s Shelf) Path(sources []corpus.Source, model string) string {
	if s.Folder == "" {
		return ""
	}
	var key strings.Builder
	for _, source := range sources {
		key.WriteString(source.Path + "\x00")
	}
	key.WriteString(model)
	return filepath.Join(s.Folder, sum([]byte(key.String()))[:20]+".index")
}

// take reads the index at path; nil when there is none that fits.
func (s Shelf) take(path string, sources []corpus.Source, e embed.Embedder) *Index {
	if path == "" {
		return nil
	}
	x, err := read(path, sources, e)
	if err == nil {
		touch(path)
		return x
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if errors.Is(err, ErrStale) {
		s.Log.Info("The sources or the model changed; the index is built anew.", "index", path)
	} else {
		s.Log.Warn("The index cannot be used; it is built anew.", "index", path, "error", err)
	}
	return nil
}

// read opens the index at path. Its file stays open for the tokens; it is closed
// when the index is no longer used, by the os package, since a question may still
// be reading when another index has taken this one's place. What is renamed over
// path meanwhile makes no difference to it. (Where a file that is open cannot be
// replaced, as on Windows, the new index is used from memory, and a warning says so.)
func read(path string, sources []corpus.Source, e embed.Embedder) (*Index, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	x, err := readFile(f, sources, e)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	x.path = path
	return x, nil
}

func readFile(f *os.File, sources []corpus.Source, e embed.Embedder) (*Index, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	data := make(map[string][]byte, len(sources))
	for _, source := range sources {
		data[source.Card.File] = source.Bytes
	}
	return Load(f, info.Size(), data, e)
}

// keep puts the index at path and returns it as it is read from there, so that
// its tokens need no memory.
func (x *Index) keep(path string, sources []corpus.Source, e embed.Embedder) (*Index, error) {
	if err := x.save(path); err != nil {
		return nil, err
	}
	return read(path, sources, e)
}

// save writes the index beside path and renames it, so that a reader finds the
// old one or the new one and never half of one, also when two processes save at
// once.
func (x *Index) save(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	_, err = x.WriteTo(f)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keeping the index: %w", err), os.Remove(f.Name()))
	}
	return nil
}
