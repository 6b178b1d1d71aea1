package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
)

// The exit statuses. Whoever runs the bot from a script tells by them whether
// the call was wrong or the bot failed.
const (
	exitOK      = 0
	exitFailure = 1
	exitUse     = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	stop()
	os.Exit(status)
}

// run carries out one command line and returns its exit status. Answers go to
// out, all else to diagnostics.
func run(ctx context.Context, args []string, in io.Reader, out, diagnostics io.Writer, getenv func(string) string) (status int) {
	a := newApp(in, out, diagnostics, getenv)
	defer func() {
		// The last resort: a person is told that it is a bug. Who mends it
		// needs the stack, and asks for it with --verbose.
		if p := recover(); p != nil {
			say(diagnostics, sayBug(p))
			if a.verbose {
				diagnostics.Write(debug.Stack())
			}
			status = exitFailure
		}
	}()
	root := rootCommand(a)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(diagnostics)
	return a.report(ctx, root.ExecuteContext(ctx))
}

// report tells people about err and returns the exit status that it stands for.
func (a *app) report(ctx context.Context, err error) int {
	var use useError
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		say(a.diagnostics, saidInterrupted)
		return exitFailure
	case errors.As(err, &use), !a.started:
		// What fails before a command starts is how it was called: its name,
		// its flags, its arguments.
		say(a.diagnostics, err.Error())
		return exitUse
	}
	say(a.diagnostics, err.Error())
	return exitFailure
}

// A useError says that the bot was used wrongly, and what to do instead.
type useError struct{ error }

func (e useError) Unwrap() error { return e.error }

// badUse marks err, unless it is nil, as a wrong use.
func badUse(err error) error {
	if err == nil {
		return nil
	}
	return useError{err}
}

// say writes a message for people to w, each line after "bot: ".
func say(w io.Writer, message string) {
	for line := range strings.SplitSeq(strings.TrimRight(message, "\n"), "\n") {
		fmt.Fprintf(w, "bot: %s\n", clean(line))
	}
}
