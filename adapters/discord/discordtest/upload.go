package discordtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// An Attachment is a file of a message's.
type Attachment struct {
	ID       string `json:"id"`
	Filename string `json:"filename"`
	Size     int    `json:"size"`
	Data     []byte `json:"-"`
}

// mostUpload is how many bytes of files a request may have, in a server that has paid
// for no more (docs.discord.com, Uploading Files).
const mostUpload = 10 << 20

var errTooLarge = errors.New("the files are too large")

// payload reads a request's body: its JSON, and the files that come with it, in
// their order. r keeps the files for the handler.
func payload(r *http.Request) (body []byte, err error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return io.ReadAll(r.Body)
	}
	const held = 32 << 20 // in memory
	if err := r.ParseMultipartForm(held); err != nil {
		return nil, err
	}
	for name := range r.MultipartForm.Value {
		if name != "payload_json" {
			return nil, fmt.Errorf("a part %q is unknown", name)
		}
	}
	if len(r.MultipartForm.Value["payload_json"]) != 1 {
		return nil, errors.New("no payload_json, or several")
	}
	return []byte(r.MultipartForm.Value["payload_json"][0]), nil
}

// uploads are the files that came with a request, by their numbers.
func uploads(r *http.Request) (map[string]Attachment, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	all, size := make(map[string]Attachment), 0
	for name, headers := range r.MultipartForm.File {
		number, ok := strings.CutPrefix(strings.TrimSuffix(name, "]"), "files[")
		if n, err := strconv.Atoi(number); !ok || err != nil || n < 0 || n > 9 || len(headers) != 1 {
			return nil, fmt.Errorf("a file in the part %q", name)
		}
		f, err := headers[0].Open()
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(f)
		f.Close()
		if err != nil {
			return nil, err
		}
		all[number] = Attachment{ID: number, Filename: headers[0].Filename, Size: len(data), Data: data}
		size += len(data)
	}
	if size > mostUpload {
		return nil, errTooLarge
	}
	return all, nil
}

// checkFiles checks that each file that comes along is named among the attachments,
// and that a message of components shows each, and none that does not come.
func checkFiles(r *http.Request, body []byte) error {
	files, err := uploads(r)
	if err != nil {
		return err
	}
	var in sent
	if len(bytes.TrimSpace(body)) == 0 || json.Unmarshal(body, &in) != nil {
		return nil
	}
	var named []string
	for number, f := range files {
		i := slices.IndexFunc(in.Attachments, func(a Attachment) bool { return a.ID == number })
		if i < 0 {
			return fmt.Errorf("no attachment has the number %s of the file %s", number, f.Filename)
		}
		if name := in.Attachments[i].Filename; name != "" && name != f.Filename {
			return fmt.Errorf("the file %s is attached as %s", f.Filename, name)
		}
		named = append(named, "attachment://"+f.Filename)
	}
	if in.Flags&flagComponents == 0 {
		return nil
	}
	shown := Message{Components: in.Components}.files()
	slices.Sort(named)
	slices.Sort(shown)
	if !slices.Equal(named, shown) {
		return fmt.Errorf("the files %q come, and %q are shown", named, shown)
	}
	return nil
}

// read takes apart the body of a message, which was checked.
func read(r *http.Request, body []byte) sent {
	var in sent
	json.Unmarshal(body, &in)
	in.files, _ = uploads(r)
	return in
}

// attached are the attachments of a message that has those before: the ones that in
// keeps, which are all where it names none, and the files that come with it.
func (s *Server) attached(before []Attachment, in sent) []Attachment {
	all := []Attachment{}
	for _, a := range before {
		if in.Attachments == nil || slices.ContainsFunc(in.Attachments, func(kept Attachment) bool { return kept.ID == a.ID }) {
			all = append(all, a)
		}
	}
	for _, a := range in.Attachments {
		if f, ok := in.files[a.ID]; ok {
			f.ID = s.id()
			all = append(all, f)
		}
	}
	return all
}
