//! A day of a chain, made up: 50 locations and 20,000 orders with edits, catalogs, stock, customers
//! and loyalty cards go through `client`, and a calculation of the test's own confirms every total.
//!
//! 1. `plan` makes the day up from a seed: who orders what and where, and what becomes of it. `bill`
//!    says what an order comes to. Neither knows the hub, nor the code it counts with.
//! 2. `setup` opens the chain: locations, apps, catalogs, customers, stock, kitchens, menu boards.
//!    `outage` kills the hub once and starts it again.
//! 3. `replay` replays the day: tills, web shop and platforms send what the plan says. Meanwhile stock
//!    goes by itself: what some tills take off the menu for some seconds (`stock_changes`).
//! 4. `confirm` reads everything back and compares: orders, the books of the day, what kitchens
//!    heard, customers, points, stock, what went by itself and who heard of it, catalogs.
//!
//! `PASSEPLAT_CHAIN_ORDERS` says how many orders (3,000 on SQLite, 1,000 on PostgreSQL). The
//! same `PASSEPLAT_CHAIN_SEED` gives the same day; only ids, times and what happens at the same
//! moment in different places are the hub's.

mod bill;
mod cents;
mod confirm;
mod facts;
mod kitchen;
mod menu;
mod menu_boards;
mod outage;
mod plan;
mod replay;
mod requests;
mod responses;
mod setup;
mod stock_changes;

use std::sync::Arc;
use std::time::Instant;

use crate::postgres_files;
use crate::random::number_from;
use crate::tools::hub_process::HubFiles;
use plan::Day;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_a_chain_ends_with_the_right_totals_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    run_day(&HubFiles::in_folder(folder.path(), None), 3_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_a_chain_ends_with_the_right_totals_on_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    if let Some(files) = postgres_files::on_postgresql("chain", folder.path()) {
        run_day(&files, 1_000).await;
    }
}

async fn run_day(files: &HubFiles, orders: u64) {
    let seed = number_from("PASSEPLAT_CHAIN_SEED").unwrap_or(7);
    let orders = number_from("PASSEPLAT_CHAIN_ORDERS").unwrap_or(orders);
    println!("PASSEPLAT_CHAIN_SEED={seed} PASSEPLAT_CHAIN_ORDERS={orders}");
    let began = Instant::now();
    let day = Arc::new(Day::from_seed(seed, orders as usize));
    let chain = setup::open(files, &day).await;
    let chain = Arc::new(outage::kill_and_restart(chain, files, &day).await);
    println!("open after {:.0?}", began.elapsed());
    let replayed = replay::replay(&chain, &day).await;
    let edits = day.edits();
    println!(
        "{orders} orders and {edits} edits after {:.0?}",
        began.elapsed()
    );
    confirm::confirm(&chain, &day, &replayed).await;
    println!("confirmed after {:.0?}", began.elapsed());
}
