package discord_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"rapporteur/adapters/discord"
	"rapporteur/adapters/discord/discordtest"
)

func TestCheck(t *testing.T) {
	ours, err := hex.DecodeString(discordtest.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		change func(*discord.Options)
		fault  discordtest.Fault
		want   string // "": nothing to mend
	}{
		{"all is well", func(o *discord.Options) { o.PublicKey = ours }, discordtest.Fault{}, ""},
		{"another's token", func(o *discord.Options) { o.Token = "x" }, discordtest.Fault{}, "copy it again from the Developer Portal"},
		{"the intent is off", func(o *discord.Options) { o.MessageContent = true }, discordtest.Fault{}, "switch it on in the Developer Portal"},
		{"another's key", func(o *discord.Options) { o.PublicKey = make([]byte, 32) }, discordtest.Fault{}, "public_key is not this application's"},
		{"a server that tells little", func(o *discord.Options) { o.MessageContent = true }, discordtest.Fault{Path: "/applications/@me", Status: 404, Left: 1}, ""},
		{"out of order", func(*discord.Options) {}, discordtest.Fault{Path: "/users/@me", Status: 400, Body: "{}", Left: 1}, "asking Discord"},
	} {
		fake := discordtest.New(t)
		fake.Fail(test.fault)
		o := discord.Options{Token: discordtest.Token, APIURL: fake.APIURL()}
		test.change(&o)
		err := discord.Check(t.Context(), o)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: the error is %v, want %q", test.name, err, test.want)
		}
	}
}
