package store

import (
	"context"
	"database/sql"
	"fmt"
)

// migrations bring a file from each version to the next; the version of a file
// is how many of them it has been through (PRAGMA user_version). One that has
// been released is never changed: a change is a new one at the end.
//
// Times are Unix milliseconds.
var migrations = []string{`
CREATE TABLE events (                 -- one a message that the bot took on
	platform TEXT NOT NULL, team TEXT NOT NULL, channel TEXT NOT NULL,
	id       TEXT NOT NULL,           -- the message's
	person   TEXT NOT NULL,
	state    INTEGER NOT NULL,        -- a State
	owner    TEXT NOT NULL,           -- the process that works on it
	expires  INTEGER NOT NULL,        -- when another may take it over
	message  BLOB,                    -- as JSON while it is claimed, then NULL
	digest   TEXT NOT NULL,           -- of its text
	post     TEXT NOT NULL,           -- the reply's id on the platform
	answer   TEXT NOT NULL,           -- the answer's id, or ''
	at       INTEGER NOT NULL,
	PRIMARY KEY (platform, team, channel, id)
) WITHOUT ROWID;
CREATE INDEX claimed ON events (platform, expires) WHERE state = 1;

CREATE TABLE threads (                -- those that the bot takes part in
	platform TEXT NOT NULL, team TEXT NOT NULL, channel TEXT NOT NULL,
	thread   TEXT NOT NULL,
	quiet    INTEGER NOT NULL,        -- it was told to stop
	at       INTEGER NOT NULL,
	PRIMARY KEY (platform, team, channel, thread)
) WITHOUT ROWID;

CREATE TABLE answers (                -- what the buttons below a reply show
	id       TEXT PRIMARY KEY,
	platform TEXT NOT NULL, team TEXT NOT NULL, channel TEXT NOT NULL,
	person   TEXT NOT NULL,           -- who asked
	private  INTEGER NOT NULL,        -- only the asker may see it
	question TEXT NOT NULL,
	stamp    TEXT NOT NULL,           -- of the index that it was found in
	content  BLOB NOT NULL,           -- the reply as JSON
	at       INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX asked ON answers (platform, team, person, at);

CREATE TABLE feedback (
	answer    TEXT NOT NULL,          -- may be gone already
	person    TEXT NOT NULL,          -- who judged
	platform  TEXT NOT NULL, team TEXT NOT NULL, channel TEXT NOT NULL,
	asker     TEXT NOT NULL,
	helpful   INTEGER NOT NULL,
	reason    TEXT NOT NULL,
	question  TEXT NOT NULL,
	citations TEXT NOT NULL,          -- JSON
	stamp     TEXT NOT NULL,
	at        INTEGER NOT NULL,
	PRIMARY KEY (answer, person)
) WITHOUT ROWID;

CREATE TABLE settings (               -- of a team where channel is ''
	platform TEXT NOT NULL, team TEXT NOT NULL, channel TEXT NOT NULL,
	name     TEXT NOT NULL,
	value    TEXT NOT NULL,
	PRIMARY KEY (platform, team, channel, name)
) WITHOUT ROWID;
`, `
ALTER TABLE threads ADD about TEXT NOT NULL DEFAULT ''; -- what its questions are confined to, or ''
`, `
CREATE TABLE excerpts (               -- what people collect for a briefing
	id       TEXT PRIMARY KEY,
	platform TEXT NOT NULL, team TEXT NOT NULL,
	person   TEXT NOT NULL,           -- whose it is
	place    INTEGER NOT NULL,        -- in their order
	passage  TEXT NOT NULL,
	start    INTEGER NOT NULL, end INTEGER NOT NULL,
	content  BLOB NOT NULL,           -- the card as JSON
	note     TEXT NOT NULL,
	at       INTEGER NOT NULL,
	UNIQUE (platform, team, person, passage, start, end)
) WITHOUT ROWID;
`}

// A newerError is a file of a later version than the program.
type newerError struct{ version int }

func (e newerError) Error() string {
	return fmt.Sprintf("it was written by a later version of the program (schema %d; this one knows %d)", e.version, len(migrations))
}

// migrate brings the file up to date. It always writes, so that a file which
// cannot be written is found out now.
func (s *Store) migrate(ctx context.Context) error {
	return s.within(ctx, "preparing the tables", func(tx *sql.Tx) error {
		var version int
		if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
			return err
		}
		if version > len(migrations) {
			return newerError{version}
		}
		for _, step := range migrations[version:] {
			if _, err := tx.ExecContext(ctx, step); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(migrations)))
		return err
	})
}
