//! Says what clock a film may be read by besides its time stamps.

/// A clock that is not that of the time stamps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct OtherClock {
    /// Seconds of film for each second stamped.
    pub rate: f64,
    /// Frames a second by this clock.
    pub hz: f64,
    /// Frames a second by the stamps or, without any, as the format takes for granted.
    pub counted_hz: f64,
    /// Who says so.
    pub witness: Witness,
    /// True if a mark was found by it, and none by the stamps.
    pub found: bool,
}

/// Who says how fast a film runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Witness {
    /// The headers of its codec.
    Pictures,
    /// A header of its container.
    Container,
    /// A title of the registry, for the film has no time stamps.
    Title,
}

impl OtherClock {
    /// Who says what, against what, and what came of it.
    pub fn words(&self) -> String {
        let (hz, counted_hz) = (thousandths(self.hz), thousandths(self.counted_hz));
        let what = match self.witness {
            Witness::Pictures => format!(
                "The pictures declare {hz} frames a second, and are stamped for {counted_hz}"
            ),
            Witness::Container => format!(
                "The container declares {hz} frames a second, and is stamped for {counted_hz}"
            ),
            Witness::Title => format!(
                "The film has no time stamps; it was counted at {counted_hz} frames a second, and at {hz}, as a title of the registry runs"
            ),
        };
        match self.found {
            true => {
                format!("{what}. A mark was found at {hz} alone: times here are counted by that.")
            }
            false => format!("{what}. No mark was found at either speed."),
        }
    }
}

fn thousandths(hz: f64) -> f64 {
    (hz * 1000.0).round() / 1000.0
}
