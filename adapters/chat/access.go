package chat

import (
	"slices"

	"rapporteur/adapters/chat/store"
)

// Access says where and whom the bot answers. The zero Access answers everyone but
// guests, everywhere but in channels shared with other organizations.
type Access struct {
	// Only those listed are answered; an empty list means all.
	Teams, Channels, People []string
	// Whoever or whatever is listed here is not answered, though listed above.
	BarTeams, BarChannels, BarPeople []string

	Guests bool // answer guests too
	Shared bool // answer in channels shared with other organizations too
}

// A verdict is what is done about a message.
type verdict int

const (
	ignore verdict = iota // nothing
	refuse                // say why not, to the person alone
	accept                // answer
)

// decide is the one place where it is decided whether a message is answered; why
// is what to say to a refusal. Only who speaks to the bot in so many words is
// refused; others would not know what of.
func decide(m Message, a Access, s Settings, t store.Thread) (v verdict, why string) {
	if !concerns(m, s, t) {
		return ignore, ""
	}
	why = a.barrier(m)
	if why == "" {
		why = s.barrier(m)
	}
	switch {
	case why == "":
		return accept, ""
	case m.addressed():
		return refuse, why
	}
	return ignore, ""
}

// concerns reports whether m was meant for the bot.
func concerns(m Message, s Settings, t store.Thread) bool {
	switch {
	case m.Bot:
		return false // two bots that answer each other never end
	case m.addressed():
		return true
	case t.Quiet || m.ToOthers:
		return false
	case t.Known || m.Own:
		return !courtesy.MatchString(m.Text) && folded(m.Text) != ""
	}
	return m.Opens && s.AutoAnswer
}

// barrier says why m may not be answered, or "".
func (a Access) barrier(m Message) string {
	switch {
	case slices.Contains(a.BarPeople, m.User), len(a.People) > 0 && !slices.Contains(a.People, m.User):
		return saidNotYou
	case slices.Contains(a.BarTeams, m.Team), len(a.Teams) > 0 && !slices.Contains(a.Teams, m.Team),
		slices.Contains(a.BarChannels, m.Channel), len(a.Channels) > 0 && !slices.Contains(a.Channels, m.Channel):
		return saidNotHere
	case m.Guest && !a.Guests:
		return saidNotGuests
	case m.Unsure && !a.Guests:
		return saidUnsure
	case m.Shared && !a.Shared:
		return saidNotShared
	}
	return ""
}

// barrier says why m may not be answered, or "".
func (s Settings) barrier(m Message) string {
	has := func(roles []string) bool {
		return slices.ContainsFunc(m.Roles, func(r string) bool { return slices.Contains(roles, r) })
	}
	switch {
	case s.Muted:
		return saidMuted
	case has(s.BarRoles), len(s.Roles) > 0 && !has(s.Roles):
		return saidNotYou
	}
	return ""
}
