//! Puts a report or a dossier into a signed envelope that other programs know:
//! DSSE 1.0 (<https://github.com/secure-systems-lab/dsse>) around an in-toto
//! Statement v1 (<https://github.com/in-toto/attestation>).

pub mod dossier_file;
pub mod report_file;
mod sign;
mod statement;

pub use dossier_file::{CitedDossier, cite_dossier};
pub use sign::{NewReportKey, ReportSigner, keygen_report};
pub use statement::{Predicate, Statement, Subject};

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use serde::{Deserialize, Serialize};

use leakmark_core::error::{Error, Result};

const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

/// A signed envelope.
///
/// ```text
/// envelope   payloadType "application/vnd.in-toto+json", signatures [{ keyid, sig }], payload:
///   statement   _type "https://in-toto.io/Statement/v1"
///     subject        [{ name: the exhibit's path, digest: { sha256 } }]
///     predicateType  "https://github.com/leakmark/leakmark/report/2"
///     predicate      the report
///     or, for dossiers, the films and ".../dossier/1"
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
    /// A report or a dossier in an envelope; `sign` gives the signature (64 bytes) of
    /// what is signed, `keyid` names its key.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be written as JSON.
    pub fn seal<P: Predicate>(
        predicate: &P,
        keyid: String,
        sign: impl FnOnce(&[u8]) -> Vec<u8>,
    ) -> Result<Self> {
        let statement = Statement {
            kind: STATEMENT_TYPE.into(),
            subject: predicate.subjects(),
            predicate_type: P::TYPE.into(),
            predicate: predicate.clone(),
        };
        let payload = serde_json::to_vec(&statement).map_err(|e| {
            Error::Internal(format!("a {} could not be written as JSON: {e}", P::CALLED))
        })?;
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

    /// What it states, whoever signed it: a report of version 2 or a dossier of version 1.
    ///
    /// # Errors
    /// What is wrong, if it is no statement about what is asked for, or not about the
    /// files that this is about.
    pub fn statement<P: Predicate>(&self) -> std::result::Result<Statement<P>, String> {
        if self.payload_type != PAYLOAD_TYPE {
            return Err(format!(
                "the envelope holds {:?}; expected {PAYLOAD_TYPE:?}",
                self.payload_type
            ));
        }
        let statement: Statement<P> = serde_json::from_slice(&self.payload()?).map_err(|e| {
            format!(
                "the payload is not a statement about a {} of version {}: {e}",
                P::CALLED,
                P::SCHEMA
            )
        })?;
        for (what, found, expected) in [
            ("statement", statement.kind.as_str(), STATEMENT_TYPE),
            ("predicate", &statement.predicate_type, P::TYPE),
            (P::CALLED, statement.predicate.schema(), P::SCHEMA),
        ] {
            if found != expected {
                return Err(format!(
                    "the {what} is of type {found:?}; expected {expected:?}"
                ));
            }
        }
        if statement.subject != statement.predicate.subjects() {
            return Err(format!(
                "the statement's subject is not what the {} is about",
                P::CALLED
            ));
        }
        Ok(statement)
    }

    /// True if it says that it is about a `P`; whether it is shows [`Envelope::statement`].
    pub fn claims<P: Predicate>(&self) -> bool {
        let payload = self.payload().ok();
        let stated = payload.and_then(|p| serde_json::from_slice::<serde_json::Value>(&p).ok());
        stated.is_some_and(|s| s["predicateType"] == P::TYPE)
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
        assert!(envelope.statement::<crate::Report>().is_err());
    }
}
