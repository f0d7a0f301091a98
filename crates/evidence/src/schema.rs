//! States the formats as JSON Schema (draft 2020-12), generated from
//! the types: every field with its meaning, unit and null rule.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::json;

use crate::dossier::{DOSSIER_SCHEMA, Dossier};
use crate::pack::{EvidencePack, PACK_SCHEMA};
use crate::report::SCHEMA;
use crate::{
    EVIDENCE_SCHEMA, EvidenceFile, FAILURE_SCHEMA, Failure, Report, UNREADABLE_SCHEMA, Unreadable,
};

/// The schema of reports of version 2.
pub fn report_schema() -> Schema {
    of::<Report>(SCHEMA)
}

/// The schema of what is said of exhibits that cannot be read, version 1.
pub fn unreadable_schema() -> Schema {
    of::<Unreadable>(UNREADABLE_SCHEMA)
}

/// The schema of evidence packs of version 1.
pub fn pack_schema() -> Schema {
    of::<EvidencePack>(PACK_SCHEMA)
}

/// The schema of the house's files with soft symbols, version 1.
pub fn evidence_schema() -> Schema {
    of::<EvidenceFile>(EVIDENCE_SCHEMA)
}

/// The schema of dossiers of version 1.
pub fn dossier_schema() -> Schema {
    of::<Dossier>(DOSSIER_SCHEMA)
}

/// The schema of what `--json` prints when a command fails, version 1.
pub fn failure_schema() -> Schema {
    of::<Failure>(FAILURE_SCHEMA)
}

/// The schema of a type whose field `schema` is always `name`.
fn of<T: JsonSchema>(name: &str) -> Schema {
    let mut schema = SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<T>();
    schema.insert("title".to_owned(), json!(name));
    if let Some(field) = schema.pointer_mut("/properties/schema") {
        field["const"] = json!(name);
    }
    schema
}
