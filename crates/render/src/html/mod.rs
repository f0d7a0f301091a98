//! Renders a document as one HTML file: no script, no network, no
//! second file. Everything that comes from elsewhere is escaped by maud, and
//! the page's own policy forbids whatever is not in it.

mod batch;
mod figure;
mod page;

pub use batch::{BatchRow, index, summary_csv};
pub use page::page;
