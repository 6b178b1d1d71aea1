package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// An Owner is a person of a team on a platform, who keeps something of their own.
type Owner struct{ Platform, Team, Person string }

// An Excerpt is one that a person collected for a briefing.
type Excerpt struct {
	ID string
	Owner
	Passage    string // the id of the passage that it stands in
	Start, End int    // bytes [Start, End) of the passage's source
	Content    []byte // the caller's own encoding
	Note       string // the person's; may be empty
	At         time.Time
}

// AddExcerpt puts e behind all that its owner collected, at most limit of them. It
// returns how many there are then, and whether e was added: what is there already,
// or is one too many, is not.
func (s *Store) AddExcerpt(ctx context.Context, e Excerpt, limit int) (n int, added bool, err error) {
	err = s.within(ctx, "collecting an excerpt", func(tx *sql.Tx) error {
		count := func() error {
			return tx.QueryRowContext(ctx, "SELECT count(*) FROM excerpts"+ofOwner, e.Platform, e.Team, e.Person).Scan(&n)
		}
		if err := count(); err != nil || n >= limit {
			return err
		}
		result, err := tx.ExecContext(ctx, `INSERT OR IGNORE INTO excerpts
			(id, platform, team, person, place, passage, start, end, content, note, at)
			VALUES (?4, ?1, ?2, ?3, (SELECT 1 + coalesce(max(place), 0) FROM excerpts`+ofOwner+`), ?5, ?6, ?7, ?8, ?9, ?10)`,
			e.Platform, e.Team, e.Person, e.ID, e.Passage, e.Start, e.End, e.Content, e.Note, e.At.UnixMilli())
		if err != nil {
			return err
		}
		changed, err := result.RowsAffected()
		added = changed == 1
		return errors.Join(err, count())
	})
	return n, added, err
}

// ofOwner narrows a statement to what one person collected.
const ofOwner = " WHERE platform = ?1 AND team = ?2 AND person = ?3"

// Excerpts returns what a person collected, in the order that they gave it.
func (s *Store) Excerpts(ctx context.Context, o Owner) ([]Excerpt, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id, passage, start, end, content, note, at FROM excerpts"+ofOwner+" ORDER BY place", o.Platform, o.Team, o.Person)
	if err != nil {
		return nil, fmt.Errorf("reading what was collected: %w", err)
	}
	defer rows.Close()
	var all []Excerpt
	for rows.Next() {
		e := Excerpt{Owner: o}
		var at int64
		if err := rows.Scan(&e.ID, &e.Passage, &e.Start, &e.End, &e.Content, &e.Note, &at); err != nil {
			return nil, fmt.Errorf("reading what was collected: %w", err)
		}
		e.At = time.UnixMilli(at)
		all = append(all, e)
	}
	return all, rows.Err()
}

// DropExcerpt takes out the excerpt with that id, if it is o's.
func (s *Store) DropExcerpt(ctx context.Context, o Owner, id string) error {
	return s.do(ctx, "dropping an excerpt", "DELETE FROM excerpts"+ofOwner+" AND id = ?4", o.Platform, o.Team, o.Person, id)
}

// DropExcerpts takes out all that o collected.
func (s *Store) DropExcerpts(ctx context.Context, o Owner) error {
	return s.do(ctx, "dropping excerpts", "DELETE FROM excerpts"+ofOwner, o.Platform, o.Team, o.Person)
}

// NoteExcerpt sets the note of the excerpt with that id, if it is o's.
func (s *Store) NoteExcerpt(ctx context.Context, o Owner, id, note string) error {
	return s.do(ctx, "keeping a note", "UPDATE excerpts SET note = ?5"+ofOwner+" AND id = ?4", o.Platform, o.Team, o.Person, id, note)
}

// RaiseExcerpt lets the excerpt with that id, if it is o's, change places with the
// one before it. The first stays.
func (s *Store) RaiseExcerpt(ctx context.Context, o Owner, id string) error {
	return s.within(ctx, "moving an excerpt", func(tx *sql.Tx) error {
		var place, before int
		err := tx.QueryRowContext(ctx, "SELECT place FROM excerpts"+ofOwner+" AND id = ?4", o.Platform, o.Team, o.Person, id).Scan(&place)
		if err == nil {
			err = tx.QueryRowContext(ctx, "SELECT place FROM excerpts"+ofOwner+" AND place < ?4 ORDER BY place DESC LIMIT 1", o.Platform, o.Team, o.Person, place).Scan(&before)
		}
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE excerpts SET place = ?4 + ?5 - place"+ofOwner+" AND place IN (?4, ?5)", o.Platform, o.Team, o.Person, place, before)
		return err
	})
}
