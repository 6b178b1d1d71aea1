package retrieval

import (
	"context"
	"fmt"
	"strconv"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve_index_api"

	"rapporteur/corpus"
)

// words is the index of words: BM25 by bleve, in memory.
type words struct{ index bleve.Index }

func indexWords(passages []corpus.Passage) (*words, error) {
	// NewMemOnly would stay with TF-IDF whatever the mapping says: BM25 needs
	// scorch, which keeps to memory when it is given no path.
	x, err := bleve.NewUsing("", wordsMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("indexing words: %w", err)
	}
	batch := x.NewBatch()
	for i, p := range passages {
		if err := batch.Index(strconv.Itoa(i), map[string]string{"text": p.Text}); err != nil {
			return nil, fmt.Errorf("indexing the words of passage %s: %w", p.ID, err)
		}
	}
	if err := x.Batch(batch); err != nil {
		return nil, fmt.Errorf("indexing words: %w", err)
	}
	return &words{x}, nil
}

func wordsMapping() mapping.IndexMapping {
	text := bleve.NewTextFieldMapping()
	text.Analyzer = en.AnalyzerName
	text.Store = false
	text.IncludeTermVectors = false
	text.IncludeInAll = false
	text.DocValues = false
	doc := bleve.NewDocumentStaticMapping()
	doc.AddFieldMappingsAt("text", text)
	m := bleve.NewIndexMapping()
	m.DefaultMapping = doc
	m.ScoringModel = index.BM25Scoring
	return m
}

// scores returns the BM25 score of each of n passages for query; 0 for those
// that share no word with it.
func (w *words) scores(ctx context.Context, query string, n int) ([]float64, error) {
	match := bleve.NewMatchQuery(query)
	match.SetField("text")
	result, err := w.index.SearchInContext(ctx, bleve.NewSearchRequestOptions(match, n, 0, false))
	if err != nil {
		return nil, fmt.Errorf("searching words: %w", err)
	}
	scores := make([]float64, n)
	for _, hit := range result.Hits {
		i, err := strconv.Atoi(hit.ID)
		if err != nil || i < 0 || i >= n {
			return nil, fmt.Errorf("searching words: no passage %q", hit.ID)
		}
		scores[i] = hit.Score
	}
	return scores, nil
}
