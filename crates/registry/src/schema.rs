//! The registry's layout on disk.
//!
//! It is built by [`STEPS`], one for each version: a new registry takes all of
//! them, an older one those that it lacks. A step that was released is never
//! changed; whatever is new is a step more.

/// The registry's file name in the home folder.
pub const FILE_NAME: &str = "leakmark.db";

/// The layout after all steps, kept in `PRAGMA user_version`.
pub const SCHEMA_VERSION: u32 = STEPS.len() as u32;

/// The first layout with receipts and with an audit log that is chained.
pub const CHAINED: u32 = 2;

/// From each layout to the next, the first from an empty file.
pub const STEPS: [&str; 2] = [TABLES, CHAINS];

/// "LKMK", kept in `PRAGMA application_id`: tells our file from any other
/// SQLite database.
pub const APPLICATION_ID: i64 = 0x4C4B_4D4B;

/// Times are RFC 3339 UTC, hashes lower-case hexadecimal, lengths pixels of the
/// master unless a column says otherwise.
const TABLES: &str = "
CREATE TABLE identity (
    only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
    registry_id  TEXT NOT NULL,
    secret_check TEXT NOT NULL,
    format       INTEGER NOT NULL CHECK (format > 0),
    created_at   TEXT NOT NULL
) STRICT;

CREATE TABLE titles (
    id             TEXT PRIMARY KEY NOT NULL,
    name           TEXT NOT NULL,
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
    added_at       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE distributors (
    id       TEXT PRIMARY KEY NOT NULL,
    name     TEXT NOT NULL,
    notes    TEXT NOT NULL,
    added_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE issue_records (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    title         TEXT NOT NULL REFERENCES titles (id),
    distributor   TEXT NOT NULL REFERENCES distributors (id),
    master_sha256 TEXT NOT NULL,
    copy_sha256   TEXT NOT NULL,
    copy_path     TEXT NOT NULL,
    copy_bytes    INTEGER NOT NULL CHECK (copy_bytes >= 0),
    title_start_s REAL NOT NULL,
    duration_s    REAL NOT NULL CHECK (duration_s >= 0),
    parameters    TEXT NOT NULL,
    tool_version  TEXT NOT NULL,
    issued_at     TEXT NOT NULL
) STRICT;
CREATE INDEX issue_records_by_recipient ON issue_records (title, distributor);
CREATE INDEX issue_records_by_distributor ON issue_records (distributor);
CREATE INDEX issue_records_by_copy ON issue_records (copy_sha256);

CREATE TABLE audit_log (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      TEXT NOT NULL,
    user    TEXT NOT NULL,
    host    TEXT NOT NULL,
    command TEXT NOT NULL,
    subject TEXT NOT NULL,
    result  TEXT NOT NULL
) STRICT;

CREATE TRIGGER issue_records_stay BEFORE UPDATE ON issue_records
BEGIN SELECT RAISE(ABORT, 'issue records are append-only'); END;
CREATE TRIGGER issue_records_last BEFORE DELETE ON issue_records
BEGIN SELECT RAISE(ABORT, 'issue records are append-only'); END;
CREATE TRIGGER audit_log_stays BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_log_lasts BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
";

/// Layout 2: a receipt for every issue record from now on, and an audit log
/// whose lines are chained. `hash` of the lines that are there is filled in by
/// the upgrade.
const CHAINS: &str = "
ALTER TABLE identity ADD COLUMN log_key TEXT;
ALTER TABLE identity ADD COLUMN issues_before_receipts INTEGER NOT NULL DEFAULT 0;
UPDATE identity SET issues_before_receipts = (SELECT coalesce(max(id), 0) FROM issue_records);
CREATE TRIGGER log_key_stays BEFORE UPDATE OF log_key ON identity WHEN OLD.log_key IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the log key is set once'); END;

CREATE TABLE receipts (
    number    INTEGER PRIMARY KEY CHECK (number > 0),
    issue     INTEGER NOT NULL UNIQUE REFERENCES issue_records (id),
    text      TEXT NOT NULL,
    sha256    TEXT NOT NULL,
    signature TEXT NOT NULL,
    salt      TEXT NOT NULL
) STRICT;
CREATE TRIGGER receipts_stay BEFORE UPDATE ON receipts
BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END;
CREATE TRIGGER receipts_last BEFORE DELETE ON receipts
BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END;

ALTER TABLE audit_log ADD COLUMN exhibit_path TEXT;
ALTER TABLE audit_log ADD COLUMN exhibit_sha256 TEXT;
ALTER TABLE audit_log ADD COLUMN hash TEXT;
ALTER TABLE audit_log ADD COLUMN signature TEXT;
DROP TRIGGER audit_log_stays;
CREATE TRIGGER audit_log_stays BEFORE UPDATE ON audit_log WHEN OLD.hash IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
";
