package retrieval

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve_index_api"

	"rapporteur/corpus"
)

// words is the index of words: BM25 by bleve, in memory.
type words struct {
	index   bleve.Index
	analyze analysis.Analyzer
	holders map[string]uint64 // by term: how many passages hold it
}

// A Term is a word as it is searched: without its ending, in lower case.
type Term struct {
	Text  string
	Start int // where the word begins in the text that was analyzed
	// Rarity is the inverse document frequency that BM25 uses (Robertson and
	// Zaragoza 2009, formula 3.4, plus 1 inside the logarithm): 0 and more.
	Rarity float64
}

// Terms returns the terms of text in order; words such as "the" have none.
func (x *Index) Terms(text string) []Term {
	var terms []Term
	n := float64(len(x.passages))
	for _, token := range x.words.analyze.Analyze([]byte(text)) {
		held := float64(x.words.holders[string(token.Term)])
		rarity := math.Log(1 + (n-held+0.5)/(held+0.5))
		terms = append(terms, Term{string(token.Term), token.Start, rarity})
	}
	return terms
}

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
	w := &words{index: x, analyze: x.Mapping().AnalyzerNamed(en.AnalyzerName), holders: make(map[string]uint64)}
	dict, err := x.FieldDict("text")
	if err != nil {
		return nil, fmt.Errorf("indexing words: %w", err)
	}
	defer dict.Close()
	for {
		entry, err := dict.Next()
		if err != nil {
			return nil, fmt.Errorf("indexing words: %w", err)
		}
		if entry == nil {
			return w, nil
		}
		w.holders[entry.Term] = entry.Count
	}
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
	m.DefaultAnalyzer = en.AnalyzerName
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
