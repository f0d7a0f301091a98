//! What an envelope states: an in-toto Statement v1 about a report or a dossier.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::dossier::{DOSSIER_SCHEMA, Dossier};
use crate::report::{Report, SCHEMA};

/// What an envelope states.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement<P> {
    /// Always `https://in-toto.io/Statement/v1`.
    #[serde(rename = "_type")]
    pub kind: String,
    /// The exhibit of a report, the films of a dossier.
    pub subject: Vec<Subject>,
    /// `https://github.com/leakmark/leakmark/report/2`, or `…/dossier/1`.
    pub predicate_type: String,
    /// The report or dossier.
    pub predicate: P,
}

/// What a statement is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The file's path or name.
    pub name: String,
    /// Its hashes, lower-case hexadecimal, by algorithm.
    pub digest: BTreeMap<String, String>,
}

impl Subject {
    fn of(name: &str, sha256: &str) -> Self {
        Self {
            name: name.to_owned(),
            digest: BTreeMap::from([("sha256".to_owned(), sha256.to_owned())]),
        }
    }
}

/// What an envelope can be about.
pub trait Predicate: Serialize + DeserializeOwned + Clone {
    /// Its in-toto type.
    const TYPE: &'static str;
    /// The name and version of its format.
    const SCHEMA: &'static str;
    /// What people call it.
    const CALLED: &'static str;
    /// The format that it says it has.
    fn schema(&self) -> &str;
    /// The files that it is about.
    fn subjects(&self) -> Vec<Subject>;
}

impl Predicate for Report {
    const TYPE: &'static str = "https://github.com/leakmark/leakmark/report/2";
    const SCHEMA: &'static str = SCHEMA;
    const CALLED: &'static str = "report";

    fn schema(&self) -> &str {
        &self.schema
    }

    fn subjects(&self) -> Vec<Subject> {
        let parts = self.exhibit.parts.iter();
        match parts.len() {
            0 => vec![Subject::of(&self.exhibit.path, &self.exhibit.sha256)],
            _ => parts.map(|p| Subject::of(&p.path, &p.sha256)).collect(),
        }
    }
}

impl Predicate for Dossier {
    const TYPE: &'static str = "https://github.com/leakmark/leakmark/dossier/1";
    const SCHEMA: &'static str = DOSSIER_SCHEMA;
    const CALLED: &'static str = "dossier";

    fn schema(&self) -> &str {
        &self.schema
    }

    fn subjects(&self) -> Vec<Subject> {
        let films = self.films.iter();
        films.map(|f| Subject::of(&f.name, &f.sha256)).collect()
    }
}
