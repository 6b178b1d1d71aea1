package slacktest

import (
	"io"
	"net/http"
	"slices"
	"time"
)

// announce makes an address for a file to be uploaded to; s.mu is held.
func (s *Server) announce(args map[string]any) reply {
	name, _ := args["filename"].(string)
	length, _ := args["length"].(float64)
	if name == "" || length < 1 {
		return refuse("invalid_arguments")
	}
	f := &File{ID: "F" + s.stamp(), Name: name, Length: int(length)}
	s.files[f.ID] = f
	address := s.server.URL + "/upload/" + f.ID
	if s.UploadsAt != "" {
		address = s.UploadsAt
	}
	return reply{"ok": true, "upload_url": address, "file_id": f.ID}
}

// serveUpload takes in a file. Its failures are those of "upload".
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	data, err := readUpload(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, Call{Method: "upload"})
	if s.failsPlainly(w, "upload") {
		return
	}
	f := s.files[r.PathValue("id")]
	switch {
	case f == nil:
		w.WriteHeader(http.StatusNotFound)
		return
	case err != nil || len(data) != f.Length:
		s.t.Errorf("uploading %s: %d bytes, announced were %d: %v", f.Name, len(data), f.Length, err)
	}
	f.Data = data
	io.WriteString(w, "OK - 1")
}

// readUpload reads the one file of a multipart form.
func readUpload(r *http.Request) ([]byte, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	part, err := parts.NextPart()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(part)
}

// share shows uploaded files in a channel; s.mu is held.
func (s *Server) share(who *team, args map[string]any) reply {
	channel, _ := args["channel_id"].(string)
	thread, _ := args["thread_ts"].(string)
	if s.channels[channel].Absent {
		return refuse("channel_not_found")
	}
	if thread != "" && !slices.ContainsFunc(s.messages, func(m *Message) bool { return m.Channel == channel && m.TS == thread }) {
		return refuse("invalid_thread_ts")
	}
	m := &Message{Team: who.id, Channel: channel, TS: s.stamp(), Thread: thread, User: who.bot, BotID: who.botID, At: time.Now()}
	var out []any
	files, _ := args["files"].([]any)
	for _, one := range files {
		object, _ := one.(map[string]any)
		id, _ := object["id"].(string)
		f := s.files[id]
		if f == nil || f.Data == nil {
			return refuse("file_not_found")
		}
		m.Files = append(m.Files, *f)
		out = append(out, reply{"id": id, "title": f.Name})
	}
	s.messages = append(s.messages, m)
	return reply{"ok": true, "files": out}
}
