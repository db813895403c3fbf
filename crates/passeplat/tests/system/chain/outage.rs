//! In the morning the power fails: the hub is killed between what the tills have just said will go by
//! itself and its going, and comes up again on the same database, at another address.

use std::path::Path;
use std::time::Duration;

use super::kitchen;
use super::plan::Day;
use super::setup::{Chain, api};
use super::stock_changes::{StockReporter, now};
use crate::PROGRAM;
use crate::tools::hub_process::{HubFiles, HubProcess};

/// The chain with a hub that has been killed and started again.
pub async fn kill_and_restart(mut chain: Chain, files: &HubFiles, day: &Day) -> Chain {
    for (at, words) in chain.branches.iter_mut().zip(&day.morning) {
        let Some(board) = &at.board else { continue };
        let mut reporter =
            StockReporter::new(at.till.clone(), &chain.catalog, &at.catalog, Vec::new());
        reporter.say(words).await;
        at.reports = reporter.reports;
        // What is on its way when the hub dies comes again, but half a minute later.
        kitchen::wait_until_idle(board).await;
    }
    chain.hub.kill().await.unwrap();
    // The power is back when at every location something should have gone.
    let first = chain.branches.iter().filter_map(|at| {
        let times = at.reports.iter().filter_map(|report| report.until);
        times.min()
    });
    let dark = first.max().unwrap() - now();
    tokio::time::sleep(Duration::from_micros(dark.try_into().unwrap_or(0))).await;
    chain.hub = HubProcess::start(Path::new(PROGRAM), files, &[])
        .await
        .unwrap();
    let api = api(&chain.hub);
    let account = [&mut chain.office, &mut chain.shop, &mut chain.tills];
    let branches = chain.branches.iter_mut().flat_map(|at| {
        let apps = [&mut at.till, &mut at.platform, &mut at.kitchen];
        apps.into_iter().chain(&mut at.board)
    });
    for connection in account.into_iter().chain(branches) {
        *connection = api.connection(connection.access_token().clone());
    }
    chain
}
