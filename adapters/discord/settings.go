package discord

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/adapters/chat"
)

// What /rapporteur takes.
const (
	subShow = "show"
	subSet  = "set"

	optionChannel = "channel"
	optionMuted   = "muted"
	optionThreads = "threads"
	optionForum   = "forum"
	optionWait    = "wait"
	optionRole    = "role"
	optionBarRole = "bar-role"
	optionAnyone  = "anyone"

	longestWait = 3600 // seconds between a person's questions
)

func settingsOptions() []option {
	channel := option{Type: discordgo.ApplicationCommandOptionChannel, Name: optionChannel, Description: describeChannel}
	is := func(name, description string) option {
		return option{Type: discordgo.ApplicationCommandOptionBoolean, Name: name, Description: description}
	}
	role := func(name, description string) option {
		return option{Type: discordgo.ApplicationCommandOptionRole, Name: name, Description: description}
	}
	zero := 0
	return []option{
		{Type: discordgo.ApplicationCommandOptionSubCommand, Name: subShow, Description: describeShow, Options: []option{channel}},
		{Type: discordgo.ApplicationCommandOptionSubCommand, Name: subSet, Description: describeSet, Options: []option{
			channel,
			is(optionMuted, describeMuted),
			is(optionThreads, describeThreads),
			is(optionForum, describeForum),
			{Type: discordgo.ApplicationCommandOptionInteger, Name: optionWait, Description: describeWait, MinValue: &zero, MaxValue: longestWait},
			role(optionRole, describeRole),
			role(optionBarRole, describeBarRole),
			is(optionAnyone, describeAnyone),
		}},
	}
}

// settings shows or changes how the Bot conducts itself in a server or channel, and
// returns what to say. Discord lets only managers see the command, unless a server
// changes that; here it is made sure of.
func (a *Adapter) settings(ctx context.Context, i *discordgo.Interaction, data discordgo.ApplicationCommandInteractionData) chat.Reply {
	const may = discordgo.PermissionManageGuild | discordgo.PermissionAdministrator
	switch {
	case i.GuildID == "" || i.Member == nil:
		return chat.Reply{Notice: saidNoServer}
	case i.Member.Permissions&may == 0:
		return chat.Reply{Notice: saidNoManager}
	case len(data.Options) != 1 || data.Options[0] == nil:
		return chat.Reply{Notice: saidUnknown}
	}
	sub := data.Options[0]
	at := chat.Place{Platform: platform, Team: i.GuildID, Channel: textOption(sub.Options, optionChannel)}
	s, err := a.bot.Settings(ctx, at)
	if err == nil && sub.Name == subSet {
		apply(&s, sub.Options)
		err = a.bot.SetSettings(ctx, at, s)
	}
	if err != nil {
		a.log.Error(saidNotSaved, "server", i.GuildID, "error", err)
		return chat.Reply{Notice: saidNotSaved}
	}
	r := chat.Reply{Notice: saidHere, Prompts: describeAll(s, data.Resolved)}
	if at.Channel != "" {
		r.Notice = saidThere
	}
	if sub.Name == subSet {
		r.Notice = saidSettings + " " + r.Notice
	}
	if s.AutoAnswer && !a.content.Load() {
		r.Notice = saidNoForum + "\n" + r.Notice
	}
	return r
}

// apply changes s by the options that were given.
func apply(s *chat.Settings, options []*discordgo.ApplicationCommandInteractionDataOption) {
	for _, o := range options {
		if o == nil {
			continue
		}
		switch value := o.Value.(type) {
		case bool:
			switch o.Name {
			case optionMuted:
				s.Muted = value
			case optionThreads:
				s.ThreadPerQuestion = value
			case optionForum:
				s.AutoAnswer = value
			case optionAnyone:
				if value {
					s.Roles, s.BarRoles = nil, nil
				}
			}
		case float64:
			if o.Name == optionWait && value >= 0 && value <= longestWait {
				s.CoolDown = time.Duration(value) * time.Second
			}
		}
	}
	// After optionAnyone, whatever the order.
	if role := textOption(options, optionRole); role != "" {
		s.Roles = []string{role}
	}
	if role := textOption(options, optionBarRole); role != "" {
		s.BarRoles = []string{role}
	}
}

// describeAll says in words what holds.
func describeAll(s chat.Settings, resolved *discordgo.ApplicationCommandInteractionDataResolved) []string {
	yes := map[bool]string{true: "yes", false: "no"}
	names := func(roles []string, none string) string {
		if len(roles) == 0 {
			return none
		}
		name := "role " + roles[0]
		if resolved != nil && resolved.Roles[roles[0]] != nil {
			name = "@" + resolved.Roles[roles[0]].Name
		}
		if len(roles) > 1 {
			name += fmt.Sprintf(" and %d more", len(roles)-1)
		}
		return name
	}
	return []string{
		labelMuted + ": " + yes[s.Muted],
		labelThreads + ": " + yes[s.ThreadPerQuestion],
		labelForum + ": " + yes[s.AutoAnswer],
		labelWait + ": " + strconv.Itoa(int(s.CoolDown.Seconds())) + " s",
		labelRoles + ": " + names(s.Roles, saidNoRole),
		labelBarRoles + ": " + names(s.BarRoles, saidNobody),
	}
}
