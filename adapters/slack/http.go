package slack

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/slack-go/slack"
)

// longestBody is the most of a request's body that is read, in bytes. Slack's are
// much smaller.
const longestBody = 1 << 20

// ServeHTTP takes in what Slack sends over HTTP: events, commands and interactions,
// all at one address. What is not signed by Slack with the signing secret within
// the last five minutes is refused.
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "only POST", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longestBody))
	if err != nil {
		status := http.StatusBadRequest
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			status = http.StatusRequestEntityTooLarge
		}
		http.Error(w, "the body cannot be read", status)
		return
	}
	if err := a.verify(r.Header, body); err != nil {
		a.log.Warn(saidForged, "error", err)
		http.Error(w, "not signed by Slack", http.StatusUnauthorized)
		return
	}
	if err := a.accept(w, r, body); err != nil {
		a.log.Warn(saidNotTaken, "error", err)
		http.Error(w, "try again", http.StatusServiceUnavailable)
	}
}

// verify returns an error unless Slack signed body just now.
func (a *Adapter) verify(header http.Header, body []byte) error {
	v, err := slack.NewSecretsVerifier(header, a.options.SigningSecret)
	if err != nil {
		return err
	}
	if _, err := v.Write(body); err != nil {
		return err
	}
	return v.Ensure()
}

// accept takes in a request that is Slack's; without an error it is acknowledged.
func (a *Adapter) accept(w http.ResponseWriter, r *http.Request, body []byte) error {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		values, err := url.ParseQuery(string(body))
		if err != nil {
			a.log.Warn(saidUnreadable, "error", err)
			return nil
		}
		if payload := values.Get("payload"); payload != "" {
			said, err := a.interaction(r.Context(), []byte(payload))
			if err != nil || said == nil {
				return err
			}
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			return json.NewEncoder(w).Encode(said)
		}
		return a.command(r.Context(), command{
			Team: values.Get("team_id"), Enterprise: values.Get("enterprise_id"), OrgWide: values.Get("is_enterprise_install") == "true",
			Channel: values.Get("channel_id"), User: values.Get("user_id"), Command: values.Get("command"), Text: values.Get("text"),
			ResponseURL: values.Get("response_url"), Trigger: values.Get("trigger_id"),
		})
	}
	var p payload
	if json.Unmarshal(body, &p) == nil && p.Type == "url_verification" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, err := io.WriteString(w, p.Challenge)
		return err
	}
	return a.receive(r.Context(), body, r.Header.Get("X-Slack-Retry-Num") != "")
}
