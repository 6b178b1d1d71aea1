package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"rapporteur/embed/e5"
	"rapporteur/retrieval"
)

func versionCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   shortVersion,
		Long:    longVersion,
		Example: exampleVersion,
		Args:    noArguments(""),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(a.out, "Rapporteur %s\nbuilt with  %s for %s/%s\nmodel       %s\nindex       format %d\n",
				moduleVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH, e5.New().Model(), retrieval.Format)
			return err
		},
	}
}

// moduleVersion is the version that the program was installed as, "devel" when
// it was built from a checkout.
func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
