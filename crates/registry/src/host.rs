//! Says who is at work here, on which machine.

use nix::unistd::{Uid, User};

const UNKNOWN: &str = "unknown";

/// The user that the process is, as the operating system calls them; `uid` and
/// the number if it has no name for them.
pub fn user() -> String {
    let uid = Uid::current();
    match User::from_uid(uid) {
        Ok(Some(user)) => user.name,
        Ok(None) | Err(_) => format!("uid {uid}"),
    }
}

/// The user that the environment names, which anybody can set.
pub fn user_variable() -> Option<String> {
    std::env::var("USER").ok().filter(|name| !name.is_empty())
}

/// The machine's name.
pub fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .or_else(|| nix::unistd::gethostname().ok()?.into_string().ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| UNKNOWN.to_owned())
}
