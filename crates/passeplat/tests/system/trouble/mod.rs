//! A time of random trouble: whatever happens on operators' machines happens to a hub under load, and
//! nothing that was answered is lost or doubled, nobody misses an event or hears of an order's past
//! after its present, and the hub serves again within ten seconds of each trouble's end.
//!
//! - `machine` is what can be spoilt: processes, clock, disk, network, log, database server.
//! - `load` is what goes on meanwhile: careful senders, receivers, somebody who looks from outside.
//!   What they did stands in its `books`.
//! - `site` puts a hub and all that together; `kinds` are the troubles; `plan` says what comes next.
//! - `confirm` compares in the end; `report` says what was seen.
//!
//! `PASSEPLAT_TROUBLE_SECONDS` says how long troubles come on each engine (150),
//! `PASSEPLAT_TROUBLE_SEED` makes the same ones come again, `PASSEPLAT_TROUBLE_ONLY` names those that
//! may come, `PASSEPLAT_TROUBLE_RATE` is the number of orders per second (100), and
//! `PASSEPLAT_TROUBLE_PATIENCE` by how much longer than ten seconds a busy machine may take (6).
//! What needs root or a package that is not there is left out, and that is said.

mod confirm;
mod kinds;
mod load;
mod machine;
mod plan;
mod report;
mod site;
mod waiting;

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::chance::Entropy;
use kinds::Trouble;
use load::lanes::Lanes;
use load::watch::Watch;
use plan::{Deck, Engine, Settings};
use report::{Report, Struck, names, seconds};
use site::{END, Site};
use waiting::Waiting;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_on_sqlite_survives_what_operators_machines_do() {
    live(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_on_postgresql_survives_what_operators_machines_do() {
    live(Engine::Postgres).await;
}

/// Before the first trouble.
const QUIET: Duration = Duration::from_secs(3);

async fn live(engine: Engine) {
    let settings = Settings::read();
    let mut chance = Entropy::from_variable("PASSEPLAT_TROUBLE_SEED");
    let Some(site) = Site::open(engine).await else {
        return;
    };
    let seed = chance.below(u64::MAX);
    let sends_since = Instant::now();
    let mut lanes = Lanes::start(
        &site.addresses,
        &site.token,
        &site.books,
        seed,
        settings.rate,
    );
    let watch = Watch::start(&site.addresses, &site.token, &site.books);
    sleep(QUIET).await;
    let mut deck = Deck::new(engine, &site, &settings);
    let mut report = Report::default();
    let mut waiting = Waiting::default();
    let began = Instant::now();
    while began.elapsed() < settings.length {
        let troubles = deck.next(&mut chance);
        let struck = strike(&site, &watch, &settings, &mut chance, troubles, began).await;
        let is_lost = struck.is_lost;
        report.add(struck);
        waiting.look(&site).await;
        if is_lost {
            site.books
                .complain("the run was given up", "the hub serves no more".to_owned());
            break;
        }
    }
    let took = sends_since.elapsed();
    drop(watch);
    confirm::drain(&site, &mut lanes).await;
    drop(lanes);
    confirm::compare(&site).await;
    close(&site).await;
    tell(&site, &report, took);
}

/// Lets troubles come, waits until the hub serves again, and sees that it goes on serving.
async fn strike(
    site: &Site,
    watch: &Watch,
    settings: &Settings,
    chance: &mut Entropy,
    troubles: Vec<Trouble>,
    began: Instant,
) -> Struck {
    let name = names(&troubles);
    site.books.next_trouble();
    site.log
        .note(&format!("{:.1} s: {name}", began.elapsed().as_secs_f64()));
    let mut chances = [(); 2].map(|()| Entropy::of(chance.below(u64::MAX)));
    let [one, other] = &mut chances;
    let later = Duration::from_millis(chance.below(2_000));
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
        site.books.complain("a trouble did not go well", failed);
    }
    let end = Instant::now();
    site.log.note(&format!("{name} is over"));
    let recovery = watch.recovery(end, settings.limit).await;
    let is_late = |took: Option<Duration>| took.is_none_or(|took| took > settings.limit);
    let needed_a_hand = is_late(recovery.served) || is_late(recovery.told);
    println!(
        "{:6.1} s  {name}: serves after {}, calls after {}",
        began.elapsed().as_secs_f64(),
        seconds(recovery.served),
        seconds(recovery.told),
    );
    let mut is_lost = false;
    if needed_a_hand {
        let words = format!("{name}; the log says:\n{}", site.log.tail(8));
        site.books
            .complain("the hub did not serve again in time", words);
        site.hub.end("KILL", END).await;
        let again = watch.recovery(Instant::now(), settings.limit * 6).await;
        is_lost = again.served.is_none();
        println!(
            "          killed by hand: serves after {}",
            seconds(again.served)
        );
    } else {
        goes_on(site, watch, chance).await;
    }
    Struck {
        troubles,
        recovery,
        needed_a_hand,
        is_lost,
    }
}

/// For some seconds nothing happens, and the hub serves.
async fn goes_on(site: &Site, watch: &Watch, chance: &mut Entropy) {
    let from = Instant::now();
    sleep(Duration::from_millis(1_000 + chance.below(2_000))).await;
    let (all, failed) = watch.between(from, Instant::now());
    if failed > 0 {
        let words = format!("{failed} of {all} orders were not taken");
        site.books
            .complain("the hub served again, and then did not", words);
    }
}

/// Stops what runs.
async fn close(site: &Site) {
    site.hub.hold();
    match site.hub.end("TERM", END).await {
        Some(status) if status.success() => {}
        ended => site
            .books
            .complain("the hub did not stop well in the end", format!("{ended:?}")),
    }
    if let Some(cluster) = &site.cluster {
        cluster.server.hold();
        cluster.server.end("INT", END * 4).await;
    }
}

/// Prints what was seen, and fails if anything is wrong.
fn tell(site: &Site, report: &Report, took: Duration) {
    let pages = site.books.open();
    let orders: u64 = pages.tallies.iter().map(|tally| tally.orders).sum();
    println!("\n{}", report.table(&pages));
    println!(
        "{orders} orders answered in {:.0} s ({:.0} per second), {} callbacks",
        took.as_secs_f64(),
        orders as f64 / took.as_secs_f64(),
        pages.callbacks(),
    );
    for status in site.hub.unasked() {
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
