//! Says what is to be marked for whom.

use std::path::PathBuf;

use super::args::Mark;
use super::setting::Setting;
use crate::error::{Error, Result};
use crate::evidence::naming::RESERVED_ID;
use crate::job::{Beginning, MarkRequest};
use crate::media::Allowances;

/// What to mark for whom.
pub struct MarkOrder {
    /// The request; its recipients are looked up later.
    pub request: MarkRequest,
    /// Who is to receive a copy.
    pub to: Recipients,
    /// JSON instead of words.
    pub json: bool,
}

/// Who is to receive a copy.
#[derive(Debug, PartialEq, Eq)]
pub enum Recipients {
    /// Every distributor in the registry.
    Everybody,
    /// These, each once.
    Ids(Vec<String>),
    /// Those in a file.
    List(PathBuf),
}

impl MarkOrder {
    /// What `typed` means.
    ///
    /// # Errors
    /// [`Error::Usage`] if the recipients contradict each other.
    pub fn of(typed: Mark, setting: &Setting) -> Result<Self> {
        let to = recipients(typed.to)?;
        let mut request = MarkRequest::new(typed.master, Vec::new());
        request.output = typed.output;
        request.title = typed.title;
        request.beginning = Beginning::of(typed.reel, typed.at);
        request.strength = typed.strength;
        request.codec = typed.encoder.codec;
        request.crf = typed.encoder.crf;
        request.preset = typed.encoder.preset;
        request.verify = !typed.no_verify;
        request.force = typed.force;
        request.resume = typed.resume;
        request.allowed = Allowances {
            losses: typed.allow_loss.into_iter().collect(),
            damage: typed.allow_damaged,
        };
        request.limits = setting.limits;
        request.threads = setting.threads;
        Ok(Self {
            request,
            to,
            json: typed.json,
        })
    }
}

/// Who is meant by what was typed.
///
/// # Errors
/// [`Error::Usage`] if it contradicts itself.
pub fn recipients(typed: Vec<String>) -> Result<Recipients> {
    let mut ids: Vec<String> = Vec::new();
    for id in typed.iter().map(|id| id.trim()) {
        if id.is_empty() {
            return Err(Error::usage("--to names nobody between two commas")
                .advise("give ids, as in --to aurora,kernel"));
        }
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    if let Some(list) = ids.iter().find_map(|id| id.strip_prefix('@')) {
        return match ids.len() {
            1 if !list.is_empty() => Ok(Recipients::List(list.into())),
            _ => Err(Error::usage("--to @FILE names everybody in the file")
                .advise("name one file, and no others beside it")),
        };
    }
    match ids.iter().any(|id| id == RESERVED_ID) {
        true if ids.len() > 1 => {
            Err(Error::usage("--to all means every distributor").advise("name no others beside it"))
        }
        true => Ok(Recipients::Everybody),
        false => Ok(Recipients::Ids(ids)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn ids(words: &[&str]) -> Result<Recipients> {
        recipients(words.iter().map(|&word| word.to_owned()).collect())
    }

    #[test]
    fn recipients_are_named_once_and_all_stands_alone() {
        assert_eq!(
            ids(&["b", "a", "b"]).unwrap(),
            Recipients::Ids(vec!["b".to_owned(), "a".to_owned()])
        );
        assert_eq!(ids(&["all"]).unwrap(), Recipients::Everybody);
        assert!(ids(&["all", "a"]).is_err());
        assert!(ids(&["a", ""]).is_err());
        assert_eq!(ids(&["@l.csv"]).unwrap(), Recipients::List("l.csv".into()));
        assert!(ids(&["@l.csv", "a"]).is_err() && ids(&["@"]).is_err());
    }
}
