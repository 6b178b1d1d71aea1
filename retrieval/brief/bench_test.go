package brief_test

import (
	"io"
	"testing"

	"rapporteur/retrieval/brief"
)

// BenchmarkTopics makes briefings on ten topics of the proceedings and writes them.
func BenchmarkTopics(b *testing.B) {
	m := proceedings(b)
	md, err := brief.FormatNamed("md")
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		made := briefing(b, m, brief.About(tenTopics[i%len(tenTopics)]))
		if len(made.Parts[0].Excerpts) == 0 && len(made.Parts) == 1 {
			b.Fatalf("nothing was found on %s", made.Title)
		}
		if err := md.Write(io.Discard, made, brief.Form{MarkRepairs: true}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/briefing")
}
