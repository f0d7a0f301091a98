//! What the examiner says about the case. Nothing of it is
//! found in the exhibit, and nothing of it is checked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The case that an exhibit belongs to, in the examiner's words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseFacts {
    /// The case's number or name; null if not given.
    pub case_id: Option<String>,
    /// The exhibit's number in the case; null if not given.
    pub exhibit_id: Option<String>,
    /// Who examined it; null if not given.
    pub examiner: Option<String>,
    /// A remark; null if not given.
    pub note: Option<String>,
    /// The address at which the exhibit was found; null if not given. It is never fetched.
    pub source_url: Option<String>,
}

impl CaseFacts {
    /// These fields; `None` if every one is missing.
    pub fn stated(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }
}
