package brief

import (
	"cmp"
	"regexp"
	"strings"
)

// Who speaks is said only where the text says so: by a sentence whose subject is a
// person with a title or somebody's representative, or by one that goes on with
// "he" or "she" after such a sentence. Everything else is left open.

const (
	// A person as proceedings name them: a title, and the names, which may hold
	// initials and small words.
	person = `(?:Mr|Ms|Mrs|Miss|Dr|Prof|Professor|Ambassador|Minister|Sir|Lady|H\.E\.)\.?(?: (?:Mr|Ms|Mrs|Dr)\.)?(?: (?:\pL\.|(?:de|da|di|van|von|der|den|la|le|al|bin|el)|\p{Lu}[\pL'’-]+))+`
	// What a person or body is, between commas or dashes.
	apposition = `(?:, (?:[^,.;:]|, (?:and |including ))+,| \([^)]*\))?`
	delegate   = `[Tt]he (?:representatives? of|delegation of|observer for|Chair(?:man|person|woman)? of|Director of|President of|spokes(?:man|person|woman) for) [^,.;:]{2,80}?`
	// Verbs of saying and of what is done in speech.
	saying = `(?:(?:also|then|further|again|therefore|thus|finally|lastly|subsequently|briefly|recently|had|has) )*(?:said|noted|stated|stressed|emphasized|underlined|underscored|explained|added|argued|recalled|reported|reiterated|observed|pointed|indicated|highlighted|suggested|proposed|presented|concluded|welcomed|informed|described|introduced|opened|closed|thanked|invited|urged|called|asked|declared|announced|remarked|mentioned|discussed|focused|maintained|claimed|believed|warned|affirmed|acknowledged|summarized|outlined|considered|expressed|referred|drew|made|gave|addressed|commented|reviewed|spoke|told|replied|answered|agreed|began by)\b`
)

var (
	names = regexp.MustCompile(`(?:^|[.,;:] |^In [^,]{1,80}, |^The (?:first|second|third|next|last) (?:speaker|panellist|panelist), )(` + person + `|` + delegate + `)(` + apposition + `),? ` + saying)
	// Somebody by whose word something is so.
	accordingTo = regexp.MustCompile(`^According to (` + person + `|` + delegate + `)(` + apposition + `),`)
	// Somebody who is named, whether or not as the one who speaks.
	anyone  = regexp.MustCompile(person + `|` + delegate)
	goesOn  = regexp.MustCompile(`^(?:(?:However|Nevertheless|Furthermore|Moreover|In addition|Finally|Lastly|In particular|In conclusion|Therefore|Thus|Also), )?(He|She|he|she)\b,? ` + saying)
	ofWoman = regexp.MustCompile(`^(?:Ms|Mrs|Miss|Lady)\b`)
	ofMan   = regexp.MustCompile(`^(?:Mr|Sir)\b`)
)

// asBody recognizes a sentence in which a body does what no one person in it can.
var asBody = regexp.MustCompile(`^(?:[^,]{1,40}, )?(?:[Tt]he|[Tt]his) [\pL -]{2,60}? (?:(?:also|then|further|therefore|thus|finally) )?(?:agreed|decided|adopted|approved|elected|resolved|requested|recommended|took note)\b`)

// several recognizes a sentence in which others speak than one person by name.
var several = regexp.MustCompile(`^(?:[^,]{1,40}, )?(?:It was |(?:[Tt]he |[Ss]ome |[Mm]any |[Mm]ost |[Ss]everal |[Oo]ther |[Aa]ll |[Aa] )?(?:[Pp]articipants?|[Mm]embers|[Ss]peakers?|[Dd]elegations?|[Rr]epresentatives|[Oo]thers|[Dd]iscussants?|[Gg]roup)\b)`)

// speakerOf says who says the sentences quoted: whoever says the first of them,
// unless another says one of those after it.
func (t *text) speakerOf(quoted []int) string {
	who := t.speaker(quoted[0])
	for i := quoted[0] + 1; i <= quoted[len(quoted)-1]; i++ {
		text := t.sentences[i].Text
		if other := t.speaker(i); other != "" && other != who || several.MatchString(text) || asBody.MatchString(text) {
			return ""
		}
	}
	return who
}

// speaker says who says sentence i, as the text names them; "" where it does not
// tell.
func (t *text) speaker(i int) string {
	if name := named(t.sentences[i].Text); name != "" {
		return cmp.Or(t.people[name], name)
	}
	m := goesOn.FindStringSubmatch(t.sentences[i].Text)
	if m == nil {
		return ""
	}
	from, _ := t.paragraph(i)
	if from > 0 && t.together(from-1, from) {
		from, _ = t.paragraph(from - 1)
	}
	for n := i - 1; n >= from; n-- {
		text := t.sentences[n].Text
		if !anyone.MatchString(text) {
			continue
		}
		// The nearest person named must be the one who spoke, and alone: else "he"
		// may be another.
		name := named(text)
		if name == "" || len(distinct(anyone.FindAllString(text, -1))) > 1 || !fits(m[1], name) {
			return ""
		}
		return cmp.Or(t.people[name], name)
	}
	return ""
}

// named is the person or delegate who is the subject of a sentence of saying.
func named(sentence string) string {
	m := names.FindStringSubmatch(sentence)
	if m == nil {
		m = accordingTo.FindStringSubmatch(sentence)
	}
	if m == nil {
		return ""
	}
	who := strings.TrimSuffix(strings.TrimPrefix(m[1], "the "), ",")
	return capital(strings.TrimSuffix(who+m[2], ","))
}

// meet remembers the people that text names in full, so that whoever is later but
// "Mr. Lucas" is known. A name that two people bear is nobody's.
func (t *text) meet(text string) {
	for _, full := range anyone.FindAllString(text, -1) {
		title, names, _ := strings.Cut(full, " ")
		last := names[strings.LastIndexByte(names, ' ')+1:]
		if last == names {
			continue
		}
		key := title + " " + last
		if known, ok := t.people[key]; ok && known != full {
			full = ""
		}
		t.people[key] = full
	}
}

// fits reports whether a pronoun can stand for somebody of that name.
func fits(pronoun, name string) bool {
	if strings.EqualFold(pronoun, "she") {
		return !ofMan.MatchString(name)
	}
	return !ofWoman.MatchString(name)
}

func distinct(names []string) map[string]bool {
	out := make(map[string]bool)
	for _, n := range names {
		out[n] = true
	}
	return out
}
