package corpus

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// ErrFormat says that a file is of a kind that cannot be read.
var ErrFormat = errors.New("this kind of file cannot be read")

// largest is the size in bytes beyond which a file is refused: a text of this
// size is some 100,000 pages, and is rather something else.
const largest = 64 << 20

// A Source is a file that was found and holds text.
type Source struct {
	Card  Card
	Path  string // where it lies, absolute
	Bytes []byte
}

// A Refusal is a file in a folder that was passed over, with the reason.
type Refusal struct {
	Path string
	Err  error
}

// Find reads the files at paths, and those in the folders at paths and below
// (hidden ones aside), in the order of their names. A path that names a file
// must be readable text; in a folder what is not is passed over and reported. A
// path may be a link; a link to a folder within a folder is not followed, since
// it may lead round in a circle. The error names the path and says what can be
// done.
func Find(paths []string) ([]Source, []Refusal, error) {
	var sources []Source
	var refused []Refusal
	for _, root := range paths {
		info, err := os.Stat(root)
		if err != nil {
			return nil, nil, fmt.Errorf("%w. Check the path", err)
		}
		if !info.IsDir() {
			s, err := readSource(root, filepath.Base(root))
			if err != nil {
				return nil, nil, err
			}
			sources = append(sources, s)
			continue
		}
		found, passed, err := findIn(root)
		if err != nil {
			return nil, nil, err
		}
		if len(found) == 0 {
			return nil, nil, noText(root, passed)
		}
		sources = append(sources, found...)
		refused = append(refused, passed...)
	}
	sources = distinct(sources)
	distinguish(sources)
	return sources, refused, nil
}

// noText says that nothing in a folder can be read, and why.
func noText(root string, passed []Refusal) error {
	if len(passed) == 0 {
		return fmt.Errorf("no text in %s. Put .txt or .md files there", root)
	}
	return fmt.Errorf("no text in %s: %d passed over, such as this: %w", root, len(passed), passed[0].Err)
}

func findIn(root string) (sources []Source, refused []Refusal, err error) {
	root = filepath.Clean(root) + string(filepath.Separator) // so that a link is followed
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			if path == root {
				return fmt.Errorf("%w. Check the folder's permissions", err)
			}
			refused = append(refused, Refusal{path, err})
			return nil
		}
		if strings.HasPrefix(entry.Name(), ".") && path != root {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if entry.IsDir() {
			return nil
		}
		if entry.Type()&fs.ModeSymlink != 0 && leadsToFolder(path) {
			refused = append(refused, Refusal{path, errLink})
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		s, err := readSource(path, filepath.ToSlash(rel))
		if err != nil {
			refused = append(refused, Refusal{path, err})
			return nil
		}
		sources = append(sources, s)
		return nil
	})
	return sources, refused, err
}

var errLink = errors.New("a link to a folder, which is not followed. Name that folder too")

func leadsToFolder(link string) bool {
	info, err := os.Stat(link)
	return err == nil && info.IsDir()
}

// IsDocument reports whether a file of that name is read where it lies in a folder
// of documents.
func IsDocument(path string) bool {
	return !strings.HasPrefix(filepath.Base(path), ".") && readable(path)
}

// readable reports whether the name of a file ends as those of texts do.
func readable(file string) bool {
	ext := strings.ToLower(filepath.Ext(file))
	return ext == ".txt" || ext == ".text" || isMarkdown(file)
}

func readSource(path, file string) (Source, error) {
	if !readable(path) {
		ext := strings.ToLower(filepath.Ext(path))
		return Source{}, fmt.Errorf("%s: %w (%s). %s", path, ErrFormat, orNone(ext), advice(ext))
	}
	info, err := os.Stat(path)
	if err != nil {
		return Source{}, err
	}
	if !info.Mode().IsRegular() {
		return Source{}, fmt.Errorf("%s: %w (not a regular file)", path, ErrFormat)
	}
	if info.Size() > largest {
		return Source{}, fmt.Errorf("%s: %d MiB is more than the %d MiB that are read. Split it", path, info.Size()>>20, largest>>20)
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrPermission) {
		return Source{}, fmt.Errorf("%w. Check the file's permissions", err)
	}
	if err != nil {
		return Source{}, err
	}
	if err := check(data); err != nil {
		return Source{}, fmt.Errorf("%s: %w", path, err)
	}
	if strings.IndexFunc(string(data), isText) < 0 {
		return Source{}, fmt.Errorf("%s: %w. Put some text in it, or leave it out", path, ErrEmpty)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return Source{}, err
	}
	file = strings.ToValidUTF8(file, string(unicode.ReplacementChar)) // names need not be text, and JSON holds no other
	return Source{Card: Card{ID: strings.TrimSuffix(file, filepath.Ext(file)), File: file}, Path: abs, Bytes: data}, nil
}

func isText(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func orNone(ext string) string {
	if ext == "" {
		return "its name has no ending"
	}
	return ext
}

// advice says how a file of another format becomes one that can be read.
func advice(ext string) string {
	switch ext {
	case ".pdf":
		return "Save it as text first, for example: pdftotext -layout FILE.pdf FILE.txt"
	case ".doc", ".docx", ".odt", ".rtf", ".html", ".htm":
		return "Save it as plain text (UTF-8) first, for example with a word processor"
	case "":
		return "Give it the ending .txt or .md if it is plain text"
	}
	return "Text files (.txt, .md) can be read"
}

// distinct leaves out a file that was found before, as when a folder is named beside
// one of its files.
func distinct(sources []Source) []Source {
	seen := make(map[string]bool, len(sources))
	return slices.DeleteFunc(sources, func(s Source) bool {
		again := seen[s.Path]
		seen[s.Path] = true
		return again
	})
}

// distinguish makes IDs and paths unique: the same name may occur below two
// roots, and a.txt may lie beside a.md.
func distinguish(sources []Source) {
	files, ids := make(map[string]int), make(map[string]int)
	for i := range sources {
		c := &sources[i].Card
		files[c.File]++
		if n := files[c.File]; n > 1 {
			c.File = fmt.Sprintf("%s~%d", c.File, n)
			c.ID = c.File
		}
		ids[c.ID]++
		if ids[c.ID] > 1 {
			c.ID = c.File
		}
	}
}
