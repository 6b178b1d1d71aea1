package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"rapporteur/retrieval/answer/llm/llmtest"
)

// startModel starts a language model's service for a script, and writes a
// configuration that names it: model FILE copies|lies|refuses|stalls [WORD].
func startModel(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: model FILE copies|lies|refuses|stalls [WORD]")
	}
	word := strings.Join(args[2:], " ")
	conduct, ok := map[string]llmtest.Conduct{
		"copies":  llmtest.Reply(func(q llmtest.Request) string { return copied(q, word) }),
		"lies":    llmtest.Reply(func(q llmtest.Request) string { return "It is not so that " + copied(q, word) }),
		"refuses": llmtest.Refuse(500),
		"stalls":  llmtest.Hang("The"),
	}[args[1]]
	if !ok {
		ts.Fatalf("a model that %s is not known", args[1])
	}
	service := llmtest.Serve(ending{ts}, conduct)
	config := fmt.Sprintf("[model]\nname = %q\nurl = %q\ntimeout_seconds = 2\n", llmtest.Model, service.URL)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(config), 0o644))
}

var givenSentence = regexp.MustCompile(`(?m)^\[(\d+)\] (.*)$`)

// copied is the first of the given sentences that holds word, with its mark. Asked
// for a question, it is that, so that nothing is rewritten.
func copied(q llmtest.Request, word string) string {
	for _, m := range givenSentence.FindAllStringSubmatch(q.Text, -1) {
		if strings.Contains(m[2], word) {
			return strings.TrimRight(m[2], ".") + " [" + m[1] + "]."
		}
	}
	return "I do not know."
}

// ending tells when a script is over, as a test tells it.
type ending struct{ ts *testscript.TestScript }

func (e ending) Cleanup(f func()) { e.ts.Defer(f) }
