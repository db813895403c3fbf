//! What both engines promise.

mod contract;
