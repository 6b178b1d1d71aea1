package corpus

// An Edit replaces text[Start:End] by With.
type Edit struct {
	Start, End int
	With       string
}

// Repairs returns, for each text, the edits that turn what OCR read into what
// was printed: in order, not overlapping. texts are the paragraphs and headings
// of one document in reading order, whitespace folded to single spaces.
//
// There is no list of errors. A document is read against the words of lex and
// its own: words that neither knows are explained by the slips that OCR makes
// (a letter lost, a group of letters taken for another, a space lost or put
// in). Only where enough different words are explained so well that the page
// must have been misread is anything repaired at all, and then each slip
// weighs as much as the document shows of it. A clean document stays as it is,
// and so does one in another language than lex.
func Repairs(texts []string, lex Lexicon) [][]Edit {
	none := make([][]Edit, len(texts))
	w := readWords(texts, lex)
	if !w.inLanguage() {
		return none
	}
	ps, strangers := w.misread()
	ps = append(ps, w.parted()...)
	marks := w.marks()
	ps = append(ps, marks...)
	signs, total := evidence(ps)
	if !damaged(total, len(w.tokens)) {
		return none
	}
	w.learn(signs, strangers)
	ps, _ = w.misread()
	ps = append(ps, w.parted()...)
	ps = append(ps, w.mistaken(signs)...)
	ps = append(ps, w.spacedOut(signs)...)
	ps = append(ps, w.joinedArticles()...)
	ps = append(ps, w.joinedCompounds()...)
	ps = append(ps, marks...)
	return settle(len(texts), ps)
}
