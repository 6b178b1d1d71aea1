package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/adapters/discord"
	"rapporteur/adapters/slack"
	"rapporteur/retrieval/answer"
)

func checkCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "check",
		Short:             shortCheck,
		Long:              longCheck,
		Example:           exampleCheck,
		Args:              noArguments(""),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := a.configure(); err != nil {
				return err
			}
			return a.check(c.Context())
		},
	}
}

// check tries one after another what serve needs, and says what to mend.
func (a *app) check(ctx context.Context) error {
	found := []slack.Finding{a.checkAnswers(ctx), a.checkState(ctx)}
	if a.config.Model.Name != "" {
		found = append(found, a.checkModel(ctx))
	}
	if c := a.config.Slack; c.given() {
		found = append(found, slack.Finding{What: "Slack: secrets", Err: c.check()})
		if c.mixedUp() == nil {
			found = append(found, slack.Check(ctx, slack.Options{BotTokens: c.BotTokens.fields(), AppToken: c.AppToken.reveal(), APIURL: c.APIURL})...)
		}
	}
	if c := a.config.Discord; c.given() {
		err := c.check()
		found = append(found, slack.Finding{What: "Discord: settings", Err: err})
		if err == nil {
			found = append(found, slack.Finding{What: "Discord: token", Err: discord.Check(ctx, c.options())})
		}
	}
	if !a.config.Slack.given() && !a.config.Discord.given() {
		found = append(found, slack.Finding{What: "tokens", Err: errNoTokens})
	}
	bad := 0
	for _, f := range found {
		line := "ok    " + f.What
		if f.Err != nil {
			bad++
			var unreached *url.Error
			if errors.As(f.Err, &unreached) {
				f.Err = sayUnreached(f.Err)
			}
			line = "wrong " + f.What + ": " + f.Err.Error()
		}
		if _, err := fmt.Fprintln(a.out, clean(line)); err != nil {
			return err
		}
	}
	if bad > 0 {
		return sayToMend(bad)
	}
	return nil
}

// checkAnswers asks the model and the index a question.
func (a *app) checkAnswers(ctx context.Context) slack.Finding {
	f := slack.Finding{What: "model, documents and index"}
	answerer, x, err := a.answerer(ctx, nil)
	if err == nil {
		f.What += fmt.Sprintf(" (%s, %s)", count(len(x.Documents()), "document"), count(x.Len(), "passage"))
		_, err = answerer.Ask(ctx, answer.Question{Text: checkQuestion})
	}
	f.Err = err
	return f
}

// checkQuestion need not be answered; it is worked out like any other.
const checkQuestion = "What is this about?"

// checkModel asks the language model for a word.
func (a *app) checkModel(ctx context.Context) slack.Finding {
	f := slack.Finding{What: "language model"}
	m, err := a.model()
	if err == nil {
		f.What += " (" + m.Name() + ")"
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(a.config.Model.TimeoutSeconds)*time.Second)
		defer cancel()
		err = m.Check(ctx)
	}
	f.Err = err
	return f
}

// checkState opens what must outlive a restart.
func (a *app) checkState(ctx context.Context) slack.Finding {
	f := slack.Finding{What: "state folder"}
	s, err := a.openStore(ctx)
	if err == nil {
		err = s.Close()
	}
	f.Err = err
	return f
}
