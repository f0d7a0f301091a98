//! Puts a report into a signed envelope that other programs know:
//! DSSE 1.0 (<https://github.com/secure-systems-lab/dsse>) around an in-toto
//! Statement v1 (<https://github.com/in-toto/attestation>).

pub mod report_file;
mod sign;

pub use sign::{NewReportKey, ReportSigner, keygen_report};

use std::collections::BTreeMap;

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use serde::{Deserialize, Serialize};

use crate::Report;
use leakmark_core::error::{Error, Result};

const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
const PREDICATE_TYPE: &str = "https://github.com/leakmark/leakmark/report/2";

/// A signed envelope.
///
/// ```text
/// envelope   payloadType "application/vnd.in-toto+json", signatures [{ keyid, sig }], payload:
///   statement   _type "https://in-toto.io/Statement/v1"
///     subject        [{ name: the exhibit's path, digest: { sha256 } }]
///     predicateType  "https://github.com/leakmark/leakmark/report/2"
///     predicate      the report
/// ```
///
/// `payload` and `sig` are base64, written in the standard alphabet and read in the
/// URL-safe one too; fields that are not known are passed over (DSSE 1.0.2). Signed with Ed25519 are the bytes of the
/// pre-authentication encoding: `DSSEv1`, the length and bytes of the payload's
/// type, the length and bytes of the payload, with a space between each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// What the payload is: always `application/vnd.in-toto+json`.
    pub payload_type: String,
    /// The statement, base64.
    pub payload: String,
    /// The signatures.
    pub signatures: Vec<EnvelopeSignature>,
}

/// A signature of an envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvelopeSignature {
    /// A name of the key, to find it by; it is not signed and proves nothing.
    #[serde(default)]
    pub keyid: String,
    /// The signature, base64.
    pub sig: String,
}

/// What an envelope states.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// Always `https://in-toto.io/Statement/v1`.
    #[serde(rename = "_type")]
    pub kind: String,
    /// The exhibit.
    pub subject: Vec<Subject>,
    /// Always `https://github.com/leakmark/leakmark/report/2`.
    pub predicate_type: String,
    /// The report.
    pub predicate: Report,
}

/// What a statement is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The exhibit's path.
    pub name: String,
    /// Its hashes, lower-case hexadecimal, by algorithm.
    pub digest: BTreeMap<String, String>,
}

impl Subject {
    /// The exhibit of a report.
    fn of(report: &Report) -> Self {
        let exhibit = &report.exhibit;
        Self {
            name: exhibit.path.clone(),
            digest: BTreeMap::from([("sha256".to_owned(), exhibit.sha256.clone())]),
        }
    }
}

/// The bytes that are signed.
fn encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!(
        "DSSEv1 {} {payload_type} {} ",
        payload_type.len(),
        payload.len()
    );
    [head.as_bytes(), payload].concat()
}

impl Envelope {
    /// A report in an envelope; `sign` gives the signature (64 bytes) of what is
    /// signed, `keyid` names its key.
    ///
    /// # Errors
    /// [`Error::Internal`] if the report cannot be written as JSON.
    pub fn seal(
        report: &Report,
        keyid: String,
        sign: impl FnOnce(&[u8]) -> Vec<u8>,
    ) -> Result<Self> {
        let statement = Statement {
            kind: STATEMENT_TYPE.into(),
            subject: vec![Subject::of(report)],
            predicate_type: PREDICATE_TYPE.into(),
            predicate: report.clone(),
        };
        let payload = serde_json::to_vec(&statement)
            .map_err(|e| Error::Internal(format!("a report could not be written as JSON: {e}")))?;
        let sig = STANDARD.encode(sign(&encoding(PAYLOAD_TYPE, &payload)));
        Ok(Self {
            payload_type: PAYLOAD_TYPE.into(),
            payload: STANDARD.encode(payload),
            signatures: vec![EnvelopeSignature { keyid, sig }],
        })
    }

    /// The payload's bytes.
    ///
    /// # Errors
    /// What is wrong, if it is no base64.
    fn payload(&self) -> std::result::Result<Vec<u8>, String> {
        let decoded = decode(&self.payload);
        decoded.map_err(|e| format!("the envelope's payload is not base64: {e}"))
    }

    /// Whether `verify` takes one of the signatures (as bytes) for what is signed.
    ///
    /// # Errors
    /// What is wrong, if no signature is taken.
    pub fn verify(&self, verify: impl Fn(&[u8], &[u8]) -> bool) -> std::result::Result<(), String> {
        let signed = encoding(&self.payload_type, &self.payload()?);
        let taken = |signature: &EnvelopeSignature| {
            let bytes = decode(&signature.sig);
            bytes.is_ok_and(|bytes| verify(&signed, &bytes))
        };
        if self.signatures.iter().any(taken) {
            return Ok(());
        }
        Err(match self.signatures.len() {
            0 => "the envelope is not signed".into(),
            _ => "it is not this key's on this report: the report or the signature was changed since, or another key made it".into(),
        })
    }

    /// What it states, whoever signed it. The report in it is of version 2.
    ///
    /// # Errors
    /// What is wrong, if it is no statement about a report of this version, or
    /// not about the report's exhibit.
    pub fn statement(&self) -> std::result::Result<Statement, String> {
        if self.payload_type != PAYLOAD_TYPE {
            return Err(format!(
                "the envelope holds {:?}; expected {PAYLOAD_TYPE:?}",
                self.payload_type
            ));
        }
        let statement: Statement = serde_json::from_slice(&self.payload()?).map_err(|e| {
            format!(
                "the payload is not a statement about a report of version {}: {e}",
                super::SCHEMA
            )
        })?;
        for (what, found, expected) in [
            ("statement", &statement.kind, STATEMENT_TYPE),
            ("predicate", &statement.predicate_type, PREDICATE_TYPE),
            ("report", &statement.predicate.schema, super::SCHEMA),
        ] {
            if found != expected {
                return Err(format!(
                    "the {what} is of type {found:?}; expected {expected:?}"
                ));
            }
        }
        if statement.subject != [Subject::of(&statement.predicate)] {
            return Err("the statement's subject is not the report's exhibit".into());
        }
        Ok(statement)
    }
}

/// The bytes of a base64 text in either alphabet, padded or not.
fn decode(text: &str) -> std::result::Result<Vec<u8>, base64::DecodeError> {
    const EITHER: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = match text.contains(['-', '_']) {
        true => &alphabet::URL_SAFE,
        false => &alphabet::STANDARD,
    };
    GeneralPurpose::new(alphabet, EITHER).decode(text)
}

/// The envelope in a JSON text, if it is one.
pub fn envelope_from_json(text: &str) -> Option<Envelope> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vector of the specification (protocol.md).
    #[test]
    fn what_is_signed_is_as_the_specification_says() {
        let signed = encoding("http://example.com/HelloWorld", b"hello world");
        assert_eq!(
            signed,
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
    }

    #[test]
    fn base64_is_read_in_both_alphabets_and_unknown_fields_are_passed_over() {
        for text in ["+/8=", "-_8=", "-_8", "+/8"] {
            assert_eq!(decode(text), Ok(vec![0xFB, 0xFF]), "{text}");
        }
        assert!(decode("-/8=").is_err(), "one alphabet at a time");
        let text = r#"{"payloadType":"x","payload":"e30=","more":1,
            "signatures":[{"keyid":"k","sig":"-_8","cert":"…"}]}"#;
        let envelope = envelope_from_json(text).expect("an envelope");
        assert_eq!(envelope.signatures[0].sig, "-_8");
        assert!(envelope.verify(|_, sig| sig == [0xFB, 0xFF]).is_ok());
        assert_eq!(envelope_from_json(r#"{"payload":"e30="}"#), None);
    }

    #[test]
    fn an_envelope_without_a_good_signature_is_refused() {
        let mut envelope = Envelope {
            payload_type: PAYLOAD_TYPE.into(),
            payload: STANDARD.encode("{}"),
            signatures: Vec::new(),
        };
        let none = envelope.verify(|_, _| true).expect_err("refused");
        assert!(none.contains("not signed"));
        envelope.signatures.push(EnvelopeSignature {
            keyid: String::new(),
            sig: "AAAA".into(),
        });
        assert!(envelope.verify(|_, _| false).is_err());
        assert!(
            envelope
                .verify(|_, signature| signature == [0, 0, 0])
                .is_ok()
        );
        envelope.payload = "!".into();
        let bad = envelope.verify(|_, _| true).expect_err("refused");
        assert!(bad.contains("base64"), "{bad}");
        assert!(envelope.statement().is_err());
    }
}
