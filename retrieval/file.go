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

	"github.com/philippgille/chromem-go"

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
//	vectors  chromem-go's own export, which alone would not notice a flipped bit
//	tokens   see tokens.append; nothing where the embedder has none
const magic = "rapporteur index"

// Format is the version of the index file and of everything that decides what
// stands in one: reading, repair, cutting, what is embedded. Raise it when any
// of them changes, and old indexes are built anew.
const Format = 2

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
	stamp, err := json.Marshal(dated{x.stamp, x.built})
	if err != nil {
		return 0, fmt.Errorf("writing the index: %w", err)
	}
	var passages, vectors bytes.Buffer
	if err := writeDocuments(&passages, x.docs); err != nil {
		return 0, fmt.Errorf("writing the index: %w", err)
	}
	if err := x.vectors.ExportToWriter(&vectors, true, ""); err != nil {
		return 0, fmt.Errorf("writing the index: %w", err)
	}
	var tokens []byte
	if x.tokens != nil {
		tokens = x.tokens.append(nil)
	}
	parts := [fileParts][]byte{stamp, passages.Bytes(), vectors.Bytes(), tokens}
	var lengths []byte
	for _, part := range parts {
		lengths = binary.BigEndian.AppendUint64(lengths, uint64(len(part)))
	}
	sum := sha256.New()
	readers := []io.Reader{strings.NewReader(magic), nil, bytes.NewReader(lengths)}
	sum.Write(lengths)
	for _, part := range parts {
		sum.Write(part)
		readers = append(readers, bytes.NewReader(part))
	}
	readers[1] = bytes.NewReader(sum.Sum(nil))
	n, err := io.Copy(w, io.MultiReader(readers...))
	if err != nil {
		return n, fmt.Errorf("writing the index: %w", err)
	}
	return n, nil
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

// split checks the file's sum and takes it apart.
func split(file []byte) (stamp dated, parts [fileParts][]byte, err error) {
	const head = len(magic) + sha256.Size
	if len(file) < head+8*fileParts || string(file[:len(magic)]) != magic {
		return stamp, parts, fmt.Errorf("%w: it does not begin as one", ErrDamaged)
	}
	body := file[head:]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], file[len(magic):head]) {
		return stamp, parts, fmt.Errorf("%w: its checksum does not match", ErrDamaged)
	}
	rest := body[8*fileParts:]
	for i := range parts {
		n := binary.BigEndian.Uint64(body[8*i:])
		if n > uint64(len(rest)) {
			return stamp, parts, fmt.Errorf("%w: it is shorter than it says", ErrDamaged)
		}
		parts[i], rest = rest[:n], rest[n:]
	}
	if err := json.Unmarshal(parts[0], &stamp); err != nil {
		return stamp, parts, fmt.Errorf("%w: reading its stamp: %v", ErrDamaged, err)
	}
	return stamp, parts, nil
}

// Load opens an index file. sources gives the bytes of a document by its path.
// An index whose stamp does not fit the sources or e's model is refused with
// ErrStale, one that is not whole with ErrDamaged.
func Load(file []byte, sources map[string][]byte, e embed.Embedder) (*Index, error) {
	stamp, parts, err := split(file)
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
	x := &Index{stamp: stamp.Stamp, built: stamp.Built, docs: docs, passages: searchable(docs), embedder: e, vectors: chromem.NewDB()}
	if err := x.vectors.ImportFromReader(bytes.NewReader(parts[2]), ""); err != nil {
		return nil, fmt.Errorf("%w: reading its vectors: %v", ErrDamaged, err)
	}
	if x.tokens, err = readTokens(parts[3]); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	if err := x.complete(); err != nil {
		return nil, err
	}
	x.words, err = indexWords(x.passages)
	return x, err
}

// complete checks that each passage and each sentence has its vector, and each
// passage its tokens where there are any.
func (x *Index) complete() error {
	if x.tokens != nil && len(x.tokens.passages) != len(x.passages) {
		return fmt.Errorf("%w: %v", ErrDamaged, errTokens)
	}
	want := map[string]int{wholePassages: len(x.passages)}
	for _, p := range x.passages {
		want[sentences] += len(p.Sentences)
	}
	for name, n := range want {
		c := x.vectors.GetCollection(name, noEmbedding)
		if c == nil || c.Count() != n {
			return fmt.Errorf("%w: it lacks vectors of %s", ErrDamaged, name)
		}
	}
	return nil
}

func readDocuments(data []byte, sources map[string][]byte) ([]*corpus.Document, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
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
