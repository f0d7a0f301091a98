//! Decodes parts of a film side by side, ahead of whoever reads them.
//!
//! Decoders of one thread each waste nothing on waiting for each other. What is
//! decoded does not depend on how many there are; what was decoded in vain
//! because reading stopped is not counted.
//!
//! Memory is bounded: at most as many parts are decoded, wait or are read as there
//! are decoders, or two if there is one (34 MB of bins each), and decoders are so few
//! that their pictures fit [`PICTURES`](super::schedule).

use crate::error::Result;
use crate::job::in_order::{Line, in_order};
use crate::job::scan::film::schedule::Schedule;
use crate::job::scan::film::window::{Decoding, Gathered, Survey};

/// Decodes a whole schedule, and hands its parts to `take` in their order until it
/// says false.
pub(crate) fn prefetch(
    decoding: &Decoding<'_>,
    survey: &Survey,
    schedule: &Schedule,
    take: &mut dyn FnMut(usize, Result<Gathered>) -> Result<bool>,
) -> Result<()> {
    let decoders = decoding.threads.min(schedule.side_by_side()).max(1);
    let decoding = &Decoding {
        threads: (decoding.threads / decoders).max(1),
        ..*decoding
    };
    let line = Line {
        count: schedule.len(),
        workers: decoders,
        // A decoder by itself reads on while its last part is looked at.
        ahead: decoders.max(2),
    };
    let gather = |_: &mut (), part, unwanted: &_| schedule.gather(decoding, survey, part, unwanted);
    in_order(line, gather, take)
}
