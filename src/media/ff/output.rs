//! This module is output.
