package slack

import (
	"cmp"
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"rapporteur/adapters/chat"
)

// A workspace is one that the app is installed in. It is the Surface of all that is
// said there.
type workspace struct {
	adapter *Adapter
	team    string // id
	name    string
	user    string // the bot's own user id
	scopes  string // that the token has, parted by commas; "" when Slack did not say

	// Calls that only read are tried again after a failing of any kind. One that
	// writes may have had its effect though its answer was lost, so that it is
	// tried again only when it was refused for its rate.
	read, write *slack.Client

	mu     sync.Mutex
	people map[string]person
}

var (
	_ chat.Surface = (*workspace)(nil)
	_ chat.Editor  = (*workspace)(nil)
	_ chat.Reader  = (*workspace)(nil)
	_ chat.Finder  = (*workspace)(nil)
	_ chat.Worker  = (*workspace)(nil)
)

func newWorkspace(a *Adapter, token string) *workspace {
	retry := slack.DefaultRetryConfig()
	retry.RetryAfterJitter = 250 * time.Millisecond
	client := func(by *http.Client, handlers ...slack.RetryHandler) *slack.Client {
		retry.Handlers = append(handlers, slack.NewRateLimitErrorRetryHandler(retry))
		return slack.New(token, slack.OptionAPIURL(a.options.APIURL), slack.OptionHTTPClient(by), slack.OptionRetryConfig(retry))
	}
	write := a.options.Client
	if a.options.Dry {
		write = &http.Client{Transport: dryTransport{a.log}}
	}
	return &workspace{
		adapter: a,
		read:    client(a.options.Client, slack.NewConnectionErrorRetryHandler(), slack.NewServerErrorRetryHandler(retry)),
		write:   client(write),
		people:  make(map[string]person),
	}
}

// A person is what is known of a member.
type person struct {
	name  string
	guest bool
	until time.Time // when it is to be asked again
}

// person looks a member up, at most once an hour.
func (w *workspace) person(ctx context.Context, id string) (person, error) {
	const keep, most = time.Hour, 10_000
	w.mu.Lock()
	p, ok := w.people[id]
	w.mu.Unlock()
	if ok && time.Now().Before(p.until) {
		return p, nil
	}
	u, err := w.read.GetUserInfoContext(ctx, id)
	if err != nil {
		return person{}, err
	}
	p = person{
		name:  cmp.Or(u.Profile.DisplayName, u.RealName, u.Name),
		guest: u.IsRestricted || u.IsUltraRestricted || u.IsStranger,
		until: time.Now().Add(keep),
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.people) >= most {
		clear(w.people)
	}
	w.people[id] = p
	return p, nil
}
