package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/adapters/chat"
)

// Error codes of the API (docs.discord.com, Opcodes and Status Codes), by what
// follows from them.
const (
	codeUnknownChannel      = 10003
	codeUnknownMessage      = 10008
	codeUnknownWebhook      = 10015
	codeUnknownInteraction  = 10062
	codeTooLarge            = 40005
	codeAlreadyAcknowledged = 40060
	codeMissingAccess       = 50001
	codeCannotMessageUser   = 50007
	codeMissingPermission   = 50013
	codeInvalidToken        = 50027 // of a webhook or interaction
	codeInvalidForm         = 50035
	codeNoHistory           = 160002 // for replying to a message that may not be read
	codeThreadExists        = 160004
	codeThreadLocked        = 160005
)

// A transport sends discordgo's requests where they are configured to go:
// discordgo works its addresses out once, for the whole process.
type transport struct {
	http.RoundTripper
	api     *url.URL // in place of discordgo's
	gateway string   // what the API would tell; "" to ask it
}

var version = regexp.MustCompile(`/v[0-9]+$`)

// newTransport returns the transport for o.
func newTransport(o Options) (*transport, error) {
	t := &transport{gateway: o.GatewayURL}
	pool := http.DefaultTransport.(*http.Transport).Clone()
	pool.MaxIdleConnsPerHost = 64
	t.RoundTripper = pool
	address := strings.TrimSuffix(o.APIURL, "/")
	if address == "" {
		address = strings.TrimSuffix(discordgo.EndpointAPI, "/")
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, errors.New("starting Discord: the API's address is no web address: write one that begins with https://")
	}
	if u.Path == "" {
		u.Path = "/api"
	}
	if !version.MatchString(u.Path) {
		u.Path += "/v" + discordgo.APIVersion
	}
	t.api = u
	return t, nil
}

// RoundTrip sends a request for discordgo's API address to the configured one.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.gateway != "" && r.URL.String() == discordgo.EndpointGateway {
		told, _ := json.Marshal(map[string]string{"url": t.gateway}) // a string alone: it cannot fail
		return &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(told)), ContentLength: int64(len(told)), Request: r}, nil
	}
	rest, ok := strings.CutPrefix(r.URL.String(), discordgo.EndpointAPI)
	if !ok {
		return nil, fmt.Errorf("a call to %s, which is not Discord's", r.URL.Host)
	}
	to, err := url.Parse(t.api.String() + "/" + rest)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.URL, r.Host = to, ""
	answer, err := t.RoundTripper.RoundTrip(r)
	if err == nil {
		mendLimits(answer.Header)
	}
	return answer, err
}

// mendLimits lets discordgo understand what a rate limit's headers say: it heeds a
// global limit by a header that Discord sends of the others alone, and takes a call
// for failed when it cannot reckon out one of the headers.
func mendLimits(h http.Header) {
	const after, at = "X-RateLimit-Reset-After", "X-RateLimit-Reset"
	if h.Get("X-RateLimit-Global") != "" && h.Get(after) == "" && h.Get("Retry-After") != "" {
		h.Set(after, h.Get("Retry-After"))
	}
	if _, err := http.ParseTime(h.Get("Date")); err != nil {
		h.Del(at)
	}
	for _, name := range []string{after, at, "X-RateLimit-Remaining"} {
		if _, err := strconv.ParseFloat(h.Get(name), 64); err != nil {
			h.Del(name)
		}
	}
}

// lock takes a bucket for a call, and waits before that as long as its limit or the
// global one asks for, unless ctx is done before. discordgo would wait all the same.
func lock(ctx context.Context, limits *discordgo.RateLimiter, name string) (*discordgo.Bucket, error) {
	for {
		b := limits.GetBucket(name)
		b.Lock()
		wait := limits.GetWaitTime(b, 1)
		if wait <= 0 {
			b.Remaining--
			return b, nil
		}
		b.Unlock()
		if !pause(ctx, wait) {
			return nil, fmt.Errorf("a rate limit asks to wait for %v", wait.Round(time.Second))
		}
	}
}

// call carries out one call and decodes what is answered into out, which may be
// nil. A rate limit is waited out as long as ctx lasts; a failing of the network or
// of Discord is tried twice more. Calls of the same bucket go one after another; an
// empty one is for an interaction's, whose limits are its own.
func (a *Adapter) call(ctx context.Context, method, address, bucket string, in, out any) error {
	const tries = 3
	if a.options.Dry && method != "GET" {
		return nil
	}
	limits := a.rest.Ratelimiter
	if bucket == "" {
		// discordgo keeps each bucket for ever, so that one for each interaction
		// would add up.
		limits, bucket = discordgo.NewRatelimiter(), "interaction"
	}
	body, kind, err := encode(in)
	if err != nil {
		return err
	}
	for try, wait := 1, a.waits.retry; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		locked, err := lock(ctx, limits, bucket)
		if err != nil {
			return err
		}
		answer, err := a.rest.RequestWithLockedBucket(method, address, kind, body, locked, 0,
			discordgo.WithContext(ctx), discordgo.WithRetryOnRatelimit(false), discordgo.WithRestRetries(0))
		var limited *discordgo.RateLimitError
		switch {
		case err == nil && out != nil:
			if raw, ok := out.(*json.RawMessage); ok {
				*raw = answer
				return nil
			}
			if err := json.Unmarshal(answer, out); err != nil {
				return fmt.Errorf("reading Discord's answer: %w", err)
			}
			return nil
		case err == nil:
			return nil
		case errors.As(err, &limited):
			rest := max(limited.RetryAfter, a.waits.retry) // where it does not say how long
			a.log.Warn(saidLimited, "wait", rest)
			if !pause(ctx, rest) {
				return err
			}
		case refused(err) || try == tries:
			return a.judged(err)
		default:
			if !pause(ctx, wait) {
				return err
			}
			try, wait = try+1, 4*wait
		}
	}
}

// encode returns the body of a call, and of what kind it is: that of a message with a
// file has several parts.
func encode(in any) (body []byte, kind string, err error) {
	if p, ok := in.(post); ok && p.file != nil {
		kind, body, err = discordgo.MultipartBodyWithJSON(p, []*discordgo.File{{Name: p.file.Name, Reader: bytes.NewReader(p.file.Data)}})
	} else if kind = "application/json"; in != nil {
		body, err = json.Marshal(in)
	}
	if err != nil {
		return nil, "", fmt.Errorf("encoding a call: %w", err)
	}
	return body, kind, nil
}

// pause waits for d; it is false when ctx is done before, or would be.
func pause(ctx context.Context, d time.Duration) bool {
	if until, ok := ctx.Deadline(); ok && time.Until(until) < d {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// refused reports whether Discord said no, so that asking again is in vain.
func refused(err error) bool {
	var r *discordgo.RESTError
	return errors.As(err, &r) && r.Response.StatusCode < 500 || errors.Is(err, discordgo.ErrUnauthorized)
}

// code returns the code of Discord's error, 0 for any other.
func code(err error) int {
	var r *discordgo.RESTError
	if errors.As(err, &r) && r.Message != nil {
		return r.Message.Code
	}
	return 0
}

// unknownReference is what Discord says of a message that there is none to reply to,
// earlier and now.
var unknownReference = regexp.MustCompile(`"(REPLIES|MESSAGE_REFERENCE)_UNKNOWN_MESSAGE"`)

// judged marks an error for the Bot when nothing can be shown there any more.
func (a *Adapter) judged(err error) error {
	var r *discordgo.RESTError
	switch code(err) {
	case codeUnknownChannel, codeMissingAccess, codeMissingPermission, codeCannotMessageUser, codeThreadLocked:
		return fmt.Errorf("%w: %w", chat.ErrUnreachable, err)
	case codeInvalidForm:
		if errors.As(err, &r) && unknownReference.Match(r.ResponseBody) {
			return fmt.Errorf("the question was deleted: %w: %w", chat.ErrUnreachable, err)
		}
	case codeInvalidToken:
		return err // an interaction's; there are other ways to reply
	}
	if errors.As(err, &r) && r.Response.StatusCode == http.StatusUnauthorized {
		a.log.Error(saidRevoked, "error", err)
		return fmt.Errorf("%w: %w", chat.ErrUnreachable, err)
	}
	return err
}

// mostFile is how many bytes a file may have (docs.discord.com, Uploading Files), in a
// server that has paid for no more.
const mostFile = 10 << 20

// withoutFile marks an error of showing r where r may be taken without its file:
// unless it cannot be shown at all, or has another way to go.
func withoutFile(r chat.Reply, err error) error {
	if err == nil || r.File == nil || expired(err) || errors.Is(err, chat.ErrUnreachable) && code(err) != codeMissingPermission {
		return err
	}
	return fmt.Errorf("%w: %w", chat.ErrNoFile, err)
}

// expired reports whether err says that an interaction cannot be replied to any
// more: its token lasts 15 minutes, and 3 seconds when it was not acknowledged.
func expired(err error) bool {
	switch code(err) {
	case codeUnknownInteraction, codeUnknownWebhook, codeInvalidToken, codeUnknownMessage:
		return true
	}
	return false
}

// The addresses that discordgo has no function for, or none that fits.
func callbackAddress(interaction, token string) string {
	return discordgo.EndpointInteraction(interaction, token) + "/callback"
}
func originalAddress(application, token string) string {
	return discordgo.EndpointWebhookToken(application, token) + "/messages/@original"
}
func threadAddress(channel, message string) string {
	return discordgo.EndpointChannelMessage(channel, message) + "/threads"
}
