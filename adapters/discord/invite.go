package discord

import (
	"net/url"
	"strconv"

	"github.com/bwmarrin/discordgo"
)

// Invite returns the address at which a server's manager adds the bot with that
// application id, with the least permissions that it needs: to see and read
// channels, to reply there and in threads, to attach the files of briefings, and to
// begin threads where the moderators want that.
func Invite(application string) string {
	const least = discordgo.PermissionViewChannel | discordgo.PermissionSendMessages | discordgo.PermissionReadMessageHistory |
		discordgo.PermissionAttachFiles | discordgo.PermissionSendMessagesInThreads | discordgo.PermissionCreatePublicThreads
	query := url.Values{
		"client_id":   {application},
		"scope":       {"bot applications.commands"},
		"permissions": {strconv.FormatInt(least, 10)},
	}
	return "https://discord.com/oauth2/authorize?" + query.Encode()
}
