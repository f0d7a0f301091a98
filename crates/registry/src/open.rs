//! Opens a registry that is there, and says plainly when what is
//! there is not one that this version can read.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::Registry;
use super::fault::fault;
use super::identity::Identity;
use super::schema::{APPLICATION_ID, FILE_NAME, SCHEMA_VERSION};
use leakmark_core::error::{Error, Result};

/// How long a writer waits for another: an import of a million distributors
/// holds the lock for some seconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

impl Registry {
    /// Opens the registry in the folder `dir`, for reading: nothing can be added
    /// until it is unlocked ([`Registry::unlock`]).
    pub fn open(dir: &Path) -> Result<Self> {
        let path = dir.join(FILE_NAME);
        check_is_file(&path)?;
        let conn = open_readable(&path)?;
        check_version(&conn, &path)?;
        let read_only = set_up(&conn).map_err(fault(format!("opening {}", path.display())))?;
        Self::with(conn, &path, read_only)
    }

    /// Opens a registry that lies in a file of any name and that nobody writes to:
    /// nothing is made beside it.
    pub(super) fn open_copy(path: &Path) -> Result<Self> {
        let conn = open_immutable(path)?;
        check_version(&conn, path)?;
        Self::with(conn, path, true)
    }

    fn with(conn: Connection, path: &Path, read_only: bool) -> Result<Self> {
        Ok(Self {
            identity: Identity::load(&conn, path)?,
            conn,
            path: path.to_owned(),
            read_only,
            signer: None,
        })
    }
}

fn check_is_file(path: &Path) -> Result<()> {
    match path.metadata() {
        Ok(meta) if meta.is_file() => Ok(()),
        Ok(_) => Err(Error::registry(format!("{} is not a file", path.display()))
            .advise("a registry is a SQLite file made by `leakmark init`")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::registry(
            format!("{} does not exist", path.display()),
        )
        .advise("make a registry with `leakmark init`, or name its folder with --home")),
        Err(error) => Err(Error::registry(format!("{}: {error}", path.display()))),
    }
}

/// Opens for writing if possible. In a folder that cannot be written, or on a full
/// disk, SQLite has no room for the write-ahead log's index: there the file is
/// read as it stands, if no log is waiting to be played back.
fn open_readable(path: &Path) -> Result<Connection> {
    let opening = || format!("opening {}", path.display());
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let normal = Connection::open_with_flags(path, flags).and_then(readable);
    let error = match normal {
        Ok(conn) => return Ok(conn),
        Err(error) => error,
    };
    if !is_unwritable(&error) || has_log(path) {
        return Err(fault(opening())(error));
    }
    open_immutable(path)
}

/// Opens a file that nobody changes, as it stands.
fn open_immutable(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(immutable_uri(path), flags)
        .and_then(readable)
        .map_err(fault(format!("opening {}", path.display())))
}

/// Reads one page: opening alone touches nothing.
fn readable(conn: Connection) -> rusqlite::Result<Connection> {
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(conn)
}

fn is_unwritable(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, DiskFull, PermissionDenied, ReadOnly, SystemIoFailure};
    matches!(
        error.sqlite_error_code(),
        Some(CannotOpen | DiskFull | PermissionDenied | ReadOnly | SystemIoFailure)
    )
}

fn has_log(path: &Path) -> bool {
    let mut log = OsString::from(path);
    log.push("-wal");
    Path::new(&log).metadata().is_ok_and(|meta| meta.len() > 0)
}

fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri + "?immutable=1"
}

/// Refuses a file that is not ours, or whose layout this version does not read.
fn check_version(conn: &Connection, path: &Path) -> Result<()> {
    let read = |pragma: &str| -> Result<i64> {
        conn.pragma_query_value(None, pragma, |row| row.get(0))
            .map_err(fault(format!("opening {}", path.display())))
    };
    if read("application_id")? != APPLICATION_ID {
        return Err(Error::registry(format!(
            "{} is a SQLite database, but not a leakmark registry",
            path.display()
        )));
    }
    match read("user_version")? {
        version if version == i64::from(SCHEMA_VERSION) => Ok(()),
        version if version > i64::from(SCHEMA_VERSION) => Err(Error::registry(format!(
            "{} was written by a newer leakmark (layout {version}; this version reads layout {SCHEMA_VERSION})",
            path.display()
        )).advise("use that version or a later one")),
        version => Err(Error::registry(format!(
            "{} has layout {version}, from before leakmark was first released; this version reads layout {SCHEMA_VERSION}",
            path.display()
        )).advise("make a new registry with `leakmark init` in another folder and mark anew")),
    }
}

/// Sets the connection up; returns whether it can only be read.
fn set_up(conn: &Connection) -> rusqlite::Result<bool> {
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    // FULL: an issue record must be on disk before the copy is handed out.
    conn.pragma_update(None, "synchronous", "FULL")?;
    let read_only = conn.is_readonly("main")?;
    if !read_only {
        // Readers need not wait for a writer with a write-ahead log. Where the
        // file system has no shared memory (some network shares) SQLite keeps
        // its rollback journal, and everything works, more slowly.
        let _ = conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()));
    }
    Ok(read_only)
}
