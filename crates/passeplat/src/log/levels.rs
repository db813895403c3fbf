//! Which lines are written: what `log.level` means.
//!
//! A level without a name is for the project's own crates. Libraries write what they like at `debug` and
//! `trace`, personal data included: of them warnings and errors are logged, unless their name is given
//! (`info,hyper_util=debug`). The driver of PostgreSQL logs the parameters of every statement at `debug`,
//! which are customers' data: it never gets below `info`, whatever is given.

use anyhow::Context as _;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;

/// The crates of the project: `docs/logging.md` has each of their lines.
const OWN_CRATES: [&str; 5] = ["client", "hub", "partners", "passeplat", "wire"];

/// What libraries log at most when they are not named.
const MAX_LIBRARY_LEVEL: LevelFilter = LevelFilter::WARN;

/// The driver of PostgreSQL, and what it logs at most.
const DRIVER: &str = "tokio_postgres";
const MAX_DRIVER_LEVEL: LevelFilter = LevelFilter::INFO;

/// Reads `log.level`: one level, and perhaps others for modules, with commas between them.
pub(crate) fn parse(text: &str) -> anyhow::Result<Targets> {
    let mut bare = LevelFilter::OFF;
    let mut named: Vec<(&str, LevelFilter)> = Vec::new();
    for part in text.split(',').map(str::trim) {
        let (name, level) = match part.split_once('=') {
            Some((name, level)) => (Some(name.trim()), level.trim()),
            None => (None, part),
        };
        let level = level
            .parse()
            .with_context(|| format!("log.level '{text}' cannot be read"))?;
        match name {
            Some(name) => named.push((name, level)),
            None => bare = level,
        }
    }
    // Names are compared by their beginning: `tokio=debug` is about the driver, too.
    let driver = named
        .iter()
        .filter(|(name, _)| DRIVER.starts_with(name))
        .max_by_key(|(name, _)| name.len())
        .map_or(bare.min(MAX_LIBRARY_LEVEL), |(_, level)| *level);
    let named = named.into_iter().map(|(name, level)| {
        let is_driver = name.starts_with(DRIVER);
        (
            name,
            if is_driver {
                level.min(MAX_DRIVER_LEVEL)
            } else {
                level
            },
        )
    });
    Ok(Targets::new()
        .with_default(bare.min(MAX_LIBRARY_LEVEL))
        .with_targets(OWN_CRATES.map(|name| (name, bare)))
        .with_target(DRIVER, driver.min(MAX_DRIVER_LEVEL))
        .with_targets(named))
}
