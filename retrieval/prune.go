package retrieval

import (
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// Each set of files has an index of its own, and so has a folder after every file that
// comes or goes. An index that nobody asks any more is cleared away when another is put
// on the shelf.

// How long what lies on a shelf is kept.
const (
	unused     = 30 * 24 * time.Hour // an index, since it was last opened
	unfinished = 24 * time.Hour      // what a process left that died while it wrote an index
)

// ofShelf recognizes the files that a Shelf makes; the group is of one half written.
var ofShelf = regexp.MustCompile(`^[0-9a-f]{20}\.index(\.\d+\.part)?$`)

// touch notes that the index at path was opened. Where that cannot be noted, it may
// have to be built again one day.
func touch(path string) {
	now := time.Now()
	_ = os.Chtimes(path, now, now)
}

// prune clears away what lies on the shelf and is no longer used. What cannot be looked
// at or deleted stays.
func (s Shelf) prune() {
	files, err := os.ReadDir(s.Folder)
	if err != nil {
		return
	}
	for _, f := range files {
		kind := ofShelf.FindStringSubmatch(f.Name())
		info, err := f.Info()
		if kind == nil || err != nil || !info.Mode().IsRegular() {
			continue
		}
		keep := unused
		if kind[1] != "" {
			keep = unfinished
		}
		if time.Since(info.ModTime()) <= keep {
			continue
		}
		path := filepath.Join(s.Folder, f.Name())
		if err := os.Remove(path); err != nil {
			s.Log.Debug("An index that is no longer used could not be deleted.", "index", path, "error", err)
			continue
		}
		s.Log.Debug("An index that is no longer used was deleted.", "index", path)
	}
}
