package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// A Finding is something that Check tried.
type Finding struct {
	What string // what was tried
	Err  error  // what is wrong and what to do about it; nil: nothing
}

// Check tries the tokens of o, and returns what it found: for each bot token whether
// Slack accepts it and which scopes it lacks, and whether the app-level token opens
// Socket Mode, where there is one. Nothing is changed or posted.
func Check(ctx context.Context, o Options) []Finding {
	a := New(nil, nil, o)
	var all []Finding
	for i, token := range o.BotTokens {
		f := Finding{What: fmt.Sprintf("Slack: bot token %d", i+1)}
		w, err := a.identify(ctx, token)
		if err != nil {
			f.Err = explain(err)
		} else {
			f.What = "Slack: bot token of the workspace " + w.name
			f.Err = w.lacks()
		}
		all = append(all, f)
	}
	if o.AppToken != "" {
		f := Finding{What: "Slack: app-level token"}
		api := slack.New("", slack.OptionAppLevelToken(o.AppToken), slack.OptionAPIURL(a.options.APIURL), slack.OptionHTTPClient(a.options.Client))
		if _, _, err := api.StartSocketModeContext(ctx); err != nil {
			f.Err = explain(fmt.Errorf("opening Socket Mode: %w", err))
		}
		all = append(all, f)
	}
	return all
}

// lacks returns an error that names the scopes that the token does not have. When
// Slack did not tell which it has, none is missed.
func (w *workspace) lacks() error {
	if w.scopes == "" {
		return nil
	}
	granted := strings.Split(strings.ReplaceAll(w.scopes, " ", ""), ",")
	var missing []string
	for _, scope := range Scopes() {
		if !slices.Contains(granted, scope) {
			missing = append(missing, scope)
		}
	}
	if missing == nil {
		return nil
	}
	return errors.New("lacks the scopes " + strings.Join(missing, ", ") + ": run bot slack manifest, put its output in the app's settings under App Manifest, and reinstall the app")
}
