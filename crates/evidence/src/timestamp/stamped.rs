//! Which stamp is to be checked: as programs are told on their command lines.

use std::path::PathBuf;

use clap::Args;

/// A stamped file, its stamp, and what the stamp is checked against.
#[derive(Debug, Clone, Default, Args)]
pub struct StampedFile {
    /// The file that was stamped
    ///
    /// Example: leak.mp4.report.dsse.json
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The authority's response
    ///
    /// Default: the file's name with .tsr after it. Example: --response leak.tsr
    #[arg(long, value_name = "TSR")]
    pub response: Option<PathBuf>,

    /// The request that was sent, to compare the nonce
    ///
    /// Default: the file's name with .tsq after it; if that is not there, the nonce is not
    /// checked, and that is said. Example: --request leak.tsq
    #[arg(long, value_name = "TSQ")]
    pub request: Option<PathBuf>,

    /// Certificates of the authorities that you trust, PEM
    ///
    /// Default: whether the signer is any authority is not checked, and that is said.
    /// Example: --tsa-ca tsa.pem
    #[arg(long, value_name = "PEM")]
    pub tsa_ca: Option<PathBuf>,
}
