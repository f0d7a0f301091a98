//! The receipt of an issue: what the registry said, at the time,
//! about the copy it handed out, signed and chained to the receipt before it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::hash::sha256;
use crate::naming::{is_hash, validate_id, validate_name};
use leakmark_core::key::{Signer, is_signed};

const FIRST_LINE: &str = "leakmark issue receipt 2";
/// Lines that are there only if there is something to be said.
const OPTIONAL: [&str; 4] = ["variants", "reference-sha256", "lost", "damaged"];

/// A signed entry of the registry's chain on the issue of a copy, as it is handed out.
///
/// The signed text is lines of a name, a space and a value, always these (but for
/// `variants`, `reference-sha256`, `lost` and `damaged`), in this order, each ended by a line feed:
///
/// ```text
/// leakmark issue receipt 2
/// registry 3e0f…            the registry's id
/// number 7                  its number in the chain, from 1
/// previous 9c41…            SHA-256 of the entry before
/// issue 9                   the issue record's number
/// title lanterns
/// title-name Lanterns over the Harbour
/// distributor kernel
/// distributor-name Kernel Streaming
/// copy 2                    the distributor's second of this title: its codeword is its own
/// variants 4                of how many variants it was put together; no such line if it was marked by itself
/// copy-sha256 d3f9…         the file that was handed out, or the list of ranges
/// master-sha256 0b11…
/// reference-sha256 61c8…    the pictures of that master that were kept; no such line if none were
/// title-start-s 300         title time at which the copy begins, seconds
/// duration-s 12             its length, seconds
/// codeword-slots 8192       how much of the codeword is committed to: a power of two
/// codeword-root 77ab…       the commitment: see the module `trace`
/// lost captions,hdr10-plus  what the copy lacks of its master; no such line if nothing
/// damaged 87 of 170 …       what was missing of the master; no such line if nothing
/// issued-at 2026-01-31T12:00:00Z
/// ```
///
/// A value goes to the end of its line, and none holds a line feed, so that a
/// text can be read in one way only. The signature is Ed25519 (RFC 8032) over the text's bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(description = "A signed entry of the registry's chain on the issue of a copy.")]
pub struct Receipt {
    /// What is signed: lines of a name, a space and a value, each ended by a
    /// line feed. Never null.
    pub text: String,
    /// SHA-256 of the text, 64 lower-case hexadecimal digits: the next entry of the chain names it.
    pub sha256: String,
    /// Ed25519 signature of the text, 128 lower-case hexadecimal digits.
    pub signature: String,
    /// The registry's public key, 64 lower-case hexadecimal digits. Compare it
    /// with the key that the registry's owner made known.
    pub public_key: String,
}

/// What a receipt says.
#[derive(Debug, Clone, PartialEq)]
pub struct ReceiptText {
    /// The registry's id.
    pub registry: String,
    /// Its number in the chain, from 1.
    pub number: i64,
    /// The hash of the entry before it.
    pub previous: String,
    /// The issue record's number.
    pub issue: i64,
    /// The title's id.
    pub title: String,
    /// The title's name when the copy was issued.
    pub title_name: String,
    /// The distributor's id.
    pub distributor: String,
    /// The distributor's name when the copy was issued.
    pub distributor_name: String,
    /// The number among the distributor's copies of the title, from 1.
    pub copy: u32,
    /// Of how many variants it was put together; `None` if it was marked by itself.
    pub variants: Option<u32>,
    /// SHA-256 of the copy; of one that is served and never stored, of its list of ranges.
    pub copy_sha256: String,
    /// SHA-256 of the master.
    pub master_sha256: String,
    /// SHA-256 of the reference that was kept of the master; `None` if none was.
    pub reference_sha256: Option<String>,
    /// Title time at which the copy begins, seconds.
    pub title_start_s: f64,
    /// Length of the copy, seconds.
    pub duration_s: f64,
    /// Slots of the codeword that are committed to.
    pub codeword_slots: u32,
    /// The commitment to the codeword.
    pub codeword_root: String,
    /// Kinds of what the copy lacks of its master and was allowed to, separated by
    /// commas; empty if nothing.
    pub lost: String,
    /// What was missing of the master, in words; empty if nothing.
    pub damaged: String,
    /// When the copy was issued, RFC 3339 UTC.
    pub issued_at: String,
}

impl Receipt {
    /// Signs what is to be said.
    pub fn sign(said: &ReceiptText, signer: &Signer) -> Self {
        let text = said.to_text();
        Self {
            sha256: sha256(&text),
            signature: signer.sign(text.as_bytes()),
            public_key: signer.public_key(),
            text,
        }
    }

    /// What it says, if it is whole: well formed, hashed and signed as it claims.
    ///
    /// # Errors
    /// What is wrong with it, in words that begin "the receipt".
    pub fn check(&self) -> Result<ReceiptText, String> {
        if self.sha256 != sha256(&self.text) {
            return Err("the receipt's text was changed: its SHA-256 is another".into());
        }
        let said = ReceiptText::parse(&self.text)
            .ok_or("the receipt's text is not that of an issue receipt of version 2")?;
        if !is_signed(&self.public_key, self.text.as_bytes(), &self.signature) {
            return Err("the receipt's signature was not made by its public key".into());
        }
        Ok(said)
    }
}

impl ReceiptText {
    /// The text that is signed. It is one that [`ReceiptText::parse`] reads if
    /// the values are sound.
    pub fn to_text(&self) -> String {
        let variants = self.variants.map(|q| q.to_string()).unwrap_or_default();
        let reference = self.reference_sha256.clone().unwrap_or_default();
        let fields: [(&str, &dyn std::fmt::Display); 20] = [
            ("registry", &self.registry),
            ("number", &self.number),
            ("previous", &self.previous),
            ("issue", &self.issue),
            ("title", &self.title),
            ("title-name", &self.title_name),
            ("distributor", &self.distributor),
            ("distributor-name", &self.distributor_name),
            ("copy", &self.copy),
            ("variants", &variants),
            ("copy-sha256", &self.copy_sha256),
            ("master-sha256", &self.master_sha256),
            ("reference-sha256", &reference),
            ("title-start-s", &self.title_start_s),
            ("duration-s", &self.duration_s),
            ("codeword-slots", &self.codeword_slots),
            ("codeword-root", &self.codeword_root),
            ("lost", &self.lost),
            ("damaged", &self.damaged),
            ("issued-at", &self.issued_at),
        ];
        let mut lines = String::new();
        for (name, value) in fields.map(|(name, value)| (name, value.to_string())) {
            if !value.is_empty() || !OPTIONAL.contains(&name) {
                lines.push_str(&format!("{name} {value}\n"));
            }
        }
        format!("{FIRST_LINE}\n{lines}")
    }

    /// `None` unless `text` is exactly what [`ReceiptText::to_text`] would write.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text
            .strip_prefix(FIRST_LINE)?
            .strip_prefix('\n')?
            .lines()
            .peekable();
        let mut value = |name: &str| {
            let own = |line: &&str| line.strip_prefix(name).is_some_and(|v| v.starts_with(' '));
            lines
                .next_if(own)
                .and_then(|line| line.get(name.len() + 1..))
        };
        let said = Self {
            registry: value("registry")?.to_owned(),
            number: value("number")?.parse().ok()?,
            previous: value("previous")?.to_owned(),
            issue: value("issue")?.parse().ok()?,
            title: value("title")?.to_owned(),
            title_name: value("title-name")?.to_owned(),
            distributor: value("distributor")?.to_owned(),
            distributor_name: value("distributor-name")?.to_owned(),
            copy: value("copy")?.parse().ok()?,
            variants: match value("variants") {
                Some(count) => Some(count.parse().ok()?),
                None => None,
            },
            copy_sha256: value("copy-sha256")?.to_owned(),
            master_sha256: value("master-sha256")?.to_owned(),
            reference_sha256: value("reference-sha256").map(str::to_owned),
            title_start_s: value("title-start-s")?.parse().ok()?,
            duration_s: value("duration-s")?.parse().ok()?,
            codeword_slots: value("codeword-slots")?.parse().ok()?,
            codeword_root: value("codeword-root")?.to_owned(),
            lost: value("lost").unwrap_or_default().to_owned(),
            damaged: value("damaged").unwrap_or_default().to_owned(),
            issued_at: value("issued-at")?.to_owned(),
        };
        (said.is_sound() && said.to_text() == text).then_some(said)
    }

    /// True if every value can be written on its line.
    pub fn is_sound(&self) -> bool {
        let hashes = [
            &self.previous,
            &self.copy_sha256,
            &self.master_sha256,
            &self.codeword_root,
        ];
        let time = |c: u8| c.is_ascii_digit() || b"-:TZ".contains(&c);
        self.registry.len() == 32
            && is_hash(&self.registry.repeat(2))
            && hashes
                .into_iter()
                .chain(&self.reference_sha256)
                .all(|hash| is_hash(hash))
            && validate_id(&self.title).is_ok()
            && validate_id(&self.distributor).is_ok()
            && [&self.title_name, &self.distributor_name]
                .into_iter()
                .all(|name| validate_name(name).is_ok_and(|plain| plain == *name))
            && self.copy > 0
            && self.variants.is_none_or(|q| [2, 4, 8].contains(&q))
            && self
                .lost
                .bytes()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || b",-".contains(&c))
            && self.damaged.trim() == self.damaged
            && !self.damaged.chars().any(char::is_control)
            && self.title_start_s.is_finite()
            && self.duration_s.is_finite()
            && self.issued_at.len() == "2026-01-01T00:00:00Z".len()
            && self.issued_at.bytes().all(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leakmark_core::key::Secret;

    fn said() -> ReceiptText {
        ReceiptText {
            registry: "0f".repeat(16),
            number: 7,
            previous: "1e".repeat(32),
            issue: 9,
            title: "lanterns".into(),
            title_name: "Lanterns over the Harbour".into(),
            distributor: "kernel".into(),
            distributor_name: "Kernel Streaming".into(),
            copy: 2,
            variants: None,
            copy_sha256: "2d".repeat(32),
            master_sha256: "3c".repeat(32),
            reference_sha256: None,
            title_start_s: 300.25,
            duration_s: 12.0,
            codeword_slots: 8192,
            codeword_root: "4b".repeat(32),
            lost: String::new(),
            damaged: String::new(),
            issued_at: "2026-01-31T12:00:00Z".into(),
        }
    }

    #[test]
    fn a_receipt_reads_back_in_one_way_only() {
        let text = said().to_text();
        assert_eq!(ReceiptText::parse(&text), Some(said()));
        for (from, to) in [
            ("number 7", "number 07"),
            ("number 7", "number +7"),
            ("kernel", "kernel\nnumber 8"),
            ("kernel", "kernel "),
            ("300.25", "300.250"),
            ("300.25", "inf"),
            ("0f0f", "0F0F"),
            ("receipt 2", "receipt 1"),
            ("copy 2", "copy 0"),
            ("Kernel Streaming", "Kernel Streaming "),
            ("Kernel Streaming", "Kernel\u{202e} Streaming"),
            ("Z\n", "Z"),
            ("Z\n", "Z\n\n"),
            ("\n", "\r\n"),
            ("copy-sha256", "variants 3\ncopy-sha256"),
            ("copy-sha256", "variants \ncopy-sha256"),
            ("copy-sha256", "variants 04\ncopy-sha256"),
            ("title-start-s", "reference-sha256 \ntitle-start-s"),
            ("title-start-s", "reference-sha256 5a\ntitle-start-s"),
            ("issued-at", "lost \nissued-at"),
            ("issued-at", "lost Captions\nissued-at"),
            ("issued-at", "damaged half\nlost sound\nissued-at"),
        ] {
            let other = text.replacen(from, to, 1);
            assert_ne!(other, text);
            assert_eq!(ReceiptText::parse(&other), None, "{from:?} as {to:?}");
        }
    }

    #[test]
    fn what_a_copy_lacks_and_is_made_of_is_in_its_receipt() {
        let said = ReceiptText {
            variants: Some(4),
            reference_sha256: Some("5a".repeat(32)),
            lost: "captions,sound".into(),
            damaged: "87 of 170 pictures are there".into(),
            ..said()
        };
        let text = said.to_text();
        assert!(text.contains("\ncopy 2\nvariants 4\ncopy-sha256 "));
        assert!(text.contains("3c3c\nreference-sha256 5a5a"));
        assert!(
            text.contains(
                "\nlost captions,sound\ndamaged 87 of 170 pictures are there\nissued-at "
            )
        );
        assert_eq!(ReceiptText::parse(&text), Some(said));
    }

    #[test]
    fn a_receipt_that_was_tampered_with_is_refused_with_its_own_words() {
        let signer = Signer::of_registry(&Secret::from_bytes([1; 32]));
        let other = Signer::of_registry(&Secret::from_bytes([2; 32]));
        let whole = Receipt::sign(&said(), &signer);
        assert_eq!(whole.check(), Ok(said()));
        let refused = |receipt: Receipt| receipt.check().expect_err("refused");
        let text = whole.text.replace("kernel", "aurora");
        let changed = Receipt {
            text: text.clone(),
            ..whole.clone()
        };
        assert!(refused(changed).contains("was changed"));
        let rehashed = Receipt {
            sha256: sha256(&text),
            text,
            ..whole.clone()
        };
        assert!(refused(rehashed).contains("signature"));
        let stolen = Receipt {
            public_key: other.public_key(),
            ..whole.clone()
        };
        assert!(refused(stolen).contains("signature"));
        let empty = Receipt {
            text: String::new(),
            sha256: sha256(""),
            ..whole
        };
        assert!(refused(empty).contains("not that of an issue receipt"));
    }
}
