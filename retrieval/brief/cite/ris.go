package cite

import (
	"fmt"
	"io"
	"strings"
)

// RIS writes works as RIS, which Zotero, EndNote and others read: lines of two
// letters and a value, which end in CR LF (Research Information Systems, "RIS
// format specifications").
func RIS(w io.Writer, works []Work) error {
	var b strings.Builder
	for _, work := range works {
		volume := work.whole()
		field := func(tag, value string) {
			if value = strings.Join(strings.Fields(value), " "); value != "" {
				fmt.Fprintf(&b, "%s  - %s\r\n", tag, value)
			}
		}
		field("TY", work.kind().ris)
		field("ID", work.ID)
		field("AU", risName(work.Author))
		field("TI", work.Title)
		if work.In != nil {
			field("T2", volume.Title)
			if volume.Author != "" {
				field("N1", "The volume is by "+volume.Author) // A2 would make it its editor
			}
		}
		field("CY", volume.City)
		field("PB", volume.Publisher)
		field("PY", volume.Year)
		field("N1", capital(volume.meeting()))
		field("LA", work.Language)
		b.WriteString("ER  - \r\n\r\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// risName is a name without given names. A comma would part these from it, so that a
// body's parts are put apart by full stops, as libraries do, and what stands after
// the only comma is nothing: without one, "Division for Women" is read as a person's
// name.
func risName(name string) string {
	if name == "" {
		return ""
	}
	return strings.ReplaceAll(name, ", ", ". ") + ","
}
