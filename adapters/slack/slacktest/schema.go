package slacktest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// schemaFile has a JSON Schema of each method's arguments, made from Slack's own
// types.
//
//go:embed schema.json
var schemaFile []byte

// A schema is the part of JSON Schema that the file uses.
type schema struct {
	Ref        string            `json:"$ref"`
	Type       kinds             `json:"type"`
	Const      any               `json:"const"`
	Enum       []any             `json:"enum"`
	Properties map[string]schema `json:"properties"`
	Required   []string          `json:"required"`
	Additional *bool             `json:"additionalProperties"`
	Items      *schema           `json:"items"`
	MinItems   int               `json:"minItems"`
	AnyOf      []schema          `json:"anyOf"`
	Not        *schema           `json:"not"`
}

// kinds are the types that a value may have; none are all.
type kinds []string

// UnmarshalJSON reads one type or a list of them.
func (k *kinds) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*k = kinds{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(k))
}

// UnmarshalJSON reads a schema; additionalProperties may also be one, which allows
// what the check then leaves alone.
func (s *schema) UnmarshalJSON(data []byte) error {
	type plain schema
	var loose struct {
		*plain
		Additional json.RawMessage `json:"additionalProperties"`
	}
	loose.plain = (*plain)(s)
	if err := json.Unmarshal(data, &loose); err != nil {
		return err
	}
	if string(loose.Additional) == "false" {
		s.Additional = new(bool)
	}
	return nil
}

type schemas struct {
	Defs    map[string]schema `json:"$defs"`
	Methods map[string]schema `json:"methods"`
}

func readSchemas() schemas {
	var all schemas
	if err := json.Unmarshal(schemaFile, &all); err != nil {
		panic(fmt.Sprintf("reading schema.json: %v", err))
	}
	return all
}

// check returns what is wrong with v at path, "" for nothing.
func (all schemas) check(s schema, v any, path string) string {
	if s.Ref != "" {
		return all.check(all.Defs[strings.TrimPrefix(s.Ref, "#/$defs/")], v, path)
	}
	if s.Const != nil && s.Const != v {
		return fmt.Sprintf("%s is %v, want %v", path, v, s.Const)
	}
	if s.Enum != nil && !slices.Contains(s.Enum, v) {
		return fmt.Sprintf("%s is %v, want one of %v", path, v, s.Enum)
	}
	if s.Not != nil && all.check(*s.Not, v, path) == "" {
		return path + " is what it must not be"
	}
	if s.AnyOf != nil {
		return all.checkAny(s.AnyOf, v, path)
	}
	if len(s.Type) == 0 {
		return ""
	}
	wrong := ""
	for _, kind := range s.Type {
		if wrong = all.checkKind(s, kind, v, path); wrong == "" {
			return ""
		}
	}
	return wrong
}

// checkKind checks v as one of that type.
func (all schemas) checkKind(s schema, kind string, v any, path string) string {
	ok := true
	switch kind {
	case "object":
		return all.checkObject(s, v, path)
	case "array":
		return all.checkArray(s, v, path)
	case "string":
		_, ok = v.(string)
	case "number", "integer":
		_, ok = v.(float64)
	case "boolean":
		_, ok = v.(bool)
	case "null":
		ok = v == nil
	}
	if !ok {
		return fmt.Sprintf("%s is %v, want a %s", path, v, kind)
	}
	return ""
}

func (all schemas) checkArray(s schema, v any, path string) string {
	list, ok := v.([]any)
	if !ok || len(list) < s.MinItems {
		return fmt.Sprintf("%s is %v, want a list of at least %d", path, v, s.MinItems)
	}
	for i, item := range list {
		if s.Items == nil {
			break
		}
		if wrong := all.check(*s.Items, item, fmt.Sprintf("%s[%d]", path, i)); wrong != "" {
			return wrong
		}
	}
	return ""
}

// checkAny returns the complaint of the alternative that comes furthest, which is
// the one that was meant.
func (all schemas) checkAny(any []schema, v any, path string) string {
	best := ""
	for _, s := range any {
		wrong := all.check(s, v, path)
		if wrong == "" {
			return ""
		}
		at, _, _ := strings.Cut(wrong, " ")
		if bestAt, _, _ := strings.Cut(best, " "); best == "" || len(at) > len(bestAt) {
			best = wrong
		}
	}
	return best
}

func (all schemas) checkObject(s schema, v any, path string) string {
	object, ok := v.(map[string]any)
	if !ok {
		return fmt.Sprintf("%s is %v, want an object", path, v)
	}
	for _, name := range s.Required {
		if _, ok := object[name]; !ok {
			return fmt.Sprintf("%s.%s is missing", path, name)
		}
	}
	for name, value := range object {
		property, ok := s.Properties[name]
		if !ok && s.Additional != nil {
			return fmt.Sprintf("%s.%s is not known", path, name)
		}
		if !ok {
			continue
		}
		if wrong := all.check(property, value, path+"."+name); wrong != "" {
			return wrong
		}
	}
	return ""
}

// decodeForm turns a form into the arguments that it stands for: what the method
// takes as other than text is read as JSON, as Slack does.
func (all schemas) decodeForm(method string, form url.Values) map[string]any {
	args := make(map[string]any)
	for name, values := range form {
		args[name] = values[0]
		kind := all.kind(all.Methods[method], name)
		var decoded any
		switch {
		case kind == "string" || kind == "":
		case kind == "boolean" && (values[0] == "1" || values[0] == "0"):
			args[name] = values[0] == "1"
		case json.Unmarshal([]byte(values[0]), &decoded) == nil:
			args[name] = decoded
		}
	}
	return args
}

// kind returns the type of a method's argument.
func (all schemas) kind(s schema, name string) string {
	if p, ok := s.Properties[name]; ok {
		if p.Ref != "" {
			p = all.Defs[strings.TrimPrefix(p.Ref, "#/$defs/")]
		}
		switch {
		case len(p.Type) > 0:
			return p.Type[0]
		case p.AnyOf != nil:
			return "object"
		case p.Enum != nil:
			return "string"
		}
	}
	for _, any := range s.AnyOf {
		if kind := all.kind(any, name); kind != "" {
			return kind
		}
	}
	return ""
}
