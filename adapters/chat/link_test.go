package chat_test

import (
	"net/url"
	"strings"
	"testing"

	"rapporteur/adapters/chat"
)

func TestParseLinks(t *testing.T) {
	for pattern, want := range map[string]string{ // what the error says; "": none
		"": "",
		"https://docs.example.org/{file}#page={page}":   "",
		"http://127.0.0.1:8080/view?f={file}&p={page}":  "",
		"https://[::1]/one.pdf":                         "",
		"https://docs.example.org/{title}":              "there are the placeholders {file} and {page} alone",
		"https://docs.example.org/{file":                "there are the placeholders",
		"https://docs.example.org/}{":                   "there are the placeholders",
		"https://docs.example.org/{{file}}":             "there are the placeholders",
		"https://docs.example.org/a b/{file}":           `it holds " ", which no address may: write it as %20`,
		"https://docs.example.org/\u00e9/{file}":        "write it as %C3%A9",
		"https://docs.example.org/<{file}>":             "write it as %3C",
		"https://docs.example.org/{file}\n":             "write it as %0A",
		"https://docs.example.org/100%/{file}":          "no web address",
		"ftp://docs.example.org/{file}":                 "no web address",
		"javascript:alert(1)":                           "no web address",
		"docs.example.org/{file}":                       "no web address",
		"//docs.example.org/{file}":                     "no web address",
		"https:///{file}":                               "no web address",
		"https://:80/{file}":                            "no web address",
		"https://{file}/":                               "no web address",
		"https://docs.example.org{file}":                "no web address",
		"https://docs.example.org:{page}/":              "no web address",
		"https://ada:secret@docs.example.org/{file}":    "no web address",
		"https://{file}@docs.example.org/":              "no web address",
		"https://docs.example.org@evil.example/{page}/": "no web address",
	} {
		_, err := chat.ParseLinks(pattern)
		switch {
		case want == "" && err != nil:
			t.Errorf("%q is refused: %v", pattern, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: the error is %v, want %q in it", pattern, err, want)
		case err != nil && strings.Contains(err.Error(), "secret"):
			t.Errorf("%q: the error tells the password: %v", pattern, err)
		}
	}
}

// links parses a pattern that is right.
func links(t testing.TB, pattern string) chat.Links {
	t.Helper()
	l, err := chat.ParseLinks(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLinksTo(t *testing.T) {
	const pattern = "https://docs.example.org/{file}#page={page}"
	for _, test := range []struct {
		pattern, file string
		page          int
		want          string
	}{
		{"", "bees.txt", 3, ""},
		{pattern, "", 3, ""},
		{pattern, "bees.txt", 3, "https://docs.example.org/bees.txt#page=3"},
		{pattern, "bees.txt", 0, "https://docs.example.org/bees.txt#page=1"},
		{pattern, "1903/wax and honey.md", 12, "https://docs.example.org/1903/wax%20and%20honey.md#page=12"},
		{pattern, "a#b?c%20d&e=f+g.txt", 1, "https://docs.example.org/a%23b%3Fc%2520d%26e%3Df%2Bg.txt#page=1"},
		{pattern, "{page}/{file}.txt", 2, "https://docs.example.org/%7Bpage%7D/%7Bfile%7D.txt#page=2"},
		{pattern, "Übersicht/移民.txt", 1, "https://docs.example.org/%C3%9Cbersicht/%E7%A7%BB%E6%B0%91.txt#page=1"},
		{pattern, "\u202etxt.exe|)>*_`\"'\\", 1, "https://docs.example.org/%E2%80%AEtxt.exe%7C%29%3E%2A_%60%22%27%5C#page=1"},
		{pattern, "a\xffb.txt", 1, "https://docs.example.org/a%FFb.txt#page=1"},
		{pattern, "..bees..txt", 1, "https://docs.example.org/..bees..txt#page=1"},
		{pattern, "../bees.txt", 1, ""},
		{pattern, "a/../../bees.txt", 1, ""},
		{pattern, "./bees.txt", 1, ""},
		{pattern, "/etc/passwd", 1, ""},
		{pattern, "//evil.example/x", 1, ""},
		{pattern, strings.Repeat("移", 400), 1, ""},
		{"https://docs.example.org/?f={file}&again={file}", "a/b c&d", 1, "https://docs.example.org/?f=a/b%20c%26d&again=a/b%20c%26d"},
		{"https://docs.example.org/report.pdf#page={page}", "report.txt", 7, "https://docs.example.org/report.pdf#page=7"},
	} {
		if got := links(t, test.pattern).To(test.file, test.page); got != test.want {
			t.Errorf("%q in %q leads to %q, want %q", test.file, test.pattern, got, test.want)
		}
	}
}

// FuzzLinks: whatever a file is called, its address is at the configured server, below
// the configured folder, and has the name in it and nothing else of it.
func FuzzLinks(f *testing.F) {
	for _, name := range []string{"bees.txt", "a b/c#d?e%f.txt", "../x", "移民/é.md", "@evil.example/", "\\..\\x", "a\x00b"} {
		f.Add(name, 3)
	}
	f.Fuzz(func(t *testing.T, file string, page int) {
		to := links(t, "https://docs.example.org/at/{file}?p={page}").To(file, page)
		if to == "" {
			return
		}
		u, err := url.Parse(to)
		if err != nil || u.Host != "docs.example.org" || u.Path != "/at/"+file || u.Fragment != "" || u.User != nil || len(u.Query()) != 1 {
			t.Errorf("%q leads to %q (%v)", file, to, err)
		}
		if resolved := u.JoinPath(); resolved.Path != u.Path {
			t.Errorf("%q leads to %q, which is %q", file, to, resolved.Path)
		}
	})
}

// Each card has the address of its place: in answers, further passages, context, what is
// collected and briefings; without a pattern none has.
func TestCardLinks(t *testing.T) {
	for pattern, link := range map[string]string{
		"": "",
		"https://docs.example.org/{file}#page={page}": "https://docs.example.org/bees.txt#page=1",
	} {
		b, r := briefing(t, chat.Options{Links: links(t, pattern)})
		m := chat.Message{Platform: "room", Team: "t", Channel: "c", ID: "1", User: "ada", Text: honey, Direct: true}
		r.hand(m)
		settle(t, b, r, "1")
		answered := r.posts[0].reply
		press := func(k chat.Kind, n int) chat.Reply { return b.Press(t.Context(), answered.Token(k, n), m, desk{r}) }
		shown := map[string]chat.Reply{
			"answer": answered, "further passages": press(chat.More, 0), "context": press(chat.Context, 1),
		}
		press(chat.Collect, 1)
		shown["what is collected"] = b.Collected(t.Context(), m, 0)
		shown["a briefing"] = want(t, b, r, chat.Brief{Topic: "honey", Format: "md"})
		for where, reply := range shown {
			if len(reply.Cards) == 0 {
				t.Errorf("%s has no cards: %+v", where, reply)
			}
			for _, c := range reply.Cards {
				if c.Link != link {
					t.Errorf("%s: card %d leads to %q, want %q", where, c.N, c.Link, link)
				}
			}
		}
	}
}
