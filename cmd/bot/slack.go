package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"rapporteur/adapters/slack"
)

// slackCommand holds what is needed once, to set Slack up.
func slackCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:               "slack",
		Short:             shortSlack,
		Long:              longSlack,
		Args:              onlyCommands,
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	c.AddCommand(manifestCommand(a))
	return c
}

func manifestCommand(a *app) *cobra.Command {
	var name, address string
	c := &cobra.Command{
		Use:               "manifest",
		Short:             shortManifest,
		Long:              longManifest,
		Example:           exampleManifest,
		Args:              noArguments(""),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			if address != "" && !webAddress(address) {
				return badUse(errManifestURL)
			}
			var out bytes.Buffer
			e := yaml.NewEncoder(&out)
			e.SetIndent(2)
			if err := e.Encode(slack.Manifest(name, address)); err != nil {
				return fmt.Errorf("writing the manifest: %w", err)
			}
			_, err := a.out.Write(out.Bytes())
			return err
		},
	}
	c.Flags().StringVar(&name, "name", "Rapporteur", usageManifestName)
	c.Flags().StringVar(&address, "url", "", usageManifestURL)
	return c
}
