package chat

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Links make the addresses at which documents can be opened. They come from the
// configuration and a document's name alone: nothing that a document says is in them.
// The zero Links lead nowhere.
type Links struct{ pattern string }

// What a pattern of addresses may hold: its placeholders, and the characters of an
// address (RFC 3986, appendix A).
var (
	placeholder = regexp.MustCompile(`\{[^{}]*\}?|\}`)
	notInLink   = regexp.MustCompile(`[^A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%{}-]`)
)

const (
	placeFile = "{file}"
	placePage = "{page}"
)

// longestLink is the length of the longest address, in bytes. Discord takes 2,000
// characters a message, and the card around it wants some of them.
const longestLink = 1000

var errNoAddress = errors.New("it is no web address: begin it with https:// or http:// and the name of a server, without a user or password")

// ParseLinks reads a pattern such as "https://docs.example.org/{file}#page={page}": an
// http or https address in which {file} stands for a document's path below the corpus
// root and {page} for a page of it, counted from 1. Both may stand anywhere behind the
// server's name, or be left out. No pattern, "", makes the zero Links. The error says what
// is wrong and what to do.
func ParseLinks(pattern string) (Links, error) {
	if pattern == "" {
		return Links{}, nil
	}
	for _, p := range placeholder.FindAllString(pattern, -1) {
		if p != placeFile && p != placePage {
			return Links{}, fmt.Errorf("it holds %q: there are the placeholders %s and %s alone", p, placeFile, placePage)
		}
	}
	if c := notInLink.FindString(pattern); c != "" {
		return Links{}, fmt.Errorf("it holds %q, which no address may: write it as %s", c, segment(c))
	}
	// A placeholder in the server's name is refused here too: it holds brackets.
	if u, err := url.Parse(pattern); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil {
		return Links{}, errNoAddress
	}
	return Links{pattern}, nil
}

// To returns the address of a page of a file, "" where there is none: the page counts
// from 1, and 0 is as good as 1. A path that would leave the folder has none, nor has one
// whose address would be longer than people can be shown.
func (l Links) To(file string, page int) string {
	if l.pattern == "" {
		return ""
	}
	var path []string
	for _, s := range strings.Split(file, "/") {
		if s == "" || s == "." || s == ".." {
			return ""
		}
		path = append(path, segment(s))
	}
	to := strings.NewReplacer(placeFile, strings.Join(path, "/"), placePage, strconv.Itoa(max(1, page))).Replace(l.pattern)
	if len(to) > longestLink {
		return ""
	}
	return to
}

// segment is part of a path as any part of an address can hold it: all but letters,
// digits and -._~ is percent-encoded.
func segment(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
