package retrieval

import (
	"context"
	"strconv"

	"rapporteur/embed"
)

// CompareVectors returns the cosine of each of a's vectors with b's of the same
// name; -2 where b has none.
func CompareVectors(a, b *Index) map[string]float64 {
	out := make(map[string]float64)
	for _, name := range []string{wholePassages, sentences} {
		of := func(x *Index, id string) embed.Vector {
			d, err := x.vectors.GetCollection(name, noEmbedding).GetByID(context.Background(), id)
			if err != nil {
				return nil
			}
			return d.Embedding
		}
		for i, p := range a.passages {
			ids := []string{strconv.Itoa(i)}
			if name == sentences {
				ids = nil
				for j := range p.Sentences {
					ids = append(ids, sentenceID(i, j))
				}
			}
			for _, id := range ids {
				v, w := of(a, id), of(b, id)
				if w == nil {
					out[name+" "+id] = -2
					continue
				}
				out[name+" "+id] = float64(v.Normal().Dot(w.Normal()))
			}
		}
	}
	return out
}
