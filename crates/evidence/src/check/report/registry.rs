//! Whether a report is as its registry signed it, and which registry that is.

use crate::{Check, Report};

/// Whether the registry's signature holds.
pub fn signature(report: &Report) -> Check {
    const WHAT: &str = "registry's signature";
    match report.is_as_signed() {
        true => Check::holds(
            WHAT,
            "the whole report but its timing is as the key in it signed it",
        ),
        false => Check::fails(
            WHAT,
            "the report was changed since its registry signed it, or another made it",
        ),
    }
}

/// Whether the key is that of the registry that the owner made known.
pub fn key(report: &Report, given: Option<&str>) -> Check {
    const WHAT: &str = "registry's key";
    let (own, signed_by) = (&report.registry.public_key, &report.signature.public_key);
    if own != signed_by {
        return Check::fails(
            WHAT,
            format!("the report says that its registry's is {own}, and was signed by {signed_by}"),
        );
    }
    match given {
        None => Check::skipped(
            WHAT,
            format!(
                "the report's own is {own}: compare it with the one that the registry's owner made known, or name that with --registry-key; anybody can make a registry with this id"
            ),
        ),
        Some(given) if given != own => Check::fails(
            WHAT,
            format!("the report is of a registry whose key is {own}, not {given}"),
        ),
        Some(_) if report.is_as_signed() => Check::authenticated(WHAT, "it is the one given"),
        Some(_) => Check::skipped(WHAT, "it is the one given, which did not sign this report"),
    }
}
