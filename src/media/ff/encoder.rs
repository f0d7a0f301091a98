//! This module is encoder.
