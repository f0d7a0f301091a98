//! The commands `pack make` and `pack verify`.

use super::checks::{NOTHING_MORE, show};
use super::log::json_text;
use crate::cli::args;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::cli::words::several;
use crate::error::Result;
use crate::job::{RereadSettings, Task, evidence_pack, verify_pack, verify_pack_on_exhibit};

/// Opens a codeword where a report used it.
///
/// # Errors
/// As for [`evidence_pack`].
pub fn make(session: &Session, typed: &args::MakePack) -> Result<Exit> {
    let home = session.home_for_recorded_work()?;
    let name = typed.report.display().to_string();
    let packed = evidence_pack(
        &home,
        &typed.report,
        typed.title.as_deref(),
        typed.distributor.as_deref(),
        &typed.output,
    )
    .map_err(|error| session.log_failure(&home.registry, "pack make", &name, error))?;
    let pack = &packed.pack;
    let opened = several(pack.slots.len() as u64, "slot", "slots");
    let result = format!(
        "opened {opened} of the codeword of {} in {} to {}",
        pack.distributor,
        pack.title,
        packed.path.display()
    );
    let exhibit = (packed.exhibit.as_path(), Some(pack.exhibit_sha256.as_str()));
    session.log_exhibit(&home.registry, "pack make", exhibit, &result);
    session.console.words(&result);
    if typed.json {
        let answer = serde_json::json!({
            "file": packed.path.display().to_string(),
            "distributor": pack.distributor,
            "title": pack.title,
            "slots": pack.slots.len(),
            "exhibit_sha256": pack.exhibit_sha256,
        });
        session.console.json(&json_text(&answer)?)?;
    }
    Ok(Exit::Done)
}

/// Checks a pack.
///
/// # Errors
/// As for [`verify_pack`] and [`verify_pack_on_exhibit`].
pub fn verify(session: &Session, typed: &args::VerifyPack) -> Result<Exit> {
    let key = typed.registry_key.as_deref();
    let report = typed.report.as_deref();
    let checks = match &typed.exhibit {
        None => verify_pack(&typed.file, key, report)?,
        Some(exhibit) => {
            let settings = RereadSettings {
                limits: &session.setting.limits,
                threads: session.setting.threads,
                task: Task::only(&session.console.bars),
            };
            verify_pack_on_exhibit(&typed.file, key, report, exhibit, &settings)?
        }
    };
    show(session, &checks, NOTHING_MORE, typed.json)
}
