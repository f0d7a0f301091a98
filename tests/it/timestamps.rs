//! RFC 3161 timestamps: requests that an authority made with OpenSSL grants, its
//! answers taken, and everything else refused in its own words.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::kit::program::{LEAKMARK, ended, folder, skipped};
use leakmark::evidence::timestamp::{Expected, check_timestamp};
use leakmark::evidence::{Check, Outcome, all_hold};
use sha2::{Digest, Sha256};

const CONFIG: &str = "
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[rsa]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[old]
serial = serial
signer_digest = sha512
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha1
tsa_name = yes
[precise]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = 6
ess_cert_id_alg = sha256
[deaf]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha512
";

const FILE: &str = "report.dsse.json";

/// A folder with two authorities (one that signs by RSA, one by ECDSA), a third
/// that vouches for nobody, a file and the request to stamp it.
struct Office {
    dir: PathBuf,
}

impl Office {
    fn openssl(&self, args: &[&str]) -> Output {
        Command::new("openssl")
            .current_dir(&self.dir)
            .args(args)
            .output()
            .unwrap()
    }

    fn done(&self, line: &str) {
        let args: Vec<&str> = line.split(' ').collect();
        let ended = self.openssl(&args);
        assert!(
            ended.status.success(),
            "{line}: {}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }

    fn leakmark(&self, code: i32, args: &[&str]) -> String {
        ended(
            Command::new(LEAKMARK).current_dir(&self.dir).args(args),
            code,
        )
    }

    /// The answer of the authority with this certificate and section of the config.
    fn stamped(&self, request: &str, response: &str, tsa: &str, section: &str) {
        self.done(&format!(
            "ts -reply -config config -section {section} -queryfile {request} -signer {tsa}.pem -inkey {tsa}.key -out {response}"
        ));
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.dir.join(name)).unwrap()
    }
}

/// `None` (and a line that says so) where there is no OpenSSL.
fn office() -> Option<&'static Office> {
    static OFFICE: OnceLock<Option<Office>> = OnceLock::new();
    let office = OFFICE.get_or_init(|| {
        Command::new("openssl").arg("version").output().ok()?;
        let office = Office {
            dir: folder("timestamps"),
        };
        fs::write(office.dir.join("config"), CONFIG).unwrap();
        fs::write(office.dir.join("serial"), "01\n").unwrap();
        fs::write(office.dir.join(FILE), "{\"payload\":\"…\"}").unwrap();
        for ca in ["ca", "stranger"] {
            office.done(&format!(
                "req -x509 -config config -extensions ca -newkey rsa:2048 -nodes -keyout {ca}.key -out {ca}.pem -days 3650 -subj /CN={ca}"
            ));
        }
        for (tsa, key) in [("rsa", "rsa:2048"), ("ec", "ec -pkeyopt ec_paramgen_curve:P-256")] {
            office.done(&format!(
                "req -config config -newkey {key} -nodes -keyout {tsa}.key -out {tsa}.csr -subj /CN={tsa}-clock"
            ));
            office.done(&format!(
                "x509 -req -in {tsa}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out {tsa}.pem -days 3650 -extfile config -extensions tsa"
            ));
        }
        office.leakmark(0, &["report", "timestamp", "request", FILE]);
        office.stamped(&format!("{FILE}.tsq"), &format!("{FILE}.tsr"), "rsa", "rsa");
        Some(office)
    });
    if office.is_none() {
        skipped("no openssl");
    }
    office.as_ref()
}

#[test]
fn a_granted_request_is_taken() {
    let Some(office) = office() else { return };
    let told = office.leakmark(
        0,
        &["report", "timestamp", "check", FILE, "--tsa-ca", "ca.pem"],
    );
    for what in ["imprint", "nonce", "certificate", "signature of the token"] {
        assert!(
            told.contains(&format!("ok           {what}: ")),
            "{what}: {told}"
        );
    }
    assert!(
        told.contains("ok, known    chain to an authority: "),
        "{told}"
    );
    assert!(
        told.contains("the token says 20") && told.contains("CN=rsa-clock"),
        "{told}"
    );
    let told = office.leakmark(4, &["report", "timestamp", "check", FILE]);
    assert!(
        told.contains("not checked  chain to an authority: anybody can make a token"),
        "{told}"
    );
    let told = office.leakmark(2, &["report", "timestamp", "request", FILE]);
    assert!(told.contains("report.dsse.json.tsq exists"), "{told}");
}

#[test]
fn authorities_that_sign_otherwise_are_taken_too() {
    let Some(office) = office() else { return };
    let request = format!("{FILE}.tsq");
    for (tsa, section) in [("ec", "rsa"), ("rsa", "old"), ("ec", "precise")] {
        let response = format!("{tsa}-{section}.tsr");
        office.stamped(&request, &response, tsa, section);
        let args = [
            "report",
            "timestamp",
            "check",
            FILE,
            "--response",
            &response,
            "--tsa-ca",
            "ca.pem",
        ];
        let told = office.leakmark(0, &args);
        // A fraction of a second, unless the clock was at a whole one.
        let said = told.split("the token says ").nth(1).unwrap();
        let fraction = said.split(',').next().unwrap().contains('.');
        assert!(fraction == (section == "precise") || !fraction, "{told}");
    }
}

#[test]
fn what_is_no_stamp_of_this_file_is_refused_in_its_own_words() {
    let Some(office) = office() else { return };
    let response = format!("{FILE}.tsr");
    let refused = |args: &[&str], told: &str| {
        let all = [&["report", "timestamp", "check"], args].concat();
        let words = office.leakmark(1, &all);
        assert!(
            words.contains(told) && words.contains("REFUSED"),
            "{told}: {words}"
        );
    };
    fs::write(office.dir.join("other"), "another file").unwrap();
    refused(
        &["other", "--response", &response],
        "the token is on another file",
    );
    office.leakmark(
        0,
        &["report", "timestamp", "request", FILE, "-o", "again.tsq"],
    );
    refused(
        &[FILE, "--request", "again.tsq"],
        "the token answers another request",
    );
    refused(
        &[FILE, "--tsa-ca", "stranger.pem"],
        "none of the authorities given vouches",
    );
    refused(&[FILE, "--tsa-ca", FILE], "holds no certificate");
    refused(
        &[FILE, "--response", FILE],
        "it is not an RFC 3161 response",
    );
    // An authority that takes SHA-512 alone does not grant the request.
    let _ = office.openssl(
        &format!("ts -reply -config config -section deaf -queryfile {FILE}.tsq -signer rsa.pem -inkey rsa.key -out deaf.tsr")
            .split(' ')
            .collect::<Vec<_>>(),
    );
    refused(
        &[FILE, "--response", "deaf.tsr"],
        "did not grant the request: status 2",
    );
    office.leakmark(3, &["report", "timestamp", "check", "other"]);
}

fn failed(checks: &[Check]) -> Vec<&str> {
    let failed = checks.iter().filter(|c| c.outcome == Outcome::Fails);
    failed.map(|c| c.what.as_str()).collect()
}

/// Every single byte of a response is changed: it is refused, or what remains is
/// the same stamp (what no signature covers, such as the count of the version).
#[test]
fn no_change_of_a_response_makes_another_stamp() {
    let Some(office) = office() else { return };
    let response = office.read(&format!("{FILE}.tsr"));
    let (request, authorities) = (office.read(&format!("{FILE}.tsq")), office.read("ca.pem"));
    let expected = Expected {
        sha256: Sha256::digest(office.read(FILE)).into(),
        request: Some(&request),
        authorities: Some(&authorities),
    };
    let whole = check_timestamp(&response, &expected);
    assert!(all_hold(&whole), "{whole:?}");
    let mut survived = 0;
    for at in 0..response.len() {
        for bit in [0x01, 0x80] {
            let mut other = response.clone();
            other[at] ^= bit;
            let checks = check_timestamp(&other, &expected);
            if all_hold(&checks) {
                survived += 1;
                assert_eq!(checks, whole, "byte {at}");
            }
        }
    }
    println!(
        "{} bytes, {survived} changes without effect",
        response.len()
    );
    assert!(survived < response.len() / 50);
    for end in 0..response.len() {
        assert!(
            !all_hold(&check_timestamp(&response[..end], &expected)),
            "{end} bytes"
        );
    }
}

#[test]
fn a_changed_time_or_signature_is_told_apart() {
    let Some(office) = office() else { return };
    let response = office.read(&format!("{FILE}.tsr"));
    let expected = Expected {
        sha256: Sha256::digest(office.read(FILE)).into(),
        request: None,
        authorities: None,
    };
    let time = response
        .windows(4)
        .position(|w| w == [0x18, 0x0F, b'2', b'0'])
        .unwrap();
    let mut other = response.clone();
    other[time + 5] ^= 1;
    let checks = check_timestamp(&other, &expected);
    assert!(
        failed(&checks).contains(&"signature of the token"),
        "{checks:?}"
    );
    assert!(
        checks
            .iter()
            .any(|c| c.words.contains("what the token says was changed"))
    );
    let mut other = response;
    *other.last_mut().unwrap() ^= 1;
    let checks = check_timestamp(&other, &expected);
    assert_eq!(failed(&checks), ["signature of the token"]);
    assert!(
        checks
            .iter()
            .any(|c| c.words.contains("not made with the key of the certificate"))
    );
}
