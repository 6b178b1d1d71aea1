package chat_test

import (
	"testing"

	"rapporteur/adapters/chat"
	"rapporteur/adapters/chat/chattest"
)

// A platform in memory passes the suite, so that what fails on another is that
// adapter's doing.
func TestSuite(t *testing.T) {
	chattest.Run(t, chattest.Harness{
		Start: func(t *testing.T, bot *chat.Bot) chattest.Platform { return newRoom(t, bot) },
	})
}
