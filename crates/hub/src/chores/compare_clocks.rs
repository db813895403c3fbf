//! Compares the hub's clock with what the database knows: the time at which a hub last ran, and on
//! PostgreSQL the server's own clock. Where they differ, the hub's is not trusted for an hour, and so
//! nothing is deleted: a machine whose battery is empty starts in 1970, or in 2036.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::db;
use crate::hub::Hub;
use crate::{args, statements};

statements! {
    SEEN = "SELECT value FROM hub_settings WHERE name = 'seen_at'";
    KEEP_SEEN = "INSERT INTO hub_settings (name, value) VALUES ('seen_at', $1)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
}

/// PostgreSQL's clock, in the form in which times are stored. No statement of a slice: SQLite has no
/// clock of its own.
const SERVER_TIME: &str = "SELECT TO_CHAR(CLOCK_TIMESTAMP() AT TIME ZONE 'UTC',
    'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";

/// By how much clocks may differ: as long as another hub may hold a callback.
const NEAR: SignedDuration = SignedDuration::from_secs(30);

/// A hub that did not run for longer than this is careful for an hour when it starts.
const AWAY: SignedDuration = SignedDuration::from_hours(1);

/// A hub that did not run for longer than this more likely has a wrong clock.
const LONG_AWAY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How often the time is written down.
const EVERY: Duration = Duration::from_secs(60);

/// Compares, and writes the time down once a minute if it is to be trusted. The first time is before
/// the hub answers anybody.
pub async fn run(hub: &Hub) -> db::Result<()> {
    if !hub.clock_comparison().state().has_begun {
        with_last_run(hub).await?;
        hub.clock_comparison().state().has_begun = true;
    }
    if hub.db().is_postgres() {
        with_server(hub).await?;
    }
    let passed = hub.clock().passed();
    let written_at = hub.clock_comparison().state().written_at;
    let is_due = written_at.is_none_or(|at| passed.saturating_sub(at) >= EVERY);
    if !is_due || !hub.clock().is_trusted() {
        return Ok(());
    }
    hub.write("chores.compare_clocks", |tx| -> db::Result<()> {
        tx.write(KEEP_SEEN, args![tx.now()])
    })
    .await?;
    hub.clock_comparison().state().written_at = Some(passed);
    Ok(())
}

async fn with_last_run(hub: &Hub) -> db::Result<()> {
    let latest: Option<(Timestamp,)> = hub
        .read("chores.compare_clocks.seen", |tx| tx.first(SEEN, &[]))
        .await?;
    let Some((latest,)) = latest else {
        return Ok(());
    };
    let away = hub.clock().now().duration_since(latest);
    if away >= -NEAR && away <= AWAY {
        return Ok(());
    }
    hub.clock().doubt(latest);
    let seconds = away.as_secs();
    if away.is_negative() {
        tracing::warn!(
            seconds,
            "clock is behind the hub's last run, deletions paused for an hour"
        );
    } else if away > LONG_AWAY {
        tracing::warn!(
            seconds,
            "hub was stopped for long or clock is wrong, deletions paused for an hour"
        );
    } else {
        tracing::info!(
            seconds,
            "hub was stopped for a while, deletions paused for an hour"
        );
    }
    Ok(())
}

async fn with_server(hub: &Hub) -> db::Result<()> {
    let read = hub.read("chores.compare_clocks.server", |tx| -> db::Result<_> {
        let before = tx.now();
        let server: Option<(Timestamp,)> = tx.first(SERVER_TIME, &[])?;
        Ok((before, server))
    });
    let (before, server) = read.await?;
    let Some((server,)) = server else {
        return Ok(());
    };
    // The answer may have taken its time.
    let after = hub.clock().now();
    let differs = server < before - NEAR || server > after + NEAR;
    if differs {
        hub.clock().doubt(server);
    }
    let differed = std::mem::replace(&mut hub.clock_comparison().state().differs, differs);
    if differs && !differed {
        let seconds = after.duration_since(server).as_secs();
        tracing::warn!(
            seconds,
            "clock differs from the database server's, deletions paused"
        );
    } else if differed && !differs {
        tracing::info!("clock agrees with the database server's again");
    }
    Ok(())
}
