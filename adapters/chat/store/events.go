package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// A State is how far a message has come.
type State int

const (
	Unknown  State = iota // never seen
	Claimed               // a process works on it
	Answered              // its reply is on the platform
	Settled               // nothing is owed: over a limit, stopped, or deleted
)

// An Event is a message that the bot took on.
type Event struct {
	Place
	ID     string // the message's, unique in its channel
	Person string
	State  State
	Owner  string // the process that works on it, or did

	Message []byte    // as the caller encoded it, while claimed; then nil
	Digest  string    // of its text
	Post    string    // the reply's id on the platform
	Answer  string    // the id of the stored answer, "" where there is none
	At      time.Time // when it was first claimed, or finished
}

// Claim takes e on for e.Owner until so long after now, unless it is answered,
// settled, or claimed by another owner whose time has not run out. Of several who
// claim at once, one gets it. It returns the event as it stood before, with State
// Unknown when it was never seen, and whether the claim is granted.
func (s *Store) Claim(ctx context.Context, e Event, now time.Time, lease time.Duration) (before Event, granted bool, err error) {
	err = s.within(ctx, "claiming a message", func(tx *sql.Tx) error {
		var expires int64
		before, expires, err = scanEvent(tx.QueryRowContext(ctx, selectEvent+" WHERE platform = ? AND team = ? AND channel = ? AND id = ?",
			e.Platform, e.Team, e.Channel, e.ID))
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return err
		case before.State != Claimed, before.Owner != e.Owner && expires > now.UnixMilli():
			return nil
		}
		granted = true
		first := now
		if before.State == Claimed {
			first = before.At
		}
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO events
			(platform, team, channel, id, person, state, owner, expires, message, digest, post, answer, at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', ?)`,
			e.Platform, e.Team, e.Channel, e.ID, e.Person, Claimed, e.Owner, now.Add(lease).UnixMilli(), e.Message, e.Digest, first.UnixMilli())
		return err
	})
	return before, granted && err == nil, err
}

// Finish records what became of a claimed or answered message: e.State, and with
// Answered its Digest, Post and Answer. The message itself is no longer kept.
func (s *Store) Finish(ctx context.Context, e Event, now time.Time) error {
	return s.do(ctx, "recording a reply", `UPDATE events SET state = ?, message = NULL, digest = ?, post = ?, answer = ?, at = ?
		WHERE platform = ? AND team = ? AND channel = ? AND id = ?`,
		e.State, e.Digest, e.Post, e.Answer, now.UnixMilli(), e.Platform, e.Team, e.Channel, e.ID)
}

// Release gives a claim of owner's back, so that the message is taken on anew
// when it is delivered again.
func (s *Store) Release(ctx context.Context, at Place, id, owner string) error {
	return s.do(ctx, "giving a message back", `DELETE FROM events
		WHERE platform = ? AND team = ? AND channel = ? AND id = ? AND owner = ? AND state = ?`,
		at.Platform, at.Team, at.Channel, id, owner, Claimed)
}

// Postpone lets anyone take over a claim of owner's from that time on.
func (s *Store) Postpone(ctx context.Context, at Place, id, owner string, until time.Time) error {
	return s.do(ctx, "putting a message off", `UPDATE events SET expires = ?, owner = ''
		WHERE platform = ? AND team = ? AND channel = ? AND id = ? AND owner = ? AND state = ?`,
		until.UnixMilli(), at.Platform, at.Team, at.Channel, id, owner, Claimed)
}

// Rewrite keeps message in place of how a message was encoded that owner has claimed.
func (s *Store) Rewrite(ctx context.Context, at Place, id, owner string, message []byte) error {
	return s.do(ctx, "noting what was begun", `UPDATE events SET message = ?
		WHERE platform = ? AND team = ? AND channel = ? AND id = ? AND owner = ? AND state = ?`,
		message, at.Platform, at.Team, at.Channel, id, owner, Claimed)
}

// Hold lets owner's claim on a message hold until that time, and returns false when
// the message is in another's hands by now, or done with.
func (s *Store) Hold(ctx context.Context, at Place, id, owner string, until time.Time) (held bool, err error) {
	result, err := s.db.ExecContext(ctx, `UPDATE events SET expires = ?
		WHERE platform = ? AND team = ? AND channel = ? AND id = ? AND owner = ? AND state = ?`,
		until.UnixMilli(), at.Platform, at.Team, at.Channel, id, owner, Claimed)
	if err != nil {
		return false, fmt.Errorf("holding a message: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// Renew lets all claims of owner's hold until that time. It finds them by the index
// of what is claimed, as [Store.Abandoned] does: hence the state in their words.
func (s *Store) Renew(ctx context.Context, owner string, until time.Time) error {
	return s.do(ctx, "renewing claims", "UPDATE events SET expires = ? WHERE owner = ? AND state = 1", until.UnixMilli(), owner)
}

// Event returns what is known of a message; State is Unknown where nothing is.
func (s *Store) Event(ctx context.Context, at Place, id string) (Event, error) {
	e, _, err := scanEvent(s.db.QueryRowContext(ctx, selectEvent+" WHERE platform = ? AND team = ? AND channel = ? AND id = ?",
		at.Platform, at.Team, at.Channel, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Event{Place: at, ID: id}, nil
	}
	if err != nil {
		return Event{}, fmt.Errorf("looking up a message: %w", err)
	}
	return e, nil
}

// Abandoned returns the claimed messages of a platform whose time has run out,
// the oldest first.
func (s *Store) Abandoned(ctx context.Context, platform string, now time.Time) ([]Event, error) {
	rows, err := s.db.QueryContext(ctx, selectEvent+" WHERE platform = ? AND state = 1 AND expires <= ? ORDER BY at", platform, now.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("looking for abandoned messages: %w", err)
	}
	defer rows.Close()
	var all []Event
	for rows.Next() {
		e, _, err := scanEvent(rows)
		if err != nil {
			return nil, fmt.Errorf("looking for abandoned messages: %w", err)
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

const selectEvent = `SELECT platform, team, channel, id, person, state, owner, expires, message, digest, post, answer, at FROM events`

func scanEvent(row interface{ Scan(...any) error }) (e Event, expires int64, err error) {
	var at int64
	err = row.Scan(&e.Platform, &e.Team, &e.Channel, &e.ID, &e.Person, &e.State, &e.Owner, &expires, &e.Message, &e.Digest, &e.Post, &e.Answer, &at)
	e.At = time.UnixMilli(at)
	return e, expires, err
}

// A Thread is a thread as the bot knows it.
type Thread struct {
	Known bool   // it has answered there
	Quiet bool   // it was told to stop there
	About string // what questions there are confined to, in the caller's own words; "" nothing
}

// Thread returns what is known of a thread.
func (s *Store) Thread(ctx context.Context, at Place, thread string) (Thread, error) {
	t := Thread{Known: true}
	err := s.db.QueryRowContext(ctx, "SELECT quiet, about FROM threads WHERE platform = ? AND team = ? AND channel = ? AND thread = ?",
		at.Platform, at.Team, at.Channel, thread).Scan(&t.Quiet, &t.About)
	if errors.Is(err, sql.ErrNoRows) {
		return Thread{}, nil
	}
	if err != nil {
		return Thread{}, fmt.Errorf("looking up a thread: %w", err)
	}
	return t, nil
}

// JoinThread remembers a thread that the bot takes part in. quiet is whether it was
// told to stop there; a thread that is known stays as it is.
func (s *Store) JoinThread(ctx context.Context, at Place, thread string, quiet bool, now time.Time) error {
	return s.do(ctx, "remembering a thread", `INSERT INTO threads (platform, team, channel, thread, quiet, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET at = excluded.at`,
		at.Platform, at.Team, at.Channel, thread, quiet, now.UnixMilli())
}

// SetThread remembers a thread, and whether the bot was told to stop there.
func (s *Store) SetThread(ctx context.Context, at Place, thread string, quiet bool, now time.Time) error {
	return s.do(ctx, "remembering a thread", `INSERT INTO threads (platform, team, channel, thread, quiet, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET quiet = excluded.quiet, at = excluded.at`,
		at.Platform, at.Team, at.Channel, thread, quiet, now.UnixMilli())
}

// SetAbout remembers what the questions of a thread that is known are confined to.
func (s *Store) SetAbout(ctx context.Context, at Place, thread, about string) error {
	return s.do(ctx, "remembering what a thread is about", "UPDATE threads SET about = ? WHERE platform = ? AND team = ? AND channel = ? AND thread = ?",
		about, at.Platform, at.Team, at.Channel, thread)
}
