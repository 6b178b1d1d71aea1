package chat

// Renew renews the claims on what is in hand, as time does.
func (b *Bot) Renew() { b.renew() }

// Full reports whether as many messages wait for a worker as may.
func (b *Bot) Full() bool { return len(b.queue) == cap(b.queue) }
