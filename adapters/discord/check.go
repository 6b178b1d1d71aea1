package discord

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"

	"github.com/bwmarrin/discordgo"

	"rapporteur/adapters/chat"
)

// Flags of an application whose message content intent is switched on (docs.discord.com,
// Application Resource).
const (
	flagContent        = 1 << 18
	flagContentLimited = 1 << 19 // before Discord has reviewed the application
)

// Check asks Discord whether it accepts the token, and whether what is configured is
// what was set in the Developer Portal. It returns what to mend.
func Check(ctx context.Context, o Options) error {
	a, err := New(slog.New(slog.DiscardHandler), nil, o)
	if err != nil {
		return err
	}
	err = a.call(ctx, "GET", discordgo.EndpointUser("@me"), "me", nil, nil)
	if errors.Is(err, chat.ErrUnreachable) {
		return errors.New(hopeless[closeAuthentication])
	}
	if err != nil {
		return fmt.Errorf("asking Discord: %w", err)
	}
	var set struct {
		Flags int    `json:"flags"`
		Key   string `json:"verify_key"`
	}
	if err := a.call(ctx, "GET", discordgo.EndpointApplication("@me"), "application", nil, &set); err != nil {
		return nil // not all that speak Discord's language tell this, and the bot can do without
	}
	if o.MessageContent && set.Flags&(flagContent|flagContentLimited) == 0 {
		return errNoIntent
	}
	if o.PublicKey != nil && set.Key != "" && set.Key != hex.EncodeToString(o.PublicKey) {
		return errOtherKey
	}
	return nil
}
