package chat

// Renew renews the claims on what is in hand, as time does.
func (b *Bot) Renew() { b.renew() }
