//! What goes from the reader of the master to the threads of the copies.

use crossbeam_channel::Sender;

use crate::ff::frame::share;
use crate::ff::{self, Frame, Packet, packet};
use leakmark_core::error::{Error, Result};

/// A picture on its way to a copy; its timestamp is in it.
pub(super) struct Picture {
    pub frame: Frame,
    pub index: u64,
    pub time_s: f64,
    /// Ticks of the master's time base.
    pub duration: i64,
}

/// What a copy's thread is given, in the master's order.
pub(super) enum Parcel {
    Picture(Picture),
    Packet(Packet),
    End,
}

/// Hands a packet of the master to every copy.
pub(super) fn broadcast_packet(copies: &[Sender<Parcel>], original: &Packet) -> Result<()> {
    for copy in copies {
        let shared = packet::share(original).map_err(out_of_memory)?;
        send(copy, Parcel::Packet(shared))?;
    }
    Ok(())
}

/// Hands a picture to every copy, shared by reference.
pub(super) fn broadcast_picture(copies: &[Sender<Parcel>], picture: &Picture) -> Result<()> {
    for copy in copies {
        let frame = share(&picture.frame).map_err(out_of_memory)?;
        send(copy, Parcel::Picture(Picture { frame, ..*picture }))?;
    }
    Ok(())
}

fn send(copy: &Sender<Parcel>, parcel: Parcel) -> Result<()> {
    copy.send(parcel).map_err(|_| Error::Interrupted)
}

fn out_of_memory(error: ff::FfError) -> Error {
    Error::Internal(format!("a picture cannot be shared: {error}"))
}
