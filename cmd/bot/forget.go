package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

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
			_, err = fmt.Fprintln(a.out, saidForgotten)
			return err
		},
	}
	c.Flags().StringVar(&team, "team", "", usageForgetTeam)
	return c
}
