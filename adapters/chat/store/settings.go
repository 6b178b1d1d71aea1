package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Settings returns what was set for a place by name; an empty channel means the
// whole team. The map is never nil.
func (s *Store) Settings(ctx context.Context, at Place) (map[string]string, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT name, value FROM settings WHERE platform = ? AND team = ? AND channel = ?", at.Platform, at.Team, at.Channel)
	if err != nil {
		return nil, fmt.Errorf("reading settings: %w", err)
	}
	defer rows.Close()
	all := make(map[string]string)
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, fmt.Errorf("reading settings: %w", err)
		}
		all[name] = value
	}
	return all, rows.Err()
}

// SetSettings replaces all that was set for a place.
func (s *Store) SetSettings(ctx context.Context, at Place, all map[string]string) error {
	return s.within(ctx, "keeping settings", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM settings WHERE platform = ? AND team = ? AND channel = ?", at.Platform, at.Team, at.Channel)
		for name, value := range all {
			_, insertErr := tx.ExecContext(ctx, "INSERT INTO settings (platform, team, channel, name, value) VALUES (?, ?, ?, ?, ?)", at.Platform, at.Team, at.Channel, name, value)
			err = errors.Join(err, insertErr)
		}
		return err
	})
}
