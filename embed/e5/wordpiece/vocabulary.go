// Package wordpiece cuts a text into the word pieces that BERT models read, as
// the uncased models' own tokenizer does, and remembers for each piece the
// bytes of the text it came from.
package wordpiece

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Ids that every BERT vocabulary shares.
const (
	Unknown = 100 // [UNK], a word that cannot be put together from pieces
	Begin   = 101 // [CLS], before every text
	End     = 102 // [SEP], after every text
)

// continued marks a piece that goes on with a word, as in "##ing".
const continued = "##"

// A Vocabulary holds the word pieces of a model. It is a view of a file's bytes
// and holds nothing beside them, so that opening one costs no time. It may be
// used by many goroutines at once.
//
// The file, all numbers little-endian: magic; uint32 count, slots and the
// longest piece's length in bytes; uint32 offsets into the text, count+1 of
// them; uint16 ranks, count of them; a hash table of slots uint16, each an id
// plus one or zero, by hash with linear probing; the text of all pieces.
type Vocabulary struct {
	count   int
	longest int
	offsets []byte
	ranks   []byte
	table   []byte
	text    []byte
}

const (
	magic      = "wordpieces, fmt1"
	headerSize = len(magic) + 3*4
)

// Open makes a vocabulary of the bytes that [Encode] wrote, which it keeps and
// which must not change.
func Open(file []byte) (*Vocabulary, error) {
	if len(file) < headerSize || string(file[:len(magic)]) != magic {
		return nil, fmt.Errorf("not a vocabulary file of this version")
	}
	number := func(i int) int { return int(binary.LittleEndian.Uint32(file[len(magic)+4*i:])) }
	count, slots, longest := number(0), number(1), number(2)
	rest := file[headerSize:]
	if count >= 1<<16 || slots > 1<<17 || slots&(slots-1) != 0 || slots <= count ||
		len(rest) < 4*(count+1)+2*count+2*slots {
		return nil, fmt.Errorf("vocabulary file is cut short or damaged")
	}
	v := &Vocabulary{count: count, longest: longest}
	v.offsets, rest = rest[:4*(count+1)], rest[4*(count+1):]
	v.ranks, rest = rest[:2*count], rest[2*count:]
	v.table, v.text = rest[:2*slots], rest[2*slots:]
	last := uint32(0)
	for i := 0; i <= count; i += max(count, 1) {
		at := binary.LittleEndian.Uint32(v.offsets[4*i:])
		if at < last || int(at) > len(v.text) {
			return nil, fmt.Errorf("vocabulary file is cut short or damaged")
		}
		last = at
	}
	return v, nil
}

// Encode returns the file that [Open] reads, for pieces in the order of their
// ids.
func Encode(pieces []string) []byte {
	slots := 1
	for slots < 2*len(pieces)+1 {
		slots *= 2
	}
	table := make([]uint16, slots)
	longest := 0
	var offsets []uint32
	var ranks []uint16
	var text []byte
	rank := uint16(0)
	for id, piece := range pieces {
		longest = max(longest, len(piece))
		slot := int(hashString(piece)) & (slots - 1)
		for table[slot] != 0 {
			slot = (slot + 1) & (slots - 1)
		}
		table[slot] = uint16(id + 1)
		offsets = append(offsets, uint32(len(text)))
		text = append(text, piece...)
		if isWord(piece) {
			rank++
			ranks = append(ranks, rank)
		} else {
			ranks = append(ranks, 0)
		}
	}
	offsets = append(offsets, uint32(len(text)))

	out := []byte(magic)
	for _, n := range []int{len(pieces), slots, longest} {
		out = binary.LittleEndian.AppendUint32(out, uint32(n))
	}
	for _, n := range offsets {
		out = binary.LittleEndian.AppendUint32(out, n)
	}
	for _, list := range [][]uint16{ranks, table} {
		for _, n := range list {
			out = binary.LittleEndian.AppendUint16(out, n)
		}
	}
	return append(out, text...)
}

// isWord reports whether a piece is a whole word: lower-case letters alone. Of
// the single letters only "a" and "i" are words.
func isWord(piece string) bool {
	if utf8.RuneCountInString(piece) < 2 && piece != "a" && piece != "i" {
		return false
	}
	return strings.IndexFunc(piece, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

// Len returns the number of pieces. Their ids run from 0 to Len()-1.
func (v *Vocabulary) Len() int { return v.count }

// Piece returns the text of the piece with the given id, "" where there is none.
func (v *Vocabulary) Piece(id int) string {
	return string(v.piece(id))
}

func (v *Vocabulary) piece(id int) []byte {
	if id < 0 || id >= v.count {
		return nil
	}
	start := binary.LittleEndian.Uint32(v.offsets[4*id:])
	end := binary.LittleEndian.Uint32(v.offsets[4*id+4:])
	if start > end || int(end) > len(v.text) {
		return nil
	}
	return v.text[start:end]
}

// Rank returns how common a lower-case word is among the vocabulary's whole
// words: 1 for the first, 0 for a word that is none of them. BERT's ids of
// words follow how often they stand in its training texts, except that "a" and
// "i", being single characters, come first.
func (v *Vocabulary) Rank(word string) int {
	id := v.find(hashString(word), "", []byte(word))
	if id < 0 {
		return 0
	}
	return int(binary.LittleEndian.Uint16(v.ranks[2*id:]))
}

// find returns the id of the piece prefix+word, whose hash is given, or −1.
func (v *Vocabulary) find(hash uint32, prefix string, word []byte) int {
	mask := len(v.table)/2 - 1
	slot := int(hash) & mask
	for range mask + 1 { // a damaged table may have no empty slot
		id := int(binary.LittleEndian.Uint16(v.table[2*slot:])) - 1
		if id < 0 {
			return -1
		}
		if p := v.piece(id); len(p) == len(prefix)+len(word) && string(p[:len(prefix)]) == prefix && bytes.Equal(p[len(prefix):], word) {
			if id >= v.count {
				return -1
			}
			return id
		}
		slot = (slot + 1) & mask
	}
	return -1
}

// The hash is FNV-1a, 32 bits, which can be had for every beginning of a word
// in one pass.
const (
	hashStart = 2166136261
	hashPrime = 16777619
)

func hashByte(h uint32, b byte) uint32 { return (h ^ uint32(b)) * hashPrime }

func hashString(s string) uint32 {
	h := uint32(hashStart)
	for i := range len(s) {
		h = hashByte(h, s[i])
	}
	return h
}
