package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"rapporteur/adapters/chat"
)

// The commands, and their options.
const (
	nameAsk      = "ask"
	nameBrief    = "brief"
	nameHelp     = "help"
	nameSources  = "sources"
	nameSettings = "rapporteur"

	optionQuestion = "question"
	optionDocument = "document"
	optionPrivate  = "private"
	optionTopic    = "topic"
	optionStyle    = "style"
	optionFormat   = "format"
)

// mostQuestion is how long an option's text may be (docs.discord.com, Application
// Commands). A question that is too long all the same is told so in words.
const mostQuestion = 6000

// mostTopic is how long a briefing's topic may be as it is typed. The Bot says what is
// too long for it.
const mostTopic = 600

// A command is one as it is registered: of discordgo's, the parts that are
// compared with what is there.
type command struct {
	Type        discordgo.ApplicationCommandType       `json:"type"`
	Name        string                                 `json:"name"`
	Description string                                 `json:"description,omitempty"`
	Options     []option                               `json:"options,omitempty"`
	Permissions *permissions                           `json:"default_member_permissions,omitempty"`
	Contexts    []discordgo.InteractionContextType     `json:"contexts,omitempty"`
	Installs    []discordgo.ApplicationIntegrationType `json:"integration_types,omitempty"`
}

// permissions are bits, which Discord takes as a number and returns as a text.
type permissions int64

func (p *permissions) UnmarshalJSON(data []byte) error {
	n, err := strconv.ParseInt(strings.Trim(string(data), `"`), 10, 64)
	*p = permissions(n)
	return err
}

type option struct {
	Type         discordgo.ApplicationCommandOptionType `json:"type"`
	Name         string                                 `json:"name"`
	Description  string                                 `json:"description"`
	Required     bool                                   `json:"required,omitempty"`
	Autocomplete bool                                   `json:"autocomplete,omitempty"`
	MinLength    int                                    `json:"min_length,omitempty"`
	MaxLength    int                                    `json:"max_length,omitempty"`
	MinValue     *int                                   `json:"min_value,omitempty"`
	MaxValue     int                                    `json:"max_value,omitempty"`
	Choices      []choice                               `json:"choices,omitempty"`
	Options      []option                               `json:"options,omitempty"`
}

// commands are those that the bot has.
func commands() []command {
	anywhere := []discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM}
	servers := []discordgo.InteractionContextType{discordgo.InteractionContextGuild}
	installs := []discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall}
	slash := func(name, description string, options ...option) command {
		return command{Type: discordgo.ChatApplicationCommand, Name: name, Description: description, Options: options, Contexts: anywhere, Installs: installs}
	}
	settings := slash(nameSettings, describeSettings, settingsOptions()...)
	settings.Contexts = servers
	manage := permissions(discordgo.PermissionManageGuild)
	settings.Permissions = &manage
	document := option{Type: discordgo.ApplicationCommandOptionString, Name: optionDocument, Description: describeDocument, Autocomplete: true, MaxLength: mostName}
	private := option{Type: discordgo.ApplicationCommandOptionBoolean, Name: optionPrivate, Description: describePrivate}
	return []command{
		slash(nameAsk, describeAsk,
			option{Type: discordgo.ApplicationCommandOptionString, Name: optionQuestion, Description: describeQuestion, Required: true, MinLength: 1, MaxLength: mostQuestion},
			document, private,
		),
		slash(nameBrief, describeBrief,
			option{Type: discordgo.ApplicationCommandOptionString, Name: optionTopic, Description: describeTopic, MaxLength: mostTopic},
			document,
			option{Type: discordgo.ApplicationCommandOptionString, Name: optionStyle, Description: describeStyle, Choices: choicesOf(chat.Styles())},
			option{Type: discordgo.ApplicationCommandOptionString, Name: optionFormat, Description: describeFormat, Choices: choicesOf(chat.Formats())},
			private,
		),
		slash(nameHelp, describeHelp),
		slash(nameSources, describeSources),
		settings,
		{Type: discordgo.MessageApplicationCommand, Name: nameFindSources, Contexts: anywhere, Installs: installs},
	}
}

// register sees to it that Discord has the commands: it overwrites them when they
// differ, or when it cannot be told whether they do, since it takes few new ones a
// day. Whatever comes of it, what people ask is answered.
func (a *Adapter) register(ctx context.Context) {
	address := discordgo.EndpointApplicationGlobalCommands(a.self.Load().application)
	var there []command
	err := a.call(ctx, "GET", address, "commands", nil, &there)
	if err == nil && same(there, commands()) {
		a.registered.Store(true)
		return
	}
	err = a.call(ctx, "PUT", address, "commands", commands(), nil)
	a.registered.Store(err == nil)
	if err != nil {
		a.log.Error(saidNotRegistered, "error", err)
		return
	}
	a.log.Info(saidRegistered)
}

// same reports whether two lists hold the same commands, in any order.
func same(there, wanted []command) bool {
	encoded := func(all []command) map[string]string {
		out := make(map[string]string)
		for _, c := range all {
			data, _ := json.Marshal(c) // strings, numbers and lists alone: it cannot fail
			out[fmt.Sprint(c.Type, " ", c.Name)] = string(data)
		}
		return out
	}
	a, b := encoded(there), encoded(wanted)
	if len(there) != len(wanted) || len(a) != len(b) {
		return false
	}
	for name := range b {
		if a[name] != b[name] {
			return false
		}
	}
	return true
}

// A choice is proposed for an option, or while it is typed.
type choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// choicesOf are the Bot's choices as an option's.
func choicesOf(all []chat.Choice) []choice {
	var out []choice
	for _, c := range all {
		out = append(out, choice{fit(c.Title), c.Name})
	}
	return out
}

type choices struct {
	Choices []choice `json:"choices"`
}

// mostChoices is how many are shown.
const mostChoices = 25

// complete proposes the documents and their sections whose title holds what was
// typed. What is chosen comes back as the topic's id.
func (a *Adapter) complete(data discordgo.ApplicationCommandInteractionData) response {
	typed := ""
	for _, o := range data.Options {
		if o == nil {
			continue
		}
		if value, ok := o.Value.(string); ok && o.Focused {
			typed = value
		}
	}
	all := []choice{}
	for _, t := range a.bot.Topics(typed, mostChoices) {
		all = append(all, choice{fit(t.Title), t.ID})
	}
	return response{Type: discordgo.InteractionApplicationCommandAutocompleteResult, Data: choices{all}}
}

// fit shortens a title to what a choice's name may be, which Discord counts in UTF-16
// units at the most.
func fit(title string) string {
	for most := mostName; ; most-- {
		if name := chat.Shorten(title, most); width(name) <= mostName {
			return name
		}
	}
}

// help says what the bot is for, and how it is asked here.
func (a *Adapter) help() chat.Reply {
	r := a.bot.Help()
	r.Notice = saidHow + "\n" + r.Notice
	return r
}

// sources lists the documents.
func (a *Adapter) sources() chat.Reply {
	all := a.bot.Sources()
	if len(all) == 0 {
		return chat.Reply{Notice: saidNoDocuments}
	}
	r := chat.Reply{Notice: labelSources}
	for _, s := range all {
		r.Prompts = append(r.Prompts, joined(", ", s.Title, s.Body, s.Date))
	}
	return r
}
