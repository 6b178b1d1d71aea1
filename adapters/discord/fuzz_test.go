package discord_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/store"
	"rapporteur/adapters/discord"
)

// quietBot is a Bot that logs nowhere: a fuzz target may not write to its test's log.
func quietBot(f *testing.F, o chat.Options) *chat.Bot {
	f.Helper()
	kept, err := store.Open(f.Context(), filepath.Join(f.TempDir(), "chat.db"))
	if err != nil {
		f.Fatal(err)
	}
	bot := chat.New(slog.New(slog.DiscardHandler), chat.Library{Asker: threeSources}, kept, o)
	f.Cleanup(func() {
		bot.Close(context.Background())
		kept.Close()
	})
	return bot
}

// FuzzInteraction: whatever is signed and sent to the endpoint, nothing panics.
func FuzzInteraction(f *testing.F) {
	for _, seed := range []string{
		`{"id":"1","type":1,"token":"t"}`,
		`{"id":"2","type":2,"token":"t","channel_id":"3","user":{"id":"4"},"data":{"name":"ask","options":[{"name":"question","type":3,"value":"What?"}]}}`,
		`{"id":"2","type":2,"token":"t","user":{"id":"4"},"data":{"name":"ask","options":[null,{"name":"question","value":7}]}}`,
		`{"id":"2","type":2,"token":"t","guild_id":"5","member":{"user":{"id":"4"},"permissions":"32"},"data":{"name":"rapporteur","options":[null]}}`,
		`{"id":"2","type":2,"token":"t","guild_id":"5","member":{"user":{"id":"4"},"permissions":"32"},"data":{"name":"rapporteur","options":[{"name":"set","options":[null,{"name":"role","value":1}]}]}}`,
		`{"id":"2","type":2,"token":"t","user":{"id":"4"},"data":{"name":"Find sources","target_id":"9","resolved":{"messages":{"9":null}}}}`,
		`{"id":"2","type":3,"token":"t","user":{"id":"4"},"data":{"custom_id":"p.1.x","component_type":2}}`,
		`{"id":"2","type":4,"token":"t","user":{"id":"4"},"data":{"name":"ask","options":[null]}}`,
		`{"id":"2","type":5,"token":"t","user":{"id":"4"},"data":{"custom_id":"u","components":[{"type":1,"components":[null]}]}}`,
		`{"id":"2","type":2,"token":"t","user":{"id":"4"},"data":{"name":"brief","options":[{"name":"topic","type":3,"value":7},{"name":"style","value":"x"},null]}}`,
		`{"id":"2","type":3,"token":"t","user":{"id":"4"},"message":{"id":"5","flags":64},"data":{"custom_id":"n.0.aaaaaaaaaaaaaaaaaaaaaaaaaa","component_type":2}}`,
		`{"id":"2","type":3,"token":"t","user":{"id":"4"},"message":{"flags":64},"data":{"custom_id":"x.0.","component_type":2}}`,
		`{"id":"2","type":3,"token":"t","user":{"id":"4"},"data":{"custom_id":"k.0.","component_type":2}}`,
		`{"id":"2","type":5,"token":"t","user":{"id":"4"},"data":{"custom_id":"n.0.aaaaaaaaaaaaaaaaaaaaaaaaaa","components":[]}}`,
		`{"id":"2","type":5,"token":"t","user":{"id":"4"},"data":null}`, `null`, `[]`,
	} {
		f.Add([]byte(seed))
	}
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		f.Fatal(err)
	}
	var log lockedBuffer
	a, err := discord.New(slog.New(slog.NewTextHandler(&log, nil)), quietBot(f, chat.Options{Dry: true}), discord.Options{Token: "t", APIURL: "http://127.0.0.1:1", PublicKey: public, Dry: true})
	if err != nil {
		f.Fatal(err)
	}
	discord.Hurry(a)
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest("POST", "/discord", bytes.NewReader(body))
		stamp := strconv.FormatInt(time.Now().Unix(), 10)
		r.Header.Set("X-Signature-Timestamp", stamp)
		r.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(private, append([]byte(stamp), body...))))
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		a.Wait()
		if said := log.String(); strings.Contains(said, "defect") {
			t.Errorf("%s: %s", body, said)
		}
	})
}

// FuzzMessage: whatever the gateway tells of, translating it panics nowhere.
func FuzzMessage(f *testing.F) {
	for _, seed := range []string{
		`{"id":"1","channel_id":"2","author":{"id":"3"},"content":"<@9> hello <:x:1>"}`,
		`{"id":"1","channel_id":"2","guild_id":"4","author":{"id":"3"},"mentions":[null],"message_reference":{"message_id":"5"},"referenced_message":null}`,
		`{"id":"1","channel_id":"2","author":{"id":"3"},"mentions":[{"id":"9"}],"message_reference":{"message_id":"5"},"content":"","referenced_message":{"author":null}}`,
		`{"id":"1","author":null}`, `{}`,
	} {
		f.Add([]byte(seed))
	}
	a, err := discord.New(slog.New(slog.DiscardHandler), quietBot(f, chat.Options{}), discord.Options{Token: "t", APIURL: "http://127.0.0.1:1"})
	if err != nil {
		f.Fatal(err)
	}
	discord.Hurry(a)
	f.Fuzz(func(t *testing.T, data []byte) {
		d := new(discordgo.Message)
		if json.Unmarshal(data, d) != nil {
			t.Skip()
		}
		if m, ok := discord.Translate(t.Context(), a, d); ok && (m.ID == "" || m.User == "" || m.Channel == "") {
			t.Errorf("%s: the message lacks what the Bot needs: %+v", data, m)
		}
	})
}
