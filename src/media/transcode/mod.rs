//! This module writes marked copies.
