package retrieval

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"

	"github.com/philippgille/chromem-go"

	"rapporteur/corpus"
	"rapporteur/embed"
)

// The names of the two collections of vectors.
const (
	wholePassages = "passages"
	sentences     = "sentences"
)

// addVectors puts vectors into a new collection under their ids.
func addVectors(ctx context.Context, db *chromem.DB, name string, ids []string, vectors []embed.Vector) error {
	c, err := db.CreateCollection(name, nil, noEmbedding)
	if err != nil {
		return err
	}
	for i, id := range ids {
		// One by one: AddDocuments starts a goroutine for each, all at once. And
		// chromem-go refuses a document without content; the words live elsewhere.
		if err := c.AddDocument(ctx, chromem.Document{ID: id, Embedding: vectors[i], Content: "-"}); err != nil {
			return err
		}
	}
	return nil
}

// noEmbedding stands where chromem-go wants to embed by itself: every vector
// here is made beforehand.
func noEmbedding(context.Context, string) ([]float32, error) {
	return nil, errors.New("this collection takes vectors only")
}

// vectorIDs returns the names of the vectors of passages, and of their
// sentences, in reading order.
func vectorIDs(passages []corpus.Passage) (whole, parts []string) {
	for i, p := range passages {
		whole = append(whole, strconv.Itoa(i))
		for j := range p.Sentences {
			parts = append(parts, sentenceID(i, j))
		}
	}
	return whole, parts
}

func sentenceID(passage, sentence int) string {
	return strconv.Itoa(passage) + "." + strconv.Itoa(sentence)
}

// packVectors returns the vectors of the index as they stand in a file: their
// length and their number as 32-bit little-endian numbers, then the vectors of
// the passages and those of the sentences, in reading order, as 32-bit
// little-endian floats. chromem-go's own export would be read in one piece,
// which takes twice the memory.
func (x *Index) packVectors() ([]byte, error) {
	whole, parts := vectorIDs(x.passages)
	size, out := 0, make([]byte, 8)
	for name, ids := range inOrder(whole, parts) {
		c := x.vectors.GetCollection(name, noEmbedding)
		for _, id := range ids {
			d, err := c.GetByID(context.Background(), id)
			if err != nil {
				return nil, err
			}
			if size == 0 {
				size = len(d.Embedding)
				out = append(make([]byte, 0, len(out)+4*size*(len(whole)+len(parts))), out...)
			}
			if len(d.Embedding) != size {
				return nil, fmt.Errorf("vector %s of %s has %d numbers, another %d", id, name, len(d.Embedding), size)
			}
			for _, v := range d.Embedding {
				out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
			}
		}
	}
	binary.LittleEndian.PutUint32(out, uint32(size))
	binary.LittleEndian.PutUint32(out[4:], uint32(len(whole)+len(parts)))
	return out, nil
}

// inOrder yields the collections in the order in which they stand in a file.
func inOrder(whole, parts []string) iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		_ = yield(wholePassages, whole) && yield(sentences, parts)
	}
}

// errVectors says that not each passage and each sentence has its vector.
var errVectors = errors.New("its vectors do not fit its passages")

// readVectors reads what packVectors wrote for passages.
func readVectors(file *io.SectionReader, passages []corpus.Passage) (*chromem.DB, error) {
	whole, parts := vectorIDs(passages)
	in := bufio.NewReaderSize(file, 64<<10)
	var head [8]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return nil, errVectors
	}
	size, n := int64(binary.LittleEndian.Uint32(head[:])), int64(binary.LittleEndian.Uint32(head[4:]))
	if size == 0 || n != int64(len(whole)+len(parts)) || size > file.Size() || file.Size() != int64(len(head))+4*size*n {
		return nil, errVectors
	}
	db := chromem.NewDB()
	record := make([]byte, 4*size)
	for name, ids := range inOrder(whole, parts) {
		numbers := make([]float32, int64(len(ids))*size)
		vectors := make([]embed.Vector, len(ids))
		for i := range vectors {
			if _, err := io.ReadFull(in, record); err != nil {
				return nil, fmt.Errorf("reading its vectors: %w", err)
			}
			v := numbers[int64(i)*size : int64(i+1)*size : int64(i+1)*size]
			for j := range v {
				v[j] = math.Float32frombits(binary.LittleEndian.Uint32(record[4*j:]))
			}
			vectors[i] = v
		}
		if err := addVectors(context.Background(), db, name, ids, vectors); err != nil {
			return nil, err
		}
	}
	return db, nil
}
