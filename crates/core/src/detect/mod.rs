//! Reads the mark out of an exhibit's picture, without the host.
//!
//! ```text
//! bins ─ cancel host ─ whitened bins ─ fold (a geometry) ─ tiles ─ align (time) ─ slots ─ soft symbols
//!                                         ↑ register: which geometry, by the pilot alone; motion: how it moves
//! ```
//!
//! Nothing here looks at a distributor: geometry, alignment and reliabilities
//! are chosen by the pilot and by how well the data chips agree with each other.
//!
//! | room | what it does |
//! |---|---|
//! | `question`, `geometry`, `bins` | where to look and how hard; maps from chips to samples; half-second means without their host |
//! | `fit` | where exactly a reading was read |
//! | `pilot` | tiles folded onto one, correlated with the pilot |
//! | `align` | time: speeds, starts, cuts |
//! | `sweep` | very many lattices, quickly |
//! | `register` | candidates: how strong the pilot is, moved to where it is strongest |
//! | `search`, `motion` | candidates of pictures that stand still, that drift, that wander |
//! | `symbols`, `judge` | soft symbols; the candidate whose pilot and data fit best |
//! | `reading`, `read` | what is said of it |
//! | `content` | what an exhibit shows, compared with the title's master |
//! | `informed` | what was found read again with the master's pictures taken away |
//! | `reread` | soft symbols read again where a reading found them, without the secret |

mod align;
mod bins;
mod content;
mod debug_pictures;
mod detector;
mod fit;
mod geometry;
mod informed;
mod judge;
mod motion;
mod pilot;
mod question;
mod read;
mod reading;
mod register;
mod reread;
mod search;
mod sweep;
mod symbols;

pub use align::SPEED_PERCENT;
pub use bins::{BIN_S, Bin, BinGatherer, GRID_LONG, grid_size, whitened};
pub use content::{Content, ContentRun, Known, MasterPictures, Masters, NoMasters, compare};
pub(crate) use content::{SPAN_S, Timed, Timing, USUAL_RATES, When};
pub use debug_pictures::DebugPictures;
pub use fit::{Fit, FitGeometry, FitRun, Frames, HostFit};
pub(crate) use geometry::RADIUS;
pub use geometry::{Adjust, Geometry, Orientation, Region};
pub use informed::hosts_of;
pub use judge::change_of_title;
pub use pilot::{PilotKey, Tile};
pub use question::{Effort, Search};
pub use read::{Reading, read, read_keyframes, read_with_pictures};
pub use reading::{Contradiction, Piece, Placement, Sync};
pub use register::Scale;
pub use reread::{Reread, WhitenedBins, reread};
pub use search::{ASPECT, SCALES, TURN, USUAL_SCALES};
pub use symbols::{SlotSoft, TitleReading};
