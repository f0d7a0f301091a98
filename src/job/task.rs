//! A piece of work, as it is told of to whoever watches.

use crate::error::{Error, Result};
use crate::job::events::{Event, Observer, Stage};

/// A piece of work by its number, and who watches it.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    number: usize,
    observer: &'a dyn Observer,
}

impl<'a> Task<'a> {
    /// Piece of work `number`, from 0.
    pub fn new(number: usize, observer: &'a dyn Observer) -> Self {
        Self { number, observer }
    }

    /// The only piece of work there is.
    pub fn only(observer: &'a dyn Observer) -> Self {
        Self::new(0, observer)
    }

    /// Who watches.
    pub(crate) fn observer(self) -> &'a dyn Observer {
        self.observer
    }

    /// Does `work`, and tells that it began and, whatever came of it, that it ended.
    pub(crate) fn run<T>(self, name: String, work: impl FnOnce() -> T) -> T {
        let task = self.number;
        self.observer.on(Event::Began { task, name });
        let done = work();
        self.observer.on(Event::Ended { task });
        done
    }

    /// Tells how far it has come, 0 to 1, and after how many frames.
    pub(crate) fn progress(self, stage: Stage, share: Option<f64>, frames: u64) {
        self.observer.on(Event::Progress {
            task: self.number,
            stage,
            share,
            frames,
        });
    }

    /// Tells how far it has come, 0 to 1.
    ///
    /// # Errors
    /// [`Error::Interrupted`] if it is to stop.
    pub(crate) fn tell(self, stage: Stage, share: Option<f64>) -> Result<()> {
        self.progress(stage, share, 0);
        self.check()
    }

    /// # Errors
    /// [`Error::Interrupted`] if it is to stop.
    pub(crate) fn check(self) -> Result<()> {
        match self.observer.is_cancelled() {
            true => Err(Error::Interrupted),
            false => Ok(()),
        }
    }
}
