// Command prebuild writes the index of the built-in proceedings to the file
// that it is given. Run it, by go generate, whenever reading, cutting or the
// model changes; a test notices when it was forgotten.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"rapporteur/corpus"
	"rapporteur/embed/e5"
	"rapporteur/retrieval"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: prebuild FILE")
	}
	if err := write(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func write(path string) error {
	source := retrieval.Builtin()
	doc, err := corpus.Read(source.Card, source.Bytes, e5.Words())
	if err != nil {
		return err
	}
	x, err := retrieval.Build(context.Background(), []*corpus.Document{doc}, e5.New(), nil)
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := x.WriteTo(f); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	fmt.Printf("%s: %d passages, %d repairs\n", path, len(doc.Passages), doc.Repairs)
	return nil
}
