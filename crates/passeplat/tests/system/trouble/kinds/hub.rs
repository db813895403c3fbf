//! What happens to the hub's own process, its log, its clock and its files.

use std::time::Duration;

use super::{database, file, last};
use crate::trouble::load::receiver::Health;
use crate::trouble::machine::process::run;
use crate::trouble::site::{STOP_TIMEOUT, Site};

pub async fn kill(site: &Site) -> Result<(), String> {
    let ended = site.hub.end("KILL", STOP_TIMEOUT).await;
    ended.map(drop).ok_or("a killed hub does not end".into())
}

/// What is asked to stop ends in time, and says that all is well.
pub async fn stop(site: &Site) -> Result<(), String> {
    match site.hub.end("TERM", STOP_TIMEOUT).await {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!("asked to stop, the hub ended with {status}")),
        None => {
            kill(site).await?;
            Err(format!(
                "the hub did not stop within {STOP_TIMEOUT:?} of SIGTERM"
            ))
        }
    }
}

/// The reader stays away until the hub is started the next time.
pub async fn log_closed(site: &Site) -> Result<(), String> {
    site.log.close();
    give_something_to_say(site).await
}

pub async fn log_stuck(site: &Site) -> Result<(), String> {
    if let Some(process) = site.hub.process_id() {
        site.log.pause(process).await;
    }
    let given = give_something_to_say(site).await;
    site.log.resume();
    given
}

/// A hub that is well is silent: it logs something when accept fails, and when the database
/// fails it.
async fn give_something_to_say(site: &Site) -> Result<(), String> {
    files_short(site, Duration::from_secs(2)).await?;
    if site.cluster.is_none() {
        return file::disk_full(site, Duration::from_secs(4)).await;
    }
    for _ in 0..5 {
        database::each_session(site, "pg_cancel_backend").await?;
        database::each_session(site, "pg_terminate_backend").await?;
        last(Duration::from_millis(500)).await;
    }
    Ok(())
}

/// The clock jumps while callbacks wait for their next attempt, and jumps back.
pub async fn clock(site: &Site, hours: i64, length: Duration) -> Result<(), String> {
    let Some(clock) = &site.clock else {
        return Ok(());
    };
    callbacks_wait(site, || clock.set(hours)).await;
    last(length).await;
    callbacks_wait(site, || clock.set(0)).await;
    Ok(())
}

/// The clock is put back by an hour and stays so, as when a clock that went wrong is put right.
pub async fn clock_put_back(site: &Site) -> Result<(), String> {
    let Some(clock) = &site.clock else {
        return Ok(());
    };
    callbacks_wait(site, || clock.put_back()).await;
    Ok(())
}

/// Something happens while a receiver fails for a moment.
async fn callbacks_wait(site: &Site, happens: impl FnOnce()) {
    let receiver = &site.receivers[0];
    receiver.set_health(Health::Fails);
    last(Duration::from_secs(1)).await;
    happens();
    last(Duration::from_millis(200)).await;
    receiver.set_health(Health::Well);
}

/// The hub keeps the files that it has open, and gets no others.
pub async fn files_short(site: &Site, length: Duration) -> Result<(), String> {
    let Some(process) = site.hub.process_id() else {
        return Ok(());
    };
    let number = process.to_string();
    let limits = format!("/proc/{process}/limits");
    let limits = std::fs::read_to_string(limits).map_err(|it| it.to_string())?;
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let most = line.and_then(|line| line.split_whitespace().nth(3));
    let most = most
        .ok_or("the limit of open files is not known")?
        .to_owned();
    let open = std::fs::read_dir(format!("/proc/{process}/fd"));
    let open = open.map_err(|it| it.to_string())?.count();
    let limit = |many: &str| format!("--nofile={many}:");
    run("prlimit", &["--pid", &number, &limit(&open.to_string())]).await?;
    last(length).await;
    if site.hub.process_id() == Some(process) {
        run("prlimit", &["--pid", &number, &limit(&most)]).await?;
    }
    Ok(())
}
