package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Sweep deletes what is older than before: events, threads, answers, feedback and
// what people collected. Settings stay.
func (s *Store) Sweep(ctx context.Context, before time.Time) error {
	return s.delete(ctx, "sweeping the store", before.UnixMilli(),
		"DELETE FROM events WHERE at < ?1", "DELETE FROM threads WHERE at < ?1",
		"DELETE FROM answers WHERE at < ?1", "DELETE FROM feedback WHERE at < ?1",
		"DELETE FROM excerpts WHERE at < ?1")
}

// ForgetPerson deletes all that is kept of a person on a platform: messages,
// questions, answers, what they collected and judged, and what others judged of
// their questions. An empty team means every team.
func (s *Store) ForgetPerson(ctx context.Context, platform, team, person string) error {
	const where = " WHERE platform = ?1 AND (?2 = '' OR team = ?2) AND "
	err := s.deleteWith(ctx, "forgetting a person", []any{platform, team, person},
		"DELETE FROM events"+where+"person = ?3",
		"DELETE FROM answers"+where+"person = ?3",
		"DELETE FROM excerpts"+where+"person = ?3",
		"DELETE FROM feedback"+where+"(person = ?3 OR asker = ?3)")
	return errors.Join(err, s.flush(ctx))
}

// ForgetTeam deletes all that is kept of a workspace or server, its settings too.
func (s *Store) ForgetTeam(ctx context.Context, platform, team string) error {
	const where = " WHERE platform = ?1 AND team = ?2"
	err := s.deleteWith(ctx, "forgetting a workspace", []any{platform, team},
		"DELETE FROM events"+where, "DELETE FROM threads"+where, "DELETE FROM answers"+where,
		"DELETE FROM excerpts"+where, "DELETE FROM feedback"+where, "DELETE FROM settings"+where)
	return errors.Join(err, s.flush(ctx))
}

func (s *Store) delete(ctx context.Context, what string, arg any, statements ...string) error {
	return s.deleteWith(ctx, what, []any{arg}, statements...)
}

func (s *Store) deleteWith(ctx context.Context, what string, args []any, statements ...string) error {
	return s.within(ctx, what, func(tx *sql.Tx) error {
		for _, statement := range statements {
			if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// flush moves the write-ahead log into the file and empties it, since old rows
// stand in the log too. A process that reads at that moment keeps part of the log
// alive until it is done, which is no failure.
func (s *Store) flush(ctx context.Context) error {
	var busy, logged, moved int
	if err := s.db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &logged, &moved); err != nil {
		return fmt.Errorf("emptying the store's log: %w", err)
	}
	return nil
}
