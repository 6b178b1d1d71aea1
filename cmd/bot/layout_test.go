package main

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The module, and where it lies as seen from here.
const (
	module = "rapporteur"
	root   = "../.."
)

// rooms says what each part of the tree may import besides the standard library
// and itself, and why. A package belongs to the room with the longest name that
// its path begins with. An import from outside stands for all that lies below it,
// one of ours for its room alone.
//
// A line goes through the tree one way only, so that a reader may stop at any
// room and has missed nothing. A new entry is a change of that design, and wants
// a reason that will still convince in a year.
var rooms = map[string]map[string]string{
	".":                  {}, // nothing: it is a text
	"corpus":             {},
	"corpus/proceedings": {
		// Nothing: it is bytes, which everybody may have.
	},
	"embed": {},
	"embed/embedtest": {
		"rapporteur/embed":         "what the suite is about",
		"github.com/google/go-cmp": "shows how two vectors differ",
	},
	"embed/e5": {
		"rapporteur/embed":     "what an embedder is",
		"golang.org/x/sys/cpu": "which kernels the processor can run",
		"golang.org/x/text":    "accents are taken off by Unicode's decomposition",
	},
	"embed/remote": {
		"rapporteur/embed":                   "what an embedder is",
		"github.com/philippgille/chromem-go": "has the calls to the services already",
	},
	"retrieval": {
		"rapporteur/corpus":                  "passages",
		"rapporteur/corpus/proceedings":      "their index is opened like any other",
		"rapporteur/embed":                   "vectors",
		"github.com/philippgille/chromem-go": "holds the vectors",
		"github.com/blevesearch":             "holds the words, and ranks by BM25",
	},
	"retrieval/answer": {
		"rapporteur/retrieval":                "hits",
		"rapporteur/corpus":                   "the passages and places that are cited",
		"github.com/blevesearch/snowballstem": "the endings of words, where a model's are held against a document's",
	},
	"retrieval/brief": {
		"rapporteur/retrieval/answer":       "quotations, their check, and answers to questions",
		"rapporteur/retrieval":              "searches deeper than an answer does",
		"rapporteur/corpus":                 "the paragraphs around quotations",
		"rapporteur/retrieval/brief/export": "papers, and the files they become",
	},
	"retrieval/brief/export": {
		"codeberg.org/go-pdf/fpdf": "the PDF's objects, with the part of a font that is used",
		"golang.org/x/image":       "which characters a font has, and how wide they are",
		"golang.org/x/text":        "letters are joined with their accents by Unicode's composition",
		"github.com/rivo/uniseg":   "where Unicode lets a line break",
	},
	"retrieval/answer/llm": {
		"github.com/openai/openai-go/v3": "the protocol, and how a stream of it is read",
	},
	"retrieval/answer/llm/llmtest": {},
	"retrieval/eval": {
		"rapporteur/retrieval/answer": "asks the questions",
		"rapporteur/retrieval":        "ranks test collections",
		"rapporteur/corpus":           "reads their documents",
	},
	"adapters/chat": {
		"rapporteur/retrieval/answer":       "answers the questions",
		"rapporteur/retrieval/brief":        "makes the briefings",
		"rapporteur/retrieval/brief/export": "the font of their PDFs, and what it lacks",
		"rapporteur/retrieval":              "the index whose stamp is kept with feedback",
		"rapporteur/corpus":                 "headings to propose, and the neighbours of a passage",
		"rapporteur/adapters/chat/store":    "what outlives a restart",
	},
	"adapters/chat/store": {
		"modernc.org/sqlite": "the file, without cgo",
	},
	"adapters/chat/chattest": {
		"rapporteur/adapters/chat":       "what the suite is about",
		"rapporteur/adapters/chat/store": "each test has a store of its own",
		"rapporteur/retrieval/answer":    "real answers, over a small text",
		"rapporteur/retrieval/brief":     "real briefings of it",
		"rapporteur/retrieval":           "its index",
		"rapporteur/corpus":              "the text",
		"rapporteur/embed":               "the stand-in that compares words",
		"rapporteur/embed/e5":            "the words that reading a text needs",
	},
	"adapters/discord": {
		"rapporteur/adapters/chat":      "messages and replies",
		"github.com/bwmarrin/discordgo": "the gateway, the calls and their limits, the shapes",
		"github.com/gorilla/websocket":  "the connection that discordgo has under it, which must be cut at times",
	},
	"adapters/discord/discordtest": {
		"github.com/gorilla/websocket":             "the fake's gateway",
		"github.com/santhosh-tekuri/jsonschema/v6": "requests are checked by Discord's own description",
	},
	"adapters/terminal": {
		"rapporteur/adapters/chat": "messages and replies",
		"github.com/rivo/uniseg":   "how wide a text is on a screen",
	},
	"adapters/slack": {
		"rapporteur/adapters/chat":  "messages and replies",
		"github.com/slack-go/slack": "the Web API, Socket Mode and signatures",
		"golang.org/x/sync":         "one lookup for several that want it at once",
	},
	"adapters/slack/slacktest": {
		"github.com/gorilla/websocket": "the other end of Socket Mode",
	},
	"cmd/bot": {
		"rapporteur":                        "the example of a configuration",
		"rapporteur/...":                    "puts all parts together",
		"github.com/spf13/cobra":            "commands, flags, help and completion",
		"github.com/pelletier/go-toml/v2":   "the configuration, with the line of each error",
		"go.yaml.in/yaml/v3":                "the Slack app's manifest, as Slack's settings take it",
		"github.com/schollz/progressbar/v3": "how far the indexing is",
		"golang.org/x/term":                 "whether there is a screen, and how wide it is",
	},
}

// packages returns the imports of each package of the module, by its path below
// the root, and apart from them the commands that are not part of the bot, such
// as generators. Tests may import what they like and are left out.
func packages(t *testing.T) (imports map[string][]string, tools []string) {
	t.Helper()
	imports = map[string][]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path == root {
				return nil
			}
			_, err := os.Stat(filepath.Join(path, "go.mod"))
			if err == nil || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(below)
		if file.Name.Name == "main" && pkg != "cmd/bot" {
			tools = append(tools, pkg)
			return nil
		}
		imports[pkg] = append(imports[pkg], importsOf(file)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return imports, tools
}

// importsOf lists what a file imports from outside the standard library, in
// whose paths the first part has no dot.
func importsOf(file *ast.File) []string {
	var out []string
	for _, spec := range file.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		first, _, _ := strings.Cut(path, "/")
		if first == module || strings.Contains(first, ".") {
			out = append(out, path)
		}
	}
	return out
}

// below reports whether path is dir or lies in it.
func below(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }

// roomOf returns the room of a package, "" when it has none.
func roomOf(pkg string) string {
	best := ""
	for room := range rooms {
		if below(pkg, room) && len(room) > len(best) {
			best = room
		}
	}
	return best
}

// permit returns by which entry a room may import path, "" when it may not. What
// lies in the room itself needs none.
func permit(room, path string) string {
	inner, ours := strings.CutPrefix(path, module+"/")
	if ours && roomOf(inner) == room {
		return "itself"
	}
	for may := range rooms[room] {
		switch {
		case ours && (may == module+"/..." || may == module+"/"+roomOf(inner)):
			return may
		case !ours && below(path, may):
			return may
		}
	}
	return ""
}

func TestImports(t *testing.T) {
	imports, _ := packages(t)
	used := map[string]bool{} // room and import
	for _, pkg := range slices.Sorted(maps.Keys(imports)) {
		room := roomOf(pkg)
		if room == "" {
			t.Errorf("%s belongs to no room: say in rooms what it may import, and why", pkg)
			continue
		}
		for _, path := range imports[pkg] {
			may := permit(room, path)
			if may == "" {
				t.Errorf("%s imports %s, which the room %s may not", pkg, path, room)
			}
			used[room+" "+may] = true
		}
	}
	for room, may := range rooms {
		for path, why := range may {
			if !used[room+" "+path] {
				t.Errorf("%s may import %s (%s), and does not: take it out of rooms", room, path, why)
			}
			if why == "" {
				t.Errorf("%s may import %s for no reason", room, path)
			}
		}
	}
}

// TestTour holds the tour in doc.go against the tree: each package is named in
// it, and what it names is there.
func TestTour(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	tour := file.Doc.Text()
	named := map[string]bool{}
	for _, match := range regexp.MustCompile(`\[`+module+`(?:/([^\]]+))?\]`).FindAllStringSubmatch(tour, -1) {
		named[cmp.Or(match[1], ".")] = true
	}
	imports, tools := packages(t)
	for pkg := range imports {
		if !named[pkg] {
			t.Errorf("the tour does not name %s", pkg)
		}
	}
	for pkg := range named {
		if _, ok := imports[pkg]; !ok && !slices.Contains(tools, pkg) {
			t.Errorf("the tour names %s, which is not there", pkg)
		}
	}
	for _, match := range regexp.MustCompile(`\b([a-z]+(_test)?\.go)\b`).FindAllString(tour, -1) {
		found := slices.ContainsFunc([]string{"*", "*/*", "*/*/*"}, func(depth string) bool {
			files, _ := filepath.Glob(filepath.Join(root, depth, match))
			return len(files) > 0
		})
		if !found {
			t.Errorf("the tour names the file %s, which is not there", match)
		}
	}
}
