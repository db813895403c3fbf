//! The log: lines about the program itself, on standard error.
//!
//! Writing a line never fails, never waits and never panics, whatever standard error is: a full disk, a
//! pipe that nobody reads, a pipe whose reader is gone. Lines wait in a queue of bounded size
//! ([`queue`]), and a thread of their own writes them. What cannot be written is dropped and counted; as
//! soon as writing works again a line says how many were lost. Lines that say the same again and again
//! are counted, too, instead of written ([`limit`]), and so a full disk is not filled with complaints
//! about a full disk. A panic is a line like any other ([`panics`]).
//!
//! `tracing-appender` was looked at: it bounds lines, not bytes, does not count what could not be
//! written, and at the end tells of its own trouble on standard output with `println!`, which panics
//! or waits in just the cases that this is for.

pub(crate) mod levels;
pub(crate) mod limit;
pub(crate) mod line;
mod panics;
pub(crate) mod queue;

use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::fd::AsFd as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use hub::config::LogFormat;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use limit::{RepeatFilter, RepeatLimit};
use line::LineFormat;
use queue::{Queue, QueueWriter};

pub(crate) use panics::report as report_panics;

/// How long the end waits for the last lines to be written. With what a hub takes to stop it stays
/// below the ten seconds after which supervisors kill.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// The log of this process, once it has begun.
static LOG: OnceLock<ProcessLog> = OnceLock::new();

struct ProcessLog {
    queue: Arc<Queue>,
    form: LineFormat,
}

/// Begins the log, in the form and from the level that the settings ask for.
pub(crate) fn init(settings: &hub::config::LogSettings) -> anyhow::Result<()> {
    let levels = levels::parse(&settings.level)?;
    let form = LineFormat {
        json: settings.format == LogFormat::Json,
        colours: settings.format == LogFormat::Text && wants_colours(),
    };
    let (queue, limit) = (Arc::new(Queue::default()), Arc::new(RepeatLimit::default()));
    {
        let (queue, limit, out) = (Arc::clone(&queue), Arc::clone(&limit), standard_error()?);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || queue.write_out(out, form, &limit))
            .context("there is no thread for the log")?;
    }
    let writer = Arc::clone(&queue);
    let lines = fmt::layer().with_writer(move || QueueWriter(Arc::clone(&writer)));
    let lines = if form.json {
        lines.with_ansi(false).json().flatten_event(true).boxed()
    } else {
        lines.with_ansi(form.colours).with_target(false).boxed()
    };
    tracing_subscriber::registry()
        .with(lines)
        .with(RepeatFilter(limit))
        .with(levels)
        .try_init()
        .context("the log has begun already")?;
    let _first = LOG.set(ProcessLog { queue, form });
    Ok(())
}

/// Whether there is a log.
fn is_initialised() -> bool {
    LOG.get().is_some()
}

/// Runs the program, and says whether it ended well. If not, why is the last line; so it is when it
/// panics.
pub(crate) fn run_and_log_error(run: impl FnOnce() -> anyhow::Result<()>) -> bool {
    let cause = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(())) => None,
        // The causes in one line; where in our code it happened helps nobody who reads this.
        Ok(Err(error)) => Some(format!("{error:#}")),
        Err(_told) => Some("a fault of its own has ended it".to_owned()),
    };
    end(cause.as_deref());
    cause.is_none()
}

/// Ends the log: writes what waits, but does not wait for ever. `cause` is why the program fails, and
/// is the last line.
fn end(cause: Option<&str>) {
    let Some(log) = LOG.get() else {
        if let Some(cause) = cause {
            // Who would hear of it?
            let _unheard = writeln!(io::stderr(), "passeplat: {cause}");
        }
        return;
    };
    let last = cause.map(|cause| log.form.final_line(cause));
    log.queue.close(last, FLUSH_TIMEOUT);
}

/// Standard error by another handle: whoever else writes there must not wait until a line of the log
/// is written.
fn standard_error() -> anyhow::Result<File> {
    let other = io::stderr()
        .as_fd()
        .try_clone_to_owned()
        .context("there is no handle for the log")?;
    Ok(File::from(other))
}

/// Colours are for people who look on, if they like them (<https://no-color.org>).
fn wants_colours() -> bool {
    let has = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::stderr().is_terminal() && !has("NO_COLOR") && !is_dumb
}
