//! Tells the C library how to keep memory.
#![allow(unsafe_code)] // A call to the C library.

/// Lets all threads share one store of memory. By default each has a store of its
/// own, and what one allocates and another drops, as decoders and readers of bins
/// do, piles up in all of them. For programs, before they start threads.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn share_one_store() {
    // SAFETY: it sets a number inside the allocator; refused, nothing changes.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

/// Other C libraries have no such stores.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn share_one_store() {}
