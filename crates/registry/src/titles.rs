//! Keeps the titles: one master each.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, named_params};

use super::entry::Entry;
use super::fault::fault;
use super::names::{Kind, check_new};
use super::{Registry, Title};
use leakmark_core::error::{Error, Result};
use leakmark_core::luma::Rect;
use leakmark_evidence::naming::{self, validate_id, validate_name};

const COLUMNS: &str = "SELECT id, name, width, height, sar_num, sar_den, active_x, active_y,
    active_width, active_height, display_width, display_height, duration_s, fps,
    master_sha256, added_at FROM titles";

const INSERT: &str =
    "INSERT INTO titles VALUES (:id, :name, :folded, :width, :height, :sar_num, :sar_den,
    :active_x, :active_y, :active_width, :active_height, :display_width, :display_height,
    :duration_s, :fps, :master_sha256, :added_at, :entry)";

impl Registry {
    /// Adds a title. Its id and name must be new; its time is now, whatever
    /// `added_at` says.
    ///
    /// # Errors
    /// [`Error::Usage`] for an impossible id or name, [`Error::Registry`] if
    /// either is there already or nothing can be written, [`Error::Internal`] if
    /// the registry was not unlocked.
    pub fn add_title(&self, title: &Title) -> Result<()> {
        validate_id(&title.id)?;
        check_geometry(title)?;
        let title = Title {
            name: validate_name(&title.name)?,
            added_at: naming::now()?,
            ..title.clone()
        };
        self.write("adding a title", |conn| {
            let folded = check_new(conn, Kind::Title, &title.id, &title.name, &BTreeMap::new())?;
            let added = self.append(conn, &Entry::Title(&title))?;
            insert(conn, &title, &folded, added.place)
                .map_err(fault(format!("adding title {}", title.id)))
        })
    }

    /// All titles, sorted by id (by byte).
    pub fn titles(&self) -> Result<Vec<Title>> {
        let query = format!("{COLUMNS} ORDER BY id");
        self.rows("listing titles", &query, [], read)
    }

    /// The title with this id.
    pub fn title(&self, id: &str) -> Result<Option<Title>> {
        let query = format!("{COLUMNS} WHERE id = ?1");
        let found = self.rows("looking a title up", &query, [id], read)?;
        Ok(found.into_iter().next())
    }

    /// How many titles there are.
    pub fn title_count(&self) -> Result<usize> {
        self.count("titles")
    }
}

fn check_geometry(title: &Title) -> Result<()> {
    let inside = |start: usize, length: usize, whole: u32| {
        let end = start
            .checked_add(length)
            .and_then(|end| u32::try_from(end).ok());
        length > 0 && end.is_some_and(|end| end <= whole)
    };
    let active = &title.active;
    let positive = |value: f64| value.is_finite() && value > 0.0;
    let sound = inside(active.x, active.width, title.width)
        && inside(active.y, active.height, title.height)
        && title.sar.0 > 0
        && title.sar.1 > 0
        && positive(title.display_width)
        && positive(title.display_height)
        && title.duration_s.is_finite()
        && title.duration_s >= 0.0
        && title.fps.is_finite()
        && title.fps >= 0.0;
    match sound {
        true => Ok(()),
        false => Err(Error::Internal(format!(
            "impossible geometry or time of title: {title:?}"
        ))),
    }
}

fn insert(conn: &Connection, title: &Title, folded: &str, entry: i64) -> rusqlite::Result<()> {
    // Its edges lie inside a picture of 32 bits a side.
    let [x, y, width, height] = {
        let Rect {
            x,
            y,
            width,
            height,
        } = title.active;
        [x, y, width, height].map(|edge| edge as i64)
    };
    conn.execute(
        INSERT,
        named_params! {
            ":id": title.id, ":name": title.name, ":folded": folded,
            ":width": title.width, ":height": title.height,
            ":sar_num": title.sar.0, ":sar_den": title.sar.1,
            ":active_x": x, ":active_y": y, ":active_width": width, ":active_height": height,
            ":display_width": title.display_width, ":display_height": title.display_height,
            ":duration_s": title.duration_s, ":fps": title.fps,
            ":master_sha256": title.master_sha256, ":added_at": title.added_at,
            ":entry": entry,
        },
    )
    .map(drop)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Title> {
    let edge = |column: usize| row.get::<_, u32>(column).map(|edge| edge as usize);
    Ok(Title {
        id: row.get(0)?,
        name: row.get(1)?,
        width: row.get(2)?,
        height: row.get(3)?,
        sar: (row.get(4)?, row.get(5)?),
        active: Rect {
            x: edge(6)?,
            y: edge(7)?,
            width: edge(8)?,
            height: edge(9)?,
        },
        display_width: row.get(10)?,
        display_height: row.get(11)?,
        duration_s: row.get(12)?,
        fps: row.get(13)?,
        master_sha256: row.get(14)?,
        added_at: row.get(15)?,
    })
}
