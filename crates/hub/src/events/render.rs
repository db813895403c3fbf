//! An event as one receiver sees it.
