//! Forged accusations: parts of genuine reports put together, fields changed one by
//! one, a registry made at home. Each is refused with a message of its own, by whoever
//! changed the report, and also if a dishonest operator signed it again.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use crate::kit::case::{Case, issue, testdata};
use crate::kit::program::skipped;
use leakmark::evidence::{FindingCode, IssueFacts, Receipt, Report, Verdict, to_json};
use leakmark::job::Home;
use leakmark::key::{Secret, Signer};

/// The case, the report on it, and the registry's key.
fn genuine() -> &'static (Case, Report, String) {
    static GENUINE: OnceLock<(Case, Report, String)> = OnceLock::new();
    GENUINE.get_or_init(|| {
        let case = Case::new("forgeries");
        let report = case.scan(&[]);
        let key = case.registry_key();
        (case, report, key)
    })
}

/// What `report verify` says of a report; it must end with this code.
fn told(report: &Report, code: i32, more: &[&str]) -> String {
    let (case, ..) = genuine();
    let name = format!("forged-{:?}.json", std::thread::current().id());
    fs::write(case.path(&name), to_json(report, false).unwrap()).unwrap();
    case.ended(code, &[&["report", "verify", &name], more].concat())
}

#[test]
fn a_genuine_report_holds_with_its_registrys_key_and_authenticates_nobody_without() {
    let (_, report, key) = genuine();
    let leak = testdata("leaked.mp4");
    let exhibit = ["--exhibit", leak.to_str().unwrap()];
    let words = told(
        report,
        0,
        &[&["--registry-key", key], &exhibit[..]].concat(),
    );
    assert!(words.contains("ok, known    registry's key"), "{words}");
    assert!(words.contains("HOLDS"), "{words}");
    let words = told(report, 4, &exhibit);
    assert!(words.contains("NOTHING WAS AUTHENTICATED"), "{words}");
    let other = "0f".repeat(32);
    let words = told(report, 1, &["--registry-key", &other]);
    assert!(words.contains(&format!("not {other}")), "{words}");
}

/// A genuine record of issue, and receipt, of somebody innocent.
fn innocent() -> IssueFacts {
    static INNOCENT: OnceLock<IssueFacts> = OnceLock::new();
    INNOCENT.get_or_init(issued_to_somebody_else).clone()
}

fn issued_to_somebody_else() -> IssueFacts {
    let (case, ..) = genuine();
    let home = Home::open(&case.home()).unwrap();
    let id = issue(&home, "aurora", [6; 32]);
    let issues = home.registry.issues().unwrap();
    let record = issues.iter().find(|i| i.id == id).unwrap();
    let receipts = home.registry.receipts().unwrap();
    let kept = receipts.iter().find(|kept| kept.issue == id).unwrap();
    IssueFacts {
        id,
        issued_at: record.issued_at.clone(),
        copy_sha256: record.copy_sha256.clone(),
        master_sha256: record.master_sha256.clone(),
        title_start_s: record.title_start_s,
        duration_s: record.duration_s,
        receipt: kept.receipt.clone(),
    }
}

/// A forgery, and what must be said of it.
type Forgery = (&'static str, fn(&mut Report), &'static str);

const FORGERIES: [Forgery; 34] = [
    (
        "an innocent's attribution, with its genuine receipt, put into a report on another's leak",
        |r| {
            let (issue, named) = (innocent(), &mut r.attributions[0]);
            named.distributor = "aurora".into();
            named.issue = Some(issue);
        },
        "an attribution of another report was put in",
    ),
    (
        "the same with the evidence over time renamed too",
        |r| {
            let (issue, named) = (innocent(), &mut r.attributions[0]);
            named.distributor = "aurora".into();
            named.issue = Some(issue);
            if let Some(trail) = &mut r.trail {
                trail.cumulative[0].distributor = "aurora".into();
            }
        },
        "distributor's name: the report states \"Kernel Streaming\", the signed receipt \"Aurora Cinemas\"",
    ),
    (
        "a likelihood ratio of 300",
        |r| {
            r.attributions[0].log10_likelihood_ratio = 300.0;
            r.attributions[0].log10_p_false = (r.threshold.hypotheses as f64).log10() - 300.0;
        },
        "the report states 300.000",
    ),
    (
        "a bound that does not follow",
        |r| r.attributions[0].log10_p_false = -99.0,
        "the report states -99.000",
    ),
    (
        "a loosened threshold",
        |r| {
            r.threshold.log10_p_false = -1.0;
            r.threshold.log10_likelihood_ratio = (r.threshold.hypotheses as f64).log10() + 1.0;
        },
        "looser than any that leakmark works with",
    ),
    (
        "a threshold that does not follow",
        |r| r.threshold.log10_likelihood_ratio = 1.0,
        "the report states 1.000",
    ),
    (
        "one comparison",
        |r| {
            r.threshold.hypotheses = 1;
            r.threshold.log10_likelihood_ratio = -r.threshold.log10_p_false;
            r.attributions[0].log10_p_false = -r.attributions[0].log10_likelihood_ratio;
        },
        "1 comparisons are stated",
    ),
    (
        "the registry's size",
        |r| r.registry.distributors = 1_000_000,
        "1000000 distributors and",
    ),
    (
        "the time of issue",
        |r| issue_of(r).issued_at = "2020-01-01T00:00:00Z".into(),
        "time of issue: the report states \"2020-01-01T00:00:00Z\"",
    ),
    (
        "the number of the issue",
        |r| issue_of(r).id = 4711,
        "issue: the report states \"4711\"",
    ),
    (
        "the copy's length",
        |r| issue_of(r).duration_s = 7200.0,
        "length of the copy: the report states \"7200\"",
    ),
    (
        "the copy's start",
        |r| issue_of(r).title_start_s = 99.0,
        "start of the copy: the report states \"99\"",
    ),
    (
        "the master",
        |r| issue_of(r).master_sha256 = "0".repeat(64),
        "master's SHA-256: the report states",
    ),
    (
        "the copy",
        |r| issue_of(r).copy_sha256 = "0".repeat(64),
        "copy's SHA-256: the report states",
    ),
    (
        "another title",
        |r| {
            if let Some(title) = &mut r.title {
                title.id = "other".into();
            }
        },
        "the title is \"other\", but the soft symbols were read as",
    ),
    (
        "the soft symbols left out",
        |r| r.evidence = None,
        "is missing: the soft symbols",
    ),
    (
        "decoys that score less",
        |r| {
            if let Some(decoys) = &mut r.decoys {
                decoys.max_log10_likelihood_ratio = -99.0;
            }
        },
        "the strongest is said to reach log10 LR -99.000",
    ),
    (
        "decoys whose middle was moved",
        |r| {
            if let Some(decoys) = &mut r.decoys {
                decoys.median_log10_likelihood_ratio = decoys.max_log10_likelihood_ratio;
            }
        },
        "the median is said to be",
    ),
    (
        "the title's time",
        |r| {
            if let Some(sync) = &mut r.sync {
                sync.title_start_s = 3600.0;
            }
        },
        "no piece begins at title time 3600.000 s",
    ),
    (
        "seconds examined",
        |r| r.coverage.frame_by_frame_s += 100.0,
        "the parts listed make",
    ),
    (
        "another verdict",
        |r| r.verdict = Verdict::Inconclusive,
        "the verdict and the attributions contradict each other",
    ),
    (
        "the distributor's name",
        |r| r.attributions[0].name = "Aurora Cinemas".into(),
        "distributor's name: the report states \"Aurora Cinemas\", the signed receipt",
    ),
    (
        "the title's name",
        |r| {
            if let Some(title) = &mut r.title {
                title.name = "Another Film".into();
            }
        },
        "title's name: the report states \"Another Film\", the signed receipt",
    ),
    (
        "the copy's number",
        |r| r.attributions[0].copy = 7,
        "copy: the report states \"7\", the signed receipt",
    ),
    (
        "a head from before the copy was issued",
        |r| r.registry.head.number = 1,
        "of the chain, which ended at entry 1 when the scan began",
    ),
    (
        "the receipt's number as that of a head with another hash",
        |r| {
            let said = issue_of(r).receipt.check().expect("whole");
            r.registry.head.number = said.number;
        },
        "has not its hash",
    ),
    (
        "the receipt's hash as that of a later head",
        |r| r.registry.head.sha256 = issue_of(r).receipt.sha256.clone(),
        "has its hash",
    ),
    (
        "the issue named listed as another",
        |r| {
            let issue = issue_of(r).clone();
            r.attributions[0]
                .other_issues
                .push(leakmark::evidence::OtherIssue {
                    id: issue.id,
                    copy: 9,
                    issued_at: issue.issued_at,
                });
        },
        "is listed beside issue",
    ),
    (
        "no receipt, and that said",
        |r| {
            r.attributions[0].issue = None;
            let words = "no record";
            r.findings.push(leakmark::evidence::Finding::new(
                FindingCode::NoIssueRecord,
                words,
            ));
        },
        "nothing signed shows that this distributor got the copy",
    ),
    (
        "a revocation that no finding tells",
        |r| {
            r.attributions[0].revoked = Some(leakmark::evidence::RevokedFacts {
                since: "2026-01-31".into(),
                reason: "piracy".into(),
            });
        },
        "those on revocations are not those that follow",
    ),
    (
        "a new name that no finding tells",
        |r| r.attributions[0].name_now = Some("Somebody Else".into()),
        "those on new names are not those that follow",
    ),
    (
        "the receipt's name as a new one",
        |r| {
            r.attributions[0].name_now = Some(r.attributions[0].name.clone());
            r.findings
                .push(leakmark::evidence::Finding::new(FindingCode::Renamed, "x"));
        },
        "is stated as a new name, and is the receipt's",
    ),
    (
        "no record of issue, and that not said",
        |r| r.attributions[0].issue = None,
        "those on no record of issue are not those that follow",
    ),
    (
        "a finding put in",
        |r| {
            r.findings.push(leakmark::evidence::Finding::new(
                FindingCode::SeveralSources,
                "x",
            ));
        },
        "those on several sources are not those that follow",
    ),
];

fn issue_of(report: &mut Report) -> &mut IssueFacts {
    report.attributions[0].issue.as_mut().expect("issued")
}

#[test]
fn every_forgery_is_refused_with_a_message_of_its_own() {
    let (case, report, key) = genuine();
    let signer = Signer::of_registry(&Home::open(&case.home()).unwrap().secret);
    for (name, forge, words) in FORGERIES {
        let mut forged = report.clone();
        forge(&mut forged);
        // By somebody without the secret: the signature tells, and so does what is wrong.
        let said = told(&forged, 1, &["--registry-key", key]);
        assert!(said.contains(words), "{name}: {words}: {said}");
        assert!(
            said.contains("FAILS        registry's signature: the report was changed"),
            "{name}: {said}"
        );
        // By somebody with it: what is wrong tells all the same.
        let said = told(
            &forged.signed(&signer).unwrap(),
            1,
            &["--registry-key", key],
        );
        assert!(
            said.contains(words),
            "{name}, signed again: {words}: {said}"
        );
        assert!(said.contains("ok           registry's signature"), "{said}");
    }
}

/// What the independent program says of a report; `None` where there is no Python.
fn python(report: &Report, key: &str) -> Option<Result<String, String>> {
    let (case, ..) = genuine();
    let path = case.path("independent.json");
    fs::write(&path, to_json(report, true).unwrap()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify_report.py");
    let ended = match Command::new("python3")
        .arg(script)
        .arg(path)
        .arg(key)
        .output()
    {
        Ok(ended) => ended,
        Err(error) => {
            skipped(format_args!("no python3 ({error})"));
            return None;
        }
    };
    let text = |bytes| String::from_utf8(bytes).unwrap().trim().to_owned();
    Some(match ended.status.success() {
        true => Ok(text(ended.stdout)),
        false => Err(text(ended.stderr)),
    })
}

#[test]
fn an_independent_program_takes_the_registrys_signature_and_no_other() {
    let (_, report, key) = genuine();
    let Some(taken) = python(report, key) else {
        return;
    };
    assert_eq!(taken.as_ref(), Ok(key));
    let mut other = report.clone();
    other.attributions[0].name = "Auróra \u{1b}\u{1F600}\t\"\\".into();
    let refused = python(&other, key).unwrap().unwrap_err();
    assert!(refused.contains("was changed"), "{refused}");
    // Whatever letters a name has, both programs write it in the same way.
    let signer = Signer::of_registry(&Secret::from_bytes([9; 32]));
    other.registry.public_key = signer.public_key();
    let other = other.signed(&signer).unwrap();
    assert_eq!(
        python(&other, &signer.public_key()).unwrap(),
        Ok(signer.public_key())
    );
    let refused = python(&other, key).unwrap().unwrap_err();
    assert!(
        refused.contains("another key than the one given"),
        "{refused}"
    );
}

/// What has no twin in the report is held by the signature alone.
#[test]
fn every_other_change_is_refused_by_the_signature() {
    let (_, report, key) = genuine();
    let changes: [fn(&mut Report); 8] = [
        |r| r.attributions[0].name = "Aurora Cinemas".into(),
        |r| r.exhibit.sha512 = "0".repeat(128),
        |r| r.exhibit.path = "x".into(),
        |r| r.tool.commit = "fff".into(),
        |r| r.parameters.full = !r.parameters.full,
        |r| r.earlier_scans.of_file = 77,
        |r| r.registry.id = "0f".repeat(16),
        |r| r.exhibit.frames.decoded += 1,
    ];
    for change in changes {
        let mut forged = report.clone();
        change(&mut forged);
        let said = told(&forged, 1, &["--registry-key", key]);
        assert!(
            said.contains("changed since its registry signed it"),
            "{said}"
        );
    }
    let mut timed = report.clone();
    timed.timing.total_s += 1.0;
    told(&timed, 0, &["--registry-key", key]);
    let leak = testdata("leaked.mp4");
    let mut other = report.clone();
    other.exhibit.sha512 = "0".repeat(128);
    let said = told(&other, 1, &["--exhibit", leak.to_str().unwrap()]);
    assert!(said.contains("it is another file: SHA-512"), "{said}");
}

/// A registry made at home, with the same id and names, signs whatever its owner likes.
#[test]
fn a_registry_made_at_home_is_told_by_its_key_alone() {
    let (_, report, key) = genuine();
    let signer = Signer::of_registry(&Secret::from_bytes([9; 32]));
    let again = |receipt: &mut Receipt| {
        *receipt = Receipt::sign(&receipt.check().expect("whole"), &signer);
    };
    let mut fake = report.clone();
    fake.registry.public_key = signer.public_key();
    again(&mut issue_of(&mut fake).receipt);
    let fake = fake.signed(&signer).unwrap();
    let said = told(&fake, 4, &[]);
    assert!(said.contains("NOTHING WAS AUTHENTICATED"), "{said}");
    let said = told(&fake, 1, &["--registry-key", key]);
    assert!(
        said.contains("the report is of a registry whose key is"),
        "{said}"
    );
    // With receipts of the true one the seam shows.
    let mut mixed = report.clone();
    mixed.registry.public_key = signer.public_key();
    let said = told(&mixed.signed(&signer).unwrap(), 1, &[]);
    assert!(said.contains("key: the report states"), "{said}");
    let mut claimed = report.clone().signed(&signer).unwrap();
    claimed.registry.public_key.clone_from(key);
    let said = told(&claimed, 1, &["--registry-key", key]);
    assert!(said.contains("and was signed by"), "{said}");
}
