//! Whether an exhibit of several files has the digests and the size that its parts give.

use crate::Check;
use crate::report::{Exhibit, ExhibitPart, joint_sha256, joint_sha512};

/// The check; `None` for an exhibit of one file.
pub fn joined(exhibit: &Exhibit) -> Option<Check> {
    let count = exhibit.parts.len();
    let judged = match disagreement(exhibit) {
        Some(why) => Err(format!("the exhibit is of {count} files, and {why}")),
        None => Ok(format!("the digests are those of its {count} files")),
    };
    (count > 0).then(|| Check::judged("parts", judged))
}

/// What of an exhibit is not that of its parts.
fn disagreement(exhibit: &Exhibit) -> Option<&'static str> {
    let of = |digest: fn(&ExhibitPart) -> &str| exhibit.parts.iter().map(digest);
    let sizes = exhibit.parts.iter().map(|p| p.size_bytes);
    match exhibit.parts.len() {
        0 => None,
        1 => Some("one file alone has no parts"),
        _ if joint_sha256(of(|p| &p.sha256)) != exhibit.sha256 => {
            Some("its SHA-256 is not that of its parts' digests")
        }
        _ if joint_sha512(of(|p| &p.sha512)) != exhibit.sha512 => {
            Some("its SHA-512 is not that of its parts' digests")
        }
        _ if sizes.fold(0, u64::saturating_add) != exhibit.size_bytes => {
            Some("its size is not that of its parts together")
        }
        _ => None,
    }
}
