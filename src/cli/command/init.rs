//! The command `init`.

use super::log::json_text;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::error::Result;
use crate::job::{Home, KEY_FILE};

/// Makes a registry and its secret.
///
/// # Errors
/// [`Error::Registry`](crate::error::Error::Registry) if one is there or nothing can be written.
pub fn run(session: &Session, old_key: bool, json: bool) -> Result<Exit> {
    let dir = session.setting.home_dir()?;
    let home = match old_key {
        true => Home::init_with_old_key(&dir)?,
        false => Home::init(&dir)?,
    };
    session.log(&home.registry, "init", home.registry.id(), "made");
    let console = &session.console;
    let key = dir.join(KEY_FILE);
    if json {
        let registry = &home.registry;
        let answer = serde_json::json!({
            "registry": registry.path().display().to_string(),
            "secret": key.display().to_string(),
            "id": registry.id(),
            "public_key": registry.public_key(),
        });
        console.json(&json_text(&answer)?)?;
    } else {
        console.result(&format!("registry  {}", home.registry.path().display()))?;
        console.result(&format!("secret    {}", key.display()))?;
        console.result(&format!("id        {}", home.registry.id()))?;
        console.result(&format!("key       {}", home.registry.public_key()))?;
    }
    console.words("");
    console
        .words("Back the secret up now, somewhere else and safe: without it no copy can ever be");
    console.words(
        "traced, and whoever has it can read and forge marks. It is never written anywhere else.",
    );
    console.words("");
    console.words(
        "Publish the key now, where others can find it later: with it they check reports and packs",
    );
    console.words(
        "(--registry-key), and without it anybody could pass off a registry as yours. `leakmark",
    );
    console.words("registry key` prints it again.");
    console.words("Next: leakmark distributor add ID --name \"…\"");
    Ok(Exit::Done)
}
