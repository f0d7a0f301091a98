//! Copies packets without copying their bytes, and makes new ones.
#![allow(unsafe_code)] // The crate's `Clone` copies the payload.

use ffmpeg_next::ffi;
use ffmpeg_next::packet::{Mut, Ref};

use super::{FfError, Packet};

/// A second reference to the same payload, with times and side data.
pub(crate) fn share(packet: &Packet) -> Result<Packet, FfError> {
    let mut copy = Packet::empty();
    // SAFETY: both packets are live; the new one is empty.
    let code = unsafe { ffi::av_packet_ref(copy.as_mut_ptr(), packet.as_ptr()) };
    if code < 0 { Err(code.into()) } else { Ok(copy) }
}

/// A packet with another payload and the times and flags of `packet`.
pub(crate) fn with_payload(packet: &Packet, payload: &[u8]) -> Option<Packet> {
    let mut fresh = Packet::new(payload.len());
    if payload.is_empty() || fresh.size() != payload.len() {
        return None;
    }
    fresh.data_mut()?.copy_from_slice(payload);
    fresh.set_pts(packet.pts());
    fresh.set_dts(packet.dts());
    fresh.set_duration(packet.duration());
    fresh.set_flags(packet.flags());
    Some(fresh)
}
