package slack_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain lets more tests run at once than there are processors, unless it is said how
// many: most of their time they wait, as Slack asks to.
func TestMain(m *testing.M) {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		flag.Set("test.parallel", "16")
	}
	os.Exit(m.Run())
}
