package main

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"unicode/utf8"
)

// A secret is a key or a token. Whatever prints it, logs it or encodes it gets
// only whether it is set. The text is behind a pointer, since some verbs of fmt
// ask no method and print what they find: here an address.
type secret struct{ text *string }

// newSecret hides text; the empty text is a secret that is not set.
func newSecret(text string) secret {
	if text == "" {
		return secret{}
	}
	return secret{&text}
}

// reveal returns the secret itself, to be given to the service it is for and to
// nothing else.
func (s secret) reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// String says whether the secret is set.
func (s secret) String() string {
	if s.text == nil {
		return "(not set)"
	}
	return "(set)"
}

// GoString says whether the secret is set, under %#v.
func (s secret) GoString() string { return s.String() }

// LogValue says whether the secret is set.
func (s secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText says whether the secret is set, to JSON and TOML among others.
func (s secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// readSecret reads the secret of that name from the environment, or from the file
// that the environment names under the same name with _FILE behind it.
func readSecret(getenv func(string) string, name string) (secret, error) {
	if text := strings.TrimSpace(getenv(name)); text != "" {
		return newSecret(text), nil
	}
	file := getenv(name + "_FILE")
	if file == "" {
		return secret{}, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return secret{}, fmt.Errorf("reading a secret: %w: check %s_FILE", err, name)
	}
	return newSecret(strings.TrimSpace(strings.TrimPrefix(string(text), "\ufeff"))), nil // some editors begin a file with it
}

// unfit says what in a token no token has; nil: nothing. It is what is easily taken
// along: quotation marks, a line break, a word before it.
func unfit(name, token string) error {
	i := strings.IndexFunc(token, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"'`", r) })
	if i < 0 {
		return nil
	}
	r, _ := utf8.DecodeRuneInString(token[i:])
	return sayUnfit(name, r)
}

// fields returns the secrets in one that holds several, parted by commas or space.
func (s secret) fields() []string {
	return strings.FieldsFunc(s.reveal(), func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) })
}
