// Package store keeps on disk what a conversation must not forget in a restart:
// which messages are answered and where, which threads the bot takes part in,
// answers for the buttons below them, feedback, and settings.
//
// It is one SQLite file. Several processes may share it; whatever they must
// agree on, such as who answers a message, is decided inside one transaction.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite" // registers the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// A Place is where on a platform something is. An empty field is a platform that
// has none, as a direct message on Discord has no team.
type Place struct {
	Platform string // "slack", "discord", "terminal"
	Team     string // the workspace or server
	Channel  string
}

// A Store is an open file. It may be used by many goroutines at once.
type Store struct {
	db   *sql.DB
	path string
}

// busy is how long one process waits for another to finish writing.
const busy = 5 * time.Second

// Open opens the store at path and makes it, and its folder, where there is
// none. The error says what to do about a file that is damaged, cannot be
// written, or was written by a later version of the program.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := prepare(path); err != nil {
		return nil, err
	}
	// Forgotten rows are overwritten (secure_delete), since a person who asks to
	// be forgotten means the disk too. Write-ahead logging lets one process read
	// while another writes; a transaction that will write says so at once
	// (immediate), so that two never wait for each other.
	name := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: url.Values{
		"_txlock": {"immediate"},
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", busy.Milliseconds()),
			"journal_mode(WAL)", "synchronous(NORMAL)", "secure_delete(1)",
		},
	}.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, fmt.Errorf("opening the store %s: %w", path, err)
	}
	db.SetMaxOpenConns(1) // one writer; a query takes microseconds
	s := &Store{db: db, path: path}
	if err := s.check(ctx); err != nil {
		return nil, errors.Join(explain(path, err), db.Close())
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(explain(path, err), db.Close())
	}
	return s, nil
}

// prepare makes the folder and the file, for the owner alone, since people's
// questions stand in it.
func prepare(path string) error {
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		var f *os.File
		if f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err == nil {
			err = f.Close()
		}
	}
	if err != nil {
		return fmt.Errorf("opening the store: %w: set chat.folder to a folder that can be written", err)
	}
	return nil
}

// check reads the file through, as far as its structure goes.
func (s *Store) check(ctx context.Context) error {
	var verdict string
	if err := s.db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return errors.New(verdict)
	}
	return nil
}

// explain adds the next step to what went wrong with the file at path.
func explain(path string, err error) error {
	var newer newerError
	switch {
	case errors.As(err, &newer):
		return fmt.Errorf("opening the store %s: %w: use that version, or set chat.folder to another folder", path, err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("opening the store %s: %w", path, err)
	}
	const primary = 0xff // of an extended result code (sqlite.org/rescode.html)
	var failed *sqlite.Error
	if errors.As(err, &failed) {
		switch failed.Code() & primary {
		case sqlite3.SQLITE_FULL:
			return fmt.Errorf("opening the store %s: %w: make room, or set chat.folder to a folder on another disk", path, err)
		case sqlite3.SQLITE_BUSY:
			return fmt.Errorf("opening the store %s: %w: another program holds the file; try again when it is done", path, err)
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
			return fmt.Errorf("opening the store %s: %w: set chat.folder to a folder that can be written", path, err)
		}
	}
	return fmt.Errorf("opening the store %s: %w: if the file is damaged, move it away or put back a copy; without it the bot forgets feedback, settings and the threads it takes part in", path, err)
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Path is where the file is.
func (s *Store) Path() string { return s.path }

// do carries out one statement that changes something.
func (s *Store) do(ctx context.Context, what, statement string, args ...any) error {
	if _, err := s.db.ExecContext(ctx, statement, args...); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// within runs f in one transaction.
func (s *Store) within(ctx context.Context, what string, f func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := f(tx); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", what, err), tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
