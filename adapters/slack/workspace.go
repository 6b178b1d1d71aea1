package slack

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/singleflight"

	"rapporteur/adapters/chat"
)

// A workspace is one that the app is installed in. It is the Surface of all that is
// said there.
type workspace struct {
	adapter *Adapter
	team    string // id
	// enterprise is the id of the organization that the team belongs to, "" for none.
	enterprise string
	name       string
	user       string // the bot's own user id
	scopes     string // that the token has, parted by commas; "" when Slack did not say

	// Calls that only read, and those that change what is there already, are tried
	// again after a failing of any kind. One that writes something new may have had
	// its effect though its answer was lost, so that it is tried again only when it
	// was refused for its rate: see patiently.
	read, change, write *slack.Client

	uncited atomic.Bool // it refuses Slack's own citations

	mu     sync.Mutex
	people map[string]person
	asking singleflight.Group   // of lookups of people: a mention comes by two events at once
	turns  map[string]*turn     // by channel
	stands map[string]stand     // of briefings that are being made
	absent map[string]time.Time // calls that are not to be had, until when they are spared
	// streams are the replies that are being told.
	streams map[streamKey]*stream
	// untold are the channels in which no stream may be started; "" stands for all.
	untold map[string]bool
}

var (
	_ chat.Surface = (*workspace)(nil)
	_ chat.Editor  = (*workspace)(nil)
	_ chat.Reader  = (*workspace)(nil)
	_ chat.Finder  = (*workspace)(nil)
	_ chat.Worker  = (*workspace)(nil)
	_ chat.Teller  = (*workspace)(nil)
)

func newWorkspace(a *Adapter, token string) *workspace {
	retry := slack.DefaultRetryConfig()
	retry.RetryAfterJitter = 250 * time.Millisecond
	for _, h := range append(slack.AllBuiltinRetryHandlers(retry), slack.NewServerErrorRetryHandler(retry)) {
		retry.Handlers = append(retry.Handlers, inTime{h})
	}
	client := func(by *http.Client, more ...slack.Option) *slack.Client {
		// Retries go around the client that is set before them.
		return slack.New(token, append([]slack.Option{slack.OptionAPIURL(a.options.APIURL), slack.OptionHTTPClient(by)}, more...)...)
	}
	write := a.options.Client
	if a.options.Dry {
		write = &http.Client{Transport: dryTransport{a.log}}
	}
	return &workspace{
		adapter: a,
		read:    client(a.options.Client, slack.OptionRetryConfig(retry)),
		change:  client(write, slack.OptionRetryConfig(retry)),
		write:   client(write),
		people:  make(map[string]person),
		absent:  make(map[string]time.Time),
		turns:   make(map[string]*turn),
		stands:  make(map[string]stand),
		streams: make(map[streamKey]*stream),
		untold:  make(map[string]bool),
	}
}

// inTime tries a call again only if there is time for that, so that nobody waits for
// what is not to come.
type inTime struct{ slack.RetryHandler }

// ShouldRetry reports whether to make a call again, and after how long.
func (h inTime) ShouldRetry(state *slack.RetryState, r *http.Request, answer *http.Response, err error) (bool, time.Duration) {
	retry, wait := h.RetryHandler.ShouldRetry(state, r, answer, err)
	if end, ok := r.Context().Deadline(); ok && time.Until(end) < wait {
		return false, 0
	}
	return retry, wait
}

// A person is what is known of a member.
type person struct {
	name  string
	guest bool
	until time.Time // when it is to be asked again
}

// person looks a member up, at most once an hour.
func (w *workspace) person(ctx context.Context, id string) (person, error) {
	w.mu.Lock()
	p, ok := w.people[id]
	w.mu.Unlock()
	if ok && time.Now().Before(p.until) {
		return p, nil
	}
	found, err, _ := w.asking.Do(id, func() (any, error) { return w.lookUp(ctx, id) })
	return found.(person), err
}

// lookUp asks Slack who a member is, and remembers it.
func (w *workspace) lookUp(ctx context.Context, id string) (p person, err error) {
	const keep, most = time.Hour, 10_000
	u, err := w.read.GetUserInfoContext(ctx, id)
	var status slack.StatusCodeError
	if _, limited := retryAfter(err); uncertain(err) && !limited && !errors.As(err, &status) { // the client has tried again what that may mend
		u, err = w.read.GetUserInfoContext(ctx, id)
	}
	switch {
	case err == nil:
		p = person{name: cmp.Or(u.Profile.DisplayName, u.RealName, u.Name), guest: u.IsRestricted || u.IsUltraRestricted || u.IsStranger}
	case !has(err, codesNobody):
		return person{}, err
	}
	p.until = time.Now().Add(keep)
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.people) >= most {
		clear(w.people)
	}
	w.people[id] = p
	return p, nil
}
