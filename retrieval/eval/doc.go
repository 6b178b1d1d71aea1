// Package eval measures how well questions are answered: against gold questions
// whose evidence is known to the word, it counts whether the right passages
// came first, whether the answers quote them, and whether the bot was silent
// where the documents are.
//
// [ReadQuestions] reads a gold file and [Dev] the one that is built in. [Score]
// compares what came back with the evidence and returns a [Report], whose text
// is made to be committed, so that each change to the ranking shows its gain or
// its loss as a diff. [Compare] says whether a difference is more than chance.
package eval
