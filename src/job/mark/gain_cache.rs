//! Makes the gain map of each picture once for all copies.
//!
//! Copies are marked side by side, each at its own pace within the length of
//! its queue. Whoever comes to a picture first makes its map, whoever comes
//! last takes it away.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::luma::LumaView;
use crate::mark::{Gain, GainMap};

/// A picture's map once it is made; `None` if there is nothing to mark.
pub(crate) type SharedMap = Arc<OnceLock<Option<GainMap>>>;

/// The maps that some copies still need, by the number of the picture.
pub(crate) struct GainCache {
    gain: Gain,
    copies: usize,
    waiting: Mutex<BTreeMap<u64, (SharedMap, usize)>>,
}

impl GainCache {
    /// For so many copies, each of which asks for every picture once.
    pub fn new(gain: Gain, copies: usize) -> Self {
        Self {
            gain,
            copies,
            waiting: Mutex::default(),
        }
    }

    /// How strongly everything is marked.
    pub fn gain(&self) -> Gain {
        self.gain
    }

    /// The map of picture `frame`, made from its unmarked `luma` unless another
    /// copy has done so.
    pub fn of(&self, frame: u64, luma: &LumaView<'_>) -> SharedMap {
        let map = self.share(frame);
        map.get_or_init(|| GainMap::of(&self.gain, luma));
        map
    }

    fn share(&self, frame: u64) -> SharedMap {
        // A copy that panicked leaves the maps as they were.
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (map, takers) = waiting.entry(frame).or_default();
        let map = Arc::clone(map);
        *takers += 1;
        if *takers == self.copies {
            waiting.remove(&frame);
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luma::{LumaFormat, Samples};

    #[test]
    fn a_map_is_made_once_and_kept_until_all_have_it() {
        let format = LumaFormat {
            width: 32,
            height: 32,
            stride: 32,
            bit_depth: 8,
            full_range: false,
        };
        let samples = [16; 32 * 32];
        let view = LumaView {
            format,
            samples: Samples::U8(&samples),
        };
        let gains = GainCache::new(Gain::DEFAULT, 3);
        let [first, again] = [gains.of(7, &view), gains.of(7, &view)];
        assert!(Arc::ptr_eq(&first, &again));
        assert!(!Arc::ptr_eq(&first, &gains.of(8, &view)));
        assert!(Arc::ptr_eq(&first, &gains.of(7, &view)));
        assert!(!gains.waiting.lock().unwrap().contains_key(&7));
    }
}
