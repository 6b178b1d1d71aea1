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
	"github.com/blevesearch/bleve/v2/search"
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

// wordsBatch is how many passages are indexed at once: all at once would take
// several times the memory of the index that comes of it.
const wordsBatch = 512

// indexWords indexes the words of passages, batch of them at a time. The batches
// make no difference to what is found.
func indexWords(passages []corpus.Passage, batch int) (*words, error) {
	// NewMemOnly would stay with TF-IDF whatever the mapping says: BM25 needs
	// scorch, which keeps to memory when it is given no path.
	x, err := bleve.NewUsing("", wordsMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("indexing words: %w", err)
	}
	for start := 0; start < len(passages); start += batch {
		b := x.NewBatch()
		for i, p := range passages[start:min(start+batch, len(passages))] {
			if err := b.Index(strconv.Itoa(start+i), map[string]string{"text": p.Text}); err != nil {
				return nil, fmt.Errorf("indexing the words of passage %s: %w", p.ID, err)
			}
		}
		if err := x.Batch(b); err != nil {
			return nil, fmt.Errorf("indexing words: %w", err)
		}
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
	// bleve would count a term once for each batch that holds it, and take that
	// for a length; with these numbers the scores are as those of one batch.
	ctx = context.WithValue(ctx, search.BM25StatsKey, &search.BM25Stats{
		DocCount:         float64(n),
		FieldCardinality: map[string]int{"text": len(w.holders)},
	})
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
