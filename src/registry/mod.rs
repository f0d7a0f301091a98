//! This module is registry.
