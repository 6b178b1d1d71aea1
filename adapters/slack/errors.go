package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// Error codes of the Web API (docs.slack.dev/reference/methods), by what follows
// from them.
var (
	// The token is no longer good for anything.
	codesRevoked = []string{"token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive", "team_access_not_granted"}
	// The app is no member, or sees no such channel.
	codesAbsent = []string{"not_in_channel", "channel_not_found"}
	// The app may not post in the channel, and may elsewhere.
	codesBarred = append([]string{"restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel", "restricted_action_thread_locked"}, codesAbsent...)
	// Nothing can be posted there, whatever it is.
	codesUnreachable = append([]string{"is_archived", "user_not_in_channel", "cannot_reply_to_message", "messages_tab_disabled", "ekm_access_denied"}, codesBarred...)
	// The form of a post is refused; plain text may pass.
	codesForm = []string{"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "unsupported_block", "block_mismatch", "invalid_arguments", "cannot_post_blocks"}
	// What goes unseen with a post is refused; the post may pass without.
	codesMetadata = []string{"invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large", "metadata_must_be_sent_from_app"}
	// The person is of another organization, or nobody that Slack knows.
	codesStranger = []string{"user_not_visible"}
	codesNobody   = []string{"user_not_found"}
	// There is no such call for this app: it lacks a scope, or a server that speaks as
	// Slack does never had it.
	codesMissing = []string{"unknown_method", "missing_scope", "not_allowed_token_type", "method_deprecated", "deprecated_endpoint", "feature_not_enabled", "access_denied", "no_permission"}
	codesScope   = []string{"missing_scope"}
	// Slack failed, and may not the next time.
	codesPassing = []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
	// The person has closed the form.
	codesClosed = []string{"not_found"}
	// There are too many calls.
	codesLimited = []string{"ratelimited", "rate_limited"}
	// The post is not there any more.
	codesGone = []string{"message_not_found", "thread_not_found"}
	// A stream takes nothing more: it was stopped, or Slack ended it, as it does after
	// some five minutes.
	codesEnded = []string{"message_not_in_streaming_state"}
)

// has reports whether err is one of Slack's codes.
func has(err error, codes []string) bool {
	var refused slack.SlackErrorResponse
	return errors.As(err, &refused) && slices.Contains(codes, refused.Err)
}

// uncertain reports whether a call that failed may have had its effect all the
// same: its answer was lost, or Slack failed while carrying it out.
func uncertain(err error) bool {
	var refused slack.SlackErrorResponse
	return err != nil && (!errors.As(err, &refused) || has(err, codesPassing)) && !errors.Is(err, chat.ErrCrowded)
}

// missing reports whether err says that a call is not to be had. It is spared for a
// while then.
func (w *workspace) missing(call string, err error) bool {
	const spared = time.Hour
	var answer slack.StatusCodeError
	gone := errors.As(err, &answer) && (answer.Code == http.StatusNotFound || answer.Code == http.StatusMethodNotAllowed || answer.Code == http.StatusNotImplemented)
	if !gone && !has(err, codesMissing) {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.absent[call] = time.Now().Add(spared)
	return true
}

// offered reports whether a call is worth trying.
func (w *workspace) offered(call string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().After(w.absent[call])
}

// optional makes a call that no answer depends on. One that is not to be had is
// tried again after a while only.
func (w *workspace) optional(ctx context.Context, call string, do func() error) error {
	if !w.offered(call) {
		return nil
	}
	err := patiently(ctx, do)
	w.missing(call, err)
	return w.failed(call, err)
}

// failed marks err for the Bot, and does what follows from it for the workspace.
func (w *workspace) failed(what string, err error) error {
	if err == nil {
		return nil
	}
	var refused slack.SlackErrorResponse
	errors.As(err, &refused)
	switch {
	case has(err, codesRevoked):
		w.revoked(err)
		return fmt.Errorf("%s: %w: %w", what, chat.ErrUnreachable, err)
	case has(err, codesUnreachable):
		return fmt.Errorf("%s: %w: %w", what, chat.ErrUnreachable, err)
	case has(err, codesScope):
		w.adapter.log.Error(saidScopeMissing, "team", w.team, "needed", refused.Needed, "while", what)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// hide takes the address out of an error, but for its origin: who knows a whole
// response URL can speak in the bot's name for half an hour.
func hide(err error) error {
	var failed *url.Error
	if !errors.As(err, &failed) {
		return err
	}
	at := "?"
	if u, err := url.Parse(failed.URL); err == nil {
		at = u.Scheme + "://" + u.Host
	}
	return &url.Error{Op: failed.Op, URL: at, Err: failed.Err}
}

// revoked stops serving a workspace whose token is not accepted any more.
func (w *workspace) revoked(err error) {
	if w.adapter.leave(w.team) {
		w.adapter.log.Error(saidRevoked, "workspace", w.name, "team", w.team, "error", err)
	}
}

// scopeSocket is what an app-level token needs for Socket Mode.
const scopeSocket = "connections:write"

// explain puts into words what to do about a token that is refused.
func explain(err error) error {
	var refused slack.SlackErrorResponse
	if !errors.As(err, &refused) {
		return err
	}
	next := ""
	switch refused.Err {
	case "invalid_auth", "not_authed", "not_allowed_token_type":
		next = "copy the token again from the app's settings: the bot token (xoxb-…) is under OAuth & Permissions, the app-level token (xapp-…) under Basic Information"
	case "token_revoked", "token_expired", "account_inactive":
		next = "reinstall the app in the workspace and set its new token"
	case "missing_scope":
		if refused.Needed == scopeSocket {
			next = "generate an app-level token with the scope " + scopeSocket + " in the app's settings, under Basic Information"
			break
		}
		next = "add the scope " + refused.Needed + " in the app's settings and reinstall the app"
	case "team_access_not_granted", "org_login_required":
		next = "let an administrator allow the app in the workspace"
	default:
		return err
	}
	return fmt.Errorf("%w: %s", err, next)
}
