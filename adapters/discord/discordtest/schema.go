package discordtest

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf16"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:generate go run ./cut ../../../../shared/specs/discord-openapi-v10.json testdata/requests.json

// requests are the schemas of request bodies out of Discord's OpenAPI description
// of version 10, cut out by the command cut. For what is checked here version 9,
// which discordgo speaks, has the same.
//
//go:embed testdata/requests.json
var requests []byte

// bodies compiles the schema of each body, by method and path.
var bodies = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	var doc struct {
		Requests map[string]any `json:"requests"`
	}
	if err := json.Unmarshal(requests, &doc); err != nil {
		return nil, err
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(requests))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("discord.json", whole); err != nil {
		return nil, err
	}
	out := make(map[string]*jsonschema.Schema)
	for name := range doc.Requests {
		pointer := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", " ", "%20").Replace(name)
		if out[name], err = c.Compile("discord.json#/requests/" + pointer); err != nil {
			return nil, err
		}
	}
	return out, nil
})

// CheckMessage returns what is wrong with a message that would be posted to a channel.
func CheckMessage(body []byte) error { return check("POST /channels/{channel_id}/messages", body) }

// check returns what is wrong with a request's body: by the schema, by the fields
// that it knows, and by the limits that it leaves out.
func check(operation string, body []byte) error {
	all, err := bodies()
	if err != nil {
		return err
	}
	schema, ok := all[operation]
	if !ok {
		if len(bytes.TrimSpace(body)) > 0 {
			return errors.New("a body where none is known")
		}
		return nil
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	if err := schema.Validate(value); err != nil {
		return err
	}
	if field := unknown(value, schema); field != "" {
		return fmt.Errorf("the field %s is unknown", field)
	}
	return limits(value)
}

// unknown returns a field of value that no branch of schema has, or "".
func unknown(value any, schema *jsonschema.Schema) string {
	branches := flat(schema)
	switch v := value.(type) {
	case map[string]any:
		var candidates []*jsonschema.Schema
		for _, b := range branches {
			if len(b.Properties) > 0 && b.Validate(value) == nil {
				candidates = append(candidates, b)
			}
		}
		if len(candidates) == 0 {
			return "" // a map, or of a free form
		}
		worst := ""
		for _, b := range candidates {
			worst = ""
			for name, inner := range v {
				property, ok := b.Properties[name]
				if !ok {
					worst = name
					break
				}
				if worst = unknown(inner, property); worst != "" {
					worst = name + "." + worst
					break
				}
			}
			if worst == "" {
				return ""
			}
		}
		return worst
	case []any:
		for _, b := range branches {
			items, ok := b.Items2020, b.Items2020 != nil
			for i := 0; ok && i < len(v); i++ {
				if field := unknown(v[i], items); field != "" {
					return field
				}
			}
		}
	}
	return ""
}

// flat lists schema and what it refers to or chooses among.
func flat(s *jsonschema.Schema) []*jsonschema.Schema {
	if s == nil {
		return nil
	}
	all := append([]*jsonschema.Schema{s}, flat(s.Ref)...)
	for _, group := range [][]*jsonschema.Schema{s.OneOf, s.AnyOf, s.AllOf} {
		for _, inner := range group {
			all = append(all, flat(inner)...)
		}
	}
	return all
}

// limits checks what Discord enforces beyond its description: 2,000 characters of
// content, 4,000 over all texts, 40 components, one custom id each, nothing beside
// components in a message of them.
func limits(value any) error {
	body, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	if data, ok := body["data"].(map[string]any); ok {
		return limits(data)
	}
	content, _ := body["content"].(string)
	if n := units(content); n > 2000 {
		return fmt.Errorf("content of %d characters", n)
	}
	components, _ := body["components"].([]any)
	var c counted
	c.ids = make(map[string]bool)
	if err := c.count(components); err != nil {
		return err
	}
	flags, _ := body["flags"].(json.Number)
	n, _ := flags.Int64()
	switch {
	case c.texts > 4000:
		return fmt.Errorf("%d characters over all texts", c.texts)
	case c.components > 40:
		return fmt.Errorf("%d components", c.components)
	case n&flagComponents != 0 && (content != "" || body["embeds"] != nil):
		return errors.New("content or embeds beside components of version 2")
	case n&flagComponents == 0 && c.texts > 0:
		return errors.New("components of version 2 without their flag")
	}
	return nil
}

type counted struct {
	texts, components int
	ids               map[string]bool
}

func (c *counted) count(components []any) error {
	for _, one := range components {
		fields, _ := one.(map[string]any)
		c.components++
		text, _ := fields["content"].(string)
		c.texts += units(text)
		if id, _ := fields["custom_id"].(string); id != "" {
			if c.ids[id] {
				return fmt.Errorf("the custom id %s twice", id)
			}
			c.ids[id] = true
		}
		inner, _ := fields["components"].([]any)
		if fmt.Sprint(fields["type"]) == "1" && (len(inner) == 0 || len(inner) > 5) {
			return fmt.Errorf("%d buttons in a row", len(inner))
		}
		if err := c.count(inner); err != nil {
			return err
		}
	}
	return nil
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }
