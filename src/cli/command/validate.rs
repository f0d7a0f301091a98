//! The command `validate`.

use std::path::PathBuf;

use super::report_folder::ReportFolder;
use super::validate_lines::{attack_lines, result_lines};
use crate::cli::exit::Exit;
use crate::cli::interrupt;
use crate::cli::session::Session;
use crate::cli::validate_order::ValidateOrder;
use crate::error::{Error, Result};
use crate::evidence::envelope::ReportSigner;
use crate::evidence::escape::plain_json;
use crate::evidence::{Dossier, dossier_to_json};
use crate::job::{Library, Trial};
use crate::render::{dossier_document, page, pdf};

/// Validates films and delivers the dossier, or lists the attacks.
///
/// # Errors
/// Whatever kept it from being finished; what was done until then is kept in the work
/// folder, if there is one.
pub fn run(session: &Session, order: &ValidateOrder) -> Result<Exit> {
    let library = Library::open(&order.attack_folders)?;
    if order.list {
        return list(session, &library, order.json);
    }
    let signer = order.sign.as_deref().map(ReportSigner::read).transpose()?;
    let folder = order.out.as_deref().map(ReportFolder::open).transpose()?;
    let temporary = tempfile::tempdir()
        .map_err(|e| Error::unwritable("the folder for temporary files", e.to_string()))?;
    let mut request = order.request.clone();
    request.attacks = library.select(&order.attacks)?;
    request.work = match &order.out {
        Some(out) => out.join("work"),
        None => temporary.path().to_owned(),
    };
    interrupt::listen(session.console.bars.stop_flag());
    let bars = &session.console.bars;
    let trial = Trial::open(request, bars)?;
    bars.expect(trial.pieces());
    let dossier = trial.run(bars)?;
    let envelope = signer.map(|s| s.envelope(&dossier)).transpose()?;
    if let Some(folder) = &folder {
        for file in write(folder, &dossier, envelope.as_deref())? {
            session.console.words(&format!("wrote {}", file.display()));
        }
    }
    show(session, order, &dossier, envelope.as_deref())?;
    Ok(match dossier.false_accusations() {
        0 => Exit::Done,
        _ => Exit::No,
    })
}

fn list(session: &Session, library: &Library, json: bool) -> Result<Exit> {
    for line in attack_lines(library, json)? {
        match json {
            true => session.console.json(&line)?,
            false => session.console.result(&line)?,
        }
    }
    Ok(Exit::Done)
}

/// Writes the dossier in all forms.
fn write(folder: &ReportFolder, dossier: &Dossier, envelope: Option<&str>) -> Result<Vec<PathBuf>> {
    let document = dossier_document(dossier);
    let json = plain_json(&dossier_to_json(dossier, true)?) + "\n";
    let mut written = vec![
        folder.write("dossier.json", json.as_bytes())?,
        folder.write("dossier.html", page(&document).as_bytes())?,
        folder.write("dossier.pdf", &pdf(&document)?)?,
    ];
    const ENVELOPE: &str = "dossier.dsse.json";
    match envelope {
        Some(envelope) => written.push(folder.write(ENVELOPE, format!("{envelope}\n").as_bytes())?),
        // One of an earlier run would not be about this dossier.
        None => folder.remove(ENVELOPE),
    }
    Ok(written)
}

fn show(
    session: &Session,
    order: &ValidateOrder,
    dossier: &Dossier,
    envelope: Option<&str>,
) -> Result<()> {
    let console = &session.console;
    if order.json {
        return match envelope {
            Some(envelope) => console.json(envelope),
            None => console.json(&dossier_to_json(dossier, false)?),
        };
    }
    result_lines(dossier)
        .iter()
        .try_for_each(|line| console.result(line))
}
