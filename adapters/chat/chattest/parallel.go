package chattest

import (
	"flag"
	"os"
	"testing"
)

// Main runs an adapter's tests, more of them at once than there are processors unless it
// is said how many: most of their time they wait, as the platform asks to. It does not
// return.
func Main(m *testing.M) {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		flag.Set("test.parallel", "16")
	}
	os.Exit(m.Run())
}
