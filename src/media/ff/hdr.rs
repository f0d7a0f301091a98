//! This module is hdr.
