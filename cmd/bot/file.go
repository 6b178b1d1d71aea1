package main

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeFile makes the file at path from what write writes, whole or not at all: it
// is written beside its place first, and what was there before stays until then.
// Who may read it stays as it was, and of a new file is what the system grants.
func writeFile(path string, write func(io.Writer) error) error {
	f, err := createPart(path)
	if err != nil {
		return sayFileNotWritable(path, err)
	}
	err = write(partWriter{f, path})
	if before, gone := os.Stat(path); err == nil && gone == nil {
		err = f.Chmod(before.Mode().Perm())
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = sayFileNotWritable(path, naming(path, err))
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// createPart creates a new file beside path, for what is to stand there.
func createPart(path string) (*os.File, error) {
	folder := filepath.Dir(path)
	f, err := os.OpenFile(filepath.Join(folder, "."+rand.Text()+".part"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	return f, naming(folder, err)
}

// A partWriter writes to a file beside path, and names path where it cannot.
type partWriter struct {
	file *os.File
	path string
}

func (w partWriter) Write(data []byte) (int, error) {
	n, err := w.file.Write(data)
	return n, naming(w.path, err)
}

// naming returns err with path for the file that it names, which the person does
// not know of.
func naming(path string, err error) error {
	var file *fs.PathError
	if errors.As(err, &file) {
		file.Path = path
	}
	return err
}
