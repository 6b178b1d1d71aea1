package retrieval

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"rapporteur/corpus"
	"rapporteur/embed"
)

// An index file is, in order:
//
//	magic    16 bytes
//	sum      32 bytes: SHA-256 of all that follows
//	lengths  4 × 8 bytes, big-endian: of the four parts that follow
//	stamp    JSON: a Stamp, and when the index was built
//	passages gzipped JSON: the documents without their sources
//	vectors  see Index.packVectors
//	tokens   see tokens.head; nothing where the embedder has none
const magic = "rapporteur index"

// Format is the version of the index file and of everything that decides what
// stands in one: reading, repair, cutting, what is embedded. Raise it when any
// of them changes, and old indexes are built anew.
const Format = 6

// A Stamp says what an index was built from. Two indexes with equal stamps are
// interchangeable.
type Stamp struct {
	Format  int      `json:"format"`
	Model   string   `json:"model"`
	Sources []Source `json:"sources"`
}

// A dated stamp says when the index was built too, which makes no difference to
// whether it fits.
type dated struct {
	Stamp
	Built time.Time `json:"built,omitzero"`
}

// A Source is one indexed file.
type Source struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"` // of its bytes, in hexadecimal
}

func stampOf(docs []*corpus.Document, model string) Stamp {
	s := Stamp{Format: Format, Model: model}
	for _, d := range docs {
		s.Sources = append(s.Sources, Source{d.Card.File, sum(d.Source)})
	}
	return s
}

// ErrDamaged says that an index file is not whole.
var ErrDamaged = errors.New("the index file is damaged")

// A stored document is a corpus.Document without its source, which stays where
// it is.
type stored struct {
	Card     corpus.Card      `json:"card"`
	Outline  []corpus.Section `json:"outline"`
	Pages    int              `json:"pages"`
	Repairs  int              `json:"repairs"`
	Passages []corpus.Passage `json:"passages"`
}

// WriteTo writes the index as one file.
func (x *Index) WriteTo(w io.Writer) (int64, error) {
	body, err := x.body()
	if err != nil {
		return 0, fmt.Errorf("writing the index: %w", err)
	}
	sum := sha256.New()
	for _, part := range body {
		if _, err := io.Copy(sum, io.NewSectionReader(part, 0, part.Size())); err != nil {
			return 0, fmt.Errorf("writing the index: %w", err)
		}
	}
	readers := []io.Reader{strings.NewReader(magic), bytes.NewReader(sum.Sum(nil))}
	for _, part := range body {
		readers = append(readers, part)
	}
	n, err := io.Copy(w, io.MultiReader(readers...))
	if err != nil {
		return n, fmt.Errorf("writing the index: %w", err)
	}
	return n, nil
}

// body returns all that follows the sum.
func (x *Index) body() ([]*io.SectionReader, error) {
	stamp, err := json.Marshal(dated{x.stamp, x.built})
	if err != nil {
		return nil, err
	}
	var passages bytes.Buffer
	if err := writeDocuments(&passages, x.docs); err != nil {
		return nil, err
	}
	vectors, err := x.packVectors()
	if err != nil {
		return nil, err
	}
	lengths := make([]byte, 8*fileParts)
	body := []*io.SectionReader{section(lengths), section(stamp), section(passages.Bytes()), section(vectors)}
	tokens := int64(0)
	if x.tokens != nil {
		head, records := section(x.tokens.head()), x.tokens.packed()
		tokens = head.Size() + records.Size()
		body = append(body, head, records)
	}
	for i, n := range [fileParts]int64{body[1].Size(), body[2].Size(), body[3].Size(), tokens} {
		binary.BigEndian.PutUint64(lengths[8*i:], uint64(n))
	}
	return body, nil
}

func section(b []byte) *io.SectionReader {
	return io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b)))
}

func writeDocuments(w io.Writer, docs []*corpus.Document) error {
	z := gzip.NewWriter(w)
	enc := json.NewEncoder(z)
	for _, d := range docs {
		if err := enc.Encode(stored{*d.Card, d.Outline, d.Pages, d.Repairs, d.Passages}); err != nil {
			return err
		}
	}
	return z.Close()
}

// fileParts is how many parts of varying length a file has.
const fileParts = 4

// split checks the file's sum and takes it apart. Nothing but a small buffer of
// it is in memory at once.
func split(file io.ReaderAt, size int64) (parts [fileParts]*io.SectionReader, err error) {
	const begin = len(magic) + sha256.Size + 8*fileParts
	var head [begin]byte
	if n, err := file.ReadAt(head[:], 0); n < begin && err != io.EOF {
		return parts, err
	} else if n < begin || size < int64(begin) || string(head[:len(magic)]) != magic {
		return parts, fmt.Errorf("%w: it does not begin as one", ErrDamaged)
	}
	const body = len(magic) + sha256.Size
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(file, int64(body), size-int64(body))); err != nil {
		return parts, err
	}
	if !bytes.Equal(sum.Sum(nil), head[len(magic):body]) {
		return parts, fmt.Errorf("%w: its checksum does not match", ErrDamaged)
	}
	at := int64(begin)
	for i := range parts {
		n := binary.BigEndian.Uint64(head[body+8*i:])
		if n > uint64(size-at) {
			return parts, fmt.Errorf("%w: it is shorter than it says", ErrDamaged)
		}
		parts[i] = io.NewSectionReader(file, at, int64(n))
		at += int64(n)
	}
	return parts, nil
}

func readStamp(part io.Reader) (dated, error) {
	var stamp dated
	if err := json.NewDecoder(part).Decode(&stamp); err != nil {
		return stamp, fmt.Errorf("%w: reading its stamp: %v", ErrDamaged, err)
	}
	return stamp, nil
}

// Load opens an index file of size bytes. sources gives the bytes of a document
// by its path. An index whose stamp does not fit the sources or e's model is
// refused with ErrStale, one that is not whole with ErrDamaged. The index goes
// on reading from file, which must stay as it is while there are questions.
func Load(file io.ReaderAt, size int64, sources map[string][]byte, e embed.Embedder) (*Index, error) {
	parts, err := split(file, size)
	if err != nil {
		return nil, err
	}
	stamp, err := readStamp(parts[0])
	if err != nil {
		return nil, err
	}
	if !stamp.fits(sources, e.Model()) {
		return nil, ErrStale
	}
	docs, err := readDocuments(parts[1], sources)
	if err != nil {
		return nil, err
	}
	x := &Index{stamp: stamp.Stamp, built: stamp.Built, docs: docs, passages: searchable(docs), embedder: e}
	if x.vectors, err = readVectors(parts[2], x.passages); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if x.tokens, err = readTokens(parts[3]); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if x.tokens != nil && len(x.tokens.ends) != len(x.passages) {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, errTokens)
	}
	x.words, err = indexWords(x.passages, wordsBatch)
	return x, err
}

func readDocuments(part io.Reader, sources map[string][]byte) ([]*corpus.Document, error) {
	z, err := gzip.NewReader(part)
	if err != nil {
		return nil, fmt.Errorf("%w: reading its passages: %v", ErrDamaged, err)
	}
	defer z.Close()
	var docs []*corpus.Document
	for dec := json.NewDecoder(z); ; {
		var s stored
		if err := dec.Decode(&s); err == io.EOF {
			return docs, nil
		} else if err != nil {
			return nil, fmt.Errorf("%w: reading its passages: %v", ErrDamaged, err)
		}
		d := &corpus.Document{Card: &s.Card, Outline: s.Outline, Pages: s.Pages, Repairs: s.Repairs, Passages: s.Passages}
		d.Source = sources[s.Card.File]
		for i := range d.Passages {
			d.Passages[i].Doc = d.Card
		}
		docs = append(docs, d)
	}
}

// ErrStale says that an index was built from other sources, with another model
// or by another version of the program.
var ErrStale = errors.New("the index was built from something else")

// fits reports whether an index with stamp s, made by model, is one of sources.
func (s Stamp) fits(sources map[string][]byte, model string) bool {
	if s.Format != Format || s.Model != model || len(s.Sources) != len(sources) {
		return false
	}
	for _, source := range s.Sources {
		data, ok := sources[source.File]
		if !ok || source.SHA256 != sum(data) {
			return false
		}
	}
	return true
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}
