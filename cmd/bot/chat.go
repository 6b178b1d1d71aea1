package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/store"
	"rapporteur/adapters/terminal"
)

func chatCommand(a *app) *cobra.Command {
	var corpus []string
	c := &cobra.Command{
		Use:               "chat",
		Short:             shortChat,
		Long:              longChat,
		Example:           exampleChat,
		Args:              noArguments(hintChat),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := a.configure(); err != nil {
				return err
			}
			return a.chat(c.Context(), corpus)
		},
	}
	c.Flags().StringArrayVar(&corpus, "corpus", nil, usageCorpus)
	return c
}

// chat talks with the person at the terminal until the input ends.
func (a *app) chat(ctx context.Context, corpus []string) (err error) {
	answerer, x, err := a.assisted(ctx, corpus)
	if err != nil {
		return err
	}
	s, err := a.openStore(ctx)
	if err != nil {
		return err
	}
	options := a.chatOptions()
	// Whoever sits at the terminal has the machine to themselves.
	options.Access, options.PerPerson, options.PerChannel = chat.Access{}, 0, 0
	bot := chat.New(a.log, a.library(answerer, x), s, options)
	defer func() { err = errors.Join(err, bot.Close(ctx), s.Close()) }()
	look := terminal.Options{User: cmp.Or(a.getenv("USER"), a.getenv("USERNAME"), "you"), Width: newScreen(a.out, a.getenv).width}
	if f, ok := a.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		look.Prompt = "> "
	}
	return terminal.Run(ctx, bot, a.in, a.out, look)
}

// openStore opens what conversations must not forget.
func (a *app) openStore(ctx context.Context) (*store.Store, error) {
	folder, err := a.config.StateFolder(a.getenv)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, filepath.Join(folder, "chat.db"))
}

// chatOptions is the conduct that is configured.
func (a *app) chatOptions() chat.Options {
	c := a.config.Chat
	links, _ := chat.ParseLinks(a.config.Corpus.Link) // Validate has passed it
	return chat.Options{
		Access: chat.Access{
			Teams: c.Teams, Channels: c.Channels, People: c.People,
			BarTeams: c.BarTeams, BarChannels: c.BarChannels, BarPeople: c.BarPeople,
			Guests: c.Guests, Shared: c.SharedChannels,
		},
		Timeout:    time.Duration(c.TimeoutSeconds) * time.Second,
		PerPerson:  c.PerPerson,
		PerChannel: c.PerChannel,
		Retention:  time.Duration(c.RetentionDays) * 24 * time.Hour,
		LogText:    c.LogText,
		Links:      links,
	}
}
