// Package proceedings holds the proceedings that are built in: the source text
// byte for byte, its card, and an index of it made beforehand, so that the first
// question on a new machine is answered at once.
package proceedings

import (
	_ "embed"
	"time"
)

// The card of the proceedings.
const (
	ID       = "third-coordination-meeting-2004"
	File     = "third-coordination-meeting-2004.txt"
	Title    = "Third Coordination Meeting on International Migration"
	Body     = "United Nations, Department of Economic and Social Affairs, Population Division"
	Place    = "New York"
	Date     = "27–28 October 2004"
	Language = "en"
)

// Indexed is the day on which the index was made. It stands here and is not read
// from the file, so that an index made twice from the same is the same.
var Indexed = time.Date(2026, time.November, 25, 0, 0, 0, 0, time.UTC)

//go:generate go run ./prebuild proceedings.index

var (
	//go:embed third-coordination-meeting-2004.txt
	source []byte
	//go:embed proceedings.index
	index []byte
)

// Source returns the text as it was scanned, UTF-8, 92,597 bytes. It must not
// be changed.
func Source() []byte { return source }

// Index returns the index file, for retrieval.Load. It must not be changed.
func Index() []byte { return index }
