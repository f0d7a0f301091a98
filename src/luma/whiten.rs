//! This module is whiten.
