//! What leaves the house, and that nobody's symbols go with it: the guide's table of
//! disclosures, computed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::kit::case::{Case, LEAKER, TITLE, testdata};
use crate::kit::program::leakmark;
use crate::kit::random::Random;
use leakmark::evidence::Decoys;
use leakmark::job::Home;
use leakmark::key::Secret;
use leakmark::registry::Distributor;
use leakmark::trace::{
    Codeword, Evidence, Label, SYMBOLS, SlotEvidence, bias, cumulative, decoy_scores, score_symbols,
};
use leakmark::units::{Log10, SlotIndex};
use serde_json::{Value, json};

/// What a field of a report depends on. A new field is to be put here, and in the
/// guide's table, before it leaves the house.
const DEPENDS_ON: [(&str, &str); 24] = [
    ("schema", "nothing"),
    ("tool", "the program"),
    ("parameters", "the command"),
    ("case", "the command"),
    ("exhibit", "the exhibit"),
    ("registry", "the size and the key of the registry"),
    ("sync", "the exhibit and the secret's pilot"),
    ("examined", "the exhibit, and whether somebody is named"),
    (
        "verdict",
        "the symbols of those named, and whether there is anybody",
    ),
    ("title", "the exhibit and the secret's data chips"),
    ("attributions", "the symbols of those named"),
    ("threshold", "the size of the registry"),
    ("decoys", "the symbols of decoys"),
    ("trail", "the symbols of those named, and the pilot"),
    (
        "expected_log10_likelihood_ratio",
        "the exhibit and the biases",
    ),
    ("evidence", "a hash of the soft symbols"),
    ("content", "the exhibit and the title's reference"),
    ("findings", "the other fields"),
    ("coverage", "the exhibit, and whether somebody is named"),
    ("controls", "the symbols of those named in the controls"),
    ("earlier_scans", "the audit log"),
    ("timing", "the machine"),
    ("signature", "the other fields"),
    ("validation", "the dossier that was given"),
];

#[test]
fn every_field_of_a_report_is_known_by_what_it_depends_on() {
    let case = Case::new("disclosed-fields");
    case.scan(&[]);
    let text = fs::read_to_string(case.path("reports/leaked.mp4.report.json")).unwrap();
    let report: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
    let known = |field: &String| DEPENDS_ON.iter().any(|(name, _)| name == field);
    let unknown: Vec<&String> = report.keys().filter(|field| !known(field)).collect();
    assert!(
        unknown.is_empty(),
        "what do these depend on? {unknown:?}: see the module's table and the guide's"
    );
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/evidence/disclosures.md");
    let guide = fs::read_to_string(guide).unwrap();
    for (field, _) in DEPENDS_ON
        .iter()
        .filter(|(name, _)| report.contains_key(*name))
    {
        assert!(
            guide.contains(&format!("`{field}`")),
            "{field} is not in the guide"
        );
    }
}

/// A home with the leaker and others, who are called as `others` says. The secret is
/// the same, so that the same exhibit is read in the same way.
fn home_with(case: &Case, name: &str, others: &[&str]) -> Home {
    let dir = case.path(name);
    fs::create_dir_all(&dir).unwrap();
    fs::copy(case.home().join("leakmark.key"), dir.join("leakmark.key")).unwrap();
    let home = Home::init_with_old_key(&dir).unwrap();
    let kept = Home::open(&case.home()).unwrap();
    for title in kept.registry.titles().unwrap() {
        home.registry.add_title(&title).unwrap();
    }
    for id in [&[LEAKER], others].concat() {
        let distributor = Distributor {
            id: id.into(),
            name: format!("{id} Ltd"),
            ..Distributor::default()
        };
        home.registry.add_distributor(&distributor).unwrap();
    }
    home
}

/// The report on the leak, without what tells one home from another.
fn report_of(case: &Case, home: &Home) -> Value {
    let leak = testdata("leaked.mp4");
    let dir = home.registry.path().parent().unwrap().to_owned();
    let ended = leakmark(&dir)
        .current_dir(&case.dir)
        .args(["-q", "scan"])
        .args([leak.to_str().unwrap(), "--json"])
        .output()
        .unwrap();
    let mut report: Value = serde_json::from_slice(&ended.stdout).unwrap();
    for field in ["timing", "signature", "evidence"] {
        report[field] = Value::Null;
    }
    for field in ["id", "head"] {
        report["registry"][field] = Value::Null;
    }
    report
}

/// The strongest form of it: a report is byte for byte the same whoever else is in the
/// registry, so it says nothing of anybody else.
#[test]
fn a_report_is_the_same_whoever_else_is_in_the_registry() {
    let case = Case::new("disclosed-to-nobody");
    let one = home_with(&case, "one", &["aurora", "lux", "orchard"]);
    let other = home_with(&case, "other", &["zenith", "palace", "odeon"]);
    let (one, other) = (report_of(&case, &one), report_of(&case, &other));
    assert_eq!(one["attributions"][0]["distributor"], LEAKER);
    assert_eq!(one.to_string(), other.to_string());
    let fewer = home_with(&case, "fewer", &["aurora", "lux"]);
    assert_ne!(
        one["threshold"],
        report_of(&case, &fewer)["threshold"],
        "how many there are is said"
    );
}

const REPORTS: usize = 300;
const SLOT: SlotIndex = SlotIndex(40);

fn symbols(secret: &Secret, distributor: &str) -> [i8; SYMBOLS] {
    Codeword::new(secret, TITLE, distributor, 1).symbols(SLOT, &bias(secret, TITLE, SLOT))
}

/// One slot of the leaker's copy, as many re-encodes of the same leak show it.
fn exhibits(secret: &Secret, random: &mut Random) -> Vec<Evidence> {
    let own = symbols(secret, LEAKER);
    let one = |_| {
        let strength = (1.2 + 0.3 * random.gauss()).abs();
        let slot = SlotEvidence {
            slot: SLOT,
            z: own.map(|s| (f64::from(s) * strength + random.gauss()) as f32),
            reliability: [strength as f32; SYMBOLS],
            bias: bias(secret, TITLE, SLOT),
        };
        Evidence {
            title: TITLE.into(),
            slots: vec![slot.rounded()],
        }
    };
    (0..REPORTS).map(one).collect()
}

fn log10_lr(evidence: &Evidence, symbols: &[i8; SYMBOLS]) -> f64 {
    score_symbols(evidence, &[*symbols]).0
}

/// All numbers of a report that depend on anybody's symbols, as the report states them.
fn disclosed(secret: &Secret, evidence: &Evidence) -> Value {
    let decoys = decoy_scores(secret, evidence, &[None], 50);
    let decoys = Decoys::of(decoys.into_iter().map(|Log10(v)| v).collect());
    let leaked = Label::marked(LEAKER, 1);
    let line: Vec<f64> = cumulative(secret, evidence, leaked, &[0])
        .into_iter()
        .map(|Log10(v)| leakmark::evidence::rounded(v))
        .collect();
    json!({ "decoys": decoys, "trail": line, "attributions": line[0],
            "expected": evidence.slots[0].expected_log10_lr() })
}

fn numbers(value: &Value, place: &str, into: &mut BTreeMap<String, Vec<f64>>) {
    match value {
        Value::Number(number) => into
            .entry(place.to_owned())
            .or_default()
            .push(number.as_f64().unwrap()),
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, below)| numbers(below, &format!("{place}/{name}"), into)),
        // Histograms of different reports begin at different places: their sums stand for them.
        Value::Array(items) if items.len() > 4 => {}
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(i, below)| numbers(below, &format!("{place}/{i}"), into)),
        _ => {}
    }
}

/// The log10 LR of each report, made linear in the symbols around a guess of them: it
/// takes every z (more than reports and packs say) and every bias (which packs open).
struct Linear {
    around: [i8; SYMBOLS],
    /// The log10 LR there, and its slope in each symbol.
    reports: Vec<(f64, [f64; SYMBOLS])>,
}

impl Linear {
    fn new(evidence: &[Evidence], around: [i8; SYMBOLS]) -> Self {
        let one = |evidence: &Evidence| {
            let here = log10_lr(evidence, &around);
            let slope = |j: usize| {
                let mut flipped = around;
                flipped[j] = -flipped[j];
                (here - log10_lr(evidence, &flipped)) / (2.0 * f64::from(around[j]))
            };
            (here, std::array::from_fn(slope))
        };
        Self {
            around,
            reports: evidence.iter().map(one).collect(),
        }
    }

    /// Guesses symbols from numbers taken for somebody's log10 LR in each report, by
    /// least squares.
    fn guess(&self, observed: &[f64]) -> [i8; SYMBOLS] {
        let mut normal = vec![[0.0_f64; SYMBOLS + 1]; SYMBOLS];
        for ((here, slope), observed) in self.reports.iter().zip(observed) {
            let rest = observed - here + dot(slope, &self.around.map(f64::from));
            for (row, own) in normal.iter_mut().zip(slope) {
                for (cell, other) in row.iter_mut().zip(slope) {
                    *cell += own * other;
                }
                row[SYMBOLS] += own * rest;
            }
        }
        for (j, row) in normal.iter_mut().enumerate() {
            row[j] += 1e-3;
            row[SYMBOLS] += 1e-3 * f64::from(self.around[j]);
        }
        solved(normal).map(|x| if x > 0.0 { 1 } else { -1 })
    }
}

fn dot(a: &[f64; SYMBOLS], b: &[f64; SYMBOLS]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Gauss–Jordan on a symmetric positive definite system.
fn solved(mut rows: Vec<[f64; SYMBOLS + 1]>) -> [f64; SYMBOLS] {
    for pivot in 0..SYMBOLS {
        let row = rows[pivot].map(|v| v / rows[pivot][pivot]);
        rows[pivot] = row;
        for (_, target) in rows.iter_mut().enumerate().filter(|(i, _)| *i != pivot) {
            let factor = target[pivot];
            target
                .iter_mut()
                .zip(row)
                .for_each(|(t, r)| *t -= factor * r);
        }
    }
    std::array::from_fn(|j| rows[j][SYMBOLS])
}

fn right(guess: &[i8; SYMBOLS], truth: &[i8; SYMBOLS]) -> usize {
    guess.iter().zip(truth).filter(|(g, t)| g == t).count()
}

#[test]
fn three_hundred_reports_and_three_packs_do_not_give_an_innocents_symbols_away() {
    const SEED: u64 = 0x1EAF;
    /// Symbols of four innocents that a guess may hit beyond those that biases give: what
    /// the first look at the scores of version 1 finds in four is more.
    const LUCK: usize = 16;
    println!("seed {SEED:#x}");
    let secret = Secret::from_bytes([3; 32]);
    let mut random = Random::new(SEED);
    let exhibits = exhibits(&secret, &mut random);
    let prior = bias(&secret, TITLE, SLOT).map(|p| if p.0 > 1 << 15 { 1 } else { -1 });
    let innocents: Vec<[i8; SYMBOLS]> = ["aurora", "lux", "orchard", "zenith"]
        .map(|id| symbols(&secret, id))
        .into();
    let linear = Linear::new(&exhibits, prior);
    // The attack works where it is given what version 1 of the report gave: each look
    // around the last guess finds more.
    let truth = &innocents[0];
    let scores: Vec<f64> = exhibits
        .iter()
        .map(|e| leakmark::evidence::rounded(log10_lr(e, truth)))
        .collect();
    let mut guess = linear.guess(&scores);
    let first = right(&guess, truth);
    for _ in 0..2 {
        guess = Linear::new(&exhibits, guess).guess(&scores);
    }
    let (found, by_bias) = (right(&guess, truth), right(&prior, truth));
    println!("from scores: {first}, then {found} of {SYMBOLS}; by biases alone {by_bias}");
    assert!(
        first > by_bias + 3 && found >= 60,
        "the attack does not work"
    );
    // And fails on everything that a report holds now.
    let mut series = BTreeMap::new();
    for evidence in &exhibits {
        numbers(&disclosed(&secret, evidence), "", &mut series);
    }
    series.retain(|_, values| values.len() == REPORTS);
    assert!(series.len() >= 6, "{:?}", series.keys());
    let by_bias: usize = innocents.iter().map(|truth| right(&prior, truth)).sum();
    for (place, values) in &series {
        let guess = linear.guess(values);
        let found: usize = innocents.iter().map(|truth| right(&guess, truth)).sum();
        println!("{place}: {found}; by biases alone {by_bias}");
        assert!(found < by_bias + LUCK, "{place} gives {found} away");
    }
}
