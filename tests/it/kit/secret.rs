//! Registries with a secret that is known, so that a test of the signal reads
//! the same marks on every machine.

use std::fs;
use std::path::Path;

use crate::kit::program::done;
use leakmark::evidence::key_file::create_secret_file;
use leakmark::key::Secret;
use sha2::{Digest, Sha256};

/// Another word here tries the suite under other secrets.
const SEED: &str = "LEAKMARK_TEST_SEED";

/// Makes a registry in `home` whose secret follows from `name` alone; the seed is printed.
pub fn init(home: &Path, name: &str) {
    let seed = std::env::var(SEED).unwrap_or_default();
    println!("{SEED}={seed:?} of {name}");
    let secret = Sha256::digest(format!("leakmark test {seed} {name}"));
    fs::create_dir_all(home).unwrap();
    create_secret_file(
        &home.join("leakmark.key"),
        &Secret::from_bytes(secret.into()),
    )
    .unwrap();
    done(home, &["init", "--old-key"]);
}
