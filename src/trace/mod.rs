//! This module is trace.
