//! This build script checks that what the build needs is installed, naming the
//! package if not, and stamps where the binary came from.
//!
//! The checks fail the build: without FFmpeg's headers nothing can follow. The
//! stamps never do: outside git, or without a lock file, they say `unknown`.
//!
//! | variable for `env!` | example |
//! |---|---|
//! | `LEAKMARK_COMMIT` | `0123456789ab-dirty` |
//! | `LEAKMARK_TARGET` | `x86_64-unknown-linux-gnu` |
//! | `LEAKMARK_PROFILE` | `release` |
//! | `LEAKMARK_FFMPEG_BUILD` | `libavcodec 59.37.100, libavformat 59.27.100, …` |
//! | `LEAKMARK_CRATES` | `chacha20 0.10.0, ffmpeg-next 9.0.0, …` |
//!
//! Cargo may run FFmpeg's own build script first, whose message names no package;
//! `make` therefore asks `scripts/setup.sh` before it builds.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

const UNKNOWN: &str = "unknown";

/// Each FFmpeg library with the Debian and Ubuntu package of its headers.
const FFMPEG: [(&str, &str); 4] = [
    ("libavcodec", "libavcodec-dev"),
    ("libavformat", "libavformat-dev"),
    ("libavutil", "libavutil-dev"),
    ("libswscale", "libswscale-dev"),
];

/// The crates that decide what is written into and read from a copy.
const CRATES: [&str; 9] = [
    "chacha20",
    "ffmpeg-next",
    "ffmpeg-sys-next",
    "hkdf",
    "image",
    "realfft",
    "rusqlite",
    "rustfft",
    "sha2",
];

fn main() {
    let missing = missing_packages();
    if !missing.is_empty() && env::var_os("LEAKMARK_SKIP_CHECKS").is_none() {
        explain(&missing);
        exit(1);
    }
    stamp("LEAKMARK_COMMIT", &commit());
    stamp("LEAKMARK_TARGET", &cargo_says("TARGET"));
    stamp("LEAKMARK_PROFILE", &cargo_says("PROFILE"));
    stamp("LEAKMARK_FFMPEG_BUILD", &ffmpeg_versions());
    stamp("LEAKMARK_CRATES", &crate_versions());
    watch();
}

fn stamp(variable: &str, value: &str) {
    println!("cargo:rustc-env={variable}={value}");
}

fn cargo_says(variable: &str) -> String {
    env::var(variable).unwrap_or_else(|_| UNKNOWN.to_owned())
}

// What must be installed.

/// What is missing, each with the package that has it.
fn missing_packages() -> Vec<(String, &'static str)> {
    let mut missing = Vec::new();
    if env::var_os("FFMPEG_DIR").is_none() && cfg!(unix) {
        if output(pkg_config(), &["--version"]).is_none() {
            missing.push(("the command pkg-config".to_owned(), "pkg-config"));
        }
        missing.extend(missing_ffmpeg());
    }
    if cfg!(target_os = "linux") && !has_libclang() {
        missing.push(("libclang".to_owned(), "libclang-dev"));
    }
    missing
}

fn missing_ffmpeg() -> impl Iterator<Item = (String, &'static str)> {
    FFMPEG
        .into_iter()
        .filter(|(library, _)| ffmpeg_version(library).is_none())
        .map(|(library, package)| (format!("FFmpeg's {library}"), package))
}

fn explain(missing: &[(String, &'static str)]) {
    eprintln!("error: leakmark cannot be built here yet:");
    for (what, package) in missing {
        eprintln!("  {what} was not found: package {package}");
    }
    let packages: Vec<_> = missing.iter().map(|(_, package)| *package).collect();
    eprintln!(
        "On Debian or Ubuntu: sudo apt-get install {}",
        packages.join(" ")
    );
    eprintln!("or, for everything at once: make setup");
    eprintln!("(LEAKMARK_SKIP_CHECKS=1 builds without this check)");
}

/// Looks where bindgen will.
fn has_libclang() -> bool {
    let from_variable = |name: &str| -> Vec<PathBuf> {
        env::var_os(name)
            .map(|paths| env::split_paths(&paths).collect())
            .unwrap_or_default()
    };
    let llvm_config = env::var_os("LLVM_CONFIG_PATH").unwrap_or_else(|| "llvm-config".into());
    let mut folders = from_variable("LIBCLANG_PATH");
    folders.extend(output(&llvm_config, &["--libdir"]).map(PathBuf::from));
    folders.extend(from_variable("LD_LIBRARY_PATH"));
    folders.extend(
        [
            "/usr/lib",
            "/usr/lib64",
            "/usr/local/lib",
            "/usr/local/lib64",
            "/lib",
        ]
        .map(PathBuf::from),
    );
    for parent in ["/usr/lib", "/usr/lib64", "/usr/local", "/opt", "/opt/llvm"] {
        for child in entries(Path::new(parent)) {
            folders.extend([child.join("lib"), child.join("lib64"), child]);
        }
    }
    folders
        .iter()
        .any(|folder| folder.is_file() || entries(folder).iter().any(|file| is_libclang(file)))
}

/// `libclang.so`, `libclang.so.1`, `libclang-14.so.1`; not `libclang-cpp.so`.
fn is_libclang(file: &Path) -> bool {
    let name = file.file_name().and_then(OsStr::to_str).unwrap_or_default();
    name.starts_with("libclang") && !name.starts_with("libclang-cpp") && name.contains(".so")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.flatten().map(|entry| entry.path()).collect()
}

// Where the binary came from.

fn pkg_config() -> &'static OsStr {
    OsStr::new("pkg-config")
}

fn ffmpeg_version(library: &str) -> Option<String> {
    output(pkg_config(), &["--modversion", library])
}

fn ffmpeg_versions() -> String {
    let versions = FFMPEG.map(|(library, _)| {
        let version = ffmpeg_version(library).unwrap_or_else(|| UNKNOWN.to_owned());
        format!("{library} {version}")
    });
    versions.join(", ")
}

/// Twelve digits of the commit, `-dirty` if tracked files differ from it.
/// `unknown` if this folder is not itself a git checkout: a copy of the source
/// inside somebody else's repository is not at their commit.
fn commit() -> String {
    let here = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let top = git(&["rev-parse", "--show-toplevel"]).map(PathBuf::from);
    let real = |path: Option<PathBuf>| path.and_then(|path| path.canonicalize().ok());
    if real(top).is_none_or(|top| Some(top) != real(here)) {
        return UNKNOWN.to_owned();
    }
    let Some(hash) = git(&["rev-parse", "--short=12", "HEAD"]) else {
        return UNKNOWN.to_owned();
    };
    match git(&[
        "--no-optional-locks",
        "status",
        "--porcelain",
        "--untracked-files=no",
    ]) {
        Some(changes) if changes.is_empty() => hash,
        _ => hash + "-dirty",
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    output(OsStr::new("git"), arguments)
}

/// Key crates and their versions, from Cargo.lock's `name = ` and `version = ` lines.
fn crate_versions() -> String {
    let lock = fs::read_to_string("Cargo.lock").unwrap_or_default();
    let mut versions = Vec::new();
    let mut name = "";
    for line in lock.lines() {
        let quoted = |key: &str| line.strip_prefix(key).map(|value| value.trim_matches('"'));
        if let Some(value) = quoted("name = ") {
            name = value;
        } else if let Some(version) = quoted("version = ").filter(|_| CRATES.contains(&name)) {
            versions.push(format!("{name} {version}"));
        }
    }
    if versions.is_empty() {
        UNKNOWN.to_owned()
    } else {
        versions.join(", ")
    }
}

/// Stamps again after a commit, a checkout or a change of source.
fn watch() {
    for path in ["build.rs", "src", "crates", "Cargo.toml", "Cargo.lock"] {
        println!("cargo:rerun-if-changed={path}");
    }
    for variable in [
        "PKG_CONFIG_PATH",
        "FFMPEG_DIR",
        "LIBCLANG_PATH",
        "LEAKMARK_SKIP_CHECKS",
    ] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    for name in ["HEAD", "logs/HEAD", "packed-refs", "refs/heads"] {
        // A path that is not there would make Cargo stamp on every build.
        if let Some(path) =
            git(&["rev-parse", "--git-path", name]).filter(|path| Path::new(path).exists())
        {
            println!("cargo:rerun-if-changed={path}");
        }
    }
}

/// What a command prints, without the last line end; nothing if it cannot be run or fails.
fn output(command: &OsStr, arguments: &[&str]) -> Option<String> {
    let output = Command::new(command).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim_end().to_owned())
}
