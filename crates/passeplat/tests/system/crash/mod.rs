//! Killed without warning in the middle of its work, a hub must have lost nothing that it
//! answered: every order is there once, and every event it owes is delivered or pending.
//!
//! What was sent and not answered is sent again with the same `Idempotency-Key` after the restart:
//! then every order is there, and none twice; and what was answered is answered the same again.
//!
//! Each round sends orders over 16 connections, kills the hub (SIGKILL) at a random moment, starts
//! it again on the same database and compares. `busy` does so beside a backlog, failures, a stream and a
//! job. `PASSEPLAT_CRASH_ROUNDS` says how many rounds
//! (5), `PASSEPLAT_CRASH_SEED` makes the moments come again.

mod busy;
mod receiver;
mod round;

use std::path::Path;
use std::time::Duration;

use crate::PROGRAM;
use crate::postgres_files;
use crate::random::{SeededRandom, number_from};
use crate::tools::hub_process::{HubFiles, HubProcess, Merchant};
pub use receiver::Receiver;
use round::Round;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_kill_9_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    run_rounds(&HubFiles::in_folder(folder.path(), None)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_kill_9_on_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    if let Some(files) = postgres_files::on_postgresql("crash", folder.path()) {
        run_rounds(&files).await;
    }
}

async fn run_rounds(files: &HubFiles) {
    let rounds = number_from("PASSEPLAT_CRASH_ROUNDS").unwrap_or(5);
    let mut random = SeededRandom::from_variable("PASSEPLAT_CRASH_SEED");
    let mut hub = start(files).await;
    let merchant = Merchant::open(&hub).await.unwrap();
    let active = merchant.new_client(&hub, "Cuisine").await.unwrap();
    let passive = merchant.new_client(&hub, "Caisse").await.unwrap();
    let receiver = Receiver::start().await;

    for number in 1..=rounds {
        let round = Round::begin(&hub, &merchant.token, &active, &passive, &receiver).await;
        let enough = random.below(300) + 1;
        let moment = Duration::from_micros(random.below(20_000));
        let mut sent = round.load_and_kill(hub, enough, moment).await;
        hub = start(files).await;
        let (answered, open) = (sent.answered.len(), sent.open.len());
        let stored = round.check(&hub, &sent, &receiver).await;
        round.send_again(&hub, &mut sent).await;
        let all = round.check(&hub, &sent, &receiver).await;
        assert_eq!(all, answered + open, "orders after all were sent again");
        println!(
            "round {number}: killed after {answered} answers, {stored} orders on disk; \
             {open} unanswered ones sent again"
        );
    }
    hub.kill().await.unwrap();
}

async fn start(files: &HubFiles) -> HubProcess {
    HubProcess::start(Path::new(PROGRAM), files, &[])
        .await
        .unwrap()
}
