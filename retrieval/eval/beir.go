package eval

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
	"rapporteur/retrieval/answer"
)

// A BEIR is a retrieval test collection in the format of the BEIR benchmark
// (Thakur et al. 2021): a folder with corpus.jsonl, queries.jsonl and qrels.tsv.
type BEIR struct {
	Documents []*corpus.Document // one passage each: title and text, whole
	Queries   []BEIRQuery        // those that are judged, in the order of their file
}

// A BEIRQuery is a query and the documents that were judged relevant to it.
type BEIRQuery struct {
	ID, Text string
	Relevant map[string]int // grade by document, greater than 0
	// Answers are the words that answer it, each as good as the others, as question
	// answering collections in this format have them (metadata.answers); nil: none
	// are known.
	Answers []string
}

// ReadBEIR reads the collection in folder. lex is for reading the documents.
// Errors name the file and the line.
func ReadBEIR(folder string, lex corpus.Lexicon) (*BEIR, error) {
	judged := make(map[string]map[string]int)
	if err := eachLine(filepath.Join(folder, "qrels.tsv"), func(n int, line []byte) error {
		return readJudgement(judged, n, string(line))
	}); err != nil {
		return nil, err
	}
	c := &BEIR{}
	if err := eachLine(filepath.Join(folder, "queries.jsonl"), func(_ int, line []byte) error {
		var q struct {
			ID       string `json:"_id"`
			Text     string `json:"text"`
			Metadata struct {
				Answers []string `json:"answers"`
			} `json:"metadata"`
		}
		if err := json.Unmarshal(line, &q); err != nil {
			return err
		}
		if relevant := judged[q.ID]; relevant != nil {
			c.Queries = append(c.Queries, BEIRQuery{q.ID, q.Text, relevant, q.Metadata.Answers})
		}
		return nil
	}); err != nil {
		return nil, err
	}
	err := eachLine(filepath.Join(folder, "corpus.jsonl"), func(_ int, line []byte) error {
		d, err := readWhole(line, lex)
		c.Documents = append(c.Documents, d)
		return err
	})
	if err == nil && (len(c.Queries) == 0 || len(c.Documents) == 0) {
		err = fmt.Errorf("%s: %d documents and %d judged queries; both are needed", folder, len(c.Documents), len(c.Queries))
	}
	return c, err
}

// readJudgement reads "query-id	corpus-id	score"; the first line says just that.
func readJudgement(judged map[string]map[string]int, n int, line string) error {
	fields := strings.Split(strings.TrimSpace(line), "\t")
	if len(fields) != 3 {
		return fmt.Errorf("%d fields, want 3", len(fields))
	}
	grade, err := strconv.Atoi(fields[2])
	if err != nil {
		if n == 1 {
			return nil
		}
		return fmt.Errorf("the score %q is no number", fields[2])
	}
	if grade > 0 {
		if judged[fields[0]] == nil {
			judged[fields[0]] = make(map[string]int)
		}
		judged[fields[0]][fields[1]] = grade
	}
	return nil
}

// readWhole reads a line of corpus.jsonl into a document of one passage.
func readWhole(line []byte, lex corpus.Lexicon) (*corpus.Document, error) {
	var p struct {
		ID    string `json:"_id"`
		Title string `json:"title"`
		Text  string `json:"text"`
	}
	if err := json.Unmarshal(line, &p); err != nil {
		return nil, err
	}
	text := strings.Join(strings.Fields(p.Title+" "+p.Text), " ")
	d, err := corpus.Read(corpus.Card{ID: p.ID, File: p.ID, Title: p.Title}, []byte(text), lex)
	if err != nil {
		return nil, err
	}
	whole := d.Passages[0]
	whole.ID, whole.Text, whole.Section = p.ID, text, nil
	for _, next := range d.Passages[1:] {
		whole.Sentences = append(whole.Sentences, next.Sentences...)
		whole.Source.End = next.Source.End
	}
	d.Passages = []corpus.Passage{whole}
	return d, nil
}

// eachLine calls each with the lines of a file that are not blank, and their
// numbers from 1.
func eachLine(path string, each func(n int, line []byte) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, err := r.ReadBytes('\n')
		if len(strings.TrimSpace(string(line))) > 0 {
			if err := each(n, line); err != nil {
				return fmt.Errorf("%s, line %d: %w", path, n, err)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", path, err)
		}
	}
}

// NDCG returns the mean nDCG@10 (Järvelin and Kekäläinen 2002, gain = grade,
// discount = log2 of rank + 1) of s over the queries of c.
func (c *BEIR) NDCG(ctx context.Context, s retrieval.Searcher) (float64, error) {
	const depth = 10
	sum := 0.0
	for _, q := range c.Queries {
		hits, err := s.Search(ctx, q.Text, retrieval.Options{Limit: depth})
		if err != nil {
			return 0, fmt.Errorf("query %s: %w", q.ID, err)
		}
		ranked := make([]string, len(hits))
		for i, h := range hits {
			ranked[i] = h.Doc.ID
		}
		sum += ndcg(ranked, q.Relevant, depth)
	}
	return sum / float64(len(c.Queries)), nil
}

// Held says how many of the answers to questions hold the words that are wanted.
type Held struct {
	Questions int     // whose Answers are known
	Share     float64 // of them: those answered by a quotation that holds one, case aside; from 0 to 1
	Words     float64 // of an answer, in the mean
}

// Holding asks a the queries of c whose Answers are known.
func (c *BEIR) Holding(ctx context.Context, a Asker) (Held, error) {
	var h Held
	held, words := 0, 0
	for _, q := range c.Queries {
		if len(q.Answers) == 0 {
			continue
		}
		given, err := a.Ask(ctx, answer.Question{Text: q.Text})
		if err != nil {
			return Held{}, fmt.Errorf("query %s: %w", q.ID, err)
		}
		h.Questions++
		words += outcome(given).Words
		if quotesAny(given, q.Answers) {
			held++
		}
	}
	if h.Questions > 0 {
		h.Share, h.Words = float64(held)/float64(h.Questions), float64(words)/float64(h.Questions)
	}
	return h, nil
}

// quotesAny reports whether a quotation of given holds one of wanted.
func quotesAny(given answer.Answer, wanted []string) bool {
	for _, c := range given.Citations {
		for _, w := range wanted {
			if w = strings.TrimSpace(w); w != "" && strings.Contains(strings.ToLower(c.Quote), strings.ToLower(w)) {
				return true
			}
		}
	}
	return false
}

func ndcg(ranked []string, relevant map[string]int, depth int) float64 {
	got := 0.0
	for i, id := range ranked[:min(depth, len(ranked))] {
		got += float64(relevant[id]) / math.Log2(float64(i)+2)
	}
	best, rank := 0.0, 0
	for grade := maxGrade(relevant); grade > 0; grade-- {
		for _, g := range relevant {
			if g == grade && rank < depth {
				best += float64(grade) / math.Log2(float64(rank)+2)
				rank++
			}
		}
	}
	return got / best
}

func maxGrade(relevant map[string]int) int {
	most := 0
	for _, g := range relevant {
		most = max(most, g)
	}
	return most
}
