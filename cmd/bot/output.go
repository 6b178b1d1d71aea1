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
	"strings"

	"rapporteur/retrieval/brief"
)

// An output is where a file goes. Until it is kept it lies beside its place under
// another name, so that nobody finds half of one, and what was there before stays
// when something fails.
type output struct {
	io.Writer
	name string   // for people; "" for standard output
	part *os.File // nil: written in place
	path string   // where it is to lie
}

// openOutput opens the output that the flag names. Without a name, text goes to
// standard output, and what is no text to a new file named by title.
func (a *app) openOutput(name string, format brief.Format, title string) (*output, error) {
	if name == "-" || name == "" && !format.Binary {
		return &output{Writer: a.out}, nil
	}
	if name == "" {
		var err error
		if name, err = freeName(fileName(title), format.Extension); err != nil {
			return nil, err
		}
	}
	path := name
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // the file is replaced, and not the link to it
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("%s is a folder", name)
	case err == nil && !info.Mode().IsRegular():
		f, err := os.OpenFile(path, os.O_WRONLY, 0) // a device or a pipe
		return &output{Writer: f, name: name}, err
	}
	part, err := os.OpenFile(fmt.Sprintf("%s.%d.part", path, os.Getpid()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	return &output{Writer: part, name: name, part: part, path: path}, nil
}

// keep puts the file into its place.
func (o *output) keep() error {
	if o.part == nil {
		return nil
	}
	part := o.part
	o.part = nil
	err := errors.Join(part.Sync(), part.Close())
	if err == nil {
		err = os.Rename(part.Name(), o.path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keeping %s: %w", o.name, err), os.Remove(part.Name()))
	}
	return nil
}

// discard takes away what was not kept.
func (o *output) discard() {
	if o.part != nil {
		o.part.Close()
		os.Remove(o.part.Name())
	}
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
