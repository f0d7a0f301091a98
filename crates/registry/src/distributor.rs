//! A distributor: someone who receives marked copies.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Someone who receives marked copies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distributor {
    /// Short, unique whatever the case of its letters; see [`validate_id`](leakmark_evidence::naming::validate_id).
    pub id: String,
    /// As printed in reports.
    pub name: String,
    /// Whatever else is known, by column name.
    #[serde(default)]
    pub notes: BTreeMap<String, String>,
}
