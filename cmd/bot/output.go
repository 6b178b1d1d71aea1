package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval/brief"
)

// outputPath is where a file is to be written whose name the person gave, or not: ""
// for standard output. What is no text goes to a new file named by title. That a
// file can be written there is tried at once: making it may take long, and would
// be for nothing.
func outputPath(name string, format brief.Format, title string) (string, error) {
	switch {
	case name == "-", name == "" && !format.Binary:
		return "", nil
	case name == "":
		var err error
		if name, err = freeName(fileName(title), format.Extension); err != nil {
			return "", err
		}
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return "", fmt.Errorf("%s is a folder", name)
	case err == nil && !info.Mode().IsRegular():
		return name, nil // a device or a pipe
	}
	try, err := createPart(name)
	if err != nil {
		return "", err
	}
	return name, errors.Join(try.Close(), os.Remove(try.Name()))
}

// writeOutput writes to path what write writes.
func (a *app) writeOutput(path string, write func(io.Writer) error) error {
	if path == "" {
		return write(a.out)
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return sayFileNotWritable(path, err)
		}
		return errors.Join(write(f), f.Close())
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // the file is replaced, and not the link to it
	}
	return writeFile(path, write)
}

// amongDocuments reports whether name is, or would be, one of the documents at
// paths, files or folders: a briefing there would replace one, or be quoted by the
// next. Where name is a link, so may what it leads to.
func amongDocuments(name string, paths []string) bool {
	names := []string{name}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		names = append(names, real)
	}
	return slices.ContainsFunc(paths, func(path string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return isDocumentOf(path, name) })
	})
}

// isDocumentOf reports whether name is the file at path, or a document in the folder
// there.
func isDocumentOf(path, name string) bool {
	at, err := os.Stat(path)
	if err != nil {
		return false
	}
	if at.IsDir() {
		return corpus.IsDocument(name) && within(filepath.Dir(name), at)
	}
	file, err := os.Stat(name)
	return err == nil && os.SameFile(file, at)
}

// within reports whether a folder is root or below it, wherever links lead.
func within(folder string, root fs.FileInfo) bool {
	folder, err := filepath.EvalSymlinks(folder)
	if err == nil {
		folder, err = filepath.Abs(folder)
	}
	for below := ""; err == nil && folder != below; below, folder = folder, filepath.Dir(folder) {
		if info, gone := os.Stat(folder); gone == nil && os.SameFile(info, root) {
			return true
		}
	}
	return false
}

// sparing returns where a briefing that is not whole goes instead of to path: not
// over a file that is there, which may be a whole one.
func sparing(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return path, nil
	}
	extension := filepath.Ext(path)
	return freeName(strings.TrimSuffix(path, extension), extension)
}

var notInName = regexp.MustCompile(`[^\pL\pN]+`)

// fileName makes a name for a file from a title: "high-level-dialogue-2006".
func fileName(title string) string {
	const longest = 60 // characters
	name := strings.Trim(notInName.ReplaceAllString(strings.ToLower(title), "-"), "-")
	if letters := []rune(name); len(letters) > longest {
		name = strings.Trim(string(letters[:longest]), "-")
	}
	return cmp.Or(name, "briefing")
}

// freeName is the first of NAME.docx, NAME-2.docx and so on that is not taken.
func freeName(name, extension string) (string, error) {
	const most = 1000
	try := name + extension
	for n := 2; n <= most; n++ {
		if _, err := os.Lstat(try); errors.Is(err, fs.ErrNotExist) {
			return try, nil
		}
		try = fmt.Sprintf("%s-%d%s", name, n, extension)
	}
	return "", errNameTaken
}
