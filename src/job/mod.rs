//! This module is job.
