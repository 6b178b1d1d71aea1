package retrieval

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"rapporteur/embed"
)

// tokens holds the vectors of all passages' tokens, for late interaction: each
// token of a question looks for the token of a passage that is most like it
// (Khattab and Zaharia 2020, "ColBERT"). They are kept as they lie in the index
// file, some 140 bytes a token, and only those of the best passages are looked
// at.
type tokens struct {
	size     int           // length of a vector
	passages [][]byte      // of each passage, its tokens' records
	holders  map[int32]int // by piece: how many passages hold it
}

// A record is a token as it is kept: its ID, Start and End as 32-bit
// little-endian numbers, then its vector.
const recordHead = 12

func (t *tokens) record() int { return recordHead + t.size }

// errTokens says that the tokens of an index do not fit together.
var errTokens = errors.New("its tokens do not fit its passages")

// keepTokens packs the tokens of passages.
func keepTokens(all [][]embed.Token) (*tokens, error) {
	t := &tokens{}
	for _, passage := range all {
		if len(passage) > 0 {
			t.size = len(passage[0].Vector)
			break
		}
	}
	for _, passage := range all {
		data := make([]byte, 0, len(passage)*t.record())
		for _, token := range passage {
			if len(token.Vector) != t.size {
				return nil, fmt.Errorf("a token's vector has %d numbers, another's %d", len(token.Vector), t.size)
			}
			data = binary.LittleEndian.AppendUint32(data, uint32(token.ID))
			data = binary.LittleEndian.AppendUint32(data, uint32(token.Start))
			data = binary.LittleEndian.AppendUint32(data, uint32(token.End))
			for _, x := range token.Vector {
				data = append(data, byte(x))
			}
		}
		t.passages = append(t.passages, data)
	}
	t.countHolders()
	return t, nil
}

// countHolders counts for each piece the passages that hold it.
func (t *tokens) countHolders() {
	t.holders = make(map[int32]int)
	last := make(map[int32]int)
	for i, data := range t.passages {
		for ; len(data) > 0; data = data[t.record():] {
			id := int32(binary.LittleEndian.Uint32(data))
			if last[id] != i+1 {
				last[id] = i + 1
				t.holders[id]++
			}
		}
	}
}

// append appends t to b: the vectors' length, the number of passages, the length
// of each passage's records, and these.
func (t *tokens) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(t.size))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(t.passages)))
	for _, data := range t.passages {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	}
	for _, data := range t.passages {
		b = append(b, data...)
	}
	return b
}

// readTokens reads what append wrote, and keeps data. Without any, it returns
// nil: the index was made by an embedder that has no tokens.
func readTokens(data []byte) (*tokens, error) {
	if len(data) == 0 {
		return nil, nil
	}
	if len(data) < 8 {
		return nil, errTokens
	}
	t := &tokens{size: int(binary.LittleEndian.Uint32(data))}
	n := uint64(binary.LittleEndian.Uint32(data[4:]))
	if uint64(len(data)) < 8+4*n {
		return nil, errTokens
	}
	lengths, rest := data[8:8+4*n], data[8+4*n:]
	for ; len(lengths) > 0; lengths = lengths[4:] {
		length := uint64(binary.LittleEndian.Uint32(lengths))
		if length > uint64(len(rest)) || length%uint64(t.record()) != 0 {
			return nil, errTokens
		}
		t.passages = append(t.passages, rest[:length])
		rest = rest[length:]
	}
	if len(rest) > 0 {
		return nil, errTokens
	}
	t.countHolders()
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

// match compares a question's tokens with those of a passage, whose sentences
// lie at bounds: the bytes of its text at which each begins.
func (t *tokens) match(question []embed.Token, passage int, bounds []int) match {
	m := match{best: floor(len(question)), sentences: make([][]float64, len(bounds))}
	for j := range bounds {
		m.sentences[j] = floor(len(question))
	}
	sentence := -1
	for data := t.passages[passage]; len(data) > 0; data = data[t.record():] {
		start := int(binary.LittleEndian.Uint32(data[4:]))
		for sentence+1 < len(bounds) && start >= bounds[sentence+1] {
			sentence++
		}
		vector := data[recordHead:t.record()]
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
		out[i] = math.Log(1 + float64(len(t.passages))/float64(1+t.holders[q.ID]))
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
