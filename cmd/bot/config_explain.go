package main

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// explain turns the decoder's error into one that names the file, the line, the
// key and the next step. The decoder's own longer text is never used, since it
// prints the lines around the place, and a secret may have been pasted there.
func explain(file string, err error) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		var all []error
		for i := range unknown.Errors {
			e := &unknown.Errors[i]
			line, _ := e.Position()
			all = append(all, fmt.Errorf("%s:%d: unknown key %q: %s", file, line, strings.Join(e.Key(), "."), known(e.Key())))
		}
		return errors.Join(all...)
	}
	var bad *toml.DecodeError
	if !errors.As(err, &bad) {
		return fmt.Errorf("%s: %w: see bot config", file, err)
	}
	line, _ := bad.Position()
	cause := strings.TrimPrefix(bad.Error(), "toml: ")
	mismatch := strings.HasPrefix(cause, "cannot decode ") || strings.HasPrefix(cause, "cannot store ")
	if want := wanted(bad.Key()); mismatch && want != "" {
		return fmt.Errorf("%s:%d: %s is of the wrong type: write %s", file, line, strings.Join(bad.Key(), "."), want)
	}
	return fmt.Errorf("%s:%d: not TOML: %s: see bot config for how it is written", file, line, cause)
}

// known says which keys there are where key was meant to be.
func known(key toml.Key) string {
	sections := tags(reflect.TypeFor[Config]())
	if len(key) < 2 {
		return "the file has the sections [" + strings.Join(slices.Sorted(maps.Keys(sections)), "], [") + "]"
	}
	section, ok := sections[strings.ToLower(key[0])]
	if !ok {
		return known(key[:1])
	}
	hint := "[" + key[0] + "] has " + strings.Join(slices.Sorted(maps.Keys(tags(section))), ", ")
	switch key[0] {
	case "embedder":
		hint += "; the service's own key is read from " + envEmbedderKey
	case "model":
		hint += "; the service's own key is read from " + envModelKey
	case "discord":
		hint += "; the token is read from " + envDiscordToken
	case "slack":
		hint += "; tokens are read from " + envSlackBotToken + " and " + envSlackAppToken
	}
	return hint
}

// wanted says what the value of a known key looks like, and nothing of others.
func wanted(key toml.Key) string {
	fields := tags(reflect.TypeFor[Config]())
	for i, part := range key {
		t, ok := fields[strings.ToLower(part)] // the decoder takes "Kind" for "kind"
		switch {
		case !ok:
			return ""
		case t.Kind() == reflect.Struct && i == len(key)-1:
			return "it as a section, [" + part + "], once"
		case t.Kind() == reflect.Struct:
			fields = tags(t)
		case t.Kind() == reflect.Slice:
			return `a list of texts in quotes, ["…", "…"]`
		case t.Kind() == reflect.String:
			return `a text in quotes, "…"`
		case t.Kind() == reflect.Bool:
			return "true or false, without quotes"
		case t.Kind() == reflect.Int:
			return "a whole number without quotes"
		default:
			return "a number without quotes"
		}
	}
	return ""
}

// tags returns the fields of a section, or of the whole Config, by their names in
// the file.
func tags(section reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for i := range section.NumField() {
		if tag := section.Field(i).Tag.Get("toml"); tag != "-" {
			fields[tag] = section.Field(i).Type
		}
	}
	return fields
}

// lineOf returns the line, counted from 1, on which data sets key, given as in
// "embedder.kind", or the section that key is in; 0 where neither stands. The
// decoder keeps no positions of what it has read, so that it is read again, by
// the decoder's own parser.
func lineOf(data []byte, key string) int {
	section, _, _ := strings.Cut(key, ".")
	var table []string
	line := 0
	var p unstable.Parser
	p.Reset(data)
	for p.NextExpression() {
		e := p.Expression()
		var path []string
		at := 0
		for it := e.Key(); it.Next(); {
			path = append(path, string(it.Node().Data))
			if at == 0 {
				at = p.Shape(it.Node().Raw).Start.Line
			}
		}
		if e.Kind == unstable.KeyValue {
			path = append(slices.Clone(table), path...)
		} else {
			table = path
		}
		switch name := strings.Join(path, "."); {
		case strings.EqualFold(name, key):
			return at
		case strings.EqualFold(name, section):
			line = at
		}
	}
	return line
}
