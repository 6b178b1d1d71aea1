package retrieval_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rapporteur/corpus"
	"rapporteur/corpus/proceedings"
	"rapporteur/embed"
	"rapporteur/embed/e5"
	"rapporteur/embed/e5/kernel"
	"rapporteur/retrieval"
)

var (
	fish = corpus.Source{
		Card:  corpus.Card{ID: "fish", File: "fish.txt", Title: "On fish"},
		Path:  "/docs/fish.txt",
		Bytes: []byte("I. SALMON\n\nSalmon swim up the rivers in autumn. They leap over weirs.\n\nII. EELS\n\nEels swim down to the sea. Nobody has seen where they spawn.\n"),
	}
	birds = corpus.Source{
		Card:  corpus.Card{ID: "birds", File: "birds.txt", Title: "On birds"},
		Path:  "/docs/birds.txt",
		Bytes: []byte("Swallows fly south in autumn. Storks follow the warm air over land.\n"),
	}
)

// sameIndex compares what two indexes find; vectors are compared by what they
// rank.
func sameIndex(t *testing.T, a, b *retrieval.Index) {
	t.Helper()
	if a.Built() != b.Built() {
		t.Errorf("built on %v and on %v", a.Built(), b.Built())
	}
	ignore := cmpopts.IgnoreFields(corpus.Document{}, "Source")
	if diff := cmp.Diff(a.Documents(), b.Documents(), ignore); diff != "" {
		t.Errorf("documents differ:\n%s", diff)
	}
	for _, query := range []string{"Where do eels spawn?", "swallows in autumn", "weirs"} {
		first, second := search(t, a, query), search(t, b, query)
		if diff := cmp.Diff(first, second, cmpopts.EquateApprox(0, 1e-4)); diff != "" {
			t.Errorf("hits for %q differ:\n%s", query, diff)
		}
	}
}

func search(t *testing.T, x *retrieval.Index, query string) []retrieval.Hit {
	t.Helper()
	hits, err := x.Search(context.Background(), query, retrieval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return hits
}

func open(t *testing.T, s retrieval.Shelf, sources ...corpus.Source) *retrieval.Index {
	t.Helper()
	x, err := s.Open(context.Background(), sources, e5.Words(), embed.Quote(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func quiet(buf *bytes.Buffer) *slog.Logger { return slog.New(slog.NewTextHandler(buf, nil)) }

func TestSearch(t *testing.T) {
	x := open(t, retrieval.Shelf{}, fish, birds)
	for query, want := range map[string]string{
		"Where do eels spawn?":      "fish/0002",
		"Salmon leap over weirs":    "fish/0001",
		"Storks over land":          "birds/0001",
		"  storks\n\tOVER  land?? ": "birds/0001",
	} {
		hits := search(t, x, query)
		if len(hits) != 3 || hits[0].ID != want {
			t.Errorf("%q: first of %d is %s, want %s", query, len(hits), hits[0].ID, want)
		}
		for i, h := range hits {
			if i > 0 && h.Score > hits[i-1].Score {
				t.Errorf("%q: hit %d scores more than the one before", query, i+1)
			}
			if len(h.Sentences) != len(h.Passage.Sentences) {
				t.Errorf("%q: %d nearnesses for %d sentences", query, len(h.Sentences), len(h.Passage.Sentences))
			}
		}
	}
	if hits := search(t, x, " \n "); hits != nil {
		t.Errorf("nothing was asked, and %d hits came", len(hits))
	}
	if hits, err := x.Search(context.Background(), "eels", retrieval.Options{Limit: 1}); err != nil || len(hits) != 1 {
		t.Errorf("limit 1: %d hits, %v", len(hits), err)
	}
}

// Of each word of the question a hit says where it is found.
func TestSearchTellsWordsApart(t *testing.T) {
	hits := search(t, open(t, retrieval.Shelf{}, fish, birds), "Where do\teels spawn?")
	best := hits[0]
	var words []string
	for _, q := range best.Query {
		words = append(words, q.Text)
	}
	if diff := cmp.Diff([]string{"Where", "do", "eels", "spawn"}, words); diff != "" {
		t.Fatal(diff)
	}
	if len(best.Matches) != 4 || best.Matches[2] < 0.9 || best.Matches[1] > 0.5 {
		t.Errorf("%v: the passage holds eels, and no word like do", best.Matches)
	}
	for i, s := range best.Sentences {
		for j, m := range s.Matches {
			if m > best.Matches[j] {
				t.Errorf("sentence %d matches %q by %v, its passage by %v", i, words[j], m, best.Matches[j])
			}
		}
	}
}

func TestLikeness(t *testing.T) {
	x := open(t, retrieval.Shelf{}, fish)
	rows, err := x.Likeness(t.Context(), []string{"eels", "salmon leap"}, []string{"salmon leap", "storks", "eels"})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || len(rows[0]) != 3 || rows[0][2] < 0.99 || rows[1][0] < 0.99 || rows[0][1] > 0.9 || rows[1][2] > 0.9 {
		t.Errorf("got %v", rows)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Likeness(stopped, []string{"eels"}, []string{"storks"}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// Words that leave it to their heading what they speak of are found by it.
func TestSearchByHeading(t *testing.T) {
	var text strings.Builder
	for _, item := range []struct{ title, who string }{{"ADAPTATION PLANS", "Ms. Sangare"}, {"TRANSACTION LOG", "Mr. Mizuno"}, {"GENDER AND CLIMATE", "Ms. Kerr"}} {
		fmt.Fprintf(&text, "%s\n\nThe meeting agreed to consider this agenda item in consultations facilitated by %s.\n\n", item.title, item.who)
	}
	x := open(t, retrieval.Shelf{}, corpus.Source{Card: corpus.Card{ID: "report", File: "report.txt", Title: "Report"}, Path: "/docs/report.txt", Bytes: []byte(text.String())})
	for question, want := range map[string]string{
		"Who facilitated the consultations on gender?":              "Ms. Kerr",
		"Who facilitated the consultations on adaptation plans?":    "Ms. Sangare",
		"Who facilitated the consultations on the transaction log?": "Mr. Mizuno",
	} {
		best := search(t, x, question)[0]
		if !strings.Contains(best.Text, want) {
			t.Errorf("%s %q is found first", question, best.Text)
		}
		if strings.Contains(best.Text, "ADAPTATION") || len(best.Sentences) != 1 {
			t.Errorf("the passage is %q", best.Text)
		}
		last := len(best.Query) - 1 // a word of the title
		if title, own := best.Matches[last], best.Sentences[0].Matches[last]; title < 0.9 || own > 0.5 {
			t.Errorf("%q: the passage matches %q by %v, its sentence by %v", question, best.Query[last].Text, title, own)
		}
	}
}

// What a table of contents names is shown, and never found.
func TestContentsAreNotSearched(t *testing.T) {
	src := fish
	src.Bytes = []byte(strings.Repeat("A long line that makes every line a paragraph of its own, as word processors save their texts, so that no line is joined with the next one. ", 2) +
		"\nContents\nSalmon of the rivers\t3\nEels of the sea\t7\nWeirs and how to leap them\t9\n")
	x := open(t, retrieval.Shelf{}, src)
	for _, h := range search(t, x, "weirs and how to leap them") {
		if h.Contents {
			t.Errorf("found %s in the contents", h.ID)
		}
	}
	contents := 0
	for _, p := range x.Documents()[0].Passages {
		if p.Contents {
			contents++
		}
	}
	if contents == 0 {
		t.Error("no contents to pass over")
	}
}

func TestShelfKeepsAnIndex(t *testing.T) {
	var log bytes.Buffer
	s := retrieval.Shelf{Folder: filepath.Join(t.TempDir(), "new", "cache"), Log: quiet(&log)}
	first := open(t, s, fish, birds)
	files := list(t, s.Folder)
	if len(files) != 1 {
		t.Fatalf("the shelf holds %v", files)
	}
	before := stat(t, files[0])
	sameIndex(t, first, open(t, s, fish, birds))
	if after := stat(t, files[0]); !os.SameFile(before, after) {
		t.Error("the index was written again though nothing changed")
	}
	if log.Len() > 0 {
		t.Errorf("logged: %s", &log)
	}
}

func TestStaleIndexIsBuiltAnew(t *testing.T) {
	changed := fish
	changed.Bytes = []byte(strings.ReplaceAll(string(fish.Bytes), "weirs", "dams and weirs"))
	for name, reopen := range map[string]func(retrieval.Shelf) (*retrieval.Index, error){
		"source": func(s retrieval.Shelf) (*retrieval.Index, error) {
			return s.Open(context.Background(), []corpus.Source{changed}, e5.Words(), embed.Quote(), nil)
		},
		"model": func(s retrieval.Shelf) (*retrieval.Index, error) {
			return s.Open(context.Background(), []corpus.Source{changed}, e5.Words(), otherModel{embed.Quote()}, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			s := retrieval.Shelf{Folder: t.TempDir(), Log: quiet(&log)}
			open(t, s, fish)
			x, err := reopen(s)
			if err != nil {
				t.Fatal(err)
			}
			if got := search(t, x, "dams")[0].Text; !strings.Contains(got, "dams and weirs") {
				t.Errorf("found %q, which the source no longer says", got)
			}
		})
	}
}

type otherModel struct{ embed.Embedder }

func (otherModel) Model() string { return "another" }

// Whatever happens to the file, the index that is served is whole.
func TestDamagedIndexIsBuiltAnew(t *testing.T) {
	folder := t.TempDir()
	var log bytes.Buffer
	s := retrieval.Shelf{Folder: folder, Log: quiet(&log)}
	want := open(t, retrieval.Shelf{}, fish, birds) // in memory, out of harm's way
	open(t, s, fish, birds)
	path := list(t, folder)[0]
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damages := map[string][]byte{
		"empty":     {},
		"other":     []byte("something else altogether, which is no index at all, and long enough to be one if its length were all"),
		"half":      whole[:len(whole)/2],
		"no sum":    append(bytes.Clone(whole[:16]), make([]byte, 64)...),
		"more":      append(bytes.Clone(whole), 0),
		"a zeroed":  append(bytes.Clone(whole[:len(whole)-100]), make([]byte, 100)...),
		"truncated": whole[:len(whole)-1],
	}
	for at := 20; at < len(whole); at += len(whole) / 40 {
		flipped := bytes.Clone(whole)
		flipped[at] ^= 1
		damages[fmt.Sprintf("flipped bit at %d", at)] = flipped
	}
	for name, damaged := range damages {
		log.Reset()
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		sameIndex(t, want, open(t, s, fish, birds))
		if !strings.Contains(log.String(), "built anew") {
			t.Errorf("%s: no word of it: %q", name, log.String())
		}
		if again, err := os.ReadFile(path); err != nil || bytes.Equal(again, damaged) {
			t.Errorf("%s: the damaged file is still there: %v", name, err)
		}
	}
}

// The tokens are read from the file at every question. One that is replaced or
// removed is read on; of one that is written over, a question says so.
func TestIndexFileInUse(t *testing.T) {
	for name, c := range map[string]struct {
		meddle func(t *testing.T, path string)
		says   string // "" where questions are answered as before
	}{
		"replaced": {func(t *testing.T, path string) {
			other := filepath.Join(t.TempDir(), "other")
			if err := os.WriteFile(other, []byte("another index"), 0o644); err != nil {
				t.Fatal(err)
			}
			replace(t, os.Rename(other, path))
		}, ""},
		"removed": {func(t *testing.T, path string) {
			replace(t, os.Remove(path))
		}, ""},
		"written over": {func(t *testing.T, path string) {
			overwrite(t, path, func(whole []byte) []byte {
				whole[len(whole)-1] ^= 1
				return whole
			})
		}, "it was changed since it was opened"},
		"cut short": {func(t *testing.T, path string) {
			overwrite(t, path, func(whole []byte) []byte { return whole[:len(whole)/2] })
		}, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			s := retrieval.Shelf{Folder: t.TempDir(), Log: quiet(&log)}
			x := open(t, s, fish, birds)
			want := search(t, x, "Where do eels spawn?")
			path := list(t, s.Folder)[0]
			c.meddle(t, path)
			got, err := x.Search(context.Background(), "Where do eels spawn?", retrieval.Options{})
			if c.says == "" {
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Errorf("%v\n%s", err, diff)
				}
				return
			}
			for _, part := range []string{path, c.says, "start the program again"} {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Errorf("%v does not say %q", err, part)
				}
			}
			if again := search(t, open(t, s, fish, birds), "Where do eels spawn?"); cmp.Diff(want, again) != "" {
				t.Error("started again, it answers otherwise")
			}
		})
	}
}

// replace skips the test where a file that is open cannot be moved or removed.
func replace(t *testing.T, err error) {
	t.Helper()
	if err != nil && runtime.GOOS == "windows" {
		t.Skip("a file that is open stays here: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func overwrite(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, change(whole), 0o644) // the same file: it is not renamed
	}
	if err != nil {
		t.Fatal(err)
	}
}

// An index that was read from a file is written as the same file.
func TestIndexIsWrittenAsItWasRead(t *testing.T) {
	s := retrieval.Shelf{Folder: t.TempDir(), Log: quiet(new(bytes.Buffer))}
	x := open(t, s, fish, birds)
	want, err := os.ReadFile(list(t, s.Folder)[0])
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if n, err := x.WriteTo(&got); err != nil || n != int64(len(want)) || !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%d bytes of %d, or other ones: %v", n, len(want), err)
	}
}

// A folder that cannot be written costs time, not answers.
// What nobody has opened for a month is cleared away when another index is put on the
// shelf, and so is what a dead process left half written; nothing else is.
func TestShelfIsCleared(t *testing.T) {
	shelf := retrieval.Shelf{Folder: t.TempDir(), Log: quiet(new(bytes.Buffer))}
	old := time.Now().Add(-31 * 24 * time.Hour)
	age := func(path string) {
		t.Helper()
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	write := func(name string) string {
		t.Helper()
		path := filepath.Join(shelf.Folder, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	open(t, shelf, fish)
	open(t, shelf, birds)
	used, idle := shelf.Path([]corpus.Source{fish}, embed.Quote().Model()), shelf.Path([]corpus.Source{birds}, embed.Quote().Model())
	age(used)
	age(idle)
	open(t, shelf, fish)
	dead := write(filepath.Base(idle) + ".123.part")
	age(dead)
	young := write(filepath.Base(idle) + ".456.part")
	others := []string{write("notes.index"), write("0123456789abcdef0123.index.txt")}
	for _, path := range others {
		age(path)
	}
	open(t, shelf, fish, birds)
	for path, want := range map[string]bool{used: true, idle: false, dead: false, young: true, others[0]: true, others[1]: true} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: %v, want it kept: %v", filepath.Base(path), err, want)
		}
	}
}

func TestShelfThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	x := open(t, retrieval.Shelf{Folder: filepath.Join(file, "cache"), Log: quiet(&log)}, fish)
	if hits := search(t, x, "eels"); len(hits) == 0 {
		t.Error("no hits")
	}
	if !strings.Contains(log.String(), "used from memory") || !strings.Contains(log.String(), "index.folder") {
		t.Errorf("logged: %s", &log)
	}
}

// A disk that fills up: the writer fails after some bytes.
func TestWriteToAFullDisk(t *testing.T) {
	x := open(t, retrieval.Shelf{}, fish)
	for _, room := range []int{0, 10, 100, 1000} {
		if _, err := x.WriteTo(&disk{room}); !errors.Is(err, errFull) {
			t.Errorf("room for %d bytes: %v", room, err)
		}
	}
}

var errFull = errors.New("no space left on device")

type disk struct{ room int }

func (d *disk) Write(p []byte) (int, error) {
	if len(p) > d.room {
		n := d.room
		d.room = 0
		return n, errFull
	}
	d.room -= len(p)
	return len(p), nil
}

// Several processes may index the same sources at once; each serves a whole
// index, one file is left, and no half ones.
func TestIndexingAtOnce(t *testing.T) {
	var log bytes.Buffer
	s := retrieval.Shelf{Folder: t.TempDir(), Log: quiet(&log)}
	want := open(t, retrieval.Shelf{}, fish, birds)
	var wg sync.WaitGroup
	indexes := make([]*retrieval.Index, 6)
	for i := range indexes {
		wg.Go(func() {
			x, err := s.Open(context.Background(), []corpus.Source{fish, birds}, e5.Words(), embed.Quote(), nil)
			if err != nil {
				t.Error(err)
			}
			indexes[i] = x
		})
	}
	wg.Wait()
	for _, x := range indexes {
		sameIndex(t, want, x)
	}
	if files := list(t, s.Folder); len(files) != 1 {
		t.Errorf("left behind: %v", files)
	}
}

func TestBuildStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := retrieval.Shelf{}.Open(ctx, []corpus.Source{fish}, e5.Words(), embed.Quote(), nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestBuildReportsAnEmbedderThatFails(t *testing.T) {
	broken := errors.New("the model is out to lunch")
	_, err := retrieval.Shelf{}.Open(context.Background(), []corpus.Source{fish}, e5.Words(), failing{broken}, nil)
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "texts 1 to") {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Model() string { return "failing" }
func (f failing) Embed(context.Context, embed.Kind, []string) ([]embed.Vector, error) {
	return nil, f.err
}

func TestBuilt(t *testing.T) {
	const day = 24 * time.Hour
	before := time.Now().UTC().Truncate(day)
	x := open(t, retrieval.Shelf{}, fish)
	after := time.Now().UTC().Truncate(day) // another at midnight
	if x.Built() != before && x.Built() != after {
		t.Errorf("just built, and dated %v", x.Built())
	}
	builtin, err := retrieval.Shelf{}.Open(context.Background(), []corpus.Source{retrieval.Builtin()}, e5.Words(), e5.New(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if builtin.Built() != proceedings.Indexed {
		t.Errorf("the built-in index is dated %v", builtin.Built())
	}
}

// The built-in index is what a fresh build gives. When this fails, run
// go generate ./corpus/proceedings, and raise retrieval.Format if passages
// changed.
func TestBuiltinIndexIsFresh(t *testing.T) {
	source := retrieval.Builtin()
	doc, err := corpus.Read(source.Card, source.Bytes, e5.Words())
	if err != nil {
		t.Fatal(err)
	}
	prebuilt, err := load(proceedings.Index(), map[string][]byte{source.Card.File: source.Bytes}, e5.New())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]*corpus.Document{doc}, prebuilt.Documents()); diff != "" {
		t.Errorf("passages (-fresh +built in):\n%s", diff)
	}
	if testing.Short() {
		t.Skip("the vectors are compared without -short only: embedding takes the real encoder")
	}
	fresh, err := retrieval.Build(context.Background(), []*corpus.Document{doc}, e5.New(), nil)
	if err != nil {
		t.Fatal(err)
	}
	// Where the processor has other kernels than the one that made the index,
	// sums are rounded in another order, and a few values of 8 bits come out one
	// apart.
	alike := 0.999
	if kernel.Best().Name == "avx512-vnni" {
		alike = 0.9999
	}
	for id, cosine := range retrieval.CompareVectors(fresh, prebuilt) {
		if cosine < alike {
			t.Errorf("vector %s: cosine %.6f", id, cosine)
		}
	}
}

func load(file []byte, sources map[string][]byte, e embed.Embedder) (*retrieval.Index, error) {
	return retrieval.Load(bytes.NewReader(file), int64(len(file)), sources, e)
}

func FuzzLoad(f *testing.F) {
	sources := map[string][]byte{fish.Card.File: fish.Bytes}
	doc, err := corpus.Read(fish.Card, fish.Bytes, e5.Words())
	if err != nil {
		f.Fatal(err)
	}
	x, err := retrieval.Build(context.Background(), []*corpus.Document{doc}, embed.Quote(), nil)
	if err != nil {
		f.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := x.WriteTo(&file); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Add(file.Bytes()[:60])
	f.Add([]byte("rapporteur index"))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := load(data, sources, embed.Quote())
		if err == nil && !bytes.Equal(data, file.Bytes()) {
			t.Errorf("a changed file was taken for an index of %d passages", x.Len())
		}
	})
}

func list(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func stat(t *testing.T, path string) fs.FileInfo {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func BenchmarkBuildProceedings(b *testing.B) {
	source := retrieval.Builtin()
	doc, err := corpus.Read(source.Card, source.Bytes, e5.Words())
	if err != nil {
		b.Fatal(err)
	}
	e := e5.New()
	for b.Loop() {
		if _, err := retrieval.Build(context.Background(), []*corpus.Document{doc}, e, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenProceedings(b *testing.B) {
	source := retrieval.Builtin()
	e := e5.New()
	for b.Loop() {
		if _, err := (retrieval.Shelf{}).Open(context.Background(), []corpus.Source{source}, e5.Words(), e, nil); err != nil {
			b.Fatal(err)
		}
	}
}
