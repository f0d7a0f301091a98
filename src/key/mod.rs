//! This module is key.
