package chat

import (
	"crypto/rand"
	"encoding/base32"
	"strconv"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval/answer"
)

// A Reply is what the bot says, in parts that an adapter puts into the platform's
// own shapes, in this order; any of them may be empty. All texts are plain: no
// control characters, no characters that turn the direction of writing, and no
// markup. What the platform would take for markup, a mention or a link is the
// adapter's to escape.
type Reply struct {
	To       string `json:"to,omitempty"`     // ID of the message that it replies to
	Answer   string `json:"answer,omitempty"` // id of the stored answer; "" for any other reply
	Private  bool   `json:"private,omitempty"`
	Answered bool   `json:"answered,omitempty"` // the Sentences answer the question

	// Question is what was asked, as it was written; "" where nothing was.
	Question string `json:"question,omitempty"`
	// SharedBy is who shared a private answer, "" otherwise.
	SharedBy string `json:"shared_by,omitempty"`
	// Understood is the question as it was understood, where that differs from
	// what was written: it went on from an earlier one.
	Understood string `json:"understood,omitempty"`
	// Within names the document or section to which the search was confined, ""
	// where all was searched.
	Within string `json:"within,omitempty"`
	// Notice is said by the bot itself: that nothing was found, that something
	// went wrong, help.
	Notice    string     `json:"notice,omitempty"`
	Sentences []Sentence `json:"sentences,omitempty"`
	// Written says that the Sentences are a language model's, which the cards bear
	// out, and not the cards' quotations.
	Written bool     `json:"written,omitempty"`
	Cards   []Card   `json:"cards,omitempty"`
	Prompts []string `json:"prompts,omitempty"` // questions to try, each to be asked as it stands
	Buttons []Button `json:"buttons,omitempty"`
	// File goes with the reply; nil: none.
	File *File `json:"-"`
	// Page is the card that stands in front, counted from 1, where cards are shown
	// one at a time; 0 is the same as 1. Of what a person collected it is the page.
	Page int `json:"page,omitempty"`
	// InPlace says that the reply belongs in the place of the one whose button was
	// pressed.
	InPlace bool `json:"-"`
	// Judged says that a judgement was kept, so that its reason may be asked for.
	Judged bool `json:"-"`
}

// A File is one that people can open and keep.
type File struct {
	Name string // with its extension, in [a-z0-9.-] alone
	Data []byte
}

// A Sentence is a run of the answer's words that ends in marks. A list in it has each
// item on a line of its own.
type Sentence struct {
	Text  string `json:"text"`  // without the marks
	Marks []int  `json:"marks"` // N of the cards that bear it out; of a quotation's own alone
}

// String is the text with its marks behind it: "Rain fell. [1] [2]".
func (s Sentence) String() string { return answer.Statement(s).String() }

// Quotes reports whether s is c's quotation.
func (s Sentence) Quotes(c Card) bool {
	return len(s.Marks) == 1 && s.Marks[0] == c.N && s.Text == c.Quote
}

// A Card is a passage of a document and where it stands. What is not known is
// empty.
type Card struct {
	N         int      `json:"n"`     // its mark; cards of further passages count on
	Title     string   `json:"title"` // of the document
	Body      string   `json:"body,omitempty"`
	Date      string   `json:"date,omitempty"`
	Section   []string `json:"section,omitempty"` // from the outermost heading inwards, without the title
	Page      string   `json:"page,omitempty"`    // "p. 37" or "scan p. 25"
	Paragraph string   `json:"paragraph"`         // "para. 12" or "third paragraph"
	// Before, Quote and After follow one another in the document. Quote is what is
	// quoted; the others are its neighbourhood, and only in context.
	Before string `json:"before,omitempty"`
	Quote  string `json:"quote"`
	After  string `json:"after,omitempty"`

	Document string      `json:"document"` // the file, below the corpus root
	Passage  string      `json:"passage"`  // its id
	Span     corpus.Span `json:"span"`     // the quoted bytes of the file
	// Link is the address at which the place can be opened, as it was configured when the
	// card was made; "" where there is none. It holds what an address may (RFC 3986), so that
	// it is no text to show for anything else.
	Link string `json:"link,omitempty"`

	// Collected is the id under which a person collected the card for a briefing, ""
	// where they did not; Note is what they say about it.
	Collected string `json:"-"`
	Note      string `json:"-"`
}

// Where says where the card's words stand, without the title: "IV. Update, scan
// p. 12, third paragraph".
func (c Card) Where() string {
	parts := c.Section
	for _, part := range []string{c.Page, c.Paragraph} {
		if part != "" {
			parts = append(parts[:len(parts):len(parts)], part)
		}
	}
	return strings.Join(parts, ", ")
}

// Reference is the title and where the words stand.
func (c Card) Reference() string {
	if where := c.Where(); where != "" {
		return c.Title + ", " + where
	}
	return c.Title
}

// A Kind is what a button does.
type Kind byte

// The kinds of button. Page, Context and Collect are for one card, whose N goes into
// the token; Raise, Annotate and Drop for one that the person collected; the others
// for the whole reply.
const (
	Helpful   Kind = 'h' // the answer helped
	Unhelpful Kind = 'u' // it did not; a form may ask for the reason, and pass it on as the press's Text
	More      Kind = 'm' // show further passages
	Context   Kind = 'c' // show card N among its neighbours
	Publish   Kind = 's' // show a private answer to the channel
	Page      Kind = 'p' // put card N in front

	Collect  Kind = 'a' // add card N to the person's briefing
	Desk     Kind = 'b' // show what the person collected
	Raise    Kind = 'r' // move a collected card up
	Annotate Kind = 'n' // set its note: a form asks for it, and passes it on as the press's Text
	Drop     Kind = 'd' // take it out
	Clear    Kind = 'x' // take all out
	Make     Kind = 'k' // make the briefing: the adapter hands on a Message with a Brief
)

// A Button is something that can be done about a reply.
type Button struct {
	Kind  Kind   `json:"kind"`
	Token string `json:"token"` // what the adapter hands to Press
}

// LongestToken is the length of the longest token, in bytes. Discord takes 100.
const LongestToken = 48

// Token returns the token of a button below r; n is the N of a card for Page,
// Context and Collect, else 0. It is "" when r has no stored answer.
func (r Reply) Token(k Kind, n int) string {
	if r.Answer == "" {
		return ""
	}
	return token(k, n, r.Answer)
}

func token(k Kind, n int, id string) string { return string(k) + "." + strconv.Itoa(n) + "." + id }

// CardButtons returns the buttons that belong to c alone.
func (r Reply) CardButtons(c Card) []Button {
	var all []Button
	if c.Collected != "" {
		for _, k := range []Kind{Raise, Annotate, Drop} {
			all = append(all, Button{k, token(k, r.Page, c.Collected)})
		}
		return all
	}
	if r.Answer == "" {
		return nil
	}
	for _, k := range []Kind{Context, Collect} {
		all = append(all, Button{k, r.Token(k, c.N)})
	}
	return all
}

// button returns the button of kind k for the whole reply.
func (r Reply) button(k Kind) Button { return Button{k, r.Token(k, 0)} }

// ParseToken takes a token apart: its kind, the N of a card or the page of what was
// collected, and the id of the answer or collected card. ok is false for what no button has; a token that is well formed
// may still be forged.
func ParseToken(token string) (k Kind, n int, id string, ok bool) {
	kind, rest, _ := strings.Cut(token, ".")
	number, id, whole := strings.Cut(rest, ".")
	if len(token) > LongestToken || len(kind) != 1 || !whole {
		return 0, 0, "", false
	}
	k = Kind(kind[0])
	switch {
	case strings.Contains("humcsparnd", kind) && isAnswerID(id), strings.Contains("bxk", kind) && id == "":
	default:
		return 0, 0, "", false
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || strconv.Itoa(n) != number {
		return 0, 0, "", false
	}
	return k, n, id, true
}

// Answer ids are 128 random bits, so that nobody guesses another's.
var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func newAnswerID() string {
	var random [16]byte
	rand.Read(random[:]) // never fails (crypto/rand)
	return idEncoding.EncodeToString(random[:])
}

func isAnswerID(s string) bool {
	raw, err := idEncoding.DecodeString(s)
	return err == nil && len(raw) == 16 && idEncoding.EncodeToString(raw) == s
}

// String is the whole reply as plain text: for a notification, a platform without
// shapes of its own, or the log of a dry run.
func (r Reply) String() string {
	var b strings.Builder
	line := func(text string) {
		if text != "" {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(text)
		}
	}
	if r.Understood != "" {
		line(SayUnderstood(r.Understood))
	}
	if r.Within != "" {
		line(SayWithin(r.Within))
	}
	line(r.Notice)
	for _, s := range r.Sentences {
		line(s.String())
	}
	for _, c := range r.Cards {
		line("[" + strconv.Itoa(c.N) + "] " + c.Reference())
		if len(r.Sentences) == 0 || r.Written || c.Before != "" || c.After != "" {
			line(strings.TrimSpace(c.Before + " “" + c.Quote + "” " + c.After))
		}
		if c.Note != "" {
			line(SayNote(c.Note))
		}
	}
	for _, p := range r.Prompts {
		line("• " + p)
	}
	return b.String()
}
