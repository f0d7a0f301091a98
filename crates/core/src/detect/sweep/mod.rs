//! A look at very many lattices, at a third of a millisecond each.

mod basis;
mod score;
mod stack;

pub(crate) use basis::{Basis, SweepRange};
pub(crate) use stack::Stack;
