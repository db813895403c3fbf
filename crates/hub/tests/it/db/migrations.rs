//! What a database remembers of the program that made it.

use hub::Hub;
use hub::args;
use hub::clock::Clock;
use hub::config::Config;
use hub::db::Error;
use hub::entropy::Entropy;

use crate::support::TestHub;

fn open_again(hub: &TestHub, key: &str) -> Result<Hub, String> {
    let flags = [
        (
            "database.url",
            format!("sqlite:{}", hub.folder().join("hub.db").display()),
        ),
        ("keys.value", key.repeat(32)),
    ];
    let config = Config::read(None, [], &flags).map_err(|error| error.to_string())?;
    Hub::open(config, Clock::real(), Entropy::seeded(1)).map_err(|error| error.to_string())
}

fn remember(hub: &TestHub, sql: &'static str, name: &'static str) {
    let touched: u64 = hub
        .wait(
            hub.hub
                .write("test.remember", move |tx| tx.execute(sql, args![name])),
        )
        .unwrap_or_else(|error: Error| panic!("{error}"));
    assert_eq!(touched, 1);
}

#[test]
fn a_second_start_finds_everything_in_place() {
    let hub = TestHub::start();
    open_again(&hub, "42").expect("the same database");
}

#[test]
fn another_master_key_is_refused() {
    let hub = TestHub::start();
    let error = open_again(&hub, "43").expect_err("another key");
    assert!(error.contains("another master key"), "{error}");
}

#[test]
fn a_database_of_a_newer_program_is_refused() {
    let hub = TestHub::start();
    let step = "INSERT INTO schema_steps (track, name, checksum, ran_at)
        VALUES ('hub', $1, '', '')";
    remember(&hub, step, "9999_from_the_future");
    let error = open_again(&hub, "42").expect_err("a newer database");
    assert!(
        error.contains("newer Passeplat") && error.contains("9999_from_the_future"),
        "{error}"
    );
}

#[test]
fn an_edited_step_is_refused() {
    let hub = TestHub::start();
    remember(
        &hub,
        "UPDATE schema_steps SET checksum = 'x' WHERE name = $1",
        "0001_accounts",
    );
    let error = open_again(&hub, "42").expect_err("an edited step");
    assert!(error.contains("0001_accounts"), "{error}");
}
