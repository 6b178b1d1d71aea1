package brief

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rapporteur/retrieval/brief/export"
)

// What a paper says of itself: what was searched, how it is to be read, and what was
// not found or left out.

// preface says what was searched, and how to read what follows.
func (w *writer) preface() {
	b := w.briefing
	w.text(export.Remark, "%s", b.scope())
	if b.unsure {
		w.text(export.Remark, "%s", unsure)
	}
	if b.Missing > 0 {
		w.text(export.Remark, "This briefing is not whole: the work was stopped, and %s not looked up.", agree(b.Missing, "1 heading was", "%d headings were"))
	}
	if w.form.lacking > 0 {
		w.text(export.Remark, "� stands for a character that this PDF cannot show, %s; as docx or html the briefing shows all.", agree(w.form.lacking, "once", "%d times"))
	}
	n := b.Quotations()
	if n == 0 {
		return
	}
	how := "Each quotation was compared with its source before it was written"
	if n > 1 {
		how = fmt.Sprintf("Each of the %d quotations was compared with its source before it was written", n)
	}
	how += ", and stands there in these words, scanning errors aside. The words that speak to the matter are set off from the paragraph around them; […] marks where sentences are left out"
	if w.form.MarkRepairs {
		how += "; square brackets mark words that the scan has otherwise"
	}
	w.text(export.Remark, "%s.", how)
}

// unsure says that a question may not be answered.
const unsure = "The documents may not answer this question. These excerpts come nearest to it."

// scope says what was looked up, and where.
func (b Briefing) scope() string {
	var queries []string
	picks := 0
	for _, p := range b.Parts {
		if p.Query != "" {
			queries = append(queries, p.Query)
		} else {
			picks += len(p.Excerpts)
		}
	}
	where := count(len(b.Searched.Documents), "document")
	if len(b.Searched.Documents) == 1 {
		where = b.Searched.Documents[0].Card.Title
	}
	where = fmt.Sprintf("the %s of %s", count(b.Searched.Passages, "passage"), where)
	if built := day(b.Searched.Built); built != "" {
		where += ", as indexed on " + built
	}
	switch {
	case b.topic != "":
		what := "“" + b.topic + "”"
		if b.typed != "" {
			what += fmt.Sprintf(" (for “%s”, which was taken for a typing error)", b.typed)
		}
		searched := fmt.Sprintf("Searched for %s in %s.", what, where)
		if b.Quotations() > 1 {
			searched += " The strongest excerpts come first."
		}
		return searched
	case len(queries) == 0:
		return fmt.Sprintf("%s, chosen from %s.", capital(count(picks, "excerpt")), where)
	}
	return fmt.Sprintf("%s looked up in %s. Under each heading the strongest excerpts come first.", capital(count(len(queries), "question or topic")), where)
}

// mostElsewhere is how many documents are named that have but further paragraphs.
const mostElsewhere = 20

// further says what was left out for length, and in which documents it stands.
func (p Part) further() string {
	said := agree(p.More, "1 further paragraph speaks to this too, and is", "%d further paragraphs speak to this too, and are") + " left out for length"
	if p.AtLeast {
		said = "At least " + said
	}
	if n := len(p.Elsewhere); n > 0 {
		named := strings.Join(p.Elsewhere[:min(n, mostElsewhere)], "; ")
		if n > mostElsewhere {
			named += fmt.Sprintf("; and %d more", n-mostElsewhere)
		}
		said += fmt.Sprintf(". Among them are those of %s not quoted here: %s", count(n, "document"), named)
	}
	return said + "."
}

// reworded says by what words the excerpts were found.
func (p Part) reworded() string {
	quoted := "“" + strings.Join(p.Wordings, "”, “") + "”"
	if i := strings.LastIndex(quoted, "”, “"); i >= 0 {
		quoted = quoted[:i] + "” or “" + quoted[i+len("”, “"):]
	}
	return fmt.Sprintf("These excerpts were found by other words than those searched for: %s, which may mean the same.", quoted)
}

// lacks says of a topic on which nothing was found what there is of its words.
func (p Part) lacks() string {
	switch {
	case len(p.Lacking) == 1:
		return fmt.Sprintf("The %s stands nowhere in them.", words(p.Lacking))
	case len(p.Lacking) > 1:
		return fmt.Sprintf("The %s stand nowhere in them.", words(p.Lacking))
	case p.Apart:
		return "Its words stand there, but nowhere so that they belong together."
	}
	return ""
}

// words names words: word “one”, words “one” and “two”.
func words(all []string) string {
	if len(all) == 1 {
		return "word “" + all[0] + "”"
	}
	last := len(all) - 1
	return "words “" + strings.Join(all[:last], "”, “") + "” and “" + all[last] + "”"
}

// notFound lists what nothing was found on, where several things were looked up.
func (w *writer) notFound() {
	var empty []Part
	queries := 0
	for _, p := range w.briefing.Parts {
		if p.Query != "" {
			queries++
		}
		if p.Empty() {
			empty = append(empty, p)
		}
	}
	if len(empty) == 0 || queries == 1 {
		return
	}
	w.heading(1, "Not found")
	w.text(export.Text, "Nothing was found on the following in the %s searched. In other words they may say something all the same.", count(w.briefing.Searched.Passages, "passage"))
	for _, p := range empty {
		w.text(export.Item, "%s", p.Query)
	}
}

// agree is what is said of one thing, or of n of them.
func agree(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return fmt.Sprintf(several, n)
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if before, after, ok := strings.Cut(noun, " or "); ok {
		return fmt.Sprintf("%d %ss or %ss", n, before, after)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// day is a date as it is written in a paper, "23 November 2026"; "" for the zero
// time.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2 January 2006")
}

// joined is the texts that are not empty, with between between them.
func joined(between string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), between)
}
