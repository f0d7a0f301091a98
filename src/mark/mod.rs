//! This module is mark.
