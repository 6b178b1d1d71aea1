package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"rapporteur/adapters/chat/store"
)

// Settings are what the moderators of a server or channel set there. The zero
// Settings hold where nothing is set.
type Settings struct {
	Muted             bool          `json:"muted"`               // nobody is answered
	ThreadPerQuestion bool          `json:"thread_per_question"` // each question in a channel gets a thread of its own
	AutoAnswer        bool          `json:"auto_answer"`         // what opens a forum post is answered without a mention
	Roles             []string      `json:"roles"`               // only those who have one of these are answered; none: all
	BarRoles          []string      `json:"bar_roles"`           // who has one of these is not answered
	CoolDown          time.Duration `json:"cool_down"`           // least time between two questions of one person
}

// Settings returns what holds in a channel: what was set for it, else what was set
// for its team, field by field. An empty channel asks for the team's own.
func (b *Bot) Settings(ctx context.Context, at store.Place) (Settings, error) {
	var s Settings
	team := at
	team.Channel = ""
	places := []store.Place{team}
	if at != team {
		places = append(places, at)
	}
	for _, p := range places {
		values, err := b.store.Settings(ctx, p)
		if err != nil {
			return Settings{}, err
		}
		fields := reflect.ValueOf(&s).Elem()
		for i := range fields.NumField() {
			value, ok := values[settingName(i)]
			if !ok {
				continue
			}
			if err := json.Unmarshal([]byte(value), fields.Field(i).Addr().Interface()); err != nil {
				return Settings{}, fmt.Errorf("reading settings: %s: %w", settingName(i), err)
			}
		}
	}
	return s, nil
}

// SetSettings sets all settings of a channel, or with an empty channel of a team,
// from now on. For a channel only what differs from its team is kept, so that a
// later change for the team reaches all else.
func (b *Bot) SetSettings(ctx context.Context, at store.Place, s Settings) error {
	var below Settings
	if at.Channel != "" {
		team := at
		team.Channel = ""
		var err error
		if below, err = b.Settings(ctx, team); err != nil {
			return err
		}
	}
	values := make(map[string]string)
	want, have := reflect.ValueOf(s), reflect.ValueOf(below)
	for i := range want.NumField() {
		if reflect.DeepEqual(want.Field(i).Interface(), have.Field(i).Interface()) {
			continue
		}
		value, err := json.Marshal(want.Field(i).Interface())
		if err != nil {
			return fmt.Errorf("keeping settings: %w", err)
		}
		values[settingName(i)] = string(value)
	}
	return b.store.SetSettings(ctx, at, values)
}

// settingName is the name under which field i of Settings is kept.
func settingName(i int) string { return reflect.TypeFor[Settings]().Field(i).Tag.Get("json") }
