//! A panic is a line of the log.

use std::io::{self, Write as _};
use std::panic::PanicHookInfo;

/// From now on a panic is told in one line: in which thread, and where in the program. What it says is
/// told only if that stands in the program, word by word: anything else may be somebody's data.
pub(crate) fn report() {
    std::panic::set_hook(Box::new(log_panic));
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    let at = panic
        .location()
        .map(|at| format!("{}:{}", at.file(), at.line()));
    let at = at.as_deref().unwrap_or("somewhere");
    let message = panic.payload().downcast_ref::<&'static str>().copied();
    if super::is_initialised() {
        match message {
            Some(message) => tracing::error!(thread, at, said = message, "thread panicked"),
            None => tracing::error!(thread, at, "thread panicked"),
        }
    } else {
        let message = message
            .map(|message| format!(": {message}"))
            .unwrap_or_default();
        // Who would hear of it?
        let _unheard = writeln!(
            io::stderr(),
            "passeplat: the thread '{thread}' panicked at {at}{message}"
        );
    }
}
