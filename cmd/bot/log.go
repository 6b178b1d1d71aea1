package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
)

// A handler writes log records for the person at the terminal: "bot: ", the
// level where it is not the usual one, the message, and what belongs to it in
// brackets. Time and source would only stand in the way there.
type handler struct {
	mu    *sync.Mutex
	w     io.Writer
	level slog.Level
	attrs []string // already as text
	group string   // "" or a name with a dot after it
}

func newHandler(w io.Writer, level slog.Level) *handler {
	return &handler{mu: new(sync.Mutex), w: w, level: level}
}

func (h *handler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

func (h *handler) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	switch {
	case r.Level == slog.LevelWarn:
		b.WriteString("warning: ")
	case r.Level != slog.LevelInfo:
		b.WriteString(strings.ToLower(r.Level.String()) + ": ")
	}
	b.WriteString(r.Message)
	attrs := h.attrs
	r.Attrs(func(a slog.Attr) bool {
		attrs = append(attrs[:len(attrs):len(attrs)], h.text(a))
		return true
	})
	if len(attrs) > 0 {
		b.WriteString(" (" + strings.Join(attrs, ", ") + ")")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	// One line a record, whatever an error has in it.
	_, err := fmt.Fprintf(h.w, "bot: %s\n", clean(b.String()))
	return err
}

// text is "key: value".
func (h *handler) text(a slog.Attr) string {
	return fmt.Sprintf("%s%s: %v", h.group, a.Key, a.Value.Resolve())
}

// WithAttrs returns a handler that adds attrs to each record.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	out := *h
	out.attrs = append([]string(nil), h.attrs...)
	for _, a := range attrs {
		out.attrs = append(out.attrs, h.text(a))
	}
	return &out
}

// WithGroup returns a handler that puts name before the keys that follow.
func (h *handler) WithGroup(name string) slog.Handler {
	out := *h
	if name != "" {
		out.group += name + "."
	}
	return &out
}
