//! Slots that follow each other, whose symbols are drawn at once.

use crate::units::SlotIndex;

/// What is kept of slots that follow each other.
pub(super) struct Run<T> {
    /// The first of them.
    pub first: SlotIndex,
    /// Slot by slot.
    pub tables: Vec<T>,
}

/// Slots in order, as runs of at most `most`.
pub(super) fn runs<T>(slots: impl Iterator<Item = (SlotIndex, T)>, most: usize) -> Vec<Run<T>> {
    let mut runs: Vec<Run<T>> = Vec::new();
    for (slot, table) in slots {
        let follows = |run: &&mut Run<T>| {
            run.tables.len() < most && run.first.0 + run.tables.len() as u32 == slot.0
        };
        match runs.last_mut().filter(follows) {
            Some(run) => run.tables.push(table),
            None => runs.push(Run {
                first: slot,
                tables: vec![table],
            }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_where_a_slot_is_missing_or_it_is_full() {
        let slots = [3, 4, 5, 6, 8, 9].map(|slot| (SlotIndex(slot), slot));
        let runs: Vec<Vec<u32>> = runs(slots.into_iter(), 3)
            .into_iter()
            .map(|run| {
                assert_eq!(run.first.0, run.tables[0]);
                run.tables
            })
            .collect();
        assert_eq!(runs, [vec![3, 4, 5], vec![6], vec![8, 9]]);
    }
}
