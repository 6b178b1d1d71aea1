package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"rapporteur/adapters/discord/discordtest"
)

// Interactions over HTTP are answered by "bot serve" too, and only signed ones.
func TestServeInteractions(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the model")
	}
	emptyHome(t)
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	_, stranger, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	here := discordtest.New(t)
	config := fmt.Sprintf("serve.health = ''\n[discord]\napi_url = '%s'\ngateway_url = '%s'\nlisten = '127.0.0.1:0'\npublic_key = '%x'\n", here.APIURL(), here.GatewayURL(), public)
	s := serveAs(t, map[string]string{envConfig: write(t, config), envDiscordToken: discordtest.Token, "XDG_STATE_HOME": t.TempDir()})
	address := "http://" + s.await(`Listening\. \(address: ([^)]+)\)`)[1] + discordPath
	id, body := here.Unsent(discordtest.Act{}, 2, withOptions("ask", "question", aboutTheILO), nil)
	if status, _ := postSigned(t, address, stranger, body); status != http.StatusUnauthorized {
		t.Errorf("a stranger's request: status %d", status)
	}
	status, text := postSigned(t, address, private, body)
	if status != http.StatusOK {
		t.Fatalf("status %d: %s", status, text)
	}
	here.Answered(id, text)
	if shown := here.ReplyTo(id).Text(); !strings.Contains(shown, quotedAboutIt) || !strings.Contains(shown, "[1]") {
		t.Errorf("it is answered:\n%s", shown)
	}
	id, body = here.Unsent(discordtest.Act{}, 2, withOptions("brief", "topic", "remittances"), nil)
	if status, text = postSigned(t, address, private, body); status != http.StatusOK {
		t.Fatalf("status %d: %s", status, text)
	}
	here.Answered(id, text)
	if files := here.ReplyTo(id).Attachments; len(files) != 1 || files[0].Filename != "remittances.docx" {
		t.Errorf("the files of a briefing are %+v", files)
	}
	s.end()
}

// postSigned posts body as Discord does, signed now with key.
func postSigned(t *testing.T, address string, key ed25519.PrivateKey, body []byte) (status int, answer []byte) {
	t.Helper()
	r, err := http.NewRequest("POST", address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	r.Header.Set("X-Signature-Timestamp", stamp)
	r.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(key, append([]byte(stamp), body...))))
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}
