//! A pack proves that the exhibit holds what it says: its soft symbols are read again
//! from the very file, and a pack made of another file's is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::kit::program::{ended, folder, leakmark};
use crate::kit::python::python;
use crate::kit::secret::init;
use leakmark::evidence::seal::Sealed;
use leakmark::evidence::{EvidencePack, OpenedSlot, pack_from_json};
use leakmark::job::Home;
use leakmark::key::Signer;
use serde_json::Value;

/// Two copies of a film, a leak of each, and the pack on one of them.
struct Leaks {
    dir: PathBuf,
}

impl Leaks {
    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// Runs leakmark, which must end with this code; returns what it printed.
    fn ended(&self, code: i32, args: &[&str]) -> String {
        ended(
            leakmark(&self.home()).current_dir(&self.dir).args(args),
            code,
        )
    }

    /// A leak of a distributor's copy: another size, another encoder's losses.
    fn leak(&self, distributor: &str, filter: &str) -> String {
        let name = format!("{distributor}.leak.mp4");
        let ended = Command::new("ffmpeg")
            .current_dir(&self.dir)
            .args(["-v", "error", "-nostdin", "-y", "-ss", "1.7", "-i"])
            .arg(format!("copies/film.{distributor}.mp4"))
            .args(["-vf", filter, "-crf", "25", "-an", &name])
            .output()
            .unwrap();
        assert!(ended.status.success(), "{ended:?}");
        name
    }

    /// Scans a leak and makes the pack on it.
    fn packed(&self, leak: &str) -> EvidencePack {
        self.ended(0, &["scan", leak, "--out", "reports"]);
        let (report, pack) = (
            format!("reports/{leak}.report.json"),
            format!("{leak}.pack.json"),
        );
        self.ended(0, &["pack", "make", &report, "-o", &pack]);
        pack_from_json(&fs::read_to_string(self.path(&pack)).unwrap()).unwrap()
    }

    /// What `pack verify` says with the registry's key; it must end with this code.
    fn verify(&self, code: i32, pack: &str, more: &[&str]) -> String {
        let told = self.ended(0, &["-q", "registry", "key"]);
        let mut args = vec!["pack", "verify", pack, "--registry-key", told.trim()];
        args.extend(more);
        self.ended(code, &args)
    }

    fn write(&self, name: &str, pack: &EvidencePack) {
        fs::write(self.path(name), serde_json::to_string(pack).unwrap()).unwrap();
    }

    /// The registry's signature of a pack's soft symbols, which who has the secret can make.
    fn sign(&self, pack: &mut EvidencePack) {
        let home = Home::open(&self.home()).unwrap();
        let soft: Vec<_> = pack.slots.iter().map(OpenedSlot::soft).collect();
        let about = Sealed {
            registry: &pack.registry,
            exhibit_sha256: &pack.exhibit_sha256,
            title: &pack.title,
            hypotheses: pack.hypotheses,
        };
        let text = about.text(soft.iter()).unwrap();
        pack.evidence_signature = Signer::of_registry(&home.secret).sign(text.as_bytes());
    }
}

const GUILTY: &str = "kernel";
const INNOCENT: &str = "orchard";

/// The leaks of a film, with the packs on both; the guilty one's is also turned a little.
fn leaks() -> &'static (Leaks, EvidencePack, EvidencePack) {
    static LEAKS: OnceLock<(Leaks, EvidencePack, EvidencePack)> = OnceLock::new();
    LEAKS.get_or_init(|| {
        let dir = folder("pack_reading");
        fs::create_dir(dir.join("copies")).unwrap();
        let leaks = Leaks { dir };
        init(&leaks.home(), "pack reading");
        for id in [GUILTY, INNOCENT, "aurora"] {
            leaks.ended(0, &["distributor", "add", id, "--name", id]);
        }
        let film = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/unmarked.mp4");
        fs::copy(film, leaks.path("film.mp4")).unwrap();
        let to = format!("{GUILTY},{INNOCENT}");
        leaks.ended(
            0,
            &[
                "mark",
                "film.mp4",
                "--to",
                &to,
                "-o",
                "copies",
                "--no-verify",
            ],
        );
        leaks.leak(GUILTY, "rotate=0.01,crop=600:330,scale=560:-2");
        leaks.leak(INNOCENT, "scale=512:-2");
        let guilty = leaks.packed(&format!("{GUILTY}.leak.mp4"));
        let innocent = leaks.packed(&format!("{INNOCENT}.leak.mp4"));
        (leaks, guilty, innocent)
    })
}

fn verified(code: i32, pack: &str, exhibit: &str) -> Vec<(String, String, String)> {
    let (leaks, ..) = leaks();
    let told = leaks.verify(code, pack, &["--exhibit", exhibit, "--json"]);
    let line = told.lines().find(|line| line.starts_with('{')).unwrap();
    let value: Value = serde_json::from_str(line).unwrap();
    let text = |check: &Value, key: &str| check[key].as_str().unwrap().to_owned();
    let checks = value["checks"].as_array().unwrap().iter();
    checks
        .map(|c| (text(c, "what"), text(c, "outcome"), text(c, "words")))
        .collect()
}

/// The outcome and the words of one check.
fn check(checks: &[(String, String, String)], what: &str) -> (String, String) {
    let found = checks.iter().find(|c| c.0 == what);
    let (_, outcome, words) = found.unwrap_or_else(|| panic!("no {what} in {checks:?}"));
    (outcome.clone(), words.clone())
}

#[test]
fn soft_symbols_read_again_from_a_reencoded_leak_are_the_report_s() {
    for who in [GUILTY, INNOCENT] {
        let exhibit = format!("{who}.leak.mp4");
        let checks = verified(0, &format!("{exhibit}.pack.json"), &exhibit);
        for what in [
            "exhibit",
            "reading of the exhibit",
            "strength",
            "likelihood ratio read again",
        ] {
            let (outcome, words) = check(&checks, what);
            println!("{who}, {what}: {words}");
            assert_eq!(outcome, "holds", "{what}: {words}");
        }
    }
}

#[test]
fn without_the_exhibit_the_reading_is_said_not_to_be_checked() {
    let (leaks, ..) = leaks();
    let told = leaks.verify(0, &format!("{GUILTY}.leak.mp4.pack.json"), &[]);
    assert!(
        told.contains("not checked  reading of the exhibit"),
        "{told}"
    );
}

/// Somebody with the signing key puts what was read from one leak under the hash of another.
#[test]
fn soft_symbols_of_another_file_are_refused_whoever_signed_them() {
    let (leaks, guilty, innocent) = leaks();
    let mut framed = innocent.clone();
    framed.exhibit_sha256.clone_from(&guilty.exhibit_sha256);
    leaks.sign(&mut framed);
    leaks.write("framed.pack.json", &framed);
    // All that is signed, committed to and computed is sound, and says so.
    let told = leaks.verify(0, "framed.pack.json", &[]);
    assert!(
        told.contains("not checked  reading of the exhibit"),
        "{told}"
    );
    if let Some(python) = python(&leaks.path("framed.pack.json")) {
        python.expect("it has no way to read an exhibit");
    }
    // With the very geometry and alignment of the exhibit it is no better.
    let mut placed = framed.clone();
    placed.readings.clone_from(&guilty.readings);
    let all = |pack: &EvidencePack| pack.slots.iter().map(|s| s.slot).collect::<Vec<_>>();
    let both: Vec<u32> = all(&framed)
        .into_iter()
        .filter(|s| all(guilty).contains(s))
        .collect();
    placed.slots.retain(|s| both.contains(&s.slot));
    for reading in &mut placed.readings {
        reading.slots.retain(|s| both.contains(s));
    }
    leaks.sign(&mut placed);
    leaks.write("placed.pack.json", &placed);
    let exhibit = format!("{GUILTY}.leak.mp4");
    for pack in ["framed.pack.json", "placed.pack.json"] {
        let checks = verified(1, pack, &exhibit);
        assert_eq!(check(&checks, "exhibit").0, "holds");
        let (outcome, words) = check(&checks, "reading of the exhibit");
        println!("{pack}: {words}");
        assert_eq!(outcome, "fails", "{words}");
        let says = [
            "does not hold",
            "another picture",
            "does not show",
            "leaves out",
        ];
        assert!(says.iter().any(|say| words.contains(say)), "{words}");
    }
}

#[test]
fn another_file_is_refused_with_words() {
    let (_, guilty, _) = leaks();
    let pack = format!("{GUILTY}.leak.mp4.pack.json");
    for other in [format!("{INNOCENT}.leak.mp4"), "film.mp4".to_owned()] {
        let checks = verified(1, &pack, &other);
        let (outcome, words) = check(&checks, "exhibit");
        assert_eq!(outcome, "fails");
        assert!(words.contains(&guilty.exhibit_sha256), "{words}");
        assert_eq!(check(&checks, "reading of the exhibit").0, "fails");
    }
    let (leaks, ..) = leaks();
    leaks.verify(3, &pack, &["--exhibit", "missing.mp4"]);
    leaks.verify(3, &pack, &["--exhibit", &pack]);
}

/// A way to change where a pack says that it was read.
type Tampering = (&'static str, fn(&mut EvidencePack));

#[test]
fn a_changed_geometry_alignment_or_choice_of_slots_is_refused() {
    let (leaks, guilty, _) = leaks();
    let tamperings: [Tampering; 7] = [
        ("moved by a chip", |p| {
            let fit = &mut p.readings[0].fit;
            fit.geometries[0].map = fit.geometries[0].map.renamed(1.0, 0.0);
        }),
        ("a slot later", |p| {
            p.readings[0]
                .fit
                .runs
                .iter_mut()
                .for_each(|r| r.offset_s += 2.0);
        }),
        ("half a slot later", |p| {
            p.readings[0]
                .fit
                .runs
                .iter_mut()
                .for_each(|r| r.offset_s += 1.0);
        }),
        ("faster", |p| p.readings[0].fit.rate *= 1.04),
        ("black for white", |p| {
            p.readings[0].fit.scale = leakmark::detect::Scale::Negative;
        }),
        ("a slot left out", |p| {
            p.slots.remove(2);
            p.readings[0].slots.remove(2);
        }),
        ("wild", |p| {
            p.readings[0].fit.geometries[0].map =
                p.readings[0].fit.geometries[0].map.rescaled(50.0);
        }),
    ];
    for (name, tamper) in tamperings {
        let mut pack = guilty.clone();
        tamper(&mut pack);
        leaks.sign(&mut pack);
        leaks.write("changed.pack.json", &pack);
        let checks = verified(1, "changed.pack.json", &format!("{GUILTY}.leak.mp4"));
        let (outcome, words) = check(&checks, "reading of the exhibit");
        println!("{name}: {words}");
        assert_eq!(outcome, "fails", "{name}: {words}");
    }
}

/// Reliabilities that favour the symbols which happen to agree are what somebody with the
/// key could do to noise.
#[test]
fn reliabilities_chosen_symbol_by_symbol_are_refused_by_both_programs() {
    let (leaks, _, innocent) = leaks();
    let mut pack = innocent.clone();
    let slot = &mut pack.slots[0];
    let (z, mut reliability) = slot.soft().steps().unwrap();
    reliability[5] += 40;
    slot.reliability = leakmark::evidence::SoftSlot::new(0, &z, &reliability).reliability;
    leaks.sign(&mut pack);
    leaks.write("weighed.pack.json", &pack);
    let told = leaks.verify(1, "weighed.pack.json", &[]);
    assert!(told.contains("are not one amplitude"), "{told}");
    if let Some(python) = python(&leaks.path("weighed.pack.json")) {
        let words = python.expect_err("refused");
        assert!(words.contains("reliabilities"), "{words}");
    }
}
