//! Does what was ordered, one file for each command.

mod backup;
mod case_file;
mod checks;
mod delivery;
mod distributor;
mod distributor_list;
mod exhibit_lines;
mod exhibits;
mod generate;
mod init;
mod issue;
mod log;
mod mark;
mod mark_lines;
mod mint;
mod pack;
mod recipients;
mod reference;
mod registry;
mod report;
mod report_files;
mod report_folder;
mod scan;
mod schema;
mod timestamp;
mod title;
mod validate;
mod validate_lines;
mod variants;
mod verify_copy;

use super::exit::Exit;
use super::order::Task;
use super::session::Session;
use crate::error::Result;

/// Does it.
///
/// # Errors
/// Whatever stopped it.
pub fn run(session: &Session, task: &Task) -> Result<Exit> {
    match task {
        Task::Init { old_key, json } => init::run(session, *old_key, *json),
        Task::Distributor(command) => distributor::run(session, command),
        Task::AddTitle {
            master,
            id,
            name,
            json,
        } => title::add(session, master, (id, name.as_deref()), *json),
        Task::ListTitles { json } => title::list(session, *json),
        Task::Reference(command) => reference::run(session, command),
        Task::Mark(order) => mark::run(session, order),
        Task::Variants(order) => variants::run(session, order),
        Task::Mint(order) => mint::run(session, order),
        Task::Scan(order) => scan::run(session, order),
        Task::Validate(order) => validate::run(session, order),
        Task::VerifyCopy { file, json } => verify_copy::run(session, file, *json),
        Task::KeygenReport(typed) => report::keygen(session, typed),
        Task::Verify(typed) => report::verify(session, typed),
        Task::Timestamp(command) => timestamp::run(session, command),
        Task::MakePack(typed) => pack::make(session, typed),
        Task::VerifyPack(typed) => pack::verify(session, typed),
        Task::Schema(of) => schema::print(session, *of),
        Task::Issue(command) => issue::run(session, command),
        Task::Registry(command) => registry::run(session, command),
        Task::Completions(shell) => generate::completions(session, *shell),
        Task::Man { dir } => generate::man(dir),
    }
}
