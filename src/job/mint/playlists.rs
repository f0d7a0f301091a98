//! Makes the playlists of a copy that is streamed.

use base16ct::lower;
use sha2::{Digest, Sha256};

use crate::job::mint::film::Film;
use crate::job::mint::order::Ordered;
use crate::job::mint::ready::{PlaylistFile, Ready};
use crate::job::mint::request::MintRequest;
use crate::media::Playlist;

/// The playlists of a copy; what is recorded is the SHA-256 of all of them, one after
/// the other.
pub(crate) fn playlists(film: &Film, request: &MintRequest, ordered: Ordered) -> Ready {
    let letters = film.letters(&ordered.distributor, ordered.copy);
    let layout = &film.index.layout;
    let stem = ordered.path.file_stem().unwrap_or_default();
    let stem = stem.to_string_lossy().into_owned();
    let made = layout.hls(&letters, &stem, &request.base);
    let bytes = made.iter().map(|one| one.text.len() as u64).sum();
    let mut whole = Sha256::new();
    made.iter()
        .for_each(|one| whole.update(one.text.as_bytes()));
    let file = |Playlist { ending, text }| PlaylistFile {
        path: ordered.path.with_file_name(format!("{stem}{ending}")),
        text,
    };
    let files = made.into_iter().map(file).collect();
    Ready::streamed(
        ordered,
        lower::encode_string(&whole.finalize()),
        bytes,
        files,
    )
}
