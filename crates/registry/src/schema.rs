//! The registry's layout on disk.

/// The registry's file name in the home folder.
pub const FILE_NAME: &str = "leakmark.db";

/// The layout, kept in `PRAGMA user_version`.
pub const SCHEMA_VERSION: u32 = 3;

/// "LKMK", kept in `PRAGMA application_id`: tells our file from any other
/// SQLite database.
pub const APPLICATION_ID: i64 = 0x4C4B_4D4B;

/// Times are RFC 3339 UTC, hashes lower-case hexadecimal, lengths pixels of the
/// master unless a column says otherwise. `folded` is the name as it is compared
/// with others, `entry` the row of the chain that added it. Distributors stay as they
/// were added: what became of them is in the chain alone.
pub const TABLES: &str = "
CREATE TABLE identity (
    only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
    registry_id  TEXT NOT NULL,
    secret_check TEXT NOT NULL,
    format       INTEGER NOT NULL CHECK (format > 0),
    created_at   TEXT NOT NULL,
    public_key   TEXT NOT NULL
) STRICT;

CREATE TABLE chain (
    place     INTEGER PRIMARY KEY AUTOINCREMENT,
    kind      TEXT NOT NULL,
    text      TEXT NOT NULL,
    sha256    TEXT NOT NULL,
    signature TEXT NOT NULL
) STRICT;
CREATE INDEX chain_by_kind ON chain (kind);

CREATE TABLE titles (
    id             TEXT PRIMARY KEY NOT NULL,
    name           TEXT NOT NULL,
    folded         TEXT NOT NULL UNIQUE,
    width          INTEGER NOT NULL CHECK (width > 0),
    height         INTEGER NOT NULL CHECK (height > 0),
    sar_num        INTEGER NOT NULL CHECK (sar_num > 0),
    sar_den        INTEGER NOT NULL CHECK (sar_den > 0),
    active_x       INTEGER NOT NULL CHECK (active_x >= 0),
    active_y       INTEGER NOT NULL CHECK (active_y >= 0),
    active_width   INTEGER NOT NULL CHECK (active_width > 0 AND active_x + active_width <= width),
    active_height  INTEGER NOT NULL CHECK (active_height > 0 AND active_y + active_height <= height),
    display_width  REAL NOT NULL CHECK (display_width > 0),
    display_height REAL NOT NULL CHECK (display_height > 0),
    duration_s     REAL NOT NULL CHECK (duration_s >= 0),
    fps            REAL NOT NULL CHECK (fps >= 0),
    master_sha256  TEXT,
    added_at       TEXT NOT NULL,
    entry          INTEGER NOT NULL REFERENCES chain (place) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX titles_by_word ON titles (id COLLATE NOCASE);

CREATE TABLE distributors (
    id       TEXT PRIMARY KEY NOT NULL,
    name     TEXT NOT NULL,
    folded   TEXT NOT NULL UNIQUE,
    notes    TEXT NOT NULL,
    added_at TEXT NOT NULL,
    entry    INTEGER NOT NULL REFERENCES chain (place) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX distributors_by_word ON distributors (id COLLATE NOCASE);

CREATE TABLE issue_records (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    title         TEXT NOT NULL REFERENCES titles (id),
    distributor   TEXT NOT NULL REFERENCES distributors (id),
    copy          INTEGER NOT NULL CHECK (copy > 0),
    master_sha256 TEXT NOT NULL,
    copy_sha256   TEXT NOT NULL,
    copy_path     TEXT NOT NULL,
    copy_bytes    INTEGER NOT NULL CHECK (copy_bytes >= 0),
    title_start_s REAL NOT NULL,
    duration_s    REAL NOT NULL CHECK (duration_s >= 0),
    parameters    TEXT NOT NULL,
    tool_version  TEXT NOT NULL,
    issued_at     TEXT NOT NULL,
    receipt       INTEGER NOT NULL UNIQUE REFERENCES chain (place),
    salt          TEXT NOT NULL,
    UNIQUE (title, distributor, copy)
) STRICT;
CREATE INDEX issue_records_by_distributor ON issue_records (distributor);
CREATE INDEX issue_records_by_copy ON issue_records (copy_sha256);

CREATE TRIGGER identity_stays BEFORE UPDATE ON identity
BEGIN SELECT RAISE(ABORT, 'a registry is what it is'); END;
CREATE TRIGGER identity_lasts BEFORE DELETE ON identity
BEGIN SELECT RAISE(ABORT, 'a registry is what it is'); END;
CREATE TRIGGER chain_stays BEFORE UPDATE ON chain
BEGIN SELECT RAISE(ABORT, 'the chain is append-only'); END;
CREATE TRIGGER chain_lasts BEFORE DELETE ON chain
BEGIN SELECT RAISE(ABORT, 'the chain is append-only'); END;
CREATE TRIGGER issue_records_stay BEFORE UPDATE ON issue_records
BEGIN SELECT RAISE(ABORT, 'issue records are append-only'); END;
CREATE TRIGGER issue_records_last BEFORE DELETE ON issue_records
BEGIN SELECT RAISE(ABORT, 'issue records are append-only'); END;
CREATE TRIGGER titles_stay BEFORE UPDATE ON titles
BEGIN SELECT RAISE(ABORT, 'titles are append-only'); END;
CREATE TRIGGER titles_last BEFORE DELETE ON titles
BEGIN SELECT RAISE(ABORT, 'titles are append-only'); END;
CREATE TRIGGER distributors_stay BEFORE UPDATE ON distributors
BEGIN SELECT RAISE(ABORT, 'distributors are append-only'); END;
CREATE TRIGGER distributors_last BEFORE DELETE ON distributors
BEGIN SELECT RAISE(ABORT, 'distributors are append-only'); END;
";
