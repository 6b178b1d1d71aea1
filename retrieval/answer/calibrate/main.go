// Command calibrate fits the weights of the answers' confidence and writes them
// as JSON to standard output:
//
//	go run ./retrieval/answer/calibrate ../shared/data/docs > retrieval/answer/confidence.json
//
// It fits on questions about three bodies of documents: the proceedings that are
// built in, with their development questions and short ones; and a report of the UN climate
// convention and five speeches of the General Assembly, whose texts lie in the
// folder given and whose questions in questions/ here, written for this after the
// kinds of the first, some of them short as people type them into a chat, and some
// but words. About half of the questions are answered; most others are near a topic
// of the text. Each answered question is asked once more with the passages left out
// that answer it.
//
// How well weights do that were fitted on two of the three, on the questions of
// the third, goes to standard error, with 95 % bootstrap intervals, and so does
// the risk-coverage curve: each question is judged by weights that know neither
// it nor its document.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"rapporteur/retrieval/answer"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: calibrate FOLDER")
	}
	bodies, err := readBodies(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var examples []example
	for _, b := range bodies {
		e, err := b.measure(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		examples = append(examples, e...)
	}
	weights := make(map[string]map[string]float64)
	for _, by := range []string{answer.ByTokens, answer.ByWords} {
		weights[by] = fit(examples, by)
		if err := writeReport(os.Stderr, examples, bodies, by); err != nil {
			log.Fatal(err)
		}
	}
	out, err := json.MarshalIndent(weights, "", "  ")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(out))
}
