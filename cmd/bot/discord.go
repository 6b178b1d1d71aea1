package main

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/spf13/cobra"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/discord"
)

// discordCommand holds what is needed once, to set Discord up.
func discordCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:               "discord",
		Short:             shortDiscord,
		Long:              longDiscord,
		Args:              onlyCommands,
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	c.AddCommand(&cobra.Command{
		Use:     "invite ID",
		Short:   shortInvite,
		Long:    longInvite,
		Example: exampleInvite,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return badUse(errInviteID)
			}
			if id, err := strconv.ParseUint(args[0], 10, 64); err != nil || id == 0 {
				return badUse(errInviteID)
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(_ *cobra.Command, args []string) error {
			_, err := fmt.Fprintln(a.out, discord.Invite(args[0]))
			return err
		},
	})
	return c
}

// discordPath is where Discord's HTTP interactions are taken.
const discordPath = "/discord"

func (a *app) discordSurface(bot *chat.Bot, dry bool) (surface, error) {
	c := a.config.Discord
	if err := c.check(); err != nil {
		return surface{}, badUse(err)
	}
	o := c.options()
	o.Dry = dry
	adapter, err := discord.New(a.log, bot, o)
	if err != nil {
		return surface{}, err
	}
	run := func(ctx context.Context) error {
		if c.Listen == "" {
			return adapter.Run(ctx)
		}
		mux := http.NewServeMux()
		mux.Handle(discordPath, adapter)
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		listened := make(chan error, 1)
		go func() {
			listened <- a.listen(ctx, "discord.listen", c.Listen, mux, func(bool) {})
			cancel()
		}()
		err := adapter.Run(ctx)
		cancel()
		return errors.Join(err, <-listened)
	}
	return surface{"Discord", run, adapter.Ready, adapter.Wait}, nil
}

// options is how Discord is reached.
func (c DiscordConfig) options() discord.Options {
	return discord.Options{
		Token: c.Token.reveal(), PublicKey: c.key(), APIURL: c.APIURL, GatewayURL: c.GatewayURL, MessageContent: c.MessageContent,
	}
}

// given reports whether there is anything to reach Discord with.
func (c DiscordConfig) given() bool { return c.Token.reveal() != "" }

// check says what is missing for the way in which interactions come, or cannot be a
// token.
func (c DiscordConfig) check() error {
	if err := unfit(envDiscordToken, c.Token.reveal()); err != nil {
		return err
	}
	if c.Listen != "" && c.PublicKey == "" {
		return errNoPublicKey
	}
	return nil
}

// key returns the public key, nil when there is none.
func (c DiscordConfig) key() ed25519.PublicKey {
	key, err := hex.DecodeString(c.PublicKey)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil
	}
	return key
}
