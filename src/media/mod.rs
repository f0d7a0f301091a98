//! This module is media.
