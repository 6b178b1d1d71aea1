package answer

import (
	_ "embed"
	"encoding/json"
	"maps"
	"math"
	"slices"
)

// DefaultThreshold is the confidence from which a question counts as answered.
// It is set where about nine in ten of the questions that a text answers are, by
// weights that were fitted without them (package calibrate).
const DefaultThreshold = 0.42

// weightsFile holds the weights of two logistic regressions, by the name of the
// signal, "bias" among them: one for each kind of evidence. It is made by
// package calibrate.
//
//go:embed confidence.json
var weightsFile []byte

var weights = func() map[string]map[string]float64 {
	var w map[string]map[string]float64
	if err := json.Unmarshal(weightsFile, &w); err != nil {
		panic("answer: the program was built with a damaged confidence.json: " + err.Error())
	}
	return w
}()

// confidence is the probability that the question is answered, by logistic
// regression on the evidence, where as many questions are as are not.
func confidence(e Evidence) float64 {
	if e.Signals == nil {
		return 0
	}
	sum := weights[e.By]["bias"]
	for _, name := range slices.Sorted(maps.Keys(e.Signals)) { // a sum depends on its order
		sum += weights[e.By][name] * e.Signals[name]
	}
	return 1 / (1 + math.Exp(-sum))
}
