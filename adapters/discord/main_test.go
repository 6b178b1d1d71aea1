package discord_test

import (
	"testing"

	"rapporteur/adapters/chat/chattest"
)

func TestMain(m *testing.M) { chattest.Main(m) }
