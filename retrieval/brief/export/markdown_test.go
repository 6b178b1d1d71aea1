package export

import (
	"strings"
	"testing"
)

// TestMarkdownEscapes holds Markdown to escaping what some reader takes for more
// than text, and nothing else. What goldmark reads, FuzzMarkdown checks; the rest
// is pandoc's, GitHub's and Obsidian's.
func TestMarkdownEscapes(t *testing.T) {
	for text, want := range map[string]string{
		// As it is.
		"some $US 80 billion a year":    "some $US 80 billion a year",
		"words […] and words […].":      "words […] and words […].",
		"06_unfccc_sbi_2014.txt":        "06_unfccc_sbi_2014.txt",
		"AT&T & Co, p < 0.05, a=b, 5 %": "AT&T & Co, p < 0.05, a=b, 5 %",
		"1.5 million and (a) a list":    "1.5 million and (a) a list",
		"-5 degrees, then 4 ^ 2":        "-5 degrees, then 4 ^ 2",
		"Mr. Lucas. J. R. R.":           "Mr. Lucas. J. R. R.",
		// Not without a backslash.
		"between $5 and 6$":   `between \$5 and 6\$`,
		"[…](x) […]: y [… […": `\[…\](x) \[…\]: y \[… \[…`,
		"[[a]] [^1] ^[b] x^2": `\[\[a\]\] \[\^1\] \^\[b\] x\^2`,
		"_a_ __b__ c_d":       `\_a\_ \_\_b\_\_ c_d`,
		"&amp; &#38; &x <b>":  `\&amp; \&#38; &x \<b>`,
		"==a== %%b%% #c":      `\==a\== \%%b\%% \#c`,
		"1. one":              `1\. one`,
		"12) twelve":          `12\) twelve`,
		"(a) first":           `(a\) first`,
		"iv. fourth":          `iv\. fourth`,
		"(IV) fourth":         `(IV\) fourth`,
		"- item":              `\- item`,
		"---":                 `\---`,
	} {
		file := string(write(t, Format{Write: Markdown}, Paper{Blocks: []Block{{Runs: []Run{{Text: text}}}}}))
		if _, got, _ := strings.Cut(file, "---\n\n"); got != want+"\n" {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
}

// TestMarkdownAfterAnchor leaves the numbers of paragraphs alone where an anchor
// stands before them, and those within a paragraph that begin no list there.
func TestMarkdownAfterAnchor(t *testing.T) {
	p := Paper{Blocks: []Block{
		{Kind: Heading, Level: 1, Runs: []Run{{Text: "1. Finance"}}},
		{Kind: Quote, Anchor: "a", Runs: []Run{{Text: "123. The SBI agreed:\n(a) on\n1. this\n2. and\n- that."}}},
	}}
	p.Title = "US$ 80 billion"
	const want = "# US$ 80 billion\n\n## 1. Finance\n\n> <a id=\"a\"></a>123. The SBI agreed:\\\n> (a) on\\\n> 1\\. this\\\n> 2. and\\\n> \\- that.\n"
	if got := string(write(t, Format{Write: Markdown}, p)); !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want %q at its end", got, want)
	}
	checkMarkdown(t, p)
}

// TestMarkdownTitleOnce names the title to programs by a property that none of them
// shows beside the heading.
func TestMarkdownTitleOnce(t *testing.T) {
	file := string(write(t, Format{Write: Markdown}, Paper{Title: "A \"title\"", Language: "en", Date: sample.Date}))
	if want := "---\npagetitle: \"A \\\"title\\\"\"\nlang: \"en\"\n---\n\n# A \"title\"\n\n"; file != want {
		t.Errorf("got %q, want %q", file, want)
	}
}
