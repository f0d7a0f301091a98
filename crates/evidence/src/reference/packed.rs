//! The part of a reference that an evidence pack carries.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entry::Reference;
use super::file::{FileKey, Header, InWords, ReferenceFile, opened_group, opened_head};
use crate::hash::sha256;
use leakmark_core::key::is_signed;

/// The pictures of a title's master that a reading took away, as the registry kept them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(description = "The pictures of a title's master that a reading took away.")]
pub struct PackedReference {
    /// The entry of the registry's chain that names the reference.
    pub entry: String,
    /// Ed25519 signature of the entry, 128 lower-case hexadecimal digits.
    pub signature: String,
    /// The file's key, 64 lower-case hexadecimal digits: it opens this file alone.
    pub key: String,
    /// The file up to its first group, in Base64.
    pub head: String,
    /// The groups of pictures that were used, in order.
    pub groups: Vec<PackedGroup>,
}

/// A group of pictures: H.264 of half-second means, sealed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackedGroup {
    /// Its number in the file, from 0.
    pub number: usize,
    /// As it is sealed, in Base64.
    pub sealed: String,
}

/// A packed reference that was found to be what the registry kept.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenedReference {
    /// What the chain says of it.
    pub reference: Reference,
    /// What it holds.
    pub header: Header,
    /// The packed pictures of those groups that are there.
    pub groups: BTreeMap<usize, Vec<u8>>,
}

impl PackedReference {
    /// Packs these groups of an open file.
    ///
    /// # Errors
    /// Why one cannot be read, in words.
    pub fn new(
        (entry, signature): (String, String),
        key: &FileKey,
        file: &mut ReferenceFile,
        numbers: impl IntoIterator<Item = usize>,
    ) -> InWords<Self> {
        let mut group = |number: usize| {
            Ok(PackedGroup {
                number,
                sealed: STANDARD.encode(file.sealed_group(number)?),
            })
        };
        let groups: InWords<Vec<PackedGroup>> = numbers.into_iter().map(&mut group).collect();
        Ok(Self {
            entry,
            signature,
            key: key.to_hex(),
            head: STANDARD.encode(file.head()),
            groups: groups?,
        })
    }

    /// Opens it, if all of it is what the registry with this id and key kept.
    ///
    /// # Errors
    /// What is not, in words.
    pub fn opened(&self, registry: &str, public_key: &str) -> InWords<OpenedReference> {
        let decoded = |text: &str| STANDARD.decode(text).map_err(|e| e.to_string());
        if !is_signed(public_key, self.entry.as_bytes(), &self.signature) {
            return Err("its entry of the chain was not signed by the registry".into());
        }
        let reference = Reference::of_entry(&self.entry, registry)
            .ok_or("its entry of the chain is not that of a reference of this registry")?;
        let head = decoded(&self.head)?;
        if sha256(&head) != reference.sha256 {
            return Err("its head is not the one that the chain names".into());
        }
        let key = FileKey::of_hex(&self.key).ok_or("its key is malformed")?;
        let header = opened_head(&head, &key)?;
        if header.title != reference.title {
            return Err("it holds another title's pictures".into());
        }
        let mut groups = BTreeMap::new();
        for group in &self.groups {
            let opened = opened_group(&header, &key, group.number, &decoded(&group.sealed)?)?;
            groups.insert(group.number, opened);
        }
        Ok(OpenedReference {
            reference,
            header,
            groups,
        })
    }
}
