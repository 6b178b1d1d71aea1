// Command cut takes out of Discord's OpenAPI description what the fake checks
// requests against, so that the tests carry a twentieth of it:
//
//	go run ./adapters/discord/discordtest/cut ../shared/specs/discord-openapi-v10.json adapters/discord/discordtest/testdata/requests.json
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// wanted are the bodies that are checked, by method and path.
var wanted = []string{
	"POST /channels/{channel_id}/messages",
	"PATCH /channels/{channel_id}/messages/{message_id}",
	"POST /channels/{channel_id}/messages/{message_id}/threads",
	"POST /interactions/{interaction_id}/{interaction_token}/callback",
	"PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original",
	"POST /webhooks/{webhook_id}/{webhook_token}",
	"PUT /applications/{application_id}/commands",
	"POST /users/@me/channels",
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: cut openapi.json requests.json")
		os.Exit(2)
	}
	if err := cut(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// cut writes the schemas of the wanted bodies, and those that they refer to.
func cut(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var api struct {
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(data, &api); err != nil {
		return fmt.Errorf("reading %s: %w", from, err)
	}
	out := map[string]any{}
	requests, schemas := map[string]any{}, map[string]any{}
	for _, w := range wanted {
		method, path, _ := strings.Cut(w, " ")
		var operation struct {
			RequestBody struct {
				Content map[string]struct{ Schema any }
			}
		}
		if err := json.Unmarshal(api.Paths[path][strings.ToLower(method)], &operation); err != nil {
			return fmt.Errorf("%s: %w", w, err)
		}
		requests[w] = operation.RequestBody.Content["application/json"].Schema
		collect(requests[w], api.Components.Schemas, schemas)
	}
	out["requests"] = requests
	out["components"] = map[string]any{"schemas": schemas}
	encoded, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return os.WriteFile(to, append(encoded, '\n'), 0o644)
}

// collect adds to kept what schema refers to, without descriptions.
func collect(schema any, all, kept map[string]any) {
	switch s := schema.(type) {
	case map[string]any:
		if _, ok := s["description"].(string); ok { // and no property of that name
			delete(s, "description")
		}
		if ref, ok := s["$ref"].(string); ok {
			name := ref[strings.LastIndex(ref, "/")+1:]
			if _, done := kept[name]; !done {
				kept[name] = all[name]
				collect(all[name], all, kept)
			}
		}
		for _, v := range s {
			collect(v, all, kept)
		}
	case []any:
		for _, v := range s {
			collect(v, all, kept)
		}
	}
}
