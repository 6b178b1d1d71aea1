package answer

// Sentences returns the sentences of what a model wrote, as they are judged, without
// their marks, and how many of them have any.
func Sentences(text string) (all []string, marked int) {
	for _, w := range readAll(text, len(text)+1) {
		all = append(all, w.text)
		if len(w.marks()) > 0 {
			marked++
		}
	}
	return all, marked
}
