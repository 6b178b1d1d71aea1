// Command ablate measures what each step of ranking is worth, and writes a table:
//
//	go run ./retrieval/eval/ablate ../shared/data/ir INDEXES > retrieval/eval/testdata/ablations.txt
//
// Each step is left out of the ranking or, if it is one that was tried and not
// taken, added to it (steps.go). The development questions, and those of the
// collections scifact, xquad-en and xquad-es in the first folder, are ranked with
// it and without, and the mean reciprocal rank is compared with a paired bootstrap
// interval. Questions are asked with typing errors, too (typing.go), left and
// put right. The second folder keeps the collections' indexes from run to run;
// building them takes minutes.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
	"rapporteur/retrieval/eval"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: ablate FOLDER INDEXES")
	}
	if err := run(context.Background(), os.Stdout, os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

// run prints what each step changes on every set.
func run(ctx context.Context, w io.Writer, folder, indexes string) error {
	if _, err := fmt.Fprintln(w, "Mean reciprocal rank, and by how much each step changes it: change [95 % interval]."); err != nil {
		return err
	}
	dev, err := developmentSet(ctx)
	if err != nil {
		return err
	}
	if err := ablate(ctx, w, dev); err != nil {
		return err
	}
	if err := mistype(ctx, w, dev); err != nil {
		return err
	}
	for _, name := range []string{"scifact", "xquad-en", "xquad-es"} {
		s, err := publicSet(ctx, folder, indexes, name)
		if err != nil {
			return err
		}
		if err := ablate(ctx, w, s); err != nil {
			return err
		}
		if name == "scifact" {
			continue // claims out of papers, and not what people type
		}
		if err := mistype(ctx, w, s); err != nil {
			return err
		}
	}
	return nil
}

// ablate prints what each step changes on one set.
func ablate(ctx context.Context, w io.Writer, s set) error {
	base := make([][]retrieval.Hit, len(s.queries))
	changed := make([][][]retrieval.Hit, len(steps)) // by step
	short := learnAcronyms(s.index)
	for i, query := range s.queries {
		hits, err := s.index.Search(ctx, query, retrieval.Options{Limit: s.index.Len()})
		if err != nil {
			return fmt.Errorf("%s: searching for %q: %w", s.name, query, err)
		}
		found := search{s.index, short, query, hits}
		base[i] = found.asItIs()
		for n, step := range steps {
			changed[n] = append(changed[n], slices.Clone(step.rank(found)))
		}
	}
	before, err := s.score(base)
	if err != nil {
		return err
	}
	mrr := eval.Mean(eval.ReciprocalRank)
	fmt.Fprintf(w, "\n%s: %.3f over %d questions\n", s.name, float64(mrr(before.Questions)), len(s.queries))
	for n, step := range steps {
		after, err := s.score(changed[n])
		if err != nil {
			return err
		}
		change, err := eval.Compare(before, after, mrr)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "  %-44s %+.3f [%+.3f, %+.3f]\n", step.name, change.Change, change.Low, change.High); err != nil {
			return err
		}
	}
	return nil
}

// A set is questions about an index, and how a ranking of its passages for each
// is scored.
type set struct {
	name    string
	index   *retrieval.Index
	queries []string
	score   func(ranked [][]retrieval.Hit) (eval.Report, error)
}

// developmentSet is the built-in gold questions that the proceedings answer.
func developmentSet(ctx context.Context) (set, error) {
	source := retrieval.Builtin()
	index, err := retrieval.Shelf{}.Open(ctx, []corpus.Source{source}, e5.Words(), e5.New(), nil)
	if err != nil {
		return set{}, err
	}
	all, err := eval.Dev()
	if err != nil {
		return set{}, err
	}
	s := set{name: "development questions", index: index}
	var questions []eval.Question
	for _, q := range all {
		if q.Gold.Answerable && len(q.History) == 0 {
			questions, s.queries = append(questions, q), append(s.queries, q.Text)
		}
	}
	s.score = func(ranked [][]retrieval.Hit) (eval.Report, error) {
		outcomes := make([]eval.Outcome, len(ranked))
		for i, hits := range ranked {
			for _, h := range hits {
				outcomes[i].Hits = append(outcomes[i].Hits, eval.Span{Document: h.Doc.File, Start: h.Source.Start, End: h.Source.End})
			}
		}
		return eval.Score(questions, outcomes, map[string][]byte{source.Card.File: source.Bytes})
	}
	return s, nil
}

// mostQueries is how many queries of a collection are asked, spread evenly.
const mostQueries = 300

// publicSet is a collection in BEIR's format; what is relevant at all counts the
// same.
func publicSet(ctx context.Context, folder, indexes, name string) (set, error) {
	c, err := eval.ReadBEIR(filepath.Join(folder, name), e5.Words())
	if err != nil {
		return set{}, err
	}
	index, err := opened(ctx, filepath.Join(indexes, name+".index"), c.Documents)
	if err != nil {
		return set{}, err
	}
	every := (len(c.Queries) + mostQueries - 1) / mostQueries
	var queries []eval.BEIRQuery
	for i := 0; i < len(c.Queries); i += every {
		queries = append(queries, c.Queries[i])
	}
	s := set{name: name, index: index}
	for _, q := range queries {
		s.queries = append(s.queries, q.Text)
	}
	s.score = func(ranked [][]retrieval.Hit) (eval.Report, error) {
		var r eval.Report
		for i, hits := range ranked {
			result := eval.Result{ID: queries[i].ID, Answerable: true}
			for rank, h := range hits {
				if queries[i].Relevant[h.Doc.ID] > 0 {
					result.Rank = rank + 1
					break
				}
			}
			r.Questions = append(r.Questions, result)
		}
		return r, nil
	}
	return s, nil
}

// opened reads the index of documents at path, or builds it and puts it there.
func opened(ctx context.Context, path string, documents []*corpus.Document) (*retrieval.Index, error) {
	sources := make(map[string][]byte, len(documents))
	for _, d := range documents {
		sources[d.Card.File] = d.Source
	}
	if file, err := os.ReadFile(path); err == nil {
		if x, err := retrieval.Load(bytes.NewReader(file), int64(len(file)), sources, e5.New()); err == nil {
			return x, nil
		}
	}
	x, err := retrieval.Build(ctx, documents, e5.New(), func(done, total int) { fmt.Fprintf(os.Stderr, "\r%d of %d texts", done, total) })
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return nil, err
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	_, err = x.WriteTo(f)
	return x, errors.Join(err, f.Close())
}
