package brief_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldhtml "github.com/yuin/goldmark/renderer/html"

	"rapporteur/corpus"
	"rapporteur/embed"
	"rapporteur/retrieval/brief"
)

// hostile are documents whose text some format could take for more than text, or
// lose, each of which speaks of a bridge.
var hostile = map[string]string{
	"markup": "The bridge <script>alert(\"bridge\")</script> & <img src=x onerror=alert(1)> cost $5 and $6 ]]> said &amp; the mayor.\n\n" +
		"See [the bridge](javascript:alert(1)), ![it](http://example.com/x.png), ^[a note], [^1], x^2^, H~2~O, ==so== %%and%% [[so]] of the bridge.\n\n" +
		"The bridge is *bold*, **bold**, _so_ and __so__ but snake_case_name, `code`, ~~gone~~, | a | b |, {.class #id} and {{template}}.\n",
	"lines": "1984. A year of the bridge was that, when the council said no to it.\n\n# The bridge was there.\n\n    The bridge was indented by four.\n\n" +
		"+ The bridge was added.\n\n> The bridge was quoted.\n\n--- the bridge ---\n\n(iv) The bridge was the fourth.\n",
	"crlf":             "The bridge over the\r\nriver will be painted green\r\non Monday.\r\n\r\nIt is\r\na bridge of lines.\r\n",
	"cyrillic":         "Это решение о мосте bridge было принято единогласно. Секретарь Иванов Ё. Й. сказал, что мост bridge стоит 5 000 рублей.\n",
	"greek":            "Η γέφυρα bridge θα βαφτεί πράσινη τον Ιούνιο· «πολύ ακριβό», Ὦ ξεῖν᾽, ἀγγέλλειν the bridge.\n",
	"chinese":          "市议会星期一决定，新的桥 bridge 将被漆成绿色。工程将于六月开始，桥 bridge 由县政府支付。\n",
	"arabic":           "قرر المجلس يوم الاثنين أن الجسر bridge سيطلى باللون الأخضر. يبدأ العمل في يونيو 2004.\n",
	"hebrew":           "המועצה החליטה ביום שני שהגשר (bridge) ייצבע בירוק. העבודה מתחילה ביוני 2004.\n",
	"turned":           "The bridge \u202ewas turned\u202c and \u2067set apart\u2069, and \u202eleft so on the bridge.\n",
	"emoji":            "The 🌉 bridge was opened by 👩‍👩‍👧‍👦 and 🇸🇪 with 👍🏽 and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 on the bridge.\n",
	"accents":          "The cafe\u0301 by the bridge, na\u0308ive in Vie\u0323\u0302t Nam, with ﬁrst ﬂoor oﬃces, inter\u00adnational bridges and\u00a0hard spaces.\n",
	"control":          "The bridge\x07 was \x1b[31mred\x1b[0m and\x08 there, the\x0bcouncil said of the bridge \ufffe\uffff here.\n",
	"long word":        "The bridge " + strings.Repeat("x", 3000) + " was long, said the council of the bridge.\n",
	`"quo'te" & <b>|\`: "The bridge in a file of that name was painted.\n",
}

// TestHostileQuotations reads quotations back from exports alone, and finds each
// of them to the letter in a document, whatever stands in it.
func TestHostileQuotations(t *testing.T) {
	var sources []corpus.Source
	var all string
	for name, text := range hostile {
		sources = append(sources, corpus.Source{Card: corpus.Card{ID: name, File: name + ".txt", Title: name}, Path: "/" + name + ".txt", Bytes: []byte(text)})
		all += seen(text) + "\n"
	}
	b := briefing(t, maker(t, embed.Quote(), sources...), brief.About("the bridge"))
	if n := excerpts(b); n < len(hostile) {
		t.Errorf("%d excerpts of %d documents", n, len(hostile))
	}
	for format, quotes := range map[string]func(*testing.T, string) []string{"md": quotesByGoldmark, "html": quotesOfHTML, "docx": quotesOfDOCX} {
		read := quotes(t, written(t, b, format, brief.Form{}))
		if len(read) != excerpts(b) {
			t.Errorf("%s: %d quotations of %d", format, len(read), excerpts(b))
		}
		for _, quote := range read {
			for part := range strings.SplitSeq(quote, "[…]") {
				if !strings.Contains(all, seen(part)) {
					t.Errorf("%s: in no document: %q", format, seen(part))
				}
			}
		}
	}
	if strings.Contains(all, seen("a bridge of stone")) {
		t.Error("what stands in no document is found there")
	}
}

// seen is what is seen of a text: its characters without white space and controls,
// and � for those that are none.
func seen(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u00ad' || unicode.Is(unicode.Bidi_Control, r):
			return -1
		case r&0xfffe == 0xfffe:
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// quotesByGoldmark returns the quotations that another program reads.
func quotesByGoldmark(t *testing.T, file string) []string {
	t.Helper()
	_, body, _ := strings.Cut(file, "\n---\n")
	reader := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote), goldmark.WithRendererOptions(goldhtml.WithUnsafe()))
	var out bytes.Buffer
	if err := reader.Convert([]byte(body), &out); err != nil {
		t.Fatal(err)
	}
	return quotesOfHTML(t, "<body>"+out.String())
}
