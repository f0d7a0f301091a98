//! This module is report.
