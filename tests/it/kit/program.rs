//! Runs the program, and the others that tests need.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::secret::init;

/// The program's file.
pub const LEAKMARK: &str = env!("CARGO_BIN_EXE_leakmark");

/// The program, on the home folder `home`.
pub fn leakmark(home: &Path) -> Command {
    let mut command = Command::new(LEAKMARK);
    command.arg("--home").arg(home);
    command
}

/// How it ended with these arguments.
pub fn run(home: &Path, args: &[&str]) -> Output {
    leakmark(home).args(args).output().unwrap()
}

/// The same, which must be done well.
pub fn done(home: &Path, args: &[&str]) -> Output {
    let output = run(home, args);
    assert_eq!(code(&output), 0, "{args:?}: {}", told(&output));
    output
}

/// What the command prints, errors last; it must end with this code.
pub fn ended(command: &mut Command, expected: i32) -> String {
    let output = command.output().unwrap();
    let told = told(&output);
    assert_eq!(code(&output), expected, "{command:?}: {told}");
    told
}

/// The exit code.
pub fn code(output: &Output) -> i32 {
    output.status.code().expect("no signal")
}

/// What it printed.
pub fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// What it said to people.
pub fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Both, errors last.
pub fn told(output: &Output) -> String {
    out(output) + &err(output)
}

/// Runs FFmpeg, which must be done well.
pub fn ffmpeg(args: &[&str]) {
    let ended = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-y"])
        .args(args)
        .output()
        .unwrap();
    assert!(ended.status.success(), "ffmpeg {args:?}: {}", err(&ended));
}

/// What a program prints in the folder `dir`, which must be done well; the arguments are
/// split at spaces.
pub fn tool(dir: &Path, program: &str, arguments: &str) -> String {
    let ended = Command::new(program)
        .current_dir(dir)
        .args(arguments.split_whitespace())
        .output()
        .unwrap();
    let complaint = err(&ended);
    assert!(ended.status.success(), "{program} {arguments}: {complaint}");
    out(&ended)
}

/// The same of `ffmpeg`, which says nothing but errors and asks nothing.
pub fn ffmpeg_in(dir: &Path, arguments: &str) -> String {
    tool(dir, "ffmpeg", &format!("-v error -y -nostdin {arguments}"))
}

/// Set where everything that a test needs must be there, as in the project's own CI.
const SKIP_NOTHING: &str = "LEAKMARK_SKIP_NOTHING";

/// Says that something was not tested, as a rule for want of a program; with
/// [`SKIP_NOTHING`] this fails.
pub fn skipped(why: impl Display) {
    assert!(
        std::env::var_os(SKIP_NOTHING).is_none(),
        "{SKIP_NOTHING} is set: {why}"
    );
    println!("skipped: {why}");
}

/// A path as text.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A new empty folder, such as `file/test`; kept, to be looked at.
pub fn folder(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    dir
}

/// Makes a registry in `dir/home` of the distributors d01, d02, …, with a secret
/// that follows from `name`; returns the home folder.
pub fn registry_of(dir: &Path, count: usize, name: &str) -> PathBuf {
    let (home, list) = (dir.join("home"), dir.join("distributors.csv"));
    let row = |i| format!("d{i:02},Distributor {i}\n");
    let rows: String = (1..=count).map(row).collect();
    fs::write(&list, format!("id,name\n{rows}")).unwrap();
    init(&home, name);
    done(&home, &["distributor", "import", text(&list)]);
    home
}
