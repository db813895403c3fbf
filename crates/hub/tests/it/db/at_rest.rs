//! The files of SQLite: one when the hub rests, none that belongs to another, and a write-ahead log
//! that stays small.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use hub::Hub;
use hub::args;
use hub::clock::Clock;
use hub::config::Config;
use hub::db::Error;
use hub::entropy::Entropy;
use jiff::Timestamp;

use crate::support::{START, TestHub, json};

const MEBIBYTE: u64 = 1024 * 1024;

fn database(hub: &TestHub) -> PathBuf {
    hub.folder().join("hub.db")
}

fn log_of(database: &Path) -> PathBuf {
    database.with_file_name("hub.db-wal")
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
}

/// A hub on a file with the key of every [`TestHub`], or why there is none.
fn open(database: &Path) -> Result<Hub, String> {
    let flags = [
        ("database.url", format!("sqlite:{}", database.display())),
        ("database.threads", "2".to_owned()),
        ("keys.value", "42".repeat(32)),
    ];
    let config = Config::read(None, [], &flags).expect("a good configuration");
    let clock = Clock::manual(START.parse::<Timestamp>().expect("a time"));
    Hub::open(config, clock, Entropy::seeded(9)).map_err(|error| error.to_string())
}

fn place_orders(hub: &TestHub, count: usize) {
    let kiosk = hub.client("kiosk");
    for _ in 0..count {
        kiosk
            .post("/location/orders", json!({ "status": "new" }))
            .ok();
    }
}

fn count_orders(test: &TestHub, hub: &Hub) -> i64 {
    let count: Result<Option<(i64,)>, Error> = test.wait(hub.read("test.count", |tx| {
        tx.first("SELECT COUNT(*) FROM orders", &[])
    }));
    count.expect("a count").map_or(0, |(count,)| count)
}

/// Writes so many rows of a mebibyte.
fn write_mebibytes(hub: &TestHub, count: u64) {
    for number in 0..count {
        let written: Result<u64, Error> = hub.wait(hub.hub.write("test.fill", move |tx| {
            let (name, value) = (format!("n{number}"), "x".repeat(MEBIBYTE as usize));
            tx.execute(
                "INSERT INTO hub_settings (name, value) VALUES ($1, $2)",
                args![name, value],
            )
        }));
        written.expect("a row");
    }
}

#[test]
fn a_hub_that_was_closed_is_one_file_and_a_copy_of_it_has_every_order() {
    let hub = TestHub::start();
    place_orders(&hub, 30);
    hub.wait(hub.hub.close());
    let left = |name: &str| length(&hub.folder().join(name));
    assert_eq!((left("hub.db-wal"), left("hub.journal.db-wal")), (0, 0));
    let copy = hub.folder().join("copy.db");
    fs::copy(database(&hub), &copy).expect("a copy");
    let copied = open(&copy).expect("a hub on the copy");
    assert_eq!(count_orders(&hub, &copied), 30);
}

#[test]
fn a_closed_hub_answers_503_and_keeps_nobody_waiting() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    hub.wait(hub.hub.close());
    let refused = kiosk.post("/location/orders", json!({ "status": "new" }));
    assert_eq!(refused.status, 503, "{refused:?}");
}

/// The files as a kill would leave them: copied while the hub runs, the log first.
fn killed(hub: &TestHub, name: &str) -> PathBuf {
    let folder = hub.folder().join(name);
    fs::create_dir(&folder).expect("a folder");
    let copy = folder.join("hub.db");
    fs::copy(log_of(&database(hub)), log_of(&copy)).expect("the log");
    fs::copy(database(hub), &copy).expect("the database");
    copy
}

#[test]
fn what_a_killed_hub_left_in_the_log_is_taken_over() {
    let hub = TestHub::start();
    place_orders(&hub, 30);
    let left = killed(&hub, "killed");
    let reopened = open(&left).expect("a hub on what was left");
    assert_eq!(count_orders(&hub, &reopened), 30);
    assert_eq!(length(&log_of(&left)), 0, "the log is in the file now");
}

#[test]
fn a_log_that_was_left_when_a_backup_was_put_over_its_database_is_refused() {
    let first = TestHub::start();
    place_orders(&first, 10);
    first.wait(first.hub.close());
    let backup = first.folder().join("backup.db");
    fs::copy(database(&first), &backup).expect("a backup");

    // The hub runs on, is stopped and started, and is killed at last.
    for _ in 0..2 {
        let again = open(&database(&first)).expect("the hub again");
        let written: Result<u64, Error> = first.wait(again.write("test.write", |tx| {
            let name = tx.fresh_id()?;
            tx.execute(
                "INSERT INTO hub_settings (name, value) VALUES ($1, 'x')",
                args![name],
            )
        }));
        written.expect("a row");
        first.wait(again.close());
    }
    let running = open(&database(&first)).expect("the hub again");
    let written: Result<u64, Error> = first.wait(running.write("test.write", |tx| {
        tx.execute("UPDATE hub_settings SET value = 'y'", &[])
    }));
    written.expect("rows");
    let left = killed(&first, "killed");

    fs::copy(&backup, &left).expect("the backup over it");
    let before = fs::read(&left).expect("the backup");
    let refused = open(&left).expect_err("a refusal");
    assert!(
        refused.contains("hub.db-wal is not the write-ahead log of"),
        "{refused}"
    );
    assert_eq!(
        fs::read(&left).expect("the file"),
        before,
        "nothing was touched"
    );

    // As the refusal says.
    fs::rename(log_of(&left), left.with_file_name("away")).expect("the log away");
    let restored = open(&left).expect("the backup as it was");
    assert_eq!(count_orders(&first, &restored), 10);
}

/// A backup of a hub that runs, made as the README says.
#[expect(
    clippy::disallowed_methods,
    reason = "the command line of SQLite, which the README names, opens it like this"
)]
fn back_up(database: &Path, name: &str) -> PathBuf {
    let backup = database.with_file_name(name);
    let running = rusqlite::Connection::open(database).expect("the database");
    running
        .execute("VACUUM INTO $1", [backup.to_str()])
        .expect("a backup");
    backup
}

#[test]
fn a_log_that_was_left_beside_a_backup_of_a_running_hub_is_refused() {
    let hub = TestHub::start();
    place_orders(&hub, 10);
    let backup = back_up(&database(&hub), "backup.db");
    place_orders(&hub, 10);
    let left = killed(&hub, "killed");
    fs::copy(&backup, &left).expect("the backup over it");
    let refused = open(&left).expect_err("a refusal");
    assert!(refused.contains("hub.db-wal is not"), "{refused}");

    // Once more, of a hub that runs on a backup.
    fs::remove_file(log_of(&left)).expect("the log away");
    let restored = open(&left).expect("the backup as it was");
    let backup = back_up(&left, "again.db");
    let written: Result<u64, Error> = hub.wait(restored.write("test.write", |tx| {
        tx.execute("UPDATE hub_settings SET value = 'y'", &[])
    }));
    written.expect("rows");
    let log = fs::read(log_of(&left)).expect("the log");
    hub.wait(restored.close());
    fs::write(log_of(&left), log).expect("the log of a hub that was killed");
    fs::copy(&backup, &left).expect("the backup over it");
    let refused = open(&left).expect_err("a refusal");
    assert!(refused.contains("hub.db-wal is not"), "{refused}");
}

#[test]
fn a_log_without_its_database_is_refused_instead_of_forgotten() {
    let hub = TestHub::start();
    place_orders(&hub, 3);
    let left = killed(&hub, "killed");
    fs::remove_file(&left).expect("the database is gone");
    let refused = open(&left).expect_err("a refusal");
    assert!(refused.contains("hub.db-wal"), "{refused}");
    assert!(length(&log_of(&left)) > 0, "the log is still there");
}

#[test]
fn the_write_ahead_log_stays_small_however_much_is_written() {
    let hub = TestHub::start();
    write_mebibytes(&hub, 150);
    let log = length(&log_of(&database(&hub)));
    assert!(log < 64 * MEBIBYTE, "{} MiB", log / MEBIBYTE);
}

#[test]
fn the_write_ahead_log_is_small_again_when_a_long_read_ends() {
    let hub = TestHub::start();
    let (held, is_held) = std::sync::mpsc::channel::<()>();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (held, released) = (std::sync::Mutex::new(held), std::sync::Mutex::new(released));
    let reading = hub.hub.clone();
    let reader = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let read: Result<(), Error> = runtime.block_on(reading.read("test.hold", move |tx| {
            let _count: Option<(i64,)> = tx.first("SELECT COUNT(*) FROM orders", &[])?;
            let _told = held.lock().expect("a lock").send(());
            let _ended = released.lock().expect("a lock").recv();
            Ok(())
        }));
        read.expect("a long read");
    });
    is_held.recv().expect("a reader that holds on");
    write_mebibytes(&hub, 100);
    let grown = length(&log_of(&database(&hub)));
    assert!(grown > 90 * MEBIBYTE, "nothing can begin anew: {grown}");
    release.send(()).expect("a reader");
    reader.join().expect("the end of the read");
    for _ in 0..400 {
        write_one_again(&hub);
        if length(&log_of(&database(&hub))) <= 64 * MEBIBYTE {
            return;
        }
    }
    panic!("{} MiB", length(&log_of(&database(&hub))) / MEBIBYTE);
}

fn write_one_again(hub: &TestHub) {
    let written: Result<u64, Error> = hub.wait(hub.hub.write("test.again", |tx| {
        tx.execute(
            "UPDATE hub_settings SET value = value || 'x' WHERE name = 'n10'",
            &[],
        )
    }));
    written.expect("rows");
}

/// Writes nonsense into every page but the first. The file is never shorter than it was: the hub has it
/// open, and may look at it at any moment.
fn overwrite_pages(database: &Path) {
    let nonsense = vec![0xff; length(database) as usize - 4_096];
    let file = OpenOptions::new().write(true).open(database);
    file.and_then(|file| file.write_all_at(&nonsense, 4_096))
        .expect("nonsense in the file");
}

#[test]
fn what_the_disk_cannot_read_is_a_503_so_that_senders_try_again() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    place_orders(&hub, 50);
    hub.wait(hub.hub.close());
    let again = open(&database(&hub)).expect("the hub again");
    let kiosk = kiosk.at(&again);
    overwrite_pages(&database(&hub));
    let refused = kiosk.get("/location/orders");
    assert_eq!(refused.status, 503, "{refused:?}");
}
