package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// An Answer is one that was given, kept for the buttons below it.
type Answer struct {
	ID string
	Place
	Person   string // who asked
	Private  bool   // only the asker may see it
	Question string // "" where something else than a question was answered
	Stamp    string // of the index that it was found in
	Content  []byte // the caller's own encoding
	At       time.Time
}

// SaveAnswer keeps a.
func (s *Store) SaveAnswer(ctx context.Context, a Answer) error {
	return s.do(ctx, "keeping an answer", `INSERT OR REPLACE INTO answers
		(id, platform, team, channel, person, private, question, stamp, content, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.ID, a.Platform, a.Team, a.Channel, a.Person, a.Private, a.Question, a.Stamp, a.Content, a.At.UnixMilli())
}

const selectAnswer = `SELECT id, platform, team, channel, person, private, question, stamp, content, at FROM answers`

func scanAnswer(row interface{ Scan(...any) error }) (a Answer, err error) {
	var at int64
	err = row.Scan(&a.ID, &a.Platform, &a.Team, &a.Channel, &a.Person, &a.Private, &a.Question, &a.Stamp, &a.Content, &at)
	a.At = time.UnixMilli(at)
	return a, err
}

// Answer returns the answer with that id, and whether it is still kept.
func (s *Store) Answer(ctx context.Context, id string) (Answer, bool, error) {
	a, err := scanAnswer(s.db.QueryRowContext(ctx, selectAnswer+" WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return Answer{}, false, nil
	}
	if err != nil {
		return Answer{}, false, fmt.Errorf("looking up an answer: %w", err)
	}
	return a, true, nil
}

// DropAnswer forgets the answer with that id.
func (s *Store) DropAnswer(ctx context.Context, id string) error {
	return s.do(ctx, "dropping an answer", "DELETE FROM answers WHERE id = ?", id)
}

// Publish turns a private answer into a public one and reports whether it was
// private before: of several who publish at once, one does it. Unpublish takes
// that back.
func (s *Store) Publish(ctx context.Context, id string) (bool, error) {
	return s.turn(ctx, id, true, false)
}

// Unpublish makes an answer private again, for when publishing failed.
func (s *Store) Unpublish(ctx context.Context, id string) error {
	_, err := s.turn(ctx, id, false, true)
	return err
}

func (s *Store) turn(ctx context.Context, id string, from, to bool) (bool, error) {
	result, err := s.db.ExecContext(ctx, "UPDATE answers SET private = ? WHERE id = ? AND private = ?", to, id, from)
	if err != nil {
		return false, fmt.Errorf("publishing an answer: %w", err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// Recent returns the last answers to a person's questions in a team, the newest
// first, at most limit.
func (s *Store) Recent(ctx context.Context, platform, team, person string, limit int) ([]Answer, error) {
	rows, err := s.db.QueryContext(ctx, selectAnswer+" WHERE platform = ? AND team = ? AND person = ? AND question <> '' ORDER BY at DESC, id LIMIT ?", platform, team, person, limit)
	if err != nil {
		return nil, fmt.Errorf("looking up recent questions: %w", err)
	}
	defer rows.Close()
	var all []Answer
	for rows.Next() {
		a, err := scanAnswer(rows)
		if err != nil {
			return nil, fmt.Errorf("looking up recent questions: %w", err)
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// A Feedback is one person's judgement of an answer, kept with all that is needed
// to learn from it.
type Feedback struct {
	Answer string // its id
	Place
	Person    string // who judged
	Asker     string // who had asked
	Helpful   bool
	Reason    string // in the person's words; may be empty
	Question  string
	Citations string // JSON
	Stamp     string // of the index
	At        time.Time
}

// SaveFeedback keeps f; a person's later judgement of the same answer replaces the
// earlier one, but an empty reason does not replace a given one of the same mind.
func (s *Store) SaveFeedback(ctx context.Context, f Feedback) error {
	return s.do(ctx, "keeping feedback", `INSERT INTO feedback
		(answer, person, platform, team, channel, asker, helpful, reason, question, citations, stamp, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (answer, person) DO UPDATE SET
			reason = CASE WHEN excluded.reason = '' AND helpful = excluded.helpful THEN reason ELSE excluded.reason END,
			helpful = excluded.helpful, at = excluded.at`,
		f.Answer, f.Person, f.Platform, f.Team, f.Channel, f.Asker, f.Helpful, f.Reason, f.Question, f.Citations, f.Stamp, f.At.UnixMilli())
}

// Feedback returns all feedback since that time, the oldest first.
func (s *Store) Feedback(ctx context.Context, since time.Time) ([]Feedback, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT answer, person, platform, team, channel, asker, helpful, reason, question, citations, stamp, at
		FROM feedback WHERE at >= ? ORDER BY at, answer, person`, since.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("reading feedback: %w", err)
	}
	defer rows.Close()
	var all []Feedback
	for rows.Next() {
		var f Feedback
		var at int64
		if err := rows.Scan(&f.Answer, &f.Person, &f.Platform, &f.Team, &f.Channel, &f.Asker, &f.Helpful, &f.Reason, &f.Question, &f.Citations, &f.Stamp, &at); err != nil {
			return nil, fmt.Errorf("reading feedback: %w", err)
		}
		f.At = time.UnixMilli(at)
		all = append(all, f)
	}
	return all, rows.Err()
}
