package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"strings"
	"syscall"
	"testing"
	"time"
)

// runBot runs a command line in this process.
func runBot(ctx context.Context, getenv func(string) string, args ...string) (status int, out, diagnostics string) {
	var o, d strings.Builder
	status = run(ctx, args, strings.NewReader(""), &o, &d, getenv)
	return status, o.String(), d.String()
}

func TestBugIsReportedAsOne(t *testing.T) {
	broken := func(string) string { panic("boom") }
	status, out, diagnostics := runBot(t.Context(), broken, "passages")
	if status != exitFailure || out != "" {
		t.Errorf("status %d, output %q", status, out)
	}
	if want := "bot: this is a bug in the bot: boom. Please report it"; !strings.HasPrefix(diagnostics, want) || strings.Count(diagnostics, "\n") != 1 {
		t.Errorf("got %q, want one line that begins with %q", diagnostics, want)
	}
	if _, _, diagnostics = runBot(t.Context(), broken, "passages", "--verbose"); !strings.Contains(diagnostics, "goroutine") {
		t.Errorf("--verbose does not say where it happened: %q", diagnostics)
	}
}

func TestInterrupted(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the model")
	}
	emptyHome(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	status, out, diagnostics := runBot(ctx, noEnv, "ask", "Who opened the meeting?")
	if status != exitFailure || out != "" || diagnostics != "bot: interrupted\n" {
		t.Errorf("status %d, output %q, diagnostics %q", status, out, diagnostics)
	}
}

// A command that waits for standard input can be stopped.
func TestInterruptedWhileReading(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the model")
	}
	emptyHome(t)
	for _, args := range [][]string{{"ask", "--questions", "-"}, {"eval", "--questions", "-"}, {"brief", "--questions", "-"}, {"brief", "--outline", "-"}} {
		ctx, cancel := context.WithCancel(t.Context())
		var out, diagnostics strings.Builder
		status := run(ctx, args, idle{t, cancel}, &out, &diagnostics, noEnv)
		if status != exitFailure || out.String() != "" || diagnostics.String() != "bot: interrupted\n" {
			t.Errorf("%v: status %d, output %q, diagnostics %q", args, status, &out, &diagnostics)
		}
	}
}

// An idle person types nothing, and gives up as soon as something is expected.
type idle struct {
	t      *testing.T
	giveUp func()
}

func (i idle) Read([]byte) (int, error) {
	i.giveUp()
	select {
	case <-i.t.Context().Done():
	case <-time.After(30 * time.Second): // a command that waited so long has not heard
	}
	return 0, io.EOF
}

func TestWriteErrorIsAFailure(t *testing.T) {
	emptyHome(t)
	for _, args := range [][]string{{"passages"}, {"passages", "--json"}, {"version"}} {
		var d strings.Builder
		if status := run(t.Context(), args, strings.NewReader(""), fullDisk{}, &d, noEnv); status != exitFailure || d.String() != "bot: no space left\n" {
			t.Errorf("%v: status %d, %q", args, status, d.String())
		}
	}
}

// fullDisk takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// What to do about a file that cannot be written depends on why.
func TestNotWritableSaysTheNextStep(t *testing.T) {
	for why, want := range map[error]string{
		syscall.ENOSPC:   ": make room, or name a file on another disk",
		fs.ErrPermission: ": name a file in a folder that can be written",
	} {
		if got := sayFileNotWritable("b.docx", &fs.PathError{Op: "write", Path: "b.docx", Err: why}).Error(); !strings.HasSuffix(got, want) {
			t.Errorf("%q, want at its end %q", got, want)
		}
	}
}

func TestLog(t *testing.T) {
	var b strings.Builder
	log := slog.New(newHandler(&b, slog.LevelInfo))
	log.Debug("not said")
	log.Info("said", "index", "a\x1b[31m\nb")
	log.With("one", 1).WithGroup("g").Warn("hear", "two", 2)
	log.Error("it broke", "error", errors.New("cause"))
	want := "bot: said (index: a\ufffd[31m b)\n" +
		"bot: warning: hear (one: 1, g.two: 2)\n" +
		"bot: error: it broke (error: cause)\n"
	if got := b.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
