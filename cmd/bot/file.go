package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// writeFile makes the file at path from what write writes, whole or not at all: it
// is written beside its place first, and what was there before stays until then.
func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part")
	if err != nil {
		return sayFileNotWritable(path, err)
	}
	err = write(f)
	if err == nil {
		err = f.Chmod(0o644) // CreateTemp's files are for their owner alone
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(sayFileNotWritable(path, err), os.Remove(f.Name()))
	}
	return nil
}
