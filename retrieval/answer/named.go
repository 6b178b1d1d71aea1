package answer

import "regexp"

// A quotation that begins "He noted" leaves its reader to guess who. It is begun
// earlier, at the sentence that names them, if that is near.

// unnamed recognizes a sentence that leaves it to those before to say who or
// what it speaks of: "He noted", "It will produce".
var unnamed = regexp.MustCompile(`^(He|She|They|It|His|Her|Their|Its|This|These|Those) [a-z]`)

// saidByNobody recognizes "it" and "they" that stand for nothing: "It was noted".
var saidByNobody = regexp.MustCompile(`^It (was|is|has been|had been|would be|might be|should be|seems|seemed|appears|appeared|follows|followed) `)

// nameSpeakers takes the sentences before one that does not name whom it speaks
// of, as far as there is room.
func (s *selection) nameSpeakers() {
	for n := range s.all {
		if !s.all[n].taken || s.taken(n, n-1) {
			continue
		}
		words := 0
		for m := s.named(n); m < n; m++ {
			words += s.all[m].words
		}
		if s.words+words > mostListWords {
			continue
		}
		for m := s.named(n); m < n; m++ {
			s.all[m].taken = true
		}
		s.words += words
	}
}

// named returns the sentence that names whom sentence n speaks of: n itself, or
// one close before it in the same paragraph. Where none does, it is n.
func (s *selection) named(n int) int {
	const furthest = 2 // sentences back
	for m := n; m >= max(0, n-furthest) && s.all[m].hit == s.all[n].hit; m-- {
		if !s.unnamed(m) {
			return m
		}
		if s.sentence(m).Opens {
			break
		}
	}
	return n
}

// unnamed reports whether sentence n does not name whom it speaks of.
func (s *selection) unnamed(n int) bool {
	text := s.text(n)
	return unnamed.MatchString(text) && !saidByNobody.MatchString(text)
}
