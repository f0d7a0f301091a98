//! This module is cli.
