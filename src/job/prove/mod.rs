//! What is opened to those who doubt: packs, and the registry's logs.

pub(crate) mod pack;
mod references;
pub(crate) mod registry_logs;
pub(crate) mod reread;
