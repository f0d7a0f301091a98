//! Puts a copy together for each recipient from the segments of variants.
//!
//! ```text
//! folder of variants ─ checked ─┐
//! recipients ─ codewords ─ letters ─ ranges of files ─┬─ copied, hashed on the way ─ batch: record, name
//!                                                     └─ or listed, for a server to send
//! ```
//!
//! A copy is recorded before it gets its name: what an interruption leaves is recorded copies
//! without a file, which the same command makes again, byte for byte, with `resume`.

pub(crate) mod check;
pub(crate) mod copy;
pub(crate) mod film;
pub(crate) mod issue;
pub(crate) mod lists;
pub(crate) mod minted;
pub(crate) mod order;
pub(crate) mod playlists;
pub(crate) mod ready;
pub(crate) mod request;

use crate::error::Result;
use crate::job::events::{Stage, file_name};
use crate::job::home::Home;
use crate::job::mint::copy::{Made, write_copy};
use crate::job::mint::film::Film;
use crate::job::mint::issue::Issuing;
use crate::job::mint::lists::Lists;
use crate::job::mint::minted::Minted;
use crate::job::mint::order::{Ordered, order};
use crate::job::mint::playlists::playlists;
use crate::job::mint::ready::Ready;
use crate::job::mint::request::{MintRequest, What, check};
use crate::job::task::Task;
use crate::media::{Assembler, Form};

/// Copies whose issue is recorded at once.
const BATCH: usize = 1000;
/// Bytes of copies that may wait for their record.
const BATCH_BYTES: u64 = 8 << 30;

/// Puts copies together for all recipients, and records their issue in batches. If something
/// fails after copies were issued, it is told of in [`Minted::failure`].
///
/// # Errors
/// [`Error::Usage`](crate::error::Error::Usage) for an impossible request, [`Error::Unreadable`](crate::error::Error::Unreadable) if the folder of
/// variants was changed, [`Error::Unwritable`](crate::error::Error::Unwritable) for an output, [`Error::Registry`](crate::error::Error::Registry),
/// [`Error::Interrupted`](crate::error::Error::Interrupted): then nothing was issued.
pub fn mint(home: &Home, request: &MintRequest, task: Task<'_>) -> Result<Minted> {
    check(request)?;
    task.run(file_name(&request.variants), || {
        let film = Film::open(home, &request.variants)?;
        let opened = film.assembler()?;
        let issuing = Issuing {
            home,
            film: &film,
            what: request.what,
        };
        let mut run = Run {
            request,
            issuing,
            task,
            minted: Minted {
                title: film.index.title.clone(),
                ..Minted::default()
            },
        };
        let orders = order(home, request, &film)?;
        let done = match request.what {
            What::Ranges => run.list(&opened, orders),
            What::Hls => run.stream(orders),
            What::Mp4 => run.copy(&opened, orders, Form::Progressive),
            What::Fmp4 => run.copy(&opened, orders, Form::Fragmented),
        };
        match done {
            Err(error) if run.minted.copies.is_empty() => Err(error),
            Err(error) => Ok(Minted {
                failure: Some(error),
                ..run.minted
            }),
            Ok(()) => Ok(run.minted),
        }
    })
}

struct Run<'a> {
    request: &'a MintRequest,
    issuing: Issuing<'a>,
    task: Task<'a>,
    minted: Minted,
}

impl Run<'_> {
    /// Makes files.
    fn copy(&mut self, opened: &Assembler<'_>, orders: Vec<Ordered>, form: Form) -> Result<()> {
        let count = orders.len();
        let mut ready: Vec<Ready> = Vec::new();
        for (number, ordered) in orders.into_iter().enumerate() {
            if let Some(issue) = ordered.issued.as_ref().filter(|_| ordered.path.exists()) {
                self.minted.already.push(issue.clone());
                continue;
            }
            let share = Some(number as f64 / count as f64);
            let told = self.task.tell(Stage::Writing, share);
            match told.and_then(|()| self.file(opened, ordered, form)) {
                Ok(own) => ready.push(own),
                // What is done already is issued.
                Err(error) => return self.issue(&mut ready).and(Err(error)),
            }
            let waiting: u64 = ready.iter().map(|own| own.bytes).sum();
            if ready.len() >= BATCH || waiting >= BATCH_BYTES {
                self.issue(&mut ready)?;
            }
        }
        self.issue(&mut ready)
    }

    /// Makes one file.
    fn file(&self, opened: &Assembler<'_>, ordered: Ordered, form: Form) -> Result<Ready> {
        let film = self.issuing.film;
        let letters = film.letters(&ordered.distributor, ordered.copy);
        let assembly = opened.assemble(form, &letters)?;
        let made = write_copy(&ordered.path, opened.files(), &assembly, self.task)?;
        Ok(Ready::file(ordered, made))
    }

    /// Writes playlists.
    fn stream(&mut self, orders: Vec<Ordered>) -> Result<()> {
        let (count, mut done) = (orders.len(), 0);
        let mut orders = orders.into_iter().peekable();
        while orders.peek().is_some() {
            let share = f64::from(done) / count as f64;
            self.task.tell(Stage::Writing, Some(share))?;
            let batch = orders.by_ref().take(BATCH);
            let playlists = |ordered| playlists(self.issuing.film, self.request, ordered);
            let mut ready: Vec<Ready> = batch.map(playlists).collect();
            done += ready.len() as u32;
            self.issue(&mut ready)?;
        }
        Ok(())
    }

    /// Lists ranges.
    fn list(&mut self, opened: &Assembler<'_>, orders: Vec<Ordered>) -> Result<()> {
        let mut lists = Lists::beside(&self.request.output)?;
        let (count, mut done) = (orders.len(), 0);
        let mut orders = orders.into_iter().peekable();
        while orders.peek().is_some() {
            self.task
                .tell(Stage::Writing, Some(f64::from(done) / count as f64))?;
            let batch: Vec<Ordered> = orders.by_ref().take(BATCH).collect();
            done += batch.len() as u32;
            let mut ready = lists.write(self.issuing.film, opened, batch)?;
            self.issue(&mut ready)?;
        }
        lists.name(
            &self.request.output,
            self.request.force || self.request.resume,
        )
    }

    /// Records what is ready, then gives it its names.
    fn issue(&mut self, ready: &mut Vec<Ready>) -> Result<()> {
        let ready = std::mem::take(ready);
        let issues = self.issuing.record(&ready)?;
        for (own, issue) in ready.into_iter().zip(issues) {
            let (path, force) = (own.ordered.path.clone(), self.request.force);
            let copy = own.copy(issue);
            if let Some(Made { part, .. }) = own.made {
                part.name(&path, force)?;
            }
            let replace = force || self.request.resume;
            own.playlists
                .iter()
                .try_for_each(|one| one.write(replace))?;
            self.minted.copies.push(copy);
        }
        Ok(())
    }
}
