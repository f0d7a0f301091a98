//! This module is packet.
