//! What goes on while the machine has its troubles: senders, receivers, and somebody who looks.

pub mod books;
pub mod lanes;
pub mod poller;
pub mod receiver;
pub mod sender;
pub mod watch;
