//! Build-time checks and provenance.
fn main() {}
