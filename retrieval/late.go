package retrieval

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"slices"

	"rapporteur/embed"
)

// tokens holds the vectors of all passages' tokens, for late interaction: each
// token of a question looks for the token of a passage that is most like it
// (Khattab and Zaharia 2020, "ColBERT"). At some 140 bytes a token they are most
// of an index, and a question looks at those of the best passages only: so they
// stay where they lie, in the file or in memory, and are read when asked for.
type tokens struct {
	size    int           // length of a vector
	ends    []int64       // by passage: where in records its own end
	sums    []uint32      // by passage: CRC-32C of its records
	holders map[int32]int // by piece: how many passages hold it
	records io.ReaderAt   // of all passages, one after the other
}

// A record is a token as it is kept: its ID, Start and End as 32-bit
// little-endian numbers with a sign, then its vector.
const recordHead = 12

func (t *tokens) record() int { return recordHead + t.size }

var (
	// errTokens says that the tokens of an index do not fit together.
	errTokens = errors.New("its tokens do not fit its passages")
	// errChanged says that a file was written over after it was opened.
	errChanged = errors.New("it was changed since it was opened")
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// keepTokens packs the tokens of passages.
func keepTokens(all [][]embed.Token) (*tokens, error) {
	t := &tokens{holders: make(map[int32]int)}
	count := 0
	for _, passage := range all {
		if t.size == 0 && len(passage) > 0 {
			t.size = len(passage[0].Vector)
		}
		count += len(passage)
	}
	records := make([]byte, 0, count*t.record())
	for _, passage := range all {
		start := len(records)
		held := make(map[int32]bool)
		for _, token := range passage {
			if len(token.Vector) != t.size {
				return nil, fmt.Errorf("a token's vector has %d numbers, another's %d", len(token.Vector), t.size)
			}
			records = binary.LittleEndian.AppendUint32(records, uint32(token.ID))
			records = binary.LittleEndian.AppendUint32(records, uint32(token.Start))
			records = binary.LittleEndian.AppendUint32(records, uint32(token.End))
			for _, x := range token.Vector {
				records = append(records, byte(x))
			}
			held[token.ID] = true
		}
		for id := range held {
			t.holders[id]++
		}
		t.ends = append(t.ends, int64(len(records)))
		t.sums = append(t.sums, crc32.Checksum(records[start:], castagnoli))
	}
	t.records = bytes.NewReader(records)
	return t, nil
}

// span returns where in the records those of passage begin, and their length in
// bytes.
func (t *tokens) span(passage int) (start, length int64) {
	if passage > 0 {
		start = t.ends[passage-1]
	}
	return start, t.ends[passage] - start
}

// read returns the records of passage, in buf if they fit there.
func (t *tokens) read(passage int, buf []byte) ([]byte, error) {
	start, length := t.span(passage)
	buf = slices.Grow(buf[:0], int(length))[:length]
	// With all that was asked for, a reader may say io.EOF, too.
	if n, err := t.records.ReadAt(buf, start); n < len(buf) {
		return nil, err
	}
	if crc32.Checksum(buf, castagnoli) != t.sums[passage] {
		return nil, errChanged
	}
	return buf, nil
}

// head returns what stands before the records in a file: the vectors' length,
// the numbers of passages and of pieces, then of each passage the length of its
// records and their sum, and of each piece its ID and how many passages hold it.
func (t *tokens) head() []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(t.size))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(t.ends)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(t.holders)))
	for i, sum := range t.sums {
		_, length := t.span(i)
		b = binary.LittleEndian.AppendUint32(b, uint32(length))
		b = binary.LittleEndian.AppendUint32(b, sum)
	}
	for _, id := range slices.Sorted(maps.Keys(t.holders)) {
		b = binary.LittleEndian.AppendUint32(b, uint32(id))
		b = binary.LittleEndian.AppendUint32(b, uint32(t.holders[id]))
	}
	return b
}

// packed returns all records as one reader.
func (t *tokens) packed() *io.SectionReader {
	end := int64(0)
	if n := len(t.ends); n > 0 {
		end = t.ends[n-1]
	}
	return io.NewSectionReader(t.records, 0, end)
}

// readTokens reads a head, and leaves in file the records that follow it.
// Without any, it returns nil: the index was made by an embedder that has no
// tokens.
func readTokens(file *io.SectionReader) (*tokens, error) {
	if file.Size() == 0 {
		return nil, nil
	}
	var first [12]byte
	if _, err := io.ReadFull(file, first[:]); err != nil {
		return nil, errTokens
	}
	t := &tokens{size: int(binary.LittleEndian.Uint32(first[:])), holders: make(map[int32]int)}
	passages, pieces := int64(binary.LittleEndian.Uint32(first[4:])), int64(binary.LittleEndian.Uint32(first[8:]))
	start := int64(len(first)) + 8*(passages+pieces)
	if start > file.Size() {
		return nil, errTokens
	}
	table := make([]byte, start-int64(len(first)))
	if _, err := io.ReadFull(file, table); err != nil {
		return nil, fmt.Errorf("reading its tokens: %w", err)
	}
	end := int64(0)
	for ; passages > 0; passages, table = passages-1, table[8:] {
		length := int64(binary.LittleEndian.Uint32(table))
		if length%int64(t.record()) != 0 {
			return nil, errTokens
		}
		end += length
		t.ends = append(t.ends, end)
		t.sums = append(t.sums, binary.LittleEndian.Uint32(table[4:]))
	}
	last := int64(math.MinInt64)
	for ; len(table) > 0; table = table[8:] {
		id := int32(binary.LittleEndian.Uint32(table))
		if int64(id) <= last {
			return nil, errTokens
		}
		last = int64(id)
		t.holders[id] = int(binary.LittleEndian.Uint32(table[4:]))
	}
	if end != file.Size()-start {
		return nil, errTokens
	}
	t.records = io.NewSectionReader(file, start, end)
	return t, nil
}

// A match says how like the passage's tokens a question's are.
type match struct {
	// best holds for each token of the question the cosine of the passage's token
	// most like it; sentences the same within each sentence, -1 where a sentence
	// has no token.
	best      []float64
	sentences [][]float64
}

// match compares a question's tokens with the records of a passage, whose
// sentences lie at bounds: the bytes of its text at which each begins.
func (t *tokens) match(question []embed.Token, records []byte, bounds []int) match {
	m := match{best: floor(len(question)), sentences: make([][]float64, len(bounds))}
	for j := range bounds {
		m.sentences[j] = floor(len(question))
	}
	sentence := -1
	for ; len(records) > 0; records = records[t.record():] {
		start := int(int32(binary.LittleEndian.Uint32(records[4:])))
		for sentence+1 < len(bounds) && start >= bounds[sentence+1] {
			sentence++
		}
		vector := records[recordHead:t.record()]
		for i, q := range question {
			cosine := cosine(q.Vector, vector)
			m.best[i] = max(m.best[i], cosine)
			if sentence >= 0 {
				m.sentences[sentence][i] = max(m.sentences[sentence][i], cosine)
			}
		}
	}
	return m
}

// floor returns n times the least cosine.
func floor(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = -1
	}
	return out
}

// cosine is that of two token vectors, b as bytes.
func cosine(a []int8, b []byte) float64 {
	if len(a) != len(b) {
		return -1 // of another model; an index is never served with one
	}
	var s0, s1, s2, s3 int32
	n := len(a) &^ 3
	for i := 0; i < n; i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s0 += int32(x[0]) * int32(int8(y[0]))
		s1 += int32(x[1]) * int32(int8(y[1]))
		s2 += int32(x[2]) * int32(int8(y[2]))
		s3 += int32(x[3]) * int32(int8(y[3]))
	}
	for i := n; i < len(a); i++ {
		s0 += int32(a[i]) * int32(int8(b[i]))
	}
	return float64(s0+s1+s2+s3) / (127 * 127)
}

// rarities returns the weight of each of a question's tokens: the logarithm of
// how rare its piece is among the passages.
func (t *tokens) rarities(question []embed.Token) []float64 {
	out := make([]float64, len(question))
	for i, q := range question {
		out[i] = math.Log(1 + float64(len(t.ends))/float64(1+t.holders[q.ID]))
	}
	return out
}

// weighted is the mean of values by weights.
func weighted(values, weights []float64) float64 {
	var sum, total float64
	for i, v := range values {
		sum += v * weights[i]
		total += weights[i]
	}
	if total == 0 {
		return 0
	}
	return sum / total
}
