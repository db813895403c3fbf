//! A time of random trouble: whatever happens on operators' machines happens to a hub under load, and
//! nothing that was answered is lost or doubled, nobody misses an event or hears of an order's past
//! after its present, and the hub serves again within ten seconds of each trouble's end.
//!
//! - `machine` is what can be spoilt: processes, clock, disk, network, log, database server.
//! - `load` is what goes on meanwhile: careful senders, receivers, somebody who looks from outside.
//!   What they did stands in its `books`.
//! - `site` puts a hub and all that together; `kinds` are the troubles; `plan` says what comes next.
//! - `comparison` compares in the end; `report` says what was seen.
//!
//! `PASSEPLAT_TROUBLE_SECONDS` says how long troubles come on each engine (150),
//! `PASSEPLAT_TROUBLE_SEED` makes the same ones come again, `PASSEPLAT_TROUBLE_ONLY` names those that
//! may come, `PASSEPLAT_TROUBLE_RATE` is the number of orders per second (100), and
//! `PASSEPLAT_TROUBLE_PATIENCE` by how much longer than ten seconds a busy machine may take (6).
//! What needs root or a package that is not there is left out, and that is said.

mod comparison;
mod kinds;
mod load;
mod machine;
mod plan;
mod report;
mod site;
mod waiting_events;

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::random::SeededRandom;
use kinds::Trouble;
use load::lanes::Lanes;
use load::watch::Watch;
use plan::{Deck, Engine, Settings};
use report::{Report, TroubleOutcome, names, seconds};
use site::{STOP_TIMEOUT, Site};
use waiting_events::WaitingEvents;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_on_sqlite_survives_what_operators_machines_do() {
    run(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_on_postgresql_survives_what_operators_machines_do() {
    run(Engine::Postgres).await;
}

/// Before the first trouble.
const QUIET_START: Duration = Duration::from_secs(3);

async fn run(engine: Engine) {
    let settings = Settings::read();
    let mut random = SeededRandom::from_variable("PASSEPLAT_TROUBLE_SEED");
    let Some(site) = Site::open(engine).await else {
        return;
    };
    let seed = random.below(u64::MAX);
    let sends_since = Instant::now();
    let mut lanes = Lanes::start(
        &site.addresses,
        &site.token,
        &site.books,
        seed,
        settings.rate,
    );
    let watch = Watch::start(&site.addresses, &site.token, &site.books);
    sleep(QUIET_START).await;
    let mut deck = Deck::new(engine, &site, &settings);
    let mut report = Report::default();
    let mut waiting = WaitingEvents::default();
    let began = Instant::now();
    while began.elapsed() < settings.length {
        let troubles = deck.next(&mut random);
        let outcome = strike(&site, &watch, &settings, &mut random, troubles, began).await;
        let is_lost = outcome.is_lost;
        report.add(outcome);
        waiting.look(&site).await;
        if is_lost {
            site.books
                .add_fault("the run was given up", "the hub serves no more".to_owned());
            break;
        }
    }
    let took = sends_since.elapsed();
    drop(watch);
    comparison::drain(&site, &mut lanes).await;
    drop(lanes);
    comparison::compare(&site).await;
    close(&site).await;
    print_and_check(&site, &report, took);
}

/// Lets troubles come, waits until the hub serves again, and sees that it goes on serving.
async fn strike(
    site: &Site,
    watch: &Watch,
    settings: &Settings,
    random: &mut SeededRandom,
    troubles: Vec<Trouble>,
    began: Instant,
) -> TroubleOutcome {
    let name = names(&troubles);
    site.books.next_trouble();
    site.log
        .note(&format!("{:.1} s: {name}", began.elapsed().as_secs_f64()));
    let mut randoms = [(); 2].map(|()| SeededRandom::from_seed(random.below(u64::MAX)));
    let [one, other] = &mut randoms;
    let later = Duration::from_millis(random.below(2_000));
    let second = async {
        match troubles.get(1) {
            Some(trouble) => {
                sleep(later).await;
                trouble.strike(site, other).await
            }
            None => Ok(()),
        }
    };
    let (first, second) = tokio::join!(troubles[0].strike(site, one), second);
    for failed in [first, second].into_iter().filter_map(Result::err) {
        site.books.add_fault("a trouble did not go well", failed);
    }
    let end = Instant::now();
    site.log.note(&format!("{name} is over"));
    let recovery = watch.recovery(end, settings.limit).await;
    let is_late = |took: Option<Duration>| took.is_none_or(|took| took > settings.limit);
    let was_restarted_by_hand = is_late(recovery.time_to_serve) || is_late(recovery.time_to_notify);
    println!(
        "{:6.1} s  {name}: serves after {}, calls after {}",
        began.elapsed().as_secs_f64(),
        seconds(recovery.time_to_serve),
        seconds(recovery.time_to_notify),
    );
    let mut is_lost = false;
    if was_restarted_by_hand {
        let words = format!("{name}; the log says:\n{}", site.log.tail(8));
        site.books
            .add_fault("the hub did not serve again in time", words);
        site.hub.end("KILL", STOP_TIMEOUT).await;
        let again = watch.recovery(Instant::now(), settings.limit * 6).await;
        is_lost = again.time_to_serve.is_none();
        println!(
            "          killed by hand: serves after {}",
            seconds(again.time_to_serve)
        );
    } else {
        check_that_it_serves(site, watch, random).await;
    }
    TroubleOutcome {
        troubles,
        recovery,
        was_restarted_by_hand,
        is_lost,
    }
}

/// For some seconds nothing happens, and the hub serves.
async fn check_that_it_serves(site: &Site, watch: &Watch, random: &mut SeededRandom) {
    let from = Instant::now();
    sleep(Duration::from_millis(1_000 + random.below(2_000))).await;
    let (all, failed) = watch.between(from, Instant::now());
    if failed > 0 {
        let words = format!("{failed} of {all} orders were not taken");
        site.books
            .add_fault("the hub served again, and then did not", words);
    }
}

/// Stops what runs.
async fn close(site: &Site) {
    site.hub.hold();
    match site.hub.end("TERM", STOP_TIMEOUT).await {
        Some(status) if status.success() => {}
        ended => site
            .books
            .add_fault("the hub did not stop well in the end", format!("{ended:?}")),
    }
    if let Some(cluster) = &site.cluster {
        cluster.server.hold();
        cluster.server.end("INT", STOP_TIMEOUT * 4).await;
    }
}

/// Prints what was seen, and fails if anything is wrong.
fn print_and_check(site: &Site, report: &Report, took: Duration) {
    let pages = site.books.open();
    let orders: u64 = pages.tallies.iter().map(|tally| tally.orders).sum();
    println!("\n{}", report.table(&pages));
    println!(
        "{orders} orders answered in {:.0} s ({:.0} per second), {} callbacks",
        took.as_secs_f64(),
        orders as f64 / took.as_secs_f64(),
        pages.callbacks(),
    );
    for status in site.hub.unexpected_ends() {
        println!("the hub ended by itself: {status}");
    }
    let faults = report.faults(&pages);
    drop(pages);
    let last = site.log.tail(30);
    assert!(
        faults.is_empty(),
        "\n{faults}\nThe hub's last words:\n{last}\n"
    );
}
