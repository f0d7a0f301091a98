//! Secrets and signing keys in files.

mod pem;
mod secret;

pub use pem::{create_signing_key, key_id, read_public_key, read_signing_key};
pub use secret::{create_secret_file, read_secret_file};
