package export

import "fmt"

// An entry is a line of the list of contents.
type entry struct {
	Text   string
	Level  int // of the heading, 1 or 2
	Anchor string
}

// deepest is the level of the headings that the list of contents names at most.
const deepest = 2

// contents returns what the list of contents of a tidy paper says, and before
// which block it stands; nothing when there is no such list.
func (p Paper) contents() (entries []entry, before int) {
	if p.Contents == "" {
		return nil, 0
	}
	for i, b := range p.Blocks {
		if b.listed() {
			if entries == nil {
				before = i
			}
			entries = append(entries, entry{plainText(b.Runs), b.Level, b.Anchor})
		}
	}
	return entries, before
}

// listed reports whether the list of contents names a block.
func (b Block) listed() bool { return b.Kind == Heading && b.Level <= deepest && len(b.Runs) > 0 }

// nameHeadings gives an anchor to those headings of the list of contents that have
// none, other than those that are given.
func nameHeadings(blocks []Block, given map[string]bool) {
	n := 0
	for i, b := range blocks {
		if !b.listed() || b.Anchor != "" {
			continue
		}
		for blocks[i].Anchor == "" || given[blocks[i].Anchor] {
			n++
			blocks[i].Anchor = fmt.Sprintf("section-%d", n)
		}
	}
}
