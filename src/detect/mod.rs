//! This module is detect.
