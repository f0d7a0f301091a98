//! Says on what occasion an exhibit was examined: what was examined beside it, and
//! how often before.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Verdict;

/// A file of which it is known what must come out, examined in the same run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Its path as given; bytes that are no UTF-8 are replaced.
    pub path: String,
    /// SHA-256 of its bytes, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// The id of the distributor that must be named: the file is, byte for byte, the copy
    /// that was issued to that one; null if nobody may be named: the file is no issued copy.
    pub expected: Option<String>,
    /// What was found.
    pub verdict: Verdict,
    /// The ids of the distributors named, strongest first.
    pub named: Vec<String>,
    /// The strongest's log10 likelihood ratio; null if nobody is named.
    pub log10_likelihood_ratio: Option<f64>,
}

impl Control {
    /// True if what came out is what must come out.
    pub fn is_as_expected(&self) -> bool {
        self.named.iter().eq(self.expected.iter())
    }
}

/// Scans that the registry's audit log holds from before this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlierScans {
    /// Of a file with this SHA-256.
    pub of_file: u64,
    /// Under the same number of case; null if no case is named.
    pub of_case: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_names_whom_it_must_and_nobody_else() {
        let control = |expected: Option<&str>, named: &[&str]| Control {
            path: "a.mp4".into(),
            sha256: "0f".repeat(32),
            expected: expected.map(Into::into),
            verdict: Verdict::Inconclusive,
            named: named.iter().map(|n| (*n).to_owned()).collect(),
            log10_likelihood_ratio: None,
        };
        assert!(control(None, &[]).is_as_expected());
        assert!(control(Some("a"), &["a"]).is_as_expected());
        assert!(!control(None, &["a"]).is_as_expected());
        assert!(!control(Some("a"), &[]).is_as_expected());
        assert!(!control(Some("a"), &["b"]).is_as_expected());
        assert!(!control(Some("a"), &["a", "b"]).is_as_expected());
    }
}
