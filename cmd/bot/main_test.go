package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
)

var update = flag.Bool("update", false, "renew what the scripts compare output with")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"bot": main})
}

// TestScripts runs the bot as a person would; testdata/README.md says how.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			// A home of its own, on every system, so that no script finds the
			// configuration or the indexes of whoever runs the tests.
			home := filepath.Join(env.WorkDir, "home")
			env.Setenv("HOME", home)
			env.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
			env.Setenv("TERM", "xterm")
			return os.MkdirAll(home, 0o755)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"answers":  checkAnswers,
			"passages": checkPassages,
			"repeat":   repeat,
			"model":    startModel,
		},
	})
}

// Help fits on the screen of a terminal, and each command shows how it is called.
func TestHelpFits(t *testing.T) {
	const columns = 82
	var look func(*cobra.Command)
	look = func(c *cobra.Command) {
		for line := range strings.Lines(c.Short + "\n" + c.Long + "\n" + c.Example) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > columns {
				t.Errorf("%s: a line of %d characters, more than %d: %q", c.CommandPath(), n, columns, line)
			}
		}
		if c.Short == "" || c.Long == "" || c.Example == "" && !c.HasSubCommands() {
			t.Errorf("%s: its help lacks a summary, a description or an example", c.CommandPath())
		}
		for _, below := range c.Commands() {
			if below.Name() != "help" { // which is cobra's
				look(below)
			}
		}
	}
	look(rootCommand(newApp(nil, nil, nil, noEnv)))
}

// repeat writes a text so many times to a file: repeat FILE N TEXT.
func repeat(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: repeat FILE N TEXT")
	}
	var text []byte
	for range number(ts, args[1]) {
		text = append(text, args[2]...)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o644))
}
