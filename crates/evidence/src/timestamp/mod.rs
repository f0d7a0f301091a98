//! Asks a time-stamping authority (TSA) for a signed time and checks
//! its answer: RFC 3161.
//!
//! ```text
//! file ─ SHA-256 ─ request (.tsq), with a random nonce ─► TSA ─► response (.tsr)
//!                                                                 status
//!          checked here:                                          token: signed data (see `token`)
//!          status, imprint = SHA-256 of the file, nonce, signature  time, imprint, nonce
//! ```
//!
//! Who made the token is checked only against certificates of authorities that
//! are given. Revocation, certificate policies and the TSA's own policy are not
//! checked.

mod algorithms;
mod file;
mod oids;
mod stamp;
mod stamped;
mod token;

pub use file::{request_timestamp, verify_timestamp};
pub use stamped::StampedFile;

use der::asn1::{Int, Null, ObjectIdentifier, OctetString};
use der::{Any, Decode, Encode};
use x509_cert::spki::AlgorithmIdentifier;
use x509_tsp::{MessageImprint, TimeStampReq, TimeStampResp, TspVersion};

use crate::check::{Check, all_hold};
use leakmark_core::error::{Error, Result};
use stamp::Stamp;
use token::{Token, open};

const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

/// What a response is checked against.
pub struct Expected<'a> {
    /// SHA-256 of the file that was stamped.
    pub sha256: [u8; 32],
    /// The request, DER, if it was kept.
    pub request: Option<&'a [u8]>,
    /// Certificates of authorities that are trusted, PEM, if any are.
    pub authorities: Option<&'a [u8]>,
}

/// A request to stamp a file with this SHA-256, DER. The nonce tells answers to
/// this request from older ones.
///
/// # Errors
/// [`Error::Internal`] if it cannot be encoded.
pub fn timestamp_request(sha256: [u8; 32], mut nonce: [u8; 8]) -> Result<Vec<u8>> {
    // A positive number whose first byte is no padding: DER knows one form of it.
    nonce[0] = nonce[0] & 0x7F | 0x40;
    let encode = || -> der::Result<Vec<u8>> {
        TimeStampReq {
            version: TspVersion::V1,
            message_imprint: imprint(sha256)?,
            req_policy: None,
            nonce: Some(Int::new(&nonce)?),
            cert_req: true,
            extensions: None,
        }
        .to_der()
    };
    encode().map_err(|e| Error::Internal(format!("a timestamp request could not be encoded: {e}")))
}

fn imprint(sha256: [u8; 32]) -> der::Result<MessageImprint> {
    Ok(MessageImprint {
        hash_algorithm: AlgorithmIdentifier {
            oid: SHA256,
            parameters: Some(Any::encode_from(&Null)?),
        },
        hashed_message: OctetString::new(sha256)?,
    })
}

/// Checks a response, DER: status, imprint, nonce, the signing certificate, the
/// signature and, if authorities are given, the chain to one of them. What is not
/// checked is among the checks.
pub fn check_timestamp(response: &[u8], expected: &Expected<'_>) -> Vec<Check> {
    let token = match token(response) {
        Ok(token) => token,
        Err(fault) => return vec![Check::fails("response", fault)],
    };
    let said = &token.said;
    let mut checks = vec![
        Check::holds("response", "granted"),
        Check::judged("imprint", same_imprint(said, expected.sha256)),
        nonce(said, expected.request),
        Check::judged("certificate", token.check_certificate()),
        Check::judged("signature of the token", token.check_signature()),
        match expected.authorities {
            Some(pem) => {
                Check::judged("chain to an authority", token.check_chain(pem)).by_a_known_key()
            }
            None => Check::skipped(
                "chain to an authority",
                format!(
                    "anybody can make a token: name the authority's certificate with --tsa-ca; this one calls itself {}",
                    token.signer_name()
                ),
            ),
        },
    ];
    checks.push(Check::skipped(
        "revocation and policy",
        "whether a certificate was withdrawn, and under which policy the authority works, is for you to find out",
    ));
    checks.push(time(said, &checks));
    checks
}

/// The token of a response that was granted.
fn token(response: &[u8]) -> std::result::Result<Token, String> {
    let response = TimeStampResp::from_der(response)
        .map_err(|e| format!("it is not an RFC 3161 response that this version reads: {e}"))?;
    match response.status.status as u8 {
        0 | 1 => {}
        status => {
            return Err(format!(
                "the authority did not grant the request: status {status}; ask again, or another authority"
            ));
        }
    }
    let token = response
        .time_stamp_token
        .ok_or("the response is granted, but holds no token")?;
    open(&token)
}

fn same_imprint(said: &Stamp, sha256: [u8; 32]) -> std::result::Result<String, String> {
    let found = &said.message_imprint;
    if found.hash_algorithm.oid != SHA256 {
        return Err("the token is on a hash other than SHA-256".into());
    }
    if found.hashed_message.as_bytes() != sha256 {
        return Err("the token is on another file: the hash in it is not this file's".into());
    }
    Ok(format!(
        "SHA-256 {}",
        base16ct::lower::encode_string(&sha256)
    ))
}

fn nonce(said: &Stamp, request: Option<&[u8]>) -> Check {
    const WHAT: &str = "nonce";
    let Some(request) = request else {
        return Check::skipped(WHAT, "the request is not there: name it with --request");
    };
    match TimeStampReq::from_der(request) {
        Err(e) => Check::fails(WHAT, format!("the request is not an RFC 3161 request: {e}")),
        Ok(request)
            if request.message_imprint.hashed_message != said.message_imprint.hashed_message =>
        {
            Check::fails(WHAT, "the request is on another file than the token")
        }
        Ok(request) if request.nonce.is_some() && request.nonce == said.nonce => {
            Check::holds(WHAT, "it is the request's")
        }
        Ok(_) => Check::fails(
            WHAT,
            "it is not the request's: the token answers another request",
        ),
    }
}

/// What the token says of the time; that counts only if all the rest holds.
fn time(said: &Stamp, checks: &[Check]) -> Check {
    const WHAT: &str = "time";
    if !all_hold(checks) {
        return Check::skipped(WHAT, "what a token says that is refused is worth nothing");
    }
    let (time, serial) = (&said.gen_time, serial(said));
    Check::holds(
        WHAT,
        format!("the token says {time}, serial number {serial}"),
    )
}

fn serial(said: &Stamp) -> String {
    base16ct::lower::encode_string(said.serial_number.as_bytes())
}
