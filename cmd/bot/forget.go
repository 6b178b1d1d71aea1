package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
)

// platforms are those on which something is kept of people.
var platforms = []string{"slack", "discord", "terminal"}

func forgetCommand(a *app) *cobra.Command {
	var team string
	c := &cobra.Command{
		Use:               "forget PLATFORM PERSON",
		Short:             shortForget,
		Long:              longForget,
		Example:           exampleForget,
		ValidArgsFunction: cobra.NoFileCompletions,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 || args[0] == "" || args[1] == "" {
				return errForgetWhom
			}
			if !slices.Contains(platforms, args[0]) {
				return sayNoPlatform(args[0]) // where nothing is kept, nothing would be deleted
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) (err error) {
			if err := a.configure(); err != nil {
				return err
			}
			s, err := a.openStore(c.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.Close()) }()
			if err := s.ForgetPerson(c.Context(), args[0], team, args[1]); err != nil {
				return err
			}
			_, err = fmt.Fprintln(a.out, sayForgotten(args[1], args[0]))
			return err
		},
	}
	c.Flags().StringVar(&team, "team", "", usageForgetTeam)
	return c
}
