//! Whether the examiner's signature on the envelope holds.

use crate::key_file::key_id;
use crate::{Check, Envelope};
use leakmark_core::key::is_signed;

/// Whether the envelope of what is `called` so was signed with the key.
pub fn signature(called: &str, envelope: Option<&Envelope>, key: Option<&str>) -> Check {
    const WHAT: &str = "signature";
    match (envelope, key) {
        (None, None) => Check::skipped(
            WHAT,
            format!("the {called} is not in a signed envelope, nor is one beside it"),
        ),
        (None, Some(_)) => Check::fails(
            WHAT,
            format!("the {called} is not signed: it is not in an envelope, nor is one beside it"),
        ),
        (Some(envelope), None) => Check::skipped(
            WHAT,
            format!(
                "name the public key with --key; the envelope names key {:?}, which proves nothing by itself",
                envelope.signatures.first().map_or("", |s| s.keyid.as_str())
            ),
        ),
        (Some(envelope), Some(key)) => {
            let verify = |message: &[u8], signature: &[u8]| {
                is_signed(key, message, &base16ct::lower::encode_string(signature))
            };
            let id = key_id(key);
            let judged = envelope.verify(verify);
            Check::judged(
                WHAT,
                judged
                    .map(|()| format!("made with key {id}"))
                    .map_err(|fault| other_key(envelope, &id).unwrap_or(fault)),
            )
            .by_a_known_key()
        }
    }
}

/// What is wrong, if the envelope itself says that another key signed it.
fn other_key(envelope: &Envelope, id: &str) -> Option<String> {
    let mut named = envelope.signatures.iter().map(|s| s.keyid.as_str());
    let first = named.clone().next().filter(|first| !first.is_empty())?;
    (!named.any(|keyid| keyid == id)).then(|| {
        format!("it was made with another key: the envelope names {first:?}, the key given is {id}")
    })
}
